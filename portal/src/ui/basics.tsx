// Small parts that every page is made of.

import { useState, type ReactNode } from "react";
import { short } from "../format/address";
import { useChainTime } from "../chain/network";
import { useSay } from "../i18n";
import { asTrouble } from "../trouble";

/** A number with its unit, which reads from left to right also among Arabic. */
function Figure({ children }: { children: ReactNode }) {
  return <bdi className="figure">{children}</bdi>;
}

export function Coins({ micro }: { micro: string | bigint }) {
  return <Figure>{useSay().coinsUnit(micro)}</Figure>;
}

export function Rate({ rate }: { rate: string | bigint }) {
  return <Figure>{useSay().rate(rate)}</Figure>;
}

export function Ops({ ops }: { ops: string | bigint }) {
  return <Figure>{useSay().ops(ops)}</Figure>;
}

/** A moment in the reader's time, and how far away it is by the chain's clock. */
export function Time({ at }: { at: number }) {
  const say = useSay();
  const now = useChainTime();
  return (
    <time dateTime={new Date(at * 1000).toISOString()}>
      {say.moment(at)} <span className="quiet">({say.distance(at, now)})</span>
    </time>
  );
}

/** An address or hash, cut in the middle, with a button that copies the whole. */
export function Name({ text, href, label }: { text: string; href?: string; label?: string }) {
  const { t } = useSay();
  const [copied, setCopied] = useState(false);
  const shown = (
    <bdi dir="ltr" title={text}>
      {label ?? short(text)}
    </bdi>
  );
  const copy = () => {
    void navigator.clipboard.writeText(text).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), 1_500);
    });
  };
  return (
    <span className="name">
      {href ? <a href={href}>{shown}</a> : <span>{shown}</span>}
      <button type="button" className="copy" onClick={copy} aria-label={t("copy", { text })}>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          {copied ? <path d="M3 8l4 4 6-8" /> : <path d="M5 5V2h9v9h-3M2 5h9v9H2z" />}
        </svg>
      </button>
    </span>
  );
}

/** A page of somebody's own: only web addresses become links, and they learn nothing. */
export function Outside({ url }: { url: string }) {
  if (!/^https?:\/\/[^\s]+$/.test(url)) return <bdi>{url}</bdi>;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer nofollow">
      <bdi dir="ltr">{url}</bdi>
    </a>
  );
}

export type Tone = "good" | "bad" | "warn" | "plain";

export function Badge({ tone, children }: { tone: Tone; children: ReactNode }) {
  return <span className={`badge ${tone}`}>{children}</span>;
}

/** What is known of one thing: names and values. */
export function Facts({ facts }: { facts: [string, ReactNode][] }) {
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Card({
  title,
  children,
  actions,
}: {
  title: string;
  children: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <section className="card">
      <header>
        <h2>{title}</h2>
        {actions}
      </header>
      {children}
    </section>
  );
}

/** What went wrong, in a sentence; what was said word for word for whoever wants it. */
export function Problem({ error, children }: { error: unknown; children?: ReactNode }) {
  const say = useSay();
  const { said } = asTrouble(error);
  return (
    <div className="problem" role="alert">
      <p>{say.trouble(error)}</p>
      {children}
      {said && (
        <details>
          <summary>{say.t("details")}</summary>
          <code lang="en" dir="ltr">
            {said}
          </code>
        </details>
      )}
    </div>
  );
}

/** What a query has brought, or why not, or that it is on its way. */
export function Asking<T>({
  query,
  children,
}: {
  query: { data: T | undefined; error: unknown };
  children: (data: T) => ReactNode;
}) {
  const { t } = useSay();
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <Problem error={query.error} />;
  return (
    <p className="waiting" role="status">
      {t("loading")}
    </p>
  );
}

export interface Column<T> {
  name: string;
  value: (row: T) => ReactNode;
  /** Numbers stand at the line's end. */
  number?: boolean;
}

/** A table, or a sentence where there is nothing to show. */
export function Table<T>({
  label,
  rows,
  columns,
  empty,
  id,
}: {
  label: string;
  rows: T[];
  columns: Column<T>[];
  empty: string;
  id: (row: T) => string | number;
}) {
  if (rows.length === 0) return <p className="quiet">{empty}</p>;
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={label}>
      <table>
        <caption className="hidden">{label}</caption>
        <thead>
          <tr>
            {columns.map(({ name, number }) => (
              <th key={name} scope="col" className={number ? "number" : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={id(row)}>
              {columns.map(({ name, value, number }) => (
                <td key={name} className={number ? "number" : undefined}>
                  {value(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A part of a whole, as a bar and in words. */
export function Progress({ part, label }: { part: number; label: string }) {
  return <progress max={1} value={Math.min(Math.max(part, 0), 1)} aria-label={label} />;
}
