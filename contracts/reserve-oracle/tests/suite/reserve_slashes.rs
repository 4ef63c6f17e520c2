//! An issuer's bond answers for its operators: which part of it, and for how long.

use compute_api::{
    oracle::{CensusResult, ExecuteMsg, events::OracleEvent},
    votes::Standing,
};
use cosmwasm_std::{Decimal, Uint128};

use super::world::{World, assert_refused, events};

const BOND: u128 = 100_000_000;

fn slashed(world: &World, bond: u128, leaving: u128) -> OracleEvent {
    OracleEvent::BondChanged {
        issuer: world.issuers[0].to_string(),
        cause: "slashed".to_owned(),
        bond: Uint128::new(bond),
        leaving: Uint128::new(leaving),
        free_at: (leaving > 0).then(|| world.now() + 21 * 86_400),
        bounty: Uint128::new(BOND - bond),
    }
}

/// Issuer 0 with operators 0 and 1, which have proven 1 024 and 2 048.
fn world() -> World {
    let mut world = World::new();
    world.post_bond(0, BOND).unwrap();
    world.join(0, 0);
    world.join(0, 1);
    for _ in 0..2 {
        world.whole_census(&[(0, 9), (1, 18)]);
    }
    world
}

fn bond(world: &World) -> u128 {
    world.issuer(0).bond.u128()
}

#[test]
fn the_share_is_by_what_has_been_proven() {
    for (at, percent, taken) in [
        (0, 100, 33_333_334),
        (0, 50, 16_666_667),
        (0, 1, 333_334),
        (1, 100, 66_666_667),
        (1, 10, 6_666_667),
        (1, 0, 0),
    ] {
        let mut world = world();
        let done = world.slash(at, Decimal::percent(percent)).unwrap();
        let expected = slashed(&world, BOND - taken, 0);
        match taken {
            0 => assert_eq!(events(&done), []),
            _ => assert_eq!(events(&done), [expected]),
        }
        assert_eq!(bond(&world), BOND - taken);
        world.check_books();
    }
}

#[test]
fn it_is_rounded_up_and_what_can_be_counted_on_is_rounded_down() {
    let mut world = world();
    let shares = [0, 1].map(|at| world.operator(at).bond_share.u128());
    assert_eq!(shares, [33_333_333, 66_666_666]);
    let coins = [0, 1].map(|at| world.operator(at).bond_share_coins.u128());
    assert_eq!(coins, [33_333_333_000, 66_666_666_000]);
    // The least fraction there is takes one.
    let dust = Decimal::from_ratio(1u128, 10u128.pow(18));
    world.slash(0, dust).unwrap();
    assert_eq!(bond(&world), BOND - 1);
    // Of a bond of one there is one share for each.
    world.set_issuer(0, |issuer| issuer.bond = Uint128::one());
    assert_eq!(
        [0, 1].map(|at| world.operator(at).bond_share.u128()),
        [0, 0]
    );
    world.slash(1, dust).unwrap();
    assert_eq!(bond(&world), 0);
    assert_eq!(events(&world.slash(1, Decimal::one()).unwrap()), []);
}

#[test]
fn the_largest_bond_and_rates_do_not_overflow() {
    let mut world = world();
    world.set_issuer(0, |issuer| issuer.bond = Uint128::MAX);
    let third = u128::MAX / 3;
    assert_eq!(world.operator(0).bond_share.u128(), third);
    assert_eq!(world.operator(0).bond_share_coins, Uint128::MAX);
    world.slash(0, Decimal::one()).unwrap();
    assert_eq!(bond(&world), u128::MAX - third);
}

#[test]
fn a_fraction_above_one_is_refused() {
    let mut world = world();
    let above = Decimal::one() + Decimal::from_ratio(1u128, 10u128.pow(18));
    for fraction in [above, Decimal::MAX] {
        assert_refused(world.slash(0, fraction), "fraction is ");
    }
    assert_eq!(bond(&world), BOND);
}

#[test]
fn each_slash_is_of_what_is_left() {
    let mut world = world();
    for expected in [66_666_666, 44_444_444, 29_629_629] {
        world.slash(0, Decimal::one()).unwrap();
        assert_eq!(bond(&world), expected);
    }
    assert_eq!(world.totals().bounty.u128(), BOND - 29_629_629);
    world.check_books();
}

#[test]
fn silence_lowers_no_share() {
    let mut world = world();
    // Operator 1 commits to the next two censuses and opens neither.
    for _ in 0..2 {
        world.begin(&[(0, 9), (1, 18)]);
        world.draw();
        world.answer(0, 9).unwrap();
        world.close_in_time();
    }
    assert_eq!(world.operator(1).bond_share, Uint128::zero());
    let done = world.slash(1, Decimal::one()).unwrap();
    // Its best of late beside all that is proven without it: at most the whole.
    assert_eq!(events(&done), [slashed(&world, 0, 0)]);
    world.check_books();
}

