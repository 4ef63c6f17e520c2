//! The beginning, activation, ownership, migration, and funds.

use compute_api::{
    Contracts, Role,
    coin::{DECIMALS, ExecuteMsg, InstantiateMsg, MigrateMsg, QueryMsg},
};
use contract_kit::Error as KitError;
use cosmwasm_std::{
    Addr, StdError, coin as fund,
    testing::{message_info, mock_dependencies, mock_env},
};
use cw_multi_test::{App, Executor};
use cw_ownable::{Action, Ownership, OwnershipError};
use cw20::{MinterResponse, TokenInfoResponse};
use cw20_base::ContractError as BaseError;
use cw20_compute::{ContractError, contract};

use crate::{
    permissions::all,
    world::{
        Then, World, burn, code, coins, decrease, increase, instantiation, mint, send, transfer,
        transfer_from,
    },
};

fn activate(contracts: Contracts) -> ExecuteMsg {
    ExecuteMsg::Activate { contracts }
}

fn not_owner(sender: &Addr) -> ContractError {
    let sender = sender.clone();
    let role = Role::Owner;
    KitError::Unauthorized { sender, role }.into()
}

#[test]
fn begins_with_nothing() {
    let world = World::inactive();
    let token: TokenInfoResponse = world.ask(&QueryMsg::TokenInfo {});
    assert_eq!(token.name, "Minute of compute");
    assert_eq!(token.symbol, "MIN");
    assert_eq!(token.decimals, DECIMALS);
    assert_eq!(token.total_supply, coins(0));
    assert_eq!(world.supply(), (0, 0));
    let minter: Option<MinterResponse> = world.ask(&QueryMsg::Minter {});
    assert_eq!(minter, None);
    let error = world.try_ask::<Contracts>(&QueryMsg::Contracts {});
    let error = error.unwrap_err().to_string();
    assert!(error.contains("not active yet"), "{error}");
    let version = cw2::get_contract_version(&*world.storage()).unwrap();
    assert_eq!(version.contract, contract::NAME);
    assert_eq!(version.version, contract::VERSION);
    world.check();
}

#[test]
fn activates_once_and_only_with_itself() {
    let mut world = World::inactive();
    let (owner, stranger) = (world.owner.clone(), world.account("stranger"));
    let peers = world.peers();
    let wrong = [
        Contracts {
            coin: peers.market.clone(),
            market: peers.coin.clone(),
            ..peers.clone()
        },
        Contracts {
            oracle: peers.votes.clone(),
            ..peers.clone()
        },
    ];
    for contracts in wrong {
        let error = world.refused(&owner, &activate(contracts));
        assert!(
            matches!(error, ContractError::Kit(KitError::Contracts(_))),
            "{error}"
        );
    }
    for place in 0..4 {
        let mut contracts = peers.clone();
        *[
            &mut contracts.coin,
            &mut contracts.oracle,
            &mut contracts.votes,
            &mut contracts.market,
        ][place] = "nobody".into();
        let error = world.refused(&owner, &activate(contracts));
        let std = matches!(error, ContractError::Kit(KitError::Std(_)));
        assert!(std, "{error}");
    }
    let error = world.refused(&stranger, &activate(peers.clone()));
    assert_eq!(error, not_owner(&stranger));

    world.ok(&owner, &activate(peers.clone()));
    assert_eq!(world.ask::<Contracts>(&QueryMsg::Contracts {}), peers);
    let minter: Option<MinterResponse> = world.ask(&QueryMsg::Minter {});
    let oracle = MinterResponse {
        minter: peers.oracle.clone(),
        cap: None,
    };
    assert_eq!(minter, Some(oracle));
    let error = world.refused(&owner, &activate(peers));
    assert_eq!(error, KitError::AlreadyActive.into());
}

