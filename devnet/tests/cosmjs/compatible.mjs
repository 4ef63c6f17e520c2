// What CosmJS sees: `node compatible.mjs RPC_URL REST_URL ARTIFACTS`. Written for devnet and
// wasmd alike; prints what it saw as JSON, so that the two can be compared. `wasmd.json` is
// what it saw of wasmd v0.70.3.

import { readFileSync } from "node:fs";
import assert from "node:assert/strict";
import { Secp256k1HdWallet } from "@cosmjs/amino";
import { SigningCosmWasmClient } from "@cosmjs/cosmwasm-stargate";
import { DirectSecp256k1HdWallet } from "@cosmjs/proto-signing";
import { TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { firstEvent } from "./socket.mjs";
import { vote } from "./vote.mjs";
import { asWallet } from "./wallet.mjs";

const [rpc, rest, artifacts] = process.argv.slice(2);
assert.ok(rpc && rest && artifacts, "usage: node compatible.mjs RPC_URL REST_URL ARTIFACTS");

const words = "test test test test test test test test test test test junk";
const options = { broadcastPollIntervalMs: 100 };
const direct = await DirectSecp256k1HdWallet.fromMnemonic(words, { prefix: "wasm" });
const [{ address }] = await direct.getAccounts();
const client = await SigningCosmWasmClient.connectWithSigner(rpc, direct, options);
const seen = {};

seen.chainId = await client.getChainId();
assert.ok((await client.getHeight()) > 0);
const recipient = "wasm1erxf3sa9q2j4vgseu7jq4a258ckmk7cy9zt7wf";
const fees = (gas) => ({ amount: [{ denom: "ustake", amount: "5000" }], gas });
const fee = fees("200000");

const sent = await client.sendTokens(address, recipient, [{ denom: "ustake", amount: "7" }], fee);
assert.equal(sent.code, 0);
seen.send = sent.events.map((event) => event.type);

const code = readFileSync(`${artifacts}/plain_cw20.wasm`);
const uploaded = await client.upload(address, code, fees("4000000"));
seen.upload = uploaded.events.at(-1).type;
const made = await client.instantiate(
  address,
  uploaded.codeId,
  { name: "Coin", symbol: "COIN", decimals: 6, initial_balances: [{ address, amount: "1000" }] },
  "coin",
  fees("400000"),
  { admin: address },
);
const coin = made.contractAddress;
const transfer = { transfer: { recipient, amount: "5" } };
const executed = await client.execute(address, coin, transfer, fees("300000"));
seen.execute = executed.events.at(-1).attributes.map(({ key }) => key);

const greedy = { transfer: { recipient, amount: "5000" } };
const failed = await client.execute(address, coin, greedy, fees("300000")).catch((error) => error);
seen.failed = failed.message.replace(/[0-9A-F]{64}/, "HASH").replace(/height \d+/, "height N");
const asMsg = (msg) => ({
  typeUrl: "/cosmwasm.wasm.v1.MsgExecuteContract",
  value: { sender: address, contract: coin, msg: new TextEncoder().encode(JSON.stringify(msg)), funds: [] },
});
seen.simulated = { gas: await client.simulate(address, [asMsg(transfer)], "") };
const refused = await client.simulate(address, [asMsg(greedy)], "").catch((error) => error);
// devnet does not name the line of wasmd's source, nor the same gas.
seen.refusedSimulation = refused.message.replace(/( \[[^\]]*\])? with gas used: '\d+'/, "");

seen.balance = await client.queryContractSmart(coin, { balance: { address: recipient } });
const unknown = await client.queryContractSmart(coin, { nosuch: {} }).catch((error) => error);
seen.failedQuery = unknown.message;
seen.nobody = await client.getAccount("wasm1qypqxpq9qcrsszg2pvxq6rs0zqg3yyc547at0h");
seen.contract = (await client.getContract(coin)).label;
seen.history = (await client.getContractCodeHistory(coin)).length;
seen.noContract = (await client.getContract(recipient).catch((error) => error)).message;

const found = await client.searchTx([{ key: "wasm._contract_address", value: coin }]);
assert.ok(found.some(({ hash }) => hash === executed.transactionHash));
const again = await client.getTx(executed.transactionHash);
assert.equal(again.gasUsed, executed.gasUsed);
assert.deepEqual(again.events, executed.events);
assert.equal(await client.getTx("00".repeat(32)), null);

// Amino JSON, as Keplr with a Ledger signs.
const amino = await Secp256k1HdWallet.fromMnemonic(words, { prefix: "wasm" });
const ledger = await SigningCosmWasmClient.connectWithSigner(rpc, amino, options);
const odd = { transfer: { recipient, amount: "1" } };
const signed = await ledger.execute(address, coin, odd, fees("300000"), "memo with <&> and ü");
seen.amino = signed.events.at(-1).type;

// A sequence that was used already, and a fee too small for the gas.
const { accountNumber, sequence } = await client.getSequence(address);
const sign = async (msg, fee, sequence) => {
  const data = { accountNumber, sequence, chainId: seen.chainId };
  return TxRaw.encode(await client.sign(address, [asMsg(msg)], fee, "", data)).finish();
};
const late = await client.broadcastTxSync(await sign(transfer, fee, sequence - 1)).catch((error) => error);
seen.stale = late.message.replace(/\d+/g, "N");
const tight = await client.broadcastTx(await sign(transfer, fees("80000"), sequence));
seen.outOfGas = { code: tight.code, wanted: Number(tight.gasWanted), log: tight.rawLog.replace(/gasUsed: \d+/, "gasUsed: N") };

// A subscription over the websocket.
seen.subscribed = await firstEvent(rpc, `tm.event='Tx' AND transfer.recipient='${recipient}'`, () =>
  client.sendTokens(address, recipient, [{ denom: "ustake", amount: "1" }], fee),
);
seen.wallet = await asWallet(rest, address);
seen.vote = await vote(rpc, words, artifacts, options);

client.disconnect();
ledger.disconnect();
console.log(JSON.stringify(seen, null, 2));
