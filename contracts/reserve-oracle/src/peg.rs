//! How the peg moves, without storage: a step begins at `start` and rises in a
//! straight line to its target, never down.

use compute_api::oracle::{PegParams, PegStep, Tier};
use cosmwasm_std::{StdError, StdResult, Uint128, Uint256};

use crate::params::BPS;

/// Seconds of one device of the mainstream tier that one coin is worth.
pub const COIN_SECONDS: u64 = 60;

/// Ops in one coin that follows a tier.
///
/// # Errors
/// If that leaves 128 bits.
pub fn opc_of(tier: &Tier) -> StdResult<Uint128> {
    Ok(tier.rate.checked_mul(COIN_SECONDS.into())?)
}

/// The step that the contract begins with: it stands still.
///
/// # Errors
/// As [`opc_of`].
pub fn first_step(tier: &Tier, params: &PegParams, now: u64) -> StdResult<PegStep> {
    let opc = opc_of(tier)?;
    Ok(PegStep {
        number: 0,
        tier: tier.id.clone(),
        started_at: now,
        start: opc,
        target: opc,
        glide_bps: params.glide_bps,
        glide_period: params.glide_period,
    })
}

/// The step that follows `step` from `now` on: it begins where that one stands.
///
/// # Errors
/// As [`opc_at`]; where no number is left.
pub fn next_step(
    step: &PegStep,
    tier: String,
    target: Uint128,
    params: &PegParams,
    now: u64,
) -> StdResult<PegStep> {
    let number = step.number.checked_add(1);
    Ok(PegStep {
        number: number.ok_or_else(|| StdError::generic_err("no number is left for a step"))?,
        tier,
        started_at: now,
        start: opc_at(step, now)?,
        target,
        glide_bps: params.glide_bps,
        glide_period: params.glide_period,
    })
}

/// Ops in one coin at `time`, rounded down: what a glide has not reached is not
/// promised. A time before the step is its beginning.
///
/// # Errors
/// For a period of 0; never for a step made here.
pub fn opc_at(step: &PegStep, time: u64) -> StdResult<Uint128> {
    if step.target <= step.start {
        return Ok(step.target);
    }
    let elapsed = time.saturating_sub(step.started_at);
    // 128 + 14 + 64 bits.
    let rise = step
        .start
        .full_mul(step.glide_bps)
        .checked_mul(elapsed.into())?
        .checked_div(per_period(step)?)?;
    let opc = Uint256::from(step.start).saturating_add(rise);
    Ok(opc.min(step.target.into()).try_into()?)
}

/// When the step reaches its target: the first second in which it stands there.
/// Nothing if it stands still from its beginning on; the end of time if it takes
/// longer than that.
///
/// # Errors
/// As [`opc_at`].
pub fn reached_at(step: &PegStep) -> StdResult<Option<u64>> {
    if step.target <= step.start {
        return Ok(None);
    }
    let rise = step.target.checked_sub(step.start)?;
    let a_second = step.start.full_mul(step.glide_bps);
    let needed = Uint256::from(rise).checked_mul(per_period(step)?)?;
    let mut seconds = needed.checked_div(a_second)?;
    if !needed.checked_rem(a_second)?.is_zero() {
        seconds = seconds.checked_add(Uint256::one())?;
    }
    let seconds = Uint128::try_from(seconds).unwrap_or(Uint128::MAX).u128();
    let seconds = u64::try_from(seconds).unwrap_or(u64::MAX);
    Ok(Some(step.started_at.saturating_add(seconds)))
}

fn per_period(step: &PegStep) -> StdResult<Uint256> {
    Ok(Uint256::from(step.glide_period).checked_mul(BPS.into())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(start: u128, target: u128) -> PegStep {
        PegStep {
            number: 3,
            tier: "a".into(),
            started_at: 1_000,
            start: start.into(),
            target: target.into(),
            glide_bps: 100,
            glide_period: 86_400,
        }
    }

    #[test]
    fn rises_by_one_percent_a_day_to_the_target() {
        let step = step(60_000, 61_000);
        let at = |time| opc_at(&step, time).unwrap().u128();
        assert_eq!(at(0), 60_000);
        assert_eq!(at(1_000), 60_000);
        // 600 a day: one in 144 seconds.
        assert_eq!(at(1_143), 60_000);
        assert_eq!(at(1_144), 60_001);
        assert_eq!(at(1_000 + 86_400), 60_600);
        let end = reached_at(&step).unwrap().unwrap();
        assert_eq!(end, 1_000 + 144_000);
        assert_eq!(
            (at(end - 1), at(end), at(u64::MAX)),
            (60_999, 61_000, 61_000)
        );
    }

    #[test]
    fn the_end_is_the_first_second_at_the_target() {
        for target in 60_001..60_100 {
            let step = step(60_007, target);
            match reached_at(&step).unwrap() {
                None => assert!(target <= 60_007),
                Some(end) => {
                    assert_eq!(opc_at(&step, end).unwrap().u128(), target);
                    assert!(opc_at(&step, end - 1).unwrap().u128() < target);
                }
            }
        }
    }

    #[test]
    fn holds_at_the_edges_of_128_bits() {
        let widest = step(u128::MAX - 1, u128::MAX);
        assert_eq!(opc_at(&widest, u64::MAX).unwrap(), Uint128::MAX);
        let slow = step(1, u128::MAX);
        assert_eq!(reached_at(&slow).unwrap(), Some(u64::MAX));
        opc_at(&slow, u64::MAX).unwrap();
    }

    #[test]
    fn a_step_begins_where_the_last_stands() {
        let params = PegParams {
            hold: 1,
            min_operators: 1,
            veto_within: 1,
            glide_bps: 50,
            glide_period: 10,
        };
        let half = step(60_000, 61_000);
        let next = next_step(
            &half,
            "b".into(),
            90_000u128.into(),
            &params,
            1_000 + 86_400,
        );
        let next = next.unwrap();
        assert_eq!((next.start.u128(), next.number), (60_600, 4));
        assert_eq!((next.glide_bps, next.glide_period), (50, 10));
    }
}
