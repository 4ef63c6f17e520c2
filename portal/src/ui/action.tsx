// Signing something: what it will do and what it costs are said before, what came of it
// after.

import { useQuery } from "@tanstack/react-query";
import { useEffect, useId, useRef, useState, type FormEvent, type ReactNode } from "react";
import { useNative, useNetwork } from "../chain/network";
import { faucet } from "../chain/rest";
import { isDevnet, loadChainEntry } from "../config";
import { parseCoins, plainCoins } from "../format/amount";
import { useSay } from "../i18n";
import { Trouble, asTrouble } from "../trouble";
import type { Message } from "../wallet/messages";
import { useWallet } from "../wallet/wallet";
import { Name, Problem } from "./basics";

/** How long typing must rest before the cost is asked for. */
const REST_MS = 300;

export interface Plan {
  /** What is signed; trouble where what was typed does not do. */
  messages: Message[] | Trouble;
  /** What will happen, in sentences. */
  consequences: string[];
}

/** A dialog that is open for as long as it is shown. */
export function Action({
  title,
  verb,
  plan,
  children,
  close,
}: {
  title: string;
  /** What the button says. */
  verb: string;
  plan: Plan;
  children?: ReactNode;
  close: () => void;
}) {
  const say = useSay();
  const { t } = say;
  const { account } = useWallet();
  const { node, deployment } = useNetwork();
  const chain = { rest: node.rest, chainId: deployment.chain_id };
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const [state, setState] = useState<"asking" | "signing" | { hash: string } | { error: Trouble }>(
    "asking",
  );

  useEffect(() => dialog.current?.showModal(), []);

  const messages = useRested(plan.messages);
  const ready = !(messages instanceof Trouble) && account !== null;
  const cost = useQuery({
    queryKey: ["cost", node.rest, account?.address, JSON.stringify(messages)],
    queryFn: async () => {
      if (!account || messages instanceof Trouble) throw new Trouble("unexpected");
      const [{ estimate }, entry] = await Promise.all([
        import("../wallet/sign"),
        loadChainEntry(node),
      ]);
      const fees = entry.feeCurrencies[0];
      if (!fees) throw new Trouble("bad_deployment", { name: "deployment-keplr.json" });
      return estimate(chain, account, messages, fees);
    },
    enabled: ready && state === "asking",
    retry: false,
    staleTime: 0,
  });

  const sign = async (event: FormEvent) => {
    event.preventDefault();
    if (!account || !cost.data || plan.messages instanceof Trouble) return;
    setState("signing");
    try {
      const { send } = await import("../wallet/sign");
      setState(await send(chain, account, plan.messages, cost.data));
    } catch (error) {
      setState({ error: asTrouble(error) });
    }
  };

  const fee = cost.data?.amount[0];
  const done = typeof state === "object" && "hash" in state;
  const failed = typeof state === "object" && "error" in state ? state.error : null;
  return (
    <dialog ref={dialog} aria-labelledby={heading} onClose={close}>
      <form onSubmit={(event) => void sign(event)}>
        <h2 id={heading}>{title}</h2>
        {!done && <fieldset disabled={state === "signing"}>{children}</fieldset>}
        {!account && <Connect />}
        {!done && plan.messages instanceof Trouble && plan.messages.values.quiet !== "yes" && (
          <p className="hint" role="status">
            {say.trouble(plan.messages)}
          </p>
        )}
        {!done && !(plan.messages instanceof Trouble) && (
          <>
            <h3>{t("action_happens")}</h3>
            <ul className="consequences">
              {plan.consequences.map((one) => (
                <li key={one}>{one}</li>
              ))}
              {ready && cost.data && (
                <li>
                  {fee
                    ? t("action_fee", {
                        fee: say.native(fee.amount, fee.denom),
                        gas: say.number(Number(cost.data.gas)),
                      })
                    : t("action_no_fee", { gas: say.number(Number(cost.data.gas)) })}
                </li>
              )}
            </ul>
            {ready && cost.isFetching && <p role="status">{t("action_estimating")}</p>}
          </>
        )}
        {ready && cost.error && state === "asking" && (
          <WithFaucet error={cost.error} retry={() => void cost.refetch()} />
        )}
        {state === "signing" && <p role="status">{t("action_signing")}</p>}
        {failed && <WithFaucet error={failed} retry={() => setState("asking")} />}
        {done && (
          <div className="done" role="status">
            <p>{t("action_done")}</p>
            <p>
              {t("action_hash")} <Name text={state.hash} />
            </p>
          </div>
        )}
        <footer>
          {done ? (
            <button type="button" className="main" onClick={close}>
              {t("close")}
            </button>
          ) : (
            <>
              <button type="button" onClick={close}>
                {t("cancel")}
              </button>
              {failed ? (
                <button type="button" className="main" onClick={() => setState("asking")}>
                  {t("again")}
                </button>
              ) : (
                <button
                  type="submit"
                  className="main"
                  disabled={
                    !ready ||
                    !cost.data ||
                    cost.isFetching ||
                    state === "signing" ||
                    messages !== plan.messages
                  }
                >
                  {verb}
                </button>
              )}
            </>
          )}
        </footer>
      </form>
    </dialog>
  );

  /** Trouble, with devnet's faucet where that helps. */
  function WithFaucet({ error, retry }: { error: unknown; retry: () => void }) {
    const helps = ["no_account", "no_fee"].includes(asTrouble(error).what);
    return (
      <Problem error={error}>{helps && isDevnet(deployment) && <Faucet done={retry} />}</Problem>
    );
  }
}

