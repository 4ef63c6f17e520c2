//! A census answer of production's size.
//!
//! Nobody can compute 50 000 units of 4096×4096×4096 here, and what is drawn follows
//! from a root over all of them. So an answer in the oracle is measured where all
//! units can be computed, and what the oracle adds to the proof library, measured
//! there as well, is added to what the library takes for the large one. That this
//! predicts rightly is measured too, on matrices as large as can be.

use anyhow::{Context, Result};
use compute_proofs::codec::Encode;
use proof_verifier::msg::{Census, ExecuteMsg as VerifierMsg};

use super::{fill::operator, growth::ratio, params, world::World};
use crate::{
    chain::Gas,
    figures::{Number, Row},
    gas::{
        Verifier,
        census::{CHOSEN_TILE, SAMPLES, TARGET, UNITS, verified},
    },
};

/// Rows of the matrices of which all units can be computed.
const SMALL: u32 = 16;
/// Rows of the largest matrix of which one unit can be computed while one waits.
const LARGE: u32 = 1024;

/// One answer, in the oracle and in a contract that only verifies it.
struct Both {
    oracle: Gas,
    verifier: Gas,
}

pub(super) fn rows() -> Result<Vec<Row>> {
    let small = both(SMALL, UNITS)?;
    let large = both(LARGE, 1)?;
    let predicted = predict(&large.verifier, &small);
    let whole = predict(&verified(CHOSEN_TILE)?, &small);
    let units = Number::from(UNITS);
    let mut rows = Vec::new();
    let shown = [
        (
            format!("N = {SMALL}, {units} units, measured"),
            small.oracle,
            None,
        ),
        (format!("N = {LARGE}, 1 unit, measured"), large.oracle, None),
        (format!("N = {LARGE}, 1 unit, predicted"), predicted, None),
        (
            format!("N = 4096, {units} units, predicted"),
            whole,
            Some(TARGET),
        ),
    ];
    for (name, gas, target) in shown {
        rows.extend(gas.rows(&format!("answer/{name}"), target));
    }
    let error = ratio(predicted.sdk(), large.oracle.sdk());
    let name = format!("model/predicted over measured, N = {LARGE}");
    rows.push(Row::new(name, error, "").at_least(0.99));
    Ok(rows)
}

/// What the oracle takes for an answer that costs `verifier` to verify.
fn predict(verifier: &Gas, small: &Both) -> Gas {
    Gas {
        vm: verifier.vm + small.oracle.vm - small.verifier.vm,
        storage: verifier.storage + small.oracle.storage - small.verifier.storage,
        message_bytes: verifier.message_bytes + small.oracle.message_bytes
            - small.verifier.message_bytes,
        response: verifier.response + small.oracle.response - small.verifier.response,
    }
}

fn both(matrix: u32, units: u32) -> Result<Both> {
    let mut world = World::new(params::census(matrix, SAMPLES))?;
    world.operator(0)?;
    world.issuer(0)?;
    world.open()?;
    let capacity = world.capacity(0, units)?;
    let beacon = world.told()?.current.context("no census")?.beacon;
    let commit = world.commit(0, &capacity)?;
    world.run(commit)?;
    let randomness = world.draw()?;
    let answer = world.answer(0, &capacity, &randomness)?;
    let oracle = world.measure(&answer)?.gas;

    let mut verifier = Verifier::new(world.chain_id())?;
    verifier.open_census(Census {
        n: matrix,
        tile: world.rules.tile,
        operator: operator(0),
        contract: world.contracts.oracle.clone(),
        beacon: beacon.into(),
        sampling_beacon: randomness.into(),
        commitment: capacity.commitment().to_bytes().into(),
        samples: SAMPLES,
    })?;
    let msg = VerifierMsg::CensusAnswer {
        answer: capacity.answer(&randomness, SAMPLES)?.into(),
        positions: None,
    };
    let verifier = verifier.accepted(&msg)?.gas;
    Ok(Both { oracle, verifier })
}
