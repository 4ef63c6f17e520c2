//! The daily cap of an order whose tasks its coordinator authorises: how many coins of
//! work it may accept in one period, so that nothing is done that the market would
//! refuse to commit.
//!
//! It is the market's own rule (`compute_market::execute::commit`), counted when a task
//! is accepted rather than when its batch is committed: a period begins with the first
//! charge behind the last one's end, and nothing comes free before its end, also not what
//! a task that was cancelled would have cost. What the chain has counted in its own
//! period counts here too, so the coordinator never accepts more than the chain has room
//! for now.

use cosmwasm_std::{Uint128, Uint256};

/// Micro-coins of a coin.
const MICRO: u128 = 1_000_000;

/// Parts of 10 000: par.
const BPS: u128 = 10_000;

/// An order's cap, as the chain has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cap {
    /// Micro-coins of one period.
    pub coins: u128,
    /// Seconds of a period.
    pub seconds: u64,
    /// Ops in one coin; not 0.
    pub opc: u128,
    /// What ops cost, in parts of 10 000 of par; a redemption's cost par.
    pub price_bps: u32,
    /// What the chain's period has let pass, and when that period ends.
    pub on_chain: Period,
}

/// What a period has let pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// Micro-coins.
    pub coins: u128,
    /// When the next one can begin, in seconds since 1970.
    pub ends: u64,
}

/// Why a task does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Over {
    /// Micro-coins of one period.
    pub cap: u128,
    /// Micro-coins of this period that are taken.
    pub used: u128,
    /// Micro-coins that the task costs.
    pub cost: u128,
    /// When the period ends, in seconds since 1970.
    pub frees: u64,
}

impl Cap {
    /// Micro-coins for so many ops, rounded up as the market does.
    fn price(&self, ops: u128) -> u128 {
        // 128 + 20 + 32 bits.
        let product = Uint128::new(ops)
            .full_mul(MICRO)
            .checked_mul(Uint256::from(self.price_bps));
        let par = Uint128::new(self.opc).full_mul(BPS);
        let coins = product.ok().and_then(|product| {
            let down = product.checked_div(par).ok()?;
            let rounds = !product.checked_rem(par).ok()?.is_zero();
            down.checked_add(Uint256::from(u8::from(rounds))).ok()
        });
        // More than there can be is above every cap.
        coins
            .and_then(|coins| Uint128::try_from(coins).ok())
            .map_or(u128::MAX, |coins| coins.u128())
    }

    /// Counts a task of `ops` ops, before which the order's tasks came to `before` ops.
    /// The period with it.
    ///
    /// # Errors
    /// [`Over`] if the period has no room for it.
    pub fn take(
        &self,
        mut period: Period,
        before: u128,
        ops: u128,
        now: u64,
    ) -> Result<Period, Over> {
        let running = (self.on_chain.ends > now).then_some(self.on_chain);
        if now >= period.ends {
            period = running.unwrap_or(Period {
                coins: 0,
                ends: now.saturating_add(self.seconds),
            });
        }
        if let Some(running) = running
            && running.coins > period.coins
        {
            period.coins = running.coins;
            period.ends = period.ends.max(running.ends);
        }
        // Prices of sums, so that small tasks are not each rounded up.
        let after = self.price(before.saturating_add(ops));
        let cost = after.saturating_sub(self.price(before));
        let used = period.coins.saturating_add(cost);
        if used > self.coins {
            return Err(Over {
                cap: self.coins,
                used: period.coins,
                cost,
                frees: period.ends,
            });
        }
        period.coins = used;
        Ok(period)
    }
}

impl Over {
    /// Whether no period has room for such a task.
    #[must_use]
    pub fn for_ever(&self) -> bool {
        self.cost > self.cap
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A coin an op: what a task costs is its ops in coins.
    fn cap(coins: u128) -> Cap {
        Cap {
            coins,
            seconds: 100,
            opc: MICRO,
            price_bps: 10_000,
            on_chain: Period::default(),
        }
    }

    #[test]
    fn a_period_begins_with_the_first_charge_behind_the_last_ones_end() {
        let cap = cap(10);
        let first = cap.take(Period::default(), 0, 6, 1_000).unwrap();
        assert_eq!((first.coins, first.ends), (6, 1_100));
        let over = cap.take(first, 6, 5, 1_099).unwrap_err();
        assert_eq!(
            (over.cap, over.used, over.cost, over.frees),
            (10, 6, 5, 1_100)
        );
        assert!(!over.for_ever());
        let full = cap.take(first, 6, 4, 1_099).unwrap();
        assert_eq!((full.coins, full.ends), (10, 1_100));
        let next = cap.take(full, 10, 10, 1_150).unwrap();
        assert_eq!((next.coins, next.ends), (10, 1_250));
        assert!(cap.take(next, 20, 11, 9_999).unwrap_err().for_ever());
    }

    #[test]
    fn what_the_chain_has_counted_counts() {
        let mut cap = cap(10);
        cap.on_chain = Period {
            coins: 7,
            ends: 1_050,
        };
        // A period of the chain's that runs is joined.
        let first = cap.take(Period::default(), 0, 2, 1_000).unwrap();
        assert_eq!((first.coins, first.ends), (9, 1_050));
        // The chain knows of more than we do.
        let own = Period {
            coins: 1,
            ends: 1_020,
        };
        let over = cap.take(own, 1, 4, 1_000).unwrap_err();
        assert_eq!((over.used, over.frees), (7, 1_050));
        // One that is over says nothing.
        let fresh = cap.take(Period::default(), 0, 10, 1_050).unwrap();
        assert_eq!((fresh.coins, fresh.ends), (10, 1_150));
    }

    #[test]
    fn small_tasks_are_not_each_rounded_up() {
        let cap = Cap {
            opc: 1_000 * MICRO,
            ..cap(1)
        };
        let mut period = Period::default();
        for task in 0..1_000 {
            period = cap.take(period, task, 1, 5).unwrap();
        }
        assert_eq!(period.coins, 1, "a thousand of them cost one micro-coin");
        assert!(cap.take(period, 1_000, 1, 5).is_err());
    }

    #[test]
    fn what_leaves_128_bits_is_above_every_cap() {
        let cap = Cap {
            opc: 1,
            ..cap(u128::MAX - 1)
        };
        assert!(cap.take(Period::default(), 0, u128::MAX, 5).is_err());
    }
}
