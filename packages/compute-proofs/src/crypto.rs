//! The curve operations that verification needs, as a trait: a contract hands in
//! its host functions, a service the same curves in pure Rust ([`Host`]).

use crate::ProofError;

/// Length of a compressed point of G1.
pub const G1_BYTES: usize = 48;

/// Length of a compressed point of G2.
pub const G2_BYTES: usize = 96;

/// Signatures and pairings. Malformed keys, points and signatures are answered
/// like wrong ones, never with a panic.
pub trait Crypto {
    /// Whether an ed25519 signature verifies (ZIP-215 rules, as in CosmWasm).
    ///
    /// # Errors
    /// [`ProofError::HostFailed`] if the host cannot tell: that must convict
    /// nobody.
    fn ed25519_verify(
        &self,
        message: &[u8],
        signature: &[u8; 64],
        public_key: &[u8; 32],
    ) -> Result<bool, ProofError>;

    /// RFC 9380 hash to G1 with SHA-256, compressed.
    fn hash_to_g1(&self, message: &[u8], dst: &[u8]) -> Option<[u8; G1_BYTES]>;

    /// Whether `e(p, q) = e(r, s)`, for compressed points in the right subgroups.
    fn pairing_equality(
        &self,
        p: &[u8; G1_BYTES],
        q: &[u8; G2_BYTES],
        r: &[u8; G1_BYTES],
        s: &[u8; G2_BYTES],
    ) -> bool;
}

#[cfg(any(feature = "contract", feature = "host"))]
const ED25519_FAILED: ProofError = ProofError::HostFailed {
    what: "ed25519_verify",
};

/// The chain's host functions, for contracts.
#[cfg(feature = "contract")]
#[derive(Clone, Copy)]
pub struct Chain<'a>(pub &'a dyn cosmwasm_std::Api);

#[cfg(feature = "contract")]
impl Crypto for Chain<'_> {
    fn ed25519_verify(
        &self,
        message: &[u8],
        signature: &[u8; 64],
        public_key: &[u8; 32],
    ) -> Result<bool, ProofError> {
        self.0
            .ed25519_verify(message, signature, public_key)
            .map_err(|_| ED25519_FAILED)
    }

    fn hash_to_g1(&self, message: &[u8], dst: &[u8]) -> Option<[u8; G1_BYTES]> {
        self.0
            .bls12_381_hash_to_g1(cosmwasm_std::HashFunction::Sha256, message, dst)
            .ok()
    }

    fn pairing_equality(
        &self,
        p: &[u8; G1_BYTES],
        q: &[u8; G2_BYTES],
        r: &[u8; G1_BYTES],
        s: &[u8; G2_BYTES],
    ) -> bool {
        self.0
            .bls12_381_pairing_equality(p, q, r, s)
            .unwrap_or(false)
    }
}

/// The same implementation that CosmWasm's VM runs behind its host functions.
#[cfg(feature = "host")]
#[derive(Clone, Copy, Debug, Default)]
pub struct Host;

#[cfg(feature = "host")]
impl Crypto for Host {
    fn ed25519_verify(
        &self,
        message: &[u8],
        signature: &[u8; 64],
        public_key: &[u8; 32],
    ) -> Result<bool, ProofError> {
        cosmwasm_crypto::ed25519_verify(message, signature, public_key).map_err(|_| ED25519_FAILED)
    }

    fn hash_to_g1(&self, message: &[u8], dst: &[u8]) -> Option<[u8; G1_BYTES]> {
        use cosmwasm_crypto::{HashFunction, bls12_381_hash_to_g1};
        Some(bls12_381_hash_to_g1(HashFunction::Sha256, message, dst))
    }

    fn pairing_equality(
        &self,
        p: &[u8; G1_BYTES],
        q: &[u8; G2_BYTES],
        r: &[u8; G1_BYTES],
        s: &[u8; G2_BYTES],
    ) -> bool {
        cosmwasm_crypto::bls12_381_pairing_equality(p, q, r, s).unwrap_or(false)
    }
}
