//! `reserve`, without a chain, against the protocol's formulas in big integers.

use compute_api::oracle::ReserveParams;
use cosmwasm_std::{Uint128, Uint256};
use num_bigint::BigUint;
use reserve_oracle::{
    reserve::{Scales, bounty_for, div_up, minted_lately},
    state::{Issuer, Minted},
};

use super::{
    numbers::{CENSUS, NOW, any, any_long, big, issuer, random, rules},
    world::params,
};

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
        let cap =
            big(issuer.staying().u128()) * 1_000_000u32 / big(rules.bond_per_coin.amount.u128());
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
        let short = if owed > backed {
            owed - backed
        } else {
            big(0u32)
        };
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
        let minted = Minted {
            level: Uint128::new(level),
            at,
        };
        let elapsed = NOW.saturating_sub(at);
        let leaked = big(rules.mint_limit.u128()) * big(elapsed) / big(rules.mint_period);
        let left = if big(level) > leaked {
            big(level) - leaked
        } else {
            big(0u32)
        };
        let known = minted_lately(&rules, &minted, NOW).unwrap();
        assert_eq!(big(known.u128()), left);
        // A clock that stands still leaks nothing.
        assert_eq!(
            minted_lately(&rules, &minted, at.saturating_sub(1))
                .unwrap()
                .u128(),
            level
        );
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
        let paid = bounty_for(
            &rules,
            Uint128::new(bounty),
            Uint128::new(orphan),
            Uint128::new(amount),
        );
        let paid = paid.unwrap().u128();
        assert_eq!(big(paid), part.min(bond));
        assert!(paid <= bounty);
    }
    let rules = params().reserve;
    assert!(bounty_for(&rules, Uint128::one(), Uint128::zero(), Uint128::one()).is_err());
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
