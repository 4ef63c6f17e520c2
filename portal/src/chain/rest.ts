// Questions to a node over REST: contracts' answers, balances, and devnet's faucet.

import { Trouble } from "../trouble";
import type { Sequence } from "../wallet/document";
import { textToBase64 } from "./base64";

/** What a node is given to answer in. */
const PATIENCE_MS = 15_000;

/** Asks a contract. */
export async function smart(rest: string, address: string, message: unknown): Promise<unknown> {
  const query = encodeURIComponent(textToBase64(JSON.stringify(message)));
  const answer = await get(`${rest}/cosmwasm/wasm/v1/contract/${address}/smart/${query}`);
  return (answer as { data: unknown }).data;
}

/** Units of a denom of the bank's that an account can spend. */
export async function balance(rest: string, address: string, denom: string): Promise<bigint> {
  const path = `/cosmos/bank/v1beta1/balances/${address}/by_denom?denom=${encodeURIComponent(denom)}`;
  const answer = (await get(rest + path)) as { balance: { amount: string } };
  return BigInt(answer.balance.amount);
}

/** Has devnet's faucet give an account some of the fee denom. */
export async function faucet(rest: string, address: string, denom: string): Promise<void> {
  await post(`${rest}/faucet`, { address, denom });
}

/** An account's number and sequence; trouble if it has never received anything. */
export async function account(rest: string, address: string): Promise<Sequence> {
  interface Found {
    account: { account_number: string; sequence: string };
  }
  const found = (await get(`${rest}/cosmos/auth/v1beta1/accounts/${address}`).catch((error) => {
    if (error instanceof Trouble && error.what === "not_found") {
      throw new Trouble("no_account", {}, error.said);
    }
    throw error;
  })) as Found;
  return { accountNumber: found.account.account_number, sequence: found.account.sequence };
}

/** Gas that a transaction, in base64, would use. */
export async function simulate(rest: string, tx: string): Promise<number> {
  const answer = await post(`${rest}/cosmos/tx/v1beta1/simulate`, { tx_bytes: tx });
  return Number((answer as { gas_info: { gas_used: string } }).gas_info.gas_used);
}

/** What a node says of a transaction. `code` is 0 where all is well. */
export interface TxResponse {
  code: number;
  txhash: string;
  raw_log: string;
  height: string;
}

/** Hands in a transaction, in base64. It is not in a block yet. */
export async function broadcast(rest: string, tx: string): Promise<TxResponse> {
  const body = { tx_bytes: tx, mode: "BROADCAST_MODE_SYNC" };
  const answer = await post(`${rest}/cosmos/tx/v1beta1/txs`, body);
  return (answer as { tx_response: TxResponse }).tx_response;
}

/** A transaction that is in a block; null while it is not. */
export async function included(rest: string, hash: string): Promise<TxResponse | null> {
  const answer = await get(`${rest}/cosmos/tx/v1beta1/txs/${hash}`).catch((error) => {
    if (error instanceof Trouble && error.what === "not_found") return null;
    throw error;
  });
  return (answer as { tx_response: TxResponse } | null)?.tx_response ?? null;
}

const post = (url: string, body: unknown) =>
  ask(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
const get = (url: string) => ask(url, {});

async function ask(url: string, init: RequestInit): Promise<unknown> {
  const body = await fetchJson(url, init);
  if (body.ok) return body.json;
  const said = (body.json as { message?: string } | null)?.message ?? "";
  // A contract says "not found" in words of cosmwasm-std's.
  if (/not found/i.test(said)) throw new Trouble("not_found", {}, said);
  if (/contract failed|contract:/i.test(said)) throw new Trouble("contract_refused", {}, said);
  throw new Trouble("node_answer", { status: String(body.status) }, said);
}

/** Fetches JSON; trouble if nobody answers or it is none. */
export async function fetchJson(
  url: string,
  init: RequestInit,
): Promise<{ ok: boolean; status: number; json: unknown }> {
  const origin = new URL(url).origin;
  let answer: Response;
  try {
    answer = await fetch(url, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch (error) {
    throw new Trouble("node_down", { node: origin }, String(error));
  }
  try {
    return { ok: answer.ok, status: answer.status, json: await answer.json() };
  } catch {
    throw new Trouble("node_answer", { status: String(answer.status) });
  }
}
