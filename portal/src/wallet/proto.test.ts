// What the page encodes is byte for byte what CosmJS does.

import { Secp256k1HdWallet } from "@cosmjs/amino";
import { makeAuthInfoBytes, encodePubkey, DirectSecp256k1HdWallet } from "@cosmjs/proto-signing";
import { TxBody, TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { SignMode } from "cosmjs-types/cosmos/tx/signing/v1beta1/signing";
import { MsgExecuteContract } from "cosmjs-types/cosmwasm/wasm/v1/tx";
import { afterEach, expect, test, vi } from "vitest";
import { fromBase64 } from "../chain/base64";
import { Trouble } from "../trouble";
import { PATH_EXECUTE, aminoDoc } from "./document";
import type { Account } from "./keplr";
import { SIGN_MODES, authInfo, execute, txBody, txRaw } from "./proto";
import { estimate, send } from "./sign";

const key = Uint8Array.from({ length: 33 }, (_, at) => (at * 7) % 256);
const msg = { send: { contract: "wasm1votes", amount: "5", msg: "é<&>" } };
const fee = { amount: [{ denom: "ustake", amount: "2501" }], gas: "300000" };

test("the body is that of cosmjs-types", () => {
  const value = MsgExecuteContract.encode({
    sender: "wasm1me",
    contract: "wasm1coin",
    msg: new TextEncoder().encode(JSON.stringify(msg)),
    funds: [],
  }).finish();
  const messages = [{ typeUrl: PATH_EXECUTE, value }];
  const expected = TxBody.encode(TxBody.fromPartial({ messages })).finish();
  expect(txBody([execute("wasm1me", "wasm1coin", msg)])).toEqual(new Uint8Array(expected));
});

test.each([0n, 1n, 127n, 128n, 300n, 2n ** 53n - 1n])(
  "signer info with sequence %d is CosmJS's",
  (sequence) => {
    const pubkey = encodePubkey({
      type: "tendermint/PubKeySecp256k1",
      value: Buffer.from(key).toString("base64"),
    });
    for (const [mode, theirs] of [
      [SIGN_MODES.direct, SignMode.SIGN_MODE_DIRECT],
      [SIGN_MODES.amino, SignMode.SIGN_MODE_LEGACY_AMINO_JSON],
    ] as const) {
      const expected = makeAuthInfoBytes(
        [{ pubkey, sequence: Number(sequence) }],
        fee.amount,
        Number(fee.gas),
        undefined,
        undefined,
        theirs,
      );
      expect(authInfo(key, mode, sequence, fee)).toEqual(new Uint8Array(expected));
    }
  },
);

test("a transaction reads back, with its one signature", () => {
  for (const signature of [new Uint8Array(), Uint8Array.from({ length: 64 }, () => 9)]) {
    const raw = TxRaw.decode(txRaw(new Uint8Array([1]), new Uint8Array([2]), signature));
    expect(raw.signatures.map((one) => [...one])).toEqual([[...signature]]);
  }
});

const words = "test test test test test test test test test test test junk";
const chain = { rest: "http://node", chainId: "chain-1" };
const message = { contract: "wasm1coin", msg: { transfer: { recipient: "wasm1x", amount: "1" } } };

/** A node that keeps what it is sent. */
function node(code = 0) {
  const sent: Uint8Array[] = [];
  vi.stubGlobal("fetch", async (url: string, init?: RequestInit) => {
    const body = init?.body ? (JSON.parse(String(init.body)) as { tx_bytes: string }) : null;
    if (body) sent.push(fromBase64(body.tx_bytes));
    if (url.includes("/accounts/")) {
      return Response.json({ account: { account_number: "18446744073709551615", sequence: "4" } });
    }
    if (url.endsWith("/simulate")) return Response.json({ gas_info: { gas_used: "100000" } });
    return Response.json({
      tx_response: { code, txhash: "AB", raw_log: "out of luck", height: "7" },
    });
  });
  return sent;
}

afterEach(() => vi.unstubAllGlobals());

async function accountOf(mode: "direct" | "amino"): Promise<Account> {
  const wallet =
    mode === "direct"
      ? await DirectSecp256k1HdWallet.fromMnemonic(words, { prefix: "wasm" })
      : await Secp256k1HdWallet.fromMnemonic(words, { prefix: "wasm" });
  const [first] = await wallet.getAccounts();
  return {
    wallet: "test",
    name: "Ada",
    address: first?.address ?? "",
    signer: wallet as Account["signer"],
  };
}

test("gas is what was simulated and a margin", async () => {
  const sent = node();
  const fees = { coinDenom: "STAKE", coinMinimalDenom: "ustake", coinDecimals: 6 };
  const gasPriceStep = { low: 0.02, average: 0.025, high: 0.05 };
  expect(
    await estimate(chain, await accountOf("direct"), [message], { ...fees, gasPriceStep }),
  ).toEqual({
    gas: "140000",
    amount: [{ denom: "ustake", amount: "3500" }],
  });
  expect(TxRaw.decode(sent[0] ?? new Uint8Array()).signatures).toHaveLength(1);
});

test.each(["direct", "amino"] as const)(
  "what is sent carries the wallet's %s signature",
  async (mode) => {
    const sent = node();
    const account = await accountOf(mode);
    expect(await send(chain, account, [message], fee)).toEqual({ hash: "AB", height: 7 });
    const raw = TxRaw.decode(sent[0] ?? new Uint8Array());
    expect(raw.signatures[0]).toHaveLength(64);
  },
);

test("an amino document has numbers as text", () => {
  const at = { accountNumber: "18446744073709551615", sequence: "4" };
  const doc = aminoDoc("chain-1", "wasm1me", at, [message], fee);
  expect(doc).toMatchObject({ account_number: "18446744073709551615", sequence: "4", memo: "" });
  expect(doc.msgs[0]).toEqual({
    type: "wasm/MsgExecuteContract",
    value: { sender: "wasm1me", contract: "wasm1coin", msg: message.msg, funds: [] },
  });
});

test("what the chain refuses is trouble with its words", async () => {
  node(5);
  const refused = send(chain, await accountOf("direct"), [message], fee);
  await expect(refused).rejects.toMatchObject({ what: "tx_refused", said: "out of luck" });
  expect(new Trouble("no_fee")).toBeInstanceOf(Error);
});
