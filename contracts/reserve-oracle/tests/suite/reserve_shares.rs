//! An operator's share of its issuer's bond, without a chain.

use compute_api::{oracle::CensusResult, votes::Standing};
use cosmwasm_std::{Addr, Uint128};
use reserve_oracle::{
    reserve::{bond_share, punished_share},
    state::{Counted, Operator},
};
use test_suite::scale::Random;

use super::numbers::{CENSUS, any, big, issuer, random, sum};

/// An operator of `key` with results, which has added to the sums of these censuses.
fn operator(random: &mut Random, key: &Addr, counted: &[(u32, u128)]) -> Operator {
    let result = |id| CensusResult {
        id,
        rate: Uint128::new(any(random, 90)),
    };
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
        assert_eq!(
            bond_share(CENSUS, &key, &operator, &issuer).unwrap(),
            Uint128::zero()
        );
        let later = punished_share(CENSUS, &key, &operator, &issuer).unwrap();
        let best = operator
            .results
            .iter()
            .map(|x| x.rate.u128())
            .max()
            .unwrap();
        let most = issuer
            .proven
            .latest
            .rate
            .max(issuer.proven.earlier.rate)
            .u128();
        let least = match best {
            0 => big(0u32),
            _ => big(issuer.bond.u128()) * big(best) / (big(best) + big(most)),
        };
        assert!(big(later.u128()) >= least && later <= issuer.bond);
    }
}
