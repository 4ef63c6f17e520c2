//! Activation, parameters, migration.

use compute_api::{
    Contracts,
    timelock::AnnouncedResponse,
    votes::{Change, ExecuteMsg, InstantiateMsg, Params, QueryMsg},
};
use cosmwasm_std::{
    Decimal, Uint128, coins as funds,
    testing::{message_info, mock_dependencies, mock_env},
};
use cw_multi_test::Executor;
use staking_votes::{contract, params::validate};

use crate::{
    chain::{Chain, PERIOD, PURSE, TIMELOCK, UNBONDING},
    setup::{coins, params},
};

fn announce(params: Params) -> ExecuteMsg {
    ExecuteMsg::Announce {
        change: Change::Params(params),
    }
}

#[test]
fn activates_once_and_only_with_itself() {
    let mut chain = Chain::inactive();
    let owner = chain.owner.clone();
    let peers = chain.peers();
    for (contracts, why) in [
        (
            Contracts {
                votes: peers.market.clone(),
                market: peers.votes.clone(),
                ..peers.clone()
            },
            "is in the place of this contract",
        ),
        (
            Contracts {
                coin: peers.oracle.clone(),
                ..peers.clone()
            },
            "is there twice",
        ),
        (
            Contracts {
                market: "nonsense".into(),
                ..peers.clone()
            },
            "Error decoding bech32",
        ),
    ] {
        let error = chain.refused(&owner, &ExecuteMsg::Activate { contracts });
        assert!(error.contains(why), "{error}");
    }
    assert!(chain.try_ask::<Contracts>(&QueryMsg::Contracts {}).is_err());
    chain.activate();
    assert_eq!(chain.ask::<Contracts>(&QueryMsg::Contracts {}), peers);
    let again = ExecuteMsg::Activate { contracts: peers };
    assert!(chain.refused(&owner, &again).contains("activated before"));
}

#[test]
fn parameters_change_after_the_timelock() {
    let mut chain = Chain::new();
    let owner = chain.owner.clone();
    let other = Params {
        bounty: Decimal::percent(3),
        timelock: 7,
        ..params()
    };
    chain.ok(&owner, &announce(other.clone()));
    chain.ok(&owner, &announce(params()));
    chain.ok(&owner, &announce(params()));
    let query = QueryMsg::Announced {
        start_after: Some(1),
        limit: Some(1),
    };
    let page: AnnouncedResponse<Change> = chain.ask(&query);
    assert_eq!(page.announced[0].id, 2);
    assert_eq!(page.announced[0].ready_at, chain.now() + TIMELOCK);
    chain.ok(&owner, &ExecuteMsg::Cancel { id: 2 });
    let anyone = chain.account("anyone");
    chain.wait(TIMELOCK - 1);
    let apply = ExecuteMsg::Apply { id: 1 };
    assert!(chain.refused(&anyone, &apply).contains("cannot be before"));
    chain.wait(1);
    chain.ok(&anyone, &apply);
    assert_eq!(chain.ask::<Params>(&QueryMsg::Params {}), other);
    for id in [1, 2] {
        let error = chain.refused(&anyone, &ExecuteMsg::Apply { id });
        assert!(error.contains("no announced change"), "{error}");
    }
    // Unbonding pools are numbered by it.
    let other = Params {
        unbonding_period: UNBONDING,
        ..params()
    };
    let error = chain.refused(&owner, &announce(other));
    assert!(error.contains("for good"), "{error}");
}

#[test]
fn a_change_of_the_unbonding_time_moves_nobodys_free_at() {
    let mut chain = Chain::new();
    let (key, _) = chain.miner("one", 10_000);
    let (owner, voter, other) = (
        chain.owner.clone(),
        chain.account("voter"),
        chain.account("other"),
    );
    chain.vote(&voter, &key, 1_000);
    chain.vote(&other, &key, 1_000);
    for unbonding in [100, UNBONDING] {
        chain.ok(
            &owner,
            &announce(Params {
                unbonding,
                ..params()
            }),
        );
    }
    chain.wait(TIMELOCK + PERIOD - chain.now() % PERIOD);
    let claim = ExecuteMsg::Claim { limit: None };
    chain.ok(&voter, &crate::votes::unvote(&key, Some(600)));
    let long = chain.now() + PERIOD + UNBONDING;

    // Shorter from here on, but not for the pool of this period.
    chain.ok(&owner, &ExecuteMsg::Apply { id: 1 });
    chain.ok(&other, &crate::votes::unvote(&key, Some(600)));
    chain.wait(PERIOD);
    chain.ok(&voter, &crate::votes::unvote(&key, Some(100)));
    let short = chain.now() + PERIOD + 100;
    // Longer again: who opened the pool has fixed its time.
    chain.ok(&owner, &ExecuteMsg::Apply { id: 2 });
    chain.ok(&other, &crate::votes::unvote(&key, Some(100)));
    chain.wait(short - chain.now() - 1);
    chain.refused(&voter, &claim);
    chain.wait(1);
    // A later one that is free is paid before an older that is not.
    for who in [&voter, &other] {
        chain.ok(who, &claim);
        assert_eq!(chain.balance(who).u128(), PURSE - 1_000 + 100);
        chain.refused(who, &claim);
    }
    chain.fault(&key, crate::setup::fault("fraud"), None);
    chain.wait(long - chain.now());
    for who in [&voter, &other] {
        chain.ok(who, &claim);
        assert_eq!(chain.balance(who).u128(), PURSE - 1_000 + 100 + 120);
    }
}

