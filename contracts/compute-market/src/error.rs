//! Why a message is refused: the value, and what to do.

use compute_api::market::{BatchState, OrderState};
use compute_proofs::{ProofError, codec::DecodeError};
use contract_kit::through_kit;
use cosmwasm_std::{Addr, Uint128};
use thiserror::Error;

/// Why the market refuses a message.
#[derive(Debug, PartialEq, Error)]
pub enum ContractError {
    /// What every contract refuses.
    #[error(transparent)]
    Kit(#[from] contract_kit::Error),
    /// The order's owner alone may.
    #[error("{sender} does not own order {order}")]
    NotOwner {
        /// Who asked.
        sender: Addr,
        /// Which order.
        order: u64,
    },
    /// An order in another state.
    #[error("order {order} is {state:?}: it has to be {needed}")]
    OrderState {
        /// Which order.
        order: u64,
        /// Where it stands.
        state: OrderState,
        /// Where it would have to.
        needed: &'static str,
    },
    /// A batch in another state.
    #[error("batch {batch} is {state}: it has to be {needed}")]
    BatchState {
        /// Which batch.
        batch: u64,
        /// Where it stands.
        state: BatchState,
        /// Where it would have to.
        needed: &'static str,
    },
    /// A time and height that have not both passed.
    #[error("{what} is possible after {time} and above height {height}; it is {now} at {at}")]
    NotPassed {
        /// What.
        what: &'static str,
        /// The last second before.
        time: u64,
        /// The last height before.
        height: u64,
        /// When it was tried.
        now: u64,
        /// At which height.
        at: u64,
    },
    /// A time and height that have both passed.
    #[error("{what} was possible until {time} or height {height}; it is {now} at {at}")]
    Passed {
        /// What.
        what: &'static str,
        /// The last second.
        time: u64,
        /// The last height.
        height: u64,
        /// When it was tried.
        now: u64,
        /// At which height.
        at: u64,
    },
    /// More than there is room for.
    #[error("{what}: {asked} asked for, {has} there; {cure}")]
    NoRoom {
        /// Of what.
        what: &'static str,
        /// How much was asked for.
        asked: Uint128,
        /// How much there is.
        has: Uint128,
        /// What to do.
        cure: &'static str,
    },
}

through_kit!(ContractError);
through_kit!(ContractError, ProofError);

impl From<DecodeError> for ContractError {
    fn from(error: DecodeError) -> Self {
        ProofError::from(error).into()
    }
}

/// A refusal in words.
pub(crate) fn refused(why: impl Into<String>) -> ContractError {
    contract_kit::Error::Refused(why.into()).into()
}

/// Something that does not exist.
pub(crate) fn not_found(what: &'static str, key: impl ToString) -> ContractError {
    contract_kit::Error::NotFound {
        what,
        key: key.to_string(),
    }
    .into()
}
