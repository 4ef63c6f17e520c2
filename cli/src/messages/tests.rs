//! All messages of all contracts: each has its verb, and what is given to a verb is
//! the message that the contract takes.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use clap::Command;
use serde_json::{Value, json};

use super::shape::{Field, Shape};
use super::unit::Unit;
use super::value::Surroundings;
use super::{Module, Verb, Way, message, subcommand};

const WAYS: [Way; 3] = [Way::Query, Way::Execute, Way::Hook];

struct Fixed;

impl Surroundings for Fixed {
    fn now(&self) -> Result<u64, String> {
        Ok(1_000)
    }

    fn address(&self, word: &str) -> Result<String, String> {
        match word.strip_prefix("no") {
            Some(_) => Err(format!("{word} is nobody")),
            None => Ok(format!("wasm1{word}")),
        }
    }

    fn own_address(&self) -> Result<String, String> {
        Ok("wasm1own".to_owned())
    }
}

fn all() -> Vec<Verb> {
    let each = |module: Module| WAYS.into_iter().flat_map(move |way| module.verbs(way));
    Module::ALL.into_iter().flat_map(each).collect()
}

fn find(module: Module, way: Way, name: &str) -> Verb {
    module
        .verbs(way)
        .into_iter()
        .find(|verb| verb.name == name)
        .unwrap()
}

/// What the words make of a verb: its JSON and the amount that comes with it.
fn given(verb: &Verb, words: &[&str]) -> Result<(Value, Option<String>), String> {
    let command = Command::new("test").subcommand(subcommand(verb));
    let all = ["test".to_owned(), verb.word()].into_iter();
    let all = all.chain(words.iter().map(|word| (*word).to_owned()));
    let matches = command
        .try_get_matches_from(all)
        .map_err(|error| error.to_string())?;
    message(verb, matches.subcommand().unwrap().1, &Fixed)
}

#[test]
fn every_message_in_the_schema_files_has_a_verb() {
    let files = [
        (Module::Coin, "cw20-compute"),
        (Module::Oracle, "reserve-oracle"),
        (Module::Votes, "staking-votes"),
        (Module::Market, "compute-market"),
    ];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema");
    for (module, file) in files {
        let text = std::fs::read_to_string(folder.join(format!("{file}.json"))).unwrap();
        let schema: Value = serde_json::from_str(&text).unwrap();
        for (way, part) in [(Way::Query, "query"), (Way::Execute, "execute")] {
            let of_file: BTreeSet<String> = schema[part]["oneOf"]
                .as_array()
                .unwrap()
                .iter()
                .flat_map(|one| one["required"].as_array().unwrap())
                .map(|name| name.as_str().unwrap().to_owned())
                .collect();
            let of_verbs: BTreeSet<String> = module
                .verbs(way)
                .into_iter()
                .map(|verb| verb.name)
                .collect();
            assert!(of_file.len() > 10);
            assert_eq!(of_file, of_verbs, "{file} {part}");
        }
        // And each question has an answer with a shape.
        for verb in module.verbs(Way::Query) {
            let answer = module.ask(&verb.name).unwrap().answer;
            assert_ne!(answer, Shape::Any, "{}", verb.name);
        }
    }
}

