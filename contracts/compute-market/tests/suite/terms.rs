//! What operators take.

use compute_api::market::{
    AllTermsResponse, ExecuteMsg, Hook, Mode, QueryMsg, Terms, TermsResponse,
};

use crate::world::{World, new_order, redeem, refused};

fn terms(min_price_bps: u32, min_fee_bps: u32) -> ExecuteMsg {
    ExecuteMsg::SetTerms {
        terms: Terms {
            min_price_bps,
            min_fee_bps,
        },
    }
}

#[test]
fn by_operators_alone() {
    let mut world = World::new();
    refused(world.anyone(&terms(1, 1)), "it takes a registered operator");
    let worker = world.workers[0].clone();
    world.ok(&worker, &terms(0, 0));
    refused(
        world.execute(&worker, &terms(1_000_001, 0)),
        "min_price_bps is 1000001",
    );
    refused(
        world.execute(&worker, &terms(0, 10_001)),
        "min_fee_bps is 10001",
    );
}

#[test]
fn what_is_declared_counts_from_then_on() {
    let mut world = World::new();
    let coordinator = world.coordinator.clone();
    let asked = |world: &World| -> TermsResponse {
        let operator = world.coordinator.to_string();
        world.query(&QueryMsg::Terms { operator }).unwrap()
    };
    let par = Terms {
        min_price_bps: 10_000,
        min_fee_bps: 0,
    };
    assert_eq!(
        (asked(&world).terms, asked(&world).declared_at),
        (par, None)
    );
    world.ok(&coordinator, &terms(5_000, 100));
    assert_eq!(asked(&world).declared_at, Some(world.now()));
    world.open(10_000, new_order(&world, Mode::Pay { price_bps: 5_000 }));
    let owner = world.app_owner.clone();
    let below = Hook::OpenOrder(new_order(&world, Mode::Pay { price_bps: 4_999 }));
    refused(world.send(&owner, 10_000, &below), "price_bps is 4999");
    // A hundredth of what is redeemed, rounded up.
    world.open(10_001 + 101, redeem(&world, 101));
    let short = Hook::OpenOrder(redeem(&world, 100));
    refused(
        world.send(&owner, 10_001 + 100, &short),
        "fee is 100: must be 101",
    );
}

#[test]
fn listed_by_operator() {
    let mut world = World::new();
    for worker in world.workers.clone() {
        world.ok(&worker, &terms(7, 7));
    }
    let page = |start_after: Option<String>, limit| -> AllTermsResponse {
        world
            .query(&QueryMsg::AllTerms { start_after, limit })
            .unwrap()
    };
    let all = page(None, None).terms;
    assert_eq!(all.len(), 4);
    assert!(all.is_sorted_by_key(|terms| terms.operator.clone()));
    let second = all[1].operator.to_string();
    assert_eq!(page(Some(second), Some(1)).terms, all[2..3]);
}
