//! The peg follows the mainstream tier: proposed, open to veto, then a glide.

use compute_api::oracle::{
    Change, ExecuteMsg, QueryMsg, Reindex, TiersResponse, events::OracleEvent,
};
use cosmwasm_std::Uint128;

use super::world::{World, assert_refused, events, tiers};

const DAY: u64 = 86_400;

/// A world in which `middle` has held for as long as it takes.
fn held() -> World {
    let mut world = World::new();
    world.whole_census(&[(0, 9)]);
    world.set_held("middle", 4);
    world
}

fn proposed(tier: &str, target: u128, ready_at: u64) -> OracleEvent {
    OracleEvent::ReindexProposed {
        tier: tier.to_owned(),
        target: Uint128::new(target),
        ready_at,
    }
}

fn applied(tier: &str, time: u64, start: u128, target: u128) -> OracleEvent {
    OracleEvent::ReindexApplied {
        tier: tier.to_owned(),
        time,
        start: Uint128::new(start),
        target: Uint128::new(target),
        glide_bps: 100,
        glide_period: DAY,
    }
}

fn held_for(world: &World) -> (Option<String>, u32) {
    let known: TiersResponse = world.query(&QueryMsg::Tiers {}).unwrap();
    (known.held, known.held_for)
}

#[test]
fn four_censuses_in_a_row_then_anyone_proposes() {
    let mut world = World::new();
    assert_refused(
        world.propose(),
        "tier none has held for 0 censuses in a row: 4 are needed",
    );
    // The first census has nothing to compare with, so its tier is none.
    for expected in [0, 1, 2, 3] {
        world.whole_census(&[(0, 18), (1, 18)]);
        assert_eq!(held_for(&world).1, expected);
    }
    assert_refused(
        world.propose(),
        "tier middle has held for 3 censuses in a row: 4 are needed",
    );
    world.whole_census(&[(0, 18), (1, 18)]);
    let done = world.propose().unwrap();
    let ready = world.now() + 3 * DAY;
    assert_eq!(events(&done), [proposed("middle", 120_000, ready)]);
    let peg = world.peg();
    let reindex = Reindex {
        tier: "middle".to_owned(),
        target: Uint128::new(120_000),
        ready_at: ready,
    };
    assert_eq!(peg.reindex, Some(reindex));
    // Nothing has moved yet.
    assert_eq!(
        (peg.tier.as_str(), peg.opc.u128(), peg.target.u128()),
        ("small", 60_000, 60_000)
    );
    assert_eq!(peg.glide_ends_at, None);
    assert_refused(
        world.propose(),
        &format!("proposed already: it can be applied from {ready} on"),
    );

    world.at(ready - 1);
    assert_refused(
        world.apply_reindex(),
        &format!("this re-index cannot be before {ready}"),
    );
    world.at(ready);
    let done = world.apply_reindex().unwrap();
    assert_eq!(events(&done), [applied("middle", ready, 60_000, 120_000)]);
    let peg = world.peg();
    assert_eq!(
        (peg.tier.as_str(), peg.opc.u128(), peg.target.u128()),
        ("middle", 60_000, 120_000)
    );
    assert_eq!(
        (peg.reindex, peg.glide_ends_at),
        (None, Some(ready + 100 * DAY))
    );
    assert_refused(world.apply_reindex(), "no re-index is proposed");
}

#[test]
fn a_census_with_few_operators_begins_anew() {
    let mut world = World::new();
    for _ in 0..3 {
        world.whole_census(&[(0, 18), (1, 18)]);
    }
    assert_eq!(held_for(&world), (Some("middle".to_owned()), 2));
    world.whole_census(&[(0, 18)]);
    assert_eq!(held_for(&world), (Some("middle".to_owned()), 0));
    assert_refused(world.propose(), "tier middle has held for 0");
    world.whole_census(&[(0, 18), (1, 18)]);
    assert_eq!(held_for(&world), (Some("middle".to_owned()), 1));
}

#[test]
fn half_of_the_capacity_decides_and_less_does_not() {
    // Operator 2 proves as much as both others, by a device twice as fast; or less.
    for (slow, tier) in [(9, "middle"), (10, "small")] {
        let mut world = World::new();
        let parts = [(0, slow), (1, slow), (2, 18)];
        for _ in 0..5 {
            world.whole_census(&parts);
        }
        assert_eq!(held_for(&world), (Some(tier.to_owned()), 4), "{slow}");
        match tier {
            "middle" => world.propose().map(drop).unwrap(),
            _ => assert_refused(world.propose(), "the peg moves up only"),
        }
    }
}