/** Values that have not changed for a moment. The same text counts as the same value. */
function useRested(messages: Plan["messages"]): Plan["messages"] {
  const [rested, setRested] = useState(messages);
  const same = JSON.stringify(messages) === JSON.stringify(rested);
  useEffect(() => {
    if (same) return;
    const timer = setTimeout(() => setRested(messages), REST_MS);
    return () => clearTimeout(timer);
    // Plans are made anew with each render.
  }, [JSON.stringify(messages)]);
  return same ? messages : rested;
}

/** Gives some of the fee denom, on devnet alone. */
export function Faucet({ done }: { done?: () => void }) {
  const { t } = useSay();
  const { node, deployment } = useNetwork();
  const { account } = useWallet();
  const native = useNative(account?.address, deployment.fee_denom);
  const [state, setState] = useState<"idle" | "busy" | Trouble>("idle");
  if (!account || !isDevnet(deployment)) return null;
  const give = async () => {
    setState("busy");
    try {
      await faucet(node.rest, account.address, deployment.fee_denom);
      await native.refetch();
      setState("idle");
      done?.();
    } catch (error) {
      setState(asTrouble(error));
    }
  };
  return (
    <>
      <button type="button" onClick={() => void give()} disabled={state === "busy"}>
        {t("faucet")}
      </button>
      {state instanceof Trouble && <Problem error={state} />}
    </>
  );
}

/** The way to an account, or why there is none. */
export function Connect() {
  const { t } = useSay();
  const wallet = useWallet();
  const found = wallet.find();
  if (wallet.account) return null;
  return (
    <div className="connect">
      {found.length > 1 ? (
        found.map(({ id, name }) => (
          <button
            key={id}
            type="button"
            className="main"
            disabled={wallet.asking}
            onClick={() => wallet.connect(id)}
          >
            {t("connect_with", { name })}
          </button>
        ))
      ) : (
        <button
          type="button"
          className="main"
          disabled={wallet.asking}
          onClick={() => wallet.connect()}
        >
          {wallet.asking ? t("connecting") : t("connect")}
        </button>
      )}
      {wallet.trouble && <Problem error={wallet.trouble} />}
    </div>
  );
}

/** What somebody types as an amount of coins, and what that is. */
export function useAmount(most: bigint | undefined, begin = "") {
  const [text, setText] = useState(begin);
  const micro = parseCoins(text);
  const trouble = (): Trouble | null => {
    if (text.trim() === "") return new Trouble("bad_amount", { quiet: "yes" });
    if (micro === null || micro === 0n) return new Trouble("bad_amount");
    if (most !== undefined && micro > most)
      return new Trouble("too_much", { most: plainCoins(most) });
    return null;
  };
  return { text, setText, micro: micro ?? 0n, trouble: trouble() };
}

export function AmountField({
  label,
  amount,
  most,
  hint,
}: {
  label: string;
  amount: ReturnType<typeof useAmount>;
  most?: bigint | undefined;
  hint?: string | undefined;
}) {
  const { t } = useSay();
  const id = useId();
  const bad = amount.trouble !== null && amount.text.trim() !== "";
  return (
    <p className="field">
      <label htmlFor={id}>{label}</label>
      <span>
        <input
          id={id}
          inputMode="decimal"
          autoComplete="off"
          dir="ltr"
          value={amount.text}
          aria-invalid={bad}
          aria-describedby={hint ? `${id}-hint` : undefined}
          onChange={(event) => amount.setText(event.target.value)}
        />
        {most !== undefined && (
          <button type="button" onClick={() => amount.setText(plainCoins(most))}>
            {t("all")}
          </button>
        )}
      </span>
      {hint && (
        <small id={`${id}-hint`} className="quiet">
          {hint}
        </small>
      )}
    </p>
  );
}
