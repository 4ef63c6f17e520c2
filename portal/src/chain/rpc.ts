// Questions to a node over CometBFT's JSON-RPC: the chain's state, events that have been,
// and the times of blocks.

import { Trouble } from "../trouble";
import { fetchJson } from "./rest";

/** One event of a transaction. */
export interface ChainEvent {
  /** Without the chain's `wasm-` in front. */
  kind: string;
  attributes: Record<string, string>;
  height: number;
  hash: string;
}

/** A page of a search: the newest first. */
export interface Found {
  events: ChainEvent[];
  /** Transactions that there are, also on other pages. */
  total: number;
}

/** The most that a node gives on one page. */
export const PAGE = 100;

interface RpcTx {
  hash: string;
  height: string;
  tx_result: { events: { type: string; attributes: { key: string; value: string }[] }[] };
}

/** The chain that a node is on, with its height and time. */
export async function status(
  rpc: string,
): Promise<{ chainId: string; height: number; time: number }> {
  const answer = (await call(rpc, "status", {})) as {
    node_info: { network: string };
    sync_info: { latest_block_height: string; latest_block_time: string };
  };
  return {
    chainId: answer.node_info.network,
    height: Number(answer.sync_info.latest_block_height),
    time: seconds(answer.sync_info.latest_block_time),
  };
}

/**
 * Events of one kind that a contract has emitted, of the newest transactions that had one.
 * `where` are attributes that the event must have.
 */
export async function search(
  rpc: string,
  contract: string,
  kind: string,
  where: Record<string, string> = {},
  page = 1,
): Promise<Found> {
  // The bare `wasm` of CW20 has no kind of its own.
  const type = kind === "wasm" ? kind : `wasm-${kind}`;
  const wanted = { _contract_address: contract, ...where };
  const query = Object.entries(wanted)
    .map(([key, value]) => `${type}.${key}='${value}'`)
    .join(" AND ");
  const params = { query, per_page: String(PAGE), page: String(page), order_by: "desc" };
  const answer = (await call(rpc, "tx_search", params)) as { txs: RpcTx[]; total_count: string };
  const events = answer.txs.flatMap((tx) => {
    const own = eventsOf(tx).filter((event) => event.kind === kind && has(event, wanted));
    // Within one transaction too the last is the newest.
    return own.reverse();
  });
  return { events, total: Number(answer.total_count) };
}

/** All events of one kind, as far back as `pages` of them go; the newest first. */
export async function searchBack(
  rpc: string,
  contract: string,
  kind: string,
  where: Record<string, string> = {},
  pages = 3,
): Promise<{ events: ChainEvent[]; complete: boolean }> {
  const events: ChainEvent[] = [];
  for (let page = 1; page <= pages; page += 1) {
    const found = await search(rpc, contract, kind, where, page);
    events.push(...found.events);
    if (page * PAGE >= found.total) return { events, complete: true };
  }
  return { events, complete: false };
}

/** Times of blocks, in seconds since 1970, in one request. */
export async function timesOf(rpc: string, heights: number[]): Promise<Map<number, number>> {
  const wanted = [...new Set(heights)];
  const times = new Map<number, number>();
  for (let at = 0; at < wanted.length; at += PAGE) {
    const some = wanted.slice(at, at + PAGE);
    const calls = some.map((height, id) => request(id, "header", { height: String(height) }));
    const { json } = await fetchJson(rpc, post(calls));
    for (const one of json as { id: number; result?: { header: { time: string } } }[]) {
      const height = some[one.id];
      if (one.result && height !== undefined) times.set(height, seconds(one.result.header.time));
    }
  }
  return times;
}

/** A moment as the chain writes it, in whole seconds since 1970. */
export function seconds(rfc3339: string): number {
  return Math.floor(Date.parse(rfc3339) / 1000);
}

/** The contracts' events of one transaction, with the attributes as they stand. */
function eventsOf(tx: RpcTx): ChainEvent[] {
  return tx.tx_result.events
    .filter(({ type }) => type === "wasm" || type.startsWith("wasm-"))
    .map(({ type, attributes }) => ({
      kind: type.replace(/^wasm-/, ""),
      attributes: Object.fromEntries(attributes.map(({ key, value }) => [key, value])),
      height: Number(tx.height),
      hash: tx.hash,
    }));
}

function has(event: ChainEvent, wanted: Record<string, string>): boolean {
  return Object.entries(wanted).every(([key, value]) => event.attributes[key] === value);
}

function request(id: number, method: string, params: Record<string, string>) {
  return { jsonrpc: "2.0", id, method, params };
}

function post(body: unknown): RequestInit {
  const headers = { "content-type": "application/json" };
  return { method: "POST", headers, body: JSON.stringify(body) };
}

async function call(rpc: string, method: string, params: Record<string, string>): Promise<unknown> {
  const { json } = await fetchJson(rpc, post(request(1, method, params)));
  const answer = json as { result?: unknown; error?: { message: string; data?: string } };
  if (answer.result !== undefined) return answer.result;
  const said = answer.error ? `${answer.error.message} ${answer.error.data ?? ""}` : "";
  throw new Trouble("node_answer", { status: "RPC" }, said);
}
