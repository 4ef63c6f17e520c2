//! The market: everything that it says is due.

use compute_api::market::Deadline;

use super::{Action, Lane, Moment, Plan};

/// Something of the market whose time may have come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DueNow {
    /// A slot is to be sealed.
    Seal {
        /// Which slot.
        slot: u64,
    },
    /// A slot is to be drawn.
    Draw {
        /// Which slot.
        slot: u64,
        /// By which round.
        round: u64,
        /// Whether the oracle has that.
        posted: bool,
    },
    /// A batch is to fail.
    Fail {
        /// Which batch.
        batch: u64,
    },
    /// A batch is to settle.
    Settle {
        /// Which batch.
        batch: u64,
        /// Tasks of its claims that are to be decided first.
        undecided: Vec<u64>,
    },
    /// An order is to end.
    End {
        /// Which order.
        order: u64,
    },
    /// An order is to close.
    Close {
        /// Which order.
        order: u64,
    },
}

/// What the market says.
#[derive(Clone, Debug, Default)]
pub struct MarketView {
    /// What is due, the earliest first, each with when it can be done.
    pub due: Vec<(DueNow, Deadline)>,
    /// When this relayer is to note time and height, as nobody else may: seconds since
    /// 1970; none for never.
    pub tick_at: Option<u64>,
}

/// What the market needs now. Nothing is done before its deadline is over.
#[must_use]
pub fn market(view: &MarketView, at: Moment) -> Plan {
    let mut plan = Plan::default();
    for (due, after) in &view.due {
        if !at.is_past(*after) {
            if at.time <= after.time {
                plan = plan.and(Plan::at(after.time.saturating_add(1)));
            }
            continue;
        }
        match due {
            DueNow::Seal { slot } => plan.actions.push(Action::SealSlot { slot: *slot }),
            DueNow::Draw {
                slot,
                round,
                posted,
            } => {
                if !posted {
                    plan.actions.push(Action::PostBeacon {
                        round: *round,
                        lane: Lane::Market,
                    });
                }
                plan.actions.push(Action::DrawSlot { slot: *slot });
            }
            DueNow::Fail { batch } => plan.actions.push(Action::FailBatch { batch: *batch }),
            DueNow::Settle { batch, undecided } => {
                let batch = *batch;
                let decide = undecided.iter().map(|nonce| Action::DecideVoid {
                    batch,
                    nonce: *nonce,
                });
                plan.actions.extend(decide);
                plan.actions.push(Action::SettleBatch { batch });
            }
            DueNow::End { order } => plan.actions.push(Action::EndOrder { order: *order }),
            DueNow::Close { order } => plan.actions.push(Action::CloseOrder { order: *order }),
        }
    }
    // Every other message notes them too.
    match view.tick_at {
        Some(time) if time <= at.time && plan.actions.is_empty() => {
            plan.actions.push(Action::Tick);
            plan
        }
        Some(time) if time > at.time => plan.and(Plan::at(time)),
        _ => plan,
    }
}