/// What moves coins does not look whether the contract is active: there are none.
#[test]
fn before_activation_nothing_moves() {
    let mut world = World::inactive();
    let (alice, bob) = (world.account("alice"), world.account("bob"));
    let (oracle, receiver) = (world.contracts.oracle.clone(), world.receiver.clone());
    let inactive = ContractError::Kit(KitError::NotActive);
    for msg in [
        mint(&alice, 1),
        mint(&alice, 0),
        burn(0),
        increase(&bob, 1, None),
        decrease(&bob, 1, None),
    ] {
        for sender in [&alice, &oracle] {
            assert_eq!(world.refused(sender, &msg), inactive, "{msg:?}");
        }
    }
    for msg in [transfer(&bob, 1), send(&receiver, 1, Then::Keep)] {
        let error = world.refused(&alice, &msg);
        let short = matches!(
            error,
            ContractError::Cw20(BaseError::Std(StdError::Overflow { .. }))
        );
        assert!(short, "{error}");
    }
    for amount in [0, 1] {
        let error = world.refused(&bob, &transfer_from(&alice, &bob, amount));
        assert_eq!(error, ContractError::Cw20(BaseError::NoAllowance {}));
    }
    // A transfer of nothing does nothing.
    world.ok(&alice, &transfer(&bob, 0));
    world.ok(&alice, &send(&receiver, 0, Then::Keep));
    assert_eq!((world.balance(&bob), world.supply()), (0, (0, 0)));
}

/// The address is known beforehand where a chain is made with instantiate2.
#[test]
fn activates_at_once_where_told() {
    let (owner, address) = {
        let world = World::inactive();
        (world.owner.clone(), world.contracts.coin.clone())
    };
    let peers = World::inactive().peers();
    let make = |contracts: Contracts| {
        let mut app = App::default();
        let code = app.store_code(code());
        let msg = InstantiateMsg {
            contracts: Some(contracts),
            ..instantiation(&owner)
        };
        let made = app.instantiate_contract(code, owner.clone(), &msg, &[], "coin", None);
        (app, made)
    };
    let (app, made) = make(peers.clone());
    assert_eq!(made.unwrap(), address);
    let query = QueryMsg::Minter {};
    let minter: Option<MinterResponse> = app.wrap().query_wasm_smart(&address, &query).unwrap();
    assert_eq!(minter.unwrap().minter, peers.oracle);
    let version = cw2::get_contract_version(&*app.contract_storage(&address)).unwrap();
    assert_eq!(version.contract, contract::NAME);
    let (_, made) = make(Contracts {
        coin: peers.oracle.clone(),
        oracle: peers.coin,
        ..peers
    });
    let error = made.unwrap_err().downcast::<ContractError>().unwrap();
    assert!(matches!(error, ContractError::Kit(KitError::Contracts(_))));
}

#[test]
fn instantiation_is_checked() {
    let mut deps = mock_dependencies();
    let owner = deps.api.addr_make("owner");
    let mut refused = |change: fn(&mut InstantiateMsg)| {
        let mut msg = instantiation(&owner);
        change(&mut msg);
        let info = message_info(&owner, &[]);
        contract::instantiate(deps.as_mut(), mock_env(), info, msg)
            .unwrap_err()
            .to_string()
    };
    for (error, why) in [
        (refused(|msg| msg.name = "ab".into()), "3-50"),
        (refused(|msg| msg.name = "a".repeat(51)), "3-50"),
        (refused(|msg| msg.symbol = "AB".into()), "symbol"),
        (refused(|msg| msg.symbol = "A1B".into()), "symbol"),
        (refused(|msg| msg.owner = "owner".into()), "bech32"),
        (
            refused(|msg| msg.marketing.as_mut().unwrap().marketing = Some("x".into())),
            "bech32",
        ),
    ] {
        assert!(error.contains(why), "{why}: {error}");
    }
    let info = message_info(&owner, &[]);
    let msg = InstantiateMsg {
        marketing: None,
        ..instantiation(&owner)
    };
    contract::instantiate(deps.as_mut(), mock_env(), info, msg).unwrap();
}

