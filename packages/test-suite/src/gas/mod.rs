//! What things cost on chain: every case of `docs/gas.md`, measured by running the
//! contracts' real `.wasm`.

mod census;
#[cfg(feature = "contracts")]
mod contracts;
mod jobs;
mod verifier;

use anyhow::Result;

use crate::figures::Row;

pub use verifier::Verifier;

/// Measures every case: the rows of each file in `docs/data`.
///
/// # Errors
/// Where a contract has not been built, or refuses what holds.
#[cfg(feature = "contracts")]
pub fn measure() -> Result<[(&'static str, Vec<Row>); 2]> {
    Ok([
        ("gas.json", proofs()?),
        ("contracts-gas.json", contracts::measure()?),
    ])
}

/// What proofs cost, in a contract that only verifies them.
///
/// # Errors
/// Where the contract has not been built, or refuses a proof that holds.
pub fn proofs() -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    rows.extend(verifier::shared()?);
    rows.extend(census::answers()?);
    rows.extend(jobs::fraud_proofs()?);
    rows.extend(jobs::openings()?);
    Ok(rows)
}
