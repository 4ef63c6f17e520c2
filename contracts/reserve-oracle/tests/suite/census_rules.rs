//! What the census's rules compute.

use compute_api::oracle::CensusResult;
use cosmwasm_std::Uint128;
use reserve_oracle::census::{mainstream, missed, rate, slot_of, tier_of};

use super::world::{network, params, tiers};

fn results(of: &[(u32, u128)]) -> Vec<CensusResult> {
    let result = |(id, rate): &(u32, u128)| CensusResult {
        id: *id,
        rate: Uint128::new(*rate),
    };
    of.iter().map(result).collect()
}

#[test]
fn a_rate_is_the_least_of_the_latest_and_the_second_lowest() {
    let eight = |rates: [u128; 8]| (1..=8).zip(rates).collect::<Vec<_>>();
    type Row = (&'static str, Vec<(u32, u128)>, u32, u128);
    let table: [Row; 12] = [
        ("none", vec![], 1, 0),
        ("no census yet", vec![], 0, 0),
        ("the first has none to compare with", vec![(1, 9)], 1, 0),
        ("two", vec![(1, 9), (2, 7)], 2, 7),
        ("the second of two alone", vec![(2, 7)], 2, 7),
        ("one of three", vec![(3, 7)], 3, 0),
        ("rising", eight([1, 2, 3, 4, 5, 6, 7, 8]), 8, 2),
        ("falling", eight([8, 7, 6, 5, 4, 3, 2, 1]), 8, 1),
        ("one bad one", eight([9, 9, 0, 9, 9, 9, 9, 9]), 8, 9),
        ("two bad ones", eight([9, 9, 0, 9, 1, 9, 9, 9]), 8, 1),
        (
            "the latest is missing",
            (1..8).map(|id| (id, 9)).collect(),
            8,
            0,
        ),
        (
            "the first of nine is out",
            (1..=9).map(|id| (id, if id < 3 { 1 } else { 9 })).collect(),
            9,
            9,
        ),
    ];
    for (name, of, id, expected) in table {
        assert_eq!(rate(&results(&of), id).u128(), expected, "{name}");
    }
}

#[test]
fn a_newcomer_counts_with_seven_of_eight() {
    for answered in 1..=8 {
        let of: Vec<_> = (101 - answered..=100).map(|id| (id, 9)).collect();
        let expected = if answered < 7 { 0 } else { 9 };
        assert_eq!(rate(&results(&of), 100).u128(), expected, "{answered}");
    }
}

#[test]
fn misses_are_of_the_last_eight_and_of_those_that_were_due() {
    let answered = results(&[(91, 1), (93, 1), (94, 1), (100, 1)]);
    let table = [
        (100, 1, 5),
        (100, 92, 5),
        (100, 93, 5),
        (100, 94, 5),
        (100, 95, 5),
        (100, 96, 4),
        (100, 100, 0),
        (100, 101, 0),
        (100, u32::MAX, 0),
        (99, 0, 6),
        (0, 0, 0),
        (0, 1, 0),
        (3, 1, 3),
        (8, 0, 8),
        (9, 0, 8),
    ];
    for (last, from, expected) in table {
        assert_eq!(
            missed(&answered, last, from),
            expected,
            "{last} from {from}"
        );
    }
}

#[test]
fn a_tier_is_met_by_the_rate_of_one_device() {
    let table = [
        (999, 1, None),
        (1_000, 1, Some(0)),
        (1_999, 1, Some(0)),
        (2_000, 1, Some(1)),
        (4_000, 1, Some(2)),
        (u128::MAX, 1, Some(2)),
        (4_000, 2, Some(1)),
        (3_999, 2, Some(0)),
        (4_000, 5, None),
        (4_000, 0, None),
    ];
    for (rate, devices, expected) in table {
        let found = tier_of(&tiers(), Uint128::new(rate), devices);
        assert_eq!(found, expected, "{rate} over {devices}");
    }
}

#[test]
fn the_mainstream_tier_is_the_medians() {
    let table: [([u128; 3], u128, Option<usize>); 9] = [
        ([0, 0, 0], 0, None),
        ([1, 0, 0], 1, Some(0)),
        ([1, 1, 0], 2, Some(1)),
        ([2, 1, 0], 3, Some(0)),
        ([1, 1, 1], 3, Some(1)),
        ([1, 1, 2], 4, Some(2)),
        ([0, 0, 1], 2, Some(2)),
        ([0, 0, 1], 3, None),
        ([0, 0, u128::MAX], u128::MAX, Some(2)),
    ];
    for (by_tier, rate, expected) in table {
        let sums = by_tier.map(Uint128::new);
        let found = mainstream(&sums, Uint128::new(rate));
        assert_eq!(found, expected, "{by_tier:?} of {rate}");
    }
}

#[test]
fn a_slot_is_its_first_rounds() {
    let (network, params) = (network(), params().census);
    let slot = 1_700_000_000 / 60;
    let first = network.round_at_or_after(slot * 60);
    assert_eq!(slot_of(&network, &params, first - 1), None);
    assert_eq!(slot_of(&network, &params, first), Some(slot));
    for later in 1..20 {
        assert_eq!(slot_of(&network, &params, first + later), None);
    }
    assert_eq!(slot_of(&network, &params, first + 20), Some(slot + 1));
    assert_eq!(slot_of(&network, &params, 0), None);
    assert_eq!(slot_of(&network, &params, u64::MAX), None);
    let never = compute_api::oracle::CensusParams { slot: 0, ..params };
    assert_eq!(slot_of(&network, &never, first), None);
}
