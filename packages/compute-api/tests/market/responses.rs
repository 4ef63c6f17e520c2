//! What is answered.

use compute_api::market::{
    AllTermsResponse, BatchState, BatchesResponse, Crank, DeadlinesResponse, DemandState,
    DemandsResponse, EndCause, ExposureResponse, Halt, HoldingsResponse, OpeningsResponse,
    OrderState, OrdersResponse, Params, Privacy, ProgramsResponse, QuoteResponse,
    RedemptionQueueResponse, Registration, SlotStage, SlotsResponse, VoidsResponse,
};
use cosmwasm_schema::schema_for;
use cosmwasm_std::{Uint128, to_json_string};

use crate::{
    examples::{read, read_all},
    messages::PARAMS,
};

#[test]
fn orders_and_their_queue() {
    let orders: OrdersResponse = read(
        r#"{"orders":[{"order":7,"owner":"app","mode":{"redeem":{"issuer":"is",
            "fee":"50000"}},"coordinator":"co","coordinator_key":"07","authoriser":{
            "coordinator":{"daily_cap":"1000000"}},"authoriser_key":"07",
            "privacy":"sampled","samples":16,"opc":"60000000000000","opened_at":1780000000,
            "expires":1800000000,"state":"ending","end_cause":"late",
            "closes":{"time":1790003600,"height":500100},
            "coins":{"put_in":"10","spent":"1","reserved":"2","paid_back":"3","free":"4"},
            "ops":{"total":"600","authorised":"500","reserved":"120","used":"60"},
            "open_batches":1,"cap":{"reserved":"2","resets_at":1790006400},
            "redemption":{"rate":"1000000000000","called":"500","call":{"place":2,
            "serve_by":{"time":1790000000,"height":500000}},"fee_left":"40000"}}],
            "next":7}"#,
    );
    let coins = orders.orders[0].coins;
    let parts = [coins.spent, coins.reserved, coins.paid_back, coins.free];
    assert_eq!(coins.put_in, parts.into_iter().sum::<Uint128>());
    let _: RedemptionQueueResponse = read(
        r#"{"record":{"issuer":"is","open":"10","queued_ops":"320","served_calls":4,
            "late_calls":1,"late_ops":"20"},"queue":[{"call":{"place":2,
            "serve_by":{"time":1790000000,"height":500000}},"order":7,"ops":"320"}]}"#,
    );
    let _: QuoteResponse = read(
        r#"{"opc":"60000000000000","ops":"600","redemption":{"rate":"1000000000000",
            "room":"90","queued_ops":"320","serve_by":{"time":1790000000,
            "height":500000}}}"#,
    );
    let _: HoldingsResponse = read(r#"{"free":"4","reserved":"2","fees":"40000","bonds":"0"}"#);
}

#[test]
fn batches_and_what_they_owe() {
    let batches: BatchesResponse = read(
        r#"{"batches":[{"batch":9,"order":7,"worker":"gpu","commitment":{"first_nonce":1,
            "span":1000,"ops":"120","commit_by":1790000000,"root":"09"},
            "committed_at":1789990000,"height":498000,"slot":3,"state":"challenged",
            "charge":"2","opened":5,"prove_by":{"time":1789999000,"height":498400},
            "open_until":{"time":1790080000,"height":500000},"demands":2,
            "open_demands":1,"void_ops":"0","pending_voids":1,"ended_at":null}],
            "next":null}"#,
    );
    assert_eq!(batches.batches[0].state, BatchState::Challenged);
    let _: OpeningsResponse = read(
        r#"{"batch":9,"state":"challenged","randomness":"0c","prove_by":{
            "time":1789999000,"height":498400},"samples":[{"sample":0,"position":"77",
            "by_cost":true,"opened":true},{"sample":1,"position":"3","by_cost":false,
            "opened":false}]}"#,
    );
    let _: DemandsResponse = read(
        r#"{"demands":[{"demand":1,"target":{"receipt":{"nonce":12}},"bond":"10000000",
            "made_at":1789995000,"answer_by":{"time":1790016600,"height":499000},
            "state":"answered","answered_by":"relay"}]}"#,
    );
    let _: VoidsResponse = read(
        r#"{"voids":[{"nonce":12,"ops":"5","standing":10,"is_void":null},
            {"nonce":13,"ops":"5","standing":10,"is_void":true}]}"#,
    );
    let _: ExposureResponse = read(
        r#"{"worker":"gpu","unsettled":"2","open_batches":1,"slashable":"1200",
            "room":"98"}"#,
    );
}