#[test]
fn takes_no_funds() {
    let world = World::new();
    let mut deps = mock_dependencies();
    let info = message_info(&world.owner, &[fund(7, "stake")]);
    let funds = ContractError::Kit(KitError::Funds(fund(7, "stake")));
    let msg = instantiation(&world.owner);
    let error = contract::instantiate(deps.as_mut(), mock_env(), info.clone(), msg);
    assert_eq!(error.unwrap_err(), funds);
    for (name, msg) in all(&world) {
        let error = contract::execute(deps.as_mut(), mock_env(), info.clone(), msg);
        assert_eq!(error.unwrap_err(), funds, "{name}");
    }
}

#[test]
fn ownership_takes_two_steps() {
    let mut world = World::new();
    let (owner, next) = (world.owner.clone(), world.account("next"));
    let ownership = |world: &World| world.ask::<Ownership<Addr>>(&QueryMsg::Ownership {});
    let update = |action| ExecuteMsg::UpdateOwnership(action);
    let offer = update(Action::TransferOwnership {
        new_owner: next.to_string(),
        expiry: None,
    });
    let accept = update(Action::AcceptOwnership);
    let error = world.refused(&next, &accept);
    assert_eq!(error, OwnershipError::TransferNotFound.into());
    let error = world.refused(&next, &offer);
    assert_eq!(error, OwnershipError::NotOwner.into());
    let response = world.ok(&owner, &offer);
    let told = |key| compute_api::events::attribute(response.events.last().unwrap(), key);
    assert_eq!(told("owner"), Some(owner.as_str()));
    assert_eq!(told("pending_owner"), Some(next.as_str()));
    assert_eq!(ownership(&world).owner, Some(owner.clone()));
    assert_eq!(ownership(&world).pending_owner, Some(next.clone()));
    let error = world.refused(&owner, &accept);
    assert_eq!(error, OwnershipError::NotPendingOwner.into());
    world.ok(&next, &accept);
    assert_eq!(ownership(&world).owner, Some(next.clone()));
    let error = world.refused(&owner, &update(Action::RenounceOwnership));
    assert_eq!(error, OwnershipError::NotOwner.into());
    world.ok(&next, &update(Action::RenounceOwnership));
    assert_eq!(ownership(&world).owner, None);
    let contracts = world.peers();
    let error = world.refused(&next, &activate(contracts));
    assert_eq!(error, not_owner(&next));
}

#[test]
fn the_next_owner_can_activate() {
    let mut world = World::inactive();
    let (owner, next) = (world.owner.clone(), world.account("next"));
    let offer = Action::TransferOwnership {
        new_owner: next.to_string(),
        expiry: None,
    };
    world.ok(&owner, &ExecuteMsg::UpdateOwnership(offer));
    world.ok(&next, &ExecuteMsg::UpdateOwnership(Action::AcceptOwnership));
    let contracts = world.peers();
    let error = world.refused(&owner, &activate(contracts.clone()));
    assert_eq!(error, not_owner(&owner));
    world.ok(&next, &activate(contracts));
}

#[test]
fn migrates_its_own_older_versions() {
    let mut world = World::new();
    let (owner, coin) = (world.owner.clone(), world.contracts.coin.clone());
    let mut migrate = |name: &str, version: &str| {
        let mut storage = world.app.contract_storage_mut(&coin);
        cw2::set_contract_version(&mut *storage, name, version).unwrap();
        drop(storage);
        let msg = MigrateMsg {};
        let done = world
            .app
            .migrate_contract(owner.clone(), coin.clone(), &msg, 1);
        let storage = world.app.contract_storage(&coin);
        let after = cw2::get_contract_version(&*storage).unwrap().version;
        done.map(|_| after)
            .map_err(|error| error.downcast::<ContractError>().unwrap().to_string())
    };
    let now = contract::VERSION.to_owned();
    assert_eq!(migrate(contract::NAME, "0.0.9"), Ok(now.clone()));
    assert_eq!(migrate(contract::NAME, contract::VERSION), Ok(now));
    let error = migrate(contract::NAME, "10.0.0").unwrap_err();
    assert!(error.contains("newer"), "{error}");
    let error = migrate("crates.io:cw20-base", "0.0.1").unwrap_err();
    assert!(error.contains("Cannot migrate from"), "{error}");
}
