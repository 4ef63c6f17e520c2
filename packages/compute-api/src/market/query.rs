use cosmwasm_schema::{QueryResponses, cw_serde};
use cosmwasm_std::{Addr, HexBinary, Uint128};
use cw_ownable::cw_ownable_query;

use super::{
    AllTermsResponse, Batch, BatchState, BatchesResponse, Change, Deadline, DemandsResponse, Halt,
    Mode, OpeningsResponse, Order, OrdersResponse, Params, Program, ProgramsResponse,
    RedemptionQueueResponse, Registration, Slot, SlotsResponse, TermsResponse, VoidsResponse,
};
use crate::{Contracts, timelock::AnnouncedResponse};

/// What can be asked of the contract.
#[cw_ownable_query]
#[cw_serde]
#[derive(QueryResponses)]
pub enum QueryMsg {
    /// Who the four contracts are; an error before activation.
    #[returns(Contracts)]
    Contracts {},
    /// All parameters.
    #[returns(Params)]
    Params {},
    /// Changes that have been announced.
    #[returns(AnnouncedResponse<Change>)]
    Announced {
        /// The last number one has.
        start_after: Option<u64>,
        /// How many.
        limit: Option<u32>,
    },
    /// The coins that the contract holds, by purpose.
    #[returns(HoldingsResponse)]
    Holdings {},
    /// The halt of the chain that is credited; null if none has shown.
    #[returns(Option<Halt>)]
    LastHalt {},

    /// One program; null if it is not registered.
    #[returns(Option<Program>)]
    Program {
        /// Its hash.
        program: HexBinary,
    },
    /// All programs, by hash.
    #[returns(ProgramsResponse)]
    Programs {
        /// The last hash one has.
        start_after: Option<HexBinary>,
        /// How many.
        limit: Option<u32>,
    },
    /// How far a registration is; null if there is none.
    #[returns(Option<Registration>)]
    Registration {
        /// Whose.
        registrar: String,
    },
    /// What an operator takes, at least.
    #[returns(TermsResponse)]
    Terms {
        /// Which operator.
        operator: String,
    },
    /// What operators that have declared it take, by address.
    #[returns(AllTermsResponse)]
    AllTerms {
        /// The last operator one has.
        start_after: Option<String>,
        /// How many.
        limit: Option<u32>,
    },

    /// What an order would be if it was opened now.
    #[returns(QuoteResponse)]
    Quote {
        /// Micro-coins sent, a redemption's fee included.
        amount: Uint128,
        /// What becomes of them.
        mode: Mode,
    },
    /// One order.
    #[returns(Order)]
    Order {
        /// Which one.
        order: u64,
    },
    /// Orders by number. Those that fit all that is named.
    #[returns(OrdersResponse)]
    Orders {
        /// Whose.
        owner: Option<String>,
        /// Served by whom.
        coordinator: Option<String>,
        /// Redeemed at whom.
        issuer: Option<String>,
        /// The last number one has.
        start_after: Option<u64>,
        /// How many.
        limit: Option<u32>,
    },
    /// What an issuer has to serve, and how it has served.
    #[returns(RedemptionQueueResponse)]
    RedemptionQueue {
        /// Which issuer.
        issuer: String,
        /// The last place one has.
        start_after: Option<u64>,
        /// How many.
        limit: Option<u32>,
    },

