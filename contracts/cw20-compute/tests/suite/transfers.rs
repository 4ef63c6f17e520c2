//! Moving coins, with and without a hook.

use compute_api::coin::ExecuteMsg;
use cosmwasm_std::{StdError, to_json_binary};
use cw20_base::ContractError as BaseError;
use cw20_compute::ContractError;

use crate::world::{Then, World, coins, increase, send, send_from, transfer, transfer_from};

fn short(error: &ContractError) -> bool {
    matches!(
        error,
        ContractError::Cw20(BaseError::Std(StdError::Overflow { .. }))
    )
}

#[test]
fn moves_coins() {
    let mut world = World::new();
    let (alice, bob) = (world.account("alice"), world.account("bob"));
    world.mint(&alice, 100);
    world.ok(&alice, &transfer(&bob, 30));
    assert_eq!((world.balance(&alice), world.balance(&bob)), (70, 30));
    assert_eq!(world.supply(), (100, 0));
    for amount in [71, u128::MAX] {
        let error = world.refused(&alice, &transfer(&bob, amount));
        assert!(short(&error), "{error}");
    }
    world.ok(&alice, &transfer(&bob, 70));
    assert_eq!((world.balance(&alice), world.balance(&bob)), (0, 100));
}

#[test]
fn a_transfer_to_oneself_changes_nothing() {
    let mut world = World::new();
    let alice = world.account("alice");
    world.mint(&alice, 100);
    for amount in [0, 1, 100] {
        world.ok(&alice, &transfer(&alice, amount));
        assert_eq!(world.balance(&alice), 100);
    }
    assert!(short(&world.refused(&alice, &transfer(&alice, 101))));
}

#[test]
fn nothing_is_an_amount_like_any_other() {
    let mut world = World::new();
    let (alice, bob) = (world.account("alice"), world.account("bob"));
    world.ok(&alice, &transfer(&bob, 0));
    let receiver = world.receiver.clone();
    world.ok(&alice, &send(&receiver, 0, Then::Keep));
    assert_eq!(world.received().amount, coins(0));
    assert_eq!(world.supply(), (0, 0));
}

#[test]
fn refuses_what_is_no_address() {
    let mut world = World::new();
    let alice = world.account("alice");
    world.mint(&alice, 100);
    // Also one that is an address, but not written as the chain writes it: coins
    // would go to an account of that name.
    for recipient in ["bob".to_owned(), alice.as_str().to_uppercase()] {
        let error = world.refused(
            &alice,
            &ExecuteMsg::Transfer {
                recipient,
                amount: coins(1),
            },
        );
        let std = matches!(
            error,
            ContractError::Cw20(BaseError::Std(StdError::GenericErr { .. }))
        );
        assert!(std, "{error}");
    }
}

#[test]
fn sends_coins_with_a_hook() {
    let mut world = World::new();
    let (alice, receiver) = (world.account("alice"), world.receiver.clone());
    world.mint(&alice, 100);
    world.ok(&alice, &send(&receiver, 40, Then::Keep));
    assert_eq!((world.balance(&alice), world.balance(&receiver)), (60, 40));
    let received = world.received();
    assert_eq!(received.sender, alice.to_string());
    assert_eq!(received.amount, coins(40));
    assert_eq!(received.msg, to_json_binary(&Then::Keep).unwrap());
    // In the same transaction, by the hook.
    world.ok(&alice, &send(&receiver, 60, Then::Return));
    assert_eq!((world.balance(&alice), world.balance(&receiver)), (60, 40));
    assert!(short(
        &world.refused(&alice, &send(&receiver, 61, Then::Keep))
    ));
}

#[test]
fn a_hook_that_fails_moves_nothing() {
    let mut world = World::new();
    let (alice, receiver) = (world.account("alice"), world.receiver.clone());
    world.mint(&alice, 100);
    let error = world.try_(&alice, &send(&receiver, 40, Then::Refuse));
    let error = error.unwrap_err().root_cause().to_string();
    assert!(error.contains("no coins, please"), "{error}");
    assert_eq!((world.balance(&alice), world.balance(&receiver)), (100, 0));
    // Who takes no hook cannot be sent to: nobody, and the coin itself.
    let nobody = world.account("nobody");
    let coin = world.contracts.coin.clone();
    for contract in [nobody, coin] {
        world
            .try_(&alice, &send(&contract, 40, Then::Keep))
            .unwrap_err();
        assert_eq!((world.balance(&alice), world.balance(&contract)), (100, 0));
    }
}

#[test]
fn moves_and_sends_by_allowance() {
    let mut world = World::new();
    let (alice, bob, carol) = (
        world.account("alice"),
        world.account("bob"),
        world.account("carol"),
    );
    let receiver = world.receiver.clone();
    world.mint(&alice, 100);
    world.ok(&alice, &increase(&bob, 70, None));
    world.ok(&bob, &transfer_from(&alice, &carol, 20));
    world.ok(&bob, &transfer_from(&alice, &bob, 5));
    world.ok(&bob, &send_from(&alice, &receiver, 30, Then::Keep));
    assert_eq!(world.allowance(&alice, &bob).0, 15);
    assert_eq!(world.balance(&alice), 45);
    assert_eq!((world.balance(&bob), world.balance(&carol)), (5, 20));
    // The hook names who has sent, not whose coins they were: they return to bob.
    assert_eq!(world.received().sender, bob.to_string());
    world.ok(&bob, &send_from(&alice, &receiver, 15, Then::Return));
    assert_eq!((world.balance(&alice), world.balance(&bob)), (30, 20));
    for msg in [
        transfer_from(&alice, &bob, 1),
        send_from(&alice, &receiver, 1, Then::Keep),
    ] {
        // What was used up is not the same as what never was.
        assert!(short(&world.refused(&bob, &msg)));
        let error = world.refused(&carol, &msg);
        assert_eq!(error, ContractError::Cw20(BaseError::NoAllowance {}));
    }
}

#[test]
fn an_allowance_is_no_coin() {
    let mut world = World::new();
    let (alice, bob) = (world.account("alice"), world.account("bob"));
    world.mint(&alice, 10);
    world.ok(&alice, &increase(&bob, u128::MAX, None));
    let error = world.refused(&bob, &transfer_from(&alice, &bob, 11));
    assert!(short(&error), "{error}");
    // One's own coins take none, and one cannot be had.
    let error = world.refused(&alice, &transfer_from(&alice, &bob, 1));
    assert_eq!(error, ContractError::Cw20(BaseError::NoAllowance {}));
    // From the owner to the owner: the allowance is used, no coin moves.
    world.ok(&bob, &transfer_from(&alice, &alice, 10));
    assert_eq!(world.balance(&alice), 10);
    assert_eq!(world.allowance(&alice, &bob).0, u128::MAX - 10);
}
