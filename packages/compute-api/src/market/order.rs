use core::fmt;

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Addr, HexBinary, Uint128};

use super::Deadline;

/// What becomes of an order's coins.
#[cw_serde]
pub enum Mode {
    /// They move to those who work.
    Pay {
        /// Parts of 10 000 of par: at 10 000 a coin buys opc ops.
        price_bps: u32,
    },
    /// They burn as an issuer's operators deliver the ops that it owes.
    Redeem {
        /// Whose ops.
        issuer: String,
        /// Micro-coins out of those sent that do not burn: they pay the coordinator
        /// and the protection pool, as the rest burns.
        fee: Uint128,
    },
}

/// Who authorises an order's tasks.
#[cw_serde]
pub enum Authoriser {
    /// The app, by a key of its own.
    App {
        /// Its ed25519 key, 32 bytes.
        public_key: HexBinary,
    },
    /// The coordinator, for whoever brings an API key: it is trusted with the cap.
    Coordinator {
        /// Micro-coins that batches can reserve in one period; a redemption's at
        /// par.
        daily_cap: Uint128,
    },
}

/// Who sees an order's data.
#[cw_serde]
#[derive(Copy, Eq)]
pub enum Privacy {
    /// What the beacon draws becomes public. Anyone can prove fraud.
    Sampled,
    /// Nothing is drawn. Only the owner demands and proves fraud.
    Private,
}

/// An order that is to be opened. All of it stays as it is for the order's life.
#[cw_serde]
pub struct NewOrder {
    /// What becomes of the coins.
    pub mode: Mode,
    /// The operator that serves it. Its key of now leases all of the order's tasks.
    pub coordinator: String,
    /// Who authorises tasks.
    pub authoriser: Authoriser,
    /// Who sees the data.
    pub privacy: Privacy,
    /// Samples of a challenged batch; the parameters' number if left out. 16 is right
    /// for work from seeds, 6 where operands travel.
    pub samples: Option<u32>,
    /// When it ends, unless it is extended.
    pub expires: u64,
}

/// Where an order stands.
#[cw_serde]
#[derive(Copy, Eq)]
pub enum OrderState {
    /// Tasks are authorised and batches committed.
    Open,
    /// Batches are committed for work that is done.
    Ending,
    /// Nothing more is committed; what was not reserved is paid back. Batches that
    /// are still open settle, or pay back.
    Closed,
}

/// Why an order has ended.
#[cw_serde]
#[derive(Copy, Eq)]
pub enum EndCause {
    /// Its time was over.
    Expired,
    /// Its owner has cancelled it.
    Cancelled,
    /// Its issuer has not served in time.
    Late,
}

impl fmt::Display for Privacy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sampled => "sampled",
            Self::Private => "private",
        })
    }
}

impl fmt::Display for EndCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Late => "late",
        })
    }
}

/// One order.
#[cw_serde]
pub struct Order {
    /// Its number, from 1.
    pub order: u64,
    /// Who has opened it, and is paid back.
    pub owner: Addr,
    /// What becomes of the coins.
    pub mode: Mode,
    /// The operator that serves it.
    pub coordinator: Addr,
    /// Its key, as every signature of this order names it.
    pub coordinator_key: HexBinary,
    /// Who authorises tasks.
    pub authoriser: Authoriser,
    /// Its key, as every signature of this order names it.
    pub authoriser_key: HexBinary,
    /// Who sees the data.
    pub privacy: Privacy,
    /// Samples of a challenged batch.
    pub samples: u32,
    /// Ops in one coin, as of the opening.
    pub opc: Uint128,
    /// When it was opened.
    pub opened_at: u64,
    /// When it ends.
    pub expires: u64,
    /// Where it stands.
    pub state: OrderState,
    /// Why it has ended, once it has.
    pub end_cause: Option<EndCause>,
    /// When it can be closed, once it has ended.
    pub closes: Option<Deadline>,
    /// Its coins. `put_in = spent + reserved + paid_back + free`.
    pub coins: OrderCoins,
    /// Its ops. What can still be committed is `min(total, authorised) − reserved −
    /// used`, where a commit can raise `authorised`.
    pub ops: OrderOps,
    /// Batches that have not ended.
    pub open_batches: u32,
    /// What the daily cap has let pass, where the coordinator authorises.
    pub cap: Option<CapUse>,
    /// How it is served, if it is a redemption.
    pub redemption: Option<Redemption>,
}

