// Written by scripts/types.mjs from schema/reserve-oracle.json; not to be edited.

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

/** Answer to `backing`. */
export interface BackingResponse {
  /** What waits for whoever takes the orphans over, in the bond's denom. */
  bounty: Coin;
  /** The census that all this rests on; null if there has been none. */
  census?: number | null;
  /** Micro-coins burnt without lowering what anyone owes. */
  forgiven: Uint128;
  /** One page. */
  issuers: IssuerBacking[];
  /** Ops in one coin, now. */
  opc: Uint128;
  /** Micro-coins that nobody owes since a default. `supply + forgiven = outstanding + orphan`, always. */
  orphan: Uint128;
  /** Micro-coins that all issuers owe together. */
  outstanding: Uint128;
  /** Micro-coins that exist. */
  supply: Uint128;
}

/** A drand network of scheme `bls-unchained-g1-rfc9380`. */
export interface BeaconNetwork {
  /** Time of round 1. */
  genesis: number;
  /** Seconds between rounds. */
  period: number;
  /** The group's public key: a compressed point of G2, 96 bytes. */
  public_key: HexBinary;
  /** Whose word the rounds are. */
  trust: Trust;
}

/** Answer to `beacon`. */
export interface BeaconResponse {
  /** The height at which it was posted. */
  height: number;
  /** When it was posted. */
  posted_at: number;
  /** Its 32 random bytes. */
  randomness: HexBinary;
}

/** A round's number and its signature. */
export interface BeaconRound {
  /** The round. */
  round: number;
  /** A compressed point of G1, 48 bytes. */
  signature: HexBinary;
}

/** What an operator has committed to. */
export interface CensusCommitment {
  /** Whether the draw has been answered. */
  answered: boolean;
  /** The root over them. */
  root: HexBinary;
  /** The census's slot. */
  slot: number;
  /** Units of work. */
  units: number;
}

/** How capacity is measured (`docs/proofs.md`). */
export interface CensusParams {
  /** Blocks in which a draw is answered, from the block that posted it; both must have passed. */
  answer_blocks: number;
  /** Seconds in which a draw is answered, from the block that posted it. */
  answer_within: number;
  /** Censuses after which a changed number of devices counts. */
  devices_after: number;
  /** Seconds from the sealing block to the sampling round. */
  draw_after: number;
  /** Seconds after its time in which the sampling round must be posted, else the census is void. */
  draw_within: number;
  /** Seconds from one opened census to the next, at least. */
  gap: number;
  /** Rows and columns of a unit's matrices: N. */
  matrix: number;
  /** Missed censuses out of the last 8 that are a fault. */
  missed_limit: number;
  /** One slot in this many fires: q. */
  one_in: number;
  /** Seconds after its round's time in which a census can be opened. */
  open_within: number;
  /** Seconds that are added to the window when a rate is computed: Δ. */
  rate_margin: number;
  /** Tiles that are drawn: s. */
  samples: number;
  /** Seconds after the window in which a census must be sealed, else it is void. */
  seal_within: number;
  /** Seconds of a slot, which is also how long operators work: W. */
  slot: number;
  /** Rows and columns of a tile. */
  tile: number;
}

/** A closed census. */
export interface CensusRecord {
  /** Randomness of the slot's round: task draws use the last census's. */
  beacon: HexBinary;
  /** Ops per second by the tier of the devices that proved them. */
  by_tier: TierCapacity[];
  /** When it was closed. */
  closed_at: number;
  /** The height at which it was opened. */
  height: number;
  /** Its number, from 1 without gaps. */
  id: number;
  /** Id of the median device's tier. */
  mainstream?: string | null;
  /** Operators that have answered. */
  operators: number;
  /** Ops per second proven, all tiers and below them. */
  rate: Uint128;
  /** When its window began. */
  round_time: number;
  /** Its slot. */
  slot: number;
}

