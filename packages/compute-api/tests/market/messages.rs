//! What is sent and asked.

use std::collections::{BTreeMap, BTreeSet};

use compute_api::{
    Role,
    market::{
        Answer, Authoriser, Change, ExecuteMsg, Hook, InstantiateMsg, MigrateMsg, Mode, QueryMsg,
        Target,
    },
};
use cosmwasm_schema::{QueryResponses, schema_for};
use cosmwasm_std::to_json_string;

use crate::examples::{name, read, read_all};

pub(crate) const PARAMS: &str = r#"{
    "orders":{"min_pay":"1000000","min_price_bps":1,"max_price_bps":1000000,
        "max_life":7776000,"commit_within":{"seconds":3600,"blocks":100},
        "cap_period":86400},
    "redemptions":{"min_amount":"1000000","pace_bps":10000,
        "slack":{"seconds":3600,"blocks":100}},
    "batches":{"slot":600,"draw_after":30,"late_after":60,
        "post_within":{"seconds":3600,"blocks":100},"max_seals":24,"challenge_one_in":1,
        "samples":16,"min_samples":6,"max_samples":64,
        "prove_within":{"seconds":7200,"blocks":200},
        "window":{"seconds":86400,"blocks":2000},"exposure_factor":12},
    "demands":{"per_batch":4,"bond":"1000000",
        "answer_within":{"seconds":21600,"blocks":600},
        "react_within":{"seconds":21600,"blocks":600},"max_nodes":1024},
    "split":{"worker_bps":8500,"coordinator_bps":1000,"fee_coordinator_bps":6667,
        "compensation_bps":1000},
    "halts":{"block_seconds":10,"commit_within":3600},
    "timelock":604800
}"#;

const MESSAGES: &[&str] = &[
    r#"{"activate":{"contracts":{"coin":"c","oracle":"o","votes":"v","market":"m"}}}"#,
    r#"{"apply":{"id":1}}"#,
    r#"{"cancel":{"id":1}}"#,
    r#"{"register_program":{"program":"07","slots":1,"first":0,"operations":["AQ=="],
        "last":true}}"#,
    r#"{"set_terms":{"terms":{"min_price_bps":9500,"min_fee_bps":100}}}"#,
    r#"{"receive":{"sender":"app","amount":"5000000","msg":"e30="}}"#,
    r#"{"extend_order":{"order":7,"expires":1800000000}}"#,
    r#"{"cancel_order":{"order":7}}"#,
    r#"{"call_order":{"order":7,"authorisation":"AQ==","signature":"08"}}"#,
    r#"{"end_order":{"order":7}}"#,
    r#"{"close_order":{"order":7}}"#,
    r#"{"commit_batch":{"order":7,"worker":"gpu","commitment":{"first_nonce":1,
        "span":1000,"ops":"5000000000","commit_by":1790000000,"root":"09"},
        "signature":"0a","grant":"AQ=="}}"#,
    r#"{"seal_slot":{"slot":3}}"#,
    r#"{"draw_slot":{"slot":3}}"#,
    r#"{"prove_batch":{"batch":9,"openings":[{"sample":0,"evidence":"AQ=="}]}}"#,
    r#"{"answer_demand":{"batch":9,"demand":1,"answer":{"unclaimed":{"place":"AQ=="}}}}"#,
    r#"{"prove_fraud":{"batch":9,"proof":"AQ=="}}"#,
    r#"{"resolve_claims":{"first":{"batch":9,"receipt":"AQ==","delivery_signature":"0b"},
        "second":{"batch":10,"receipt":"Ag==","delivery_signature":null}}}"#,
    r#"{"decide_void":{"batch":9,"nonce":12}}"#,
    r#"{"fail_batch":{"batch":9}}"#,
    r#"{"settle_batch":{"batch":9}}"#,
    r#"{"tick":{}}"#,
    r#"{"update_ownership":"accept_ownership"}"#,
];

/// Who may send what; what is not here anyone may.
const ROLES: &[(&str, Role)] = &[
    ("activate", Role::Owner),
    ("announce", Role::Owner),
    ("cancel", Role::Owner),
    ("set_terms", Role::Operator),
    ("receive", Role::Coin),
];

