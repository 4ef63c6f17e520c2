//! Tiers: a short table that rises.

use compute_api::oracle::Tier;
use cosmwasm_std::Uint128;
use reserve_oracle::{params::validate_tiers, peg::opc_of};

use super::world::tiers;

/// So many tiers, that rise by one.
fn rising(count: u32) -> Vec<Tier> {
    let tier = |at: u32| Tier {
        id: format!("tier {at}"),
        rate: Uint128::new((at + 1).into()),
        ..tiers().remove(0)
    };
    (0..count).map(tier).collect()
}

/// What is said of the tiers with one change.
fn told(change: impl FnOnce(&mut Vec<Tier>)) -> String {
    let mut tiers = tiers();
    change(&mut tiers);
    validate_tiers(&tiers).map_or_else(|error| error.to_string(), |()| "fine".to_owned())
}

#[test]
fn there_are_one_to_sixteen() {
    for (count, fine) in [(0, false), (1, true), (16, true), (17, false)] {
        let done = validate_tiers(&rising(count));
        assert_eq!(done.is_ok(), fine, "{count}: {done:?}");
    }
    assert_eq!(told(Vec::clear), "tiers is 0: must be 1 to 16");
}

#[test]
fn texts_have_bounds() {
    type Text = fn(&mut Tier) -> &mut String;
    let texts: [(&str, Text, usize); 3] = [
        ("bytes of a tier's id", |tier| &mut tier.id, 32),
        ("bytes of a tier's name", |tier| &mut tier.name, 100),
        ("bytes of a tier's source", |tier| &mut tier.source, 300),
    ];
    for (what, text, max) in texts {
        for length in [0, 1, max, max + 1] {
            let told = told(|tiers| *text(&mut tiers[1]) = "x".repeat(length));
            let expected = match (1..=max).contains(&length) {
                true => "fine".to_owned(),
                false => format!("{what} is {length}: must be 1 to {max}"),
            };
            assert_eq!(told, expected);
        }
    }
}

#[test]
fn each_is_above_the_one_before() {
    let rate = |at: usize, rate: u128| told(|tiers| tiers[at].rate = Uint128::new(rate));
    assert_eq!(
        rate(0, 0),
        "tier small has rate 0: must be above the one before, 0"
    );
    assert_eq!(rate(0, 1), "fine");
    assert_eq!(rate(0, 1_999), "fine");
    assert_eq!(
        rate(0, 2_000),
        "tier middle has rate 2000: must be above the one before, 2000"
    );
    assert_eq!(rate(2, 2_001), "fine");
    assert_eq!(
        rate(2, 1_999),
        "tier large has rate 1999: must be above the one before, 2000"
    );
    assert_eq!(
        told(|tiers| tiers[2].id = "small".to_owned()),
        "tier small is there twice"
    );
    // Names and sources may be alike.
    assert_eq!(told(|tiers| tiers[2].name = tiers[0].name.clone()), "fine");
}

#[test]
fn a_coin_of_each_fits_into_128_bits() {
    let most = u128::MAX / 60;
    assert_eq!(told(|tiers| tiers[2].rate = Uint128::new(most)), "fine");
    let told = told(|tiers| tiers[2].rate = Uint128::new(most + 1));
    assert!(told.contains("Cannot Mul"), "{told}");
    // A coin is a minute of one device.
    assert_eq!(opc_of(&tiers()[1]).unwrap().u128(), 120_000);
}