/** Answer to `census`. */
export interface CensusResponse {
  /** The census under way. */
  current?: OpenCensus | null;
  /** The last one that counts. */
  last?: CensusRecord | null;
  /** From when on the next can open, if none is under way. */
  next_from: number;
}

/** What an operator has proven in one census. */
export interface CensusResult {
  /** Which census. */
  id: number;
  /** Ops per second. */
  rate: Uint128;
}

/** Where a census stands. */
export type CensusStage =
  | {
      committing: {
        /** The last moment at which it can be sealed without being void. */
        seal_by: number;
        /** The last moment at which a commitment counts. */
        until: number;
      };
    }
  | {
      sealed: {
        /** The last moment at which it can be posted. */
        post_by: number;
        /** Which round. */
        round: number;
      };
    }
  | {
      answering: {
        /** The sampling round. */
        round: number;
        /** The last moment; the height below must have passed too. */
        until: number;
        /** The last height. */
        until_height: number;
      };
    };

/** Answer to `censuses`. */
export interface CensusesResponse {
  /** One page. */
  censuses: CensusRecord[];
}

/** What an announced change sets. */
export type Change =
  | {
      params: Params;
    }
  | {
      tiers: Tier[];
    }
  | {
      guardian: string;
    };

export interface Coin {
  amount: Uint128;
  denom: string;
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

/** What can be sent to the oracle. */
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
      pause: {
        /** For how long. */
        seconds: number;
        /** What. */
        what: Pausable;
      };
    }
  | {
      resume: {
        /** What. */
        what: Pausable;
      };
    }
  | {
      admit_issuer: {
        /** Who it is. */
        identity: Identity;
        /** Its account, a multisig if it is wise. */
        issuer: string;
      };
    }
  | {
      update_identity: {
        /** Who it is. */
        identity: Identity;
      };
    }
  | {
      post_bond: {
        /** Whose; the sender's if left out. */
        issuer?: string | null;
      };
    }
  | {
      withdraw_bond: {
        /** How much, in the bond's denom. */
        amount: Uint128;
      };
    }
  | {
      claim_bond: Record<string, never>;
    }
  | {
      commit: {
        /** Ops per second. */
        rate: Uint128;
        /** Until when. */
        until: number;
      };
    }
  | {
      invite_operator: {
        /** Its address. */
        operator: string;
      };
    }
  | {
      remove_operator: {
        /** Its address. */
        operator: string;
      };
    }
  | {
      mint: {
        /** How many micro-coins. */
        amount: Uint128;
        /** For whom. */
        recipient: string;
      };
    }
  | {
      assume: {
        /** How many micro-coins. */
        amount: Uint128;
      };
    }
  | {
      declare_devices: {
        /** At least 1. */
        devices: number;
      };
    }
  | {
      join_issuer: {
        /** Whose. */
        issuer: string;
      };
    }
  | {
      leave_issuer: Record<string, never>;
    }
  | {
      commit_census: {
        /** Opens the census first where nobody has. */
        open?: BeaconRound | null;
        /** The root over all of them. */
        root: HexBinary;
        /** The census's slot. */
        slot: number;
        /** Units of work, at least 1. */
        units: number;
      };
    }
  | {
      open_census: {
        /** The slot's first round. */
        beacon: BeaconRound;
      };
    }
  | {
      seal_census: Record<string, never>;
    }
  | {
      post_beacon: {
        /** Any round. */
        beacon: BeaconRound;
      };
    }
  | {
      answer_census: {
        /** `compute_proofs::census::Answer`. */
        answer: Binary;
        /** Whose commitment. */
        operator: string;
      };
    }
  | {
      close_census: Record<string, never>;
    }
  | {
      report_missed: {
        /** Which operator. */
        operator: string;
      };
    }
  | {
      report_unanswered: {
        /** Which operator. */
        operator: string;
      };
    }
  | {
      propose_reindex: Record<string, never>;
    }
  | {
      veto_reindex: Record<string, never>;
    }
  | {
      apply_reindex: Record<string, never>;
    }
  | {
      flag: {
        /** Which issuer. */
        issuer: string;
      };
    }
  | {
      cure: {
        /** Which issuer. */
        issuer: string;
      };
    }
  | {
      default: {
        /** Which issuer. */
        issuer: string;
      };
    }
  | {
      receive: Cw20ReceiveMsg;
    }
  | {
      set_standing: {
        /** Which operator. */
        operator: string;
        /** How it stands now. */
        standing: Standing;
      };
    }
  | {
      slash_issuer: {
        /** Which part, at most 1. */
        fraction: Decimal;
        /** Which operator. */
        operator: string;
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

/** Who an issuer is to the public. */
export interface Identity {
  /** Whom to write to, at most 200 bytes. */
  contact: string;
  /** Where it is registered, 1 to 100 bytes. */
  jurisdiction: string;
  /** Registered name, 1 to 100 bytes. */
  name: string;
  /** Its page, at most 200 bytes. */
  url: string;
}

/** Makes the oracle, with no issuer and no census. */
export interface InstantiateMsg {
  /** Where randomness comes from. For good. */
  beacon: BeaconNetwork;
  /** Where the addresses are known beforehand (instantiate2): activates at once. */
  contracts?: Contracts_for_String | null;
  /** Can veto a re-index and pause for a while; nothing else. */
  guardian: string;
  /** The tier that the peg starts at. */
  mainstream: string;
  /** Admits issuers and announces changes; a multisig or a DAO. */
  owner: string;
  /** All parameters. */
  params: Params;
  /** Tiers by rising rate, 1 to 16. */
  tiers: Tier[];
}

/** What one issuer owes and what stands behind it. */
export interface IssuerBacking {
  /** Ops that back its coins: B. */
  backing: Uint128;
  /** Its bond, what is leaving included, in the bond's denom. */
  bond: Uint128;
  /** Micro-coins that the rest of it allows. */
  bond_cap: Uint128;
  /** Ops per second that it has committed. */
  committed: Uint128;
  /** Until when it can mend a shortfall, if it is marked. */
  curing_until?: number | null;
  /** The smaller of both: E; 0 when the commitment is over. */
  effective: Uint128;
  /** Which issuer. */
  issuer: Addr;
  /** The part of it that is leaving. */
  leaving: Uint128;
  /** Micro-coins that it owes: O. */
  outstanding: Uint128;
  /** Ops per second that its operators have proven: P. */
  proven: Uint128;
  /** Micro-coins that are not backed; 0 is sound. */
  short: Uint128;
  /** Until when. */
  until: number;
}

/** Answer to `issuer`. */
export interface IssuerResponse {
  /** When it was admitted. */
  admitted_at: number;
  /** What it owes and has. */
  backing: IssuerBacking;
  /** When the leaving part of its bond is free. */
  bond_free_at?: number | null;
  /** Who it is. */
  identity: Identity;
}

/** Answer to `issuers`. */
export interface IssuersResponse {
  /** One page. */
  issuers: IssuerResponse[];
}

/** Answer to `mint_allowance`. */
export interface MintAllowanceResponse {
  /** Micro-coins that it can mint in this block. */
  amount: Uint128;
  /** Micro-coins that its backing leaves room for. */
  by_backing: Uint128;
  /** Micro-coins that its bond leaves room for. */
  by_bond: Uint128;
  /** Micro-coins that the period leaves room for. */
  by_rate: Uint128;
  /** What keeps it from more. */
  limited_by: MintLimit;
}

/** What bounds a mint. */
export type MintLimit = "backing" | "bond" | "rate" | "stale_census" | "paused" | "curing";

/** A census under way. */
export interface OpenCensus {
  /** Randomness of that round, of which the work is made. */
  beacon: HexBinary;
  /** The height at which it was opened: task draws use the stakes of then. */
  height: number;
  /** Its number; a void census gives it back. */
  id: number;
  /** The slot's round. */
  round: number;
  /** The nominal time of that round. */
  round_time: number;
  /** Its slot. */
  slot: number;
  /** Where it stands. */
  stage: CensusStage;
}

/** Answer to `operator`. */
export interface OperatorResponse {
  /** Its share of its issuer's free bond, in the bond's denom. */
  bond_share: Uint128;
  /** The same in micro-coins: what can be slashed there. */
  bond_share_coins: Uint128;
  /** Until when it can join no issuer, since it left one. */
  bound_until?: number | null;
  /** Its commitment in the census under way, or the last one it took part in. */
  commitment?: CensusCommitment | null;
  /** Devices that it has. */
  devices: number;
  /** The issuer that has invited it. */
  invited_by?: Addr | null;
  /** The issuer that it counts for. */
  issuer?: Addr | null;
  /** Which operator. */
  operator: Addr;
  /** Devices that it has declared since, and the census from which on they count. */
  pending_devices?: PendingDevices | null;
  /** Ops per second that count now: 0 unless it answered the last census. */
  rate: Uint128;
  /** What it has proven, the oldest first, of the last 8 censuses. */
  results: CensusResult[];
  /** How it stands with the votes contract. */
  standing: Standing;
  /** Id of the tier of its devices, by that rate. */
  tier?: string | null;
}

/** Answer to `operators`. */
export interface OperatorsResponse {
  /** One page. */
  operators: OperatorResponse[];
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
  /** How capacity is measured. */
  census: CensusParams;
  /** How long things can be stopped. */
  pauses: PauseParams;
  /** How the peg moves. */
  peg: PegParams;
  /** What stands behind the coin. */
  reserve: ReserveParams;
  /** Seconds between the announcement of a change and its application. */
  timelock: number;
}

/** What can be paused. */
export type Pausable = "mint" | "redeem";

/** How long things can be stopped. */
export interface PauseParams {
  /** Seconds that minting can be stopped at a time. */
  mint_max: number;
  /** Seconds from the begin of one stop of redeeming to the next, at least. */
  redeem_every: number;
  /** Seconds that redeeming can be stopped at a time. */
  redeem_max: number;
}

/** Answer to `pauses`: until when each is paused; null where it is not. */
export interface PausesResponse {
  /** Minting. */
  mint?: number | null;
  /** From when on redeeming can be paused again. */
  next_redeem_pause: number;
  /** Redeeming. */
  redeem?: number | null;
}

/** Answer to `peg_at`. */
export interface PegAtResponse {
  /** Ops in one coin then; rounded down. */
  opc: Uint128;
  /** Ops in one coin to which it glided. */
  target: Uint128;
  /** Id of the tier that the peg followed. */
  tier: string;
  /** The moment asked for. */
  time: number;
}

/** Answer to `peg_history`. */
export interface PegHistoryResponse {
  /** One page. */
  steps: PegStep[];
}

/** How the peg moves. */
export interface PegParams {
  /** Parts of 10 000 of its start by which opc rises in one [`Self::glide_period`]. */
  glide_bps: number;
  /** Seconds of that period: a day. */
  glide_period: number;
  /** Censuses in a row that a tier must be the mainstream one. */
  hold: number;
  /** Operators that a census needs for that. */
  min_operators: number;
  /** Seconds in which the guardian can veto a re-index. */
  veto_within: number;
}

/** Answer to `peg`. */
export interface PegResponse {
  /** When that is; null if it stands still. */
  glide_ends_at?: number | null;
  /** The last census that counts. */
  last_census?: CensusRecord | null;
  /** Ops in one coin, now; rounded down. */
  opc: Uint128;
  /** Why, in words. */
  reason: string;
  /** The re-index that has been proposed. */
  reindex?: Reindex | null;
  /** How far this can be trusted. */
  status: PegStatus;
  /** Ops in one coin when the glide is over. */
  target: Uint128;
  /** Id of the tier that the peg follows. */
  tier: string;
}

/** How far the peg can be trusted. The worst that applies. */
export type PegStatus = "ok" | "trusted_beacon" | "stale" | "halted";

/** One step of the peg: from `start` on it rises in a straight line to the target. */
export interface PegStep {
  /** Parts of 10 000 of the start that it rises in one period. */
  glide_bps: number;
  /** Seconds of that period. */
  glide_period: number;
  /** Its number, from 0. */
  number: number;
  /** Ops in one coin then. */
  start: Uint128;
  /** When it began. */
  started_at: number;
  /** Ops in one coin at the end. */
  target: Uint128;
  /** Id of the tier. */
  tier: string;
}

/** Devices that are to count. */
export interface PendingDevices {
  /** How many. */
  devices: number;
  /** From which census on. */
  from_census: number;
}

/** What can be asked of the oracle. */
export type QueryMsg =
  | {
      contracts: Record<string, never>;
    }
  | {
      params: Record<string, never>;
    }
  | {
      guardian: Record<string, never>;
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
      pauses: Record<string, never>;
    }
  | {
      peg: Record<string, never>;
    }
  | {
      peg_at: {
        /** When. */
        time: number;
      };
    }
  | {
      peg_history: {
        /** How many. */
        limit?: number | null;
        /** The last number one has. */
        start_after?: number | null;
      };
    }
  | {
      tiers: Record<string, never>;
    }
  | {
      backing: {
        /** How many. */
        limit?: number | null;
        /** The last issuer one has. */
        start_after?: string | null;
      };
    }
  | {
      mint_allowance: {
        /** Which issuer. */
        issuer: string;
      };
    }
  | {
      issuer: {
        /** Which one. */
        issuer: string;
      };
    }
  | {
      issuers: {
        /** How many. */
        limit?: number | null;
        /** The last issuer one has. */
        start_after?: string | null;
      };
    }
  | {
      census: Record<string, never>;
    }
  | {
      censuses: {
        /** How many. */
        limit?: number | null;
        /** The last id one has: older ones follow. */
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
        /** Whose; all if left out. */
        issuer?: string | null;
        /** How many. */
        limit?: number | null;
        /** The last operator one has. */
        start_after?: string | null;
      };
    }
  | {
      beacon_network: Record<string, never>;
    }
  | {
      beacon: {
        /** Which round. */
        round: number;
      };
    }
  | {
      ownership: Record<string, never>;
    };

/** A proposed re-index. */
export interface Reindex {
  /** Until when it can be vetoed, and from when on it can be applied. */
  ready_at: number;
  /** Ops in one coin, when the glide is over. */
  target: Uint128;
  /** Id of the new tier. */
  tier: string;
}

/** What stands behind the coin. */
export interface ReserveParams {
  /** The denom of bonds and what an issuer puts up for each whole coin. */
  bond_per_coin: Coin;
  /** Seconds that a bond takes to leave. */
  bond_unlock: number;
  /** Seconds after which a census is too old to mint by. */
  census_max_age: number;
  /** Seconds that an issuer has to mend a shortfall. */
  curing: number;
  /** Seconds of commitment that count as backing, and in which an operator that has left an issuer counts for none. */
  horizon: number;
  /** Backing beyond what is outstanding, in parts of 10 000. */
  margin_bps: number;
  /** Micro-coins that all issuers together mint in one [`Self::mint_period`]. */
  mint_limit: Uint128;
  /** Seconds of that period. */
  mint_period: number;
}

/** How an operator stands. */
export type Standing = "active" | "unbonded" | "jailed" | "tombstoned";

/** A class of devices. */
export interface Tier {
  /** Short and for good, such as `h100`. */
  id: string;
  /** For people. */
  name: string;
  /** Ops per second that one device proves in the census with the shipped worker. */
  rate: Uint128;
  /** Where the rate comes from: measured on what, or derived from what. */
  source: string;
}

/** Capacity of one tier. */
export interface TierCapacity {
  /** Ops per second that its devices have proven. */
  rate: Uint128;
  /** Id of the tier. */
  tier: string;
}

/** Answer to `tiers`. */
export interface TiersResponse {
  /** Id of the tier of the median device in the last census; null if that is below all tiers or nothing was proven. */
  held?: string | null;
  /** For how many censuses in a row, each with enough operators. */
  held_for: number;
  /** By rising rate. */
  tiers: Tier[];
}

/** Whose word a beacon's rounds are. */
export type Trust = "public" | "operator";

/** What can be asked of the contract, and what it answers. */
export interface Queries {
  /** Who the four contracts are; an error before activation. */
  contracts: { args: Record<string, never>; answer: Contracts_for_String };
  /** All parameters. */
  params: { args: Record<string, never>; answer: Params };
  /** The guardian. */
  guardian: { args: Record<string, never>; answer: string };
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
  /** What is paused. */
  pauses: { args: Record<string, never>; answer: PausesResponse };
  /** The compute in one coin, now. */
  peg: { args: Record<string, never>; answer: PegResponse };
  /** The compute in one coin at a moment since the contract began. */
  peg_at: {
    args: {
      /** When. */
      time: number;
    };
    answer: PegAtResponse;
  };
  /** Every re-index, the oldest first. */
  peg_history: {
    args: {
      /** How many. */
      limit?: number | null;
      /** The last number one has. */
      start_after?: number | null;
    };
    answer: PegHistoryResponse;
  };
  /** All tiers, and how long which has been the mainstream one. */
  tiers: { args: Record<string, never>; answer: TiersResponse };
  /** All that stands behind the coin, live: totals, and a page of issuers. */
  backing: {
    args: {
      /** How many. */
      limit?: number | null;
      /** The last issuer one has. */
      start_after?: string | null;
    };
    answer: BackingResponse;
  };
  /** What an issuer can mint now, and why not more. */
  mint_allowance: {
    args: {
      /** Which issuer. */
      issuer: string;
    };
    answer: MintAllowanceResponse;
  };
  /** One issuer. */
  issuer: {
    args: {
      /** Which one. */
      issuer: string;
    };
    answer: IssuerResponse;
  };
  /** All issuers, by address. */
  issuers: {
    args: {
      /** How many. */
      limit?: number | null;
      /** The last issuer one has. */
      start_after?: string | null;
    };
    answer: IssuersResponse;
  };
  /** The census under way, and the last one that counts. */
  census: { args: Record<string, never>; answer: CensusResponse };
  /** Closed censuses, the newest first. */
  censuses: {
    args: {
      /** How many. */
      limit?: number | null;
      /** The last id one has: older ones follow. */
      start_after?: number | null;
    };
    answer: CensusesResponse;
  };
  /** One operator, as the oracle knows it. */
  operator: {
    args: {
      /** Which one. */
      operator: string;
    };
    answer: OperatorResponse;
  };
  /** An issuer's operators, or all, by address. */
  operators: {
    args: {
      /** Whose; all if left out. */
      issuer?: string | null;
      /** How many. */
      limit?: number | null;
      /** The last operator one has. */
      start_after?: string | null;
    };
    answer: OperatorsResponse;
  };
  /** The beacon's network. */
  beacon_network: { args: Record<string, never>; answer: BeaconNetwork };
  /** A round that has been posted; null if it has not. */
  beacon: {
    args: {
      /** Which round. */
      round: number;
    };
    answer: BeaconResponse | null;
  };
  /** Query the contract's ownership information */
  ownership: { args: Record<string, never>; answer: Ownership_for_String };
}
