// Written by scripts/types.mjs from schema/compute-market.json; not to be edited.

export type Addr = string;

export type Binary = string;

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

/** Answer to `all_terms`. */
export interface AllTermsResponse {
  /** One page. */
  terms: TermsResponse[];
}

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

/** What answers a demand. The first two answer any. */
export type Answer =
  | {
      unclaimed: {
        /** `compute_proofs::receipt::EmptyPlace`. */
        place: Binary;
      };
    }
  | {
      out_of_range: {
        /** `compute_proofs::program::OperationProof`, if there is the operation. */
        operation?: Binary | null;
        /** `compute_proofs::opening::NamedReceipt`. */
        receipt: Binary;
      };
    }
  | {
      receipt: {
        /** `compute_proofs::opening::NamedReceipt`. */
        receipt: Binary;
      };
    }
  | {
      outputs: {
        /** `compute_proofs::opening::TraceEvidence`. */
        outputs: Binary;
      };
    }
  | {
      element: {
        /** `compute_proofs::opening::Evidence`. */
        evidence: Binary;
      };
    }
  | {
      leaf: {
        /** `compute_proofs::tensor::OpenedRange` of the leaf. */
        leaf: Binary;
        /** `compute_proofs::opening::TraceEvidence` of the operation. */
        outputs: Binary;
      };
    }
  | {
      nodes: {
        /** The nodes' hashes, 32 bytes each. */
        nodes: Binary;
        /** `compute_proofs::tree::Siblings` of the nodes. */
        siblings: Binary;
        /** What the tree stands under. A trace: `compute_proofs::opening::NamedReceipt`. An output: `compute_proofs::opening::TraceEvidence`. */
        under: Binary;
      };
    };

/** Who authorises an order's tasks. */
export type Authoriser =
  | {
      app: {
        /** Its ed25519 key, 32 bytes. */
        public_key: HexBinary;
      };
    }
  | {
      coordinator: {
        /** Micro-coins that batches can reserve in one period; a redemption's at par. */
        daily_cap: Uint128;
      };
    };

/** One batch. */
export interface Batch {
  /** Its number, from 1. */
  batch: number;
  /** Micro-coins that are reserved for it; of a redemption those that will burn. */
  charge: Uint128;
  /** What the worker has signed. */
  commitment: Commitment;
  /** When it was committed. */
  committed_at: number;
  /** Demands that were made of it. */
  demands: number;
  /** When it has settled, failed or been overturned. */
  ended_at?: number | null;
  /** The height at which it was committed. */
  height: number;
  /** Those that are not answered. */
  open_demands: number;
  /** After when it can settle, once it is sealed. Each answer to a demand can move this later. */
  open_until?: Deadline | null;
  /** Samples that are opened by now. */
  opened: number;
  /** The order that it is charged to. */
  order: number;
  /** Claims of which that is not decided: it settles when all are. */
  pending_voids: number;
  /** By when all must be, if it is challenged. */
  prove_by?: Deadline | null;
  /** Its slot. */
  slot: number;
  /** Where it stands. */
  state: BatchState;
  /** Ops of its claims that are void. */
  void_ops: Uint128;
  /** Whose work it is. */
  worker: Addr;
}

/** How batches are sealed, drawn and proven. */
export interface BatchParams {
  /** One batch in this many is challenged: 1 challenges all. */
  challenge_one_in: number;
  /** Seconds from the sealing block to the round that is drawn by. */
  draw_after: number;
  /** How often a worker's unsettled rewards must fit into what can be slashed of it. */
  exposure_factor: number;
  /** Seconds after a slot's end from which a seal is late. A late seal fixes no round yet, since the header may lag behind real time after a halt: the next message in a later block does. */
  late_after: number;
  /** Samples that an order can ask for, at most. */
  max_samples: number;
  /** Times that a slot is sealed, at most, before it is void. */
  max_seals: number;
  /** Samples that an order can ask for, at least. */
  min_samples: number;
  /** From the round's time and the seal's height until a slot whose round is not posted is sealed anew. */
  post_within: Limit;
  /** From the draw until all samples must be opened. */
  prove_within: Limit;
  /** Samples of a challenged batch, where its order names no number. */
  samples: number;
  /** Seconds of a slot, whose batches share a seal and a beacon. */
  slot: number;
  /** From the seal until a batch can settle. */
  window: Limit;
}

