// Where the network is: the files that `ballast deploy` writes, beside the page.

import type { Contract } from "./chain/contract";
import { Trouble } from "./trouble";

/** `deployment.json`, as far as the page needs it. */
export interface Deployment {
  version: number;
  chain_id: string;
  fee_denom: string;
  /** Millionths of the fee denom's unit for a gas. */
  gas_price_micro: number;
  bond_denom: string;
  endpoints: { rpc: string; rest: string };
  contracts: Record<Contract, string>;
}

/** Where one node answers. */
export interface Node {
  rpc: string;
  rest: string;
}

/** The only version of the file that there is. */
const VERSION = 1;
/** What the names of development chains begin with. */
const DEVNET = "ballast-devnet";

/** Loads `deployment.json` from beside the page. */
export async function loadDeployment(): Promise<Deployment> {
  return check(await file("deployment.json"));
}

/** Loads the chain's entry for wallets from beside the page, with the node that is asked. */
export async function loadChainEntry(node: Node): Promise<ChainEntry> {
  const entry = (await file("deployment-keplr.json")) as ChainEntry;
  return { ...entry, rpc: node.rpc, rest: node.rest };
}

/** What `experimentalSuggestChain` takes, as far as the page looks into it. */
export interface ChainEntry {
  chainId: string;
  chainName: string;
  rpc: string;
  rest: string;
  feeCurrencies: {
    coinDenom: string;
    coinMinimalDenom: string;
    coinDecimals: number;
    gasPriceStep?: { low: number; average: number; high: number };
  }[];
}

/** Whether anybody may have coins of the chain from its faucet. */
export function isDevnet(deployment: Deployment): boolean {
  return deployment.chain_id.startsWith(DEVNET);
}

async function file(name: string): Promise<unknown> {
  const answer = await fetch(`./${name}`).catch(() => null);
  if (!answer?.ok) throw new Trouble("no_deployment", { name });
  try {
    return await answer.json();
  } catch {
    throw new Trouble("bad_deployment", { name });
  }
}

/** Refuses what `ballast deploy` has not written. */
export function check(found: unknown): Deployment {
  const one = found as Partial<Deployment> | null;
  const contracts = one?.contracts;
  const whole =
    one?.version === VERSION &&
    typeof one.chain_id === "string" &&
    typeof one.endpoints?.rpc === "string" &&
    typeof one.endpoints.rest === "string" &&
    contracts !== undefined &&
    (["coin", "oracle", "votes", "market"] as const).every(
      (name) => typeof contracts[name] === "string",
    );
  if (!whole) throw new Trouble("bad_deployment", { name: "deployment.json" });
  return one as Deployment;
}

/** An address of a node that a browser may ask: no path, no trailing slash. */
export function nodeUrl(text: string): string {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    throw new Trouble("bad_url", { url: text });
  }
  const local = ["127.0.0.1", "localhost"].includes(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && local)) {
    throw new Trouble("bad_url", { url: text });
  }
  return url.href.replace(/\/+$/, "");
}
