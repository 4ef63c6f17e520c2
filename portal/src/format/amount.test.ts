import { expect, test } from "vitest";
import { coins, decimal, parseCoins, percent, plainCoins, prefixed, scaled } from "./amount";

test("coins are exact, and never shown as micro-coins", () => {
  expect(coins("20000000000", "en")).toBe("20,000");
  expect(coins("12500001", "en")).toBe("12.500001");
  expect(coins(1n, "en")).toBe("0.000001");
  expect(coins(-1_500_000n, "en")).toBe("−1.5");
  expect(coins("12500000", "fr")).toBe("12,5");
});

test("rates and ops are never rounded up", () => {
  expect(prefixed("43339999999999", "OPS", "en")).toBe("43.33 TOPS");
  expect(prefixed("999", "OPS", "en")).toBe("999 OPS");
  expect(prefixed(2_600_000_000_000_000n, " ops", "en")).toBe("2.6 P ops");
  expect(prefixed("7", " ops", "en")).toBe("7 ops");
  expect(prefixed(2n ** 128n - 1n, "OPS", "en")).toMatch(/ EOPS$/);
  expect(percent(0.99999, "en")).toBe("99.99%");
  expect(percent(0.07, "en")).toBe("7%");
});

test("Arabic has its own digits where the locale says so", () => {
  expect(decimal(1_234_500n, 1_000_000n, 6, "ar-EG")).toBe("١٫٢٣٤٥");
  expect(parseCoins("١٫٥")).toBe(1_500_000n);
});

test("what is typed becomes micro-coins, or nothing", () => {
  expect(parseCoins("12.5")).toBe(12_500_000n);
  expect(parseCoins(" 1 000,000001 ")).toBe(1_000_000_001n);
  for (const bad of ["", "-1", "1e3", "0x1", "1.0000001", "1.2.3", ".5", "1.", "coins"]) {
    expect(parseCoins(bad), bad).toBeNull();
  }
});

test("an amount that was written is read as the same", () => {
  for (const micro of [0n, 1n, 999_999n, 1_000_000n, 123_456_789_012_345_678_901n]) {
    expect(parseCoins(plainCoins(micro))).toBe(micro);
  }
});

test("parts round down, and of nothing there is none", () => {
  expect(scaled(10n, 2n, 3n)).toBe(6n);
  expect(scaled(10n, 2n, 0n)).toBe(0n);
});
