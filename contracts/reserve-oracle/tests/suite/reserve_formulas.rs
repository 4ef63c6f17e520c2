//! `reserve`, without a chain, against the protocol's formulas in big integers.

use compute_api::{
    oracle::{CensusResult, ReserveParams},
    votes::Standing,
};
use cosmwasm_std::{Addr, Uint128, Uint256};
use num_bigint::BigUint;
use reserve_oracle::{
    reserve::{Scales, bond_share, bounty_for, div_up, minted_lately, punished_share},
    state::{CensusSum, Counted, Issuer, Minted, Operator, Proven},
};
use test_suite::scale::{Plan, Random};

use super::world::{identity, params};

const CENSUS: u32 = 9;
const NOW: u64 = 1_000_000;

fn big(value: impl Into<u128>) -> BigUint {
    BigUint::from(value.into())
}

fn random(label: &str) -> (Random, u32) {
    let plan = Plan::from_env().unwrap();
    (plan.random(label), plan.pick(20_000, 1_000_000))
}

/// Numbers of every size, 0 and the largest among them.
fn any(random: &mut Random, bits: u64) -> u128 {
    let value = (u128::from(random.next_u64()) << 64) | u128::from(random.next_u64());
    let bits = random.below(bits + 1);
    match random.below(8) {
        0 => 0,
        1 => 1,
        2 => (1u128.checked_shl(u32::try_from(bits).unwrap()).unwrap_or(0)).wrapping_sub(1),
        _ => value.checked_shr(128 - u32::try_from(bits).unwrap()).unwrap_or(0),
    }
}

fn any_long(random: &mut Random, bits: u64) -> u64 {
    u64::try_from(any(random, bits)).unwrap()
}

fn issuer(random: &mut Random) -> Issuer {
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
        proven: Proven {
            earlier: sum(CENSUS - u32::try_from(random.below(3)).unwrap(), any(random, 90)),
            latest: sum(CENSUS + u32::try_from(random.below(2)).unwrap(), any(random, 90)),
        },
    }
}

fn sum(census: u32, rate: u128) -> CensusSum {
    CensusSum { census, rate: Uint128::new(rate) }
}

fn rules(random: &mut Random) -> ReserveParams {
    let mut rules = params().reserve;
    rules.horizon = any_long(random, 22).max(1);
    rules.margin_bps = u32::try_from(random.below(10_001)).unwrap();
    rules.bond_per_coin.amount = Uint128::new(any(random, 64).max(1));
    rules.mint_limit = Uint128::new(any(random, 128).max(1));
    rules.mint_period = any_long(random, 28).max(1);
    rules
}

/// B by the protocol: E · min(max(until − t, 0), horizon).
fn backing(issuer: &Issuer, rules: &ReserveParams) -> BigUint {
    let proven = issuer.proven.of(CENSUS).u128();
    let seconds = issuer.until.saturating_sub(NOW).min(rules.horizon);
    big(proven.min(issuer.committed.u128())) * big(seconds)
}

#[test]
fn the_gate_is_the_protocols_inequality() {
    let (mut random, rounds) = random("gate");
    let (mut open, mut shut) = (0, 0);
    for _ in 0..rounds {
        let (issuer, rules) = (issuer(&mut random), rules(&mut random));
        let scales = Scales {
            now: NOW,
            census: CENSUS,
            opc: Uint128::new(any(&mut random, 100).max(1)),
            target: Uint128::new(any(&mut random, 100).max(1)),
            params: &rules,
        };
        let b = backing(&issuer, &rules);
        assert_eq!(big(scales.backing(&issuer).unwrap().u128()), b);
        let cap = big(issuer.staying().u128()) * 1_000_000u32 / big(rules.bond_per_coin.amount.u128());
        let ops = big(scales.opc.u128().max(scales.target.u128()));
        let accepts = |x: u128| {
            let owed = big(issuer.outstanding.u128()) + big(x);
            let needed = &owed * &ops * (10_000 + rules.margin_bps);
            needed <= &b * 10_000_000_000u64 && owed <= cap
        };
        let by_backing = scales.cap_by_backing(&issuer).unwrap();
        let by_bond = scales.cap_by_bond(issuer.staying()).unwrap();
        let room = by_backing.min(by_bond).checked_sub(issuer.outstanding);
        // What is outstanding and accepted fits 128 bits, as what is stored has to.
        match room.map(|room| room.u128()) {
            Ok(room) => {
                assert!(accepts(room));
                let full = issuer.outstanding.u128().checked_add(room) == Some(u128::MAX);
                assert!(full || !accepts(room + 1));
                open += 1;
            }
            Err(_) => {
                assert!(!accepts(0));
                shut += 1;
            }
        }
        // I3: who is short mints nothing. Short by today's ops alone.
        let backed = &b * 1_000_000u32 / big(scales.opc.u128());
        let owed = big(issuer.outstanding.u128());
        let short = if owed > backed { owed - backed } else { big(0u32) };
        assert_eq!(big(scales.short(&issuer).unwrap().u128()), short);
        if short > big(0u32) {
            assert!(!accepts(1));
        }
    }
    assert!(open > rounds / 20 && shut > rounds / 20, "{open} {shut}");
}

