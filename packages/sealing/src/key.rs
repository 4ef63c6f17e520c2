//! Keys of one lease, and of an app.

use std::fmt;

use compute_proofs::crypto::{Crypto, Host};
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, Serializable};
use rand_core::{OsRng, RngCore};
use zeroize::Zeroizing;

use crate::{Bond, SealError};

/// What is sealed to: an X25519 public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey(pub [u8; 32]);

/// What opens what was sealed to its public key. It is wiped when it is dropped.
#[derive(Clone)]
pub struct OpeningKey {
    secret: Zeroizing<[u8; 32]>,
    public: PublicKey,
}

impl fmt::Debug for OpeningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpeningKey")
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}

impl PublicKey {
    /// From its bytes, as they come.
    ///
    /// # Errors
    /// [`SealError::Key`] unless they are 32.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, SealError> {
        bytes.try_into().map(Self).map_err(|_| SealError::Key)
    }

    pub(crate) fn key(&self) -> Result<<X25519HkdfSha256 as Kem>::PublicKey, SealError> {
        Deserializable::from_bytes(&self.0).map_err(|_| SealError::Key)
    }
}

impl OpeningKey {
    /// A new key.
    ///
    /// # Errors
    /// [`SealError::Failed`] when the machine has no randomness.
    pub fn generate() -> Result<Self, SealError> {
        let mut material = Zeroizing::new([0; 32]);
        OsRng
            .try_fill_bytes(&mut material[..])
            .map_err(|_| SealError::Failed)?;
        let (secret, _) = X25519HkdfSha256::derive_keypair(&material[..]);
        Self::from_bytes(&Zeroizing::new(secret.to_bytes().into()))
    }

    /// The key of these 32 secret bytes.
    ///
    /// # Errors
    /// [`SealError::Key`].
    pub fn from_bytes(secret: &[u8; 32]) -> Result<Self, SealError> {
        let key = <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(secret);
        let key = key.map_err(|_| SealError::Key)?;
        let public = X25519HkdfSha256::sk_to_pk(&key).to_bytes().into();
        Ok(Self {
            secret: Zeroizing::new(*secret),
            public: PublicKey(public),
        })
    }

    /// The secret bytes, to be kept where nobody else reads.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        self.secret.clone()
    }

    /// What is sealed to.
    #[must_use]
    pub const fn public(&self) -> PublicKey {
        self.public
    }

    pub(crate) fn secret(&self) -> Result<<X25519HkdfSha256 as Kem>::PrivateKey, SealError> {
        Deserializable::from_bytes(&self.secret[..]).map_err(|_| SealError::Key)
    }
}

/// Whether the operator with this signing key, which the chain names, says that `key` is
/// its own for the lease that `bond` is of.
#[must_use]
pub fn check_key(
    bond: &Bond,
    key: &PublicKey,
    signature: &[u8; 64],
    operator_key: &[u8; 32],
) -> bool {
    let message = bond.key_message(key);
    Host.ed25519_verify(&message, signature, operator_key) == Ok(true)
}