/** Where a batch stands. Sealing and drawing a slot moves all of its batches at once. */
export type BatchState =
  | "committed"
  | "sealed"
  | "cleared"
  | "challenged"
  | "proven"
  | "settled"
  | "failed"
  | "overturned";

/** Answer to `batches`. */
export interface BatchesResponse {
  /** One page. */
  batches: Batch[];
  /** What to give as `start_after` for more; null at the end. A query looks at a bounded number of batches, so a page can be short although more follow. */
  next?: number | null;
}

/** A redemption's place in its issuer's queue. */
export interface Call {
  /** Its number in the queue; lower ones go first. */
  place: number;
  /** By when the issuer has to serve it. */
  serve_by: Deadline;
}

/** What a daily cap has let pass. */
export interface CapUse {
  /** Micro-coins reserved in this period, also for batches that have failed since. */
  reserved: Uint128;
  /** When the next period begins. */
  resets_at: number;
}

/** What an announced change sets. */
export interface Change {
  params: Params;
}

/** What a worker has signed: `compute_proofs::receipt::Batch`. */
export interface Commitment {
  /** The time after which it may not be committed. */
  commit_by: number;
  /** The first nonce that the batch has a place for. */
  first_nonce: number;
  /** Ops of all receipts. */
  ops: Uint128;
  /** The root over the receipts, 32 bytes. */
  root: HexBinary;
  /** How many it has places for. The last one is never empty. */
  span: number;
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

/** What anyone can do when its time has come, by the message that does it. */
export type Crank =
  | {
      seal_slot: {
        /** Which slot. */
        slot: number;
      };
    }
  | {
      draw_slot: {
        /** Which slot. */
        slot: number;
      };
    }
  | {
      fail_batch: {
        /** Which batch. */
        batch: number;
      };
    }
  | {
      settle_batch: {
        /** Which batch. */
        batch: number;
      };
    }
  | {
      end_order: {
        /** Which order. */
        order: number;
      };
    }
  | {
      close_order: {
        /** Which order. */
        order: number;
      };
    };

/** Cw20ReceiveMsg should be de/serialized under `Receive()` variant in a ExecuteMsg */
export interface Cw20ReceiveMsg {
  amount: Uint128;
  msg: Binary;
  sender: string;
}

/** When something is over: after this time *and* this height. */
export interface Deadline {
  /** The last height that is in time. */
  height: number;
  /** The last second that is in time. */
  time: number;
}

/** Answer to `deadlines`. */
export interface DeadlinesResponse {
  /** One page. */
  deadlines: Due[];
  /** What to give as `start_after` for more; null at the end. A query looks at a bounded number of entries, so a page can be short although more follow; and of what it has stopped at nothing need have come. */
  next?: [number, Crank] | null;
}

/** One demand. */
export interface Demand {
  /** By when it must be answered, or the batch fails. */
  answer_by: Deadline;
  /** Who has carried the answer. */
  answered_by?: Addr | null;
  /** Micro-coins that came with it. */
  bond: Uint128;
  /** Its number, from 1 for each batch. */
  demand: number;
  /** When it was made. */
  made_at: number;
  /** Where it stands. */
  state: DemandState;
  /** What for. */
  target: Target;
}

/** What an order's owner can demand of a batch. */
export interface DemandParams {
  /** How long there is to answer. */
  answer_within: Limit;
  /** Micro-coins that come with a demand. They go to the worker and its voters when it is answered, and back where it is not. */
  bond: Uint128;
  /** Nodes of one demand, at most. */
  max_nodes: number;
  /** Demands of one batch, at most. */
  per_batch: number;
  /** How long a batch stays open after an answer, for what follows from it. */
  react_within: Limit;
}

/** Where a demand stands. */
export type DemandState = "open" | "answered" | "returned";

/** Answer to `demands`: all of a batch. */
export interface DemandsResponse {
  /** One page. What was answered is in the message that answered it. */
  demands: Demand[];
}

/** What a sample draws among a batch's ops. The rest of the draw depends on the receipt found there: `compute_proofs::opening::Sample`. */
export interface DrawnSample {
  /** Whether it draws the operation by cost; else uniformly. */
  by_cost: boolean;
  /** Whether it is opened. */
  opened: boolean;
  /** The drawn position among the batch's ops. */
  position: Uint128;
  /** Which sample, from 0. */
  sample: number;
}

/** One thing that time brings. */
export interface Due {
  /** From when on: after this time and height. */
  after: Deadline;
  /** What can be done. */
  crank: Crank;
}

/** Why an order has ended. */
export type EndCause = "expired" | "cancelled" | "late";

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
      register_program: {
        /** The number of the chunk's first operation: 0 begins, in place of what the sender has begun before; else the next one. */
        first: number;
        /** Whether these are the last: then the program is registered, if its hash is the one named. */
        last: boolean;
        /** `compute_proofs::program::Operation`, one after the other. */
        operations: Binary[];
        /** The hash that the whole program has, 32 bytes. */
        program: HexBinary;
        /** Slots of a task's input; the same in every chunk. */
        slots: number;
      };
    }
  | {
      set_terms: {
        /** What. */
        terms: Terms;
      };
    }
  | {
      receive: Cw20ReceiveMsg;
    }
  | {
      extend_order: {
        /** When it ends now. */
        expires: number;
        /** Which order. */
        order: number;
      };
    }
  | {
      cancel_order: {
        /** Which order. */
        order: number;
      };
    }
  | {
      call_order: {
        /** `compute_proofs::task::Authorisation`; its `cum_ops`, as far as the order reaches, are what is called for. */
        authorisation: Binary;
        /** Which order. */
        order: number;
        /** The authoriser's signature over it, 64 bytes. */
        signature: HexBinary;
      };
    }
  | {
      end_order: {
        /** Which order. */
        order: number;
      };
    }
  | {
      close_order: {
        /** Which order. */
        order: number;
      };
    }
  | {
      commit_batch: {
        /** What the worker has signed. */
        commitment: Commitment;
        /** `compute_proofs::task::Grant` of the batch's last place: no authorisation in it is higher, so its `cum_ops` cap what the order can be charged. */
        grant: Binary;
        /** The order that it is charged to. */
        order: number;
        /** Its signature over `compute_proofs::receipt::Batch`, 64 bytes. */
        signature: HexBinary;
        /** Whose work it is: an operator. */
        worker: string;
      };
    }
  | {
      seal_slot: {
        /** Which slot. */
        slot: number;
      };
    }
  | {
      draw_slot: {
        /** Which slot. */
        slot: number;
      };
    }
  | {
      prove_batch: {
        /** Which batch. */
        batch: number;
        /** At least one. */
        openings: Opening[];
      };
    }
  | {
      answer_demand: {
        /** What was demanded. */
        answer: Answer;
        /** Which batch. */
        batch: number;
        /** Which of its demands. */
        demand: number;
      };
    }
  | {
      prove_fraud: {
        /** Which batch. */
        batch: number;
        /** `compute_proofs::opening::FraudProof`. */
        proof: Binary;
      };
    }
  | {
      resolve_claims: {
        /** One claim. */
        first: TaskClaim;
        /** The other one. It does not matter which is which. */
        second: TaskClaim;
      };
    }
  | {
      decide_void: {
        /** The batch of the waiting claim. */
        batch: number;
        /** Which task. */
        nonce: number;
      };
    }
  | {
      fail_batch: {
        /** Which batch. */
        batch: number;
      };
    }
  | {
      settle_batch: {
        /** Which batch. */
        batch: number;
      };
    }
  | {
      tick: Record<string, never>;
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

/** Answer to `exposure`. */
export interface ExposureResponse {
  /** How many batches that are. */
  open_batches: number;
  /** Micro-coins that it can have unsettled beyond those. */
  room: Uint128;
  /** Micro-coins that can be slashed of it. */
  slashable: Uint128;
  /** Micro-coins that its batches which have not ended are charged, redemptions at par. */
  unsettled: Uint128;
  /** Which worker. */
  worker: Addr;
}

/** A stretch in which the chain stood still: more time passed between two messages than their blocks take. */
export interface Halt {
  /** When it began, at the latest. */
  from: number;
  /** The time of the block that showed it. */
  until: number;
}

/** How a halt of the chain is credited. */
export interface HaltParams {
  /** Seconds that a block takes, at most, while the chain runs. Time beyond that between two messages was a halt. */
  block_seconds: number;
  /** Seconds after a halt in which a batch can still be committed whose `commit_by` fell into the halt or into these seconds. */
  commit_within: number;
}

/** Answer to `holdings`. What was sent without a hook is not in it. */
export interface HoldingsResponse {
  /** Micro-coins of open demands. */
  bonds: Uint128;
  /** Micro-coins of fees. */
  fees: Uint128;
  /** Micro-coins of orders, free. */
  free: Uint128;
  /** Micro-coins of orders, reserved. */
  reserved: Uint128;
}

/** Makes the contract, without orders. */
export interface InstantiateMsg {
  /** Where the addresses are known beforehand (instantiate2): activates at once. */
  contracts?: Contracts_for_String | null;
  /** Announces changes; a multisig or a DAO. Has no way to any coin. */
  owner: string;
  /** All parameters. */
  params: Params;
}

/** How long something may take. It is over when *both* have passed, so that a chain that stands still harms nobody. */
export interface Limit {
  /** Blocks. */
  blocks: number;
  /** Seconds. */
  seconds: number;
}

/** What becomes of an order's coins. */
export type Mode =
  | {
      pay: {
        /** Parts of 10 000 of par: at 10 000 a coin buys opc ops. */
        price_bps: number;
      };
    }
  | {
      redeem: {
        /** Micro-coins out of those sent that do not burn: they pay the coordinator and the protection pool, as the rest burns. */
        fee: Uint128;
        /** Whose ops. */
        issuer: string;
      };
    };

/** The answer to one sample. */
export interface Opening {
  /** `compute_proofs::opening::Evidence` of what it draws. */
  evidence: Binary;
  /** Which sample, from 0. */
  sample: number;
}

/** Answer to `openings`. */
export interface OpeningsResponse {
  /** Which batch. */
  batch: number;
  /** By when all must be opened. */
  prove_by?: Deadline | null;
  /** Randomness of its slot's round; null until it is drawn. */
  randomness?: HexBinary | null;
  /** What was drawn; empty unless the batch is, or was, challenged. */
  samples: DrawnSample[];
  /** Where it stands: there is something to open only while it is challenged. */
  state: BatchState;
}

/** One order. */
export interface Order {
  /** Who authorises tasks. */
  authoriser: Authoriser;
  /** Its key, as every signature of this order names it. */
  authoriser_key: HexBinary;
  /** What the daily cap has let pass, where the coordinator authorises. */
  cap?: CapUse | null;
  /** When it can be closed, once it has ended. */
  closes?: Deadline | null;
  /** Its coins. `put_in = spent + reserved + paid_back + free`. */
  coins: OrderCoins;
  /** The operator that serves it. */
  coordinator: Addr;
  /** Its key, as every signature of this order names it. */
  coordinator_key: HexBinary;
  /** Why it has ended, once it has. */
  end_cause?: EndCause | null;
  /** When it ends. */
  expires: number;
  /** What becomes of the coins. */
  mode: Mode;
  /** Ops in one coin, as of the opening. */
  opc: Uint128;
  /** Batches that have not ended. */
  open_batches: number;
  /** When it was opened. */
  opened_at: number;
  /** Its ops. What can still be committed is `min(total, authorised) − reserved − used`, where a commit can raise `authorised`. */
  ops: OrderOps;
  /** Its number, from 1. */
  order: number;
  /** Who has opened it, and is paid back. */
  owner: Addr;
  /** Who sees the data. */
  privacy: Privacy;
  /** How it is served, if it is a redemption. */
  redemption?: Redemption | null;
  /** Samples of a challenged batch. */
  samples: number;
  /** Where it stands. */
  state: OrderState;
}

/** Micro-coins of an order, a redemption's fee left out. */
export interface OrderCoins {
  /** Held for what is still to come. */
  free: Uint128;
  /** Paid back. */
  paid_back: Uint128;
  /** Sent, in all. */
  put_in: Uint128;
  /** Held for batches that have not ended. */
  reserved: Uint128;
  /** Paid out, or burnt. */
  spent: Uint128;
}

/** Ops of an order. */
export interface OrderOps {
  /** The highest `cum_ops` that a batch or a call has shown. */
  authorised: Uint128;
  /** In batches that have not ended. */
  reserved: Uint128;
  /** What the coins buy, in all; rounded down. */
  total: Uint128;
  /** In batches that have settled, void claims left out. */
  used: Uint128;
}

/** What an order can be. */
export interface OrderParams {
  /** Seconds of a daily cap's day. */
  cap_period: number;
  /** From an order's end until it closes, in which its batches can still be committed. */
  commit_within: Limit;
  /** Seconds from now to an order's expiry, at most. */
  max_life: number;
  /** Parts of 10 000 of par that an order offers, at most. */
  max_price_bps: number;
  /** Micro-coins of an order to pay, at least. */
  min_pay: Uint128;
  /** Parts of 10 000 of par that an order offers, at least. */
  min_price_bps: number;
}

/** Where an order stands. */
export type OrderState = "open" | "ending" | "closed";

/** Answer to `orders`. */
export interface OrdersResponse {
  /** What to give as `start_after` for more; null at the end. A query looks at a bounded number of orders, so a page can be short although more follow. */
  next?: number | null;
  /** One page. */
  orders: Order[];
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

/** Everything that can be set. Changes as a whole, after [`Self::timelock`]. What an order or a slot has taken from here when it was opened or sealed stays with it. */
export interface Params {
  /** How batches are sealed, drawn and proven. */
  batches: BatchParams;
  /** What an order's owner can demand of a batch. */
  demands: DemandParams;
  /** How a halt of the chain is credited. */
  halts: HaltParams;
  /** What an order can be. */
  orders: OrderParams;
  /** How issuers serve. */
  redemptions: RedemptionParams;
  /** Who gets what. */
  split: SplitParams;
  /** Seconds between the announcement of a change and its application. */
  timelock: number;
}

/** Who sees an order's data. */
export type Privacy = "sampled" | "private";

/** A registered program: `compute_proofs::program::Header`, and since when. */
export interface Program {
  /** Ops that one task of it costs. */
  cost: Uint128;
  /** The height at which it was registered. */
  height: number;
  /** How many operations it has. */
  operations: number;
  /** Its hash, 32 bytes: its name in authorisations. */
  program: HexBinary;
  /** When. */
  registered_at: number;
  /** Who has registered it; that gives no rights. */
  registrar: Addr;
  /** Slots of a task's input. */
  slots: number;
  /** Top of the sum tree of its operations by cost, 32 bytes. */
  top: HexBinary;
  /** Version of the encoding and of all costs. */
  version: number;
}

/** Answer to `programs`. */
export interface ProgramsResponse {
  /** One page. */
  programs: Program[];
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
      holdings: Record<string, never>;
    }
  | {
      last_halt: Record<string, never>;
    }
  | {
      program: {
        /** Its hash. */
        program: HexBinary;
      };
    }
  | {
      programs: {
        /** How many. */
        limit?: number | null;
        /** The last hash one has. */
        start_after?: HexBinary | null;
      };
    }
  | {
      registration: {
        /** Whose. */
        registrar: string;
      };
    }
  | {
      terms: {
        /** Which operator. */
        operator: string;
      };
    }
  | {
      all_terms: {
        /** How many. */
        limit?: number | null;
        /** The last operator one has. */
        start_after?: string | null;
      };
    }
  | {
      quote: {
        /** Micro-coins sent, a redemption's fee included. */
        amount: Uint128;
        /** What becomes of them. */
        mode: Mode;
      };
    }
  | {
      order: {
        /** Which one. */
        order: number;
      };
    }
  | {
      orders: {
        /** Served by whom. */
        coordinator?: string | null;
        /** Redeemed at whom. */
        issuer?: string | null;
        /** How many. */
        limit?: number | null;
        /** Whose. */
        owner?: string | null;
        /** The last number one has. */
        start_after?: number | null;
      };
    }
  | {
      redemption_queue: {
        /** Which issuer. */
        issuer: string;
        /** How many. */
        limit?: number | null;
        /** The last place one has. */
        start_after?: number | null;
      };
    }
  | {
      batch: {
        /** Which one. */
        batch: number;
      };
    }
  | {
      batches: {
        /** How many. */
        limit?: number | null;
        /** Charged to which order. */
        order?: number | null;
        /** The last number one has. */
        start_after?: number | null;
        /** In which state. */
        state?: BatchState | null;
        /** Whose work. */
        worker?: string | null;
      };
    }
  | {
      slot: {
        /** Which one. */
        slot: number;
      };
    }
  | {
      slots: {
        /** How many. */
        limit?: number | null;
        /** The last number one has: older ones follow. */
        start_after?: number | null;
      };
    }
  | {
      openings: {
        /** Which batch. */
        batch: number;
      };
    }
  | {
      demands: {
        /** Which batch. */
        batch: number;
        /** How many. */
        limit?: number | null;
        /** The last number one has. */
        start_after?: number | null;
      };
    }
  | {
      voids: {
        /** Which batch. */
        batch: number;
        /** How many. */
        limit?: number | null;
        /** The last nonce one has. */
        start_after?: number | null;
      };
    }
  | {
      exposure: {
        /** Which worker. */
        worker: string;
      };
    }
  | {
      deadlines: {
        /** How many. */
        limit?: number | null;
        /** `next` of the page that one has. */
        start_after?: [number, Crank] | null;
        /** Up to which time; now if left out, so that it is what is due. Of an entry whose time has come the height may be still to come. */
        until?: number | null;
      };
    }
  | {
      ownership: Record<string, never>;
    };

/** One call in an issuer's queue. */
export interface QueuedCall {
  /** Its place. */
  call: Call;
  /** Ops that are called for and not served yet. */
  ops: Uint128;
  /** Of which order. */
  order: number;
}

/** Answer to `quote`. */
export interface QuoteResponse {
  /** Ops in one coin, now. */
  opc: Uint128;
  /** Ops that the order would have. */
  ops: Uint128;
  /** What its issuer could do, if it is a redemption. */
  redemption?: RedemptionQuote | null;
}

/** How a redemption is served. */
export interface Redemption {
  /** The call that is not served yet. */
  call?: Call | null;
  /** Ops that a signed task has called for, in all. They count as served when they are reserved or used. */
  called: Uint128;
  /** Micro-coins of the fee that are not paid out or back. */
  fee_left: Uint128;
  /** Ops per second of the issuer, as of the opening: deadlines count with it. */
  rate: Uint128;
}

/** How issuers serve. */
export interface RedemptionParams {
  /** Micro-coins to redeem, at least. */
  min_amount: Uint128;
  /** Parts of 10 000 of an issuer's rate that its time to serve is counted with, at least 1. Below 10 000 once programs are served that move more than they multiply: those run slower than the proven rate. */
  pace_bps: number;
  /** What an issuer gets beyond the time that the work takes. */
  slack: Limit;
}

/** Answer to `redemption_queue`. */
export interface RedemptionQueueResponse {
  /** One page of calls, the first to be served first. */
  queue: QueuedCall[];
  /** How much the issuer has to serve, and how it has. */
  record: RedemptionRecord;
}

/** What an issuer could do for a redemption that is opened now. */
export interface RedemptionQuote {
  /** Ops that are called for before. */
  queued_ops: Uint128;
  /** Ops per second that deadlines would count with; nothing is opened at 0. */
  rate: Uint128;
  /** Micro-coins for which redemptions can still be opened at this issuer. */
  room: Uint128;
  /** By when all of it would be served if it was called for now. */
  serve_by?: Deadline | null;
}

/** How an issuer serves. */
export interface RedemptionRecord {
  /** Which issuer. */
  issuer: Addr;
  /** Calls that it has not: its lateness. */
  late_calls: number;
  /** Ops that those were short of. */
  late_ops: Uint128;
  /** Micro-coins of its open redemptions that have not burnt: at most what it owes when another one is opened. */
  open: Uint128;
  /** Ops that are called for and not served yet. */
  queued_ops: Uint128;
  /** Calls that it has served in time. */
  served_calls: number;
}

/** A registration that is under way. It waits for its registrar for as long as that likes; the registrar's next first chunk takes its place. */
export interface Registration {
  /** Ops that those cost. */
  cost: Uint128;
  /** Operations that are there, so the next chunk's `first`. */
  operations: number;
  /** The hash that the whole program must have. */
  program: HexBinary;
  /** Who registers. */
  registrar: Addr;
  /** Slots of a task's input. */
  slots: number;
  /** When it began. */
  started_at: number;
}

/** Some minutes' batches, which share a seal and a beacon. There is one only if it has a batch. */
export interface Slot {
  /** How many batches it has. */
  batches: number;
  /** When it takes no more. */
  ends_at: number;
  /** Its first batch; the others follow without gaps. */
  first_batch: number;
  /** The last height at which it took one: it is sealed in a later block. */
  last_height: number;
  /** When its first batch was committed. */
  opened_at: number;
  /** Its number, from 1. */
  slot: number;
  /** Where it stands. */
  stage: SlotStage;
}

/** Where a slot stands. */
export type SlotStage =
  | {
      open: {
        /** The height at which a late seal was seen: one more message, in a later block, seals it. */
        late_at?: number | null;
      };
    }
  | {
      sealed: {
        /** One batch in this many will be challenged. */
        challenge_one_in: number;
        /** After when it is sealed anew, if the round is not posted; void after the last time. */
        post_by: Deadline;
        /** Which round. */
        round: number;
        /** How often it was sealed by now. */
        seals: number;
      };
    }
  | {
      drawn: {
        /** One batch in this many is challenged. */
        challenge_one_in: number;
        /** By when those must be proven. */
        prove_by: Deadline;
        /** Its 32 random bytes. */
        randomness: HexBinary;
        /** Which round. */
        round: number;
      };
    }
  | {
      void: Record<string, never>;
    };

/** Answer to `slots`. */
export interface SlotsResponse {
  /** One page. */
  slots: Slot[];
}

/** Who gets what. */
export interface SplitParams {
  /** Parts of 10 000 of a batch's charge that the protection pool pays its order's owner for the time lost, beyond the coins that come free, when the batch is overturned. */
  compensation_bps: number;
  /** Parts of 10 000 of what is paid that go to the coordinator and its voters. What is left goes to the protection pool. */
  coordinator_bps: number;
  /** Parts of 10 000 of a redemption's fee that go to the coordinator and its voters. What is left goes to the protection pool. */
  fee_coordinator_bps: number;
  /** Parts of 10 000 of what is paid that go to the worker and its voters. */
  worker_bps: number;
}

/** What a worker can be made to show. Whoever has re-run a task finds the operation that differs by [`Self::Nodes`] of the trace, the leaf by [`Self::Nodes`] of the output, and proves fraud with [`Self::Leaf`]: with 1 024 nodes a time that is four demands for programs up to 1 024 operations and tensors up to 2^20 leaves. */
export type Target =
  | {
      receipt: {
        /** Which task; within the batch's run. */
        nonce: number;
      };
    }
  | {
      outputs: {
        /** Of which task. */
        nonce: number;
        /** Which operation. */
        operation: number;
      };
    }
  | {
      element: {
        /** Column, as committed. */
        col: number;
        /** Of which task. */
        nonce: number;
        /** Of which operation. */
        operation: number;
        /** Which of its outputs. */
        output: number;
        /** Row, as committed. */
        row: number;
      };
    }
  | {
      leaf: {
        /** Which leaf, as `compute_proofs::tensor::TensorSpec` counts them. */
        leaf: number;
        /** Of which task. */
        nonce: number;
        /** Of which operation. */
        operation: number;
        /** Which of its outputs. */
        output: number;
      };
    }
  | {
      nodes: {
        /** How many; fewer where the level ends. */
        count: number;
        /** The first node. */
        first: number;
        /** Which level; 0 are the leaves' hashes. */
        level: number;
        /** Of which task. */
        nonce: number;
        /** Which tree. */
        tree: Tree;
      };
    };

/** A worker's claim to a task, as `compute_proofs::opening::Claim`. */
export interface TaskClaim {
  /** The batch. */
  batch: number;
  /** The coordinator's signature over the `Delivery`, 64 bytes, where there is one. */
  delivery_signature?: HexBinary | null;
  /** `compute_proofs::opening::NamedReceipt`: the receipt in it and its grant. */
  receipt: Binary;
}

/** What an operator takes, at least. An operator that has declared nothing takes par and no fee. */
export interface Terms {
  /** Parts of 10 000 of the coins redeemed, as fee of a redemption. A coordinator's; a worker gets none of it. */
  min_fee_bps: number;
  /** Parts of 10 000 of par, from an order to pay. */
  min_price_bps: number;
}

/** Answer to `terms`. */
export interface TermsResponse {
  /** When it has declared that; null if it has not. */
  declared_at?: number | null;
  /** Whose. */
  operator: Addr;
  /** What it takes. */
  terms: Terms;
}

/** A tree under a receipt. */
export type Tree =
  | {
      trace: Record<string, never>;
    }
  | {
      output: {
        /** Which operation. */
        operation: number;
        /** Which of its outputs. */
        output: number;
      };
    };

/** A claim that another worker's stands against. */
export interface Void {
  /** Whether the claim is void; null until that batch is cleared or proven (it is) or has failed or been overturned (it is not). */
  is_void?: boolean | null;
  /** Which task. */
  nonce: number;
  /** Ops that the claim was for. */
  ops: Uint128;
  /** The batch of the claim that stands. */
  standing: number;
}

/** Answer to `voids`. */
export interface VoidsResponse {
  /** One page. */
  voids: Void[];
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
  /** The coins that the contract holds, by purpose. */
  holdings: { args: Record<string, never>; answer: HoldingsResponse };
  /** The halt of the chain that is credited; null if none has shown. */
  last_halt: { args: Record<string, never>; answer: Halt | null };
  /** One program; null if it is not registered. */
  program: {
    args: {
      /** Its hash. */
      program: HexBinary;
    };
    answer: Program | null;
  };
  /** All programs, by hash. */
  programs: {
    args: {
      /** How many. */
      limit?: number | null;
      /** The last hash one has. */
      start_after?: HexBinary | null;
    };
    answer: ProgramsResponse;
  };
  /** How far a registration is; null if there is none. */
  registration: {
    args: {
      /** Whose. */
      registrar: string;
    };
    answer: Registration | null;
  };
  /** What an operator takes, at least. */
  terms: {
    args: {
      /** Which operator. */
      operator: string;
    };
    answer: TermsResponse;
  };
  /** What operators that have declared it take, by address. */
  all_terms: {
    args: {
      /** How many. */
      limit?: number | null;
      /** The last operator one has. */
      start_after?: string | null;
    };
    answer: AllTermsResponse;
  };
  /** What an order would be if it was opened now. */
  quote: {
    args: {
      /** Micro-coins sent, a redemption's fee included. */
      amount: Uint128;
      /** What becomes of them. */
      mode: Mode;
    };
    answer: QuoteResponse;
  };
  /** One order. */
  order: {
    args: {
      /** Which one. */
      order: number;
    };
    answer: Order;
  };
  /** Orders by number. Those that fit all that is named. */
  orders: {
    args: {
      /** Served by whom. */
      coordinator?: string | null;
      /** Redeemed at whom. */
      issuer?: string | null;
      /** How many. */
      limit?: number | null;
      /** Whose. */
      owner?: string | null;
      /** The last number one has. */
      start_after?: number | null;
    };
    answer: OrdersResponse;
  };
  /** What an issuer has to serve, and how it has served. */
  redemption_queue: {
    args: {
      /** Which issuer. */
      issuer: string;
      /** How many. */
      limit?: number | null;
      /** The last place one has. */
      start_after?: number | null;
    };
    answer: RedemptionQueueResponse;
  };
  /** One batch. */
  batch: {
    args: {
      /** Which one. */
      batch: number;
    };
    answer: Batch;
  };
  /** Batches by number. Those that fit all that is named. */
  batches: {
    args: {
      /** How many. */
      limit?: number | null;
      /** Charged to which order. */
      order?: number | null;
      /** The last number one has. */
      start_after?: number | null;
      /** In which state. */
      state?: BatchState | null;
      /** Whose work. */
      worker?: string | null;
    };
    answer: BatchesResponse;
  };
  /** One slot. */
  slot: {
    args: {
      /** Which one. */
      slot: number;
    };
    answer: Slot;
  };
  /** Slots, the newest first. */
  slots: {
    args: {
      /** How many. */
      limit?: number | null;
      /** The last number one has: older ones follow. */
      start_after?: number | null;
    };
    answer: SlotsResponse;
  };
  /** What a batch has to open. */
  openings: {
    args: {
      /** Which batch. */
      batch: number;
    };
    answer: OpeningsResponse;
  };
  /** What was demanded of a batch. */
  demands: {
    args: {
      /** Which batch. */
      batch: number;
      /** How many. */
      limit?: number | null;
      /** The last number one has. */
      start_after?: number | null;
    };
    answer: DemandsResponse;
  };
  /** Claims of a batch that another worker's stand against, by nonce. */
  voids: {
    args: {
      /** Which batch. */
      batch: number;
      /** How many. */
      limit?: number | null;
      /** The last nonce one has. */
      start_after?: number | null;
    };
    answer: VoidsResponse;
  };
  /** What a worker has unsettled, and how much it may have. */
  exposure: {
    args: {
      /** Which worker. */
      worker: string;
    };
    answer: ExposureResponse;
  };
  /** What time brings: what anyone can do once it has come, and so by when it has to be prevented. In the order of the soonest that it can be, the earliest first. */
  deadlines: {
    args: {
      /** How many. */
      limit?: number | null;
      /** `next` of the page that one has. */
      start_after?: [number, Crank] | null;
      /** Up to which time; now if left out, so that it is what is due. Of an entry whose time has come the height may be still to come. */
      until?: number | null;
    };
    answer: DeadlinesResponse;
  };
  /** Query the contract's ownership information */
  ownership: { args: Record<string, never>; answer: Ownership_for_String };
}
