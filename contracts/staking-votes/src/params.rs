//! The bounds of every parameter.

use compute_api::votes::Params;
use contract_kit::{
    Error,
    bounds::{MAX_SECONDS, part, within},
};
use cosmwasm_std::{Decimal, Uint128};

/// The most unbonding periods that coins wait, so a slash touches one pool more.
pub const MAX_PERIODS: u64 = 21;

/// Refuses parameters outside their bounds, or that contradict each other.
///
/// # Errors
/// [`Error`] with the value and its bounds.
pub fn validate(params: &Params) -> Result<(), Error> {
    let amounts = [
        ("miner_bond", params.miner_bond),
        ("coordinator_bond", params.coordinator_bond),
    ];
    for (what, value) in amounts {
        within(what, value, 1u128, Uint128::MAX)?;
    }
    let times = [
        ("unbonding_period", params.unbonding_period, 1u64),
        ("commission_period", params.commission_period, 1),
        ("timelock", params.timelock, 1),
        ("faults.missed.jail", params.faults.missed.jail, 0),
        ("faults.unanswered.jail", params.faults.unanswered.jail, 0),
        ("faults.unproven.jail", params.faults.unproven.jail, 0),
    ];
    for (what, value, least) in times {
        within(what, value, least, MAX_SECONDS)?;
    }
    let periods = params.unbonding.checked_div(params.unbonding_period);
    let periods = periods.unwrap_or_default();
    within("unbonding in periods", periods, 1u64, MAX_PERIODS)?;
    within("unbonding", params.unbonding, 1u64, MAX_SECONDS)?;
    if params.unbonding.checked_rem(params.unbonding_period) != Some(0) {
        return Err(Error::Refused(format!(
            "unbonding is {}: must be a multiple of unbonding_period, {}",
            params.unbonding, params.unbonding_period
        )));
    }
    let faults = &params.faults;
    let one = Decimal::one();
    part("max_commission", params.max_commission, one)?;
    part("bounty", params.bounty, Decimal::percent(50))?;
    part("faults.fraud", faults.fraud, one)?;
    part("faults.unanswered.slash", faults.unanswered.slash, one)?;
    // What hides a lie costs no more than the lie, and no less than a miss.
    let (missed, unproven) = (faults.missed.slash, faults.unproven.slash);
    part("faults.unproven.slash", unproven, faults.fraud)?;
    part("faults.missed.slash", missed, unproven)
}
