//! Allowances, and that an expired one is worth nothing.

use compute_api::coin::ExecuteMsg;
use cosmwasm_std::{Addr, StdError};
use cw20::Expiration;
use cw20_base::ContractError as BaseError;
use cw20_compute::ContractError;

use crate::{
    books::allowances,
    world::{BLOCK, Then, World, burn_from, coins, decrease, increase, send_from, transfer_from},
};

const NEVER: Expiration = Expiration::Never {};

/// Alice with 100 coins, and bob.
fn world() -> (World, Addr, Addr) {
    let mut world = World::new();
    let (alice, bob) = (world.account("alice"), world.account("bob"));
    world.mint(&alice, 100);
    (world, alice, bob)
}

/// Each kind of expiry, `blocks` from now.
fn expiries(world: &World, blocks: u64) -> [Expiration; 2] {
    let block = world.block();
    [
        Expiration::AtHeight(block.height + blocks),
        Expiration::AtTime(block.time.plus_seconds(blocks * BLOCK)),
    ]
}

#[test]
fn goes_up_and_down() {
    let (mut world, alice, bob) = world();
    assert_eq!(world.allowance(&alice, &bob), (0, NEVER));
    world.ok(&alice, &increase(&bob, 10, None));
    assert_eq!(world.allowance(&alice, &bob), (10, NEVER));
    let [height, time] = expiries(&world, 9);
    world.ok(&alice, &increase(&bob, 20, Some(height)));
    assert_eq!(world.allowance(&alice, &bob), (30, height));
    world.ok(&alice, &increase(&bob, 0, None));
    assert_eq!(world.allowance(&alice, &bob), (30, height));
    world.ok(&alice, &decrease(&bob, 5, None));
    assert_eq!(world.allowance(&alice, &bob), (25, height));
    world.ok(&alice, &decrease(&bob, 0, Some(time)));
    assert_eq!(world.allowance(&alice, &bob), (25, time));
    world.ok(&alice, &decrease(&bob, u128::MAX, None));
    assert_eq!(world.allowance(&alice, &bob), (0, NEVER));
    assert!(allowances(&*world.storage()).is_empty());
    // Others' are others'.
    world.ok(&bob, &increase(&alice, 7, None));
    assert_eq!(world.allowance(&alice, &bob), (0, NEVER));
    assert_eq!(world.allowance(&bob, &alice), (7, NEVER));
    // All of it is one more way to take it away.
    world.ok(&bob, &decrease(&alice, 7, None));
    assert!(allowances(&*world.storage()).is_empty());
}

#[test]
fn refusals() {
    let (mut world, alice, bob) = world();
    let own = ContractError::Cw20(BaseError::CannotSetOwnAccount {});
    assert_eq!(world.refused(&alice, &increase(&alice, 1, None)), own);
    for spender in [&alice, &bob] {
        let error = world.refused(&alice, &decrease(spender, 1, None));
        let none = ContractError::NoAllowance {
            owner: alice.clone(),
            spender: spender.clone(),
        };
        assert_eq!(error, none);
        assert!(error.to_string().contains("nothing to do"), "{error}");
    }
    world.ok(&alice, &increase(&bob, 10, None));
    let past = ContractError::Cw20(BaseError::InvalidExpiration {});
    for expires in expiries(&world, 0) {
        let error = world.refused(&alice, &increase(&bob, 1, Some(expires)));
        assert_eq!(error, past);
        let error = world.refused(&alice, &decrease(&bob, 1, Some(expires)));
        assert_eq!(error, past);
    }
    let error = world.refused(&alice, &increase(&bob, u128::MAX, None));
    let large = ContractError::AllowanceTooLarge {
        has: coins(10),
        amount: coins(u128::MAX),
        room: coins(u128::MAX - 10),
    };
    assert_eq!(error, large);
    assert!(error.to_string().contains("add at most"), "{error}");
    world.ok(&alice, &increase(&bob, u128::MAX - 10, None));
    assert_eq!(world.allowance(&alice, &bob).0, u128::MAX);
    for msg in [
        ExecuteMsg::IncreaseAllowance {
            spender: "bob".into(),
            amount: coins(1),
            expires: None,
        },
        ExecuteMsg::DecreaseAllowance {
            spender: "bob".into(),
            amount: coins(1),
            expires: None,
        },
    ] {
        let error = world.refused(&alice, &msg);
        let kit = matches!(
            error,
            ContractError::Kit(contract_kit::Error::Std(StdError::GenericErr { .. }))
        );
        assert!(kit, "{error}");
    }
}

