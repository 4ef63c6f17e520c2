//! Stops that end by themselves.

use compute_api::oracle::{
    ExecuteMsg, Pausable, PausesResponse, PegResponse, PegStatus, QueryMsg, events::OracleEvent,
};
use cosmwasm_std::Addr;
use cw_multi_test::AppResponse;
use reserve_oracle::ContractError;

use super::world::{World, assert_refused, events};

const DAY: u64 = 86_400;

fn pause(
    world: &mut World,
    by: &Addr,
    what: Pausable,
    seconds: u64,
) -> Result<AppResponse, ContractError> {
    world.execute(by, &ExecuteMsg::Pause { what, seconds })
}

fn resume(world: &mut World, by: &Addr, what: Pausable) -> Result<AppResponse, ContractError> {
    world.execute(by, &ExecuteMsg::Resume { what })
}

fn pauses(world: &World) -> (Option<u64>, Option<u64>, u64) {
    let known: PausesResponse = world.query(&QueryMsg::Pauses {}).unwrap();
    (known.mint, known.redeem, known.next_redeem_pause)
}

fn paused(what: &str, until: u64) -> [OracleEvent; 1] {
    [OracleEvent::Paused {
        what: what.to_owned(),
        until,
    }]
}

#[test]
fn owner_and_guardian_pause_and_resume() {
    let mut world = World::new();
    let (owner, guardian, now) = (world.owner.clone(), world.guardian.clone(), world.now());
    assert_eq!(pauses(&world), (None, None, 0));
    let done = pause(&mut world, &owner, Pausable::Mint, 10).unwrap();
    assert_eq!(events(&done), paused("mint", now + 10));
    let done = pause(&mut world, &guardian, Pausable::Redeem, 20).unwrap();
    assert_eq!(events(&done), paused("redeem", now + 20));
    assert_eq!(
        pauses(&world),
        (Some(now + 10), Some(now + 20), now + 7 * DAY)
    );
    let peg: PegResponse = world.query(&QueryMsg::Peg {}).unwrap();
    assert_eq!(peg.status, PegStatus::Halted);
    let words = format!(
        "minting is paused until {}, redeeming is paused until {}",
        now + 10,
        now + 20
    );
    assert_eq!(peg.reason, words);

    world.at(now + 10);
    assert_eq!(pauses(&world), (None, Some(now + 20), now + 7 * DAY));
    assert_refused(
        resume(&mut world, &owner, Pausable::Mint),
        "mint is not paused",
    );
    let done = resume(&mut world, &owner, Pausable::Redeem).unwrap();
    assert_eq!(events(&done), paused("redeem", now + 10));
    assert_eq!(pauses(&world), (None, None, now + 7 * DAY));
    assert_refused(
        resume(&mut world, &guardian, Pausable::Redeem),
        "redeem is not paused",
    );
}

#[test]
fn a_pause_has_bounds() {
    let mut world = World::new();
    let owner = world.owner.clone();
    for (what, most) in [(Pausable::Mint, 7 * DAY), (Pausable::Redeem, DAY)] {
        for seconds in [0, most + 1, u64::MAX] {
            let words = format!("seconds is {seconds}: must be 1 to {most}");
            assert_refused(pause(&mut world, &owner, what, seconds), &words);
        }
        pause(&mut world, &owner, what, most).unwrap();
        resume(&mut world, &owner, what).unwrap();
    }
    world.after(7 * DAY);
    pause(&mut world, &owner, Pausable::Redeem, 1).unwrap();
    world.after(1);
    assert_eq!(pauses(&world).1, None);
}

#[test]
fn redeeming_is_paused_once_in_a_week_whoever_asks() {
    let mut world = World::new();
    let (owner, guardian) = (world.owner.clone(), world.guardian.clone());
    pause(&mut world, &guardian, Pausable::Redeem, DAY).unwrap();
    let next = world.now() + 7 * DAY;
    let words = format!("another pause of redeeming cannot be before {next}");
    assert_refused(pause(&mut world, &owner, Pausable::Redeem, 1), &words);
    // To let it go on early gives no second one.
    resume(&mut world, &guardian, Pausable::Redeem).unwrap();
    assert_refused(pause(&mut world, &guardian, Pausable::Redeem, 1), &words);
    world.at(next - 1);
    assert_refused(pause(&mut world, &guardian, Pausable::Redeem, 1), &words);
    world.at(next);
    pause(&mut world, &guardian, Pausable::Redeem, DAY).unwrap();
    assert_eq!(pauses(&world), (None, Some(next + DAY), next + 7 * DAY));
}

#[test]
fn minting_can_be_paused_again_and_for_a_shorter_time() {
    let mut world = World::new();
    let (owner, guardian, now) = (world.owner.clone(), world.guardian.clone(), world.now());
    pause(&mut world, &owner, Pausable::Mint, 7 * DAY).unwrap();
    pause(&mut world, &guardian, Pausable::Mint, 1).unwrap();
    assert_eq!(pauses(&world).0, Some(now + 1));
    world.after(6);
    pause(&mut world, &guardian, Pausable::Mint, 7 * DAY).unwrap();
    assert_eq!(pauses(&world).0, Some(now + 6 + 7 * DAY));
}
