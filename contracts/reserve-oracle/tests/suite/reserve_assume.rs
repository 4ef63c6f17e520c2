//! Orphans, taken over with their part of the bounty.

use compute_api::oracle::events::OracleEvent;
use cosmwasm_std::{Decimal, Uint128};
use cw_multi_test::AppResponse;

use super::world::{World, assert_refused, events};

const CURING: u64 = 7 * 86_400;

/// Issuer 0 has defaulted on so many micro-coins with that bond; issuer 1 is sound.
fn orphaned(amount: u128, bond: u128) -> World {
    let mut world = World::new();
    world.sound(&[(0, 0), (1, 1)]);
    world.withdraw(0, 100_000_000 - bond).unwrap();
    world.after(21 * 86_400);
    world.claim(0).unwrap();
    world.freshen();
    world.mint(0, amount).unwrap();
    world.leave(0).unwrap();
    world.flag(0).unwrap();
    world.after(CURING + 1);
    world.settle(0).unwrap();
    world.freshen();
    world
}

fn assumed(world: &World, amount: u128, paid: u128, left: [u128; 3]) -> OracleEvent {
    let [outstanding, orphan, bounty] = left.map(Uint128::new);
    OracleEvent::Assumed {
        issuer: world.issuers[1].to_string(),
        amount: Uint128::new(amount),
        paid: Uint128::new(paid),
        outstanding,
        orphan,
        bounty,
    }
}

#[track_caller]
fn assert_says(done: &AppResponse, event: OracleEvent) {
    assert_eq!(events(done), [event]);
}

#[test]
fn each_is_paid_its_part_of_the_bounty() {
    // 10 000 coins, and the bond that they ask for: 10 000 000.
    let mut world = orphaned(10_000_000_000, 10_000_000);
    let taker = world.issuers[1].clone();
    let done = world.assume(1, 2_500_000_000).unwrap();
    let left = [2_500_000_000, 7_500_000_000, 7_500_000];
    assert_says(&done, assumed(&world, 2_500_000_000, 2_500_000, left));
    assert_eq!(world.bank(&taker), 2_500_000);
    // Rounded down: 1 999 micro-coins ask for one whole unit of the bond.
    let done = world.assume(1, 1_999).unwrap();
    let left = [2_500_001_999, 7_499_998_001, 7_499_999];
    assert_says(&done, assumed(&world, 1_999, 1, left));
    // The last one takes what is left, as far as its bond would have reached.
    let done = world.assume(1, 7_499_998_001).unwrap();
    let left = [10_000_000_000, 0, 1];
    assert_says(&done, assumed(&world, 7_499_998_001, 7_499_998, left));
    assert_eq!(world.bank(&taker), 9_999_999);
    assert_eq!(world.issuer(1).outstanding.u128(), 10_000_000_000);
    assert_eq!(world.supply().supply.u128(), 10_000_000_000);
    assert_refused(world.assume(1, 1), "amount of orphans is 1: must be 1 to 0");
    world.check_books();
}

#[test]
fn a_bond_that_was_too_small_is_shared() {
    let mut world = orphaned(1_000_000_000, 1_000_000);
    world.set_params(|params| params.reserve.bond_per_coin.amount = Uint128::new(2_000));
    // By bond each coin would get 2 000, but there is half of that.
    let done = world.assume(1, 250_000_000).unwrap();
    let left = [250_000_000, 750_000_000, 750_000];
    assert_says(&done, assumed(&world, 250_000_000, 250_000, left));
    world.check_books();
}

#[test]
fn nothing_is_paid_where_there_is_no_bounty() {
    let mut world = orphaned(1_000_000, 1_000);
    // As if there had been no bond left.
    let oracle = world.oracle.clone();
    let mut storage = world.app.contract_storage_mut(&oracle);
    let mut totals = reserve_oracle::state::TOTALS.load(&*storage).unwrap();
    totals.bounty = Uint128::zero();
    reserve_oracle::state::TOTALS
        .save(&mut *storage, &totals)
        .unwrap();
    drop(storage);
    let done = world.assume(1, 1_000_000).unwrap();
    assert_says(&done, assumed(&world, 1_000_000, 0, [1_000_000, 0, 0]));
    assert_eq!(world.bank(&world.issuers[1].clone()), 0);
}

#[test]
fn it_takes_the_same_gate() {
    let mut world = orphaned(10_000_000_000, 10_000_000);
    assert_refused(world.assume(1, 0), "the amount is 0");
    assert_refused(world.assume(1, u128::MAX), "amount, by backing, is");
    assert_refused(
        world.assume(1, 10_000_000_001),
        "amount of orphans is 10000000001: must be 1 to 10000000000",
    );
    // Who has little bond: 10 coins of it.
    world.withdraw(1, 99_990_000).unwrap();
    assert_refused(
        world.assume(1, 10_000_001),
        "amount, by bond, is 10000001: must be 1 to 10000000",
    );
    // What all mint in a period does not bound it.
    world.set_params(|params| params.reserve.mint_limit = Uint128::one());
    world.assume(1, 10_000_000).unwrap();
    assert_refused(world.assume(1, 1), "amount, by bond, is 1: must be 1 to 0");
    // Nor does a stale census, a mark or a pause let it through.
    world.after(2 * 86_400 + 1);
    assert_refused(world.assume(1, 1), "no census has closed");
    world.freshen();
    world.leave(1).unwrap();
    world.flag(1).unwrap();
    assert_refused(world.assume(1, 1), "is marked as short until");
    world.check_books();
}

#[test]
fn exactly_what_backs_is_taken_over() {
    let mut world = orphaned(40_000_000_000, 50_000_000);
    let until = world.now() + 2_592_000;
    world.set_issuer(1, |issuer| {
        issuer.committed = Uint128::new(512);
        issuer.until = until;
    });
    let most = 512 * 2_592_000 * 1_000_000 / 63_000;
    assert_refused(world.assume(1, most + 1), "amount, by backing, is");
    let done = world.assume(1, most).unwrap();
    let paid = most * 1_000 / 1_000_000;
    let left = [most, 40_000_000_000 - most, 40_000_000 - paid];
    assert_says(&done, assumed(&world, most, paid, left));
    world.check_books();
}

#[test]
fn slashed_bond_waits_and_is_no_jackpot() {
    let mut world = orphaned(1_000_000, 1_000_000);
    // Issuer 1's own operator is punished: all of its bond lies there for one coin.
    world.slash(1, Decimal::one()).unwrap();
    assert_eq!(world.totals().bounty.u128(), 1_000 + 100_000_000);
    world.post_bond(1, 2_000).unwrap();
    for (amount, paid) in [(1, 0), (999_998, 999), (1, 0)] {
        let before = world.bank(&world.issuers[1].clone());
        world.assume(1, amount).unwrap();
        assert_eq!(
            world.bank(&world.issuers[1].clone()) - before,
            paid,
            "{amount}"
        );
    }
    assert_eq!(
        (world.totals().orphan.u128(), world.totals().bounty.u128()),
        (0, 100_000_001)
    );
    world.check_books();
}

#[test]
fn orphans_that_are_redeemed_leave_their_bounty_behind() {
    let mut world = orphaned(1_000_000_000, 1_000_000);
    world.redeem(1, 600_000_000).unwrap();
    assert_eq!(world.totals().orphan.u128(), 400_000_000);
    // Each coin that is left has more behind it, and gets no more than its bond.
    world.assume(1, 400_000_000).unwrap();
    assert_eq!(world.bank(&world.issuers[1].clone()), 400_000);
    assert_eq!(world.totals().bounty.u128(), 600_000);
    world.check_books();
}
