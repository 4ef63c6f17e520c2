//! The key of a beacon of one's own.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use ark_bls12_381::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use compute_proofs::crypto::{Crypto, G1_BYTES, G2_BYTES, Host};
use sha2::{Digest, Sha256};
use thiserror::Error;
use zeroize::Zeroizing;

/// RFC 9380 domain of drand's scheme `bls-unchained-g1-rfc9380`.
const DST: &[u8] = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";

/// The scalar field has 255 bits.
const TOP_BITS: u8 = 0x7f;

/// Why there is no key.
#[derive(Debug, Error)]
pub enum SecretError {
    /// The file cannot be read or written.
    #[error("[BL-BCN-001] beacon key {}: {source}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Others may read the file.
    #[error("[BL-BCN-002] others may read {} (mode {mode:03o}); run chmod 600 on it", path.display())]
    Readable {
        /// Which file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// The file holds no key.
    #[error(
        "[BL-BCN-003] {} holds no beacon key of 64 hex digits; restore it from a backup: \
         contracts know the network by it for good",
        path.display()
    )]
    Malformed {
        /// Which file.
        path: PathBuf,
    },
    /// The machine or the curve fails.
    #[error("[BL-BCN-004] the beacon cannot sign: {0}")]
    Failed(String),
}

/// A key that signs rounds. It is one number: whoever has it knows every round
/// beforehand.
#[derive(Clone)]
pub struct Secret(Fr);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// The key in this file, which is made with mode 0600 where there is none.
    ///
    /// # Errors
    /// [`SecretError`].
    pub fn open(path: &Path) -> Result<Self, SecretError> {
        let file = |source| SecretError::File {
            path: path.to_owned(),
            source,
        };
        let mut found = match File::open(path) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Self::make(path),
            Err(error) => return Err(file(error)),
        };
        check_mode(path, &found)?;
        let mut text = Zeroizing::new(String::new());
        found.read_to_string(&mut text).map_err(file)?;
        let malformed = || SecretError::Malformed {
            path: path.to_owned(),
        };
        let bytes = Zeroizing::new(hex::decode(text.trim()).map_err(|_| malformed())?);
        Self::from_bytes(&bytes).ok_or_else(malformed)
    }

    /// The key of 32 bytes, little-endian, below the curve's order and not 0.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.len() != 32 || bytes.iter().all(|byte| *byte == 0) {
            return None;
        }
        Fr::deserialize_compressed(bytes).ok().map(Self)
    }

    fn make(path: &Path) -> Result<Self, SecretError> {
        let file = |source| SecretError::File {
            path: path.to_owned(),
            source,
        };
        let (secret, bytes) = random()?;
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(file)?;
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let mut made = options.open(path).map_err(file)?;
        let text = Zeroizing::new(hex::encode(&bytes[..]));
        made.write_all(text.as_bytes()).map_err(file)?;
        made.sync_all().map_err(file)?;
        Ok(secret)
    }

    /// The public key: a compressed point of G2.
    ///
    /// # Errors
    /// None that can happen.
    pub fn public(&self) -> Result<[u8; G2_BYTES], SecretError> {
        compressed(&(G2Affine::generator() * self.0).into_affine())
    }

    /// The signature of a round: a compressed point of G1.
    ///
    /// # Errors
    /// None that can happen.
    pub fn sign(&self, round: u64) -> Result<[u8; G1_BYTES], SecretError> {
        let failed = |what: &str| SecretError::Failed(what.to_owned());
        let message = Sha256::digest(round.to_be_bytes());
        let point = Host
            .hash_to_g1(&message, DST)
            .ok_or_else(|| failed("no hash to the curve"))?;
        let point = G1Affine::deserialize_compressed(point.as_slice())
            .map_err(|error| failed(&error.to_string()))?;
        compressed(&(point * self.0).into_affine())
    }
}

/// A random key, with its bytes.
fn random() -> Result<(Secret, Zeroizing<[u8; 32]>), SecretError> {
    loop {
        let mut bytes = Zeroizing::new([0; 32]);
        let filled = getrandom::fill(&mut bytes[..]);
        filled.map_err(|error| SecretError::Failed(error.to_string()))?;
        if let Some(top) = bytes.last_mut() {
            *top &= TOP_BITS;
        }
        // Of 255 random bits nine in ten are below the curve's order.
        if let Some(secret) = Secret::from_bytes(&bytes[..]) {
            return Ok((secret, bytes));
        }
    }
}

#[cfg(unix)]
fn check_mode(path: &Path, file: &File) -> Result<(), SecretError> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = file.metadata().map_err(|source| SecretError::File {
        path: path.to_owned(),
        source,
    })?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(SecretError::Readable {
        path: path.to_owned(),
        mode,
    })
}

#[cfg(not(unix))]
fn check_mode(_: &Path, _: &File) -> Result<(), SecretError> {
    Ok(())
}

fn compressed<const N: usize>(point: &impl CanonicalSerialize) -> Result<[u8; N], SecretError> {
    let failed = || SecretError::Failed("a point of another length".to_owned());
    let mut bytes = Vec::new();
    let written = point.serialize_compressed(&mut bytes);
    written.map_err(|error| SecretError::Failed(error.to_string()))?;
    bytes.try_into().map_err(|_| failed())
}

#[cfg(test)]
mod tests {
    use super::*;
    use compute_proofs::beacon::{Network, randomness};

    #[test]
    fn a_key_is_made_once_and_signs_what_contracts_verify() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("new").join("beacon.key");
        let (first, second) = (Secret::open(&path).unwrap(), Secret::open(&path).unwrap());
        assert_eq!(first.public().unwrap(), second.public().unwrap());
        let network = Network {
            public_key: first.public().unwrap(),
            genesis: 100,
            period: 3,
        };
        network.validate().unwrap();
        let signature = first.sign(5).unwrap();
        assert_eq!(signature, second.sign(5).unwrap());
        let verified = network.verify(&Host, 5, &signature).unwrap();
        assert_eq!(verified, randomness(&signature));
        assert!(network.verify(&Host, 6, &signature).is_err());
        let other = Secret::open(&home.path().join("other.key")).unwrap();
        assert_ne!(other.public().unwrap(), first.public().unwrap());
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_may_read_or_that_is_none_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("beacon.key");
        Secret::open(&path).unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600);
        for text in ["", "00", &"0".repeat(64), &"f".repeat(64)] {
            fs::write(&path, text).unwrap();
            let error = Secret::open(&path).unwrap_err();
            assert!(matches!(error, SecretError::Malformed { .. }), "{error}");
            assert!(!error.to_string().contains("ffff"));
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let error = Secret::open(&path).unwrap_err();
        assert!(matches!(error, SecretError::Readable { .. }), "{error}");
    }
}
