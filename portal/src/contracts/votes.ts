// Written by scripts/types.mjs from schema/staking-votes.json; not to be edited.

export type Addr = string;

export type Binary = string;

export type Decimal = string;

export type HexBinary = string;

export type Timestamp = string;

export type Uint128 = string;

export type Uint64 = string;

/** Actions that can be taken to alter the contract's ownership */
export type Action =
  | {
      transfer_ownership: {
        expiry?: Expiration | null;
        new_owner: string;
      };
    }
  | "accept_ownership"
  | "renounce_ownership";

/** Answer to `announced {start_after, limit}`: the changes by number. */
export interface AnnouncedResponse_for_Change {
  /** One page. */
  announced: Announced_for_Change[];
}

/** A change that has been announced. */
export interface Announced_for_Change {
  /** What it changes. */
  change: Change;
  /** Its number, from 1. */
  id: number;
  /** From when on it can be applied. */
  ready_at: number;
}

/** What an announced change sets. */
export interface Change {
  params: Params;
}

/** What an operator keeps of its voters' rewards. */
export interface Commission {
  /** The most that it changes the rate by at a time. For good. */
  max_change: Decimal;
  /** The highest that it ever takes. For good. */
  max_rate: Decimal;
  /** The part now. */
  rate: Decimal;
}

/** Who the four contracts are to each other. Set once, when a contract is activated; a contract refuses a set in which it does not find itself, so the same message can go to all four. */
export interface Contracts_for_String {
  /** `cw20-compute`. */
  coin: string;
  /** `compute-market`. */
  market: string;
  /** `reserve-oracle`. */
  oracle: string;
  /** `staking-votes`. */
  votes: string;
}

/** Cw20ReceiveMsg should be de/serialized under `Receive()` variant in a ExecuteMsg */
export interface Cw20ReceiveMsg {
  amount: Uint128;
  msg: Binary;
  sender: string;
}

/** What can be sent to the contract. */
export type ExecuteMsg =
  | {
      activate: {
        /** All four. */
        contracts: Contracts_for_String;
      };
    }
  | {
      announce: {
        /** What it sets. */
        change: Change;
      };
    }
  | {
      apply: {
        /** Its number. */
        id: number;
      };
    }
  | {
      cancel: {
        /** Its number. */
        id: number;
      };
    }
  | {
      register: {
        /** What it keeps of rewards. */
        commission: Commission;
        /** What it does. */
        kind: Kind;
        /** What voters are told. */
        metadata: Metadata;
        /** Who bonds, is paid the commission and decides; not the sender. */
        owner: string;
        /** Its ed25519 key, 32 bytes, which signs batches or leases. */
        signing_key: HexBinary;
      };
    }
  | {
      update_operator: {
        /** What voters are told. */
        metadata?: Metadata | null;
        /** Which operator. */
        operator: string;
        /** A new ed25519 key. */
        signing_key?: HexBinary | null;
      };
    }
  | {
      update_commission: {
        /** Which operator. */
        operator: string;
        /** The new rate. */
        rate: Decimal;
      };
    }
  | {
      unjail: {
        /** Which operator. */
        operator: string;
      };
    }
  | {
      claim_commission: {
        /** Which operator. */
        operator: string;
      };
    }
  | {
      unvote: {
        /** How many micro-coins; all if left out. */
        amount?: Uint128 | null;
        /** Which operator. */
        operator: string;
      };
    }
  | {
      unbond: {
        /** How many micro-coins; all if left out. */
        amount?: Uint128 | null;
        /** Which operator. */
        operator: string;
      };
    }
  | {
      revote: {
        /** How many micro-coins; all if left out. */
        amount?: Uint128 | null;
        /** From which operator. */
        from: string;
        /** To which. */
        to: string;
      };
    }
  | {
      claim: {
        /** How many entries to look at, at most (see [`crate::page`]). */
        limit?: number | null;
      };
    }
  | {
      claim_rewards: {
        /** Which, at most [`crate::page::MAX_LIMIT`]. */
        operators: string[];
      };
    }
  | {
      collect: {
        /** Which voter. */
        voter: string;
      };
    }
  | {
      receive: Cw20ReceiveMsg;
    }
  | {
      report_fault: {
        /** For what. Each contract reports its own kinds. */
        fault: Fault;
        /** Which operator. */
        operator: string;
        /** Who showed it, for the bounty; nobody if left out. */
        reporter?: string | null;
      };
    }
  | {
      set_devices: {
        /** How many, at least 1. */
        devices: number;
        /** Which operator; must be registered as a miner. */
        operator: string;
      };
    }
  | {
      pay_protection: {
        /** How many micro-coins. */
        amount: Uint128;
        /** To whom. */
        recipient: string;
      };
    }
  | {
      update_ownership: Action;
    };

