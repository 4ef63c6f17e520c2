// A vote for a miner, signed in amino JSON as Keplr with a Ledger does.

import { readFileSync } from "node:fs";
import { Secp256k1HdWallet, makeCosmoshubPath } from "@cosmjs/amino";
import { SigningCosmWasmClient } from "@cosmjs/cosmwasm-stargate";
import { DirectSecp256k1HdWallet } from "@cosmjs/proto-signing";

const fee = (gas) => ({ amount: [{ denom: "ustake", amount: "5000" }], gas });
const penalty = { slash: "0.001", jail: 3600 };
const day = 86400;
const params = {
  miner_bond: "100",
  coordinator_bond: "1000",
  unbonding: 21 * day,
  unbonding_period: day,
  max_commission: "0.5",
  commission_period: day,
  faults: { missed: penalty, unanswered: penalty, unproven: penalty, fraud: "0.5" },
  bounty: "0.1",
  bounty_cap: "1000",
  timelock: 28 * day,
};

/** Sets up a coin and its votes with a miner in them, votes, and says what happened. */
export async function vote(rpc, words, artifacts, options) {
  const path = (index) => ({ prefix: "wasm", hdPaths: [makeCosmoshubPath(index)] });
  const direct = async (index) => {
    const wallet = await DirectSecp256k1HdWallet.fromMnemonic(words, path(index));
    const [{ address }] = await wallet.getAccounts();
    return { address, client: await SigningCosmWasmClient.connectWithSigner(rpc, wallet, options) };
  };
  const [owner, miner] = [await direct(2), await direct(3)];
  const ledger = await Secp256k1HdWallet.fromMnemonic(words, path(4));
  const [{ address: voter }] = await ledger.getAccounts();
  const voting = await SigningCosmWasmClient.connectWithSigner(rpc, ledger, options);

  const make = async (name, msg) => {
    const code = readFileSync(`${artifacts}/${name}.wasm`);
    const { codeId } = await owner.client.upload(owner.address, code, fee("6000000"));
    const made = await owner.client.instantiate(owner.address, codeId, msg, name, fee("600000"));
    return made.contractAddress;
  };
  const balances = [{ address: voter, amount: "1000" }];
  const coin = await make("plain_cw20", { name: "Coin", symbol: "COIN", decimals: 6, initial_balances: balances });
  const votes = await make("staking_votes", { owner: owner.address, params });
  // Only the coin has a part in a vote: accounts stand in for the two others.
  const contracts = { coin, oracle: owner.address, votes, market: miner.address };
  await owner.client.execute(owner.address, votes, { activate: { contracts } }, fee("400000"));
  const register = {
    owner: owner.address,
    kind: "miner",
    signing_key: "11".repeat(32),
    commission: { rate: "0.1", max_rate: "0.2", max_change: "0.01" },
    metadata: { name: "miner", url: "https://miner.example", contact: "miner@miner.example" },
  };
  await miner.client.execute(miner.address, votes, { register }, fee("500000"));

  const hook = (operator) => Buffer.from(JSON.stringify({ vote: { operator } })).toString("base64");
  const send = (operator) => ({ send: { contract: votes, amount: "30", msg: hook(operator) } });
  const voted = await voting.execute(voter, coin, send(miner.address), fee("500000"), "for <you> & me");
  const wrong = await voting.execute(voter, coin, send(owner.address), fee("500000")).catch((error) => error);
  const listed = await voting.queryContractSmart(votes, { votes: { voter } });
  for (const { client } of [owner, miner, { client: voting }]) client.disconnect();
  const wasm = voted.events.filter(({ type }) => type.startsWith("wasm"));
  const named = ({ key, value }) => [key, value.replace(votes, "VOTES").replace(coin, "COIN")];
  return {
    events: wasm.map(({ type, attributes }) => [type, ...attributes.map(named)]),
    gas: Number(voted.gasUsed),
    refused: wrong.message.replace(/^.*Raw log/, "Raw log"),
    listed,
  };
}
