//! What the README shows is the contract's.

use std::{collections::BTreeSet, path::Path};

use compute_api::coin::{ExecuteMsg, InstantiateMsg, QueryMsg};
use cosmwasm_std::{from_json, to_json_string};
use test_suite::security::named_tests;

use crate::permissions::{MESSAGES, number};

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
    assert_eq!(to_json_string(&parsed).unwrap(), json);
    Some(parsed)
}

#[test]
fn every_message_and_query_is_shown_and_parses() {
    let mut messages = BTreeSet::new();
    let mut queries = BTreeSet::new();
    let mut instantiations = 0;
    for json in rows() {
        if let Some(msg) = exact::<ExecuteMsg>(&json) {
            messages.insert(number(&msg));
        } else if let Some(query) = exact::<QueryMsg>(&json) {
            queries.insert(query_number(&query));
        } else {
            exact::<InstantiateMsg>(&json).unwrap_or_else(|| panic!("{json}"));
            instantiations += 1;
        }
    }
    assert_eq!(messages, (0..MESSAGES).collect());
    assert_eq!(queries, (0..12).collect());
    assert_eq!(instantiations, 1);
}

/// A new query does not compile until it is here.
fn query_number(query: &QueryMsg) -> usize {
    match query {
        QueryMsg::Ownership {} => 0,
        QueryMsg::Contracts {} => 1,
        QueryMsg::Supply {} => 2,
        QueryMsg::Balance { .. } => 3,
        QueryMsg::TokenInfo {} => 4,
        QueryMsg::Minter {} => 5,
        QueryMsg::Allowance { .. } => 6,
        QueryMsg::AllAllowances { .. } => 7,
        QueryMsg::AllSpenderAllowances { .. } => 8,
        QueryMsg::AllAccounts { .. } => 9,
        QueryMsg::MarketingInfo {} => 10,
        QueryMsg::DownloadLogo {} => 11,
    }
}

/// Tests that SECURITY.md names exist.
#[test]
fn every_test_that_security_names_is_there() {
    let contract = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (page, suite) = (contract.join("SECURITY.md"), contract.join("tests/suite"));
    let named = named_tests(&page, &suite, &["World", "file"]).unwrap();
    assert!(named > 15, "{named}");
}
