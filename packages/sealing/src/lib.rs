//! Inputs and results that only an app and its drawn worker can read.
//!
//! HPKE (RFC 9180) with X25519, HKDF-SHA256 and ChaCha20-Poly1305.
//!
//! - The **worker** makes a key for each lease and signs it with its operator's key, which
//!   is on chain: a coordinator that hands out another one is found out ([`check_key`]).
//! - The **app** seals its tensors to that key (base mode). The worker checks what it
//!   opens against the roots that were authorised, so nobody else can fill them.
//! - The **worker** seals the result to the app's key with the lease's key as sender (auth
//!   mode): nobody else can have made it.
//!
//! Both are bound to the [`Bond`]: the hash of the grant, which names chain, market, order,
//! nonce, program, input root, attempt and worker, and the key of the app. What was sealed
//! for one lease opens under no other, and a coordinator that puts its own key in the app's
//! place makes inputs that do not open.
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

mod key;
#[cfg(test)]
mod tests;

use compute_proofs::Hash;
use compute_proofs::tensor::TensorSpec;
use exact_kernels::DType;
use hpke::aead::{AeadCtxR, AeadCtxS, ChaCha20Poly1305};
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use rand_core::OsRng;
use zeroize::Zeroizing;

pub use key::{OpeningKey, PublicKey, check_key};

type Sender = AeadCtxS<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>;
type Receiver = AeadCtxR<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>;
type Encapsulated = <X25519HkdfSha256 as Kem>::EncappedKey;

/// Bytes of the encapsulated key that a sealed message begins with.
const ENCAPSULATED: usize = 32;

/// Bytes that sealing adds to each part.
const TAG: u64 = 16;

const INPUTS: &[u8] = b"ballast/sealed-inputs/1";
const RESULT: &[u8] = b"ballast/sealed-result/1";

/// Why something cannot be sealed or opened. No error says anything of the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// A key is none.
    #[error("[BL-SEA-001] 32 bytes of an X25519 key were expected; ask for the key again")]
    Key,
    /// It has another length than its parts.
    #[error(
        "[BL-SEA-002] {actual} sealed bytes, {expected} were expected; seal it anew for this lease"
    )]
    Length {
        /// Of the parts, each with its tag, and the encapsulated key.
        expected: u64,
        /// What came.
        actual: u64,
    },
    /// It was changed, is for another key, or for another lease.
    #[error(
        "[BL-SEA-003] part {part} does not open: it was changed, or sealed to another key or for \
         another lease; seal it anew for this one"
    )]
    Closed {
        /// Which part, from 0.
        part: u32,
    },
    /// What was sealed has another root than was authorised.
    #[error("[BL-SEA-004] part {part} is not what its root says; seal the tensor of that root")]
    OtherContent {
        /// Which part, from 0.
        part: u32,
    },
    /// The machine cannot seal.
    #[error("[BL-SEA-005] sealing failed; is there randomness on this machine?")]
    Failed,
}

impl SealError {
    /// A stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Key => "BL-SEA-001",
            Self::Length { .. } => "BL-SEA-002",
            Self::Closed { .. } => "BL-SEA-003",
            Self::OtherContent { .. } => "BL-SEA-004",
            Self::Failed => "BL-SEA-005",
        }
    }
}

/// What everything that is sealed is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bond {
    /// The lease's grant: `compute_proofs::task::Grant::hash`.
    pub grant: Hash,
    /// The app's key, which the result is sealed to.
    pub reply_key: PublicKey,
}

impl Bond {
    fn info(&self, domain: &[u8]) -> Vec<u8> {
        [domain, &self.grant.0, &self.reply_key.0].concat()
    }

    /// What a worker signs with its operator's key to say that `key` is its own, for this
    /// lease.
    #[must_use]
    pub fn key_message(&self, key: &PublicKey) -> Vec<u8> {
        let mut message = self.info(b"ballast/sealing-key/1");
        message.extend_from_slice(&key.0);
        message
    }
}

/// A tensor to be sealed: its root and its bytes, or how many they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part<T> {
    /// Its root, which is sealed along with it.
    pub root: Hash,
    /// Its bytes, or their number.
    pub content: T,
}

/// Bytes that inputs of these lengths have once they are sealed. `None` beyond 2^64.
#[must_use]
pub fn sealed_inputs_bytes(lengths: impl IntoIterator<Item = u64>) -> Option<u64> {
    let all = lengths.into_iter().try_fold(0u64, |sum, length| {
        sum.checked_add(length)?.checked_add(TAG)
    });
    all?.checked_add(32)
}

/// Bytes that a result of this length has once it is sealed. `None` beyond 2^64.
#[must_use]
pub fn sealed_result_bytes(length: u64) -> Option<u64> {
    sealed_inputs_bytes([length])
}

