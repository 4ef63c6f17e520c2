//! `compute-market`: orders, batches, proofs and settlement.
//!
//! # An order
//! Opened by coins that come with [`Hook::OpenOrder`]; its keys, opc, price and samples
//! are fixed for its life.
//!
//! | state | message | state after | who, when |
//! |---|---|---|---|
//! | – | `receive` with `open_order` | open | anyone |
//! | open | `receive` with `top_up`; `extend_order` | open | anyone; its owner. To pay only |
//! | open | `call_order` | open | anyone with a signed task. To redeem only; the last call is served |
//! | open, ending | `commit_batch` | the same | anyone: reserves ops and coins |
//! | open | `cancel_order` | ending | its owner |
//! | open | `end_order` | ending | anyone: expired, or its call was not served in time |
//! | ending | `close_order` | closed | anyone, after `closes`: all that is not reserved is paid back at once |
//! | any | `settle_batch` | the same | anyone: reserved coins are paid, or burn |
//! | any | `fail_batch`, `prove_fraud` | the same | anyone: reserved coins are free again, and paid back if it is closed |
//!
//! A closed order without open batches is over.
//!
//! # A slot
//! Batches of some minutes share a seal and a beacon. Sealing and drawing a slot move
//! all of its batches at once, whatever their number.
//!
//! | stage | message | stage after | when |
//! |---|---|---|---|
//! | – | `commit_batch` | open | no slot takes batches |
//! | open | `seal_slot`; the next slot's first `commit_batch` | sealed | after its end, in a later block than its commits; a late one takes two, see [`BatchParams::late_after`] |
//! | sealed | `seal_slot` | sealed, by a new round | after `post_by`, if the oracle has not the round |
//! | sealed | `seal_slot` | void | the same, for the last time ([`BatchParams::max_seals`]) |
//! | sealed | `draw_slot` | drawn | the oracle has the round |
//!
//! # A batch
//! One worker's work for one order, over a run of nonces that none of its other
//! batches of that order touches, whatever became of those.
//!
//! | state | message | state after | who, when |
//! |---|---|---|---|
//! | – | `commit_batch` | committed | anyone: by `commit_by`, order not closed, worker not tombstoned, caps and exposure hold |
//! | committed | its slot is sealed | sealed | |
//! | sealed | its slot is drawn | challenged, or cleared | cleared: not challenged by the round, or the order is private |
//! | challenged | `prove_batch`, once or more | proven with the last sample | anyone |
//! | challenged | `fail_batch` | failed | anyone, after `prove_by` |
//! | sealed | `fail_batch` | failed | anyone, its slot is void: nobody is slashed |
//! | committed to proven | `receive` with `demand` | the same | the order's owner, before `open_until` |
//! | committed to proven | `answer_demand` | the same | anyone: `open_until` leaves time to react |
//! | committed to proven | `fail_batch` | failed | anyone, a demand's `answer_by` is over |
//! | committed to proven | `prove_fraud` | overturned | anyone; of a private order its owner |
//! | committed to proven | `resolve_claims`, `decide_void` | the same | anyone: the claim that does not stand is void |
//! | cleared, proven | `settle_batch` | settled | anyone, after `open_until`, no demand and no void undecided |
//!
//! Settled, failed and overturned are the end. Each step but proofs and answers is a
//! crank that anyone can turn, and [`QueryMsg::Deadlines`] lists when; so every order
//! and every batch comes to an end without anybody's leave.
//!
//! # Where coins go
//! *To pay:* a settled batch's charge goes by [`SplitParams`] to worker, coordinator
//! and protection pool, through [`votes::Hook::Distribute`](crate::votes::Hook).
//! *To redeem:* it burns through [`oracle::Hook::Redeem`](crate::oracle::Hook), and a
//! part of the fee goes to coordinator and pool. A void claim's part, and what a failed
//! or overturned batch had reserved, is the order's again.
//!
//! # Encodings
//! What is said to be a type of `compute_proofs` is its canonical encoding, in base64.

mod batch;
mod demand;
pub mod events;
mod execute;
mod order;
mod params;
mod program;
mod query;
mod time;

pub use batch::{
    Batch, BatchState, BatchesResponse, Commitment, DrawnSample, Opening, OpeningsResponse, Slot,
    SlotStage, SlotsResponse, TaskClaim, Void, VoidsResponse,
};
pub use demand::{Answer, Demand, DemandState, DemandsResponse, Target, Tree};
pub use execute::{Change, ExecuteMsg, Hook, InstantiateMsg, MigrateMsg};
pub use order::{
    Authoriser, Call, CapUse, EndCause, Mode, NewOrder, Order, OrderCoins, OrderOps, OrderState,
    OrdersResponse, Privacy, QueuedCall, Redemption, RedemptionQueueResponse, RedemptionRecord,
};
pub use params::{
    BatchParams, DemandParams, HaltParams, OrderParams, Params, RedemptionParams, SplitParams,
};
pub use program::{
    AllTermsResponse, Program, ProgramsResponse, Registration, Terms, TermsResponse,
};
pub use query::{
    Crank, DeadlinesResponse, Due, ExposureResponse, HoldingsResponse, QueryMsg, QuoteResponse,
    RedemptionQuote,
};
pub use time::{Deadline, Halt, Limit};

/// `compute-market`, spoken to by another contract.
pub type Market = crate::Handle<ExecuteMsg, QueryMsg>;
