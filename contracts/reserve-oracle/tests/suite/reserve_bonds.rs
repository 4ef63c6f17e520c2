//! Bonds: posted by anyone, withdrawn slowly, never from under a coin.

use compute_api::oracle::{ExecuteMsg, IssuerResponse, QueryMsg, events::OracleEvent};
use cosmwasm_std::{Coin, Uint128, coin, coins};
use cw_multi_test::AppResponse;

use super::world::{BOND_DENOM, World, assert_refused, events};

const UNLOCK: u64 = 21 * 86_400;

/// What the oracle says that a bond is now, after the one thing that it did.
fn changed(
    world: &World,
    cause: &str,
    bond: u128,
    leaving: u128,
    free_at: Option<u64>,
) -> OracleEvent {
    OracleEvent::BondChanged {
        issuer: world.issuers[0].to_string(),
        cause: cause.to_owned(),
        bond: Uint128::new(bond),
        leaving: Uint128::new(leaving),
        free_at,
        bounty: Uint128::zero(),
    }
}

#[track_caller]
fn assert_says(done: &AppResponse, event: OracleEvent) {
    assert_eq!(events(done), [event]);
}

fn free_at(world: &World) -> Option<u64> {
    let issuer = world.issuers[0].to_string();
    let known: IssuerResponse = world.query(&QueryMsg::Issuer { issuer }).unwrap();
    known.bond_free_at
}

#[test]
fn a_bond_is_posted_by_its_issuer_or_by_anyone() {
    let mut world = World::new();
    let done = world.post_bond(0, 1).unwrap();
    assert_says(&done, changed(&world, "posted", 1, 0, None));
    let stranger = world.stranger();
    world.fund(&stranger, coin(5, BOND_DENOM));
    let post = ExecuteMsg::PostBond {
        issuer: Some(world.issuers[0].to_string()),
    };
    let done = world
        .execute_with(&stranger, &post, &coins(5, BOND_DENOM))
        .unwrap();
    assert_says(&done, changed(&world, "posted", 6, 0, None));
    assert_eq!(
        (world.issuer(0).bond.u128(), world.issuer(1).bond.u128()),
        (6, 0)
    );
    world.check_books();
}

#[test]
fn nothing_but_its_denom_is_a_bond() {
    let mut world = World::new();
    let issuer = world.issuers[0].clone();
    let [bond, other] = [coin(2, BOND_DENOM), coin(2, "uother")];
    world.fund(&issuer, bond.clone());
    world.fund(&issuer, other.clone());
    let own = ExecuteMsg::PostBond { issuer: None };
    let funds: [&[Coin]; 3] = [
        &[],
        std::slice::from_ref(&other),
        &[bond.clone(), other.clone()],
    ];
    for funds in funds {
        let done = world.execute_with(&issuer, &own, funds);
        assert_refused(done, "is posted in ubond alone: send some of it");
    }
    // A stranger is no issuer, and neither is what is no address.
    let stranger = world.stranger();
    world.fund(&stranger, bond.clone());
    for (to, words) in [
        (None, "there is no issuer"),
        (Some(stranger.to_string()), "there is no issuer"),
        (Some("nobody".to_owned()), "Error decoding bech32"),
    ] {
        let post = ExecuteMsg::PostBond { issuer: to };
        let done = world.execute_with(&stranger, &post, std::slice::from_ref(&bond));
        assert_refused(done, words);
    }
    assert_eq!(world.issuer(0).bond, Uint128::zero());
    world.check_books();
}

#[test]
fn a_bond_that_leaves_128_bits_is_refused() {
    let mut world = World::new();
    world.set_issuer(0, |issuer| issuer.bond = Uint128::MAX);
    assert_refused(world.post_bond(0, 1), "Cannot Add");
    world.set_issuer(0, |issuer| issuer.bond = Uint128::new(u128::MAX - 1));
    world.post_bond(0, 1).unwrap();
    assert_eq!(world.issuer(0).bond, Uint128::MAX);
}