#[test]
fn an_expired_one_moves_nothing() {
    for kind in [0, 1] {
        let (mut world, alice, bob) = world();
        let receiver = world.receiver.clone();
        let expires = expiries(&world, 10)[kind];
        world.ok(&alice, &increase(&bob, 50, Some(expires)));
        world.wait(9);
        world.ok(&bob, &transfer_from(&alice, &bob, 1));
        world.wait(1);
        for msg in [
            transfer_from(&alice, &bob, 1),
            transfer_from(&alice, &bob, 0),
            burn_from(&alice, 1),
            send_from(&alice, &receiver, 1, Then::Keep),
        ] {
            let error = world.refused(&bob, &msg);
            assert_eq!(error, ContractError::Cw20(BaseError::Expired {}));
        }
        // The query tells it with its expiry, as any CW20 does.
        assert_eq!(world.allowance(&alice, &bob), (49, expires));
    }
}

#[test]
fn an_expired_one_that_is_raised_starts_from_nothing() {
    for kind in [0, 1] {
        let (mut world, alice, bob) = world();
        let expires = expiries(&world, 10)[kind];
        world.ok(&alice, &increase(&bob, 50, Some(expires)));
        world.wait(10);
        let later = expiries(&world, 10)[kind];
        world.ok(&alice, &increase(&bob, 3, Some(later)));
        assert_eq!(world.allowance(&alice, &bob), (3, later));
        world.refused(&bob, &transfer_from(&alice, &bob, 4));
        world.ok(&bob, &transfer_from(&alice, &bob, 3));
        world.wait(10);
        // As where there is none: for ever, if no expiry is given.
        world.ok(&alice, &increase(&bob, 2, None));
        assert_eq!(world.allowance(&alice, &bob), (2, NEVER));
    }
}

#[test]
fn an_expired_one_has_room_for_any_amount() {
    let (mut world, alice, bob) = world();
    let [expires, _] = expiries(&world, 1);
    world.ok(&alice, &increase(&bob, u128::MAX, Some(expires)));
    world.wait(1);
    world.ok(&alice, &increase(&bob, u128::MAX, None));
    assert_eq!(world.allowance(&alice, &bob), (u128::MAX, NEVER));
}

#[test]
fn an_expired_one_that_is_lowered_is_gone() {
    for kind in [0, 1] {
        for (amount, moved) in [(0, true), (1, true), (1, false), (50, false), (51, true)] {
            let (mut world, alice, bob) = world();
            let expires = expiries(&world, 10)[kind];
            world.ok(&alice, &increase(&bob, 50, Some(expires)));
            world.wait(10);
            let later = moved.then(|| expiries(&world, 10)[kind]);
            let response = world.ok(&alice, &decrease(&bob, amount, later));
            let told = response.events.last().unwrap();
            let told: Vec<_> = told.attributes[1..].iter().map(|a| &*a.value).collect();
            let amount = amount.to_string();
            assert_eq!(
                told,
                ["decrease_allowance", alice.as_str(), bob.as_str(), &amount]
            );
            assert_eq!(world.allowance(&alice, &bob), (0, NEVER));
            assert!(allowances(&*world.storage()).is_empty());
            let error = world.refused(&bob, &transfer_from(&alice, &bob, 1));
            assert_eq!(error, ContractError::Cw20(BaseError::NoAllowance {}));
        }
    }
}

#[test]
fn a_refused_increase_leaves_an_expired_one_as_it_is() {
    let (mut world, alice, bob) = world();
    let [expires, _] = expiries(&world, 1);
    world.ok(&alice, &increase(&bob, 5, Some(expires)));
    world.wait(1);
    let error = world.refused(&alice, &increase(&bob, 1, Some(expires)));
    assert_eq!(error, ContractError::Cw20(BaseError::InvalidExpiration {}));
    assert_eq!(world.allowance(&alice, &bob), (5, expires));
}
