//! drand's HTTP API, as JSON.

use compute_proofs::beacon::Network;
use compute_proofs::crypto::G1_BYTES;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The only scheme that the contracts verify.
pub(super) const SCHEME: &str = "bls-unchained-g1-rfc9380";

/// What `/info` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Info {
    /// The group's public key, hex of 96 bytes.
    pub public_key: String,
    /// Seconds between rounds.
    pub period: u64,
    /// Time of round 1, in seconds since 1970.
    pub genesis_time: u64,
    /// The chain hash, hex of 32 bytes: the network's name.
    pub hash: String,
    /// Hex of 32 bytes that the chain hash covers.
    #[serde(rename = "groupHash")]
    pub group_hash: String,
    /// The scheme of its signatures.
    #[serde(rename = "schemeID")]
    pub scheme: String,
    /// More names.
    pub metadata: Metadata,
}

/// More names of a network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// The name for people.
    #[serde(rename = "beaconID")]
    pub beacon: String,
}

/// What `/public/{round}` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// Which round.
    pub round: u64,
    /// SHA-256 of the signature, in hex.
    pub randomness: String,
    /// Hex of 48 bytes.
    pub signature: String,
}

impl Info {
    /// Of a network that one key signs for. What stands for the group's hash is a hash
    /// of the public key.
    pub(super) fn new(network: &Network, beacon: &str) -> Self {
        let group = Sha256::digest(network.public_key);
        Self {
            public_key: hex::encode(network.public_key),
            period: network.period,
            genesis_time: network.genesis,
            hash: hex::encode(chain_hash(network, &group, beacon)),
            group_hash: hex::encode(group),
            scheme: SCHEME.to_owned(),
            metadata: Metadata {
                beacon: beacon.to_owned(),
            },
        }
    }

    /// The network, if it is one that the contracts can verify.
    #[must_use]
    pub fn network(&self) -> Option<Network> {
        let public_key = hex::decode(&self.public_key).ok()?.try_into().ok()?;
        let network = Network {
            public_key,
            genesis: self.genesis_time,
            period: self.period,
        };
        (self.scheme == SCHEME && network.validate().is_ok()).then_some(network)
    }
}

impl Round {
    pub(super) fn new(round: u64, signature: &[u8; G1_BYTES]) -> Self {
        Self {
            round,
            randomness: hex::encode(Sha256::digest(signature)),
            signature: hex::encode(signature),
        }
    }
}

/// As in drand's `common/chain/info.go`: period, genesis, key, group's hash, and the
/// name unless it is the default one.
fn chain_hash(network: &Network, group: &[u8], beacon: &str) -> [u8; 32] {
    let period = u32::try_from(network.period).unwrap_or(u32::MAX);
    let mut hash = Sha256::new();
    hash.update(period.to_be_bytes());
    hash.update(network.genesis.to_be_bytes());
    hash.update(network.public_key);
    hash.update(group);
    if !matches!(beacon, "" | "default") {
        hash.update(beacon.as_bytes());
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use compute_proofs::beacon::QUICKNET;

    #[test]
    fn chain_hashes_are_drands() {
        // Quicknet's own, from https://api.drand.sh/v2/beacons/quicknet/info.
        let group = "f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e";
        let hash = chain_hash(&QUICKNET, &hex::decode(group).unwrap(), "quicknet");
        assert_eq!(
            hex::encode(hash),
            "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
        );
    }

    #[test]
    fn a_network_is_what_its_info_says() {
        let mut info = Info::new(&QUICKNET, "local");
        assert_eq!(info.network(), Some(QUICKNET));
        info.scheme = "pedersen-bls-chained".to_owned();
        assert_eq!(info.network(), None);
    }
}
