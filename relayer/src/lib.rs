//! Carries beacons and proofs to the chain.
#![forbid(unsafe_code)]
