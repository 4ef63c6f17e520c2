//! Activation, ownership, changes of parameters, migration.

use compute_api::{
    Contracts,
    market::{Change, ExecuteMsg, InstantiateMsg, MigrateMsg, Params, QueryMsg},
    timelock::AnnouncedResponse,
};
use cosmwasm_std::{Addr, coins as native};
use cw_multi_test::{App, Executor};

use crate::world::{Builder, World, coins, market_code, params, refused};

#[test]
fn before_activation_nothing_works() {
    let mut world = Builder::default().inactive().build();
    refused(world.anyone(&ExecuteMsg::Tick {}), "not active yet");
    let answer = world.query::<Contracts>(&QueryMsg::Contracts {});
    assert!(answer.unwrap_err().to_string().contains("not active"));
}

#[test]
fn activates_once_and_only_with_itself() {
    let mut world = Builder::default().inactive().build();
    let owner = world.owner.clone();
    let good = world.contracts();
    let mut elsewhere = good.clone();
    elsewhere.market = world.stranger.to_string();
    let mut twice = good.clone();
    twice.votes.clone_from(&good.coin);
    for (contracts, why) in [
        (elsewhere, "in the place of this contract"),
        (twice, "twice"),
    ] {
        refused(
            world.execute(&owner, &ExecuteMsg::Activate { contracts }),
            why,
        );
    }
    let activate = ExecuteMsg::Activate {
        contracts: good.clone(),
    };
    refused(world.anyone(&activate), "it takes the owner");
    world.ok(&owner, &activate);
    assert_eq!(
        world.query::<Contracts>(&QueryMsg::Contracts {}).unwrap(),
        good
    );
    refused(
        world.execute(&owner, &activate),
        "has been activated before",
    );
}

/// Instantiates the market as the first contract of a chain, whose address is the same on
/// every chain that is made so.
fn first_contract(contracts: Option<Contracts>) -> (App, anyhow::Result<Addr>) {
    let mut app = App::default();
    let owner = app.api().addr_make("owner");
    let code = app.store_code(market_code());
    let msg = InstantiateMsg {
        owner: owner.to_string(),
        params: params(),
        contracts,
    };
    let market = app.instantiate_contract(code, owner, &msg, &[], "market", None);
    (app, market)
}

#[test]
fn activates_at_once_where_told() {
    let (app, market) = first_contract(None);
    let named = |name: &str| app.api().addr_make(name).to_string();
    let contracts = Contracts {
        coin: named("coin"),
        oracle: named("oracle"),
        votes: named("votes"),
        market: market.unwrap().to_string(),
    };
    let (app, market) = first_contract(Some(contracts.clone()));
    let query = QueryMsg::Contracts {};
    let known: Contracts = app
        .wrap()
        .query_wasm_smart(market.unwrap(), &query)
        .unwrap();
    assert_eq!(known, contracts);
    let elsewhere = Contracts {
        market: named("elsewhere"),
        ..contracts
    };
    let (_, refused) = first_contract(Some(elsewhere));
    assert!(format!("{:?}", refused.unwrap_err()).contains("in the place of this contract"));
}

#[test]
fn takes_no_funds() {
    let mut world = World::new();
    let owner = world.owner.clone();
    world.app.init_modules(|router, _, storage| {
        router
            .bank
            .init_balance(storage, &owner, native(5, "utest"))
            .unwrap();
    });
    let market = world.market.clone();
    let outcome =
        world
            .app
            .execute_contract(owner, market, &ExecuteMsg::Tick {}, &native(5, "utest"));
    assert!(format!("{:?}", outcome.unwrap_err()).contains("takes no funds"));
}

fn announced(world: &World) -> AnnouncedResponse<Change> {
    let query = QueryMsg::Announced {
        start_after: None,
        limit: None,
    };
    world.query(&query).unwrap()
}

