//! What operators are reported for.

use compute_api::{
    oracle::ExecuteMsg,
    votes::{self, Fault, Standing},
};
use cosmwasm_std::Addr;
use cw_multi_test::AppResponse;
use reserve_oracle::ContractError;

use super::world::{World, assert_refused};

fn report_missed(world: &mut World, at: usize) -> Result<AppResponse, ContractError> {
    let operator = world.operators[at].to_string();
    world.anyone(&ExecuteMsg::ReportMissed { operator })
}

fn report_unanswered(world: &mut World, at: usize) -> Result<AppResponse, ContractError> {
    let operator = world.operators[at].to_string();
    world.anyone(&ExecuteMsg::ReportUnanswered { operator })
}

fn fault(world: &World, at: usize, fault: Fault, reporter: Option<Addr>) -> votes::ExecuteMsg {
    votes::ExecuteMsg::ReportFault {
        operator: world.operators[at].to_string(),
        fault,
        reporter: reporter.map(Into::into),
    }
}

fn censuses(world: &mut World, count: usize, parts: &[(usize, u32)]) {
    for _ in 0..count {
        world.whole_census(parts);
    }
}

#[test]
fn four_of_the_last_eight_missed_are_a_fault() {
    let mut world = World::new();
    world.told_votes();
    assert_refused(report_missed(&mut world, 1), "has missed 0 of the last 8");
    censuses(&mut world, 3, &[(0, 9)]);
    assert_refused(report_missed(&mut world, 1), "has missed 3 of the last 8");
    world.whole_census(&[(0, 9)]);
    report_missed(&mut world, 1).unwrap();
    let stranger = world.stranger();
    let expected = fault(&world, 1, Fault::Missed { census: 4 }, Some(stranger));
    assert_eq!(world.told_votes(), [expected]);
    // They count once.
    assert_refused(report_missed(&mut world, 1), "has missed 0 of");
    censuses(&mut world, 3, &[(0, 9)]);
    assert_refused(report_missed(&mut world, 1), "has missed 3 of");
    world.whole_census(&[(0, 9), (1, 9)]);
    assert_refused(report_missed(&mut world, 1), "has missed 3 of");
    assert_refused(report_missed(&mut world, 0), "has missed 0 of");
    let operator = world.stranger().to_string();
    assert_refused(
        world.anyone(&ExecuteMsg::ReportMissed { operator }),
        "no operator",
    );
}

#[test]
fn old_misses_are_forgotten() {
    let mut world = World::new();
    censuses(&mut world, 3, &[(0, 9)]);
    censuses(&mut world, 5, &[(0, 9), (1, 9)]);
    assert_refused(report_missed(&mut world, 1), "has missed 3 of");
    world.whole_census(&[(0, 9)]);
    assert_refused(report_missed(&mut world, 1), "has missed 3 of");
    world.whole_census(&[(1, 9)]);
    assert_refused(report_missed(&mut world, 1), "has missed 2 of");
}

#[test]
fn who_need_not_answer_misses_nothing() {
    let mut world = World::new();
    world.set_standing(1, Standing::Unbonded);
    world.set_standing(2, Standing::Jailed);
    world.set_standing(3, Standing::Tombstoned);
    world.set_standing(4, Standing::Unbonded);
    world.join(0, 4);
    censuses(&mut world, 4, &[(0, 9)]);
    for at in [1, 2, 3] {
        assert_refused(report_missed(&mut world, at), "has no census to answer");
    }
    report_missed(&mut world, 4).unwrap();
    // What came before does not count when they have to answer again.
    world.set_standing(1, Standing::Active);
    world.set_standing(2, Standing::Active);
    for at in [1, 2] {
        assert_refused(report_missed(&mut world, at), "has missed 0 of");
    }
    censuses(&mut world, 4, &[(0, 9)]);
    report_missed(&mut world, 1).unwrap();
    report_missed(&mut world, 2).unwrap();
}

#[test]
fn a_census_under_way_is_not_due_from_newcomers() {
    let mut world = World::new();
    world.set_standing(1, Standing::Unbonded);
    world.open();
    world.join(0, 1);
    world.draw();
    world.close_in_time();
    censuses(&mut world, 3, &[(0, 9)]);
    assert_refused(report_missed(&mut world, 1), "has missed 3 of");
    world.whole_census(&[(0, 9)]);
    report_missed(&mut world, 1).unwrap();
}

#[test]
fn an_unanswered_commitment_is_a_fault() {
    let mut world = World::new();
    assert_refused(
        report_unanswered(&mut world, 1),
        "has no commitment that is",
    );
    world.begin(&[(0, 9), (1, 9)]);
    assert_refused(
        report_unanswered(&mut world, 1),
        "has no commitment that is",
    );
    world.draw();
    world.answer(0, 9).unwrap();
    assert_refused(
        report_unanswered(&mut world, 1),
        "has no commitment that is",
    );
    world.close_in_time();
    world.told_votes();
    assert_refused(
        report_unanswered(&mut world, 0),
        "has no commitment that is",
    );
    report_unanswered(&mut world, 1).unwrap();
    let unanswered = Fault::Unanswered { census: 1 };
    let stranger = world.stranger();
    let expected = fault(&world, 1, unanswered, Some(stranger));
    assert_eq!(world.told_votes(), [expected]);
    assert_refused(
        report_unanswered(&mut world, 1),
        "has no commitment that is",
    );
    // Nor is it reported by its next commitment.
    world.begin(&[(1, 9)]);
    assert_eq!(world.told_votes(), []);
}

#[test]
fn the_next_commitment_reports_the_last() {
    let mut world = World::new();
    world.begin(&[(1, 9)]);
    world.draw();
    world.close_in_time();
    world.whole_census(&[(0, 9)]);
    world.told_votes();
    world.begin(&[(1, 9)]);
    let expected = fault(&world, 1, Fault::Unanswered { census: 1 }, None);
    assert_eq!(world.told_votes(), [expected]);
    world.commit(1, 10).unwrap();
    assert_eq!(world.told_votes(), []);
}

#[test]
fn a_void_census_is_nobodys_fault() {
    let mut world = World::new();
    let slot = world.begin(&[(1, 9)]);
    world.at(world.round_time(slot) + 121);
    world.close().unwrap();
    assert_refused(
        report_unanswered(&mut world, 1),
        "has no commitment that is",
    );
    // Nor when its number is used again.
    world.whole_census(&[(0, 9)]);
    assert_refused(
        report_unanswered(&mut world, 1),
        "has no commitment that is",
    );
    world.told_votes();
    world.begin(&[(1, 9)]);
    assert_eq!(world.told_votes(), []);
}
