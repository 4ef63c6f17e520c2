// Charts as SVG of our own, each with a table of the same numbers.

import { useId } from "react";
import type { Point } from "../chain/history";
import { useSay } from "../i18n";

export interface Line {
  name: string;
  points: Point[];
  /** Whether a value holds until the next one. */
  steps?: boolean;
}

const WIDTH = 640;
const HEIGHT = 200;
const LEFT = 8;
const BOTTOM = 22;

/** Lines over time. `show` writes a value out. */
export function LineChart({
  title,
  lines,
  show,
}: {
  title: string;
  lines: Line[];
  show: (value: bigint) => string;
}) {
  const { t, moment } = useSay();
  const id = useId();
  const points = lines.flatMap((line) => line.points);
  if (points.length < 2) return <p className="quiet">{t("chart_too_few")}</p>;
  const times = points.map(({ time }) => time);
  const [from, to] = [Math.min(...times), Math.max(...times)];
  const top = points.reduce((most, { value }) => (value > most ? value : most), 1n);
  const x = (time: number) => LEFT + ((WIDTH - 2 * LEFT) * (time - from)) / Math.max(to - from, 1);
  const y = (value: bigint) =>
    8 + (HEIGHT - BOTTOM - 8) * (1 - Number((value * 10_000n) / top) / 10_000);

  return (
    <figure className="chart">
      <figcaption>
        {title}
        <span className="legend">
          {lines.map(({ name }, at) => (
            <span key={name} className={`line-${at}`}>
              <svg viewBox="0 0 20 6" aria-hidden="true">
                <path d="M0 3H20" />
              </svg>
              {name}
            </span>
          ))}
        </span>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-labelledby={id} direction="ltr">
        <title id={id}>{t("chart_title", { title, most: show(top) })}</title>
        <path
          className="grid"
          d={[0n, top / 2n, top].map((v) => `M${LEFT} ${y(v)}H${WIDTH - LEFT}`).join("")}
        />
        <text x={LEFT} y={y(top) + 12}>
          {show(top)}
        </text>
        <text x={LEFT} y={HEIGHT - 6}>
          {moment(from)}
        </text>
        <text x={WIDTH - LEFT} y={HEIGHT - 6} textAnchor="end">
          {moment(to)}
        </text>
        {lines.map((line, at) => (
          <path key={line.name} className={`line line-${at}`} d={path(line, x, y)} />
        ))}
      </svg>
      <details>
        <summary>{t("chart_table")}</summary>
        <div className="scroll" tabIndex={0} role="region" aria-label={title}>
          <table>
            <caption className="hidden">{title}</caption>
            <thead>
              <tr>
                <th scope="col">{t("time")}</th>
                <th scope="col">{t("chart_line")}</th>
                <th scope="col" className="number">
                  {t("chart_value")}
                </th>
              </tr>
            </thead>
            <tbody>
              {lines.flatMap(({ name, points }) =>
                points.map(({ time, value }, at) => (
                  <tr key={`${name} ${at}`}>
                    <td>{moment(time)}</td>
                    <td>{name}</td>
                    <td className="number">
                      <bdi>{show(value)}</bdi>
                    </td>
                  </tr>
                )),
              )}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}

/** The `d` of a line. */
export function path(
  { points, steps }: Line,
  x: (time: number) => number,
  y: (value: bigint) => number,
): string {
  return points
    .map(({ time, value }, at) => {
      const [left, top] = [x(time).toFixed(1), y(value).toFixed(1)];
      if (at === 0) return `M${left} ${top}`;
      return steps ? `H${left}V${top}` : `L${left} ${top}`;
    })
    .join("");
}

/** Bars of one kind, each with its name and value in words. */
export function Bars({
  label,
  bars,
}: {
  label: string;
  bars: { name: string; value: bigint; shown: string }[];
}) {
  const top = bars.reduce((most, { value }) => (value > most ? value : most), 1n);
  return (
    <ul className="bars" aria-label={label}>
      {bars.map(({ name, value, shown }) => (
        <li key={name}>
          <span>{name}</span>
          <span className="bar" aria-hidden="true">
            <span style={{ inlineSize: `${Number((value * 1000n) / top) / 10}%` }} />
          </span>
          <bdi className="figure">{shown}</bdi>
        </li>
      ))}
    </ul>
  );
}
