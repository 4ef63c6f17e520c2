use cosmwasm_std::{HexBinary, Uint128};

use crate::events::events;

events! {
    /// Every change of the contract, of programs, operators' terms, orders and
    /// redemptions that anyone depends on.
    pub enum OrderEvent {
        /// The contract is active.
        Activated = "market_activated" {
            /// When.
            time: u64,
        }
        /// A change was announced.
        Announced = "market_announced" {
            /// Its number.
            id: u64,
            /// From when on it can be applied.
            ready_at: u64,
        }
        /// A change was applied; the new values can be queried.
        Applied = "market_applied" {
            /// Its number.
            id: u64,
        }
        /// A change was taken back.
        Cancelled = "market_cancelled" {
            /// Its number.
            id: u64,
        }
        /// The chain has stood still.
        HaltSeen = "halt_seen" {
            /// Since when, at the latest.
            from: u64,
            /// Until when.
            until: u64,
        }
        /// Operations of a program that is being registered were added.
        OperationsAdded = "operations_added" {
            /// By whom.
            registrar: String,
            /// The hash that the whole program must have.
            program: HexBinary,
            /// Slots of a task's input.
            slots: u8,
            /// How many there are now.
            operations: u32,
            /// Ops that those cost.
            cost: Uint128,
            /// When.
            time: u64,
        }
        /// A program was registered.
        ProgramRegistered = "program_registered" {
            /// By whom.
            registrar: String,
            /// Its hash.
            program: HexBinary,
            /// Slots of a task's input.
            slots: u8,
            /// How many operations it has.
            operations: u32,
            /// Ops that one task of it costs.
            cost: Uint128,
            /// Top of the sum tree of its operations.
            top: HexBinary,
            /// When.
            time: u64,
            /// At which height.
            height: u64,
        }
        /// An operator has said what it takes, at least.
        TermsSet = "terms_set" {
            /// Which operator.
            operator: String,
            /// Parts of 10 000 of par.
            min_price_bps: u32,
            /// Parts of 10 000 of coins redeemed.
            min_fee_bps: u32,
            /// When.
            time: u64,
        }
        /// An order was opened. What it has is in the `order_changed` beside it.
        OrderOpened = "order_opened" {
            /// Its number.
            order: u64,
            /// Who has opened it.
            owner: String,
            /// Who serves it.
            coordinator: String,
            /// Its key.
            coordinator_key: HexBinary,
            /// The authoriser's key.
            authoriser_key: HexBinary,
            /// Micro-coins per period, where the coordinator authorises.
            daily_cap: Option<Uint128>,
            /// `sampled` or `private`.
            privacy: String,
            /// Samples of a challenged batch.
            samples: u32,
            /// Ops in one coin.
            opc: Uint128,
            /// Parts of 10 000 of par, of an order to pay.
            price_bps: Option<u32>,
            /// Whose ops, of a redemption.
            issuer: Option<String>,
            /// Micro-coins of its fee.
            fee: Option<Uint128>,
            /// Ops per second that its deadlines count with.
            rate: Option<Uint128>,
            /// When it was opened.
            time: u64,
            /// When it ends.
            expires: u64,
        }
        /// Coins, ops or open batches of an order have changed.
        OrderChanged = "order_changed" {
            /// Which order.
            order: u64,
            /// `opened`, `topped_up`, `called`, `committed`, `settled`, `failed`,
            /// `overturned`, `voided`, `extended`, `ended` or `closed`.
            cause: String,
            /// The batch, where there is one.
            batch: Option<u64>,
            /// Micro-coins sent, in all, now.
            put_in: Uint128,
            /// Paid out or burnt.
            spent: Uint128,
            /// Held for open batches.
            reserved: Uint128,
            /// Paid back.
            paid_back: Uint128,
            /// Held for what is still to come.
            free: Uint128,
            /// Micro-coins of a redemption's fee that are left.
            fee_left: Uint128,
            /// Ops that the coins buy, in all.
            ops_total: Uint128,
            /// The highest `cum_ops` shown.
            ops_authorised: Uint128,
            /// Ops in open batches.
            ops_reserved: Uint128,
            /// Ops in settled batches.
            ops_used: Uint128,
            /// Batches that have not ended.
            open_batches: u32,
            /// Micro-coins that the daily cap has let pass in this period.
            cap_reserved: Option<Uint128>,
            /// When the next period begins.
            cap_resets_at: Option<u64>,
        }
        /// An order ends later.
        OrderExtended = "order_extended" {
            /// Which order.
            order: u64,
            /// When.
            expires: u64,
        }
        /// An order has ended: batches are committed for a while yet.
        OrderEnded = "order_ended" {
            /// Which order.
            order: u64,
            /// `expired`, `cancelled` or `late`.
            cause: String,
            /// After when it can be closed.
            closes: u64,
            /// The height that must have passed too.
            closes_height: u64,
        }
        /// An order is closed.
        OrderClosed = "order_closed" {
            /// Which order.
            order: u64,
            /// To whom what was left was paid.
            owner: String,
            /// How many micro-coins, a redemption's fee included.
            amount: Uint128,
        }
        /// A redemption was called for.
        OrderCalled = "order_called" {
            /// Which order.
            order: u64,
            /// Its issuer.
            issuer: String,
            /// Its place in the queue.
            place: u64,
            /// Ops that are called for, in all, now.
            called: Uint128,
            /// By when the issuer has to serve.
            serve_by: u64,
            /// The height that must have passed too.
            serve_by_height: u64,
        }
        /// A call has left its issuer's queue.
        CallEnded = "call_ended" {
            /// Of which order.
            order: u64,
            /// Its issuer.
            issuer: String,
            /// Its place in the queue.
            place: u64,
            /// `served`, `late` or `withdrawn`: the order has ended before its time.
            outcome: String,
        }
        /// What an issuer has to serve, or how it has served, has changed.
        QueueChanged = "redemption_queue_changed" {
            /// Which issuer.
            issuer: String,
            /// Micro-coins of its open redemptions that have not burnt.
            open: Uint128,
            /// Ops that are called for and not served.
            queued_ops: Uint128,
            /// Calls served in time.
            served_calls: u64,
            /// Calls not served in time.
            late_calls: u64,
            /// Ops that those were short of.
            late_ops: Uint128,
        }
    }
}
