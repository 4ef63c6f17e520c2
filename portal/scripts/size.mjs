// How much script the page loads, gzipped: at first, and in all. Fails above the budget.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

/** Bytes of gzipped script that the first page may load. */
const BUDGET = 350_000;

const DIST = fileURLToPath(new URL("../dist/", import.meta.url));

/** Sizes in bytes, gzipped. */
export function sizes(dist = DIST) {
  const html = readFileSync(`${dist}index.html`, "utf8");
  const names = readdirSync(`${dist}assets`);
  const size = (name) => gzipSync(readFileSync(`${dist}assets/${name}`), { level: 9 }).length;
  const sum = (some) => some.map(size).reduce((sum, one) => sum + one, 0);
  const scripts = names.filter((name) => name.endsWith(".js"));
  // What the page names, and what that imports before it runs.
  const first = new Set(scripts.filter((name) => html.includes(name)));
  for (const name of first) {
    const text = readFileSync(`${dist}assets/${name}`, "utf8");
    for (const [, other] of text.matchAll(
      /(?:^|[;}\s])import\s*(?:[^"'();]*?from\s*)?["']\.\/([^"']+)["']/g,
    ))
      first.add(other);
  }
  return {
    first: sum([...first]),
    all: sum(scripts),
    styles: sum(names.filter((name) => name.endsWith(".css"))),
    budget: BUDGET,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { first, all, styles } = sizes();
  const kb = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
  console.log(
    `portal: the first page loads ${kb(first)} of gzipped script (at most ${kb(BUDGET)}) and ${kb(styles)} of styles; with signing and all languages ${kb(all)}`,
  );
  if (first > BUDGET) {
    console.error("portal: that is over the budget");
    process.exitCode = 1;
  }
}
