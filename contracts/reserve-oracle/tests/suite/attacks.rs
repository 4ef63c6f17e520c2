//! Attacks on money, each with the money where it should be at the end.

use compute_api::votes::Standing;
use cosmwasm_std::{Decimal, Uint128};

use super::world::{World, assert_refused};

const DAY: u64 = 86_400;
const UNLOCK: u64 = 21 * DAY;
const CURING: u64 = 7 * DAY;

/// A sound issuer with a bond of 10 000 000, all of which its 10 000 coins ask for.
fn full() -> World {
    let mut world = World::new();
    world.sound(&[(0, 0), (1, 1)]);
    world.withdraw(0, 90_000_000).unwrap();
    world.after(UNLOCK);
    world.claim(0).unwrap();
    world.freshen();
    let until = world.now() + 60 * DAY;
    world.commit_capacity(0, 4_096, until).unwrap();
    world.mint(0, 10_000_000_000).unwrap();
    world
}

#[test]
fn a_slash_does_not_let_the_bond_leave_from_under_the_coins() {
    // A bond of 100 for coins that ask for 10; 90 are leaving, and half is slashed.
    let mut world = World::new();
    world.sound(&[(0, 0)]);
    world.mint(0, 10_000_000_000).unwrap();
    world.withdraw(0, 90_000_000).unwrap();
    world.slash(0, Decimal::percent(50)).unwrap();
    world.after(UNLOCK);
    world.claim(0).unwrap();
    let known = world.issuer(0);
    assert_eq!(known.outstanding.u128(), 10_000_000_000);
    assert_eq!(
        known.bond.u128(),
        10_000_000,
        "what the coins ask for stays"
    );
    assert_eq!(world.bank(&world.issuers[0].clone()), 40_000_000);
    world.check_books();
}

#[test]
fn a_dearer_bond_keeps_what_was_about_to_leave() {
    let mut world = World::new();
    world.sound(&[(0, 0)]);
    world.mint(0, 10_000_000_000).unwrap();
    world.withdraw(0, 90_000_000).unwrap();
    world.set_params(|params| params.reserve.bond_per_coin.amount = Uint128::new(2_000));
    world.after(UNLOCK);
    assert_refused(
        world.claim(0),
        "owes 10000000000 micro-coins, which ask for a bond of 20000000: 10000000 would stay",
    );
    // It can go on: by more bond, or by fewer coins.
    world.post_bond(0, 10_000_000).unwrap();
    world.claim(0).unwrap();
    assert_eq!(world.issuer(0).bond.u128(), 20_000_000);
    world.check_books();
}

#[test]
fn a_default_of_its_own_gives_no_slashed_bond_back() {
    let mut world = full();
    let (issuer, until) = (world.issuers[0].clone(), world.issuer(0).until);
    let before = world.bank(&issuer);
    // Half of its bond is taken; it lets its commitment lapse and itself default.
    world.slash(0, Decimal::percent(50)).unwrap();
    assert_eq!(world.totals().bounty.u128(), 5_000_000);
    world.at(until);
    world.flag(0).unwrap();
    world.after(CURING + 1);
    world.freshen();
    world.settle(0).unwrap();
    assert_eq!(world.totals().bounty.u128(), 10_000_000);
    // In the same block it is sound again, and would take its own coins over: for the
    // bond that it has lost by its fault, and no other issuer could be faster.
    let now = world.now();
    world.commit_capacity(0, 4_096, now + 60 * DAY).unwrap();
    world.post_bond(0, 10_000_000).unwrap();
    let free = now + 30 * DAY;
    let words = format!("has defaulted: until {free} others take over");
    assert_refused(world.assume(0, 10_000_000_000), &words);
    world.at(free - 1);
    world.freshen();
    assert_refused(world.assume(0, 1), &words);
    assert_eq!(world.bank(&issuer), before);
    // Others can; it can when nobody has for as long as a commitment counts.
    world.commit_capacity(1, 4_096, free + 60 * DAY).unwrap();
    world.assume(1, 4_000_000_000).unwrap();
    assert_eq!(world.bank(&world.issuers[1].clone()), 4_000_000);
    world.at(free);
    world.assume(0, 6_000_000_000).unwrap();
    world.check_books();
}

