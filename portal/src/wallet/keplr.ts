// The wallet's side: Keplr's interface, as Keplr and others have it in the page.

import { loadChainEntry, type Node } from "../config";
import { Trouble, asTrouble } from "../trouble";
import type { AminoSigner, Signer } from "./document";

/** As much of Keplr's interface as the page uses. */
export interface Keplr {
  experimentalSuggestChain(entry: unknown): Promise<void>;
  enable(chainId: string): Promise<void>;
  getKey(chainId: string): Promise<{ name: string; bech32Address: string; isNanoLedger?: boolean }>;
  getOfflineSignerAuto(chainId: string): Promise<Signer>;
  getOfflineSignerOnlyAmino(chainId: string): AminoSigner;
}

/** A wallet that the page has found. */
export interface Found {
  id: string;
  name: string;
  keplr: Keplr;
  /** What it tells the window when another account is chosen. */
  changed: string;
}

/** An account that the page may sign with, each time with the wallet's leave. */
export interface Account {
  wallet: string;
  /** What the wallet calls it. */
  name: string;
  address: string;
  signer: Signer;
}

type Providers = Window & {
  keplr?: Keplr;
  leap?: Keplr;
  cosmostation?: { providers?: { keplr?: Keplr } };
};

/** Wallets in this page. */
export function findWallets(): Found[] {
  const { keplr, leap, cosmostation } = window as Providers;
  const known: [string, string, Keplr | undefined, string][] = [
    ["keplr", "Keplr", keplr, "keplr_keystorechange"],
    ["leap", "Leap", leap, "leap_keystorechange"],
    ["cosmostation", "Cosmostation", cosmostation?.providers?.keplr, "cosmostation_keystorechange"],
  ];
  return known.flatMap(([id, name, keplr, changed]) =>
    keplr ? [{ id, name, keplr, changed }] : [],
  );
}

/** Tells the wallet of the chain, and asks it for the account that is chosen there. */
export async function connect(wallet: Found, chainId: string, node: Node): Promise<Account> {
  const entry = await loadChainEntry(node);
  if (entry.chainId !== chainId) {
    throw new Trouble("bad_deployment", { name: "deployment-keplr.json" });
  }
  const { keplr, id } = wallet;
  try {
    await keplr.experimentalSuggestChain(entry);
    await keplr.enable(chainId);
    const key = await keplr.getKey(chainId);
    // A Ledger signs amino JSON alone; the wallet itself knows that best.
    const signer = key.isNanoLedger
      ? keplr.getOfflineSignerOnlyAmino(chainId)
      : await keplr.getOfflineSignerAuto(chainId);
    return { wallet: id, name: key.name, address: key.bech32Address, signer };
  } catch (error) {
    throw walletTrouble(error);
  }
}

/** What a wallet's error means. Wallets have no codes: their words are all there is. */
export function walletTrouble(error: unknown): Trouble {
  if (error instanceof Trouble) return error;
  const said = asTrouble(error).said;
  if (/reject|denied|declin|cancel/i.test(said)) return new Trouble("wallet_refused", {}, said);
  if (/lock/i.test(said)) return new Trouble("wallet_locked", {}, said);
  if (
    /no chain info|chain[^.]*(not|un)[^.]*(found|known|supported|match)|invalid chain|chain-?id mismatch/i.test(
      said,
    )
  ) {
    return new Trouble("wallet_other_chain", {}, said);
  }
  return new Trouble("wallet_failed", {}, said);
}
