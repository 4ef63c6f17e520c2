// Supply and reserve as they were, from what the chain keeps: closed censuses, steps of the
// peg, and events. All of it walks back from the present, so that it needs no beginning.

import type { CensusRecord, PegStep } from "../contracts/oracle";
import type { ChainEvent } from "./rpc";

/** One moment of a line. */
export interface Point {
  /** Seconds since 1970. */
  time: number;
  value: bigint;
}

/** An event, with when it was. */
export interface Dated {
  time: number;
  event: ChainEvent;
}

/** Ops in one coin at a moment; null before the first step. Rounded down. */
export function opcAt(steps: PegStep[], time: number): bigint | null {
  const step = steps.filter((one) => one.started_at <= time).at(-1);
  if (!step) return null;
  const [start, target] = [BigInt(step.start), BigInt(step.target)];
  const gone = BigInt(Math.floor(time - step.started_at));
  const risen = (start * BigInt(step.glide_bps) * gone) / (10_000n * BigInt(step.glide_period));
  return start + risen < target ? start + risen : target;
}

/**
 * Micro-coins that existed, the oldest first, up to now. `changes` are mints and burns, the
 * newest first.
 */
export function supplyHistory(supply: bigint, now: number, changes: Dated[]): Point[] {
  const points: Point[] = [{ time: now, value: supply }];
  let value = supply;
  for (const { time, event } of changes) {
    points.push({ time, value });
    value -= change(event);
  }
  const first = changes.at(-1);
  // What was there before the first change that is known.
  if (first) points.push({ time: first.time, value });
  return points.reverse();
}

/** Micro-coins that came with an event. */
function change({ kind, attributes }: ChainEvent): bigint {
  const amount = BigInt(attributes.amount ?? "0");
  return kind === "coins_minted" ? amount : -amount;
}

/** What {@link reserveHistory} is made of; events the newest first. */
export interface Reserve {
  censuses: CensusRecord[];
  steps: PegStep[];
  /** Seconds of commitment that count. */
  horizon: number;
  /** `issuer_proven_changed`. */
  proven: Dated[];
  /** `issuer_committed`. */
  committed: Dated[];
}

/**
 * Micro-coins that counted as backed when each census closed, the oldest first: of each
 * issuer the smaller of what it had proven and committed, for as long as that still ran.
 * Censuses from before the first known event are left out.
 */
export function reserveHistory(of: Reserve, complete: boolean): Point[] {
  const known = complete ? 0 : (of.proven.at(-1)?.time ?? Infinity);
  const points: Point[] = [];
  for (const census of [...of.censuses].reverse()) {
    const at = census.closed_at;
    const opc = opcAt(of.steps, at);
    if (opc === null || opc === 0n || census.round_time < known) continue;
    let ops = 0n;
    for (const [issuer, proven] of provenIn(of.proven, census.id)) {
      const commitment = of.committed.find(
        ({ time, event }) => time <= at && event.attributes.issuer === issuer,
      );
      if (!commitment) continue;
      const { rate = "0", until = "0" } = commitment.event.attributes;
      const effective = BigInt(rate) < proven ? BigInt(rate) : proven;
      const seconds = Math.min(Math.max(Number(until) - at, 0), of.horizon);
      ops += effective * BigInt(Math.floor(seconds));
    }
    points.push({ time: at, value: (ops * 1_000_000n) / opc });
  }
  return points;
}

/** Ops per second by issuer in one census: the last word counts. */
function provenIn(events: Dated[], census: number): Map<string, bigint> {
  const found = new Map<string, bigint>();
  for (const { event } of events) {
    const { issuer, proven } = event.attributes;
    if (event.attributes.census !== String(census) || !issuer || found.has(issuer)) continue;
    found.set(issuer, BigInt(proven ?? "0"));
  }
  return found;
}

/** Of the last eight censuses the part that an operator has answered; null if there were none. */
export function uptime(results: { id: number }[], lastCensus: number | undefined): number | null {
  if (!lastCensus) return null;
  const from = Math.max(lastCensus - 7, 1);
  const answered = results.filter(({ id }) => id >= from && id <= lastCensus).length;
  return answered / (lastCensus - from + 1);
}
