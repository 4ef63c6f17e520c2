//! What proofs cost on chain: every case of `docs/gas.md`, measured by running
//! the verifier contract's real `.wasm`.

mod census;
mod jobs;
mod verifier;

use anyhow::Result;

use crate::figures::Row;

pub use verifier::Verifier;

/// Measures every case.
///
/// # Errors
/// Where the contract has not been built, or refuses a proof that holds.
pub fn measure() -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    rows.extend(verifier::shared()?);
    rows.extend(census::answers()?);
    rows.extend(jobs::fraud_proofs()?);
    rows.extend(jobs::openings()?);
    Ok(rows)
}
