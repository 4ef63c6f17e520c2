// The four contracts, and what each answers to which question.

import type * as coin from "../contracts/coin";
import type * as market from "../contracts/market";
import type * as oracle from "../contracts/oracle";
import type * as votes from "../contracts/votes";

export interface AllQueries {
  coin: coin.Queries;
  oracle: oracle.Queries;
  votes: votes.Queries;
  market: market.Queries;
}

/** Named as in the deployment file. */
export type Contract = keyof AllQueries;
export type Asked<C extends Contract> = keyof AllQueries[C] & string;
type Entry<C extends Contract, Q extends Asked<C>> = AllQueries[C][Q] & {
  args: unknown;
  answer: unknown;
};
export type Args<C extends Contract, Q extends Asked<C>> = Entry<C, Q>["args"];
export type Answer<C extends Contract, Q extends Asked<C>> = Entry<C, Q>["answer"];
