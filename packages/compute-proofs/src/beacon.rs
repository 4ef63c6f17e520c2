//! Public randomness: drand's unchained scheme with signatures on G1
//! (`bls-unchained-g1-rfc9380`).
//!
//! A round's message is `SHA-256(round as u64, big-endian)`; its signature is a
//! point of G1 under a public key of G2; its randomness is `SHA-256(signature)`.
//! Rounds are unique and cannot be known before enough of the network's nodes
//! have signed, which they do at the round's time.

use sha2::{Digest, Sha256};

use crate::{
    ProofError,
    crypto::{Crypto, G1_BYTES, G2_BYTES},
    error::in_range,
};

/// RFC 9380 domain of the scheme (drand's `bls-unchained-g1-rfc9380`).
const DST: &[u8] = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";

/// The generator of G2, compressed (BLS12-381 specification).
const G2_GENERATOR: [u8; G2_BYTES] = [
    0x93, 0xe0, 0x2b, 0x60, 0x52, 0x71, 0x9f, 0x60, 0x7d, 0xac, 0xd3, 0xa0, 0x88, 0x27, 0x4f, 0x65,
    0x59, 0x6b, 0xd0, 0xd0, 0x99, 0x20, 0xb6, 0x1a, 0xb5, 0xda, 0x61, 0xbb, 0xdc, 0x7f, 0x50, 0x49,
    0x33, 0x4c, 0xf1, 0x12, 0x13, 0x94, 0x5d, 0x57, 0xe5, 0xac, 0x7d, 0x05, 0x5d, 0x04, 0x2b, 0x7e,
    0x02, 0x4a, 0xa2, 0xb2, 0xf0, 0x8f, 0x0a, 0x91, 0x26, 0x08, 0x05, 0x27, 0x2d, 0xc5, 0x10, 0x51,
    0xc6, 0xe4, 0x7a, 0xd4, 0xfa, 0x40, 0x3b, 0x02, 0xb4, 0x51, 0x0b, 0x64, 0x7a, 0xe3, 0xd1, 0x77,
    0x0b, 0xac, 0x03, 0x26, 0xa8, 0x05, 0xbb, 0xef, 0xd4, 0x80, 0x56, 0xc8, 0xc1, 0x21, 0xbd, 0xb8,
];

/// A network that publishes rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// The group's public key.
    pub public_key: [u8; G2_BYTES],
    /// Time of round 1, in seconds since 1970.
    pub genesis: u64,
    /// Seconds between rounds, at least 1.
    pub period: u64,
}

/// drand's quicknet: chain hash
/// `52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971`.
pub const QUICKNET: Network = Network {
    public_key: [
        0x83, 0xcf, 0x0f, 0x28, 0x96, 0xad, 0xee, 0x7e, 0xb8, 0xb5, 0xf0, 0x1f, 0xca, 0xd3, 0x91,
        0x22, 0x12, 0xc4, 0x37, 0xe0, 0x07, 0x3e, 0x91, 0x1f, 0xb9, 0x00, 0x22, 0xd3, 0xe7, 0x60,
        0x18, 0x3c, 0x8c, 0x4b, 0x45, 0x0b, 0x6a, 0x0a, 0x6c, 0x3a, 0xc6, 0xa5, 0x77, 0x6a, 0x2d,
        0x10, 0x64, 0x51, 0x0d, 0x1f, 0xec, 0x75, 0x8c, 0x92, 0x1c, 0xc2, 0x2b, 0x0e, 0x17, 0xe6,
        0x3a, 0xaf, 0x4b, 0xcb, 0x5e, 0xd6, 0x63, 0x04, 0xde, 0x9c, 0xf8, 0x09, 0xbd, 0x27, 0x4c,
        0xa7, 0x3b, 0xab, 0x4a, 0xf5, 0xa6, 0xe9, 0xc7, 0x6a, 0x4b, 0xc0, 0x9e, 0x76, 0xea, 0xe8,
        0x99, 0x1e, 0xf5, 0xec, 0xe4, 0x5a,
    ],
    genesis: 1_692_803_367,
    period: 3,
};

impl Network {
    /// Checks what arithmetic on rounds relies on.
    ///
    /// # Errors
    /// [`ProofError::OutOfRange`] for a period of 0;
    /// [`ProofError::BadSignature`] for the point at infinity as public key, under
    /// which anybody can sign.
    pub fn validate(&self) -> Result<(), ProofError> {
        in_range("beacon period", self.period, 1u64, u64::MAX)?;
        // RFC 9380's companion encoding: bit 6 of the first byte marks infinity.
        let [first, ..] = self.public_key;
        if first & 0x40 == 0 {
            Ok(())
        } else {
            Err(ProofError::BadSignature {
                what: "beacon network's key",
            })
        }
    }

    /// The nominal time of a round, in seconds since 1970; round 0 has none and
    /// answers the genesis. Saturates.
    #[must_use]
    pub const fn time_of(&self, round: u64) -> u64 {
        let since = round.saturating_sub(1).saturating_mul(self.period);
        self.genesis.saturating_add(since)
    }

    /// The first round whose time is at or after `time`. Saturates.
    #[must_use]
    pub fn round_at_or_after(&self, time: u64) -> u64 {
        let since = time.saturating_sub(self.genesis);
        let periods = since.div_ceil(self.period.max(1));
        periods.saturating_add(1)
    }

    /// Verifies a round's signature and returns its randomness.
    ///
    /// # Errors
    /// [`ProofError::BadSignature`]; [`ProofError::OutOfRange`] for round 0.
    pub fn verify(
        &self,
        crypto: &impl Crypto,
        round: u64,
        signature: &[u8; G1_BYTES],
    ) -> Result<[u8; 32], ProofError> {
        in_range("beacon round", round, 1u64, u64::MAX)?;
        let message = Sha256::digest(round.to_be_bytes());
        let verifies = crypto.hash_to_g1(&message, DST).is_some_and(|point| {
            crypto.pairing_equality(signature, &G2_GENERATOR, &point, &self.public_key)
        });
        if verifies {
            Ok(randomness(signature))
        } else {
            Err(ProofError::BadSignature {
                what: "beacon round",
            })
        }
    }
}

/// The randomness of a round whose signature has been verified.
#[must_use]
pub fn randomness(signature: &[u8; G1_BYTES]) -> [u8; 32] {
    Sha256::digest(signature).into()
}
