import { expect, test } from "vitest";
import { check, nodeUrl } from "./config";
import { fill, nativeUnit } from "./i18n";
import { ar } from "./i18n/ar";
import { en } from "./i18n/en";
import { fr } from "./i18n/fr";
import { parse } from "./router";
import { path } from "./ui/chart";
import { range } from "./ui/window";

test("addresses name pages, or none", () => {
  expect(parse("")).toEqual({ page: "peg" });
  expect(parse("#/")).toEqual({ page: "peg" });
  expect(parse("#/operators")).toEqual({ page: "operators" });
  expect(parse("#/operators/wasm1abcdefgh")).toEqual({
    page: "operator",
    operator: "wasm1abcdefgh",
  });
  expect(parse("#/orders/12")).toEqual({ page: "order", order: 12 });
  expect(parse("#/batches/3")).toEqual({ page: "batch", batch: 3 });
  for (const bad of ["#/nowhere", "#/orders/x", "#/operators/<script>", "#/batches/-1"]) {
    expect(parse(bad), bad).toEqual({ page: "missing" });
  }
});

test("every language fills in the same values", () => {
  const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
  for (const texts of [ar, fr]) {
    for (const [key, text] of Object.entries(en)) {
      const other = texts[key as keyof typeof en];
      expect(names(other), `${key}: ${other}`).toEqual(names(text));
      expect(other.trim(), key).not.toBe("");
    }
    expect(Object.keys(texts).sort()).toEqual(Object.keys(en).sort());
  }
});

test("Arabic is Arabic and French is French, but for names", () => {
  const same = Object.entries(en).filter(([key, text]) => ar[key as keyof typeof en] === text);
  expect(same).toEqual([]);
  const arabic = Object.values(ar).filter((text) => !/[؀-ۿ]/.test(text));
  expect(arabic).toEqual([]);
});

test("a value that is missing is seen", () => {
  expect(fill("{a} of {b}", { a: 1 })).toBe("1 of {b}");
});

test("denoms are shown as people know them", () => {
  expect(nativeUnit("ustake")).toEqual({ unit: "STAKE", places: 6 });
  expect(nativeUnit("factory/wasm1x/u")).toEqual({ unit: "factory/wasm1x/u", places: 0 });
});

test("nodes are asked over https, or http on this machine", () => {
  expect(nodeUrl(" https://rpc.example.org/ ")).toBe("https://rpc.example.org");
  expect(nodeUrl("http://127.0.0.1:26657")).toBe("http://127.0.0.1:26657");
  for (const bad of ["http://rpc.example.org", "rpc.example.org", "", "ftp://x"]) {
    expect(() => nodeUrl(bad), bad).toThrow();
  }
});

test("a deployment file of another version or shape is refused", () => {
  const contracts = { coin: "a", oracle: "b", votes: "c", market: "d" };
  const good = { version: 1, chain_id: "x", endpoints: { rpc: "r", rest: "s" }, contracts };
  expect(check(good)).toBe(good);
  const bad = [
    null,
    {},
    { ...good, version: 2 },
    { ...good, contracts: { ...contracts, coin: undefined } },
  ];
  for (const one of bad) expect(() => check(one)).toThrow(/bad_deployment/);
});

test("only rows that are seen exist, and all are reached", () => {
  expect(range(0, 640, 64, 10_000, 6)).toEqual({ from: 0, until: 17 });
  expect(range(64 * 5_000, 640, 64, 10_000, 6)).toEqual({ from: 4_994, until: 5_017 });
  expect(range(64 * 9_995, 640, 64, 10_000, 6).until).toBe(10_000);
  expect(range(64 * 9_995, 640, 64, 3, 6)).toEqual({ from: 3, until: 3 });
  expect(range(0, 640, 64, 0, 6)).toEqual({ from: 0, until: 0 });
});

test("steps hold until the next point", () => {
  const points = [
    { time: 0, value: 1n },
    { time: 2, value: 3n },
  ];
  const [x, y] = [(time: number) => time, (value: bigint) => Number(value)];
  expect(path({ name: "", points, steps: true }, x, y)).toBe("M0.0 1.0H2.0V3.0");
  expect(path({ name: "", points }, x, y)).toBe("M0.0 1.0L2.0 3.0");
});
