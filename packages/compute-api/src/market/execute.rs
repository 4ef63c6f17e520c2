use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Binary, HexBinary};
use cw_ownable::cw_ownable_execute;
use cw20::Cw20ReceiveMsg;

use super::{Answer, Commitment, NewOrder, Opening, Params, Target, TaskClaim, Terms};
use crate::{Contracts, Role};

/// Makes the contract, without orders.
#[cw_serde]
pub struct InstantiateMsg {
    /// Announces changes; a multisig or a DAO. Has no way to any coin.
    pub owner: String,
    /// All parameters.
    pub params: Params,
    /// Where the addresses are known beforehand (instantiate2): activates at once.
    pub contracts: Option<Contracts>,
}

/// What an announced change sets.
#[cw_serde]
pub enum Change {
    /// All parameters.
    Params(Params),
}

/// What can be sent to the contract.
#[cw_ownable_execute]
#[cw_serde]
pub enum ExecuteMsg {
    /// Sets, once, who the other contracts are. Until then all else is refused.
    Activate {
        /// All four.
        contracts: Contracts,
    },
    /// Announces a change, to be applied by anyone after the timelock.
    Announce {
        /// What it sets.
        change: Change,
    },
    /// Applies a change whose time has come.
    Apply {
        /// Its number.
        id: u64,
    },
    /// Takes an announced change back.
    Cancel {
        /// Its number.
        id: u64,
    },

    // --- programs and operators ---
    /// Adds operations to the program that the sender registers. A program may come
    /// in one chunk or many; chunks of two programs do not mix, and nobody but the
    /// sender adds to its own. What breaks a rule is refused, and what was there
    /// before stays.
    RegisterProgram {
        /// The hash that the whole program has, 32 bytes.
        program: HexBinary,
        /// Slots of a task's input; the same in every chunk.
        slots: u8,
        /// The number of the chunk's first operation: 0 begins, in place of what the
        /// sender has begun before; else the next one.
        first: u32,
        /// `compute_proofs::program::Operation`, one after the other.
        operations: Vec<Binary>,
        /// Whether these are the last: then the program is registered, if its hash is
        /// the one named.
        last: bool,
    },
    /// Says what the sender takes, at least, from orders that are opened from now on.
    SetTerms {
        /// What.
        terms: Terms,
    },

    // --- orders ---
    /// Coins arrive, with a [`Hook`].
    Receive(Cw20ReceiveMsg),
    /// Moves the end of an open order to pay to later. The order's owner alone.
    ExtendOrder {
        /// Which order.
        order: u64,
        /// When it ends now.
        expires: u64,
    },
    /// Ends an open order. The order's owner alone. Work that is done can still be
    /// committed for a while.
    CancelOrder {
        /// Which order.
        order: u64,
    },
    /// Calls for a redemption's ops by a signed task: from now on it stands in its
    /// issuer's queue, with a time by which it must be served. The next call follows
    /// when this one is served.
    CallOrder {
        /// Which order.
        order: u64,
        /// `compute_proofs::task::Authorisation`; its `cum_ops`, as far as the order
        /// reaches, are what is called for.
        authorisation: Binary,
        /// The authoriser's signature over it, 64 bytes.
        signature: HexBinary,
    },
    /// Ends an order whose time is over, or whose call was not served in time.
    EndOrder {
        /// Which order.
        order: u64,
    },
    /// Closes an order that has ended, when no more can be committed, and pays back
    /// what is not reserved, a redemption's unspent fee with it.
    CloseOrder {
        /// Which order.
        order: u64,
    },

