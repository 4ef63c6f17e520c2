//! What messages do beyond cw20-base.

pub(crate) mod allowance;
pub(crate) mod burn;
pub(crate) mod mint;
pub(crate) mod wiring;
