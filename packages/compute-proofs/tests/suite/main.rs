//! What compute-proofs promises, tested through its public interface.
//!
//! One binary, one module per subject. Formats are pinned down by slow
//! definitions of their own ([`slow`]), every accepting path by honest fixtures,
//! every refusal by a table of what is wrong and the error that it must give.
//! How long random tests run is `BALLAST_TEST_SCALE` and `PROPTEST_CASES`.

mod beacon;
mod census;
mod census_answers;
mod census_refusals;
mod challenges;
mod codec;
mod codec_refusals;
mod demanded;
mod detection;
mod draw;
mod empty_places;
mod framing;
mod fraud;
mod fraud_receipts;
mod fraud_refusals;
mod freivalds;
mod levels;
mod malformed;
mod malformed_parts;
mod malformed_paths;
mod offers;
mod opening;
mod opening_draws;
mod opening_large;
mod opening_lies;
mod program_format;
mod program_registering;
mod program_rules;
mod program_run;
mod receipts;
mod resolution;
mod resolution_refusals;
mod seals;
mod slow;
mod solo;
mod stake;
mod stake_draws;
mod sum_tree;
mod support;
mod task;
mod tensor;
mod tree;
