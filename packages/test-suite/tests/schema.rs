//! `schema/` says what the contracts take and answer.

use std::fs;

use test_suite::{schema, workspace};

#[test]
fn the_schemas_are_those_of_the_messages() {
    for (contract, text) in schema::all().unwrap() {
        let file = schema::file_name(contract);
        let written = fs::read_to_string(workspace::root().join(&file)).unwrap_or_default();
        // Not assert_eq: thousands of lines would hide what to do.
        assert!(
            written == text,
            "{file} is not up to date: run `make schema`"
        );
    }
}

#[test]
fn numbers_that_scripts_would_round_are_strings() {
    for (contract, text) in schema::all().unwrap() {
        assert!(!text.contains("uint128\""), "{contract}: a bare u128");
        assert!(!text.contains("\"double\""), "{contract}: a float");
    }
}
