//! What stands behind the coin, as it is told: live, and in pages.

use compute_api::oracle::{
    BackingResponse, ExecuteMsg, IssuerBacking, IssuerResponse, IssuersResponse,
    MintAllowanceResponse, QueryMsg,
};
use cosmwasm_std::{Uint128, coin};

use super::world::{BOND_DENOM, World, identity};

/// So many issuers more, by address.
fn many(count: u32) -> (World, Vec<String>) {
    let mut world = World::new();
    for at in 0..count {
        let issuer = world.app.api().addr_make(&format!("issuer {at}"));
        let admit = ExecuteMsg::AdmitIssuer {
            issuer: issuer.to_string(),
            identity: identity(&format!("Issuer {at}")),
        };
        world.execute(&world.owner.clone(), &admit).unwrap();
        world.issuers.push(issuer);
    }
    let mut keys: Vec<_> = world.issuers.iter().map(ToString::to_string).collect();
    keys.sort();
    (world, keys)
}

fn backing(world: &World, start_after: Option<&String>, limit: Option<u32>) -> Vec<String> {
    let query = QueryMsg::Backing {
        start_after: start_after.cloned(),
        limit,
    };
    let page: BackingResponse = world.query(&query).unwrap();
    page.issuers.into_iter().map(|x| x.issuer.into()).collect()
}

fn issuers(world: &World, start_after: Option<&String>, limit: Option<u32>) -> Vec<String> {
    let query = QueryMsg::Issuers {
        start_after: start_after.cloned(),
        limit,
    };
    let page: IssuersResponse = world.query(&query).unwrap();
    page.issuers
        .into_iter()
        .map(|x| x.backing.issuer.into())
        .collect()
}

#[test]
fn issuers_come_in_pages_by_address() {
    let (world, keys) = many(120);
    type List = fn(&World, Option<&String>, Option<u32>) -> Vec<String>;
    let lists: [List; 2] = [backing, issuers];
    for list in lists {
        assert_eq!(list(&world, None, None), keys[..30]);
        assert_eq!(list(&world, Some(&keys[29]), Some(5)), keys[30..35]);
        assert_eq!(list(&world, Some(&keys[5]), Some(1_000)), keys[6..106]);
        assert_eq!(list(&world, Some(&keys[121]), None), Vec::<String>::new());
        assert_eq!(list(&world, None, Some(0)), Vec::<String>::new());
        // A key that is nobody's is a place between others.
        let stranger = world.stranger().to_string();
        let after = keys.iter().filter(|key| **key > stranger).take(3);
        assert_eq!(
            list(&world, Some(&stranger), Some(3)),
            after.cloned().collect::<Vec<_>>()
        );
    }
    let bad = QueryMsg::Issuers {
        start_after: Some("x".to_owned()),
        limit: None,
    };
    assert!(world.query::<IssuersResponse>(&bad).is_err());
}

#[test]
fn who_is_no_issuer_is_an_error() {
    let world = World::new();
    let issuer = world.stranger().to_string();
    let query = QueryMsg::Issuer {
        issuer: issuer.clone(),
    };
    let error = world
        .query::<IssuerResponse>(&query)
        .unwrap_err()
        .to_string();
    assert!(error.contains("there is no issuer"), "{error}");
    let query = QueryMsg::MintAllowance { issuer };
    let error = world
        .query::<MintAllowanceResponse>(&query)
        .unwrap_err()
        .to_string();
    assert!(error.contains("there is no issuer"), "{error}");
    let query = QueryMsg::Issuer {
        issuer: "x".to_owned(),
    };
    assert!(world.query::<IssuerResponse>(&query).is_err());
}

#[test]
fn backing_is_live() {
    let mut world = World::new();
    let none = world.backing();
    assert_eq!((none.census, none.opc.u128()), (None, 60_000));
    assert_eq!(none.bounty, coin(0, BOND_DENOM));
    world.sound(&[(0, 0)]);
    world.mint(0, 1_000_000).unwrap();
    world.withdraw(0, 1_000).unwrap();
    let now = world.now();
    let until = world.issuer(0).until;
    let all = world.backing();
    assert_eq!((all.supply.u128(), all.forgiven.u128()), (1_000_000, 0));
    assert_eq!((all.outstanding.u128(), all.orphan.u128()), (1_000_000, 0));
    assert_eq!((all.census, all.issuers.len()), (Some(2), 2));
    let first = all
        .issuers
        .into_iter()
        .find(|x| x.issuer == world.issuers[0]);
    assert_eq!(
        first.unwrap(),
        IssuerBacking {
            issuer: world.issuers[0].clone(),
            outstanding: Uint128::new(1_000_000),
            committed: Uint128::new(4_096),
            until,
            proven: Uint128::new(1_024),
            effective: Uint128::new(1_024),
            backing: Uint128::new(1_024 * 2_592_000),
            bond: Uint128::new(100_000_000),
            leaving: Uint128::new(1_000),
            bond_cap: Uint128::new(99_999_000_000),
            short: Uint128::zero(),
            curing_until: None,
        }
    );
    // With time less backs, to the second, and nothing after the end.
    world.at(until - 10);
    assert_eq!(world.issuer(0).backing.u128(), 10_240);
    assert_eq!(
        world.issuer(0).short.u128(),
        1_000_000 - 10_240 * 1_000_000 / 60_000
    );
    world.flag(0).unwrap();
    assert_eq!(world.issuer(0).curing_until, Some(until - 10 + 7 * 86_400));
    world.at(until);
    let known = world.issuer(0);
    assert_eq!(
        (
            known.effective.u128(),
            known.backing.u128(),
            known.short.u128()
        ),
        (0, 0, 1_000_000)
    );
    assert_eq!(known.proven.u128(), 1_024);
    let query = QueryMsg::Issuer {
        issuer: world.issuers[0].to_string(),
    };
    let answer: IssuerResponse = world.query(&query).unwrap();
    assert_eq!(answer.bond_free_at, Some(now + 21 * 86_400));
}
