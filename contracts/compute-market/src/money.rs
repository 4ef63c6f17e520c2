//! What ops cost, without storage.
//!
//! An order's coins follow from its ops alone: what `n` of them cost is rounded up
//! once, so the parts of any batches add up to what all of them cost, in whatever
//! order they settle, and nothing is left over by rounding. What the coins buy is
//! rounded down; so all that can be charged is never more than was put in.

use compute_api::{coin::MICRO, market::SplitParams};
use cosmwasm_std::{StdResult, Uint128, Uint256};

/// Parts of 10 000: the whole.
pub const BPS: u128 = 10_000;

/// What an order's ops cost: `price_bps` of par, where par is a coin for `opc` ops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// Ops in one coin.
    pub opc: Uint128,
    /// Parts of 10 000 of par.
    pub price_bps: u32,
}

impl Price {
    /// Micro-coins for so many ops; rounded up.
    ///
    /// # Errors
    /// If that leaves 128 bits; for an opc of 0.
    pub fn coins(&self, ops: Uint128) -> StdResult<Uint128> {
        // 128 + 20 + 32 bits.
        let product = ops
            .full_mul(MICRO)
            .checked_mul(Uint256::from(self.price_bps))?;
        let par = self.opc.full_mul(BPS);
        let down = product.checked_div(par)?;
        let up = match product.checked_rem(par)?.is_zero() {
            true => down,
            false => down.checked_add(Uint256::one())?,
        };
        Ok(up.try_into()?)
    }

    /// Ops that so many micro-coins buy; rounded down.
    ///
    /// # Errors
    /// If that leaves 128 bits; for a price of 0.
    pub fn ops(&self, coins: Uint128) -> StdResult<Uint128> {
        // 128 + 128 + 14 bits would leave 256: the coins are below the supply, which
        // the gate keeps far below that.
        let product = coins.full_mul(self.opc).checked_mul(Uint256::from(BPS))?;
        let price = Uint256::from(MICRO).checked_mul(Uint256::from(self.price_bps))?;
        Ok(product.checked_div(price)?.try_into()?)
    }
}

/// The part of a redemption's fee that so many of its ops have earned; rounded down,
/// and all of it with the last op.
///
/// # Errors
/// For an order without ops.
pub fn fee_of(fee: Uint128, ops: Uint128, total: Uint128) -> StdResult<Uint128> {
    part(fee, ops, total)
}

/// Who gets what of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Split {
    /// The worker and its voters; rounded down.
    pub worker: Uint128,
    /// The coordinator and its voters; rounded down.
    pub coordinator: Uint128,
    /// The protection pool: what is left.
    pub protection: Uint128,
}

/// How a payment is split.
///
/// # Errors
/// For parts that are more than the whole; never for validated parameters.
pub fn split(params: &SplitParams, amount: Uint128) -> StdResult<Split> {
    of(amount, params.worker_bps, params.coordinator_bps)
}

/// How a fee is split: the worker, the issuer's own, gets none of it.
///
/// # Errors
/// As [`split`].
pub fn split_fee(params: &SplitParams, amount: Uint128) -> StdResult<Split> {
    of(amount, 0, params.fee_coordinator_bps)
}

fn of(amount: Uint128, worker_bps: u32, coordinator_bps: u32) -> StdResult<Split> {
    let worker = bps(amount, worker_bps)?;
    let coordinator = bps(amount, coordinator_bps)?;
    Ok(Split {
        worker,
        coordinator,
        protection: amount.checked_sub(worker)?.checked_sub(coordinator)?,
    })
}

/// So many parts of 10 000 of an amount; rounded down.
///
/// # Errors
/// None for parts up to the whole.
pub fn bps(amount: Uint128, parts: u32) -> StdResult<Uint128> {
    part(amount, Uint128::from(parts), Uint128::new(BPS))
}

fn part(amount: Uint128, numerator: Uint128, denominator: Uint128) -> StdResult<Uint128> {
    let product = amount.full_mul(numerator);
    Ok(product.checked_div(denominator.into())?.try_into()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_coins_buy_costs_no_more_than_they_are() {
        let amounts = [1u128, 2, 3, 999_999, 1_000_000, 123_456_789, 10u128.pow(18)];
        for opc in [1u128, 7, 1_000_003, 60 * 10u128.pow(14)] {
            for price_bps in [1u32, 9_999, 10_000, 25_000] {
                let price = Price {
                    opc: opc.into(),
                    price_bps,
                };
                for amount in amounts {
                    let ops = price.ops(amount.into()).unwrap();
                    assert!(price.coins(ops).unwrap().u128() <= amount);
                    let more = ops + Uint128::one();
                    assert!(
                        price.coins(more).unwrap().u128() > amount
                            || price.ops(price.coins(more).unwrap()).unwrap() >= more
                    );
                }
            }
        }
        let par = Price {
            opc: 6_000u128.into(),
            price_bps: 10_000,
        };
        assert_eq!(par.coins(6_000u128.into()).unwrap().u128(), 1_000_000);
        assert_eq!(par.coins(1u128.into()).unwrap().u128(), 167);
        assert!(par.coins(Uint128::MAX).is_err());
    }

    #[test]
    fn nothing_is_lost_in_a_split() {
        let params = SplitParams {
            worker_bps: 8_500,
            coordinator_bps: 1_000,
            fee_coordinator_bps: 6_667,
            compensation_bps: 1_000,
        };
        for amount in [0u128, 1, 19, 20, 10_001, u128::MAX] {
            let all = split(&params, amount.into()).unwrap();
            assert_eq!(
                (all.worker + all.coordinator + all.protection).u128(),
                amount
            );
            let fee = split_fee(&params, amount.into()).unwrap();
            assert_eq!(
                (fee.worker + fee.coordinator + fee.protection).u128(),
                amount
            );
            assert!(fee.worker.is_zero());
        }
        let all = split(&params, 20u128.into()).unwrap();
        assert_eq!((all.worker.u128(), all.coordinator.u128()), (17, 2));
    }
}