#[test]
fn who_is_jailed_before_the_proof_answers_for_no_less() {
    let mut world = world();
    world.set_standing(1, Standing::Jailed);
    assert_eq!(world.operator(1).bond_share, Uint128::zero());
    // 2 048 of the 1 024 that are left and its own.
    world.slash(1, Decimal::one()).unwrap();
    assert_eq!(bond(&world), BOND - 66_666_667);
}

#[test]
fn who_has_left_answers_until_it_is_free_and_not_after() {
    let mut world = world();
    world.leave(1).unwrap();
    let until = world.operator(1).bound_until.unwrap();
    world.at(until - 1);
    let done = world.slash(1, Decimal::percent(50)).unwrap();
    let expected = slashed(&world, BOND - 33_333_334, 0);
    assert_eq!(events(&done), [expected]);
    world.at(until);
    assert_eq!(events(&world.slash(1, Decimal::one()).unwrap()), []);
    assert_eq!(bond(&world), BOND - 33_333_334);
    // With another issuer it is that one's bond.
    world.post_bond(1, 500).unwrap();
    world.join(1, 1);
    world.slash(1, Decimal::one()).unwrap();
    assert_eq!(
        (bond(&world), world.issuer(1).bond.u128()),
        (BOND - 33_333_334, 0)
    );
    world.check_books();
}

#[test]
fn a_tombstone_does_not_free_the_bond() {
    let mut world = world();
    world.set_standing(1, Standing::Tombstoned);
    assert_eq!(world.operator(1).issuer, None);
    world.slash(1, Decimal::one()).unwrap();
    assert_eq!(bond(&world), BOND - 66_666_667);
}

#[test]
fn who_has_proven_nothing_costs_nothing() {
    let mut world = world();
    world.join(0, 2);
    assert_eq!(events(&world.slash(2, Decimal::one()).unwrap()), []);
    // One answer is a result, although it does not count for the peg yet.
    world.whole_census(&[(0, 9), (1, 18), (2, 9)]);
    assert_eq!(world.operator(2).rate, Uint128::zero());
    world.slash(2, Decimal::one()).unwrap();
    assert_eq!(bond(&world), BOND - 33_333_334);
}

#[test]
fn who_has_no_issuer_costs_nobody_anything() {
    let mut world = world();
    world.whole_census(&[(0, 9), (1, 18), (2, 9)]);
    assert_eq!(events(&world.slash(2, Decimal::one()).unwrap()), []);
    let slash = |operator: String| ExecuteMsg::SlashIssuer {
        operator,
        fraction: Decimal::one(),
    };
    let votes = world.votes.clone();
    let done = world
        .execute(&votes, &slash(world.stranger().to_string()))
        .unwrap();
    assert_eq!(events(&done), []);
    assert!(world.execute(&votes, &slash("x".to_owned())).is_err());
    assert_eq!(bond(&world), BOND);
}

#[test]
fn who_falls_silent_answers_by_its_old_results() {
    let mut world = world();
    // Only an answer of its own drops old results.
    for _ in 0..7 {
        world.whole_census(&[(0, 9)]);
    }
    let ids: Vec<u32> = world.operator(1).results.iter().map(|x| x.id).collect();
    assert_eq!(ids, [1, 2]);
    world.slash(1, Decimal::permille(1)).unwrap();
    assert_eq!(bond(&world), BOND - BOND / 1_000);
    let shown = world.operator(0).results;
    assert_eq!(
        shown.first(),
        Some(&CensusResult {
            id: 2,
            rate: Uint128::new(1_024)
        })
    );
}

#[test]
fn the_leaving_part_answers_too() {
    let mut world = world();
    world.withdraw(0, 90_000_000).unwrap();
    assert_eq!(world.operator(1).bond_share.u128(), 6_666_666);
    let done = world.slash(1, Decimal::one()).unwrap();
    assert_eq!(
        events(&done),
        [slashed(&world, BOND - 66_666_667, 23_333_333)]
    );
    world.after(21 * 86_400);
    world.claim(0).unwrap();
    assert_eq!(bond(&world), 10_000_000);
    world.check_books();
}

#[test]
fn operator_shares_never_sum_to_more_than_the_bond() {
    let mut world = World::new();
    world.post_bond(0, 1_000_003).unwrap();
    for at in 0..4 {
        world.join(0, at);
    }
    for _ in 0..2 {
        world.whole_census(&[(0, 9), (1, 10), (2, 11), (3, 13)]);
    }
    let counted: u128 = (0..4).map(|at| world.operator(at).bond_share.u128()).sum();
    assert!((1_000_000..=1_000_003).contains(&counted), "{counted}");
    for at in 0..4 {
        let (share, before) = (world.operator(at).bond_share.u128(), bond(&world));
        world.slash(at, Decimal::one()).unwrap();
        assert!(before - bond(&world) >= share);
    }
}
