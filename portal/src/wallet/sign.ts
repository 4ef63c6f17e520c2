// Estimating, signing and sending, over REST.

import { fromBase64, toBase64 } from "../chain/base64";
import { account, broadcast, included, simulate } from "../chain/rest";
import type { ChainEntry } from "../config";
import { Trouble, asTrouble } from "../trouble";
import { aminoDoc, type Fee } from "./document";
import { walletTrouble, type Account } from "./keplr";
import type { Message } from "./messages";
import { SIGN_MODES, authInfo, execute, txBody, txRaw, type Bytes } from "./proto";

/** Gas that is paid for, beyond what the simulation has used: state can change until then. */
const MARGIN = 1.4;
/** How often, and for how long, a transaction is looked for in a block. */
const LOOK_MS = 500;
const WAIT_MS = 60_000;

/** Where to send, and for which chain. */
export interface Chain {
  rest: string;
  chainId: string;
}

export interface Sent {
  hash: string;
  height: number;
}

type FeeCurrency = ChainEntry["feeCurrencies"][number];

/** What the messages would cost now; trouble if they would fail. */
export async function estimate(
  chain: Chain,
  from: Account,
  messages: Message[],
  fees: FeeCurrency,
): Promise<Fee> {
  try {
    const { sequence } = await account(chain.rest, from.address);
    const auth = authInfo(await publicKey(from), SIGN_MODES.direct, BigInt(sequence), {
      amount: [],
      gas: "0",
    });
    const used = await simulate(chain.rest, toBase64(txRaw(body(from, messages), auth, EMPTY)));
    const gas = Math.ceil(used * MARGIN);
    return { gas: String(gas), amount: price(gas, fees) };
  } catch (error) {
    throw chainTrouble(error);
  }
}

/** The price of gas in the fee denom's unit, rounded up. */
export function price(gas: number, fees: FeeCurrency): Fee["amount"] {
  const amount = Math.ceil(gas * (fees.gasPriceStep?.average ?? 0));
  return amount > 0 ? [{ denom: fees.coinMinimalDenom, amount: String(amount) }] : [];
}

/** Has the wallet sign, sends, and waits for the block. */
export async function send(
  chain: Chain,
  from: Account,
  messages: Message[],
  fee: Fee,
): Promise<Sent> {
  try {
    const bytes = await sign(chain, from, messages, fee);
    const { code, txhash, raw_log } = await broadcast(chain.rest, toBase64(bytes));
    if (code !== 0) throw new Error(raw_log);
    return await wait(chain.rest, txhash);
  } catch (error) {
    throw chainTrouble(error);
  }
}

const EMPTY: Bytes = new Uint8Array();

/** The signed transaction. What the wallet has changed, such as the fee, is what counts. */
async function sign(chain: Chain, from: Account, messages: Message[], fee: Fee): Promise<Bytes> {
  const at = await account(chain.rest, from.address);
  const [key, sequence] = [await publicKey(from), BigInt(at.sequence)];
  try {
    if ("signDirect" in from.signer) {
      const { signed, signature } = await from.signer.signDirect(from.address, {
        bodyBytes: body(from, messages),
        authInfoBytes: authInfo(key, SIGN_MODES.direct, sequence, fee),
        chainId: chain.chainId,
        accountNumber: BigInt(at.accountNumber),
      });
      return txRaw(
        new Uint8Array(signed.bodyBytes),
        new Uint8Array(signed.authInfoBytes),
        fromBase64(signature.signature),
      );
    }
    const doc = aminoDoc(chain.chainId, from.address, at, messages, fee);
    const { signed, signature } = await from.signer.signAmino(from.address, doc);
    const auth = authInfo(key, SIGN_MODES.amino, BigInt(signed.sequence), signed.fee);
    return txRaw(body(from, messages), auth, fromBase64(signature.signature));
  } catch (error) {
    throw walletTrouble(error);
  }
}

function body(from: Account, messages: Message[]): Bytes {
  return txBody(messages.map(({ contract, msg }) => execute(from.address, contract, msg)));
}

async function publicKey({ signer, address }: Account): Promise<Bytes> {
  const accounts = await signer.getAccounts().catch((error: unknown) => {
    throw walletTrouble(error);
  });
  const own = accounts.find((one) => one.address === address);
  if (!own) throw new Trouble("wallet_failed", {}, `the wallet has no account ${address}`);
  return new Uint8Array(own.pubkey);
}

/** Waits until the transaction is in a block; trouble if it has failed there. */
async function wait(rest: string, hash: string): Promise<Sent> {
  const begun = Date.now();
  while (Date.now() - begun < WAIT_MS) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    // A node that is away for a moment says nothing of what became of it.
    const found = await included(rest, hash).catch(() => null);
    if (!found) continue;
    if (found.code !== 0) throw new Error(found.raw_log);
    return { hash, height: Number(found.height) };
  }
  throw new Trouble("tx_unknown", { hash });
}

/** What the chain's words mean. */
export function chainTrouble(error: unknown): Trouble {
  if (
    error instanceof Trouble &&
    !["node_answer", "not_found", "contract_refused"].includes(error.what)
  )
    return error;
  const { said } = asTrouble(error);
  if (/insufficient fee|insufficient funds|spendable balance/i.test(said)) {
    return new Trouble("no_fee", {}, said);
  }
  if (/cannot sub with|overflow: cannot sub/i.test(said)) return new Trouble("no_coins", {}, said);
  // The contract's own words are between the keeper's and the SDK's.
  const own =
    /message index: \d+: (?:dispatch: submessages: )*(.*?)(?:: execute wasm contract failed|$)/s.exec(
      said,
    );
  if (!own && error instanceof Trouble) return error;
  return new Trouble("tx_refused", { reason: own?.[1] ?? said }, said);
}
