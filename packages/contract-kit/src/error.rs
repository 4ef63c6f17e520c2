use compute_api::Role;
use compute_proofs::ProofError;
use cosmwasm_std::{Addr, Coin, Decimal, OverflowError, StdError, Uint128};
use cw_ownable::OwnershipError;
use thiserror::Error as ThisError;

/// Why a contract refuses a message: the value, and what to do.
#[derive(Debug, PartialEq, ThisError)]
pub enum Error {
    /// Storage, addresses, other contracts.
    #[error(transparent)]
    Std(#[from] StdError),
    /// The owner alone may.
    #[error(transparent)]
    Ownership(#[from] OwnershipError),
    /// A sum left 128 bits, or fell below zero.
    #[error(transparent)]
    Overflow(#[from] OverflowError),
    /// Bytes, a signature or a proof that does not hold.
    #[error("{0}")]
    Proof(ProofError),
    /// Not before activation.
    #[error("the contract is not active yet: its owner has to send activate")]
    NotActive,
    /// Once only.
    #[error("the contract has been activated before; its peers are fixed")]
    AlreadyActive,
    /// A set of addresses that cannot be.
    #[error(
        "these contracts do not fit: {0}; send four distinct addresses, this contract's own among them in its place"
    )]
    Contracts(String),
    /// Somebody else may.
    #[error("{sender} may not send this: it takes {role}")]
    Unauthorized {
        /// Who asked.
        sender: Addr,
        /// Who may.
        role: Role,
    },
    /// Funds that nothing would ever pay back.
    #[error("{0} came with a message that takes no funds: send it without")]
    Funds(Coin),
    /// A value outside its bounds.
    #[error("{what} is {value}: must be {min} to {max}")]
    OutOfBounds {
        /// Which value.
        what: &'static str,
        /// What it is.
        value: Uint128,
        /// The least.
        min: Uint128,
        /// The most.
        max: Uint128,
    },
    /// A part that is too large.
    #[error("{what} is {value}: must be at most {max}")]
    PartTooLarge {
        /// Which part.
        what: &'static str,
        /// What it is.
        value: Decimal,
        /// The most.
        max: Decimal,
    },
    /// Something that does not exist.
    #[error("there is no {what} {key}")]
    NotFound {
        /// What.
        what: &'static str,
        /// Which.
        key: String,
    },
    /// Before its time.
    #[error("{what} cannot be before {ready_at}; it is {now}")]
    TooEarly {
        /// What.
        what: &'static str,
        /// When it can be.
        ready_at: u64,
        /// When it was tried.
        now: u64,
    },
    /// No amount.
    #[error("the amount is 0; nothing would change")]
    Zero,
    /// The message does not fit what stands.
    #[error("{0}")]
    Refused(String),
}

impl From<ProofError> for Error {
    fn from(error: ProofError) -> Self {
        Self::Proof(error)
    }
}

/// Gives a contract's own error, which has a variant `Kit(Error)`, the conversions
/// from what [`Error`] is mostly made of, so that `?` works on all of them.
#[macro_export]
macro_rules! through_kit {
    ($own:ty) => {
        $crate::through_kit!(
            $own,
            ::cosmwasm_std::StdError,
            ::cosmwasm_std::OverflowError,
            ::cw_ownable::OwnershipError
        );
    };
    ($own:ty, $($inner:ty),+) => { $(
        impl From<$inner> for $own {
            fn from(error: $inner) -> Self {
                Self::Kit(error.into())
            }
        }
    )+ };
}
