//! Who counts for whom.

use compute_api::{
    oracle::{ExecuteMsg, OperatorsResponse, QueryMsg, events::OracleEvent},
    votes::Standing,
};
use cosmwasm_std::Uint128;
use cw_multi_test::AppResponse;
use reserve_oracle::ContractError;

use super::world::{World, assert_refused, events};

const NINE: u128 = 1_024;
const HORIZON: u64 = 30 * 86_400;

fn remove(world: &mut World, issuer: usize, at: usize) -> Result<AppResponse, ContractError> {
    let operator = world.operators[at].to_string();
    world.execute(
        &world.issuers[issuer].clone(),
        &ExecuteMsg::RemoveOperator { operator },
    )
}

#[test]
fn an_operator_joins_whom_it_is_invited_by() {
    let mut world = World::new();
    let (operator, issuer) = (world.operators[0].to_string(), world.issuers[0].to_string());
    assert_refused(world.accept(0, 0), "has not invited");
    let done = world.invite(0, 0).unwrap();
    let invited = |issuer| OracleEvent::Invited {
        operator: operator.clone(),
        issuer,
    };
    assert_eq!(events(&done), [invited(Some(issuer.clone()))]);
    assert_eq!(world.operator(0).invited_by.unwrap().as_str(), issuer);
    assert_refused(world.accept(1, 0), "has not invited");
    // The last invitation stands, and can be taken back.
    world.invite(1, 0).unwrap();
    assert_refused(world.accept(0, 0), "has not invited");
    assert_refused(remove(&mut world, 0, 0), "neither counts for");
    let done = remove(&mut world, 1, 0).unwrap();
    assert_eq!(events(&done), [invited(None)]);
    assert_refused(world.accept(1, 0), "has not invited");

    world.invite(0, 0).unwrap();
    let done = world.accept(0, 0).unwrap();
    assert_eq!(
        events(&done),
        [OracleEvent::Joined {
            operator: operator.clone(),
            issuer: issuer.clone()
        }]
    );
    let known = world.operator(0);
    assert_eq!(
        (known.issuer.unwrap().as_str(), known.invited_by),
        (issuer.as_str(), None)
    );
    assert_refused(world.invite(0, 0), "already");
    world.invite(1, 0).unwrap();
    assert_refused(world.accept(1, 0), "leave it first");

    let stranger = world.stranger().to_string();
    let join = ExecuteMsg::JoinIssuer {
        issuer: stranger.clone(),
    };
    assert_refused(
        world.execute(&world.operators[1].clone(), &join),
        "no issuer",
    );
    let invite = ExecuteMsg::InviteOperator { operator: stranger };
    assert_refused(
        world.execute(&world.issuers[0].clone(), &invite),
        "no operator",
    );
}

#[test]
fn who_leaves_is_bound_for_the_horizon() {
    let mut world = World::new();
    assert_refused(world.leave(0), "counts for no issuer");
    world.join(0, 0);
    let done = world.leave(0).unwrap();
    let until = world.now() + HORIZON;
    assert_eq!(
        events(&done),
        [OracleEvent::Left {
            operator: world.operators[0].to_string(),
            issuer: world.issuers[0].to_string(),
            bound_until: until
        }]
    );
    assert_eq!(world.operator(0).bound_until, Some(until));
    world.invite(1, 0).unwrap();
    world.at(until - 1);
    assert_refused(world.accept(1, 0), "can join one from");
    world.at(until);
    world.accept(1, 0).unwrap();
    assert_eq!(world.operator(0).bound_until, None);
    // Who is removed is bound as well.
    assert_refused(remove(&mut world, 0, 0), "neither counts for");
    remove(&mut world, 1, 0).unwrap();
    assert_eq!(world.operator(0).bound_until, Some(until + HORIZON));
    assert_eq!(world.operator(0).issuer, None);
}

#[test]
fn who_leaves_takes_what_it_has_proven_along() {
    let mut world = World::new();
    world.join(0, 0);
    world.join(0, 1);
    world.whole_census(&[(0, 9), (1, 18)]);
    world.whole_census(&[(0, 9), (1, 18)]);
    world.begin(&[(0, 9), (1, 18)]);
    world.draw();
    world.answer(0, 9).unwrap();
    world.answer(1, 18).unwrap();
    assert_eq!(
        (world.proven(0, 2), world.proven(0, 3)),
        (3 * NINE, 3 * NINE)
    );
    let done = world.leave(1).unwrap();
    let changed = |census| OracleEvent::ProvenChanged {
        issuer: world.issuers[0].to_string(),
        operator: world.operators[1].to_string(),
        census,
        proven: Uint128::new(NINE),
    };
    assert_eq!(events(&done)[..2], [changed(2), changed(3)]);
    assert_eq!((world.proven(0, 2), world.proven(0, 3)), (NINE, NINE));
    // Tiers keep it: it has been proven.
    world.close_in_time();
    assert_eq!(world.census().last.unwrap().rate.u128(), 3 * NINE);
    assert_eq!(world.operator(1).rate.u128(), 2 * NINE);
    // It is jailed: nothing is taken twice.
    world.set_standing(1, Standing::Jailed);
    assert_eq!(world.proven(0, 3), NINE);
    assert_eq!(world.census().last.unwrap().rate.u128(), NINE);
}

#[test]
fn who_joins_counts_from_the_next_answer_on() {
    let mut world = World::new();
    world.whole_census(&[(0, 9)]);
    world.whole_census(&[(0, 9)]);
    world.join(0, 0);
    assert_eq!(world.proven(0, 2), 0);
    world.whole_census(&[(0, 9)]);
    assert_eq!(world.proven(0, 3), NINE);
    // Leaving and answering after that adds to tiers only.
    world.begin(&[(0, 9)]);
    world.leave(0).unwrap();
    world.draw();
    world.answer(0, 9).unwrap();
    world.close_in_time();
    assert_eq!(world.proven(0, 4), 0);
    assert_eq!(world.census().last.unwrap().rate.u128(), NINE);
}

#[test]
fn operators_are_listed_by_issuer() {
    let mut world = World::new();
    for at in [0, 2, 3] {
        world.join(1, at);
    }
    let list = |issuer: Option<usize>, start_after: Option<&String>, limit| {
        let query = QueryMsg::Operators {
            issuer: issuer.map(|at| world.issuers[at].to_string()),
            start_after: start_after.cloned(),
            limit,
        };
        let page: OperatorsResponse = world.query(&query).unwrap();
        page.operators
            .iter()
            .map(|x| x.operator.to_string())
            .collect::<Vec<_>>()
    };
    let sorted = |of: &[usize]| {
        let mut keys: Vec<_> = of
            .iter()
            .map(|at| world.operators[*at].to_string())
            .collect();
        keys.sort();
        keys
    };
    assert_eq!(list(Some(1), None, None), sorted(&[0, 2, 3]));
    assert_eq!(list(Some(0), None, None), sorted(&[]));
    let all = sorted(&[0, 1, 2, 3, 4]);
    assert_eq!(list(None, None, None), all);
    assert_eq!(list(None, None, Some(2)), all[..2]);
    assert_eq!(list(None, Some(&all[1]), Some(2)), all[2..4]);
    let members = sorted(&[0, 2, 3]);
    assert_eq!(list(Some(1), Some(&members[0]), Some(1)), members[1..2]);
    let operator = world.stranger().to_string();
    let unknown =
        world.query::<compute_api::oracle::OperatorResponse>(&QueryMsg::Operator { operator });
    assert!(unknown.unwrap_err().to_string().contains("no operator"));
}