#[test]
fn a_bond_for_coins_is_the_least_that_allows_them() {
    let (mut random, rounds) = random("bond");
    for _ in 0..rounds {
        let rules = rules(&mut random);
        let scales = Scales {
            now: NOW,
            census: CENSUS,
            opc: Uint128::one(),
            target: Uint128::one(),
            params: &rules,
        };
        let amount = Uint128::new(any(&mut random, 128));
        let needed = scales.bond_for(amount).unwrap();
        let exact = big(amount.u128()) * big(rules.bond_per_coin.amount.u128());
        let up: BigUint = (exact + 999_999u32) / 1_000_000u32;
        assert_eq!(needed.to_string(), up.to_string());
        if let Ok(needed) = Uint128::try_from(needed) {
            assert!(scales.cap_by_bond(needed).unwrap() >= amount);
            if let Ok(less) = needed.checked_sub(Uint128::one()) {
                assert!(scales.cap_by_bond(less).unwrap() < amount);
            }
        }
    }
}

#[test]
fn the_bucket_leaks_by_the_limit_in_a_period() {
    let (mut random, rounds) = random("bucket");
    for _ in 0..rounds {
        let rules = rules(&mut random);
        let level = any(&mut random, 128);
        let at = any_long(&mut random, 20);
        let minted = Minted { level: Uint128::new(level), at };
        let elapsed = NOW.saturating_sub(at);
        let leaked = big(rules.mint_limit.u128()) * big(elapsed) / big(rules.mint_period);
        let left = if big(level) > leaked { big(level) - leaked } else { big(0u32) };
        let known = minted_lately(&rules, &minted, NOW).unwrap();
        assert_eq!(big(known.u128()), left);
        // A clock that stands still leaks nothing.
        assert_eq!(minted_lately(&rules, &minted, at.saturating_sub(1)).unwrap().u128(), level);
    }
}

#[test]
fn a_bounty_is_a_part_and_never_more_than_the_bond_of_those_coins() {
    let (mut random, rounds) = random("bounty");
    for _ in 0..rounds {
        let rules = rules(&mut random);
        let bounty = any(&mut random, 128);
        let orphan = any(&mut random, 100).max(1);
        let amount = any(&mut random, 100).min(orphan);
        let part = big(bounty) * big(amount) / big(orphan);
        let bond = big(amount) * big(rules.bond_per_coin.amount.u128()) / 1_000_000u32;
        let paid = bounty_for(&rules, Uint128::new(bounty), Uint128::new(orphan), Uint128::new(amount));
        let paid = paid.unwrap().u128();
        assert_eq!(big(paid), part.min(bond));
        assert!(paid <= bounty);
    }
    let rules = params().reserve;
    assert!(bounty_for(&rules, Uint128::one(), Uint128::zero(), Uint128::one()).is_err());
}

/// An operator of `key` with results, which has added to the sums of these censuses.
fn operator(random: &mut Random, key: &Addr, counted: &[(u32, u128)]) -> Operator {
    let result = |id| CensusResult { id, rate: Uint128::new(any(random, 90)) };
    Operator {
        issuer: Some(key.clone()),
        invited_by: None,
        left: None,
        bound_until: 0,
        standing: Standing::Active,
        devices: 1,
        pending_devices: None,
        results: (1..=CENSUS).map(result).collect(),
        counted: counted
            .iter()
            .map(|(census, rate)| Counted {
                census: *census,
                rate: Uint128::new(*rate),
                issuer: Some(key.clone()),
                tier: None,
            })
            .collect(),
        answerable_from: 1,
        commitment: None,
    }
}

#[test]
fn a_punished_share_is_no_less_than_what_was_counted_on_and_no_more_than_the_bond() {
    let (mut random, rounds) = random("share");
    let key = Addr::unchecked("issuer");
    for round in 0..rounds {
        let mut issuer = issuer(&mut random);
        // A rate that counts is at most the latest result, and at most the sum.
        let rate = any(&mut random, 80);
        let mut operator = operator(&mut random, &key, &[(CENSUS, rate)]);
        if let Some(last) = operator.results.last_mut() {
            last.rate = last.rate.max(Uint128::new(rate));
        }
        let others = any(&mut random, 80);
        issuer.proven.latest = sum(CENSUS, rate + others);
        let counted_on = bond_share(CENSUS, &key, &operator, &issuer).unwrap();
        let exact = match rate {
            0 => big(0u32),
            _ => big(issuer.staying().u128()) * big(rate) / big(rate + others),
        };
        assert_eq!(big(counted_on.u128()), exact, "{round}");
        let punished = punished_share(CENSUS, &key, &operator, &issuer).unwrap();
        assert!(counted_on <= punished && punished <= issuer.bond);
        // Nor is it less without what it has added: jailed, gone, or silent.
        issuer.proven.latest = sum(CENSUS, others);
        operator.counted.clear();
        assert_eq!(bond_share(CENSUS, &key, &operator, &issuer).unwrap(), Uint128::zero());
        let later = punished_share(CENSUS, &key, &operator, &issuer).unwrap();
        let best = operator.results.iter().map(|x| x.rate.u128()).max().unwrap();
        let most = issuer.proven.latest.rate.max(issuer.proven.earlier.rate).u128();
        let least = match best {
            0 => big(0u32),
            _ => big(issuer.bond.u128()) * big(best) / (big(best) + big(most)),
        };
        assert!(big(later.u128()) >= least && later <= issuer.bond);
    }
}

#[test]
fn div_up_is_the_least_that_suffices() {
    let (mut random, rounds) = random("div_up");
    for _ in 0..rounds {
        let (a, b) = (any(&mut random, 128), any(&mut random, 128).max(1));
        let up = div_up(Uint256::from(a), Uint256::from(b)).unwrap();
        assert_eq!(up, Uint256::from(a.div_ceil(b)));
    }
    assert!(div_up(Uint256::one(), Uint256::zero()).is_err());
    assert_eq!(div_up(Uint256::MAX, Uint256::one()).unwrap(), Uint256::MAX);
}
