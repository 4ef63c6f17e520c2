//! What README and SECURITY say is there.

use std::{collections::BTreeSet, fs, path::Path};

use compute_api::votes::{Change, ExecuteMsg, Hook, Params, QueryMsg};
use cosmwasm_std::from_json;

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

/// Every file that SECURITY names, and every test of it.
#[test]
fn every_test_that_security_names_is_there() {
    let contract = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut file = String::new();
    let mut tests = 0;
    for name in include_str!("../../SECURITY.md")
        .split('`')
        .skip(1)
        .step_by(2)
    {
        if name.ends_with(".rs") {
            let under = ["tests/suite", ""].map(|folder| contract.join(folder).join(name));
            let found = under.iter().find_map(|path| fs::read_to_string(path).ok());
            file = found.unwrap_or_else(|| panic!("there is no {name}"));
        } else if name.matches('_').count() > 2 {
            let test = format!("fn {name}()");
            assert!(
                file.contains(&test),
                "{name} is no test of the file before it"
            );
            tests += 1;
        }
    }
    assert!(tests > 25, "{tests}");
}