#[test]
fn a_withdrawal_waits_and_backs_nothing_from_now_on() {
    let mut world = World::new();
    world.post_bond(0, 1_000).unwrap();
    assert_refused(world.withdraw(0, 0), "amount is 0: must be 1 to 1000");
    assert_refused(world.withdraw(0, 1_001), "must be 1 to 1000");
    assert_refused(world.withdraw(0, u128::MAX), "must be 1 to 1000");
    assert_refused(world.claim(0), "the amount is 0");

    let done = world.withdraw(0, 400).unwrap();
    let free = world.now() + UNLOCK;
    assert_says(&done, changed(&world, "withdrawal", 1_000, 400, Some(free)));
    let known = world.issuer(0);
    assert_eq!(
        (
            known.bond.u128(),
            known.leaving.u128(),
            known.bond_cap.u128()
        ),
        (1_000, 400, 600_000)
    );
    assert_eq!(free_at(&world), Some(free));
    assert_refused(world.withdraw(0, 601), "must be 1 to 600");

    world.at(free - 1);
    assert_refused(world.claim(0), &format!("cannot be before {free}"));
    world.at(free);
    let done = world.claim(0).unwrap();
    assert_says(&done, changed(&world, "claimed", 600, 0, None));
    let issuer = world.issuers[0].clone();
    assert_eq!(world.bank(&issuer), 400);
    assert_eq!(free_at(&world), None);
    assert_refused(world.claim(0), "the amount is 0");
    world.check_books();
}

#[test]
fn a_second_withdrawal_joins_the_first_and_both_wait_anew() {
    let mut world = World::new();
    world.post_bond(0, 1_000).unwrap();
    world.withdraw(0, 400).unwrap();
    world.after(UNLOCK - 1);
    let done = world.withdraw(0, 600).unwrap();
    let free = world.now() + UNLOCK;
    assert_says(
        &done,
        changed(&world, "withdrawal", 1_000, 1_000, Some(free)),
    );
    world.at(free - 1);
    assert_refused(world.claim(0), "cannot be before");
    world.at(free);
    world.claim(0).unwrap();
    let issuer = world.issuers[0].clone();
    assert_eq!(
        (world.bank(&issuer), world.issuer(0).bond.u128()),
        (1_000, 0)
    );
    assert_refused(world.withdraw(0, 1), "amount is 1: must be 1 to 0");
}

#[test]
fn no_bond_leaves_from_under_a_coin() {
    let mut world = World::new();
    world.sound(&[(0, 0)]);
    // 1 001 micro-coins ask for a bond of 1.001, so of 2.
    world.mint(0, 1_001).unwrap();
    assert_refused(
        world.withdraw(0, 99_999_999),
        "owes 1001 micro-coins, which ask for a bond of 2: 1 would stay",
    );
    world.withdraw(0, 99_999_998).unwrap();
    assert_refused(world.withdraw(0, 1), "ask for a bond of 2: 1 would stay");
    assert_eq!(world.allowance(0).by_bond.u128(), 999);
    world.retire(0, 1).unwrap();
    world.withdraw(0, 1).unwrap();
    world.retire(0, 1_000).unwrap();
    world.withdraw(0, 1).unwrap();
    assert_eq!(world.issuer(0).leaving.u128(), 100_000_000);
    world.check_books();
}

#[test]
fn who_is_short_or_marked_claims_nothing() {
    let mut world = World::new();
    world.sound(&[(0, 0)]);
    world.mint(0, 1_000_000).unwrap();
    world.withdraw(0, 1_000).unwrap();
    world.after(UNLOCK);
    world.set_standing(0, compute_api::votes::Standing::Jailed);
    assert_refused(world.claim(0), "is short of 1000000 micro-coins or marked");
    world.flag(0).unwrap();
    // Sound again, but still marked.
    world.retire(0, 1_000_000).unwrap();
    assert_refused(world.claim(0), "is short of 0 micro-coins or marked");
    world.cure(0).unwrap();
    world.claim(0).unwrap();
    let issuer = world.issuers[0].clone();
    assert_eq!(world.bank(&issuer), 1_000);
    world.check_books();
}

#[test]
fn a_longer_unlock_counts_for_later_withdrawals_only() {
    let mut world = World::new();
    world.post_bond(0, 10).unwrap();
    world.withdraw(0, 5).unwrap();
    world.set_params(|params| params.reserve.bond_unlock = 2 * UNLOCK);
    world.after(UNLOCK);
    world.claim(0).unwrap();
    world.withdraw(0, 5).unwrap();
    world.after(UNLOCK);
    assert_refused(world.claim(0), "cannot be before");
    world.after(UNLOCK);
    world.claim(0).unwrap();
}
