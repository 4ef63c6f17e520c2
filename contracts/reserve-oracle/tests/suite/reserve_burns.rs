//! Coins that come back: retired by an issuer, redeemed at one.

use compute_api::{
    Role,
    oracle::{ExecuteMsg, Hook, Pausable, events::OracleEvent},
};
use cosmwasm_std::{Binary, Uint128};
use cw20::Cw20ReceiveMsg;
use reserve_oracle::ContractError;

use super::world::{World, assert_refused, events};

const CURING: u64 = 7 * 86_400;

fn burnt(world: &World, issuer: usize, cause: &str, amount: u128, left: [u128; 2]) -> OracleEvent {
    let [outstanding, orphan] = left.map(Uint128::new);
    OracleEvent::Burnt {
        issuer: world.issuers[issuer].to_string(),
        cause: cause.to_owned(),
        amount: Uint128::new(amount),
        outstanding,
        orphan,
    }
}

/// Issuers 0 and 1 owe 1 000 and 500; 300 are orphans.
fn world() -> World {
    let mut world = World::new();
    world.sound(&[(0, 0), (1, 1)]);
    world.mint(0, 1_000).unwrap();
    world.mint(1, 300).unwrap();
    let proven = world.proven(1, 2);
    world.set_issuer(1, |issuer| issuer.proven.latest.rate = Uint128::zero());
    world.flag(1).unwrap();
    world.after(CURING + 1);
    world.settle(1).unwrap();
    world.freshen();
    world.set_issuer(1, |issuer| issuer.proven.latest.rate = Uint128::new(proven));
    world.mint(1, 500).unwrap();
    let totals = world.totals();
    assert_eq!(
        (totals.outstanding.u128(), totals.orphan.u128()),
        (1_500, 300)
    );
    world
}

#[test]
fn an_issuer_retires_what_it_owes_and_no_more() {
    let mut world = world();
    let done = world.retire(0, 400).unwrap();
    assert_eq!(
        events(&done),
        [burnt(&world, 0, "retired", 400, [600, 300])]
    );
    assert_eq!(world.supply().supply.u128(), 1_400);
    assert_refused(
        world.retire(0, 601),
        "amount to retire is 601: must be 1 to 600",
    );
    assert_refused(world.retire(0, u128::MAX), "must be 1 to 600");
    assert_refused(world.retire(0, 0), "the amount is 0");
    let done = world.retire(0, 600).unwrap();
    assert_eq!(events(&done), [burnt(&world, 0, "retired", 600, [0, 300])]);
    assert_refused(world.retire(0, 1), "amount to retire is 1: must be 1 to 0");
    assert_eq!(world.supply().forgiven, Uint128::zero());
    world.check_books();
}

#[test]
fn who_is_no_issuer_retires_nothing() {
    let mut world = world();
    for sender in [
        world.stranger(),
        world.market.clone(),
        world.owner.clone(),
        world.operators[0].clone(),
    ] {
        let done = world.send_coins(&sender, 1, &Hook::Retire {});
        let expected = ContractError::Unauthorized {
            sender,
            role: Role::Issuer,
        };
        assert_eq!(done.unwrap_err(), expected);
    }
}

#[test]
fn a_redemption_lowers_what_the_issuer_owes() {
    let mut world = world();
    let done = world.redeem(0, 1).unwrap();
    assert_eq!(events(&done), [burnt(&world, 0, "redeemed", 1, [999, 300])]);
    let done = world.redeem(0, 999).unwrap();
    assert_eq!(events(&done), [burnt(&world, 0, "redeemed", 999, [0, 300])]);
    assert_eq!(
        (world.supply().supply.u128(), world.supply().forgiven.u128()),
        (800, 0)
    );
    assert_eq!(world.issuer(1).outstanding.u128(), 500);
    assert_refused(world.redeem(0, 0), "the amount is 0");
    world.check_books();
}