/** Expiration represents a point in time when some event happens. It can compare with a BlockInfo and will return is_expired() == true once the condition is hit (and for every block in the future) */
export type Expiration =
  | {
      at_height: number;
    }
  | {
      at_time: Timestamp;
    }
  | {
      never: Record<string, never>;
    };

/** What an operator has done wrong. Who reports it has checked it. */
export type Fault =
  | {
      missed: {
        /** The last census that counts in this. */
        census: number;
      };
    }
  | {
      unanswered: {
        /** Which census. */
        census: number;
      };
    }
  | {
      unproven: {
        /** Micro-coins to slash, where that is more than the penalty's part; at most all that can be. */
        amount: Uint128;
        /** Which batch. */
        batch: number;
      };
    }
  | {
      fraud: {
        /** Which batch. */
        batch: number;
      };
    };

/** What each fault costs. */
export interface FaultParams {
  /** Proven fraud: tombstones too. */
  fraud: Decimal;
  /** Too many censuses missed. */
  missed: Penalty;
  /** A census committed to and not answered. */
  unanswered: Penalty;
  /** A batch not proven, a demand not answered, or a coordinator that contradicts itself: at least this part. */
  unproven: Penalty;
}

/** One fault. */
export interface FaultRecord {
  /** Micro-coins that the reporter got. */
  bounty: Uint128;
  /** What it was. */
  fault: Fault;
  /** The part that was slashed. */
  fraction: Decimal;
  /** Its number, from 1 for each operator. */
  number: number;
  /** Micro-coins that were slashed, the bounty included. */
  slashed: Uint128;
  /** When it was punished. */
  time: number;
}

/** Answer to `faults`. */
export interface FaultsResponse {
  /** One page. */
  faults: FaultRecord[];
}

/** Makes the contract, with no operator. */
export interface InstantiateMsg {
  /** Where the addresses are known beforehand (instantiate2): activates at once. */
  contracts?: Contracts_for_String | null;
  /** Announces changes; a multisig or a DAO. Has no way to any coin. */
  owner: string;
  /** All parameters. */
  params: Params;
}

/** What an operator does. */
export type Kind = "miner" | "coordinator";

/** What an operator tells voters about itself. */
export interface Metadata {
  /** Whom to write to, at most 200 bytes. */
  contact: string;
  /** Its name, 1 to 100 bytes. */
  name: string;
  /** Its page, at most 200 bytes. */
  url: string;
}

/** One operator. */
export interface Operator {
  /** Micro-coins that it is drawn by: its stake while it is active, else 0. */
  active_stake: Uint128;
  /** What it keeps of rewards. */
  commission: Commission;
  /** When that changed last. */
  commission_changed_at: number;
  /** Devices that its bond has to suffice for; 0 until they are declared. */
  devices: number;
  /** When it can be unjailed. */
  jailed_until?: number | null;
  /** What it does. */
  kind: Kind;
  /** What voters are told. */
  metadata: Metadata;
  /** Its address, a hot key. */
  operator: Addr;
  /** Who bonds and decides. */
  owner: Addr;
  /** Micro-coins that its owner must have bonded to be active. */
  required_bond: Uint128;
  /** Micro-coins of its owner. */
  self_bond: Uint128;
  /** Shares in those. */
  shares: Uint128;
  /** Its ed25519 key. */
  signing_key: HexBinary;
  /** Its place in the draw, from 0. */
  slot: number;
  /** Micro-coins of all, its owner's included. */
  stake: Uint128;
  /** How it stands. */
  standing: Standing;
  /** Micro-coins of commission that its owner can claim. */
  unclaimed_commission: Uint128;
}

/** Answer to `operators`. */
export interface OperatorsResponse {
  /** One page. */
  operators: Operator[];
}