fn announce() -> String {
    format!(r#"{{"announce":{{"change":{{"params":{PARAMS}}}}}}}"#)
}

fn messages() -> Vec<ExecuteMsg> {
    let announce = announce();
    let mut texts = MESSAGES.to_vec();
    texts.push(&announce);
    read_all(&schema_for!(ExecuteMsg), &texts)
}

#[test]
fn every_message_is_read_and_written_back() {
    assert_eq!(messages().len(), 24);
    let change: Change = read(&format!(r#"{{"params":{PARAMS}}}"#));
    assert_eq!(messages().last(), Some(&ExecuteMsg::Announce { change }));
    let _: InstantiateMsg = read(&format!(
        r#"{{"owner":"dao","params":{PARAMS},"contracts":null}}"#
    ));
    let _: MigrateMsg = read("{}");
}

#[test]
fn every_message_has_its_role() {
    let special: BTreeMap<&str, Role> = ROLES.iter().copied().collect();
    let mut met = BTreeSet::new();
    for message in messages() {
        let name = name(&to_json_string(&message).unwrap());
        let role = special.get(name.as_str()).copied();
        assert_eq!(message.role(), role.unwrap_or(Role::Anyone), "{name}");
        met.extend(role.map(|_| name));
    }
    assert_eq!(met.len(), special.len());
}

#[test]
fn every_hook_is_read_and_written_back() {
    let texts = [
        r#"{"open_order":{"mode":{"pay":{"price_bps":10000}},"coordinator":"co",
            "authoriser":{"app":{"public_key":"07"}},"privacy":"sampled","samples":6,
            "expires":1800000000}}"#,
        r#"{"open_order":{"mode":{"redeem":{"issuer":"is","fee":"50000"}},
            "coordinator":"co","authoriser":{"coordinator":{"daily_cap":"1000000"}},
            "privacy":"private","samples":null,"expires":1800000000}}"#,
        r#"{"top_up":{"order":7}}"#,
        r#"{"demand":{"batch":9,"target":{"receipt":{"nonce":12}}}}"#,
    ];
    let hooks: Vec<Hook> = read_all(&schema_for!(Hook), &texts);
    let Hook::OpenOrder(order) = &hooks[1] else {
        panic!("{:?}", hooks[1])
    };
    let fee = 50_000u32.into();
    let issuer = "is".to_owned();
    assert_eq!(order.mode, Mode::Redeem { issuer, fee });
    let daily_cap = 1_000_000u32.into();
    assert_eq!(order.authoriser, Authoriser::Coordinator { daily_cap });
}

#[test]
fn every_target_and_every_answer_is_read_and_written_back() {
    let targets = [
        r#"{"receipt":{"nonce":12}}"#,
        r#"{"outputs":{"nonce":12,"operation":4}}"#,
        r#"{"element":{"nonce":12,"operation":4,"output":0,"row":5,"col":6}}"#,
        r#"{"leaf":{"nonce":12,"operation":4,"output":0,"leaf":7}}"#,
        r#"{"nodes":{"nonce":12,"tree":{"trace":{}},"level":0,"first":0,"count":1024}}"#,
        r#"{"nodes":{"nonce":12,"tree":{"output":{"operation":4,"output":0}},"level":10,
            "first":0,"count":64}}"#,
    ];
    read_all::<Target>(&schema_for!(Target), &targets);
    let answers = [
        r#"{"unclaimed":{"place":"AQ=="}}"#,
        r#"{"out_of_range":{"receipt":"AQ==","operation":null}}"#,
        r#"{"out_of_range":{"receipt":"AQ==","operation":"Ag=="}}"#,
        r#"{"receipt":{"receipt":"AQ=="}}"#,
        r#"{"outputs":{"outputs":"AQ=="}}"#,
        r#"{"element":{"evidence":"AQ=="}}"#,
        r#"{"leaf":{"outputs":"AQ==","leaf":"Ag=="}}"#,
        r#"{"nodes":{"under":"AQ==","nodes":"Ag==","siblings":"Aw=="}}"#,
    ];
    read_all::<Answer>(&schema_for!(Answer), &answers);
}

#[test]
fn every_query_is_read_and_written_back() {
    let texts = [
        r#"{"contracts":{}}"#,
        r#"{"params":{}}"#,
        r#"{"announced":{"start_after":1,"limit":10}}"#,
        r#"{"holdings":{}}"#,
        r#"{"last_halt":{}}"#,
        r#"{"program":{"program":"07"}}"#,
        r#"{"programs":{"start_after":"07","limit":10}}"#,
        r#"{"registration":{"registrar":"app"}}"#,
        r#"{"terms":{"operator":"gpu"}}"#,
        r#"{"all_terms":{"start_after":"gpu","limit":10}}"#,
        r#"{"quote":{"amount":"1000000","mode":{"pay":{"price_bps":10000}}}}"#,
        r#"{"order":{"order":7}}"#,
        r#"{"orders":{"owner":"app","coordinator":"co","issuer":"is","start_after":6,
            "limit":10}}"#,
        r#"{"redemption_queue":{"issuer":"is","start_after":2,"limit":10}}"#,
        r#"{"batch":{"batch":9}}"#,
        r#"{"batches":{"order":7,"worker":"gpu","state":"challenged","start_after":8,
            "limit":10}}"#,
        r#"{"slot":{"slot":3}}"#,
        r#"{"slots":{"start_after":4,"limit":10}}"#,
        r#"{"openings":{"batch":9}}"#,
        r#"{"demands":{"batch":9,"start_after":1,"limit":10}}"#,
        r#"{"voids":{"batch":9,"start_after":12,"limit":10}}"#,
        r#"{"exposure":{"worker":"gpu"}}"#,
        r#"{"deadlines":{"until":1790000000,
            "start_after":[1789999999,{"settle_batch":{"batch":9}}],"limit":10}}"#,
        r#"{"ownership":{}}"#,
    ];
    read_all::<QueryMsg>(&schema_for!(QueryMsg), &texts);
    let answered = QueryMsg::response_schemas().unwrap();
    let asked: BTreeSet<String> = texts.iter().map(|text| name(text)).collect();
    assert_eq!(asked, answered.into_keys().collect());
}

#[test]
fn pages_and_filters_can_be_left_out() {
    let batches: QueryMsg = cosmwasm_std::from_json(r#"{"batches":{}}"#).unwrap();
    let nothing = QueryMsg::Batches {
        order: None,
        worker: None,
        state: None,
        start_after: None,
        limit: None,
    };
    assert_eq!(batches, nothing);
}
