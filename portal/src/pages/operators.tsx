// Miners and coordinators by stake. The list can be very long: rows are made for what is
// seen, pages are asked for when they are needed.

import { useEffect, useMemo, useState } from "react";
import { uptime } from "../chain/history";
import { useContract, usePages } from "../chain/network";
import type { Kind, Operator } from "../contracts/votes";
import { useSay } from "../i18n";
import { to } from "../router";
import { Asking, Badge, Coins, Name, Problem, Rate, type Tone } from "../ui/basics";
import { range } from "../ui/window";

export const STANDING_TONES: Record<Operator["standing"], Tone> = {
  active: "good",
  unbonded: "plain",
  jailed: "warn",
  tombstoned: "bad",
};

/** The height of a row in pixels; the same in the style sheet. */
const ROW = 64;
/** Rows that are made beyond those that are seen. */
const BEYOND = 6;

export function OperatorsPage() {
  const { t } = useSay();
  const [kind, setKind] = useState<Kind>("miner");
  const [search, setSearch] = useState("");
  return (
    <>
      <h1 tabIndex={-1}>{t("operators_title")}</h1>
      <p>{t("operators_about")}</p>
      <div className="toolbar">
        <div role="group" aria-label={t("operators_kind")}>
          {(["miner", "coordinator"] as const).map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={one === kind}
              onClick={() => setKind(one)}
            >
              {t(`kind_${one}s`)}
            </button>
          ))}
        </div>
        <label>
          <span className="hidden">{t("operators_search")}</span>
          <input
            type="search"
            placeholder={t("operators_search")}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        </label>
      </div>
      <List key={kind} kind={kind} search={search.trim().toLowerCase()} />
    </>
  );
}

function List({ kind, search }: { kind: Kind; search: string }) {
  const { t, number } = useSay();
  const list = usePages("votes", "operators", { kind }, ({ operators }) => {
    const last = operators.at(-1);
    return operators.length === 100 && last
      ? ([last.stake, last.operator] as [string, string])
      : undefined;
  });
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const all = useMemo(() => unique(data?.pages.flatMap((page) => page.operators) ?? []), [data]);
  const shown = useMemo(() => all.filter((one) => fits(one, search)), [all, search]);
  const view = useView();
  const { from, until } = range(view.top, view.height, ROW, shown.length, BEYOND);

  // More when the end comes near; for a search all that there are.
  const wants =
    hasNextPage && !isFetchingNextPage && (search !== "" || until >= shown.length - BEYOND);
  useEffect(() => {
    if (wants) void fetchNextPage();
  }, [wants, fetchNextPage, all.length]);

  if (!data) return <Asking query={{ data: undefined, error: list.error }}>{() => null}</Asking>;
  return (
    <>
      {list.error && <Problem error={list.error} />}
      <p className="quiet" role="status">
        {hasNextPage
          ? t("operators_some", { shown: number(shown.length), known: number(all.length) })
          : t("operators_count", { shown: number(shown.length), all: number(all.length) })}
      </p>
      <div
        className="scroll window"
        tabIndex={0}
        role="region"
        aria-label={t(`kind_${kind}s`)}
        ref={view.ref}
      >
        <table aria-rowcount={hasNextPage ? -1 : shown.length + 1}>
          <caption className="hidden">{t(`kind_${kind}s`)}</caption>
          <thead>
            <tr aria-rowindex={1}>
              <th scope="col">{t("operator")}</th>
              <th scope="col">{t("standing")}</th>
              <th scope="col" className="number">
                {t("stake")}
              </th>
              <th scope="col" className="number">
                {t("commission")}
              </th>
              {kind === "miner" && (
                <>
                  <th scope="col" className="number">
                    {t("measured")}
                  </th>
                  <th scope="col" className="number">
                    {t("uptime")}
                  </th>
                </>
              )}
              <th scope="col" className="number">
                {t("faults")}
              </th>
            </tr>
          </thead>
          <tbody>
            <Spacer rows={from} />
            {shown.slice(from, until).map((operator, at) => (
              <Row key={operator.operator} operator={operator} index={from + at + 2} />
            ))}
            <Spacer rows={shown.length - until} />
          </tbody>
        </table>
      </div>
      {shown.length === 0 && !hasNextPage && (
        <p>{search ? t("operators_no_match") : t("operators_none")}</p>
      )}
    </>
  );
}

/** Stakes move while pages are read, so one operator can be on two of them. */
function unique(operators: Operator[]): Operator[] {
  return [...new Map(operators.map((one) => [one.operator, one])).values()];
}

function fits({ metadata, operator }: Operator, search: string): boolean {
  return search === "" || metadata.name.toLowerCase().includes(search) || operator.includes(search);
}

function Spacer({ rows }: { rows: number }) {
  if (rows <= 0) return null;
  return (
    <tr aria-hidden="true" className="spacer" style={{ blockSize: rows * ROW }}>
      <td colSpan={7} />
    </tr>
  );
}

function Row({ operator, index }: { operator: Operator; index: number }) {
  const { t, percent } = useSay();
  return (
    <tr aria-rowindex={index}>
      <td>
        <a className="strong" href={to.operator(operator.operator)}>
          <bdi>{operator.metadata.name}</bdi>
        </a>
        <br />
        <Name text={operator.operator} />
      </td>
      <td>
        <Badge tone={STANDING_TONES[operator.standing]}>{t(`standing_${operator.standing}`)}</Badge>
      </td>
      <td className="number">
        <Coins micro={operator.stake} />
      </td>
      <td className="number">
        <bdi>{percent(Number(operator.commission.rate))}</bdi>
      </td>
      {operator.kind === "miner" && <Measured operator={operator.operator} />}
      <td className="number">
        <Faults operator={operator.operator} />
      </td>
    </tr>
  );
}

function Measured({ operator }: { operator: string }) {
  const { t, percent } = useSay();
  const found = useContract("oracle", "operator", { operator });
  const census = useContract("oracle", "census", {});
  const part = found.data && census.data && uptime(found.data.results, census.data.last?.id);
  return (
    <>
      <td className="number">
        {found.data ? <Rate rate={found.data.rate} /> : found.error ? t("unknown") : "…"}
      </td>
      <td className="number">
        {typeof part === "number" ? <bdi>{percent(part)}</bdi> : found.error ? t("unknown") : "…"}
      </td>
    </>
  );
}

function Faults({ operator }: { operator: string }) {
  const { t, number } = useSay();
  const faults = useContract("votes", "faults", { operator, limit: 100 });
  if (!faults.data) return faults.error ? t("unknown") : "…";
  return number(faults.data.faults.length);
}

/** How far an element is scrolled, and how much of it is seen. */
function useView() {
  const [at, ref] = useState<HTMLDivElement | null>(null);
  const [view, setView] = useState({ top: 0, height: 800 });
  useEffect(() => {
    if (!at) return;
    const look = () => setView({ top: at.scrollTop, height: at.clientHeight });
    look();
    at.addEventListener("scroll", look, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(at);
    return () => {
      at.removeEventListener("scroll", look);
      observer.disconnect();
    };
  }, [at]);
  return { ref, ...view };
}
