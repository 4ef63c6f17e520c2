//! What README and SECURITY say is there.

use std::{collections::BTreeSet, path::Path};

use compute_api::votes::{Change, ExecuteMsg, Hook, Params, QueryMsg};
use cosmwasm_std::from_json;
use test_suite::security::named_tests;

use crate::permissions::number;

#[test]
fn every_message_is_shown_and_parses() {
    let mut shown = BTreeSet::new();
    for line in include_str!("../../README.md").lines() {
        let Some(json) = line
            .strip_prefix("| `{")
            .and_then(|rest| rest.split('`').next())
        else {
            continue;
        };
        let json = format!("{{{json}");
        if let Ok(msg) = from_json::<ExecuteMsg>(&json) {
            shown.insert(number(&msg));
            if let ExecuteMsg::Announce { change } = msg {
                assert_eq!(change, Change::Params(Params::production()));
            }
        } else {
            let known = from_json::<Hook>(&json).is_ok() || from_json::<QueryMsg>(&json).is_ok();
            assert!(known, "{json}");
        }
    }
    assert_eq!(shown, (0..20).collect());
}

/// Tests that SECURITY.md names exist.
#[test]
fn every_test_that_security_names_is_there() {
    let contract = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (page, suite) = (contract.join("SECURITY.md"), contract.join("tests/suite"));
    let named = named_tests(&page, &suite, &["Chain", "compute_proofs"]).unwrap();
    assert!(named > 25, "{named}");
}
