// What goes wrong, by a name that each language has a sentence for. What the chain or the
// wallet said itself is kept beside it, for whoever wants to know.

/** Each has a text `trouble_NAME` in every language. */
export type TroubleName =
  | "no_deployment"
  | "bad_deployment"
  | "bad_url"
  | "node_down"
  | "node_answer"
  | "wrong_node"
  | "contract_refused"
  | "not_found"
  | "no_wallet"
  | "wallet_refused"
  | "wallet_locked"
  | "wallet_other_chain"
  | "wallet_failed"
  | "no_account"
  | "no_fee"
  | "no_coins"
  | "tx_refused"
  | "tx_unknown"
  | "bad_amount"
  | "too_much"
  | "bad_key"
  | "unexpected";

export class Trouble extends Error {
  /** `said` is what the other side said, word for word. */
  constructor(
    readonly what: TroubleName,
    readonly values: Record<string, string> = {},
    readonly said = "",
  ) {
    super(said ? `${what}: ${said}` : what);
    this.name = "Trouble";
  }
}

/** Anything that was thrown, as trouble with a sentence. */
export function asTrouble(thrown: unknown): Trouble {
  if (thrown instanceof Trouble) return thrown;
  return new Trouble("unexpected", {}, thrown instanceof Error ? thrown.message : String(thrown));
}
