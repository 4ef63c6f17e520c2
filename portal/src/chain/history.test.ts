import { expect, test } from "vitest";
import type { CensusRecord, PegStep } from "../contracts/oracle";
import { opcAt, reserveHistory, supplyHistory, uptime, type Dated } from "./history";

const event = (time: number, kind: string, attributes: Record<string, string>): Dated => ({
  time,
  event: { kind, attributes, height: time, hash: String(time) },
});

const step = (started_at: number, start: string, target: string): PegStep => ({
  number: 0,
  tier: "t",
  started_at,
  start,
  target,
  glide_bps: 100,
  glide_period: 10,
});

test("the peg rises in a line, then stands", () => {
  const steps = [step(100, "1000", "1000"), step(200, "1000", "1025")];
  expect(opcAt(steps, 99)).toBeNull();
  expect(opcAt(steps, 150)).toBe(1000n);
  expect(opcAt(steps, 210)).toBe(1010n);
  expect(opcAt(steps, 219)).toBe(1019n);
  expect(opcAt(steps, 9999)).toBe(1025n);
});

test("supply walks back from now", () => {
  const changes = [
    event(30, "wasm", { amount: "5" }),
    event(20, "coins_burnt", { amount: "10" }),
    event(10, "coins_minted", { amount: "100" }),
  ];
  const points = supplyHistory(85n, 40, changes);
  expect(points).toEqual([
    { time: 10, value: 0n },
    { time: 10, value: 100n },
    { time: 20, value: 90n },
    { time: 30, value: 85n },
    { time: 40, value: 85n },
  ]);
});

const census = (id: number, closed_at: number): CensusRecord => ({
  id,
  closed_at,
  round_time: closed_at - 5,
  slot: id,
  beacon: "",
  height: 1,
  operators: 1,
  rate: "0",
  by_tier: [],
});

test("the reserve is the smaller of proven and committed, while that runs", () => {
  const of = {
    censuses: [census(3, 130), census(2, 120), census(1, 110)],
    steps: [step(0, "1000000", "1000000")],
    horizon: 50,
    proven: [
      event(129, "issuer_proven_changed", { issuer: "a", census: "3", proven: "7" }),
      event(119, "issuer_proven_changed", { issuer: "a", census: "2", proven: "9" }),
      // An earlier word on the same census does not count.
      event(118, "issuer_proven_changed", { issuer: "a", census: "2", proven: "4" }),
      event(109, "issuer_proven_changed", { issuer: "b", census: "1", proven: "4" }),
    ],
    committed: [
      event(125, "issuer_committed", { issuer: "a", rate: "5", until: "140" }),
      event(100, "issuer_committed", { issuer: "a", rate: "8", until: "999" }),
    ],
  };
  expect(reserveHistory(of, true)).toEqual([
    // b has committed nothing.
    { time: 110, value: 0n },
    { time: 120, value: 8n * 50n },
    { time: 130, value: 5n * 10n },
  ]);
  // What lies before the first event that is known is not made up.
  expect(reserveHistory(of, false).map(({ time }) => time)).toEqual([120, 130]);
});

test("uptime counts the last eight censuses, or as many as there were", () => {
  expect(uptime([], undefined)).toBeNull();
  expect(uptime([{ id: 1 }, { id: 2 }], 2)).toBe(1);
  expect(uptime([{ id: 1 }, { id: 9 }, { id: 10 }], 10)).toBe(0.25);
});
