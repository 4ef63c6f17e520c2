//! Shares in a pool of coins.
//!
//! Every division is against whoever acts: shares for coins and coins for shares
//! round down, shares burnt for coins round up. What is rounded off stays with the
//! rest of the pool. A pool's shares are never fewer than its coins: the first are
//! one to one, and each operation below keeps it (`shares_are_never_fewer`). While
//! anyone holds a share there is a coin, so that a share always has a price.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Decimal, StdResult, Uint128, Uint256};

/// Coins, and the shares in them.
#[cw_serde]
#[derive(Copy, Default)]
pub struct Pool {
    /// Micro-coins.
    pub tokens: Uint128,
    /// Shares in them.
    pub shares: Uint128,
}

impl Pool {
    /// What `shares` are worth, rounded down; all shares are worth all coins.
    ///
    /// # Errors
    /// For more shares than the pool has, if their worth leaves 128 bits.
    pub fn worth(&self, shares: Uint128) -> StdResult<Uint128> {
        if self.shares.is_zero() {
            return Ok(Uint128::zero());
        }
        ratio_down(shares, self.tokens, self.shares)
    }

    /// Adds coins and returns the shares for them, rounded down.
    ///
    /// # Errors
    /// If a sum leaves 128 bits.
    pub fn add(&mut self, amount: Uint128) -> StdResult<Uint128> {
        let shares = if self.shares.is_zero() {
            amount
        } else {
            ratio_down(amount, self.shares, self.tokens)?
        };
        self.tokens = self.tokens.checked_add(amount)?;
        self.shares = self.shares.checked_add(shares)?;
        Ok(shares)
    }

    /// Takes `amount` coins out for a holder of `held` shares and returns the shares
    /// burnt: rounded up, and all of them for all that they are worth.
    ///
    /// # Errors
    /// For more than they are worth, and for more shares than the pool has.
    pub fn take(&mut self, held: Uint128, amount: Uint128) -> StdResult<Uint128> {
        let worth = self.worth(held)?;
        // Below their worth fewer are burnt than there are: a share is worth at most
        // one coin.
        let burnt = if amount == worth {
            held
        } else {
            worth.checked_sub(amount)?;
            ratio_up(amount, self.shares, self.tokens)?
        };
        self.tokens = self.tokens.checked_sub(amount)?;
        self.shares = self.shares.checked_sub(burnt)?;
        Ok(burnt)
    }

    /// Takes this part of the coins, rounded up, but for the last micro-coin, and
    /// returns how many. Without that one the shares would have no price, and the
    /// smallest of pools would shut at the smallest of slashes.
    ///
    /// # Errors
    /// For a part above 1.
    pub fn slash(&mut self, fraction: Decimal) -> StdResult<Uint128> {
        let last = self.tokens.saturating_sub(Uint128::one());
        let cut = part_up(self.tokens, fraction)?.min(last);
        self.tokens = self.tokens.checked_sub(cut)?;
        Ok(cut)
    }
}

/// `a · numerator / denominator`, rounded down.
///
/// # Errors
/// For a denominator of 0; if the result leaves 128 bits.
pub fn ratio_down(a: Uint128, numerator: Uint128, denominator: Uint128) -> StdResult<Uint128> {
    let product = a.full_mul(numerator);
    Ok(product.checked_div(denominator.into())?.try_into()?)
}

/// `a · numerator / denominator`, rounded up.
///
/// # Errors
/// As [`ratio_down`].
pub fn ratio_up(a: Uint128, numerator: Uint128, denominator: Uint128) -> StdResult<Uint128> {
    let product = a.full_mul(numerator);
    let denominator = Uint256::from(denominator);
    let down: Uint128 = product.checked_div(denominator)?.try_into()?;
    if product.checked_rem(denominator)?.is_zero() {
        return Ok(down);
    }
    Ok(down.checked_add(Uint128::one())?)
}

/// This part of `amount`, rounded down.
///
/// # Errors
/// As [`ratio_down`].
pub fn part_down(amount: Uint128, part: Decimal) -> StdResult<Uint128> {
    ratio_down(amount, part.atomics(), Decimal::one().atomics())
}

/// This part of `amount`, rounded up.
///
/// # Errors
/// As [`ratio_down`].
pub fn part_up(amount: Uint128, part: Decimal) -> StdResult<Uint128> {
    ratio_up(amount, part.atomics(), Decimal::one().atomics())
}

