//! Events as they stand in a transaction.

use std::collections::BTreeSet;

use compute_api::{
    events::EventError,
    market::{
        Target,
        events::{BatchEvent, MarketEvent, OrderEvent},
    },
};
use cosmwasm_std::Event;

/// Each event once, with all of its attributes: its type, then `key=value`.
const EVENTS: &[&str] = &[
    "market_activated time=1",
    "market_announced id=1 ready_at=2",
    "market_applied id=1",
    "market_cancelled id=1",
    "halt_seen from=1 until=2",
    "operations_added registrar=app program=07 slots=1 operations=40 cost=120 time=1",
    "program_registered registrar=app program=07 slots=1 operations=40 cost=120 top=08 \
     time=1 height=2",
    "terms_set operator=gpu min_price_bps=9500 min_fee_bps=0 time=1",
    "order_opened order=7 owner=app coordinator=co coordinator_key=07 authoriser_key=08 \
     daily_cap=1000000 privacy=sampled samples=16 opc=60 price_bps=10000 issuer=is \
     fee=50000 rate=1000 time=1 expires=2",
    "order_changed order=7 cause=committed batch=9 put_in=10 spent=1 reserved=2 \
     paid_back=3 free=4 fee_left=0 ops_total=600 ops_authorised=500 ops_reserved=120 \
     ops_used=60 open_batches=1 cap_reserved=2 cap_resets_at=3",
    "order_extended order=7 expires=2",
    "order_ended order=7 cause=late closes=3 closes_height=4",
    "order_closed order=7 owner=app amount=4",
    "order_called order=7 issuer=is place=2 called=500 serve_by=3 serve_by_height=4",
    "call_ended order=7 issuer=is place=2 outcome=served",
    "redemption_queue_changed issuer=is open=10 queued_ops=320 served_calls=4 \
     late_calls=1 late_ops=20",
    "slot_opened slot=3 time=1 ends_at=2",
    "slot_late slot=3 height=4",
    "slot_sealed slot=3 round=1000 seals=1 challenge_one_in=8 post_by=3 post_by_height=4 \
     open_until=5 open_until_height=6",
    "slot_drawn slot=3 round=1000 randomness=0c prove_by=3 prove_by_height=4",
    "slot_void slot=3",
    "batch_committed batch=9 order=7 worker=gpu slot=3 first_nonce=1 span=1000 ops=120 \
     commit_by=3 root=09 charge=2 time=1 height=2",
    "samples_opened batch=9 opened=1f00 count=5",
    "batch_proven batch=9",
    "demand_made batch=9 demand=1 target={\"receipt\":{\"nonce\":12}} bond=10 time=1 \
     answer_by=3 answer_by_height=4",
    "demand_answered batch=9 demand=1 by=relay unclaimed=false open_until=5 \
     open_until_height=6",
    "demand_bond_returned batch=9 demand=1 owner=app amount=10",
    "claim_resolved batch=9 nonce=12 ops=5 standing=10 pending_voids=1",
    "void_decided batch=9 nonce=12 is_void=true void_ops=5 pending_voids=0",
    "coordinator_at_fault coordinator=co order=7 nonce=12 batch=10",
    "batch_failed batch=9 cause=unanswered demand=1 penalty=16 time=1",
    "batch_overturned batch=9 fraud=element reporter=aud compensation=1 time=1",
    "batch_settled batch=9 ops=115 worker_paid=3 coordinator_paid=1 protection_paid=1 \
     burnt=0 time=1",
    "exposure_changed worker=gpu unsettled=2 open_batches=1",
];

/// Attributes that an event can leave out.
const OPTIONAL: &[&str] = &[
    "order_opened daily_cap",
    "order_opened price_bps",
    "order_opened issuer",
    "order_opened fee",
    "order_opened rate",
    "order_changed batch",
    "order_changed cap_reserved",
    "order_changed cap_resets_at",
    "demand_answered open_until",
    "demand_answered open_until_height",
    "batch_failed demand",
];

fn event(text: &str) -> Event {
    let mut words = text.split(' ');
    let kind = words.next().unwrap();
    let attributes = words.map(|word| word.split_once('=').unwrap());
    Event::new(kind).add_attributes(attributes)
}

#[test]
fn every_event_is_read_and_written_back() {
    let shown: BTreeSet<String> = EVENTS.iter().map(|text| event(text).ty).collect();
    let types = OrderEvent::TYPES.iter().chain(BatchEvent::TYPES);
    assert_eq!(shown, types.map(|kind| (*kind).to_owned()).collect());
    assert_eq!(
        EVENTS.len(),
        OrderEvent::TYPES.len() + BatchEvent::TYPES.len()
    );
    for text in EVENTS {
        let event = event(text);
        let parsed = MarketEvent::parse(&event).unwrap().unwrap();
        assert_eq!(Event::from(parsed.clone()), event);
        // As the chain shows it.
        let mut shown = Event::new(format!("wasm-{}", event.ty));
        shown = shown.add_attribute("_contract_address", "market");
        shown.attributes.extend(event.attributes);
        assert_eq!(MarketEvent::parse(&shown), Ok(Some(parsed)));
    }
}

#[test]
fn only_what_can_be_left_out_may_be_missing() {
    let mut optional = Vec::new();
    for text in EVENTS {
        let whole = event(text);
        for at in 0..whole.attributes.len() {
            let mut event = whole.clone();
            let missing = event.attributes.remove(at).key;
            match MarketEvent::parse(&event) {
                Ok(parsed) => {
                    assert_eq!(Event::from(parsed.unwrap()), event);
                    optional.push(format!("{} {missing}", event.ty));
                }
                Err(error) => {
                    let named = matches!(&error, EventError::Missing { attribute } if *attribute == missing);
                    assert!(named, "{text}: {error}");
                }
            }
        }
    }
    assert_eq!(optional, OPTIONAL);
}

#[test]
fn what_is_malformed_is_named() {
    let malformed = [
        ("slot_void slot=x", "slot", "x"),
        (
            "exposure_changed worker=gpu unsettled=-2 open_batches=1",
            "unsettled",
            "-2",
        ),
        (
            "demand_made batch=9 demand=1 target={\"all\":{}} bond=10 time=1 answer_by=3 \
             answer_by_height=4",
            "target",
            "{\"all\":{}}",
        ),
    ];
    for (text, attribute, value) in malformed {
        let value = value.to_owned();
        let error = EventError::Malformed { attribute, value };
        assert_eq!(MarketEvent::parse(&event(text)), Err(error));
    }
}

#[test]
fn other_contracts_events_are_passed_over() {
    for text in ["transfer amount=1", "votes_activated time=1"] {
        assert_eq!(MarketEvent::parse(&event(text)), Ok(None));
    }
}

#[test]
fn a_demands_target_is_typed() {
    let text = EVENTS.iter().find(|text| text.starts_with("demand_made"));
    let parsed = MarketEvent::parse(&event(text.unwrap())).unwrap().unwrap();
    let MarketEvent::Batch(BatchEvent::Demanded { target, .. }) = parsed else {
        panic!("{parsed:?}")
    };
    assert_eq!(target, Target::Receipt { nonce: 12 });
}
