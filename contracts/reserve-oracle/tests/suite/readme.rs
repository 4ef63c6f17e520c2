//! What README.md and SECURITY.md show is the contract's.

use std::{collections::BTreeSet, path::Path};

use compute_api::oracle::{ExecuteMsg, Hook, InstantiateMsg, Params, QueryMsg, Tier};
use cosmwasm_std::{coin, from_json, to_json_string};
use test_suite::security::named_tests;

use super::messages::{KINDS, number};

const README: &str = include_str!("../../README.md");

/// The JSON at the beginning of each row of a table.
fn rows() -> impl Iterator<Item = String> {
    README.lines().filter_map(|line| {
        let rest = line.strip_prefix("| `{")?;
        Some(format!("{{{}", rest.split('`').next()?))
    })
}

/// As shown it is as the types write it: nothing is left out, nothing is old.
fn exact<T: serde::Serialize + serde::de::DeserializeOwned>(json: &str) -> Option<T> {
    let parsed: T = from_json(json).ok()?;
    (to_json_string(&parsed).unwrap() == json).then_some(parsed)
}

#[test]
fn every_message_hook_and_query_is_shown_and_parses() {
    let mut messages = BTreeSet::new();
    let mut hooks = BTreeSet::new();
    let mut queries = BTreeSet::new();
    for json in rows() {
        if let Some(msg) = exact::<ExecuteMsg>(&json) {
            if let ExecuteMsg::Receive(sent) = &msg {
                from_json::<Hook>(&sent.msg).unwrap();
            }
            messages.insert(number(&msg));
        } else if let Some(hook) = exact::<Hook>(&json) {
            hooks.insert(match hook {
                Hook::Retire {} => 0,
                Hook::Redeem { .. } => 1,
            });
        } else {
            let query = exact::<QueryMsg>(&json).unwrap_or_else(|| panic!("{json}"));
            queries.insert(query_number(&query));
        }
    }
    assert_eq!(messages, (0..KINDS).collect());
    assert_eq!(hooks, (0..2).collect());
    assert_eq!(queries, (0..20).collect());
}

/// A new query does not compile until it is here.
const fn query_number(query: &QueryMsg) -> usize {
    match query {
        QueryMsg::Ownership {} => 0,
        QueryMsg::Contracts {} => 1,
        QueryMsg::Params {} => 2,
        QueryMsg::Guardian {} => 3,
        QueryMsg::Announced { .. } => 4,
        QueryMsg::Pauses {} => 5,
        QueryMsg::BeaconNetwork {} => 6,
        QueryMsg::Beacon { .. } => 7,
        QueryMsg::Peg {} => 8,
        QueryMsg::PegAt { .. } => 9,
        QueryMsg::PegHistory { .. } => 10,
        QueryMsg::Tiers {} => 11,
        QueryMsg::Backing { .. } => 12,
        QueryMsg::MintAllowance { .. } => 13,
        QueryMsg::Issuer { .. } => 14,
        QueryMsg::Issuers { .. } => 15,
        QueryMsg::Census {} => 16,
        QueryMsg::Censuses { .. } => 17,
        QueryMsg::Operator { .. } => 18,
        QueryMsg::Operators { .. } => 19,
    }
}

#[test]
fn the_beginning_that_is_shown_is_productions() {
    let (_, rest) = README.split_once("```json\n").unwrap();
    let (json, _) = rest.split_once("```").unwrap();
    let shown: InstantiateMsg = from_json(json).unwrap();
    assert_eq!(shown.params, Params::production(coin(1_000_000, "ubond")));
    let tier = Tier::defaults()
        .into_iter()
        .find(|tier| tier.id == shown.mainstream);
    assert_eq!(shown.tiers, [tier.unwrap()]);
    let quicknet = compute_proofs::beacon::QUICKNET;
    assert_eq!(
        (shown.beacon.genesis, shown.beacon.period),
        (quicknet.genesis, quicknet.period)
    );
    assert_eq!(shown.beacon.public_key.as_slice(), quicknet.public_key);
}

/// Tests that SECURITY.md names exist.
#[test]
fn every_test_that_security_names_is_there() {
    let contract = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (page, suite) = (contract.join("SECURITY.md"), contract.join("tests/suite"));
    let named = named_tests(&page, &suite, &["World", "file"]).unwrap();
    assert!(named > 40, "{named}");
}
