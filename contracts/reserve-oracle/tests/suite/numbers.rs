//! Random issuers, rules and numbers, for tests without a chain.

use compute_api::oracle::ReserveParams;
use cosmwasm_std::Uint128;
use num_bigint::BigUint;
use reserve_oracle::state::{CensusSum, Issuer, Proven};
use test_suite::scale::{Plan, Random};

use super::world::{identity, params};

/// The last census that counts.
pub(crate) const CENSUS: u32 = 9;
/// Block time.
pub(crate) const NOW: u64 = 1_000_000;

pub(crate) fn big(value: impl Into<u128>) -> BigUint {
    BigUint::from(value.into())
}

/// Numbers for a test, and how often it tries.
pub(crate) fn random(label: &str) -> (Random, u32) {
    let plan = Plan::from_env().unwrap();
    (plan.random(label), plan.pick(20_000, 1_000_000))
}

/// Numbers of every size, 0 and the largest among them.
pub(crate) fn any(random: &mut Random, bits: u64) -> u128 {
    let value = (u128::from(random.next_u64()) << 64) | u128::from(random.next_u64());
    let bits = random.below(bits + 1);
    match random.below(8) {
        0 => 0,
        1 => 1,
        2 => (1u128.checked_shl(u32::try_from(bits).unwrap()).unwrap_or(0)).wrapping_sub(1),
        _ => value
            .checked_shr(128 - u32::try_from(bits).unwrap())
            .unwrap_or(0),
    }
}

/// The same of 64 bits.
pub(crate) fn any_long(random: &mut Random, bits: u64) -> u64 {
    u64::try_from(any(random, bits)).unwrap()
}

/// Any issuer, as of [`NOW`].
pub(crate) fn issuer(random: &mut Random) -> Issuer {
    let bond = any(random, 100);
    Issuer {
        identity: identity("x"),
        admitted_at: 0,
        outstanding: Uint128::new(any(random, 80)),
        committed: Uint128::new(any(random, 90)),
        until: NOW.saturating_sub(100) + any_long(random, 24),
        bond: Uint128::new(bond),
        leaving: Uint128::new(bond.checked_rem(any(random, 100).max(1)).unwrap()),
        free_at: 0,
        curing_until: None,
        defaulted_at: None,
        proven: Proven {
            earlier: sum(
                CENSUS - u32::try_from(random.below(3)).unwrap(),
                any(random, 90),
            ),
            latest: sum(
                CENSUS + u32::try_from(random.below(2)).unwrap(),
                any(random, 90),
            ),
        },
    }
}

pub(crate) fn sum(census: u32, rate: u128) -> CensusSum {
    CensusSum {
        census,
        rate: Uint128::new(rate),
    }
}

/// Any rules within their bounds.
pub(crate) fn rules(random: &mut Random) -> ReserveParams {
    let mut rules = params().reserve;
    rules.horizon = any_long(random, 22).max(1);
    rules.margin_bps = u32::try_from(random.below(10_001)).unwrap();
    rules.bond_per_coin.amount = Uint128::new(any(random, 64).max(1));
    rules.mint_limit = Uint128::new(any(random, 128).max(1));
    rules.mint_period = any_long(random, 28).max(1);
    rules
}
