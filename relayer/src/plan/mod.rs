//! What is to be done, by what the chain says and what time it is. Pure: reading the
//! chain and sending are elsewhere.

mod action;
mod census;
mod market;
mod reserve;

pub use action::{Action, Lane};
pub use census::{CensusView, census, reports};
pub use market::{DueNow, MarketView, market};
pub use reserve::{PegView, ReserveView, reserve};

use compute_api::market::Deadline;

/// The moment at which a message that is sent now will be executed, at the earliest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Seconds since 1970.
    pub time: u64,
    /// The height of the next block.
    pub height: u64,
}

impl Moment {
    /// Whether a deadline is over: both its time and its height.
    #[must_use]
    pub const fn is_past(self, deadline: Deadline) -> bool {
        self.time > deadline.time && self.height > deadline.height
    }
}

/// What to do now, and when to look again at the latest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// In this order.
    pub actions: Vec<Action>,
    /// Seconds since 1970; none if nothing is known to come.
    pub wake_at: Option<u64>,
}

impl Plan {
    fn now(action: Action) -> Self {
        Self {
            actions: vec![action],
            wake_at: None,
        }
    }

    const fn at(time: u64) -> Self {
        Self {
            actions: Vec::new(),
            wake_at: Some(time),
        }
    }

    /// Both.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.actions.extend(other.actions);
        self.wake_at = match (self.wake_at, other.wake_at) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        self
    }
}

#[cfg(test)]
mod tests;
