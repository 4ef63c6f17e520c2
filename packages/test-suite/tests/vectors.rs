//! The vectors hold on the host and inside a contract, and are the ones that
//! `make vectors` writes.

use std::fs;

use serde_json::json;
use test_suite::{
    chain::{Contract, address},
    vectors::{Native, Runner, Vectors, folder, generate},
};

fn committed() -> Vec<(String, Vectors)> {
    let files = fs::read_dir(folder()).expect("packages/compute-proofs/vectors");
    let paths = files.map(|file| file.unwrap().path());
    let json = paths.filter(|path| path.extension().is_some_and(|x| x == "json"));
    json.map(|path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        (name, serde_json::from_str(&text).unwrap())
    })
    .collect()
}

fn replay(runner: &mut impl Runner, name: &str, vectors: &Vectors) {
    for step in &vectors.steps {
        let got = runner.run(step.message.clone()).unwrap();
        assert_eq!(got, step.expected, "{name}, {}", step.name);
    }
}

#[test]
fn they_hold_on_the_host() {
    for (name, vectors) in committed() {
        replay(&mut Native::new(), &name, &vectors);
    }
}

#[test]
fn they_hold_inside_a_contract() {
    for (name, vectors) in committed() {
        let mut contract = Contract::artifact("proof_verifier").unwrap();
        vectors.chain_id.clone_into(&mut contract.block.chain_id);
        let sender = address("sender");
        let instantiated = contract.instantiate(&sender, &json!({})).unwrap();
        instantiated.value().unwrap();
        replay(&mut contract, &name, &vectors);
    }
}

#[test]
fn they_are_what_the_tool_writes() {
    let mut written = generate().unwrap();
    let mut found = committed();
    written.sort_by_key(|(name, _)| *name);
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    assert_eq!(written.len(), found.len());
    for ((name, written), (_, found)) in written.iter().zip(&found) {
        assert_eq!(written, found, "{name} is stale: run `make vectors`");
    }
}