/// A word for a shape, and the JSON that it is to become.
fn sample(shape: &Shape) -> (String, Value) {
    let pair = |word: &str, value: Value| (word.to_owned(), value);
    match shape {
        Shape::Text => pair("words", json!("words")),
        Shape::Address => pair("someone", json!("wasm1someone")),
        Shape::Hex => pair("AB", json!("ab")),
        Shape::Bytes => pair("AQI=", json!("AQI=")),
        Shape::Decimal => pair("5%", json!("0.05")),
        Shape::Bool => pair("true", json!(true)),
        Shape::Large(Unit::Coins) => pair("2.5", json!("2500000")),
        Shape::Large(Unit::Rate) => pair("3TOPS", json!("3000000000000")),
        Shape::Large(Unit::Ops) => pair("4T", json!("4000000000000")),
        Shape::Large(_) => pair("5", json!("5")),
        Shape::Small(Unit::Time, _) => pair("+1m", json!(1_060)),
        Shape::Small(Unit::Seconds, _) => pair("2m", json!(120)),
        Shape::Small(..) => pair("6", json!(6)),
        Shape::Nanos => pair("7", json!("7000000000")),
        Shape::Funds => pair("8ustake", json!({ "denom": "ustake", "amount": "8" })),
        Shape::List(item) if matches!(**item, Shape::Struct(_)) => {
            let value = json!([sample(item).1]);
            (value.to_string(), value)
        }
        Shape::List(item) => {
            let (word, value) = sample(item);
            (word, json!([value]))
        }
        Shape::Tuple(shapes) => {
            let parts: Vec<(String, Value)> = shapes.iter().map(sample).collect();
            let words: Vec<&str> = parts.iter().map(|(word, _)| word.as_str()).collect();
            let values: Vec<&Value> = parts.iter().map(|(_, value)| value).collect();
            (words.join(","), json!(values))
        }
        Shape::Struct(fields) => {
            let (words, value) = assigned(fields);
            (words, value)
        }
        Shape::Choice(variants) => {
            // The last one has the most to say.
            let variant = variants.last().unwrap();
            let name = &variant.name;
            match &variant.payload {
                None => (name.clone(), json!(name)),
                Some(shape) => {
                    let (word, value) = sample(shape);
                    (format!("{name}:{word}"), json!({ name: value }))
                }
            }
        }
        Shape::Any => pair("null", Value::Null),
    }
}

fn assigned(fields: &[Field]) -> (String, Value) {
    let mut words = Vec::new();
    let mut value = json!({});
    for field in fields {
        // What is nested has to be JSON, which knows no short forms.
        let (word, one) = sample(&field.shape);
        let word = match &field.shape {
            Shape::Struct(_) | Shape::Choice(_) | Shape::List(_) | Shape::Tuple(_)
                if !field.shape.is_word() =>
            {
                one.to_string()
            }
            _ => word,
        };
        words.push(format!("{}={word}", field.name));
        value[&field.name] = one;
    }
    (words.join(","), value)
}

#[test]
fn what_is_given_to_a_verb_is_the_contracts_message() {
    for verb in all() {
        let Shape::Struct(fields) = &verb.takes else {
            let (word, value) = sample(&verb.takes);
            let (made, _) = given(&verb, &[&word]).unwrap_or_else(|why| panic!("{verb:?}: {why}"));
            assert_eq!(made, json!({ verb.name.clone(): value }));
            continue;
        };
        let mut words = Vec::new();
        let mut payload = json!({});
        let slots = super::command::slots_of(&verb);
        for (path, flag, place) in slots {
            let outer = fields.iter().find(|field| field.name == path[0]).unwrap();
            let field = match path.get(1) {
                Some(inner) => outer
                    .shape
                    .fields()
                    .iter()
                    .find(|field| field.name == *inner)
                    .unwrap(),
                None => outer,
            };
            let (word, value) = sample(&field.shape);
            match path.get(1) {
                Some(inner) => payload[path[0].as_str()][inner] = value,
                None => payload[path[0].as_str()] = value,
            }
            match place {
                Some(place) => words.push((place, vec![word])),
                None if field.shape == Shape::Bool => {
                    words.push((usize::MAX, vec![format!("--{flag}")]))
                }
                None => words.push((usize::MAX, vec![format!("--{flag}"), word])),
            }
        }
        words.sort_by_key(|(place, _)| *place);
        if verb.way == Way::Hook || verb.takes_funds() {
            let at = words
                .iter()
                .filter(|(place, _)| *place != usize::MAX)
                .count();
            words.insert(at, (0, vec!["9".to_owned()]));
        }
        let words: Vec<String> = words.into_iter().flat_map(|(_, words)| words).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let (made, amount) =
            given(&verb, &words).unwrap_or_else(|why| panic!("{} {words:?}: {why}", verb.name));
        assert_eq!(made, json!({ verb.name.clone(): payload }), "{words:?}");
        let with = (verb.way == Way::Hook || verb.takes_funds()).then(|| "9".to_owned());
        assert_eq!(amount, with, "{}", verb.name);
    }
}

