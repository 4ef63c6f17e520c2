//! Why a message is refused: the value, and what to do.

use cosmwasm_std::{Addr, Uint128};
use thiserror::Error;

/// Why the coin refuses a message.
#[derive(Debug, PartialEq, Error)]
pub enum ContractError {
    /// Who may not, funds, wiring, storage, addresses.
    #[error(transparent)]
    Kit(#[from] contract_kit::Error),
    /// What any CW20 refuses, in the words of cw20-base.
    #[error(transparent)]
    Cw20(#[from] cw20_base::ContractError),
    /// Nobody changes the minter.
    #[error(
        "the minter is the oracle for good; to get coins made, send mint to the oracle as an admitted issuer"
    )]
    MinterIsFixed,
    /// More coins than can be counted.
    #[error(
        "{amount} micro-coins more would leave 128 bits; mint at most {room}: what exists and what was forgiven are counted together"
    )]
    TooManyCoins {
        /// How many were asked for.
        amount: Uint128,
        /// How many can still be made.
        room: Uint128,
    },
    /// A larger allowance than can be counted.
    #[error("{amount} more than the allowance of {has} leaves 128 bits; add at most {room}")]
    AllowanceTooLarge {
        /// What the spender may use.
        has: Uint128,
        /// How many were to be added.
        amount: Uint128,
        /// How many can be.
        room: Uint128,
    },
    /// Nothing to lower.
    #[error("{spender} has no allowance of {owner}'s coins that could be lowered; nothing to do")]
    NoAllowance {
        /// Whose coins.
        owner: Addr,
        /// Who may not use them.
        spender: Addr,
    },
}

contract_kit::through_kit!(ContractError);
