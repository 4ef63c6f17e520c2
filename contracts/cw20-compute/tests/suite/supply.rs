//! Mint, burn, retire: what exists and what was forgiven.

use compute_api::{Role, coin::ExecuteMsg, events::attribute};
use cosmwasm_std::StdError;
use cw20_base::ContractError as BaseError;
use cw20_compute::ContractError;

use crate::world::{World, burn, burn_from, coins, increase, mint, retire, transfer};

#[test]
fn mints_for_the_oracle_alone() {
    let mut world = World::new();
    let alice = world.account("alice");
    let contracts = world.contracts.clone();
    world.mint(&alice, 100);
    assert_eq!((world.balance(&alice), world.supply()), (100, (100, 0)));
    let owner = world.owner.clone();
    for sender in [
        &owner,
        &alice,
        &contracts.coin,
        &contracts.votes,
        &contracts.market,
    ] {
        for msg in [mint(&alice, 1), retire(0)] {
            let error = contract_kit::Error::Unauthorized {
                sender: sender.clone(),
                role: Role::Oracle,
            };
            assert_eq!(world.refused(sender, &msg), error.into());
        }
    }
    let recipient = "nobody".to_owned();
    let amount = coins(1);
    let msg = ExecuteMsg::Mint { recipient, amount };
    let error = world.refused(&contracts.oracle, &msg);
    let std = matches!(
        error,
        ContractError::Cw20(BaseError::Std(StdError::GenericErr { .. }))
    );
    assert!(std, "{error}");
}

#[test]
fn the_minter_is_the_oracle_for_good() {
    let mut world = World::new();
    let oracle = world.contracts.oracle.clone();
    let owner = world.owner.clone();
    for new_minter in [None, Some(owner.to_string()), Some(oracle.to_string())] {
        for sender in [&oracle, &owner] {
            let msg = ExecuteMsg::UpdateMinter {
                new_minter: new_minter.clone(),
            };
            let error = world.refused(sender, &msg);
            assert_eq!(error, ContractError::MinterIsFixed);
            assert!(error.to_string().contains("mint to the oracle"));
        }
    }
}

#[test]
fn a_burn_is_forgiven() {
    let mut world = World::new();
    let (alice, bob) = (world.account("alice"), world.account("bob"));
    world.mint(&alice, 100);
    let response = world.ok(&alice, &burn(30));
    let event = response.events.last().unwrap();
    let attributes: Vec<_> = event.attributes.iter().skip(1).collect();
    let told: Vec<_> = attributes
        .iter()
        .map(|a| (a.key.as_str(), a.value.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("action", "burn"),
            ("from", alice.as_str()),
            ("amount", "30"),
            ("forgiven", "30"),
            ("supply", "70"),
        ]
    );
    world.ok(&alice, &increase(&bob, 50, None));
    let response = world.ok(&bob, &burn_from(&alice, 20));
    let event = response.events.last().unwrap();
    assert_eq!(attribute(event, "by"), Some(bob.as_str()));
    assert_eq!(attribute(event, "forgiven"), Some("50"));
    assert_eq!(attribute(event, "supply"), Some("50"));
    assert_eq!(world.allowance(&alice, &bob).0, 30);
    assert_eq!(world.supply(), (50, 50));
    world.ok(&alice, &burn(0));
    assert_eq!(world.supply(), (50, 50));
}

#[test]
fn burns_no_more_than_there_is() {
    let mut world = World::new();
    let (alice, bob) = (world.account("alice"), world.account("bob"));
    world.mint(&alice, 100);
    world.mint(&bob, 100);
    world.ok(&alice, &increase(&bob, 150, None));
    for (sender, msg) in [
        (&alice, burn(101)),
        (&alice, burn(u128::MAX)),
        // More than the balance, more than the allowance.
        (&bob, burn_from(&alice, 101)),
        (&bob, burn_from(&alice, 151)),
    ] {
        let error = world.refused(sender, &msg);
        let short = matches!(
            error,
            ContractError::Cw20(BaseError::Std(StdError::Overflow { .. }))
        );
        assert!(short, "{error}");
    }
    let error = world.refused(&alice, &burn_from(&bob, 1));
    assert_eq!(error, ContractError::Cw20(BaseError::NoAllowance {}));
}

#[test]
fn what_the_oracle_retires_is_not_forgiven() {
    let mut world = World::new();
    let (alice, oracle) = (world.account("alice"), world.contracts.oracle.clone());
    world.mint(&alice, 100);
    world.ok(&alice, &transfer(&oracle, 40));
    let response = world.ok(&oracle, &retire(30));
    let event = response.events.last().unwrap();
    assert_eq!(attribute(event, "action"), Some("retire"));
    assert_eq!(attribute(event, "from"), Some(oracle.as_str()));
    assert_eq!(attribute(event, "forgiven"), Some("0"));
    assert_eq!(attribute(event, "supply"), Some("70"));
    assert_eq!((world.balance(&oracle), world.supply()), (10, (70, 0)));
    // Its own alone, and not more; nothing is fine, so that no settlement is stuck.
    let error = world.refused(&oracle, &retire(11));
    let short = matches!(
        error,
        ContractError::Cw20(BaseError::Std(StdError::Overflow { .. }))
    );
    assert!(short, "{error}");
    world.ok(&oracle, &retire(0));
    // As anyone else, the oracle can burn too: that is forgiven.
    world.ok(&oracle, &burn(10));
    assert_eq!(world.supply(), (60, 10));
}

#[test]
fn the_counts_stay_in_128_bits() {
    let mut world = World::new();
    let (alice, oracle) = (world.account("alice"), world.contracts.oracle.clone());
    let full = |amount, room| ContractError::TooManyCoins {
        amount: coins(amount),
        room: coins(room),
    };
    world.mint(&alice, 5);
    let error = world.refused(&oracle, &mint(&alice, u128::MAX));
    assert_eq!(error, full(u128::MAX, u128::MAX - 5));
    assert!(error.to_string().contains("mint at most"), "{error}");
    world.mint(&alice, u128::MAX - 5);
    assert_eq!(world.supply(), (u128::MAX, 0));
    assert_eq!(world.refused(&oracle, &mint(&alice, 1)), full(1, 0));
    world.mint(&alice, 0);
    // What was forgiven makes no room, or it could not be counted in the end.
    world.ok(&alice, &burn(u128::MAX - 1));
    assert_eq!(world.supply(), (1, u128::MAX - 1));
    assert_eq!(world.refused(&oracle, &mint(&alice, 1)), full(1, 0));
    world.ok(&alice, &transfer(&oracle, 1));
    world.ok(&oracle, &retire(1));
    world.mint(&alice, 1);
    world.ok(&alice, &burn(1));
    assert_eq!(world.supply(), (0, u128::MAX));
}
