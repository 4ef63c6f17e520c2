//! What an operator's standing does to sums.

use compute_api::{
    oracle::{ExecuteMsg, events::OracleEvent},
    votes::Standing,
};
use cosmwasm_std::Uint128;

use super::world::{World, assert_refused, events};

const NINE: u128 = 1_024;

fn last(world: &World) -> (u32, u128, Vec<u128>) {
    let last = world.census().last.unwrap();
    let rates = last.by_tier.iter().map(|tier| tier.rate.u128());
    (last.operators, last.rate.u128(), rates.collect())
}

/// Two whole censuses and a third under way that both have answered.
fn answered() -> World {
    let mut world = World::new();
    world.join(0, 0);
    world.join(0, 1);
    let parts = [(0, 9), (1, 18)];
    world.whole_census(&parts);
    world.whole_census(&parts);
    world.begin(&parts);
    world.draw();
    for (at, units) in parts {
        world.answer(at, units).unwrap();
    }
    world
}

#[test]
fn who_is_jailed_is_taken_out_of_every_sum() {
    let mut world = answered();
    assert_eq!(last(&world), (2, 3 * NINE, vec![NINE, 2 * NINE, 0]));
    let done = world.set_standing(1, Standing::Jailed);
    let operator = world.operators[1].to_string();
    let changed = |census| OracleEvent::ProvenChanged {
        issuer: world.issuers[0].to_string(),
        operator: operator.clone(),
        census,
        proven: Uint128::new(NINE),
    };
    let set = OracleEvent::StandingSet {
        operator: operator.clone(),
        standing: "jailed".to_owned(),
    };
    assert_eq!(events(&done), [changed(2), changed(3), set]);
    assert_eq!((world.proven(0, 2), world.proven(0, 3)), (NINE, NINE));
    // The last census is shown as it stands; how many answered stays.
    assert_eq!(last(&world), (2, NINE, vec![NINE, 0, 0]));
    let known = world.operator(1);
    assert_eq!((known.rate.u128(), known.standing), (0, Standing::Jailed));
    assert_eq!(known.issuer.as_ref(), Some(&world.issuers[0]));
    // A second time there is nothing to take.
    world.set_standing(1, Standing::Jailed);
    world.close_in_time();
    assert_eq!(last(&world), (2, NINE, vec![NINE, 0, 0]));
    // Free again, it counts from the next answer on.
    world.set_standing(1, Standing::Active);
    assert_eq!(world.proven(0, 3), NINE);
    world.whole_census(&[(0, 9), (1, 18)]);
    assert_eq!(last(&world), (2, 3 * NINE, vec![NINE, 2 * NINE, 0]));
    assert_eq!(world.proven(0, 4), 3 * NINE);
}

#[test]
fn who_is_jailed_between_commitment_and_answer_adds_nothing() {
    let mut world = World::new();
    world.join(0, 0);
    world.whole_census(&[(0, 9), (1, 9)]);
    world.begin(&[(0, 9), (1, 9)]);
    world.draw();
    world.set_standing(0, Standing::Jailed);
    let done = world.answer(0, 9).unwrap();
    assert_eq!(
        events(&done),
        [OracleEvent::CensusAnswered {
            census: 2,
            operator: world.operators[0].to_string(),
            proven: Uint128::new(NINE),
            rate: Uint128::zero(),
            tier: None,
        }]
    );
    world.answer(1, 9).unwrap();
    world.close_in_time();
    assert_eq!(last(&world), (2, NINE, vec![NINE, 0, 0]));
    assert_eq!(world.proven(0, 2), 0);
    // It has answered, so it is no fault.
    assert_eq!(world.operator(0).results.len(), 2);
}

#[test]
fn who_is_tombstoned_has_no_issuer_either() {
    let mut world = answered();
    world.invite(1, 1).unwrap();
    let done = world.set_standing(1, Standing::Tombstoned);
    let left = OracleEvent::Left {
        operator: world.operators[1].to_string(),
        issuer: world.issuers[0].to_string(),
        bound_until: world.now() + 30 * 86_400,
    };
    assert!(events(&done).contains(&left));
    assert_eq!((world.proven(0, 2), world.proven(0, 3)), (NINE, NINE));
    assert_eq!(last(&world), (2, NINE, vec![NINE, 0, 0]));
    let known = world.operator(1);
    assert_eq!((known.issuer, known.invited_by), (None, None));
    let operator = world.operators[1].clone();
    assert_refused(world.declare(&operator, 2), "is tombstoned");
    assert_refused(world.invite(0, 1), "is tombstoned");
    assert_refused(world.accept(0, 1), "is tombstoned");
}

#[test]
fn unbonded_members_keep_their_sums() {
    let mut world = answered();
    let done = world.set_standing(1, Standing::Unbonded);
    assert_eq!(events(&done).len(), 1);
    assert_eq!(world.proven(0, 3), 3 * NINE);
    assert_eq!(last(&world).1, 3 * NINE);
}

#[test]
fn a_standing_of_nobody_known_is_ignored() {
    let mut world = World::new();
    for standing in [Standing::Active, Standing::Tombstoned] {
        let operator = world.stranger().to_string();
        let msg = ExecuteMsg::SetStanding { operator, standing };
        let done = world.execute(&world.votes.clone(), &msg).unwrap();
        assert_eq!(events(&done), []);
    }
    // An operator that declares later begins as unbonded.
    let stranger = world.stranger();
    world.declare(&stranger, 1).unwrap();
    world.operators.push(stranger);
    assert_eq!(world.operator(5).standing, Standing::Unbonded);
}

#[test]
fn a_miss_in_an_old_census_leaves_the_last_one_alone() {
    let mut world = World::new();
    world.join(0, 0);
    world.whole_census(&[(0, 9), (1, 9)]);
    world.whole_census(&[(0, 9), (1, 9)]);
    // Operator 0 has an entry of census 2 only; 3 and 4 are without it.
    world.whole_census(&[(1, 9)]);
    world.whole_census(&[(1, 9)]);
    world.set_standing(0, Standing::Jailed);
    assert_eq!(last(&world), (1, NINE, vec![NINE, 0, 0]));
    assert_eq!(world.proven(0, 4), 0);
}
