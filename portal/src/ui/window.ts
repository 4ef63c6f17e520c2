/**
 * Rows `from` to `until` (exclusive) of `count` that have to exist where a list of rows of
 * one height is scrolled to `top` and `height` of it is seen.
 */
export function range(
  top: number,
  height: number,
  row: number,
  count: number,
  beyond: number,
): { from: number; until: number } {
  const first = Math.floor(Math.max(top, 0) / row);
  const seen = Math.ceil(height / row) + 1;
  const until = Math.min(count, first + seen + beyond);
  return { from: Math.max(0, Math.min(first - beyond, until)), until };
}