#[test]
fn parameters_change_after_the_timelock() {
    let mut world = World::new();
    let owner = world.owner.clone();
    let mut next = params();
    next.batches.samples = 7;
    let announce = ExecuteMsg::Announce {
        change: Change::Params(next.clone()),
    };
    world.ok(&owner, &announce);
    let waiting = announced(&world).announced;
    assert_eq!(
        (waiting[0].id, waiting[0].ready_at),
        (1, world.now() + 7 * 86_400)
    );
    let apply = ExecuteMsg::Apply { id: 1 };
    world.until(waiting[0].ready_at - 1);
    refused(world.anyone(&apply), "cannot be before");
    world.pass(1, 1);
    world.anyone(&apply).unwrap();
    assert_eq!(world.params(), next);
    refused(world.anyone(&apply), "no announced change 1");
    assert_eq!(announced(&world).announced, []);

    world.ok(&owner, &announce);
    world.ok(&owner, &ExecuteMsg::Cancel { id: 2 });
    refused(
        world.anyone(&ExecuteMsg::Apply { id: 2 }),
        "no announced change 2",
    );
    next.batches.samples = 65;
    let bad = ExecuteMsg::Announce {
        change: Change::Params(next),
    };
    refused(world.execute(&owner, &bad), "batches.samples is 65");
}

#[test]
fn what_an_order_and_a_slot_have_taken_stays_with_them() {
    let mut world = World::new();
    let order = world.open_pay();
    let work = world.work(order, 0, &[0]);
    let batch = world.commit(&work);
    world.seal_in_time(1);
    let open_until = world.batch(batch).open_until;
    world.set_params(|params| {
        params.batches.samples = 9;
        params.batches.window.seconds = 1_000_000;
        params.batches.challenge_one_in = 1_000_000;
    });
    world.draw_in_time(1);
    assert_eq!(world.batch(batch).open_until, open_until);
    assert_eq!(world.order(order).samples, 4);
    world.prove(batch, &work).unwrap();
}

#[test]
fn ownership_takes_two_steps() {
    use cw_ownable::Action;
    let mut world = World::new();
    let (owner, next) = (world.owner.clone(), world.account("next"));
    let offer = Action::TransferOwnership {
        new_owner: next.to_string(),
        expiry: None,
    };
    world.ok(&owner, &ExecuteMsg::UpdateOwnership(offer));
    let announce = ExecuteMsg::Announce {
        change: Change::Params(params()),
    };
    refused(world.execute(&next, &announce), "it takes the owner");
    world.ok(&next, &ExecuteMsg::UpdateOwnership(Action::AcceptOwnership));
    refused(world.execute(&owner, &announce), "it takes the owner");
    world.ok(&next, &announce);
    let known: cw_ownable::Ownership<cosmwasm_std::Addr> =
        world.query(&QueryMsg::Ownership {}).unwrap();
    assert_eq!(known.owner, Some(next));
}

#[test]
fn the_owner_has_no_way_to_any_coin() {
    // All that it may send, with an order of somebody else's.
    let mut world = World::new();
    let order = world.open_pay();
    let owner = world.owner.clone();
    let before = world.holdings();
    for msg in [
        ExecuteMsg::CancelOrder { order },
        ExecuteMsg::CloseOrder { order },
        ExecuteMsg::EndOrder { order },
        ExecuteMsg::Activate {
            contracts: world.contracts(),
        },
    ] {
        assert!(world.execute(&owner, &msg).is_err());
    }
    assert_eq!(world.holdings(), before);
    assert_eq!(world.balance(&owner), 0);
}

#[test]
fn migrates_its_own_older_versions() {
    let mut world = World::new();
    let order = world.open_pay();
    let before = world.order(order);
    let (owner, market, code) = (world.owner.clone(), world.market.clone(), world.market_code);
    world
        .app
        .migrate_contract(owner.clone(), market.clone(), &MigrateMsg {}, code)
        .unwrap();
    assert_eq!(world.order(order), before);
    for (name, version) in [("ballast:compute-market", "99.0.0"), ("other", "0.0.1")] {
        let mut storage = world.app.contract_storage_mut(&market);
        cw2::set_contract_version(&mut *storage, name, version).unwrap();
        drop(storage);
        let outcome =
            world
                .app
                .migrate_contract(owner.clone(), market.clone(), &MigrateMsg {}, code);
        assert!(outcome.is_err(), "{name} {version}");
    }
}

