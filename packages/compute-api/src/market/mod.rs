//! `compute-market`: orders, batches, proofs and settlement.
