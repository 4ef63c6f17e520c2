//! What all issuers mint in a period: a bucket that leaks.

use compute_api::oracle::MintLimit;
use cosmwasm_std::Uint128;

use super::world::{World, assert_refused};

const DAY: u64 = 86_400;

/// Two sound issuers, and 86 400 micro-coins a day: one a second.
fn world() -> World {
    let mut world = World::new();
    world.sound(&[(0, 0), (1, 1)]);
    world.set_params(|params| params.reserve.mint_limit = Uint128::new(DAY.into()));
    world
}

fn room(world: &World) -> u128 {
    let known = world.allowance(1);
    assert_eq!(known.limited_by, MintLimit::Rate);
    assert_eq!(known.amount, known.by_rate);
    known.by_rate.u128()
}

#[test]
fn it_leaks_by_the_limit_in_a_period() {
    let mut world = world();
    assert_eq!(room(&world), 86_400);
    world.mint(0, 86_400).unwrap();
    assert_eq!(room(&world), 0);
    assert_refused(world.mint(1, 1), "is 1: must be 1 to 0");
    world.after(1);
    assert_eq!(room(&world), 1);
    assert_refused(world.mint(1, 2), "is 2: must be 1 to 1");
    world.mint(1, 1).unwrap();
    assert_eq!(room(&world), 0);
    world.after(43_200);
    assert_eq!(room(&world), 43_200);
    // Empty, it stays empty: what was not minted is not saved up.
    world.after(43_200);
    assert_eq!(room(&world), 86_400);
    world.after(DAY - 43_201);
    assert_eq!(room(&world), 86_400);
    world.mint(0, 86_400).unwrap();
}

#[test]
fn what_leaks_is_rounded_down() {
    let mut world = world();
    world.set_params(|params| params.reserve.mint_limit = Uint128::new(28_800));
    world.mint(0, 28_800).unwrap();
    // One in three seconds.
    world.after(2);
    assert_eq!(room(&world), 0);
    world.after(1);
    assert_eq!(room(&world), 1);
    // A mint forgets the part of a micro-coin that had leaked.
    world.after(2);
    world.mint(0, 1).unwrap();
    world.after(2);
    assert_eq!(room(&world), 0);
    world.after(1);
    assert_eq!(room(&world), 1);
}

#[test]
fn a_burst_and_a_period_are_at_most_twice_the_limit() {
    let mut world = world();
    let mut minted = 0;
    let start = world.now();
    while world.now() <= start + DAY {
        let room = room(&world);
        world.mint(1, room.max(1)).map(|_| minted += room).ok();
        world.after(7_200);
    }
    assert_eq!(minted, 2 * 86_400);
}

#[test]
fn a_lower_limit_counts_at_once() {
    let mut world = world();
    world.mint(0, 80_000).unwrap();
    world.set_params(|params| params.reserve.mint_limit = Uint128::new(1_000));
    assert_eq!(room(&world), 0);
    world.set_params(|params| params.reserve.mint_limit = Uint128::MAX);
    // The other limits are left.
    assert_eq!(world.allowance(1).limited_by, MintLimit::Backing);
    world.mint(1, 1_000_000).unwrap();
    world.check_books();
}

#[test]
fn taking_over_and_burning_do_not_touch_it() {
    let mut world = world();
    world.mint(0, 86_400).unwrap();
    world.retire(0, 86_400).unwrap();
    assert_eq!(room(&world), 0);
    world.after(DAY);
    world.mint(0, 86_400).unwrap();
    world.leave(0).unwrap();
    world.flag(0).unwrap();
    world.after(7 * DAY + 1);
    world.freshen();
    world.settle(0).unwrap();
    let before = room(&world);
    world.assume(1, 86_400).unwrap();
    assert_eq!((before, room(&world)), (86_400, 86_400));
    world.check_books();
}
