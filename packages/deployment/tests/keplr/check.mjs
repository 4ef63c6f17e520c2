// Checks a chain entry with the rules that Keplr applies to `experimentalSuggestChain`.
//
//   node check.mjs deployment-keplr.json
import { readFileSync } from "node:fs";
import { validateBasicChainInfoType } from "@keplr-wallet/chain-validator";

const [path] = process.argv.slice(2);
const entry = JSON.parse(readFileSync(path, "utf8"));
const checked = await validateBasicChainInfoType(entry);
// The validator repairs a cw20 denom that is not of its form; ours needs no repair.
for (const [at, currency] of entry.currencies.entries()) {
  if (checked.currencies[at].coinMinimalDenom !== currency.coinMinimalDenom) {
    throw new Error(`currency ${at} is not of Keplr's form: ${currency.coinMinimalDenom}`);
  }
}
const { coinMinimalDenom: staked } = entry.stakeCurrency;
if (!entry.currencies.some((currency) => currency.coinMinimalDenom === staked)) {
  throw new Error(`${staked} is not among the currencies`);
}
console.log(`${entry.chainId}: ${entry.currencies.length} currencies`);