    // --- batches ---
    /// Commits a worker's batch, whoever carries it. Seals the slot before, if that
    /// has ended.
    CommitBatch {
        /// The order that it is charged to.
        order: u64,
        /// Whose work it is: an operator.
        worker: String,
        /// What the worker has signed.
        commitment: Commitment,
        /// Its signature over `compute_proofs::receipt::Batch`, 64 bytes.
        signature: HexBinary,
        /// `compute_proofs::task::Grant` of the batch's last place: no authorisation
        /// in it is higher, so its `cum_ops` cap what the order can be charged.
        grant: Binary,
    },
    /// Fixes the round that a slot is drawn by, when the slot has ended; anew if the
    /// round was not posted in time. After the last time it voids the slot.
    SealSlot {
        /// Which slot.
        slot: u64,
    },
    /// Takes the round of a sealed slot from the oracle's store, where anyone has
    /// posted it. From now on its batches are challenged, or cleared.
    DrawSlot {
        /// Which slot.
        slot: u64,
    },
    /// Opens samples of a challenged batch, whoever carries them: as many in one
    /// message as fit. One that is opened already changes nothing. With the last one
    /// the batch is proven. Late ones count until the batch has failed.
    ProveBatch {
        /// Which batch.
        batch: u64,
        /// At least one.
        openings: Vec<Opening>,
    },
    /// Answers a demand, whoever carries it. A late answer counts until the batch has
    /// failed.
    AnswerDemand {
        /// Which batch.
        batch: u64,
        /// Which of its demands.
        demand: u32,
        /// What was demanded.
        answer: Answer,
    },
    /// Overturns a batch that has not ended: the worker is slashed and out for good,
    /// the order has its coins back, the sender gets the bounty. Of a private order
    /// the order's owner alone.
    ProveFraud {
        /// Which batch.
        batch: u64,
        /// `compute_proofs::opening::FraudProof`.
        proof: Binary,
    },
    /// Settles two workers' claims to one task of an order
    /// (`compute_proofs::opening::resolve`). The one that does not stand is void when
    /// the other one's batch is cleared or proven. Its own must not have settled.
    ResolveClaims {
        /// One claim.
        first: TaskClaim,
        /// The other one. It does not matter which is which.
        second: TaskClaim,
    },
    /// Decides a claim that waits for the batch of the one that stands against it, when
    /// its worker has had [`DemandParams::react_within`](super::DemandParams) to show an
    /// acknowledgement.
    DecideVoid {
        /// The batch of the waiting claim.
        batch: u64,
        /// Which task.
        nonce: u64,
    },
    /// Fails a batch that was not proven in time, or of which a demand was not
    /// answered: the worker is slashed and jailed, the order has its coins back. Of a
    /// void slot: nobody is slashed.
    FailBatch {
        /// Which batch.
        batch: u64,
    },
    /// Settles a cleared or proven batch when its time is over and nothing of it is
    /// open: pays, or burns.
    SettleBatch {
        /// Which batch.
        batch: u64,
    },
    /// Does nothing but to note time and height, as every message does: so that a
    /// halt shows.
    Tick {},
}

/// What coins sent to the contract are for.
#[cw_serde]
pub enum Hook {
    /// Opens an order; the sender owns it.
    OpenOrder(NewOrder),
    /// Adds to an open order to pay, whoever owns it.
    TopUp {
        /// Which order.
        order: u64,
    },
    /// Makes a demand of a batch. The order's owner alone; the coins are the bond.
    Demand {
        /// Which batch, not ended and not past its time.
        batch: u64,
        /// What for.
        target: Target,
    },
}

impl ExecuteMsg {
    /// Who may send this. What is the order's owner's is checked by the order that
    /// the message names.
    #[must_use]
    pub const fn role(&self) -> Role {
        match self {
            Self::Activate { .. } | Self::Announce { .. } | Self::Cancel { .. } => Role::Owner,
            Self::SetTerms { .. } => Role::Operator,
            Self::Receive(_) => Role::Coin,
            // cw-ownable asks for the owner, or the pending one, itself.
            Self::UpdateOwnership(_)
            | Self::Apply { .. }
            | Self::RegisterProgram { .. }
            | Self::ExtendOrder { .. }
            | Self::CancelOrder { .. }
            | Self::CallOrder { .. }
            | Self::EndOrder { .. }
            | Self::CloseOrder { .. }
            | Self::CommitBatch { .. }
            | Self::SealSlot { .. }
            | Self::DrawSlot { .. }
            | Self::ProveBatch { .. }
            | Self::AnswerDemand { .. }
            | Self::ProveFraud { .. }
            | Self::ResolveClaims { .. }
            | Self::DecideVoid { .. }
            | Self::FailBatch { .. }
            | Self::SettleBatch { .. }
            | Self::Tick {} => Role::Anyone,
        }
    }
}

/// Migrates to this version, from any earlier one of the same contract.
#[cw_serde]
pub struct MigrateMsg {}
