//! Openings: one element of one operation of one receipt, recomputed.
//!
//! [`Evidence`] shows an element under a batch's root together with everything
//! that it was computed from. A worker's [`Opening`] answers a draw with it, a
//! [`FraudProof`] shows an element that does not hold. Both go through the same
//! recomputation.

mod evidence;
mod fraud;
mod prove;
mod sample;

pub use evidence::{BatchContext, Evidence, OpenedInput, Place};
pub use fraud::{Fraud, FraudProof, NamedReceipt, TraceEvidence, verify_fraud, verify_repeated};
pub use prove::TaskRecord;
pub use sample::{Opening, Sample, sample, verify_opening};
