//! The fuzz targets on stable Rust: their corpora as they are, and bounded
//! random changes of them.

use std::{fs, panic};

use test_suite::{
    fuzz::{TARGETS, seeds},
    scale::{Plan, Random},
    workspace,
};

/// One random change: a flipped bit, a byte set, cut, added or doubled, a
/// number set to an extreme, a piece moved.
fn change(random: &mut Random, bytes: &mut Vec<u8>) {
    let at = |random: &mut Random, len: usize| {
        usize::try_from(random.below(len.try_into().unwrap())).unwrap()
    };
    if bytes.is_empty() {
        bytes.push(0);
    }
    let here = at(random, bytes.len());
    match random.below(7) {
        0 => bytes[here] ^= 1 << random.below(8),
        1 => bytes[here] = [0, 1, 2, 3, 4, 0x7f, 0x80, 0xff][at(random, 8)],
        2 => bytes.truncate(here),
        3 => bytes.insert(here, 0),
        4 => drop(bytes.remove(here)),
        5 => {
            let end = bytes.len().min(here + 4);
            let extreme = [0u8, 0xff][at(random, 2)];
            bytes[here..end].fill(extreme);
        }
        _ => {
            let there = at(random, bytes.len());
            let len = 32.min(bytes.len() - here.max(there));
            bytes.copy_within(here..here + len, there);
        }
    }
}

#[test]
fn nothing_breaks_a_target() {
    let plan = Plan::from_env().unwrap();
    let rounds = plan.pick(3_000, 100_000);
    eprintln!("{}, {rounds} changes a target", plan.describe());
    let made = seeds().unwrap();
    for (name, target) in TARGETS {
        let folder = workspace::root().join("fuzz/corpus").join(name);
        let files = fs::read_dir(&folder).expect("fuzz/corpus: run `make vectors`");
        let mut corpus: Vec<_> = files
            .map(|f| fs::read(f.unwrap().path()).unwrap())
            .collect();
        corpus.sort();
        for seed in &made[name] {
            assert!(
                corpus.contains(seed),
                "{name}: stale corpus, run `make vectors`"
            );
        }
        for input in &corpus {
            target(input);
        }
        let mut random = plan.random(name);
        for round in 0..rounds {
            let pick = usize::try_from(random.below(corpus.len().try_into().unwrap())).unwrap();
            let mut input = corpus[pick].clone();
            for _ in 0..=random.below(3) {
                change(&mut random, &mut input);
            }
            let outcome = panic::catch_unwind(|| target(&input));
            let shown: String = input.iter().map(|b| format!("{b:02x}")).collect();
            assert!(outcome.is_ok(), "{name}, round {round}, input {shown}");
        }
    }
}