#[test]
fn then_the_orphans_and_then_it_is_forgiven() {
    let mut world = world();
    world.redeem(0, 900).unwrap();
    let done = world.redeem(0, 350).unwrap();
    assert_eq!(events(&done), [burnt(&world, 0, "redeemed", 350, [0, 50])]);
    assert_eq!(
        (world.supply().supply.u128(), world.supply().forgiven.u128()),
        (550, 0)
    );
    // 50 of the orphans, and 10 that nobody owes at this issuer.
    let done = world.redeem(0, 60).unwrap();
    assert_eq!(events(&done), [burnt(&world, 0, "redeemed", 60, [0, 0])]);
    assert_eq!(
        (world.supply().supply.u128(), world.supply().forgiven.u128()),
        (490, 10)
    );
    let done = world.redeem(0, 7).unwrap();
    assert_eq!(events(&done), [burnt(&world, 0, "redeemed", 7, [0, 0])]);
    assert_eq!(
        (world.supply().supply.u128(), world.supply().forgiven.u128()),
        (483, 17)
    );
    assert_eq!(world.issuer(1).outstanding.u128(), 500);
    world.check_books();
}

#[test]
fn the_market_alone_redeems() {
    let mut world = world();
    let redeem = Hook::Redeem {
        issuer: world.issuers[0].to_string(),
    };
    for sender in [
        world.stranger(),
        world.issuers[0].clone(),
        world.owner.clone(),
        world.votes.clone(),
    ] {
        let done = world.send_coins(&sender, 1, &redeem);
        let expected = ContractError::Unauthorized {
            sender,
            role: Role::Market,
        };
        assert_eq!(done.unwrap_err(), expected);
    }
    let market = world.market.clone();
    let nobody = Hook::Redeem {
        issuer: world.stranger().to_string(),
    };
    assert_refused(world.send_coins(&market, 1, &nobody), "there is no issuer");
    let invalid = Hook::Redeem {
        issuer: "x".to_owned(),
    };
    assert!(world.send_coins(&market, 1, &invalid).is_err());
}

#[test]
fn a_pause_stops_redeeming_and_nothing_else() {
    let mut world = world();
    let pause = ExecuteMsg::Pause {
        what: Pausable::Redeem,
        seconds: 100,
    };
    world.execute(&world.guardian.clone(), &pause).unwrap();
    let until = world.now() + 100;
    assert_refused(
        world.redeem(0, 1),
        &format!("redeem is paused until {until}"),
    );
    world.retire(0, 1).unwrap();
    world.mint(0, 1).unwrap();
    world.at(until - 1);
    assert_refused(world.redeem(0, 1), "redeem is paused until");
    world.at(until);
    world.redeem(0, 1).unwrap();
    // A pause of minting does not stop it, nor does a mark.
    let pause = ExecuteMsg::Pause {
        what: Pausable::Mint,
        seconds: 100,
    };
    world.execute(&world.guardian.clone(), &pause).unwrap();
    world.leave(0).unwrap();
    world.flag(0).unwrap();
    world.redeem(0, 1).unwrap();
    world.retire(0, 1).unwrap();
    world.check_books();
}

#[test]
fn coins_without_a_hook_are_sent_back() {
    let mut world = world();
    let sender = world.issuers[0].to_string();
    for msg in [&b""[..], b"{}", b"{\"burn\":{}}"] {
        let sent = Cw20ReceiveMsg {
            sender: sender.clone(),
            amount: Uint128::one(),
            msg: Binary::from(msg),
        };
        let done = world.execute(&world.coin.clone(), &ExecuteMsg::Receive(sent));
        assert!(matches!(done, Err(ContractError::Std(_))), "{done:?}");
    }
    let sent = Cw20ReceiveMsg {
        sender: "x".to_owned(),
        amount: Uint128::one(),
        msg: Binary::from(b"{\"retire\":{}}"),
    };
    assert!(
        world
            .execute(&world.coin.clone(), &ExecuteMsg::Receive(sent))
            .is_err()
    );
}
