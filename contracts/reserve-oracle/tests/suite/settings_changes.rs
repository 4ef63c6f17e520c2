//! Changes of parameters, tiers and guardian: announced, then applied by anyone.

use compute_api::{
    oracle::{Change, ExecuteMsg, Params, QueryMsg, TiersResponse, events::OracleEvent},
    timelock::{Announced, AnnouncedResponse},
};
use cosmwasm_std::{Addr, Uint128, coin};
use cw_multi_test::AppResponse;
use reserve_oracle::ContractError;

use super::world::{Builder, World, assert_refused, events, params, tiers};

const DAY: u64 = 86_400;

fn apply(world: &mut World, id: u64) -> Result<AppResponse, ContractError> {
    world.anyone(&ExecuteMsg::Apply { id })
}

fn cancel(world: &mut World, id: u64) -> Result<AppResponse, ContractError> {
    world.execute(&world.guardian.clone(), &ExecuteMsg::Cancel { id })
}

fn announced(
    world: &World,
    start_after: Option<u64>,
    limit: Option<u32>,
) -> Vec<Announced<Change>> {
    let query = QueryMsg::Announced { start_after, limit };
    world
        .query::<AnnouncedResponse<Change>>(&query)
        .unwrap()
        .announced
}

fn applied(id: u64, change: &str, bond_per_coin: u128, horizon: u64) -> [OracleEvent; 1] {
    [OracleEvent::Applied {
        id,
        change: change.to_owned(),
        bond_per_coin: Uint128::new(bond_per_coin),
        horizon,
    }]
}

fn guardian(name: &Addr) -> Change {
    Change::Guardian(name.to_string())
}

#[test]
fn a_change_waits_for_the_timelock_and_anyone_applies_it() {
    let mut world = World::new();
    let mut next = params();
    next.reserve.bond_per_coin = coin(7, "ubond");
    next.reserve.horizon = 5 * DAY;
    next.timelock = 1;
    let ready = world.now() + 3 * DAY;
    let done = world.announce(Change::Params(next.clone())).unwrap();
    assert_eq!(
        events(&done),
        [OracleEvent::Announced {
            id: 1,
            change: "params".to_owned(),
            ready_at: ready
        }]
    );
    world.at(ready - 1);
    assert_refused(apply(&mut world, 1), &format!("cannot be before {ready}"));
    assert_eq!(
        world.query::<Params>(&QueryMsg::Params {}).unwrap(),
        params()
    );
    world.at(ready);
    let done = apply(&mut world, 1).unwrap();
    assert_eq!(events(&done), applied(1, "params", 7, 5 * DAY));
    assert_eq!(world.query::<Params>(&QueryMsg::Params {}).unwrap(), next);
    assert_refused(apply(&mut world, 1), "there is no announced change 1");
    // The new timelock is that of the next change.
    let done = world.announce(Change::Tiers(tiers())).unwrap();
    let ready_at = world.now() + 1;
    assert_eq!(
        events(&done),
        [OracleEvent::Announced {
            id: 2,
            change: "tiers".to_owned(),
            ready_at
        }]
    );
}

#[test]
fn the_guardian_is_changed_like_everything_else() {
    let mut world = World::new();
    let (before, next) = (world.guardian.clone(), world.stranger());
    world.announce(guardian(&next)).unwrap();
    assert!(world.announce(Change::Guardian("x".to_owned())).is_err());
    world.after(3 * DAY);
    let done = apply(&mut world, 1).unwrap();
    assert_eq!(events(&done), applied(1, "guardian", 1_000, 30 * DAY));
    assert_eq!(world.query::<Addr>(&QueryMsg::Guardian {}).unwrap(), next);
    let veto = ExecuteMsg::VetoReindex {};
    assert_refused(
        world.execute(&before, &veto),
        "may not send this: it takes the guardian",
    );
    assert_refused(world.execute(&next, &veto), "no re-index is proposed");
}

