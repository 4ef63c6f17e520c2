use core::fmt;

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Addr, Binary, HexBinary, Uint128};

use super::Deadline;

/// What a worker has signed: `compute_proofs::receipt::Batch`.
#[cw_serde]
pub struct Commitment {
    /// The first nonce that the batch has a place for.
    pub first_nonce: u64,
    /// How many it has places for. The last one is never empty.
    pub span: u32,
    /// Ops of all receipts.
    pub ops: Uint128,
    /// The time after which it may not be committed.
    pub commit_by: u64,
    /// The root over the receipts, 32 bytes.
    pub root: HexBinary,
}

/// The answer to one sample.
#[cw_serde]
pub struct Opening {
    /// Which sample, from 0.
    pub sample: u32,
    /// `compute_proofs::opening::Evidence` of what it draws.
    pub evidence: Binary,
}

/// A worker's claim to a task, as `compute_proofs::opening::Claim`.
#[cw_serde]
pub struct TaskClaim {
    /// The batch.
    pub batch: u64,
    /// `compute_proofs::opening::NamedReceipt`: the receipt in it and its grant.
    pub receipt: Binary,
    /// The coordinator's signature over the `Delivery`, 64 bytes, where there is one.
    pub delivery_signature: Option<HexBinary>,
}

/// Where a batch stands. Sealing and drawing a slot moves all of its batches at once.
#[cw_serde]
#[derive(Copy, Eq, Hash)]
pub enum BatchState {
    /// Its slot takes batches, or waits for its seal.
    Committed,
    /// The round that it is drawn by is fixed and waited for.
    Sealed,
    /// Drawn, and not challenged.
    Cleared,
    /// Drawn and challenged: its samples have to be opened.
    Challenged,
    /// All samples are opened.
    Proven,
    /// Paid, or burnt.
    Settled,
    /// Not proven in time, or a demand was not answered, or its slot is void.
    Failed,
    /// Fraud was proven.
    Overturned,
}

impl fmt::Display for BatchState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Committed => "committed",
            Self::Sealed => "sealed",
            Self::Cleared => "cleared",
            Self::Challenged => "challenged",
            Self::Proven => "proven",
            Self::Settled => "settled",
            Self::Failed => "failed",
            Self::Overturned => "overturned",
        })
    }
}

/// One batch.
#[cw_serde]
pub struct Batch {
    /// Its number, from 1.
    pub batch: u64,
    /// The order that it is charged to.
    pub order: u64,
    /// Whose work it is.
    pub worker: Addr,
    /// What the worker has signed.
    pub commitment: Commitment,
    /// When it was committed.
    pub committed_at: u64,
    /// The height at which it was committed.
    pub height: u64,
    /// Its slot.
    pub slot: u64,
    /// Where it stands.
    pub state: BatchState,
    /// Micro-coins that are reserved for it; of a redemption those that will burn.
    pub charge: Uint128,
    /// Samples that are opened by now.
    pub opened: u32,
    /// By when all must be, if it is challenged.
    pub prove_by: Option<Deadline>,
    /// After when it can settle, once it is sealed. Each answer to a demand can move
    /// this later.
    pub open_until: Option<Deadline>,
    /// Demands that were made of it.
    pub demands: u32,
    /// Those that are not answered.
    pub open_demands: u32,
    /// Ops of its claims that are void.
    pub void_ops: Uint128,
    /// Claims of which that is not decided: it settles when all are.
    pub pending_voids: u32,
    /// When it has settled, failed or been overturned.
    pub ended_at: Option<u64>,
}

/// Answer to `batches`.
#[cw_serde]
pub struct BatchesResponse {
    /// One page.
    pub batches: Vec<Batch>,
    /// What to give as `start_after` for more; null at the end. A query looks at a
    /// bounded number of batches, so a page can be short although more follow.
    pub next: Option<u64>,
}

/// Where a slot stands.
#[cw_serde]
pub enum SlotStage {
    /// It takes batches, and is sealed by the first message after its end.
    Open {
        /// The height at which a late seal was seen: one more message, in a later
        /// block, seals it.
        late_at: Option<u64>,
    },
    /// The round is fixed and waited for.
    Sealed {
        /// Which round.
        round: u64,
        /// How often it was sealed by now.
        seals: u32,
        /// One batch in this many will be challenged.
        challenge_one_in: u32,
        /// After when it is sealed anew, if the round is not posted; void after the
        /// last time.
        post_by: Deadline,
    },
    /// The round is known: each of its batches is challenged, or not.
    Drawn {
        /// Which round.
        round: u64,
        /// Its 32 random bytes.
        randomness: HexBinary,
        /// One batch in this many is challenged.
        challenge_one_in: u32,
        /// By when those must be proven.
        prove_by: Deadline,
    },
    /// No round was posted, however often it was sealed. Its batches fail, and nobody
    /// is slashed.
    Void {},
}

/// Some minutes' batches, which share a seal and a beacon. There is one only if it
/// has a batch.
#[cw_serde]
pub struct Slot {
    /// Its number, from 1.
    pub slot: u64,
    /// When its first batch was committed.
    pub opened_at: u64,
    /// When it takes no more.
    pub ends_at: u64,
    /// The last height at which it took one: it is sealed in a later block.
    pub last_height: u64,
    /// Its first batch; the others follow without gaps.
    pub first_batch: u64,
    /// How many batches it has.
    pub batches: u32,
    /// Where it stands.
    pub stage: SlotStage,
}

/// Answer to `slots`.
#[cw_serde]
pub struct SlotsResponse {
    /// One page.
    pub slots: Vec<Slot>,
}

/// What a sample draws among a batch's ops. The rest of the draw depends on the
/// receipt found there: `compute_proofs::opening::Sample`.
#[cw_serde]
pub struct DrawnSample {
    /// Which sample, from 0.
    pub sample: u32,
    /// The drawn position among the batch's ops.
    pub position: Uint128,
    /// Whether it draws the operation by cost; else uniformly.
    pub by_cost: bool,
    /// Whether it is opened.
    pub opened: bool,
}

/// Answer to `openings`.
#[cw_serde]
pub struct OpeningsResponse {
    /// Which batch.
    pub batch: u64,
    /// Where it stands: there is something to open only while it is challenged.
    pub state: BatchState,
    /// Randomness of its slot's round; null until it is drawn.
    pub randomness: Option<HexBinary>,
    /// By when all must be opened.
    pub prove_by: Option<Deadline>,
    /// What was drawn; empty unless the batch is, or was, challenged.
    pub samples: Vec<DrawnSample>,
}

/// A claim that another worker's stands against.
#[cw_serde]
pub struct Void {
    /// Which task.
    pub nonce: u64,
    /// Ops that the claim was for.
    pub ops: Uint128,
    /// The batch of the claim that stands.
    pub standing: u64,
    /// Whether the claim is void; null until that batch is cleared or proven (it is)
    /// or has failed or been overturned (it is not).
    pub is_void: Option<bool>,
}

/// Answer to `voids`.
#[cw_serde]
pub struct VoidsResponse {
    /// One page.
    pub voids: Vec<Void>,
}
