//! The gate: what it lets through, what it refuses, and that `mint_allowance` says
//! exactly that.

use compute_api::oracle::{ExecuteMsg, MintLimit, Pausable, events::OracleEvent};
use cosmwasm_std::{Uint128, Uint256};

use super::world::{World, assert_refused, events};

/// What 1 024 ops per second back over 30 days at 60 000 ops a coin and 5 % beyond.
const BACKED: u128 = 42_130_285_714;

#[test]
fn a_mint_is_booked_and_the_coin_is_told() {
    let mut world = World::new();
    world.sound(&[(0, 0)]);
    let done = world.mint(0, 5).unwrap();
    let minted = |amount, outstanding| OracleEvent::Minted {
        issuer: world.issuers[0].to_string(),
        recipient: world.stranger().to_string(),
        amount: Uint128::new(amount),
        outstanding: Uint128::new(outstanding),
    };
    assert_eq!(events(&done), [minted(5, 5)]);
    let expected = minted(7, 12);
    let done = world.mint(0, 7).unwrap();
    assert_eq!(events(&done), [expected]);
    assert_eq!(world.supply().supply.u128(), 12);
    assert_eq!(world.totals().outstanding.u128(), 12);
    assert_eq!(
        (
            world.issuer(0).outstanding.u128(),
            world.issuer(1).outstanding.u128()
        ),
        (12, 0)
    );
    world.check_books();
}

#[test]
fn no_coin_without_a_recipient_or_an_amount() {
    let mut world = World::new();
    world.sound(&[(0, 0)]);
    assert_refused(world.mint(0, 0), "the amount is 0");
    assert_refused(world.mint(0, u128::MAX), "by backing, is 340282");
    let nowhere = ExecuteMsg::Mint {
        recipient: "nobody".to_owned(),
        amount: Uint128::one(),
    };
    assert!(world.issue(0, &nowhere).is_err());
    assert_eq!(world.supply().supply, Uint128::zero());
}

/// That an issuer can mint what the query says and nothing more, for this reason.
#[track_caller]
fn assert_exact(world: &mut World, amount: u128, limit: MintLimit, words: &str) {
    let allowance = world.allowance(0);
    assert_eq!(
        (allowance.amount.u128(), allowance.limited_by),
        (amount, limit)
    );
    assert_refused(world.mint(0, amount + 1), words);
    if amount > 0 {
        world.mint(0, amount).unwrap();
        assert_eq!(world.allowance(0).amount, Uint128::zero());
        assert_refused(world.mint(0, 1), words);
    }
    world.check_books();
}

#[test]
fn backing_bounds_what_is_outstanding() {
    let mut world = World::new();
    world.sound(&[(0, 0)]);
    assert_exact(
        &mut world,
        BACKED,
        MintLimit::Backing,
        "amount, by backing, is",
    );
    let allowance = world.allowance(0);
    assert_eq!(
        (allowance.by_backing.u128(), allowance.by_bond.u128()),
        (0, 100_000_000_000 - BACKED)
    );
    // Exactly the protocol's inequality.
    let holds = |owed: u128| {
        let need = Uint256::from(owed) * Uint256::from(60_000u64) * Uint256::from(10_500u64);
        need <= Uint256::from(1_024u64 * 2_592_000) * Uint256::from(10_000_000_000u64)
    };
    assert!(holds(BACKED) && !holds(BACKED + 1));
}

#[test]
fn a_mint_waits_for_two_censuses() {
    let mut world = World::new();
    world.join(0, 0);
    world.post_bond(0, 1_000_000_000).unwrap();
    let until = world.now() + 90 * 86_400;
    world.commit_capacity(0, 2_048, until).unwrap();
    assert_exact(
        &mut world,
        0,
        MintLimit::StaleCensus,
        "no census has closed",
    );
    world.whole_census(&[(0, 9)]);
    assert_exact(
        &mut world,
        0,
        MintLimit::Backing,
        "amount, by backing, is 1: must be 1 to 0",
    );
    world.whole_census(&[(0, 9)]);
    assert_exact(
        &mut world,
        BACKED,
        MintLimit::Backing,
        "amount, by backing, is",
    );
}

#[test]
fn the_commitment_bounds_what_is_proven_and_for_how_long() {
    let mut world = World::new();
    world.sound(&[(0, 0)]);
    let now = world.now();
    // Half of what is proven, for a tenth of the horizon.
    world.commit_capacity(0, 512, now + 259_200).unwrap();
    assert_exact(
        &mut world,
        512 * 259_200 * 1_000_000 / 63_000,
        MintLimit::Backing,
        "by backing",
    );
    // With each second there is less behind it.
    world.after(1);
    assert_eq!(world.allowance(0).by_backing, Uint128::zero());
    assert!(world.issuer(0).short.is_zero());
    world.at(now + 259_200);
    world.freshen();
    assert_refused(world.mint(0, 1), "by backing");
    assert_eq!(world.issuer(0).short, world.issuer(0).outstanding);
}

