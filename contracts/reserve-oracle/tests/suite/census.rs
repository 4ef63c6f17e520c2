//! Whole censuses, and what they show.

use compute_api::oracle::{
    CensusRecord, CensusResult, CensusStage, TierCapacity, events::OracleEvent,
};
use cosmwasm_std::Uint128;

use super::world::{World, events, randomness};

/// What nine units are worth: 9 · 2 · 16³ / (60 + 12).
const NINE: u128 = 1_024;

#[test]
fn two_operators_through_a_census() {
    let mut world = World::new();
    world.join(0, 0);
    assert_eq!(world.census().current, None);
    assert_eq!(world.census().next_from, 0);

    let slot = world.open();
    let opened = world.census().current.unwrap();
    let round = world.round(slot);
    assert_eq!((opened.id, opened.slot, opened.round), (1, slot, round));
    assert_eq!(opened.beacon.as_slice(), randomness(round));
    let from = world.round_time(slot);
    assert_eq!(opened.round_time, from);
    assert_eq!(
        opened.stage,
        CensusStage::Committing {
            until: from + 60,
            seal_by: from + 120
        }
    );
    let opened_at = world.height();
    for (at, units) in [(0, 9), (1, 18)] {
        let done = world.commit(at, units).unwrap();
        let committed = world.work(at, units).commitment();
        assert_eq!(
            events(&done),
            [OracleEvent::CensusCommitted {
                census: 1,
                operator: world.operators[at].to_string(),
                units,
                root: committed.root.0.into(),
            }]
        );
    }
    world.seal_in_time();
    let CensusStage::Sealed { round, post_by } = world.stage() else {
        panic!("not sealed");
    };
    let time = super::world::network().time_of(round);
    assert!((from + 61 + 30..from + 61 + 33).contains(&time));
    assert_eq!(post_by, time + 600);
    world.post_draw();
    let (posted, height) = (world.now(), world.height());
    assert_eq!(
        world.stage(),
        CensusStage::Answering {
            round,
            until: posted + 600,
            until_height: height + 10
        }
    );
    let done = world.answer(0, 9).unwrap();
    assert_eq!(
        events(&done),
        [
            OracleEvent::ProvenChanged {
                issuer: world.issuers[0].to_string(),
                operator: world.operators[0].to_string(),
                census: 1,
                proven: Uint128::zero(),
            },
            OracleEvent::CensusAnswered {
                census: 1,
                operator: world.operators[0].to_string(),
                proven: Uint128::new(NINE),
                rate: Uint128::zero(),
                tier: None,
            }
        ]
    );
    world.answer(1, 18).unwrap();
    let done = world.close_in_time();
    assert_eq!(
        events(&done),
        [OracleEvent::CensusClosed {
            census: 1,
            operators: 2,
            rate: Uint128::zero(),
            mainstream: None,
            held_for: 0,
        }]
    );
    let census = world.census();
    assert_eq!((census.current, census.next_from), (None, from + 3_600));
    let none = |tier: &str| TierCapacity {
        tier: tier.to_owned(),
        rate: Uint128::zero(),
    };
    assert_eq!(
        census.last,
        Some(CensusRecord {
            id: 1,
            slot,
            beacon: randomness(world.round(slot)).into(),
            height: opened_at,
            round_time: from,
            closed_at: world.now(),
            operators: 2,
            rate: Uint128::zero(),
            by_tier: ["small", "middle", "large"].map(none).into(),
            mainstream: None,
        })
    );
    let operator = world.operator(1);
    assert_eq!(
        operator.results,
        [CensusResult {
            id: 1,
            rate: Uint128::new(2 * NINE)
        }]
    );
    assert!(operator.commitment.unwrap().answered);
}
