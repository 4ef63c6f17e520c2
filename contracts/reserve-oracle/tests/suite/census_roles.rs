//! Who may send what, and how the contract begins.

use compute_api::{
    Contracts, Role,
    oracle::{ExecuteMsg, QueryMsg, Trust, events::OracleEvent},
};
use cosmwasm_std::{Empty, coins};
use cw_multi_test::Executor;
use cw_ownable::{Action, Ownership};
use reserve_oracle::ContractError;

use super::{
    messages,
    world::{BOND_DENOM, Builder, World, assert_refused, events, identity, oracle_code, tiers},
};

fn unauthorized(done: &Result<cw_multi_test::AppResponse, ContractError>) -> bool {
    matches!(done, Err(ContractError::Unauthorized { .. }))
}

#[test]
fn before_activation_only_the_owners_own_work() {
    let mut world = Builder::default().inactive().build();
    for msg in messages::all(&world) {
        let works = matches!(
            msg,
            ExecuteMsg::Activate { .. }
                | ExecuteMsg::UpdateOwnership(_)
                | ExecuteMsg::Announce { .. }
                | ExecuteMsg::Apply { .. }
                | ExecuteMsg::Cancel { .. }
        );
        for sender in [
            world.stranger(),
            world.guardian.clone(),
            world.votes.clone(),
        ] {
            let done = world.execute(&sender, &msg);
            let refused = matches!(done, Err(ContractError::NotActive));
            assert_eq!(refused, !works, "{sender}: {msg:?}");
        }
    }
    let contracts = world.query::<Contracts>(&QueryMsg::Contracts {});
    assert!(contracts.is_err());
}

#[test]
fn funds_come_with_a_bond_only() {
    let mut world = World::new();
    let stranger = world.stranger();
    let funds = coins(1, BOND_DENOM);
    world.fund(&stranger, coins(100, BOND_DENOM)[0].clone());
    for msg in messages::all(&world) {
        if msg.role() != Role::Anyone || matches!(msg, ExecuteMsg::PostBond { .. }) {
            continue;
        }
        let done = world.execute_with(&stranger, &msg, &funds);
        assert_refused(done, "takes no funds");
    }
}

#[test]
fn activation_is_once_and_by_the_owner() {
    let mut world = Builder::default().inactive().build();
    let owner = world.owner.clone();
    let right = world.contracts();
    let activate = |contracts: &Contracts| ExecuteMsg::Activate {
        contracts: contracts.clone(),
    };
    for sender in [world.stranger(), world.guardian.clone()] {
        let done = world.execute(&sender, &activate(&right));
        assert!(unauthorized(&done));
    }
    let elsewhere = Contracts {
        oracle: world.market.to_string(),
        ..right.clone()
    };
    assert_refused(
        world.execute(&owner, &activate(&elsewhere)),
        "in the place of this contract",
    );
    for twice in [
        Contracts {
            market: right.coin.clone(),
            ..right.clone()
        },
        Contracts {
            votes: right.oracle.clone(),
            ..right.clone()
        },
        Contracts {
            coin: right.votes.clone(),
            ..right.clone()
        },
    ] {
        assert_refused(world.execute(&owner, &activate(&twice)), "is there twice");
    }
    let invalid = Contracts {
        coin: "nobody".to_owned(),
        ..right.clone()
    };
    assert!(world.execute(&owner, &activate(&invalid)).is_err());
    let done = world.execute(&owner, &activate(&right)).unwrap();
    assert!(matches!(
        &events(&done)[..],
        [OracleEvent::Activated { tier, time, .. }] if tier == "small" && *time == world.now()
    ));
    let again = world.execute(&owner, &activate(&right));
    assert!(matches!(again, Err(ContractError::AlreadyActive)));
}