#[test]
fn the_guardian_takes_it_back_also_late_and_the_tier_holds_anew() {
    for wait in [0, 3 * DAY, 30 * DAY] {
        let mut world = held();
        assert_refused(world.veto(), "no re-index is proposed");
        world.propose().unwrap();
        world.after(wait);
        for sender in [
            world.owner.clone(),
            world.stranger(),
            world.issuers[0].clone(),
        ] {
            let done = world.execute(&sender, &ExecuteMsg::VetoReindex {});
            assert_refused(done, "may not send this: it takes the guardian");
        }
        let done = world.veto().unwrap();
        assert_eq!(
            events(&done),
            [OracleEvent::ReindexVetoed {
                tier: "middle".to_owned()
            }]
        );
        assert_eq!((world.peg().reindex, held_for(&world)), (None, (None, 0)));
        assert_refused(world.apply_reindex(), "no re-index is proposed");
        assert_refused(world.propose(), "tier none has held for 0");
    }
}

#[test]
fn a_stale_census_moves_nothing() {
    let mut world = held();
    let until = world.census().last.unwrap().round_time + 2 * DAY;
    world.at(until + 1);
    assert_refused(world.propose(), "the last census is too old");
    world.freshen();
    world.propose().unwrap();
    // What is proposed is applied all the same: it was measured when it was proposed.
    world.after(30 * DAY);
    world.apply_reindex().unwrap();
}

#[test]
fn it_moves_up_only() {
    let mut world = held();
    world.set_held("small", 9);
    assert_refused(
        world.propose(),
        "tier small would put 60000 ops into a coin",
    );
    world.set_held("middle", 4);
    world.propose().unwrap();
    world.after(3 * DAY);
    world.apply_reindex().unwrap();
    world.freshen();
    // Not to the tier it glides to, nor back, but to the one above, from where it is.
    for tier in ["middle", "small"] {
        world.set_held(tier, 4);
        assert_refused(world.propose(), "which holds or glides to 120000 already");
    }
    world.set_held("large", 4);
    world.propose().unwrap();
    world.after(10 * DAY);
    let now = world.now();
    let done = world.apply_reindex().unwrap();
    assert_eq!(events(&done), [applied("large", now, 66_000, 240_000)]);
    // One percent of the new start a day.
    world.after(DAY);
    assert_eq!(world.peg().opc.u128(), 66_660);
    // 17 400 of 24 000, by 660 a day: 263.6 days.
    assert_eq!(
        world.peg().glide_ends_at,
        Some(now + (174_000 * DAY).div_ceil(660))
    );
}

#[test]
fn new_parameters_count_for_the_next_glide() {
    let mut world = held();
    world.propose().unwrap();
    let ready = world.now() + 3 * DAY;
    world.set_params(|params| {
        params.peg.veto_within = 9 * DAY;
        params.peg.glide_bps = 200;
        params.peg.glide_period = DAY / 2;
        params.peg.hold = 5;
    });
    // The time to veto is that of the proposal.
    world.at(ready);
    world.apply_reindex().unwrap();
    world.after(DAY);
    assert_eq!(world.peg().opc.u128(), 62_400);
    world.set_params(|params| params.peg.glide_bps = 1);
    assert_eq!(world.peg().opc.u128(), 62_400);
    world.freshen();
    world.set_held("large", 4);
    assert_refused(world.propose(), "5 are needed");
}

#[test]
fn tiers_stay_while_a_reindex_is_proposed() {
    let mut world = held();
    world.announce(Change::Tiers(tiers())).unwrap();
    world.propose().unwrap();
    world.after(3 * DAY);
    let apply = ExecuteMsg::Apply { id: 1 };
    assert_refused(
        world.anyone(&apply),
        "a re-index to middle is proposed by the present tiers",
    );
    world.apply_reindex().unwrap();
    world.anyone(&apply).unwrap();
    // What has held were the tiers before.
    assert_eq!(held_for(&world), (None, 0));
    world.set_held("unheard of", 4);
    world.freshen();
    assert_refused(world.propose(), "there is no tier unheard of");
}
