//! Every message in every state of an order, a slot and a batch: what it leads to, or
//! that it is refused and changes nothing. What comes of it is the picture in the
//! README.

mod batches;
mod orders;
mod slots;

use std::{collections::BTreeSet, sync::LazyLock};

use compute_api::market::ExecuteMsg;
use compute_proofs::{
    codec::Encode,
    opening::{FraudProof, Place},
};
use test_suite::fixtures::Job;

use crate::world::{TALL, Work};

const README: &str = include_str!("../../README.md");

/// From, message, to.
type Edges = BTreeSet<(String, String, String)>;

/// The edges of the picture under a heading of the README.
fn picture(heading: &str) -> Edges {
    let section = README.split(&format!("### {heading}\n")).nth(1);
    let section = section.unwrap_or_else(|| panic!("no heading {heading}"));
    let graph = section.split("```mermaid\n").nth(1).expect("a picture");
    let graph = graph.split("```").next().unwrap();
    let mut edges = Edges::new();
    for line in graph.lines() {
        let Some((ends, messages)) = line.split_once(": ") else {
            continue;
        };
        let (from, to) = ends.split_once("-->").expect("an edge");
        for message in messages.split(", ") {
            edges.insert((
                from.trim().to_owned(),
                message.trim().to_owned(),
                to.trim().to_owned(),
            ));
        }
    }
    edges
}

#[track_caller]
fn same_as_picture(heading: &str, found: &Edges) {
    let drawn = picture(heading);
    let missing: Vec<_> = found.difference(&drawn).collect();
    let wrong: Vec<_> = drawn.difference(found).collect();
    assert!(
        missing.is_empty() && wrong.is_empty(),
        "{heading}: not in the picture {missing:#?}, not in the code {wrong:#?}"
    );
}

/// A receipt that is right but for one element among many, so that a sample passes.
static ONE_WRONG: LazyLock<Job> = LazyLock::new(|| {
    let mut bytes = TALL.run.outputs[0][0].bytes().to_vec();
    bytes[0] ^= 1;
    Job::matrix_claiming(5, 11, 4, 5, bytes).unwrap()
});

fn fraud(batch: u64, work: &Work, nonce: u64) -> ExecuteMsg {
    let place = Place {
        output: 0,
        row: 0,
        col: 0,
    };
    let proof = FraudProof::Element(work.evidence(nonce, 0, place));
    ExecuteMsg::ProveFraud {
        batch,
        proof: proof.to_bytes().into(),
    }
}
