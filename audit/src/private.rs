//! Tasks of a private order: who stands for what can be checked, the numbers cannot.

use compute_proofs::{
    Hash, ProofError,
    crypto::Host,
    program::Program,
    receipt::Receipt,
    task::{Grant, OrderContext},
};
use worker::WorkerError;

use crate::{Delivered, Finding, check::stands_for};

/// A finished private task: only its app and its worker have seen input and result.
#[derive(Clone, Debug)]
pub struct Receipted {
    /// The operator that has done it.
    pub worker: String,
    /// By whose leave.
    pub grant: Grant,
    /// What the worker says of it.
    pub receipt: Receipt,
    /// What was run.
    pub program: Program,
    /// Root of its input, by the roots that the coordinator names.
    pub input_root: Hash,
}

/// A finished task, as far as it is shown.
#[derive(Clone, Debug)]
pub enum Handed {
    /// All of it.
    Open(Box<Delivered>),
    /// What is public of a private one.
    Private(Box<Receipted>),
}

/// Checks what is public of a private task: it was granted, for this program and input, and
/// the receipt is of that grant, costs what the program costs and ends in its own trace.
///
/// # Errors
/// [`WorkerError::Invalid`] if it is not what its grant authorises, or was never granted.
pub fn check_receipt(
    order: &OrderContext<'_>,
    receipted: &Receipted,
) -> Result<Finding, WorkerError> {
    let found = || {
        let program = receipted.program.header()?.hash();
        let authorised = &receipted.grant.authorisation;
        for (what, expected, actual) in [
            ("program", authorised.program, program),
            ("task input", authorised.input_root, receipted.input_root),
        ] {
            if expected != actual {
                return Err(ProofError::RootMismatch {
                    what,
                    expected,
                    actual,
                });
            }
        }
        let (worker, grant) = (&receipted.worker, &receipted.grant);
        grant.verify(&Host, order, worker)?;
        stands_for(order, worker, grant, &receipted.receipt, &receipted.program)
    };
    let found = found().map_err(|error| WorkerError::Invalid {
        task: "audited private task".to_owned(),
        source: Box::new(error),
    });
    Ok(found?.unwrap_or(Finding::Right))
}