#[test]
fn production_parameters_are_within_bounds() {
    compute_market::params::validate(&Params::production()).unwrap();
}

/// Each of these is refused, and names what is wrong.
#[test]
fn bounds_of_parameters() {
    type Case = (&'static str, fn(&mut Params));
    let cases: Vec<Case> = vec![
        ("orders.min_pay", |x| x.orders.min_pay = coins(0)),
        ("orders.min_price_bps", |x| x.orders.min_price_bps = 0),
        ("orders.min_price_bps", |x| {
            x.orders.min_price_bps = 1_000_001
        }),
        ("orders.max_price_bps", |x| {
            x.orders.max_price_bps = 1_000_001
        }),
        ("orders.max_life", |x| x.orders.max_life = 0),
        ("orders.commit_within", |x| {
            x.orders.commit_within.seconds = 0
        }),
        ("orders.commit_within", |x| {
            x.orders.commit_within.blocks = 0
        }),
        ("orders.cap_period", |x| x.orders.cap_period = 0),
        ("redemptions.min_amount", |x| {
            x.redemptions.min_amount = coins(0)
        }),
        ("redemptions.pace_bps", |x| x.redemptions.pace_bps = 0),
        ("redemptions.pace_bps", |x| x.redemptions.pace_bps = 10_001),
        ("redemptions.slack", |x| {
            x.redemptions.slack.seconds = 315_360_001
        }),
        ("batches.slot", |x| x.batches.slot = 0),
        ("batches.draw_after", |x| x.batches.draw_after = 0),
        ("batches.late_after", |x| x.batches.late_after = 0),
        ("batches.post_within", |x| x.batches.post_within.blocks = 0),
        ("batches.max_seals", |x| x.batches.max_seals = 0),
        ("batches.max_seals", |x| x.batches.max_seals = 1_001),
        ("batches.challenge_one_in", |x| {
            x.batches.challenge_one_in = 0
        }),
        ("batches.challenge_one_in", |x| {
            x.batches.challenge_one_in = 1_000_001
        }),
        ("batches.samples", |x| x.batches.samples = 65),
        ("batches.min_samples", |x| x.batches.min_samples = 0),
        ("batches.max_samples", |x| x.batches.max_samples = 65),
        ("batches.prove_within", |x| {
            x.batches.prove_within.seconds = 0
        }),
        ("batches.window", |x| x.batches.window.blocks = 0),
        ("batches.window.seconds", |x| {
            x.batches.window.seconds = 7_199
        }),
        ("batches.exposure_factor", |x| x.batches.exposure_factor = 0),
        ("demands.per_batch", |x| x.demands.per_batch = 5),
        ("demands.bond", |x| x.demands.bond = coins(0)),
        ("demands.answer_within", |x| {
            x.demands.answer_within.blocks = 0
        }),
        ("demands.react_within", |x| {
            x.demands.react_within.seconds = 86_401
        }),
        ("demands.react_within.blocks", |x| {
            x.demands.react_within.blocks = 2_001
        }),
        ("demands.max_nodes", |x| x.demands.max_nodes = 0),
        ("demands.max_nodes", |x| x.demands.max_nodes = 4_097),
        ("split.worker_bps", |x| x.split.worker_bps = 10_001),
        ("split.coordinator_bps", |x| x.split.coordinator_bps = 1_501),
        ("split.fee_coordinator_bps", |x| {
            x.split.fee_coordinator_bps = 10_001
        }),
        ("split.compensation_bps", |x| {
            x.split.compensation_bps = 10_001
        }),
        ("halts.block_seconds", |x| x.halts.block_seconds = 0),
        ("halts.commit_within", |x| x.halts.commit_within = 0),
        ("timelock", |x| x.timelock = 0),
        ("timelock", |x| x.timelock = 315_360_001),
    ];
    for (what, change) in cases {
        let mut changed = params();
        change(&mut changed);
        let error = compute_market::params::validate(&changed).unwrap_err();
        assert!(error.to_string().starts_with(what), "{what}: {error}");
    }
    compute_market::params::validate(&params()).unwrap();
}