/** The contract's ownership info */
export interface Ownership_for_String {
  /** The contract's current owner. `None` if the ownership has been renounced. */
  owner?: string | null;
  /** The deadline for the pending owner to accept the ownership. `None` if there isn't a pending ownership transfer, or if a transfer exists and it doesn't have a deadline. */
  pending_expiry?: Expiration | null;
  /** The account who has been proposed to take over the ownership. `None` if there isn't a pending ownership transfer. */
  pending_owner?: string | null;
}

/** Everything that can be set. Changes as a whole, after [`Self::timelock`]. */
export interface Params {
  /** The reporter's part of what is slashed. */
  bounty: Decimal;
  /** Micro-coins of bounty, at most, for one report. */
  bounty_cap: Uint128;
  /** Seconds between two changes of a commission. */
  commission_period: number;
  /** Micro-coins that a coordinator's owner bonds. */
  coordinator_bond: Uint128;
  /** What each fault costs. */
  faults: FaultParams;
  /** The highest commission of any operator. */
  max_commission: Decimal;
  /** Micro-coins that a miner's owner bonds per device to get paid work. */
  miner_bond: Uint128;
  /** Seconds between the announcement of a change and its application. Longer than `unbonding` and a period, so that who does not agree can leave before. */
  timelock: number;
  /** Seconds, from the end of the period on, that unbonded coins wait and can still be slashed, and that a revote is remembered. */
  unbonding: number;
  /** Seconds of one unbonding pool. `unbonding` is 1 to 21 of them. */
  unbonding_period: number;
}

/** What one fault costs. */
export interface Penalty {
  /** Seconds before the operator can be unjailed; 0 does not jail. */
  jail: number;
  /** The part of all stake that is slashed. */
  slash: Decimal;
}

/** Answer to `protection_pool`. */
export interface PoolResponse {
  /** Micro-coins in it. */
  amount: Uint128;
}

/** What can be asked of the contract. */
export type QueryMsg =
  | {
      contracts: Record<string, never>;
    }
  | {
      params: Record<string, never>;
    }
  | {
      announced: {
        /** How many. */
        limit?: number | null;
        /** The last number one has. */
        start_after?: number | null;
      };
    }
  | {
      operator: {
        /** Which one. */
        operator: string;
      };
    }
  | {
      operators: {
        /** Of which kind. */
        kind: Kind;
        /** How many. */
        limit?: number | null;
        /** The last operator one has, and its stake there. */
        start_after?: [Uint128, string] | null;
      };
    }
  | {
      slashable: {
        /** Which operator. */
        operator: string;
      };
    }
  | {
      faults: {
        /** How many. */
        limit?: number | null;
        /** Which operator. */
        operator: string;
        /** The last number one has. */
        start_after?: number | null;
      };
    }
  | {
      sample: {
        /** How many, at most 100. */
        count: number;
        /** Of which kind. */
        kind: Kind;
        /** 32 bytes. */
        seed: HexBinary;
      };
    }
  | {
      votes: {
        /** How many. */
        limit?: number | null;
        /** The last operator one has. */
        start_after?: string | null;
        /** Whose. */
        voter: string;
      };
    }
  | {
      unbonding: {
        /** How many. */
        limit?: number | null;
        /** The last entry one has: operator and period. */
        start_after?: [string, number] | null;
        /** Whose. */
        voter: string;
      };
    }
  | {
      rewards: {
        /** How many. */
        limit?: number | null;
        /** The last operator one has. */
        start_after?: string | null;
        /** Whose. */
        voter: string;
      };
    }
  | {
      protection_pool: Record<string, never>;
    }
  | {
      ownership: Record<string, never>;
    };

/** A revote that is remembered. */
export interface RevoteRecord {
  /** Micro-coins that moved and still answer for the old one. */
  amount: Uint128;
  /** The operator that it left. */
  from: Addr;
  /** Micro-coins that it owes by now. */
  owes: Uint128;
  /** The one that it went to. */
  to: Addr;
  /** Until when it is remembered. */
  until: number;
}

/** Answer to `rewards`. */
export interface RewardsResponse {
  /** One page. */
  rewards: VoterRewards[];
}

/** Answer to `sample`. */
export interface SampleResponse {
  /** Who was drawn, in the draw's order. */
  drawn: SampledOperator[];
  /** The stake that was drawn from. */
  total: Uint128;
}

/** A drawn operator. */
export interface SampledOperator {
  /** Its address. */
  operator: Addr;
  /** Its place. */
  slot: number;
}