#[test]
fn productions_parameters_are_within_bounds() {
    let production = Params::production();
    assert_eq!(validate(&production), Ok(()));
    // Who does not agree to a change can leave before it counts.
    assert!(production.timelock > production.unbonding + production.unbonding_period);
}

#[test]
fn parameters_have_bounds() {
    let wrong = |change: fn(&mut Params)| {
        let mut wrong = params();
        change(&mut wrong);
        validate(&wrong).unwrap_err().to_string()
    };
    assert_eq!(validate(&params()), Ok(()));
    for (error, what) in [
        (wrong(|p| p.miner_bond = Uint128::zero()), "miner_bond"),
        (
            wrong(|p| p.coordinator_bond = Uint128::zero()),
            "coordinator_bond",
        ),
        (wrong(|p| p.unbonding_period = 0), "unbonding_period"),
        (wrong(|p| p.commission_period = 0), "commission_period"),
        (wrong(|p| p.timelock = 0), "timelock"),
        (wrong(|p| p.timelock = 1 << 40), "timelock"),
        (wrong(|p| p.unbonding = 0), "unbonding in periods"),
        (wrong(|p| p.unbonding = 2_200), "unbonding in periods"),
        (wrong(|p| p.unbonding = 2_050), "multiple"),
        (
            wrong(|p| p.max_commission = Decimal::percent(101)),
            "max_commission",
        ),
        (wrong(|p| p.bounty = Decimal::percent(51)), "bounty"),
        (wrong(|p| p.faults.fraud = Decimal::percent(101)), "fraud"),
        (
            wrong(|p| p.faults.fraud = Decimal::percent(4)),
            "unproven.slash",
        ),
        (
            wrong(|p| p.faults.missed.slash = Decimal::percent(6)),
            "missed.slash",
        ),
        (
            wrong(|p| p.faults.unanswered.slash = Decimal::percent(101)),
            "unanswered.slash",
        ),
        (wrong(|p| p.faults.unproven.jail = 1 << 40), "unproven.jail"),
    ] {
        assert!(error.contains(what), "{what}: {error}");
    }
}

#[test]
fn takes_no_funds_and_activates_at_once_where_told() {
    let mut deps = mock_dependencies();
    let mut env = mock_env();
    let address = |name: &str| deps.api.addr_make(name);
    let (owner, votes) = (address("owner"), address("votes"));
    let contracts = Contracts {
        coin: address("coin").to_string(),
        oracle: address("oracle").to_string(),
        votes: votes.to_string(),
        market: address("market").to_string(),
    };
    env.contract.address = votes;
    let msg = InstantiateMsg {
        owner: owner.to_string(),
        params: params(),
        contracts: Some(contracts),
    };
    let info = message_info(&owner, &[]);
    contract::instantiate(deps.as_mut(), env.clone(), info, msg).unwrap();
    let claim = ExecuteMsg::Claim { limit: None };
    let info = message_info(&owner, &funds(1, "stake"));
    let error = contract::execute(deps.as_mut(), env.clone(), info, claim.clone());
    assert!(
        error
            .unwrap_err()
            .to_string()
            .contains("1stake came with a message")
    );
    let info = message_info(&owner, &[]);
    let error = contract::execute(deps.as_mut(), env.clone(), info, claim).unwrap_err();
    assert_ne!(error, contract_kit::Error::NotActive.into());
    // A forged coin of none.
    let mut migrate = |name: &str, version: &str| {
        cw2::set_contract_version(deps.as_mut().storage, name, version).unwrap();
        let msg = compute_api::votes::MigrateMsg {};
        contract::migrate(deps.as_mut(), env.clone(), msg).map_err(|error| error.to_string())
    };
    assert!(migrate(contract::NAME, "0.0.9").is_ok());
    assert!(migrate(contract::NAME, contract::VERSION).is_ok());
    let newer = migrate(contract::NAME, "10.0.0").unwrap_err();
    assert!(newer.contains("newer version"), "{newer}");
    let other = migrate("ballast:other", "0.0.1").unwrap_err();
    assert!(other.contains("ballast:other"), "{other}");
}

#[test]
fn a_raised_bond_counts_from_the_next_change_of_stake() {
    let mut chain = Chain::new();
    let (key, _) = chain.miner("one", 1_000);
    let (owner, voter) = (chain.owner.clone(), chain.account("voter"));
    chain.ok(
        &owner,
        &announce(Params {
            miner_bond: coins(1_001),
            ..params()
        }),
    );
    chain.wait(TIMELOCK);
    chain.ok(&owner, &ExecuteMsg::Apply { id: 1 });
    assert_eq!(chain.show(&key).active_stake.u128(), 1_000);
    chain.vote(&voter, &key, 1);
    assert_eq!(chain.show(&key).active_stake.u128(), 0);
    let votes = chain.contracts.votes.clone();
    let migrate = compute_api::votes::MigrateMsg {};
    chain
        .app
        .migrate_contract(owner, votes, &migrate, 3)
        .unwrap();
}
