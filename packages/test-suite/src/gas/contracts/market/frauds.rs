//! Each kind of fraud, proven: the batch is overturned, the worker slashed, the app
//! compensated.

use std::sync::LazyLock;

use anyhow::{Context, Result};
use compute_api::market::ExecuteMsg;
use compute_proofs::{
    Hash,
    codec::Encode,
    opening::{FraudProof, Place},
    tensor::{SealPreimage, TensorSpec},
    trace::{OutputRoots, Trace},
};
use exact_kernels::DType;

use super::{
    super::world::World,
    trade::{LARGE, anyone},
};
use crate::{
    figures::Row,
    fixtures::Job,
    market::{Plan, SEEDED, Work, registration},
    scale::Random,
};

/// Receipts of a batch with a lie.
const RECEIPTS: u64 = 1_000;
/// The one that is shown.
const SHOWN: u64 = 333;
/// The most that a fraud proof may take of a transaction.
const TARGET: u64 = 1_500_000;

static SHORT: LazyLock<Job> = LazyLock::new(|| claimed(384));
static LONG: LazyLock<Job> = LazyLock::new(|| claimed(4096));

/// A square product that nobody has computed: the result is random, and so is every
/// element.
fn claimed(k: u32) -> Job {
    let len = usize::try_from(u64::from(k) * u64::from(k) * 4).expect("it fits");
    let result = Random::new(u64::from(k)).bytes(len);
    Job::matrix_claiming(1, k, k, k, result).expect("a job")
}

/// A lie and its proof.
struct Lie {
    name: &'static str,
    job: &'static Job,
    /// What is wrong with the receipts, if it is not the job.
    plan: fn(&mut Plan),
    proof: fn(&Work) -> FraudProof,
}

/// One line for each.
pub(super) fn rows(world: &World) -> Result<Vec<Row>> {
    let element = |name, job, proof| Lie {
        name,
        job,
        plan: |_| (),
        proof,
    };
    let receipt = |name, plan, proof| Lie {
        name,
        job: &SEEDED,
        plan,
        proof,
    };
    let lies = [
        element("a wrong element, K = 384", &SHORT, |work| {
            wrong_element(work, 384)
        }),
        element("a wrong element, K = 4096", &LONG, |work| {
            wrong_element(work, 4096)
        }),
        receipt(
            "a receipt that contradicts its grant",
            |plan| plan.lie = Some(|receipt| receipt.ops -= 1),
            |work| FraudProof::Receipt(work.named(SHOWN)),
        ),
        receipt(
            "a result that is not the last output",
            |plan| plan.lie = Some(|receipt| receipt.output_root = Hash([7; 32])),
            |work| FraudProof::Result(work.traced(SHOWN, 0)),
        ),
        receipt(
            "an output too many",
            |plan| plan.lie = Some(|receipt| receipt.trace_root = extra().root()),
            output_count,
        ),
        receipt(
            "an output of another shape",
            |plan| plan.lie = Some(|receipt| receipt.trace_root = misshapen().2.root()),
            output_spec,
        ),
    ];
    let mut rows = Vec::new();
    for lie in lies {
        let Lie {
            name,
            job,
            plan,
            proof,
        } = lie;
        let mut world = world.clone();
        if !std::ptr::eq(job, &*SEEDED) {
            world.market(&anyone(), &registration(job))?;
        }
        let order = world.open_order(LARGE, world.to_pay())?;
        let work = world.work(order, 0, &[job], 0..RECEIPTS, plan)?;
        let batch = world.committed(&work).context(name)?;
        let msg = ExecuteMsg::ProveFraud {
            batch,
            proof: proof(&work).to_bytes().into(),
        };
        let call = world.to_market(&anyone(), &msg)?;
        let gas = world.measure(&call).context(name)?.gas;
        rows.extend(gas.rows(&format!("frauds/{name}"), Some(TARGET)));
    }
    Ok(rows)
}

fn wrong_element(work: &Work, k: u32) -> FraudProof {
    let place = Place {
        output: 0,
        row: k / 3,
        col: k / 2,
    };
    FraudProof::Element(work.evidence(SHOWN, 0, place))
}

/// A trace of the seeded job with these output roots.
fn traced(roots: Vec<Hash>) -> Trace {
    Trace::new(vec![OutputRoots(roots)]).expect("a trace")
}

fn extra() -> Trace {
    let root = SEEDED.run.outputs[0][0].root();
    traced(vec![root, root])
}

fn output_count(work: &Work) -> FraudProof {
    let mut shown = work.traced(SHOWN, 0);
    shown.trace = extra().prove(0).expect("an operation");
    FraudProof::OutputCount(shown)
}

fn misshapen() -> (TensorSpec, Hash, Trace) {
    let tensor = &SEEDED.run.outputs[0][0];
    let spec = TensorSpec::new(DType::I32, 4, 3).expect("a shape");
    let root = spec.seal(&tensor.top());
    (spec, tensor.top(), traced(vec![root]))
}

fn output_spec(work: &Work) -> FraudProof {
    let mut evidence = work.traced(SHOWN, 0);
    let (spec, top, trace) = misshapen();
    evidence.trace = trace.prove(0).expect("an operation");
    FraudProof::OutputSpec {
        evidence,
        output: 0,
        preimage: SealPreimage { spec, top },
    }
}
