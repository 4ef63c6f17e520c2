// A wallet with Keplr's interface that really signs, by CosmJS, direct and amino. The page
// sees `window.keplr`; keys and decisions stay out here.

import { randomBytes } from "node:crypto";
import { Secp256k1HdWallet, type StdSignDoc } from "@cosmjs/amino";
import { DirectSecp256k1HdWallet } from "@cosmjs/proto-signing";
import type { BrowserContext } from "@playwright/test";

/** How the wallet behaves; a test changes it as it goes. */
export interface Mood {
  locked: boolean;
  refuses: "nothing" | "connecting" | "signing";
  knowsChain: boolean;
  /** As with a Ledger: amino JSON alone. */
  ledger: boolean;
}

export interface TestWallet {
  address: string;
  name: string;
  mood: Mood;
  /** Chains that were suggested. */
  suggested: Record<string, unknown>[];
  /** How often something was signed, by mode. */
  signed: { direct: number; amino: number };
  /** Chooses another account, as its user would. */
  choose(words: string, name: string): Promise<void>;
}

const PREFIX = { prefix: "wasm" };

/** Twelve words that nobody had before. */
export async function newWords(): Promise<string> {
  return (await DirectSecp256k1HdWallet.generate(12)).mnemonic;
}

export async function installWallet(
  context: BrowserContext,
  words: string,
  name = "Ada",
  ledger = false,
): Promise<TestWallet> {
  let direct = await DirectSecp256k1HdWallet.fromMnemonic(words, PREFIX);
  let amino = await Secp256k1HdWallet.fromMnemonic(words, PREFIX);
  const first = await direct.getAccounts();
  const wallet: TestWallet = {
    address: first[0]?.address ?? "",
    name,
    mood: { locked: false, refuses: "nothing", knowsChain: true, ledger },
    suggested: [],
    signed: { direct: 0, amino: 0 },
    choose: async (words, name) => {
      direct = await DirectSecp256k1HdWallet.fromMnemonic(words, PREFIX);
      amino = await Secp256k1HdWallet.fromMnemonic(words, PREFIX);
      wallet.address = (await direct.getAccounts())[0]?.address ?? "";
      wallet.name = name;
      for (const page of context.pages()) {
        await page.evaluate(() => dispatchEvent(new Event("keplr_keystorechange")));
      }
    },
  };
  const { mood, signed } = wallet;
  const asked = () => {
    if (mood.locked) throw new Error("Keyring is locked");
    if (!mood.knowsChain) throw new Error("There is no chain info for this chain");
  };
  const account = async () => {
    const [one] = await direct.getAccounts();
    if (!one) throw new Error("no account");
    return {
      address: one.address,
      algo: "secp256k1",
      pubkey: Buffer.from(one.pubkey).toString("hex"),
    };
  };
  const handlers: Record<string, (...values: never[]) => Promise<unknown>> = {
    suggest: async (entry: Record<string, unknown>) => {
      if (mood.refuses === "connecting") throw new Error("Request rejected");
      wallet.suggested.push(entry);
    },
    enable: async () => asked(),
    key: async () => {
      asked();
      return { name: wallet.name, bech32Address: wallet.address, isNanoLedger: mood.ledger };
    },
    account,
    signDirect: async (address: string, doc: Record<string, string>) => {
      if (mood.refuses === "signing") throw new Error("Request rejected");
      if (mood.ledger) throw new Error("A Ledger signs amino alone");
      const bytes = (hex: string | undefined) => new Uint8Array(Buffer.from(hex ?? "", "hex"));
      const result = await direct.signDirect(address, {
        bodyBytes: bytes(doc.bodyBytes),
        authInfoBytes: bytes(doc.authInfoBytes),
        chainId: doc.chainId ?? "",
        accountNumber: BigInt(doc.accountNumber ?? "0"),
      });
      signed.direct += 1;
      return result.signature;
    },
    signAmino: async (address: string, doc: StdSignDoc) => {
      if (mood.refuses === "signing") throw new Error("Request rejected");
      const result = await amino.signAmino(address, doc);
      signed.amino += 1;
      return result;
    },
  };
  // Names are per wallet: nothing in the page can guess another's.
  const binding = `wallet_${randomBytes(6).toString("hex")}`;
  await context.exposeFunction(binding, (method: string, values: never[]) => {
    const handler = handlers[method];
    if (!handler) throw new Error(`no ${method}`);
    return handler(...values);
  });
  await context.addInitScript(inPage, binding);
  return wallet;
}

/** Runs in the page, before anything of it. */
function inPage(binding: string): void {
  type Call = (method: string, values: unknown[]) => Promise<unknown>;
  const call = async (method: string, ...values: unknown[]): Promise<never> =>
    (await (window as unknown as Record<string, Call>)[binding]?.(method, values)) as never;
  const hex = (bytes: Uint8Array) =>
    [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
  const accounts = async () => {
    const one = (await call("account")) as { address: string; algo: string; pubkey: string };
    const pubkey = Uint8Array.from(one.pubkey.match(/../g) ?? [], (pair) => parseInt(pair, 16));
    return [{ ...one, pubkey }];
  };
  interface Doc {
    bodyBytes: Uint8Array;
    authInfoBytes: Uint8Array;
    chainId: string;
    accountNumber: bigint;
  }
  const direct = {
    getAccounts: accounts,
    signDirect: async (address: string, doc: Doc) => ({
      signed: doc,
      signature: await call("signDirect", address, {
        bodyBytes: hex(doc.bodyBytes),
        authInfoBytes: hex(doc.authInfoBytes),
        chainId: doc.chainId,
        accountNumber: String(doc.accountNumber),
      }),
    }),
  };
  const amino = {
    getAccounts: accounts,
    signAmino: (address: string, doc: unknown) => call("signAmino", address, doc),
  };
  Object.assign(window, {
    keplr: {
      experimentalSuggestChain: (entry: unknown) => call("suggest", entry),
      enable: (chainId: string) => call("enable", chainId),
      getKey: (chainId: string) => call("key", chainId),
      getOfflineSignerAuto: async () => direct,
      getOfflineSignerOnlyAmino: () => amino,
    },
  });
}
