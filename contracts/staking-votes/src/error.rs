//! Why a message is refused: the value, and what to do.

use compute_proofs::ProofError;
use cosmwasm_std::{Addr, Uint128};
use thiserror::Error;

/// Why the contract refuses a message.
#[derive(Debug, PartialEq, Error)]
pub enum ContractError {
    /// What every contract refuses.
    #[error(transparent)]
    Kit(#[from] contract_kit::Error),
    /// Of the draw.
    #[error("{0}")]
    Proof(ProofError),
    /// A contract reports faults that are the other's.
    #[error(
        "{sender} may not report {fault}: missed and unanswered come from the oracle, unproven and fraud from the market"
    )]
    WrongReporter {
        /// Who asked.
        sender: Addr,
        /// What it reports.
        fault: &'static str,
    },
    /// More than there is.
    #[error("{asked} micro-coins asked for, {has} there; ask for less, or leave the amount out")]
    TooMuch {
        /// How many were asked for.
        asked: Uint128,
        /// How many there are.
        has: Uint128,
    },
    /// No way back.
    #[error("operator {0} is tombstoned for fraud; choose another")]
    Tombstoned(Addr),
}

contract_kit::through_kit!(ContractError);

impl From<ProofError> for ContractError {
    fn from(error: ProofError) -> Self {
        Self::Proof(error)
    }
}
