// What CosmJS sees: `node compatible.mjs RPC_URL WASM_FILE`. Written for devnet and
// wasmd alike; prints what it saw as JSON, so that the two can be compared.

import { readFileSync } from "node:fs";
import assert from "node:assert/strict";
import { Secp256k1HdWallet } from "@cosmjs/amino";
import { SigningCosmWasmClient } from "@cosmjs/cosmwasm-stargate";
import { DirectSecp256k1HdWallet } from "@cosmjs/proto-signing";

/** As much of a websocket as one subscription takes. */
class WebSocketConnection {
  constructor(url) {
    this.url = url;
  }

  async first(query, cause) {
    const { SocketWrapper } = await import("@cosmjs/socket");
    let done;
    const event = new Promise((resolve) => (done = resolve));
    const socket = new SocketWrapper(this.url, ({ data }) => {
      const { result } = JSON.parse(data);
      if (result?.data) done({ type: result.data.type, keys: Object.keys(result.data.value) });
    }, (error) => { throw error; });
    socket.connect();
    await socket.connected;
    await socket.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "subscribe", params: { query } }));
    await new Promise((resolve) => setTimeout(resolve, 300));
    await cause();
    const seen = await event;
    socket.disconnect();
    return seen;
  }
}

const [rpc, wasm] = process.argv.slice(2);
assert.ok(rpc && wasm, "usage: node compatible.mjs RPC_URL WASM_FILE");

const words = "test test test test test test test test test test test junk";
const options = { broadcastPollIntervalMs: 200 };
const direct = await DirectSecp256k1HdWallet.fromMnemonic(words, { prefix: "wasm" });
const [{ address }] = await direct.getAccounts();
const client = await SigningCosmWasmClient.connectWithSigner(rpc, direct, options);
const seen = {};

seen.chainId = await client.getChainId();
assert.ok((await client.getHeight()) > 0);
const recipient = "wasm1erxf3sa9q2j4vgseu7jq4a258ckmk7cy9zt7wf";
const fee = { amount: [{ denom: "ustake", amount: "5000" }], gas: "200000" };

const sent = await client.sendTokens(address, recipient, [{ denom: "ustake", amount: "7" }], fee);
assert.equal(sent.code, 0);
seen.send = sent.events.map((event) => event.type);

const fees = (gas) => ({ ...fee, gas });
const uploaded = await client.upload(address, readFileSync(wasm), fees("4000000"));
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
const failed = await client.execute(address, coin, greedy, fees("300000")).catch((e) => e);
seen.failed = failed.message.replace(/[0-9A-F]{64}/, "HASH").replace(/height: \d+/, "height: N");
const asMsg = (msg) => ({
  typeUrl: "/cosmwasm.wasm.v1.MsgExecuteContract",
  value: { sender: address, contract: coin, msg: new TextEncoder().encode(JSON.stringify(msg)), funds: [] },
});
seen.simulated = await client.simulate(address, [asMsg(transfer)], "");
const refused = await client.simulate(address, [asMsg(greedy)], "").catch((error) => error);
seen.refusedSimulation = refused.message.replace(/gas used: '\d+'/, "gas used: N");

seen.balance = await client.queryContractSmart(coin, { balance: { address: recipient } });
const unknown = await client.queryContractSmart(coin, { nosuch: {} }).catch((error) => error);
seen.failedQuery = unknown.message.slice(0, 60);
seen.nobody = await client.getAccount("wasm1qypqxpq9qcrsszg2pvxq6rs0zqg3yyc547at0h");
seen.contract = (await client.getContract(coin)).label;
seen.history = (await client.getContractCodeHistory(coin)).length;
seen.noContract = (await client.getContract(recipient).catch((error) => error)).message;

const found = await client.searchTx([{ key: "wasm._contract_address", value: coin }]);
assert.ok(found.some(({ hash }) => hash === executed.transactionHash));
const again = await client.getTx(executed.transactionHash);
assert.equal(again.gasUsed, executed.gasUsed);

// Amino JSON, as Keplr with a Ledger signs.
const amino = await Secp256k1HdWallet.fromMnemonic(words, { prefix: "wasm" });
const ledger = await SigningCosmWasmClient.connectWithSigner(rpc, amino, options);
const odd = { transfer: { recipient, amount: "1" } };
const signed = await ledger.execute(address, coin, odd, fees("300000"), "memo with <&> and ü");
seen.amino = signed.events.at(-1).type;

// A sequence that was used already.
const { accountNumber, sequence } = await client.getSequence(address);
const old = { accountNumber, sequence: sequence - 1, chainId: seen.chainId };
const { TxRaw } = await import("cosmjs-types/cosmos/tx/v1beta1/tx");
const stale = TxRaw.encode(await client.sign(address, [asMsg(transfer)], fee, "", old)).finish();
const late = await client.broadcastTxSync(stale).catch((error) => error);
seen.stale = late.message.replace(/\d+/g, "N");

// A subscription over the websocket.
const socket = new WebSocketConnection(rpc.replace("http", "ws") + "/websocket");
seen.subscribed = await socket.first("tm.event='Tx' AND transfer.recipient='" + recipient + "'", () =>
  client.sendTokens(address, recipient, [{ denom: "ustake", amount: "1" }], fee),
);

client.disconnect();
ledger.disconnect();
console.log(JSON.stringify(seen, null, 2));