#[test]
fn the_bond_bounds_what_is_outstanding() {
    let mut world = World::new();
    world.sound(&[(0, 0)]);
    world.withdraw(0, 99_999_990).unwrap();
    assert_exact(&mut world, 10_000, MintLimit::Bond, "amount, by bond, is");
    // A coin and a half of bond is a bond for one coin per unit.
    world.set_params(|params| params.reserve.bond_per_coin.amount = Uint128::new(999));
    assert_exact(&mut world, 10, MintLimit::Bond, "amount, by bond, is");
    // A dearer bond stops minting and nothing else.
    world.set_params(|params| params.reserve.bond_per_coin.amount = Uint128::new(u64::MAX.into()));
    assert_exact(
        &mut world,
        0,
        MintLimit::Bond,
        "amount, by bond, is 1: must be 1 to 0",
    );
    assert!(world.issuer(0).short.is_zero());
}

#[test]
fn a_period_bounds_what_all_mint() {
    let mut world = World::new();
    world.sound(&[(0, 0), (1, 1)]);
    world.set_params(|params| params.reserve.mint_limit = Uint128::new(1_000));
    world.mint(1, 600).unwrap();
    assert_exact(
        &mut world,
        400,
        MintLimit::Rate,
        "by what all issuers mint in a period, is",
    );
}

#[test]
fn a_census_bounds_it_for_a_while() {
    let mut world = World::new();
    world.sound(&[(0, 0)]);
    let last = world.census().last.unwrap().round_time;
    let until = last + 2 * 86_400;
    world.at(until);
    world.mint(0, 1).unwrap();
    world.at(until + 1);
    assert_exact(
        &mut world,
        0,
        MintLimit::StaleCensus,
        "at most 172800 s old",
    );
    world.whole_census(&[(0, 9)]);
    world.mint(0, 1).unwrap();
}

#[test]
fn a_pause_bounds_it_until_it_ends() {
    let mut world = World::new();
    world.sound(&[(0, 0)]);
    let pause = ExecuteMsg::Pause {
        what: Pausable::Mint,
        seconds: 60,
    };
    world.execute(&world.guardian.clone(), &pause).unwrap();
    let until = world.now() + 60;
    world.at(until - 1);
    assert_exact(
        &mut world,
        0,
        MintLimit::Paused,
        &format!("mint is paused until {until}"),
    );
    assert_refused(world.assume(0, 1), "mint is paused until");
    world.at(until);
    world.mint(0, 1).unwrap();
    // Who is short mints nothing, marked or not.
    world.set_standing(0, compute_api::votes::Standing::Jailed);
    assert_exact(&mut world, 0, MintLimit::Backing, "by backing");
}

#[test]
fn a_mark_bounds_it_until_it_is_taken_off() {
    let mut world = World::new();
    world.sound(&[(0, 0)]);
    world.mint(0, 1_000).unwrap();
    world.leave(0).unwrap();
    world.flag(0).unwrap();
    let until = world.issuer(0).curing_until.unwrap();
    assert_exact(
        &mut world,
        0,
        MintLimit::Curing,
        &format!("marked as short until {until}"),
    );
    // Sound by what it owes, but marked.
    world.retire(0, 1_000).unwrap();
    assert_exact(
        &mut world,
        0,
        MintLimit::Curing,
        "mend that, then send cure",
    );
    world.cure(0).unwrap();
    assert_exact(&mut world, 0, MintLimit::Backing, "by backing");
}

#[test]
fn what_is_closed_is_named_before_what_is_small() {
    let mut world = World::new();
    world.sound(&[(0, 0)]);
    world.mint(0, 1_000).unwrap();
    world.leave(0).unwrap();
    world.flag(0).unwrap();
    let limit = |world: &World| world.allowance(0).limited_by;
    assert_eq!(limit(&world), MintLimit::Curing);
    world.after(2 * 86_400);
    assert_eq!(limit(&world), MintLimit::StaleCensus);
    let pause = ExecuteMsg::Pause {
        what: Pausable::Mint,
        seconds: 60,
    };
    world.execute(&world.owner.clone(), &pause).unwrap();
    assert_eq!(limit(&world), MintLimit::Paused);
    // Bond before backing only where it is less; what rests is still told.
    let known = world.allowance(0);
    assert_eq!(
        (known.by_backing.u128(), known.by_bond.u128()),
        (0, 99_999_999_000)
    );
}

#[test]
fn a_jailed_or_silent_operator_backs_nothing() {
    let mut world = World::new();
    world.sound(&[(0, 0), (0, 1)]);
    assert_eq!(world.issuer(0).effective.u128(), 2_048);
    world.set_standing(1, compute_api::votes::Standing::Jailed);
    assert_eq!(
        (
            world.issuer(0).effective.u128(),
            world.allowance(0).by_backing.u128()
        ),
        (1_024, BACKED)
    );
    // A census that it does not answer takes the other off as well.
    world.whole_census(&[(2, 9)]);
    assert_eq!(world.issuer(0).effective.u128(), 0);
    assert_refused(world.mint(0, 1), "by backing");
}
