//! How often sampling finds what is wrong: `1 − (1 − f)^s` for a fraction `f` of
//! wrong leaves and `s` samples, by simulation with the library's own draws.

use compute_proofs::{
    census::{Commitment, Entry, TilePosition, Work, positions},
    opening::sample,
};
use test_suite::fixtures::{Job, Settled};

use super::support::{beacon, hash, index};

const TRIALS: u32 = 10_000;

/// Four units of 25 tiles: 100 leaves, so that a percentage is a number of them.
const UNITS: u32 = 4;

fn entry() -> Entry<'static> {
    Entry {
        work: Work::new(40, 8).unwrap(),
        chain_id: "chain-1",
        contract: "wasm1oracle",
        beacon: beacon(0),
        operator: "operator",
    }
}

/// Exactly `percent` of the 100 leaves are wrong, spread over all units: 37 has
/// no factor in common with 100, so this is a permutation.
fn is_wrong(tile: TilePosition, percent: u32) -> bool {
    (tile.unit * 25 + tile.tile) * 37 % 100 < percent
}

#[test]
fn the_fraction_of_wrong_leaves_is_exact() {
    for percent in [1, 5, 10, 25, 50] {
        let all = (0..UNITS).flat_map(|unit| (0..25).map(move |tile| TilePosition { unit, tile }));
        let wrong = all.filter(|&tile| is_wrong(tile, percent)).count();
        assert_eq!(u32::try_from(wrong), Ok(percent));
    }
}

#[test]
fn detection_is_as_the_formula_says() {
    println!("wrong | samples | observed | expected | 3 standard errors");
    let mut failed = Vec::new();
    for (cell, percent) in (0..).zip([1, 5, 10, 25, 50]) {
        for samples in [6, 16] {
            // A beacon of its own for each cell, a root of its own for each
            // trial: fixed, so that this passes or fails for good.
            let beacon = beacon(cell * 100 + u64::from(samples));
            let found = (0..TRIALS).filter(|&trial| {
                let commitment = Commitment {
                    units: UNITS,
                    root: hash(u64::from(trial)),
                };
                let drawn = positions(&entry(), &commitment, &beacon, samples).unwrap();
                drawn.iter().any(|&tile| is_wrong(tile, percent))
            });
            let observed = found.count() as f64 / f64::from(TRIALS);
            let right = 1.0 - f64::from(percent) / 100.0;
            let expected = 1.0 - right.powi(i32::try_from(samples).unwrap());
            let bound = 3.0 * (expected * (1.0 - expected) / f64::from(TRIALS)).sqrt();
            println!("{percent:4} % | {samples:7} | {observed:8.5} | {expected:8.5} | {bound:.5}");
            if (observed - expected).abs() > bound {
                failed.push((percent, samples, observed));
            }
        }
    }
    assert!(failed.is_empty(), "outside 3 standard errors: {failed:?}");
}

/// What an operation costs, and where its share of the program's cost starts.
fn spans(costs: &[u128]) -> Vec<(u128, u128)> {
    let starts = costs.iter().scan(0, |next, &cost| {
        let start = *next;
        *next += cost;
        Some(start)
    });
    starts.zip(costs.iter().copied()).collect()
}

#[test]
fn a_wrong_operation_is_detected_as_the_formula_says() {
    // One receipt of a program of five operations, one of which is wrong in every
    // element and all else right: whoever draws the operation finds it.
    let settled = Settled::new(vec![Job::pipeline(1).unwrap()]).unwrap();
    let header = settled.jobs[0].run.header;
    let operations = &settled.jobs[0].program.operations;
    let costs: Vec<u128> = operations.iter().map(|x| x.cost().unwrap()).collect();
    let spans = spans(&costs);
    assert_eq!(costs.iter().sum::<u128>(), header.cost);
    let cheapest = (0..costs.len()).min_by_key(|&at| costs[at]).unwrap();
    let dearest = (0..costs.len()).max_by_key(|&at| costs[at]).unwrap();
    assert_ne!(costs[cheapest], costs[dearest]);

    println!("wrong operation | share | samples | observed | expected | 3 standard errors");
    let mut failed = Vec::new();
    for wrong in [cheapest, dearest] {
        let share = costs[wrong] as f64 / header.cost as f64;
        let (start, cost) = spans[wrong];
        for samples in [6u32, 16] {
            // As above: a beacon for each cell, a root for each trial, all fixed.
            let beacon = beacon(u64::try_from(wrong).unwrap() * 100 + u64::from(samples));
            let found = (0..TRIALS).filter(|&trial| {
                let mut context = settled.context();
                context.batch.root = hash(u64::from(trial));
                (0..samples).any(|d| {
                    let mut drawn = sample(&context, &beacon, d).unwrap();
                    match drawn.operation(&header).unwrap() {
                        Some(operation) => index(operation) == wrong,
                        None => drawn
                            .position()
                            .checked_sub(start)
                            .is_some_and(|rest| rest < cost),
                    }
                })
            });
            let observed = found.count() as f64 / f64::from(TRIALS);
            let power = |right: f64, times: u32| right.powi(i32::try_from(times).unwrap());
            let evenly = 1.0 / f64::from(header.operations);
            let missed = power(1.0 - share, samples.div_ceil(2)) * power(1.0 - evenly, samples / 2);
            let expected = 1.0 - missed;
            let bound = 3.0 * (expected * missed / f64::from(TRIALS)).sqrt();
            println!(
                "{wrong:15} | {share:.3} | {samples:7} | {observed:8.5} | {expected:8.5} | {bound:.5}"
            );
            if (observed - expected).abs() > bound {
                failed.push((wrong, samples, observed));
            }
        }
    }
    assert!(failed.is_empty(), "outside 3 standard errors: {failed:?}");
}