#[test]
fn some_commands_word_by_word() {
    let vote = find(Module::Votes, Way::Hook, "vote");
    let (made, amount) = given(&vote, &["acme", "100coin"]).unwrap();
    assert_eq!(made, json!({ "vote": { "operator": "wasm1acme" } }));
    assert_eq!(amount.as_deref(), Some("100coin"));

    let pause = find(Module::Oracle, Way::Execute, "pause");
    let (made, _) = given(&pause, &["mint", "1h"]).unwrap();
    assert_eq!(
        made,
        json!({ "pause": { "what": "mint", "seconds": 3_600 } })
    );

    let open = find(Module::Market, Way::Hook, "open_order");
    let (made, _) = given(
        &open,
        &[
            "20",
            "--coordinator",
            "c",
            "--mode",
            "pay:price_bps=10000",
            "--authoriser",
            "coordinator:daily_cap=5",
            "--expires",
            "+1d",
        ],
    )
    .unwrap();
    let expected = json!({ "open_order": {
        "mode": { "pay": { "price_bps": 10_000 } },
        "coordinator": "wasm1c",
        "authoriser": { "coordinator": { "daily_cap": "5000000" } },
        "privacy": "sampled",
        "samples": null,
        "expires": 87_400,
    }});
    assert_eq!(made, expected);

    let handover = find(Module::Oracle, Way::Execute, "update_ownership");
    let (made, _) = given(&handover, &["accept_ownership"]).unwrap();
    assert_eq!(made, json!({ "update_ownership": "accept_ownership" }));

    // Nobody named is oneself.
    let rewards = find(Module::Votes, Way::Query, "rewards");
    let (made, _) = given(&rewards, &[]).unwrap();
    assert_eq!(made["rewards"]["voter"], "wasm1own");
}

#[test]
fn mistakes_name_the_argument_and_the_cure() {
    let mint = find(Module::Oracle, Way::Execute, "mint");
    let why = given(&mint, &["someone", "1.2345678"]).unwrap_err();
    assert!(why.starts_with("amount: ") && why.contains("12.5"), "{why}");
    let why = given(&mint, &["nobody", "1"]).unwrap_err();
    assert_eq!(why, "recipient: nobody is nobody");
    let why = given(&mint, &["someone"]).unwrap_err();
    assert!(why.contains("<AMOUNT>"), "{why}");
    let batches = find(Module::Market, Way::Query, "batches");
    let why = given(&batches, &["--state", "setled"]).unwrap_err();
    assert!(why.contains("settled"), "{why}");
    let why = given(&batches, &["--limit", "4294967296"]).unwrap_err();
    assert!(why.contains("limit") && why.contains("4294967295"), "{why}");
    // JSON of another message is found out by its type.
    let quote = find(Module::Market, Way::Query, "quote");
    let why = given(&quote, &["1", "--mode", r#"{"gift":{}}"#]).unwrap_err();
    assert!(why.contains("gift"), "{why}");
}

/// Every number in every message and answer, and what it is read and shown as.
#[test]
fn units_are_as_written_down() {
    let mut seen = BTreeSet::new();
    for verb in all() {
        units(&verb.takes, &mut seen);
        if let Some(ask) = verb
            .module
            .ask(&verb.name)
            .filter(|_| verb.way == Way::Query)
        {
            units(&ask.answer, &mut seen);
        }
    }
    let mut text = String::new();
    for (unit, name, about) in seen {
        writeln!(text, "{unit:<8} {name}: {about}").unwrap();
    }
    golden("units.txt", &text);
}

fn units(shape: &Shape, seen: &mut BTreeSet<(String, String, String)>) {
    for field in shape.fields() {
        let mut inner = &field.shape;
        while let Shape::List(item) = inner {
            inner = item;
        }
        if let Shape::Large(unit) | Shape::Small(unit, _) = inner {
            seen.insert((format!("{unit:?}"), field.name.clone(), field.about.clone()));
        }
        units(inner, seen);
    }
    for variant in shape.variants() {
        if let Some(payload) = &variant.payload {
            units(payload, seen);
        }
    }
    if let Shape::List(item) = shape {
        units(item, seen);
    }
}

/// The text as it was last agreed on; BALLAST_GOLDEN=write agrees to this one.
fn golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name);
    if std::env::var_os("BALLAST_GOLDEN").is_some_and(|value| value == "write") {
        std::fs::write(&path, text).unwrap();
    }
    let agreed = std::fs::read_to_string(&path).unwrap();
    assert_eq!(agreed, text, "{}", path.display());
}
