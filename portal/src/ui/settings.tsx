// Language, look and the node that is asked.

import { useId, useState, type FormEvent } from "react";
import { useNetwork } from "../chain/network";
import { nodeUrl } from "../config";
import { LANGUAGES, useSay, type Language } from "../i18n";
import { chooseTheme, chosenTheme, type Theme } from "../theme";
import { asTrouble, type Trouble } from "../trouble";
import { Problem } from "./basics";

export function Settings() {
  const { t, language, setLanguage } = useSay();
  const { node, setNode, deployment } = useNetwork();
  const [theme, setTheme] = useState(chosenTheme);
  const id = useId();
  return (
    <details className="settings">
      <summary>{t("settings")}</summary>
      <div className="panel">
        <p className="field">
          <label htmlFor={`${id}-language`}>{t("language")}</label>
          <select
            id={`${id}-language`}
            value={language}
            onChange={(event) => setLanguage(event.target.value as Language)}
          >
            {Object.entries(LANGUAGES).map(([code, name]) => (
              <option key={code} value={code} lang={code}>
                {name}
              </option>
            ))}
          </select>
        </p>
        <p className="field">
          <label htmlFor={`${id}-theme`}>{t("theme")}</label>
          <select
            id={`${id}-theme`}
            value={theme}
            onChange={(event) => {
              const chosen = event.target.value as Theme;
              setTheme(chosen);
              chooseTheme(chosen);
            }}
          >
            {(["system", "light", "dark"] as const).map((one) => (
              <option key={one} value={one}>
                {t(`theme_${one}`)}
              </option>
            ))}
          </select>
        </p>
        <NodeForm key={`${node.rpc} ${node.rest}`} />
        <p className="quiet">
          {t("chain")} <bdi dir="ltr">{deployment.chain_id}</bdi>
        </p>
        <button type="button" onClick={() => setNode(null)}>
          {t("node_default")}
        </button>
      </div>
    </details>
  );
}

function NodeForm() {
  const { t } = useSay();
  const { node, setNode } = useNetwork();
  const [rpc, setRpc] = useState(node.rpc);
  const [rest, setRest] = useState(node.rest);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const id = useId();
  const use = (event: FormEvent) => {
    event.preventDefault();
    try {
      setNode({ rpc: nodeUrl(rpc), rest: nodeUrl(rest) });
    } catch (error) {
      setTrouble(asTrouble(error));
    }
  };
  return (
    <form onSubmit={use}>
      <p className="field">
        <label htmlFor={`${id}-rpc`}>{t("node_rpc")}</label>
        <input
          id={`${id}-rpc`}
          dir="ltr"
          value={rpc}
          onChange={(event) => setRpc(event.target.value)}
        />
      </p>
      <p className="field">
        <label htmlFor={`${id}-rest`}>{t("node_rest")}</label>
        <input
          id={`${id}-rest`}
          dir="ltr"
          value={rest}
          onChange={(event) => setRest(event.target.value)}
        />
      </p>
      {trouble && <Problem error={trouble} />}
      <button type="submit">{t("node_use")}</button>
    </form>
  );
}
