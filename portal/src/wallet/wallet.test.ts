import { expect, test } from "vitest";
import { walletTrouble } from "./keplr";
import { messages } from "./messages";
import { chainTrouble, price } from "./sign";

test.each([
  ["Request rejected", "wallet_refused"],
  ["User denied transaction", "wallet_refused"],
  ["Keyring is locked", "wallet_locked"],
  ["There is no chain info for ballast-1", "wallet_other_chain"],
  ["ledger: device is busy", "wallet_failed"],
])("a wallet that says “%s” means %s", (said, what) => {
  expect(walletTrouble(new Error(said))).toMatchObject({ what, said });
});

test.each([
  ["spendable balance 0ustake is smaller than 5ustake: insufficient funds", "no_fee"],
  ["Cannot Sub with given operands: execute wasm contract failed", "no_coins"],
])("a chain that says “%s” means %s", (said, what) => {
  expect(chainTrouble(new Error(said)).what).toBe(what);
});

test("a refusal is told in the contract's own words", () => {
  const said =
    "failed to execute message; message index: 0: dispatch: submessages: the operator is tombstoned: execute wasm contract failed";
  expect(chainTrouble(new Error(said))).toMatchObject({
    what: "tx_refused",
    values: { reason: "the operator is tombstoned" },
  });
});

test("fees round up, and a chain without a price takes none", () => {
  const fees = { coinDenom: "STAKE", coinMinimalDenom: "ustake", coinDecimals: 6 };
  const gasPriceStep = { low: 0.02, average: 0.025, high: 0.05 };
  expect(price(100_001, { ...fees, gasPriceStep })).toEqual([{ denom: "ustake", amount: "2501" }]);
  expect(price(100_001, fees)).toEqual([]);
});

test("coins go to a contract with what they are for", () => {
  const contracts = { coin: "c", oracle: "o", votes: "v", market: "m" };
  const make = messages({ contracts });
  const vote = make.vote("wasm1miner", 5n);
  expect(vote.contract).toBe("c");
  const { send } = vote.msg as { send: { contract: string; amount: string; msg: string } };
  expect(send).toMatchObject({ contract: "v", amount: "5" });
  expect(JSON.parse(atob(send.msg))).toEqual({ vote: { operator: "wasm1miner" } });
  expect(make.unvote("x", 1n, false).msg).toEqual({ unvote: { operator: "x", amount: "1" } });
  expect(make.unvote("x", 1n, true).msg).toEqual({ unbond: { operator: "x", amount: "1" } });
});
