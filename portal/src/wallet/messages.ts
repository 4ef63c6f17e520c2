// What the page has wallets sign: executions of the contracts, in their own types.

import { textToBase64 } from "../chain/base64";
import type { Contract } from "../chain/contract";
import type { Deployment } from "../config";
import type * as coin from "../contracts/coin";
import type { MarketHook, NewOrder, VotesHook } from "../contracts/hooks";
import type * as market from "../contracts/market";
import type * as votes from "../contracts/votes";

export interface Message {
  /** The contract's address. */
  contract: string;
  msg: coin.ExecuteMsg | votes.ExecuteMsg | market.ExecuteMsg;
}

/** Messages to one deployment's contracts. Amounts are micro-coins. */
export function messages({ contracts }: Pick<Deployment, "contracts">) {
  const send = (to: Contract, amount: bigint, hook: VotesHook | MarketHook): Message => ({
    contract: contracts.coin,
    msg: {
      send: {
        contract: contracts[to],
        amount: amount.toString(),
        msg: textToBase64(JSON.stringify(hook)),
      },
    },
  });
  const toVotes = (msg: votes.ExecuteMsg): Message => ({ contract: contracts.votes, msg });
  const toMarket = (msg: market.ExecuteMsg): Message => ({ contract: contracts.market, msg });
  return {
    vote: (operator: string, amount: bigint) => send("votes", amount, { vote: { operator } }),
    /** Of the operator's owner it is the bond that leaves. */
    unvote: (operator: string, amount: bigint, isOwner: boolean) => {
      const from = { operator, amount: amount.toString() };
      return toVotes(isOwner ? { unbond: from } : { unvote: from });
    },
    revote: (from: string, to: string, amount: bigint) =>
      toVotes({ revote: { from, to, amount: amount.toString() } }),
    claim: () => toVotes({ claim: {} }),
    claimRewards: (operators: string[]) => toVotes({ claim_rewards: { operators } }),
    openOrder: (amount: bigint, order: NewOrder) => send("market", amount, { open_order: order }),
    topUp: (order: number, amount: bigint) => send("market", amount, { top_up: { order } }),
    cancelOrder: (order: number) => toMarket({ cancel_order: { order } }),
    endOrder: (order: number) => toMarket({ end_order: { order } }),
    closeOrder: (order: number) => toMarket({ close_order: { order } }),
  };
}
