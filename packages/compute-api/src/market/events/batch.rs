use cosmwasm_std::{HexBinary, Uint128};

use crate::{events::events, market::Target};

events! {
    /// Every change of slots, batches, demands and exposures that anyone depends on.
    /// What a batch does to its order is in the `order_changed` beside it.
    pub enum BatchEvent {
        /// A slot takes batches.
        SlotOpened = "slot_opened" {
            /// Its number.
            slot: u64,
            /// When.
            time: u64,
            /// When it takes no more.
            ends_at: u64,
        }
        /// A late seal was seen: one more message, in a later block, seals the slot.
        SlotLate = "slot_late" {
            /// Which slot.
            slot: u64,
            /// At which height.
            height: u64,
        }
        /// A slot was sealed, with all of its batches.
        SlotSealed = "slot_sealed" {
            /// Which slot.
            slot: u64,
            /// The round that it is drawn by.
            round: u64,
            /// How often it was sealed by now.
            seals: u32,
            /// One batch in this many will be challenged.
            challenge_one_in: u32,
            /// After when it is sealed anew, if the round is not posted.
            post_by: u64,
            /// The height that must have passed too.
            post_by_height: u64,
            /// After when its batches can settle.
            open_until: u64,
            /// The height that must have passed too.
            open_until_height: u64,
        }
        /// A slot was drawn: each of its batches is challenged, or cleared.
        SlotDrawn = "slot_drawn" {
            /// Which slot.
            slot: u64,
            /// By which round.
            round: u64,
            /// Its randomness.
            randomness: HexBinary,
            /// By when what is challenged must be proven.
            prove_by: u64,
            /// The height that must have passed too.
            prove_by_height: u64,
        }
        /// A slot is void: its batches fail without a slash.
        SlotVoid = "slot_void" {
            /// Which slot.
            slot: u64,
        }
        /// A batch was committed.
        Committed = "batch_committed" {
            /// Its number.
            batch: u64,
            /// The order that it is charged to.
            order: u64,
            /// Whose work it is.
            worker: String,
            /// Its slot.
            slot: u64,
            /// The first nonce that it has a place for.
            first_nonce: u64,
            /// How many it has places for.
            span: u32,
            /// Ops of all receipts.
            ops: Uint128,
            /// The time after which it could not have been committed.
            commit_by: u64,
            /// The root over the receipts.
            root: HexBinary,
            /// Micro-coins that are reserved for it.
            charge: Uint128,
            /// When.
            time: u64,
            /// At which height.
            height: u64,
        }
        /// Samples of a batch were opened.
        SamplesOpened = "samples_opened" {
            /// Which batch.
            batch: u64,
            /// All that are opened now: sample d is bit d mod 8, from the lowest, of
            /// byte d / 8.
            opened: HexBinary,
            /// How many those are.
            count: u32,
        }
        /// All samples of a batch are opened.
        Proven = "batch_proven" {
            /// Which batch.
            batch: u64,
        }
        /// A demand was made.
        Demanded = "demand_made" {
            /// Of which batch.
            batch: u64,
            /// Its number.
            demand: u32,
            /// What for, as JSON.
            target: Target,
            /// Micro-coins that came with it.
            bond: Uint128,
            /// When.
            time: u64,
            /// By when it must be answered.
            answer_by: u64,
            /// The height that must have passed too.
            answer_by_height: u64,
        }
        /// A demand was answered. The answer is in the message.
        Answered = "demand_answered" {
            /// Of which batch.
            batch: u64,
            /// Its number.
            demand: u32,
            /// Who has carried the answer.
            by: String,
            /// Whether it says that the worker has not claimed the task.
            unclaimed: bool,
            /// After when the batch can settle now; left out while it is not sealed.
            open_until: Option<u64>,
            /// The height that must have passed too.
            open_until_height: Option<u64>,
        }
        /// The bond of a demand that nobody has answered went back.
        BondReturned = "demand_bond_returned" {
            /// Of which batch.
            batch: u64,
            /// Its number.
            demand: u32,
            /// To whom.
            owner: String,
            /// How many micro-coins.
            amount: Uint128,
        }
        /// Of two claims to one task one does not stand.
        ClaimResolved = "claim_resolved" {
            /// The batch of the claim that does not stand.
            batch: u64,
            /// Which task.
            nonce: u64,
            /// Ops that the claim was for.
            ops: Uint128,
            /// The batch of the claim that stands.
            standing: u64,
            /// Claims of the batch that wait to be decided now.
            pending_voids: u32,
        }
        /// A claim that does not stand was decided.
        VoidDecided = "void_decided" {
            /// Its batch.
            batch: u64,
            /// Which task.
            nonce: u64,
            /// Whether it is void; else the batch of the standing claim has failed or
            /// been overturned.
            is_void: bool,
            /// Ops of the batch that are void now.
            void_ops: Uint128,
            /// Claims of the batch that wait to be decided now.
            pending_voids: u32,
        }
        /// A coordinator has contradicted itself about a task.
        CoordinatorAtFault = "coordinator_at_fault" {
            /// Which coordinator.
            coordinator: String,
            /// Of which order.
            order: u64,
            /// Which task.
            nonce: u64,
            /// The batch of the claim that stands.
            batch: u64,
        }
        /// A batch has failed.
        Failed = "batch_failed" {
            /// Which batch.
            batch: u64,
            /// `unproven`, `unanswered` or `undrawn`, of which nobody is slashed.
            cause: String,
            /// The demand that was not answered.
            demand: Option<u32>,
            /// Micro-coins that votes were told to slash, at least.
            penalty: Uint128,
            /// When.
            time: u64,
        }
        /// Fraud of a batch was proven.
        Overturned = "batch_overturned" {
            /// Which batch.
            batch: u64,
            /// `element`, `receipt`, `result`, `output_count` or `output_spec`.
            fraud: String,
            /// Who has proven it.
            reporter: String,
            /// Micro-coins that the protection pool was told to pay the order's owner;
            /// it pays as far as it reaches.
            compensation: Uint128,
            /// When.
            time: u64,
        }
        /// A batch has settled.
        Settled = "batch_settled" {
            /// Which batch.
            batch: u64,
            /// Ops that count, void claims left out.
            ops: Uint128,
            /// Micro-coins for the worker and its voters.
            worker_paid: Uint128,
            /// Micro-coins for the coordinator and its voters.
            coordinator_paid: Uint128,
            /// Micro-coins for the protection pool.
            protection_paid: Uint128,
            /// Micro-coins that have burnt.
            burnt: Uint128,
            /// When.
            time: u64,
        }
        /// What a worker has unsettled has changed.
        ExposureChanged = "exposure_changed" {
            /// Which worker.
            worker: String,
            /// Micro-coins that its open batches are charged.
            unsettled: Uint128,
            /// How many batches that are.
            open_batches: u32,
        }
    }
}