#[test]
fn slots_in_each_stage() {
    let stages = [
        r#"{"open":{"late_at":498100}}"#,
        r#"{"sealed":{"round":1000,"seals":1,"challenge_one_in":8,"post_by":{
            "time":1789994000,"height":498200}}}"#,
        r#"{"drawn":{"round":1000,"randomness":"0c","challenge_one_in":8,"prove_by":{
            "time":1789999000,"height":498400}}}"#,
        r#"{"void":{}}"#,
    ];
    read_all::<SlotStage>(&schema_for!(SlotStage), &stages);
    let slots: SlotsResponse = read(
        r#"{"slots":[{"slot":3,"opened_at":1789990000,"ends_at":1789990600,
            "last_height":498000,"first_batch":9,"batches":1,
            "stage":{"open":{"late_at":null}}}]}"#,
    );
    assert_eq!(slots.slots[0].stage, SlotStage::Open { late_at: None });
}

#[test]
fn programs_terms_and_parameters() {
    let _: ProgramsResponse = read(
        r#"{"programs":[{"program":"07","version":1,"slots":1,"operations":1,"cost":"120",
            "top":"08","registrar":"app","registered_at":1780000000,"height":400000}]}"#,
    );
    let _: Registration = read(
        r#"{"registrar":"app","program":"07","slots":1,"operations":40,"cost":"120",
            "started_at":1780000000}"#,
    );
    let _: AllTermsResponse = read(
        r#"{"terms":[{"operator":"gpu","terms":{"min_price_bps":9500,"min_fee_bps":0},
            "declared_at":1780000000}]}"#,
    );
    let _: Halt = read(r#"{"from":1780000000,"until":1780007200}"#);
    assert_eq!(read::<Params>(PARAMS), Params::production());
}

#[test]
fn deadlines_name_the_message_that_they_allow() {
    let cranks = [
        r#"{"seal_slot":{"slot":3}}"#,
        r#"{"draw_slot":{"slot":3}}"#,
        r#"{"fail_batch":{"batch":9}}"#,
        r#"{"settle_batch":{"batch":9}}"#,
        r#"{"end_order":{"order":7}}"#,
        r#"{"close_order":{"order":7}}"#,
    ];
    read_all::<Crank>(&schema_for!(Crank), &cranks);
    for crank in cranks {
        read::<compute_api::market::ExecuteMsg>(crank);
    }
    let _: DeadlinesResponse = read(
        r#"{"deadlines":[{"crank":{"fail_batch":{"batch":9}},"after":{"time":1789999000,
            "height":498400}}],"next":[1789990000,{"settle_batch":{"batch":12}}]}"#,
    );
}

#[test]
fn states_are_shown_as_they_are_written() {
    let quoted = |shown: String| format!("\"{shown}\"");
    for text in [
        "committed",
        "sealed",
        "cleared",
        "challenged",
        "proven",
        "settled",
        "failed",
        "overturned",
    ] {
        let state: BatchState = read(&quoted(text.to_owned()));
        assert_eq!(state.to_string(), text);
    }
    for privacy in [Privacy::Sampled, Privacy::Private] {
        assert_eq!(
            to_json_string(&privacy).unwrap(),
            quoted(privacy.to_string())
        );
    }
    for cause in [EndCause::Expired, EndCause::Cancelled, EndCause::Late] {
        assert_eq!(to_json_string(&cause).unwrap(), quoted(cause.to_string()));
    }
    read_all::<OrderState>(
        &schema_for!(OrderState),
        &[r#""open""#, r#""ending""#, r#""closed""#],
    );
    read_all::<DemandState>(
        &schema_for!(DemandState),
        &[r#""open""#, r#""answered""#, r#""returned""#],
    );
}