    /// One batch.
    #[returns(Batch)]
    Batch {
        /// Which one.
        batch: u64,
    },
    /// Batches by number. Those that fit all that is named.
    #[returns(BatchesResponse)]
    Batches {
        /// Charged to which order.
        order: Option<u64>,
        /// Whose work.
        worker: Option<String>,
        /// In which state.
        state: Option<BatchState>,
        /// The last number one has.
        start_after: Option<u64>,
        /// How many.
        limit: Option<u32>,
    },
    /// One slot.
    #[returns(Slot)]
    Slot {
        /// Which one.
        slot: u64,
    },
    /// Slots, the newest first.
    #[returns(SlotsResponse)]
    Slots {
        /// The last number one has: older ones follow.
        start_after: Option<u64>,
        /// How many.
        limit: Option<u32>,
    },
    /// What a batch has to open.
    #[returns(OpeningsResponse)]
    Openings {
        /// Which batch.
        batch: u64,
    },
    /// What was demanded of a batch.
    #[returns(DemandsResponse)]
    Demands {
        /// Which batch.
        batch: u64,
        /// The last number one has.
        start_after: Option<u32>,
        /// How many.
        limit: Option<u32>,
    },
    /// Claims of a batch that another worker's stand against, by nonce.
    #[returns(VoidsResponse)]
    Voids {
        /// Which batch.
        batch: u64,
        /// The last nonce one has.
        start_after: Option<u64>,
        /// How many.
        limit: Option<u32>,
    },
    /// What a worker has unsettled, and how much it may have.
    #[returns(ExposureResponse)]
    Exposure {
        /// Which worker.
        worker: String,
    },
    /// What time brings: what anyone can do once it has come, and so by when it has
    /// to be prevented. In the order of the soonest that it can be, the earliest first.
    #[returns(DeadlinesResponse)]
    Deadlines {
        /// Up to which time; now if left out, so that it is what is due. Of an entry
        /// whose time has come the height may be still to come.
        until: Option<u64>,
        /// `next` of the page that one has.
        start_after: Option<(u64, Crank)>,
        /// How many.
        limit: Option<u32>,
    },
}

/// Answer to `holdings`. What was sent without a hook is not in it.
#[cw_serde]
pub struct HoldingsResponse {
    /// Micro-coins of orders, free.
    pub free: Uint128,
    /// Micro-coins of orders, reserved.
    pub reserved: Uint128,
    /// Micro-coins of fees.
    pub fees: Uint128,
    /// Micro-coins of open demands.
    pub bonds: Uint128,
}

/// Answer to `quote`.
#[cw_serde]
pub struct QuoteResponse {
    /// Ops in one coin, now.
    pub opc: Uint128,
    /// Ops that the order would have.
    pub ops: Uint128,
    /// What its issuer could do, if it is a redemption.
    pub redemption: Option<RedemptionQuote>,
}

/// What an issuer could do for a redemption that is opened now.
#[cw_serde]
pub struct RedemptionQuote {
    /// Ops per second that deadlines would count with; nothing is opened at 0.
    pub rate: Uint128,
    /// Micro-coins for which redemptions can still be opened at this issuer.
    pub room: Uint128,
    /// Ops that are called for before.
    pub queued_ops: Uint128,
    /// By when all of it would be served if it was called for now.
    pub serve_by: Option<Deadline>,
}

/// Answer to `exposure`.
#[cw_serde]
pub struct ExposureResponse {
    /// Which worker.
    pub worker: Addr,
    /// Micro-coins that its batches which have not ended are charged, redemptions at
    /// par.
    pub unsettled: Uint128,
    /// How many batches that are.
    pub open_batches: u32,
    /// Micro-coins that can be slashed of it.
    pub slashable: Uint128,
    /// Micro-coins that it can have unsettled beyond those.
    pub room: Uint128,
}

/// What anyone can do when its time has come, by the message that does it.
#[cw_serde]
#[derive(Copy, Eq)]
pub enum Crank {
    /// The slot has ended, or its round was not posted in time.
    SealSlot {
        /// Which slot.
        slot: u64,
    },
    /// The slot's round is out: post it to the oracle if nobody has.
    DrawSlot {
        /// Which slot.
        slot: u64,
    },
    /// The batch is not proven yet, a demand of it not answered, or its slot void.
    FailBatch {
        /// Which batch.
        batch: u64,
    },
    /// The batch is cleared or proven. Claims that wait are decided first.
    SettleBatch {
        /// Which batch.
        batch: u64,
    },
    /// The order expires, or its call is not served yet.
    EndOrder {
        /// Which order.
        order: u64,
    },
    /// The order has ended.
    CloseOrder {
        /// Which order.
        order: u64,
    },
}

/// One thing that time brings.
#[cw_serde]
#[derive(Copy, Eq)]
pub struct Due {
    /// What can be done.
    pub crank: Crank,
    /// From when on: after this time and height.
    pub after: Deadline,
}

/// Answer to `deadlines`.
#[cw_serde]
pub struct DeadlinesResponse {
    /// One page.
    pub deadlines: Vec<Due>,
    /// What to give as `start_after` for more; null at the end. A query looks at a
    /// bounded number of entries, so a page can be short although more follow; and of
    /// what it has stopped at nothing need have come.
    pub next: Option<(u64, Crank)>,
}
