//! What a network in production begins with holds.

use compute_api::oracle::{BeaconNetwork, Params, Tier, Trust};
use compute_proofs::census::Work;
use cosmwasm_std::coin;
use reserve_oracle::{
    census,
    params::{validate, validate_change, validate_tiers},
    peg::opc_of,
};

use super::world::{beacon_network, params};

fn production() -> Params {
    Params::production(coin(1_000_000, "ubond"))
}

#[test]
fn parameters_hold_with_quicknets_beacon() {
    // A round in 3 seconds; the key does not matter here.
    let beacon = BeaconNetwork {
        period: 3,
        ..beacon_network(Trust::Public)
    };
    validate(&production(), &beacon).unwrap();
    validate_change(&production(), &production()).unwrap();
    let other = Params::production(coin(1_000_000, "uother"));
    assert!(validate_change(&production(), &other).is_err());
    assert_eq!(
        census::work(&production().census).unwrap(),
        Work::PRODUCTION
    );
}

#[test]
fn the_tests_keep_to_productions_rules() {
    let (production, tests) = (production(), params());
    assert_eq!(production.peg.hold, tests.peg.hold);
    assert_eq!(production.reserve.horizon, tests.reserve.horizon);
    assert_eq!(production.reserve.curing, tests.reserve.curing);
    assert_eq!(production.pauses, tests.pauses);
    assert_eq!(production.census.slot, tests.census.slot);
}

#[test]
fn one_seed_of_coins_is_what_the_protocol_says() {
    // 20 000 coins are 14 days of a device, and a horizon backs 43 200.
    let tiers = Tier::defaults();
    let opc = opc_of(&tiers[0]).unwrap().u128();
    let rate = tiers[0].rate.u128();
    assert_eq!(20_000 * opc / rate / 86_400, 13);
    let horizon = u128::from(production().reserve.horizon);
    assert_eq!(rate * horizon / opc, 43_200);
    // What may be minted in a day, in devices.
    let limit = production().reserve.mint_limit.u128() / 1_000_000;
    assert_eq!(limit / 43_200, 231);
}

#[test]
fn tiers_hold_rise_and_say_that_they_are_derived() {
    let tiers = Tier::defaults();
    validate_tiers(&tiers).unwrap();
    for tier in &tiers {
        assert!(tier.source.starts_with("derived: "), "{tier:?}");
        assert!(tier.source.contains("not measured"), "{tier:?}");
    }
    // In GOPS: 512 ops a clock and multiprocessor, of which 55/144 are counted.
    let rates: Vec<(&str, u128)> = tiers
        .iter()
        .map(|tier| (tier.id.as_str(), tier.rate.u128() / 1_000_000_000))
        .collect();
    assert_eq!(
        rates,
        [
            ("rtx-3060", 9_730),
            ("rtx-4060", 11_545),
            ("rtx-3090", 27_180),
            ("a100", 29_779),
            ("rtx-4080", 37_229),
            ("h200", 51_110),
            ("rtx-4090", 63_078),
        ]
    );
}

#[test]
fn one_census_of_the_fastest_device_fits_its_commitment() {
    // 63 TOPS are 33 044 units of 2 · 4096³ in 72 s; a commitment holds 2^24.
    let work = Work::PRODUCTION;
    let fastest = Tier::defaults().pop().unwrap().rate.u128();
    let units = fastest * 72 / work.ops();
    assert_eq!(units, 33_044);
    let shown = work.rate(u32::try_from(units).unwrap(), 72).unwrap();
    assert!(shown <= fastest && fastest - shown < work.ops() / 72);
}