/// Sealed bytes as they travel: a tensor of type `u8` with one row, so that they are
/// chunked, named by their root and checked like any other. `None` for none, and beyond
/// 2^32.
#[must_use]
pub fn sealed_spec(bytes: u64) -> Option<TensorSpec> {
    TensorSpec::new(DType::U8, 1, u32::try_from(bytes).ok()?).ok()
}

/// Place and root, so that parts cannot change places.
fn label(part: u32, root: &Hash) -> [u8; 36] {
    let mut label = [0; 36];
    let (place, name) = label.split_at_mut(4);
    place.copy_from_slice(&part.to_le_bytes());
    name.copy_from_slice(&root.0);
    label
}

/// Seals an app's tensors to a lease's key: `encapsulated key ‖ part ‖ part …`, each part
/// its bytes and a tag.
///
/// # Errors
/// [`SealError::Key`], [`SealError::Failed`].
pub fn seal_inputs(
    bond: &Bond,
    to: &PublicKey,
    parts: &[Part<&[u8]>],
) -> Result<Vec<u8>, SealError> {
    seal(bond, INPUTS, &OpModeS::Base, to, parts)
}

/// Opens what [`seal_inputs`] has sealed; each part has so many bytes. Whether they have
/// the parts' roots is for the caller.
///
/// # Errors
/// [`SealError::Length`], [`SealError::Closed`].
pub fn open_inputs(
    bond: &Bond,
    key: &OpeningKey,
    parts: &[Part<u64>],
    sealed: &[u8],
) -> Result<Vec<Zeroizing<Vec<u8>>>, SealError> {
    open(bond, INPUTS, &OpModeR::Base, key, parts, sealed)
}

/// Seals a result to the app's key, as whoever holds the lease's key.
///
/// # Errors
/// [`SealError::Key`], [`SealError::Failed`].
pub fn seal_result(
    bond: &Bond,
    from: &OpeningKey,
    result: Part<&[u8]>,
) -> Result<Vec<u8>, SealError> {
    let mode = OpModeS::Auth((from.secret()?, from.public().key()?));
    seal(bond, RESULT, &mode, &bond.reply_key, &[result])
}

/// Opens a result that the holder of the lease's key, `from`, has sealed. Whether it has
/// the result's root is for the caller.
///
/// # Errors
/// [`SealError::Key`], [`SealError::Length`], [`SealError::Closed`].
pub fn open_result(
    bond: &Bond,
    key: &OpeningKey,
    from: &PublicKey,
    result: Part<u64>,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let mode = OpModeR::Auth(from.key()?);
    let opened = open(bond, RESULT, &mode, key, &[result], sealed)?;
    opened.into_iter().next().ok_or(SealError::Failed)
}

fn seal(
    bond: &Bond,
    domain: &[u8],
    mode: &OpModeS<'_, X25519HkdfSha256>,
    to: &PublicKey,
    parts: &[Part<&[u8]>],
) -> Result<Vec<u8>, SealError> {
    let info = bond.info(domain);
    let (encapsulated, mut sender): (Encapsulated, Sender) =
        hpke::setup_sender(mode, &to.key()?, &info, &mut OsRng).map_err(|_| SealError::Failed)?;
    let mut sealed = encapsulated.to_bytes().to_vec();
    for (number, part) in (0..).zip(parts) {
        let label = label(number, &part.root);
        let part = sender.seal(part.content, &label);
        sealed.extend(part.map_err(|_| SealError::Failed)?);
    }
    Ok(sealed)
}

fn open(
    bond: &Bond,
    domain: &[u8],
    mode: &OpModeR<'_, X25519HkdfSha256>,
    key: &OpeningKey,
    parts: &[Part<u64>],
    sealed: &[u8],
) -> Result<Vec<Zeroizing<Vec<u8>>>, SealError> {
    let expected = sealed_inputs_bytes(parts.iter().map(|part| part.content)).unwrap_or(u64::MAX);
    let actual = u64::try_from(sealed.len()).unwrap_or(u64::MAX);
    let (Some((head, mut rest)), true) =
        (sealed.split_at_checked(ENCAPSULATED), expected == actual)
    else {
        return Err(SealError::Length { expected, actual });
    };
    // A point that makes no secret is no key of anybody's.
    let closed = |part| move |_| SealError::Closed { part };
    let encapsulated = Encapsulated::from_bytes(head).map_err(closed(0))?;
    let mut receiver: Receiver =
        hpke::setup_receiver(mode, &key.secret()?, &encapsulated, &bond.info(domain))
            .map_err(closed(0))?;
    let mut opened = Vec::new();
    for (number, part) in (0..).zip(parts) {
        let length = usize::try_from(part.content.saturating_add(TAG)).unwrap_or(usize::MAX);
        let (now, behind) = rest
            .split_at_checked(length)
            .ok_or(SealError::Length { expected, actual })?;
        rest = behind;
        let content = receiver.open(now, &label(number, &part.root));
        opened.push(Zeroizing::new(content.map_err(closed(number))?));
    }
    Ok(opened)
}
