//! Minting and shortfall while the peg glides.

use compute_api::oracle::{MintLimit, PegStep};
use cosmwasm_std::Uint128;
use reserve_oracle::state::{PEG, add_step};

use super::world::{World, assert_refused};

const DAY: u64 = 86_400;
/// Ops of 1 024 per second over 30 days.
const BACKING: u128 = 1_024 * 2_592_000;

/// From now on the peg glides from 60 000 ops to 120 000: by 600 a day.
fn glide(world: &mut World) {
    let (oracle, now) = (world.oracle.clone(), world.now());
    let mut storage = world.app.contract_storage_mut(&oracle);
    let last = PEG.load(&*storage).unwrap();
    let step = PegStep {
        number: last.number + 1,
        tier: "middle".to_owned(),
        started_at: now,
        start: last.target,
        target: last.target * Uint128::new(2),
        ..last
    };
    add_step(&mut *storage, &step).unwrap();
}

fn mintable(ops: u128, margin_bps: u128) -> u128 {
    BACKING * 10_000_000_000 / (ops * (10_000 + margin_bps))
}

#[test]
fn a_mint_counts_with_the_target_from_the_first_second_on() {
    let mut world = World::new();
    world.sound(&[(0, 0)]);
    assert_eq!(world.allowance(0).amount.u128(), mintable(60_000, 500));
    glide(&mut world);
    assert_eq!(world.allowance(0).amount.u128(), mintable(120_000, 500));
    assert_refused(world.mint(0, mintable(120_000, 500) + 1), "by backing");
    world.mint(0, mintable(120_000, 500)).unwrap();
    // So the glide alone makes nobody short.
    for _ in 0..20 {
        world.after(DAY);
        assert!(world.issuer(0).short.is_zero());
        assert_refused(world.flag(0), "is not short");
    }
}

#[test]
fn who_had_minted_before_is_short_by_the_glide_and_no_sooner() {
    let mut world = World::new();
    world.sound(&[(0, 0)]);
    let owed = mintable(60_000, 500);
    world.mint(0, owed).unwrap();
    glide(&mut world);
    let start = world.now();
    // At once: no room, and no shortfall.
    assert_eq!(world.allowance(0).limited_by, MintLimit::Backing);
    assert!(world.issuer(0).short.is_zero());
    // The margin of 5 % lasts 5 days of 1 %.
    world.at(start + 5 * DAY);
    assert_eq!(world.backing().opc.u128(), 63_000);
    assert!(world.issuer(0).short.is_zero());
    assert_refused(world.flag(0), "is not short");
    // 144 s later opc is 63 001.
    world.after(143);
    assert_refused(world.flag(0), "is not short");
    world.after(1);
    let short = owed - BACKING * 1_000_000 / 63_001;
    assert_eq!(world.issuer(0).short.u128(), short);
    world.flag(0).unwrap();
    // What it retires counts at today's ops, not at the target's.
    world.retire(0, short).unwrap();
    assert!(world.issuer(0).short.is_zero());
    world.cure(0).unwrap();
    assert_refused(world.mint(0, 1), "no census has closed");
    world.freshen();
    assert_refused(world.mint(0, 1), "by backing");
    world.check_books();
}

#[test]
fn at_the_end_of_a_glide_both_are_one() {
    let mut world = World::new();
    world.sound(&[(0, 0)]);
    world.set_params(|params| params.reserve.census_max_age = 200 * DAY);
    glide(&mut world);
    world.after(100 * DAY - 1);
    assert_eq!(world.backing().opc.u128(), 119_999);
    world.after(1);
    assert_eq!(world.backing().opc.u128(), 120_000);
    let until = world.now() + 30 * DAY;
    world.commit_capacity(0, 4_096, until).unwrap();
    assert_eq!(world.allowance(0).amount.u128(), mintable(120_000, 500));
}

#[test]
fn the_margin_is_for_minting_only() {
    for (margin, owed) in [(0, mintable(60_000, 0)), (10_000, mintable(60_000, 10_000))] {
        let mut world = World::new();
        world.set_params(|params| params.reserve.margin_bps = margin);
        world.sound(&[(0, 0)]);
        assert_eq!(world.allowance(0).amount.u128(), owed);
        assert_refused(world.mint(0, owed + 1), "by backing");
        world.mint(0, owed).unwrap();
        assert!(world.issuer(0).short.is_zero());
        // A larger margin later closes the gate and makes nobody short.
        world.set_params(|params| params.reserve.margin_bps = 10_000);
        assert_eq!(world.allowance(0).amount, Uint128::zero());
        assert!(world.issuer(0).short.is_zero());
    }
}

#[test]
fn a_shorter_horizon_counts_at_once() {
    let mut world = World::new();
    world.sound(&[(0, 0)]);
    world.mint(0, mintable(60_000, 500)).unwrap();
    world.set_params(|params| params.reserve.horizon = 15 * DAY);
    let known = world.issuer(0);
    assert_eq!(known.backing.u128(), BACKING / 2);
    let short = known.outstanding.u128() - BACKING / 2 * 1_000_000 / 60_000;
    assert_eq!(known.short.u128(), short);
}