/// The part that `amount` is of `total`, rounded up, at most 1.
///
/// # Errors
/// None that can happen.
pub fn part_of(amount: Uint128, total: Uint128) -> StdResult<Decimal> {
    if amount.is_zero() {
        return Ok(Decimal::zero());
    }
    if amount >= total {
        return Ok(Decimal::one());
    }
    let atomics = ratio_up(amount, Decimal::one().atomics(), total)?;
    Ok(Decimal::new(atomics))
}

#[cfg(test)]
mod tests {
    use test_suite::scale::Plan;

    use super::*;

    #[test]
    fn rounds_against_whoever_acts() {
        let mut pool = Pool {
            tokens: 2u128.into(),
            shares: 3u128.into(),
        };
        assert_eq!(pool.worth(1u128.into()).unwrap().u128(), 0);
        assert_eq!(pool.add(1u128.into()).unwrap().u128(), 1);
        // 3 coins, 4 shares: a coin costs ceil(4/3) shares, and there are not 4.
        assert!(pool.take(4u128.into(), 4u128.into()).is_err());
        assert_eq!(
            pool.take(4u128.into(), 1u128.into()).unwrap().u128(),
            2,
            "{pool:?}"
        );
        assert_eq!(
            part_of(1u128.into(), 3u128.into())
                .unwrap()
                .atomics()
                .u128(),
            333_333_333_333_333_334
        );
        assert_eq!(part_of(1u128.into(), 0u128.into()).unwrap(), Decimal::one());
    }

    #[test]
    fn a_slash_leaves_the_last_micro_coin() {
        let mut pool = Pool::default();
        assert_eq!(pool.slash(Decimal::one()).unwrap().u128(), 0);
        pool.add(5u128.into()).unwrap();
        assert_eq!(pool.slash(Decimal::one()).unwrap().u128(), 4);
        assert_eq!(pool.slash(Decimal::permille(1)).unwrap().u128(), 0);
        // Who comes after that owns what they bring, and the others that one.
        assert_eq!(pool.add(7u128.into()).unwrap().u128(), 35);
        assert_eq!(pool.worth(35u128.into()).unwrap().u128(), 7);
        assert_eq!(pool.take(5u128.into(), 1u128.into()).unwrap().u128(), 5);
    }

    /// Also: nobody's coins grow by more than a micro-coin by what another does, nor
    /// shrink at all, but for slashes.
    #[test]
    fn shares_are_never_fewer() {
        let mut random = Plan::from_env().unwrap().random("shares");
        let mut pool = Pool::default();
        let mut held = [Uint128::zero(); 5];
        for step in 0..200_000 {
            let who = usize::try_from(random.below(5)).unwrap();
            let before = held.map(|shares| pool.worth(shares).unwrap());
            let choice = random.below(20);
            match choice {
                0..=8 => {
                    let amount = Uint128::from(1 + random.below(1_000));
                    let shares = pool.add(amount).unwrap();
                    assert!(shares >= amount);
                    held[who] += shares;
                    let worth = pool.worth(held[who]).unwrap();
                    assert!(
                        worth <= before[who] + amount
                            && worth + Uint128::one() >= before[who] + amount
                    );
                }
                9..=18 => {
                    let all = random.below(3) == 0;
                    let amount = if all {
                        before[who]
                    } else {
                        let whole = u64::try_from(before[who].u128()).unwrap();
                        Uint128::from(random.below(whole + 1))
                    };
                    let burnt = pool.take(held[who], amount).unwrap();
                    held[who] -= burnt;
                    let worth = pool.worth(held[who]).unwrap();
                    let one = Uint128::one();
                    assert!(worth + amount <= before[who] + one, "step {step}");
                    assert!(worth + amount + one >= before[who], "step {step}");
                }
                _ => {
                    // Starts anew before shares leave 128 bits.
                    if pool.shares > Uint128::new(1 << 100) {
                        (pool, held) = (Pool::default(), Default::default());
                        continue;
                    }
                    let all = random.below(50) == 0;
                    let part = if all { 1_000 } else { random.below(300) };
                    let part = Decimal::permille(part);
                    pool.slash(part).unwrap();
                }
            }
            if choice <= 18 {
                for (other, &shares) in held.iter().enumerate().filter(|(other, _)| *other != who) {
                    assert!(pool.worth(shares).unwrap() >= before[other], "step {step}");
                }
            }
            assert!(pool.shares >= pool.tokens, "step {step}: {pool:?}");
            assert_eq!(pool.shares, held.iter().sum::<Uint128>());
            assert_eq!(pool.shares.is_zero(), pool.tokens.is_zero());
        }
    }
}
