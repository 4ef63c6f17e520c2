//! A beacon whose key the tests hold.

use ark_bls12_381::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use compute_api::oracle::{BeaconNetwork, BeaconRound, Trust};
use compute_proofs::{
    beacon::Network,
    crypto::{Crypto, Host},
};
use sha2::{Digest, Sha256};

use super::START;

/// The signer's secret.
const SECRET: u64 = 0x1234_5678_9abc_def1;

const DST: &[u8] = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";

/// The network of the tests' own key.
pub(crate) fn network() -> Network {
    let key = (G2Affine::generator() * Fr::from(SECRET)).into_affine();
    let mut public_key = Vec::new();
    key.serialize_compressed(&mut public_key).unwrap();
    Network {
        public_key: public_key.try_into().unwrap(),
        genesis: START - 600_019,
        period: 3,
    }
}

/// The same for the oracle.
pub(crate) fn beacon_network(trust: Trust) -> BeaconNetwork {
    let network = network();
    BeaconNetwork {
        public_key: network.public_key.into(),
        genesis: network.genesis,
        period: network.period,
        trust,
    }
}

/// A round, signed.
pub(crate) fn beacon(round: u64) -> BeaconRound {
    BeaconRound {
        round,
        signature: sign(round, SECRET).into(),
    }
}

/// A round, signed by somebody else.
pub(crate) fn forged(round: u64) -> BeaconRound {
    BeaconRound {
        round,
        signature: sign(round, SECRET + 1).into(),
    }
}

/// A round's randomness.
pub(crate) fn randomness(round: u64) -> [u8; 32] {
    Sha256::digest(sign(round, SECRET)).into()
}

fn sign(round: u64, secret: u64) -> [u8; 48] {
    let message = Sha256::digest(round.to_be_bytes());
    let point = Host.hash_to_g1(&message, DST).unwrap();
    let point = G1Affine::deserialize_compressed(point.as_slice()).unwrap();
    let mut signature = Vec::new();
    (point * Fr::from(secret))
        .into_affine()
        .serialize_compressed(&mut signature)
        .unwrap();
    signature.try_into().unwrap()
}
