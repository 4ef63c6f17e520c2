//! What proven work counts for over many censuses.

use compute_api::{
    oracle::{CensusesResponse, PendingDevices, QueryMsg, TierCapacity, events::OracleEvent},
    votes,
};
use cosmwasm_std::Uint128;
use reserve_oracle::state::HELD;

use super::world::{Builder, World, assert_refused, events};

/// Nine units: 1 024 ops per second, a little over the `small` tier.
const NINE: u128 = 1_024;

fn by_tier(world: &World) -> (u128, Vec<u128>) {
    let last = world.census().last.unwrap();
    let rates = last.by_tier.iter().map(|tier| tier.rate.u128());
    (last.rate.u128(), rates.collect())
}

#[test]
fn sums_are_built_anew_for_each_census() {
    let mut world = World::new();
    world.join(0, 0);
    world.join(0, 1);
    world.join(1, 2);
    let all = [(0, 9), (1, 18), (2, 36), (3, 9)];
    world.whole_census(&all);
    world.whole_census(&all);
    assert_eq!(world.proven(0, 2), 3 * NINE);
    assert_eq!(world.proven(1, 2), 4 * NINE);
    assert_eq!(
        by_tier(&world),
        (8 * NINE, vec![2 * NINE, 2 * NINE, 4 * NINE])
    );
    let last = world.census().last.unwrap();
    assert_eq!(
        (last.operators, last.mainstream),
        (4, Some("large".to_owned()))
    );
    let operator = world.operator(1);
    assert_eq!(operator.rate.u128(), 2 * NINE);
    assert_eq!(operator.tier.as_deref(), Some("middle"));

    // While the next one is built, the last one counts.
    world.begin(&[(0, 9), (2, 27)]);
    world.draw();
    world.answer(0, 9).unwrap();
    assert_eq!((world.proven(0, 2), world.proven(0, 3)), (3 * NINE, NINE));
    assert_eq!(world.operator(0).rate.u128(), NINE);
    world.answer(2, 27).unwrap();
    world.close_in_time();
    assert_eq!((world.proven(0, 3), world.proven(1, 3)), (NINE, 3 * NINE));
    assert_eq!(by_tier(&world), (4 * NINE, vec![NINE, 3 * NINE, 0]));
    // Who did not answer has nothing.
    assert_eq!(world.operator(1).rate, Uint128::zero());
    assert_eq!(world.operator(1).tier, None);
    world.whole_census(&[(3, 9)]);
    assert_eq!((world.proven(0, 4), world.proven(1, 4)), (0, 0));
}

#[test]
fn a_newcomer_counts_after_seven_of_eight() {
    let mut world = World::new();
    for _ in 0..8 {
        world.whole_census(&[(0, 9)]);
    }
    for census in 1..=9 {
        world.whole_census(&[(0, 9), (1, 9)]);
        let expected = if census < 7 { 0 } else { NINE };
        assert_eq!(world.operator(1).rate.u128(), expected, "{census}");
        assert_eq!(by_tier(&world).0, NINE + expected);
    }
    assert_eq!(world.operator(1).results.len(), 8);
    // One that it misses is forgiven, a second is not.
    world.whole_census(&[(0, 9)]);
    world.whole_census(&[(1, 9)]);
    assert_eq!(world.operator(1).rate.u128(), NINE);
    world.whole_census(&[(0, 9)]);
    world.whole_census(&[(1, 9)]);
    assert_eq!(world.operator(1).rate.u128(), 0);
}

#[test]
fn a_rate_falls_at_once_and_rises_slowly() {
    let mut world = World::new();
    for _ in 0..8 {
        world.whole_census(&[(0, 9)]);
    }
    for risen in 1..=8 {
        world.whole_census(&[(0, 18)]);
        let expected = if risen < 7 { NINE } else { 2 * NINE };
        assert_eq!(world.operator(0).rate.u128(), expected, "{risen}");
    }
    world.whole_census(&[(0, 9)]);
    assert_eq!(world.operator(0).rate.u128(), NINE);
}

