//! How far the peg can be trusted, and why.

use compute_api::oracle::{ExecuteMsg, Pausable, PegStatus, Trust};

use super::world::{Builder, World};

const DAY: u64 = 86_400;

fn status(world: &World) -> (PegStatus, String) {
    let peg = world.peg();
    (peg.status, peg.reason)
}

#[test]
fn it_is_stale_until_the_first_census_closes() {
    let mut world = World::new();
    assert_eq!(
        status(&world),
        (PegStatus::Stale, "there has been no census yet".to_owned())
    );
    assert_eq!(world.peg().last_census, None);
    world.begin(&[(0, 9)]);
    assert_eq!(status(&world).0, PegStatus::Stale);
    world.draw();
    world.answer(0, 9).unwrap();
    world.close_in_time();
    assert_eq!(
        status(&world),
        (
            PegStatus::Ok,
            "measured lately, by a public beacon".to_owned()
        )
    );
    let last = world.peg().last_census.unwrap();
    assert_eq!((last.id, last.operators), (1, 1));

    world.at(last.round_time + 2 * DAY);
    assert_eq!(status(&world).0, PegStatus::Ok);
    world.after(1);
    let words = format!(
        "the last census is of {}, more than 172800 s ago: nothing is minted by it",
        last.round_time
    );
    assert_eq!(status(&world), (PegStatus::Stale, words));
}

#[test]
fn a_closed_networks_beacon_is_named() {
    let mut world = Builder::default().with_trust(Trust::Operator).build();
    assert_eq!(status(&world).0, PegStatus::Stale);
    world.whole_census(&[(0, 9)]);
    let words = "measured lately, by a beacon whose key one operator holds";
    assert_eq!(status(&world), (PegStatus::TrustedBeacon, words.to_owned()));
}

#[test]
fn the_worst_that_applies_is_told() {
    for (what, words) in [(Pausable::Mint, "minting"), (Pausable::Redeem, "redeeming")] {
        let mut world = Builder::default().with_trust(Trust::Operator).build();
        let pause = ExecuteMsg::Pause { what, seconds: 50 };
        world.execute(&world.guardian.clone(), &pause).unwrap();
        let until = world.now() + 50;
        world.at(until - 1);
        let words = format!("{words} is paused until {until}");
        assert_eq!(status(&world), (PegStatus::Halted, words));
        world.at(until);
        assert_eq!(status(&world).0, PegStatus::Stale);
    }
}

#[test]
fn a_glide_ends_in_the_second_that_reaches_the_target() {
    let mut world = World::new();
    world.whole_census(&[(0, 9)]);
    world.set_held("middle", 4);
    world.propose().unwrap();
    world.after(3 * DAY);
    world.apply_reindex().unwrap();
    let end = world.peg().glide_ends_at.unwrap();
    assert_eq!(end, world.now() + 100 * DAY);
    world.at(end - 1);
    assert_eq!(
        (world.peg().opc.u128(), world.peg().glide_ends_at),
        (119_999, Some(end))
    );
    world.at(end);
    assert_eq!(
        (world.peg().opc.u128(), world.peg().glide_ends_at),
        (120_000, None)
    );
}
