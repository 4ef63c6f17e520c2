//! A beacon whose key the tests hold.

use std::sync::LazyLock;

use compute_api::oracle::{BeaconNetwork, BeaconRound, Trust};
use compute_proofs::beacon::Network;
use test_suite::fixtures::Signer;

use super::START;

/// Rounds are not aligned to slots.
static SIGNER: LazyLock<Signer> =
    LazyLock::new(|| Signer::new(0x1234_5678_9abc_def1, START - 600_019, 3).unwrap());

/// The network of the tests' own key.
pub(crate) fn network() -> Network {
    SIGNER.network()
}

/// The same for the oracle.
pub(crate) fn beacon_network(trust: Trust) -> BeaconNetwork {
    SIGNER.config(trust)
}

/// A round, signed.
pub(crate) fn beacon(round: u64) -> BeaconRound {
    SIGNER.round(round).unwrap()
}

/// A round, signed by somebody else.
pub(crate) fn forged(round: u64) -> BeaconRound {
    SIGNER.forger().round(round).unwrap()
}

/// A round's randomness.
pub(crate) fn randomness(round: u64) -> [u8; 32] {
    SIGNER.randomness(round).unwrap()
}