#[test]
fn the_median_device_holds_its_tier() {
    let mut world = World::new();
    let held = |world: &World| {
        let storage = world.app.contract_storage(&world.oracle);
        let held = HELD.load(&*storage).unwrap();
        (held.tier, held.censuses)
    };
    let tier = |tier: &str| Some(tier.to_owned());
    let small = [(0, 9), (1, 9)];
    world.whole_census(&small);
    assert_eq!(held(&world), (None, 0));
    for censuses in 1..=3 {
        world.whole_census(&small);
        assert_eq!(held(&world), (tier("small"), censuses));
    }
    // One operator is too few, and the count begins anew.
    let done = world.whole_census(&[(0, 9)]);
    assert_eq!(held(&world), (tier("small"), 0));
    assert!(matches!(
        &events(&done)[..],
        [OracleEvent::CensusClosed { held_for: 0, .. }]
    ));
    world.whole_census(&small);
    assert_eq!(held(&world), (tier("small"), 1));
    // Operator 1's rise counts when it has outgrown its lowest results.
    for _ in 0..7 {
        world.whole_census(&[(0, 9), (1, 18)]);
    }
    assert_eq!(held(&world), (tier("middle"), 1));
    world.whole_census(&[(0, 9), (1, 18)]);
    assert_eq!(held(&world), (tier("middle"), 2));
    world.open();
    world.draw();
    world.close_in_time();
    assert_eq!(held(&world), (None, 0));
}

#[test]
fn devices_count_at_once_the_first_time_and_later_after_that() {
    let mut world = Builder::default().with_operators(0).build();
    let operator = world.app.api().addr_make("operator");
    for devices in [0, 1_000_001, u32::MAX] {
        assert_refused(world.declare(&operator, devices), "devices is");
    }
    // Votes does not know it: the stand-in says so above a thousand.
    assert_refused(world.declare(&operator, 1_001), "not registered");
    let done = world.declare(&operator, 2).unwrap();
    let declared = |devices, from_census| OracleEvent::DevicesDeclared {
        operator: operator.to_string(),
        devices,
        from_census,
    };
    assert_eq!(events(&done), [declared(2, 0)]);
    let tell = |devices| votes::ExecuteMsg::SetDevices {
        operator: operator.to_string(),
        devices,
    };
    assert_eq!(world.told_votes(), [tell(2)]);
    world.operators.push(operator.clone());
    world.set_standing(0, votes::Standing::Active);

    world.whole_census(&[(0, 18)]);
    world.whole_census(&[(0, 18)]);
    assert_eq!(world.operator(0).tier.as_deref(), Some("small"));

    // Census 3 is the next; this counts from 11 on. A later one takes its place.
    let done = world.declare(&operator, 4).unwrap();
    assert_eq!(events(&done), [declared(4, 11)]);
    world.begin(&[(0, 18)]);
    // Census 3 is under way.
    let done = world.declare(&operator, 1).unwrap();
    assert_eq!(events(&done), [declared(1, 12)]);
    world.draw();
    world.answer(0, 18).unwrap();
    world.close_in_time();
    for _ in 4..=10 {
        world.whole_census(&[(0, 18)]);
    }
    assert_eq!(world.told_votes(), []);
    // Census 11 is missed, 12 is not answered, so that it counts from 13 on.
    world.open();
    world.draw();
    world.close_in_time();
    world.begin(&[(0, 18)]);
    world.draw();
    world.close_in_time();
    assert_eq!(world.operator(0).devices, 2);
    assert_eq!(
        world.operator(0).pending_devices,
        Some(PendingDevices {
            devices: 1,
            from_census: 12
        })
    );
    world.begin(&[(0, 18)]);
    world.draw();
    world.told_votes();
    let done = world.answer(0, 18).unwrap();
    assert!(events(&done).contains(&declared(1, 0)));
    assert_eq!(world.told_votes(), [tell(1)]);
    world.close_in_time();
    let known = world.operator(0);
    assert_eq!((known.devices, known.pending_devices), (1, None));
}

#[test]
fn closed_censuses_are_listed_newest_first() {
    let mut world = World::new();
    for _ in 0..5 {
        world.whole_census(&[(0, 9)]);
    }
    let ids = |start_after, limit| {
        let query = QueryMsg::Censuses { start_after, limit };
        let page: CensusesResponse = world.query(&query).unwrap();
        page.censuses.iter().map(|x| x.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(None, None), [5, 4, 3, 2, 1]);
    assert_eq!(ids(None, Some(2)), [5, 4]);
    assert_eq!(ids(Some(4), Some(2)), [3, 2]);
    assert_eq!(ids(Some(1), None), [0; 0]);
    assert_eq!(ids(None, Some(0)), [0; 0]);
    let query = QueryMsg::Censuses {
        start_after: Some(3),
        limit: Some(1),
    };
    let page: CensusesResponse = world.query(&query).unwrap();
    assert_eq!(
        page.censuses[0].by_tier[0],
        TierCapacity {
            tier: "small".to_owned(),
            rate: Uint128::new(NINE)
        }
    );
}
