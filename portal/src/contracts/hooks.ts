// What coins sent to a contract are for. CW20's `send` carries these as bytes, so that the
// contracts' schemas do not have them; their parts are the schemas' own types.

import type { Authoriser, Mode, Privacy } from "./market";

/** `votes::Hook`, as far as a page sends it. */
export type VotesHook = { vote: { operator: string } };

/** `market::NewOrder`. */
export interface NewOrder {
  mode: Mode;
  coordinator: string;
  authoriser: Authoriser;
  privacy: Privacy;
  samples: number | null;
  /** Seconds since 1970. */
  expires: number;
}

/** `market::Hook`, as far as a page sends it. */
export type MarketHook = { open_order: NewOrder } | { top_up: { order: number } };