/// Micro-coins of an order, a redemption's fee left out.
#[cw_serde]
#[derive(Copy, Eq)]
pub struct OrderCoins {
    /// Sent, in all.
    pub put_in: Uint128,
    /// Paid out, or burnt.
    pub spent: Uint128,
    /// Held for batches that have not ended.
    pub reserved: Uint128,
    /// Paid back.
    pub paid_back: Uint128,
    /// Held for what is still to come.
    pub free: Uint128,
}

/// Ops of an order.
#[cw_serde]
#[derive(Copy, Eq)]
pub struct OrderOps {
    /// What the coins buy, in all; rounded down.
    pub total: Uint128,
    /// The highest `cum_ops` that a batch or a call has shown.
    pub authorised: Uint128,
    /// In batches that have not ended.
    pub reserved: Uint128,
    /// In batches that have settled, void claims left out.
    pub used: Uint128,
}

/// What a daily cap has let pass.
#[cw_serde]
#[derive(Copy, Eq)]
pub struct CapUse {
    /// Micro-coins reserved in this period, also for batches that have failed since.
    pub reserved: Uint128,
    /// When the next period begins.
    pub resets_at: u64,
}

/// How a redemption is served.
#[cw_serde]
pub struct Redemption {
    /// Ops per second of the issuer, as of the opening: deadlines count with it.
    pub rate: Uint128,
    /// Ops that a signed task has called for, in all. They count as served when they
    /// are reserved or used.
    pub called: Uint128,
    /// The call that is not served yet.
    pub call: Option<Call>,
    /// Micro-coins of the fee that are not paid out or back.
    pub fee_left: Uint128,
}

/// A redemption's place in its issuer's queue.
#[cw_serde]
#[derive(Copy, Eq)]
pub struct Call {
    /// Its number in the queue; lower ones go first.
    pub place: u64,
    /// By when the issuer has to serve it.
    pub serve_by: Deadline,
}

/// Answer to `orders`.
#[cw_serde]
pub struct OrdersResponse {
    /// One page.
    pub orders: Vec<Order>,
    /// What to give as `start_after` for more; null at the end. A query looks at a
    /// bounded number of orders, so a page can be short although more follow.
    pub next: Option<u64>,
}

/// One call in an issuer's queue.
#[cw_serde]
pub struct QueuedCall {
    /// Its place.
    pub call: Call,
    /// Of which order.
    pub order: u64,
    /// Ops that are called for and not served yet.
    pub ops: Uint128,
}

/// Answer to `redemption_queue`.
#[cw_serde]
pub struct RedemptionQueueResponse {
    /// How much the issuer has to serve, and how it has.
    pub record: RedemptionRecord,
    /// One page of calls, the first to be served first.
    pub queue: Vec<QueuedCall>,
}

/// How an issuer serves.
#[cw_serde]
pub struct RedemptionRecord {
    /// Which issuer.
    pub issuer: Addr,
    /// Micro-coins of its open redemptions that have not burnt: at most what it owes
    /// when another one is opened.
    pub open: Uint128,
    /// Ops that are called for and not served yet.
    pub queued_ops: Uint128,
    /// Calls that it has served in time.
    pub served_calls: u64,
    /// Calls that it has not: its lateness.
    pub late_calls: u64,
    /// Ops that those were short of.
    pub late_ops: Uint128,
}
