//! Answers and what people read of them, as it was last agreed on.

use std::path::Path;

use serde_json::{Map, Value};

use super::{by_hand, text};
use crate::messages::Module;

/// 2026-01-31 12:00:00 UTC.
const NOW: u64 = 1_769_860_800;

/// Answers that are written by hand, so that none falls back unnoticed.
const BY_HAND: usize = 19;

#[test]
fn people_read_what_was_agreed_on() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let answers = std::fs::read_to_string(folder.join("answers.json")).unwrap();
    let answers: Map<String, Value> = serde_json::from_str(&answers).unwrap();
    let mut made = String::new();
    let mut of_hand = std::collections::BTreeSet::new();
    for (name, value) in &answers {
        let (module, verb) = name.trim().split_once('.').unwrap();
        let module = Module::of(module).unwrap();
        let ask = module.ask(verb).unwrap();
        if by_hand(&ask, value, NOW).is_some() {
            of_hand.insert(name.trim().to_owned());
        }
        let read = text(&ask, value, NOW);
        assert!(
            read.lines().all(|line| line == line.trim_end()),
            "{name}:\n{read}"
        );
        made.push_str(&format!("== {}\n{read}\n\n", name.trim()));
    }
    assert_eq!(of_hand.len(), BY_HAND, "{of_hand:?}");
    let path = folder.join("answers.txt");
    if std::env::var_os("BALLAST_GOLDEN").is_some_and(|value| value == "write") {
        std::fs::write(&path, &made).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), made);
}

#[test]
fn an_answer_of_a_later_version_is_still_shown() {
    let ask = Module::Oracle.ask("peg").unwrap();
    let later = serde_json::json!({ "tier": "b300", "opc": "5000000000000000", "colour": 1 });
    let read = text(&ask, &later, NOW);
    assert!(read.contains("b300") && read.contains("5 P ops"), "{read}");
}
