//! What the README shows is the contract's.

use std::{collections::BTreeSet, path::Path};

use compute_api::market::{Answer, ExecuteMsg, Hook, QueryMsg, Target, Tree};
use cosmwasm_std::{from_json, to_json_string};
use test_suite::security::named_tests;

use crate::permissions::{MESSAGES, number};

const README: &str = include_str!("../../README.md");

/// The JSON in each row of a table.
fn shown() -> impl Iterator<Item = String> {
    let rows = README.lines().filter(|line| line.starts_with("| `{"));
    rows.flat_map(|line| {
        let code = line.split('`').skip(1).step_by(2);
        code.filter(|code| code.starts_with('{')).map(str::to_owned)
    })
}

/// As shown it is as the types write it: nothing is left out, nothing is old.
fn exact<T: serde::Serialize + serde::de::DeserializeOwned>(json: &str) -> Option<T> {
    let parsed: T = from_json(json).ok()?;
    assert_eq!(to_json_string(&parsed).unwrap(), json);
    Some(parsed)
}

#[test]
fn every_message_hook_target_answer_and_query_is_shown_and_parses() {
    let mut found = [(); 5].map(|()| BTreeSet::new());
    for json in shown() {
        if let Some(msg) = exact::<ExecuteMsg>(&json) {
            found[0].insert(number(&msg));
        } else if let Some(hook) = exact::<Hook>(&json) {
            found[1].insert(hook_number(&hook));
        } else if let Some(target) = exact::<Target>(&json) {
            found[2].insert(target_number(&target));
        } else if let Some(answer) = exact::<Answer>(&json) {
            found[3].insert(answer_number(&answer));
        } else {
            let query = exact::<QueryMsg>(&json).unwrap_or_else(|| panic!("{json}"));
            found[4].insert(query_number(&query));
        }
    }
    let all = [MESSAGES, 3, 6, 7, 24].map(|count| (0..count).collect::<BTreeSet<_>>());
    assert_eq!(found, all);
}

/// New ones do not compile until they are here.
fn hook_number(hook: &Hook) -> usize {
    match hook {
        Hook::OpenOrder(_) => 0,
        Hook::TopUp { .. } => 1,
        Hook::Demand { .. } => 2,
    }
}

fn target_number(target: &Target) -> usize {
    match target {
        Target::Receipt { .. } => 0,
        Target::Outputs { .. } => 1,
        Target::Element { .. } => 2,
        Target::Leaf { .. } => 3,
        Target::Nodes {
            tree: Tree::Trace {},
            ..
        } => 4,
        Target::Nodes {
            tree: Tree::Output { .. },
            ..
        } => 5,
    }
}

fn answer_number(answer: &Answer) -> usize {
    match answer {
        Answer::Unclaimed { .. } => 0,
        Answer::OutOfRange { .. } => 1,
        Answer::Receipt { .. } => 2,
        Answer::Outputs { .. } => 3,
        Answer::Element { .. } => 4,
        Answer::Leaf { .. } => 5,
        Answer::Nodes { .. } => 6,
    }
}

fn query_number(query: &QueryMsg) -> usize {
    match query {
        QueryMsg::Ownership {} => 0,
        QueryMsg::Contracts {} => 1,
        QueryMsg::Params {} => 2,
        QueryMsg::Announced { .. } => 3,
        QueryMsg::Holdings {} => 4,
        QueryMsg::LastHalt {} => 5,
        QueryMsg::Program { .. } => 6,
        QueryMsg::Programs { .. } => 7,
        QueryMsg::Registration { .. } => 8,
        QueryMsg::Terms { .. } => 9,
        QueryMsg::AllTerms { .. } => 10,
        QueryMsg::Quote { .. } => 11,
        QueryMsg::Order { .. } => 12,
        QueryMsg::Orders { .. } => 13,
        QueryMsg::RedemptionQueue { .. } => 14,
        QueryMsg::Batch { .. } => 15,
        QueryMsg::Batches { .. } => 16,
        QueryMsg::Slot { .. } => 17,
        QueryMsg::Slots { .. } => 18,
        QueryMsg::Openings { .. } => 19,
        QueryMsg::Demands { .. } => 20,
        QueryMsg::Voids { .. } => 21,
        QueryMsg::Exposure { .. } => 22,
        QueryMsg::Deadlines { .. } => 23,
    }
}

/// Production's parameters are shown as they are.
#[test]
fn the_parameters_shown_are_productions() {
    use compute_api::market::{Change, Params};
    let shown = shown().find_map(|json| match from_json(&json) {
        Ok(ExecuteMsg::Announce {
            change: Change::Params(params),
        }) => Some(params),
        _ => None,
    });
    assert_eq!(shown, Some(Params::production()));
}

/// Tests that SECURITY.md names exist.
#[test]
fn every_test_that_security_names_is_there() {
    let contract = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (page, suite) = (contract.join("SECURITY.md"), contract.join("tests/suite"));
    let named = named_tests(&page, &suite, &["World"]).unwrap();
    assert!(named > 60, "{named}");
}
