//! Values within bounds.

use cosmwasm_std::{Decimal, Uint128};

use crate::Error;

/// The longest of any time in parameters, so that no moment leaves 64 bits: ten
/// years.
pub const MAX_SECONDS: u64 = 315_360_000;

/// Refuses a value outside its bounds.
///
/// # Errors
/// [`Error::OutOfBounds`].
pub fn within(
    what: &'static str,
    value: impl Into<Uint128>,
    min: impl Into<Uint128>,
    max: impl Into<Uint128>,
) -> Result<(), Error> {
    let (value, min, max) = (value.into(), min.into(), max.into());
    if (min <= value) & (value <= max) {
        return Ok(());
    }
    Err(Error::OutOfBounds {
        what,
        value,
        min,
        max,
    })
}

/// Refuses a number of things outside its bounds.
///
/// # Errors
/// [`Error::OutOfBounds`].
pub fn count(what: &'static str, count: usize, min: u32, max: u32) -> Result<(), Error> {
    let count = u128::try_from(count).unwrap_or(u128::MAX);
    within(what, count, min, max)
}

/// Refuses a part above its bound.
///
/// # Errors
/// [`Error::PartTooLarge`].
pub fn part(what: &'static str, value: Decimal, max: Decimal) -> Result<(), Error> {
    if value <= max {
        return Ok(());
    }
    Err(Error::PartTooLarge { what, value, max })
}
