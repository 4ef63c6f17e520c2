use core::fmt::Debug;

use cosmwasm_std::{Decimal, Uint128};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive, Zero};

/// An exact fraction of micro-coins.
pub(crate) type Exact = BigRational;

/// A whole number.
pub(crate) fn exact(whole: u128) -> Exact {
    Exact::from(BigInt::from(whole))
}

/// A decimal as what it is.
pub(crate) fn part(decimal: Decimal) -> Exact {
    exact(decimal.atomics().u128()) / exact(Decimal::one().atomics().u128())
}

/// About how much, for slack.
pub(crate) fn about(exact: &Exact) -> f64 {
    exact.to_f64().unwrap()
}

/// An amount, and how far off the contract's may be.
#[derive(Clone, Default, Debug)]
pub(crate) struct Amount {
    pub(crate) exact: Exact,
    /// In micro-coins.
    pub(crate) slack: f64,
}

impl Amount {
    pub(crate) fn of(whole: u128) -> Self {
        Self {
            exact: exact(whole),
            slack: 0.0,
        }
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.exact += &other.exact;
        self.slack += other.slack;
    }

    /// Takes as much off, and no more than there is, but for the slack.
    pub(crate) fn take(&mut self, other: &Self) {
        self.exact -= &other.exact;
        self.slack += other.slack;
        if self.exact.is_negative() {
            let below = about(&-self.exact.clone());
            assert!(below <= self.slack + 1.0, "{self:?} below zero");
            self.slack += below;
            self.exact = Exact::zero();
        }
    }

    /// Gives as much as is asked for and there, and takes it off what is asked for.
    pub(crate) fn give(&mut self, asked: &mut Self) -> Self {
        let given = Self {
            exact: self.exact.clone().min(asked.exact.clone()),
            slack: self.slack + asked.slack,
        };
        self.exact -= &given.exact;
        self.slack += asked.slack;
        asked.exact -= &given.exact;
        asked.slack = given.slack;
        given
    }

    /// Rounded down.
    pub(crate) fn whole(&self) -> u128 {
        self.exact.to_integer().to_u128().unwrap()
    }

    /// The contract has rounded this once.
    pub(crate) fn touch(&mut self) {
        self.slack += 1.0;
    }

    pub(crate) fn is_dust(&self) -> bool {
        about(&self.exact) <= self.slack + 1.0
    }

    /// What the contract has, rounded down to a micro-coin.
    pub(crate) fn assert_near(&self, found: Uint128, what: &str, of: &impl Debug) {
        let off = about(&(&self.exact - exact(found.u128())).abs());
        let Self { exact, slack } = self;
        assert!(
            off <= slack + 1.0,
            "{what} of {of:?}: {found}, not {}, which may be off by {slack}",
            about(exact),
        );
    }
}

/// The contract has rounded once in one of its pools: less than a micro-coin, by
/// which all that are in it gain or lose alike.
pub(crate) fn touch_all(pool: Vec<&mut Amount>) {
    let total: f64 = pool.iter().map(|amount| about(&amount.exact)).sum();
    for amount in pool {
        amount.slack += about(&amount.exact) / total.max(1.0);
    }
}