#[test]
fn a_mark_that_is_left_on_gives_no_second_grace() {
    let mut world = full();
    world.set_standing(0, Standing::Jailed);
    world.flag(0).unwrap();
    let proven = Uint128::new(1_024);
    world.set_issuer(0, |issuer| issuer.proven.latest.rate = proven);
    // Sound, but nobody has sent cure, not even the issuer; then it is short again.
    world.after(CURING + 1);
    assert_refused(world.settle(0), "is short no more: send cure");
    world.set_issuer(0, |issuer| issuer.proven.latest.rate = Uint128::zero());
    world.settle(0).unwrap();
    assert_eq!(world.totals().orphan.u128(), 10_000_000_000);
    world.check_books();
}

#[test]
fn one_operator_does_not_back_two_issuers() {
    let mut world = World::new();
    world.sound(&[(0, 0)]);
    let most = world.allowance(0).amount.u128();
    world.mint(0, most).unwrap();
    // It moves to the other issuer: the first is short at once, the second has nothing.
    world.leave(0).unwrap();
    world.post_bond(1, 100_000_000).unwrap();
    let until = world.now() + 60 * DAY;
    world.commit_capacity(1, 4_096, until).unwrap();
    world.invite(1, 0).unwrap();
    assert_refused(world.accept(1, 0), "can join one from");
    assert_eq!(world.issuer(0).short.u128(), most);
    world.whole_census(&[(0, 9)]);
    assert_refused(world.mint(1, 1), "by backing");
    // Past the horizon whatever it backed before has ended or is settled.
    let free = world.operator(0).bound_until.unwrap();
    world.flag(0).unwrap();
    world.after(CURING + 1);
    world.settle(0).unwrap();
    world.at(free);
    world.accept(1, 0).unwrap();
    world.whole_census(&[(0, 9)]);
    world.mint(1, 1).unwrap();
    assert_eq!(world.issuer(0).outstanding, Uint128::zero());
    world.check_books();
}

#[test]
fn dust_wins_nothing() {
    let mut world = full();
    world.slash(0, Decimal::percent(50)).unwrap();
    world.leave(0).unwrap();
    world.flag(0).unwrap();
    world.after(CURING + 1);
    world.settle(0).unwrap();
    world.freshen();
    world
        .commit_capacity(1, 4_096, world.now() + 60 * DAY)
        .unwrap();
    // A thousand times a micro-coin is paid nothing; all at once, one.
    for _ in 0..1_000 {
        world.assume(1, 1).unwrap();
    }
    assert_eq!(world.bank(&world.issuers[1].clone()), 0);
    world.assume(1, 1_000).unwrap();
    assert_eq!(world.bank(&world.issuers[1].clone()), 1);
    // A slash of dust rounds up, and so costs.
    let bond = world.issuer(1).bond.u128();
    world
        .slash(1, Decimal::from_ratio(1u128, 1_000_000_000_000_000_000u128))
        .unwrap();
    assert_eq!(world.issuer(1).bond.u128(), bond - 1);
    world.check_books();
}

#[test]
fn the_bonds_never_pay_more_than_they_hold() {
    // Every way out, one after the other, down to the last unit.
    let mut world = full();
    world.slash(0, Decimal::percent(30)).unwrap();
    world.leave(0).unwrap();
    world.flag(0).unwrap();
    world.after(CURING + 1);
    world.settle(0).unwrap();
    world.freshen();
    world
        .commit_capacity(1, 4_096, world.now() + 60 * DAY)
        .unwrap();
    world.assume(1, 10_000_000_000).unwrap();
    world.retire(1, 10_000_000_000).unwrap();
    let bond = world.issuer(1).bond.u128();
    world.withdraw(1, bond).unwrap();
    world.after(UNLOCK);
    world.claim(1).unwrap();
    world.check_books();
    let left = world.totals().bounty.u128();
    assert_eq!(
        world.bank(&world.oracle.clone()),
        left + world.issuer(0).bond.u128()
    );
    assert_eq!(world.supply().supply, Uint128::zero());
}
