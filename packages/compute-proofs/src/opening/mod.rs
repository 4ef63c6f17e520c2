//! Openings: one element of one operation of one receipt, recomputed.
//!
//! [`Evidence`] shows an element under a batch's root together with everything
//! that it was computed from. A worker answers a draw with it, a [`FraudProof`]
//! shows with it that an element does not hold. Both go through the same
//! recomputation.
//!
//! **What samples find.** A sample finds a wrong *element*: with a share f of
//! them wrong among what it draws from, s samples find one with probability
//! 1 − (1−f)^s. In a program of one operation that is the share of work not done.
//! In a longer one it is not: whoever answers with the trace of another input has
//! wrong elements only where that input enters, and all that follows is consistent.
//! So every other sample draws its operation uniformly, whatever it costs, and none
//! of n operations has less than a share of 1/(2n). What that leaves, a re-run
//! finds; to prove it, the leaf that the worker committed to has to be had, from the
//! worker's delivery or by demand.

mod evidence;
mod fraud;
mod input;
mod prove;
mod sample;
mod terms;

pub use evidence::{BatchContext, Evidence, Place};
pub use fraud::{Fraud, FraudProof, NamedReceipt, TraceEvidence, verify_fraud};
pub use input::OpenedInput;
pub use prove::TaskRecord;
pub use sample::{Sample, is_challenged, sample, verify_demanded, verify_opening};
pub use terms::{Claim, Resolution, check_offer, resolve};