/** Answer to `slashable`. */
export interface SlashableResponse {
  /** Micro-coins that are its share of its issuer's free bond. */
  issuer_bond: Uint128;
  /** Micro-coins of stake that count, without those that may owe another operator's slashes. */
  stake: Uint128;
  /** Both. */
  total: Uint128;
}

/** How an operator stands. */
export type Standing = "active" | "unbonded" | "jailed" | "tombstoned";

/** Coins that wait. */
export interface Unbonding {
  /** What they are worth; rounded down. */
  amount: Uint128;
  /** From when on they can be claimed. */
  free_at: number;
  /** From which operator. */
  operator: Addr;
  /** The period whose pool they wait in. */
  period: number;
  /** Shares of that pool. */
  shares: Uint128;
}

/** Answer to `unbonding`. */
export interface UnbondingResponse {
  /** The revote, if there is one. */
  revote?: RevoteRecord | null;
  /** One page. */
  unbonding: Unbonding[];
}

/** What one address has in one operator. */
export interface Vote {
  /** What they are worth; rounded down. */
  amount: Uint128;
  /** Which operator. */
  operator: Addr;
  /** Shares of its pool. */
  shares: Uint128;
}

/** Rewards from one operator. */
export interface VoterRewards {
  /** Micro-coins that can be claimed. */
  amount: Uint128;
  /** Which operator. */
  operator: Addr;
}

/** Answer to `votes`. */
export interface VotesResponse {
  /** One page. */
  votes: Vote[];
}

/** What can be asked of the contract, and what it answers. */
export interface Queries {
  /** Who the four contracts are; an error before activation. */
  contracts: { args: Record<string, never>; answer: Contracts_for_String };
  /** All parameters. */
  params: { args: Record<string, never>; answer: Params };
  /** Changes that have been announced. */
  announced: {
    args: {
      /** How many. */
      limit?: number | null;
      /** The last number one has. */
      start_after?: number | null;
    };
    answer: AnnouncedResponse_for_Change;
  };
  /** One operator. */
  operator: {
    args: {
      /** Which one. */
      operator: string;
    };
    answer: Operator;
  };
  /** Operators of a kind, by stake, the largest first. */
  operators: {
    args: {
      /** Of which kind. */
      kind: Kind;
      /** How many. */
      limit?: number | null;
      /** The last operator one has, and its stake there. */
      start_after?: [Uint128, string] | null;
    };
    answer: OperatorsResponse;
  };
  /** What can be slashed of an operator, which bounds what it may have unsettled. */
  slashable: {
    args: {
      /** Which operator. */
      operator: string;
    };
    answer: SlashableResponse;
  };
  /** Faults of an operator, the oldest first. */
  faults: {
    args: {
      /** How many. */
      limit?: number | null;
      /** Which operator. */
      operator: string;
      /** The last number one has. */
      start_after?: number | null;
    };
    answer: FaultsResponse;
  };
  /** Draws operators by active stake, with repetition; the same draw as `compute_proofs::stake::sample`. */
  sample: {
    args: {
      /** How many, at most 100. */
      count: number;
      /** Of which kind. */
      kind: Kind;
      /** 32 bytes. */
      seed: HexBinary;
    };
    answer: SampleResponse;
  };
  /** What an address votes for, by operator. */
  votes: {
    args: {
      /** How many. */
      limit?: number | null;
      /** The last operator one has. */
      start_after?: string | null;
      /** Whose. */
      voter: string;
    };
    answer: VotesResponse;
  };
  /** Coins of an address that wait, and its revote. */
  unbonding: {
    args: {
      /** How many. */
      limit?: number | null;
      /** The last entry one has: operator and period. */
      start_after?: [string, number] | null;
      /** Whose. */
      voter: string;
    };
    answer: UnbondingResponse;
  };
  /** Rewards of an address, by operator. */
  rewards: {
    args: {
      /** How many. */
      limit?: number | null;
      /** The last operator one has. */
      start_after?: string | null;
      /** Whose. */
      voter: string;
    };
    answer: RewardsResponse;
  };
  /** The protection pool. */
  protection_pool: { args: Record<string, never>; answer: PoolResponse };
  /** Query the contract's ownership information */
  ownership: { args: Record<string, never>; answer: Ownership_for_String };
}