#[test]
fn owner_and_guardian_take_changes_back() {
    let mut world = World::new();
    let (stranger, owner) = (world.stranger(), world.owner.clone());
    for _ in 0..3 {
        world.announce(guardian(&stranger)).unwrap();
    }
    let done = cancel(&mut world, 2).unwrap();
    assert_eq!(events(&done), [OracleEvent::Cancelled { id: 2 }]);
    assert_refused(cancel(&mut world, 2), "there is no announced change 2");
    assert_refused(cancel(&mut world, 4), "there is no announced change 4");
    world.after(3 * DAY);
    world
        .execute(&owner, &ExecuteMsg::Cancel { id: 3 })
        .unwrap();
    for id in [0, 2, 3] {
        assert_refused(apply(&mut world, id), "there is no announced change");
    }
    apply(&mut world, 1).unwrap();
    // Numbers are not used again.
    world.announce(guardian(&stranger)).unwrap();
    assert_eq!(announced(&world, None, None)[0].id, 4);
}

#[test]
fn announced_changes_are_listed_by_number() {
    let mut world = World::new();
    let stranger = world.stranger();
    for _ in 0..35 {
        world.announce(guardian(&stranger)).unwrap();
    }
    let ids = |start_after, limit| {
        let page = announced(&world, start_after, limit);
        page.iter().map(|entry| entry.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(None, None), (1..=30).collect::<Vec<_>>());
    assert_eq!(ids(Some(30), Some(100)), (31..=35).collect::<Vec<_>>());
    assert_eq!(ids(Some(35), None), Vec::<u64>::new());
    assert_eq!(ids(None, Some(2)), [1, 2]);
    assert_eq!(ids(None, Some(0)), Vec::<u64>::new());
    let first = announced(&world, None, Some(1)).remove(0);
    assert_eq!(first.change, guardian(&stranger));
    assert_eq!(first.ready_at, world.now() + 3 * DAY);
}

#[test]
fn what_does_not_hold_is_refused_at_once_and_again_when_applied() {
    let mut world = World::new();
    let broken = |change: fn(&mut Params)| {
        let mut params = params();
        change(&mut params);
        Change::Params(params)
    };
    for (change, words) in [
        (broken(|x| x.timelock = 0), "timelock is 0"),
        (
            broken(|x| x.reserve.bond_per_coin.denom = "uother".to_owned()),
            "the bond's denom is ubond for good, not uother",
        ),
        (Change::Tiers(Vec::new()), "tiers is 0: must be 1 to 16"),
    ] {
        assert_refused(world.announce(change), words);
    }
    assert_eq!(announced(&world, None, None), []);
    // Two that hold apart do together as well: each is a whole.
    let longer = broken(|x| x.reserve.curing = 20 * DAY);
    world.announce(longer).unwrap();
    world
        .announce(broken(|x| x.reserve.bond_unlock = 8 * DAY))
        .unwrap();
    world.after(3 * DAY);
    apply(&mut world, 2).unwrap();
    apply(&mut world, 1).unwrap();
    let known: Params = world.query(&QueryMsg::Params {}).unwrap();
    assert_eq!(
        (known.reserve.curing, known.reserve.bond_unlock),
        (20 * DAY, 21 * DAY)
    );
    // The denom held when it was announced, and holds no more when it is applied.
    world.announce(Change::Params(params())).unwrap();
    world.after(3 * DAY);
    world.set_params(|x| x.reserve.bond_per_coin.denom = "uother".to_owned());
    assert_refused(apply(&mut world, 3), "for good");
    assert_eq!(announced(&world, None, None).len(), 1);
}

#[test]
fn tiers_change_between_censuses_only() {
    let mut world = World::new();
    let mut next = tiers();
    next.remove(0);
    world.announce(Change::Tiers(next.clone())).unwrap();
    world.after(3 * DAY);
    world.begin(&[(0, 9), (1, 9)]);
    assert_refused(
        apply(&mut world, 1),
        "a census is under way and counts by the present tiers",
    );
    world.draw();
    world.answer(0, 9).unwrap();
    world.close_in_time();
    let known = |world: &World| world.query::<TiersResponse>(&QueryMsg::Tiers {}).unwrap();
    assert_eq!(known(&world).tiers, tiers());
    let done = apply(&mut world, 1).unwrap();
    assert_eq!(events(&done), applied(1, "tiers", 1_000, 30 * DAY));
    assert_eq!(
        (
            known(&world).tiers,
            known(&world).held,
            known(&world).held_for
        ),
        (next, None, 0)
    );
}

#[test]
fn before_activation_the_owner_already_changes_things() {
    let mut world = Builder::default().inactive().build();
    world.announce(Change::Params(params())).unwrap();
    world.after(3 * DAY);
    apply(&mut world, 1).unwrap();
}