#[test]
fn instantiation_checks_the_beacon_and_the_tier() {
    let mut world = World::new();
    let code = world.app.store_code(oracle_code());
    let (owner, guardian) = (world.owner.clone(), world.guardian.clone());
    let right = || Builder::default().message(&owner, &guardian);
    let mut make = |msg: &compute_api::oracle::InstantiateMsg| {
        let made = world
            .app
            .instantiate_contract(code, owner.clone(), msg, &[], "x", None);
        made.map_err(|error| error.downcast::<ContractError>().unwrap().to_string())
    };
    make(&right()).unwrap();
    let mut infinity = vec![0; 96];
    infinity[0] = 0xc0;
    for (key, words) in [
        (vec![0x80; 95], "95 bytes"),
        (vec![], "0 bytes"),
        (infinity, "beacon network's key"),
    ] {
        let mut msg = right();
        msg.beacon.public_key = key.into();
        assert!(make(&msg).unwrap_err().contains(words), "{words}");
    }
    let mut msg = right();
    msg.beacon.period = 0;
    assert!(make(&msg).unwrap_err().contains("beacon period"));
    let mut msg = right();
    msg.mainstream = "unheard of".to_owned();
    assert_eq!(make(&msg).unwrap_err(), "there is no tier unheard of");
    for break_it in [
        |msg: &mut compute_api::oracle::InstantiateMsg| msg.owner = "x".to_owned(),
        |msg: &mut compute_api::oracle::InstantiateMsg| msg.guardian = "x".to_owned(),
    ] {
        let mut msg = right();
        break_it(&mut msg);
        assert!(make(&msg).is_err());
    }
    let other = Builder::default()
        .with_trust(Trust::Operator)
        .with_tiers(tiers(), "large");
    make(&other.message(&owner, &guardian)).unwrap();
    // Not its own address.
    let mut msg = right();
    msg.contracts = Some(Contracts {
        coin: owner.to_string(),
        oracle: guardian.to_string(),
        votes: owner.to_string(),
        market: guardian.to_string(),
    });
    assert!(
        make(&msg)
            .unwrap_err()
            .contains("in the place of this contract")
    );
}

#[test]
fn the_owner_hands_over() {
    let mut world = World::new();
    let (owner, new) = (world.owner.clone(), world.stranger());
    let transfer = ExecuteMsg::UpdateOwnership(Action::TransferOwnership {
        new_owner: new.to_string(),
        expiry: None,
    });
    assert!(matches!(
        world.anyone(&transfer),
        Err(ContractError::Ownership(_))
    ));
    world.execute(&owner, &transfer).unwrap();
    world
        .anyone(&ExecuteMsg::UpdateOwnership(Action::AcceptOwnership))
        .unwrap();
    let ownership: Ownership<String> = world.query(&QueryMsg::Ownership {}).unwrap();
    assert_eq!(ownership.owner, Some(new.to_string()));
    let admit = ExecuteMsg::AdmitIssuer {
        issuer: owner.to_string(),
        identity: identity("Another"),
    };
    assert!(unauthorized(&world.execute(&owner, &admit)));
    world.anyone(&admit).unwrap();
}

#[test]
fn it_migrates_from_itself() {
    let mut world = World::new();
    let code = world.app.store_code(oracle_code());
    // Nobody is admin of the test's contract, so the entry point alone is tried.
    let (owner, oracle) = (world.owner.clone(), world.oracle.clone());
    assert!(
        world
            .app
            .migrate_contract(owner, oracle, &Empty {}, code)
            .is_err()
    );
    let mut deps = cosmwasm_std::testing::mock_dependencies();
    let env = cosmwasm_std::testing::mock_env();
    let migrate = |deps: cosmwasm_std::DepsMut, env| {
        reserve_oracle::contract::migrate(deps, env, compute_api::oracle::MigrateMsg {})
    };
    assert!(migrate(deps.as_mut(), env.clone()).is_err());
    let name = reserve_oracle::contract::CONTRACT_NAME;
    for (name, version, works) in [
        (name, "0.0.1", true),
        (name, reserve_oracle::contract::CONTRACT_VERSION, true),
        (name, "99.0.0", false),
        ("another", "0.0.1", false),
    ] {
        cw2::set_contract_version(deps.as_mut().storage, name, version).unwrap();
        let done = migrate(deps.as_mut(), env.clone());
        assert_eq!(done.is_ok(), works, "{name} {version}");
    }
}
