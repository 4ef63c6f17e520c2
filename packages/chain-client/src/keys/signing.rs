//! The ed25519 key of an operator or an app: it signs leases, receipts, batches and
//! authorisations, never transactions.

use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::keystore::{file, make_folder, private, write_new};
use super::seal::{self, Sealed};
use super::{Backend, DEVNET_PREFIX, KeyError};

/// The file in the home folder, and what messages and errors call the key.
const NAME: &str = "signing.key";

/// An ed25519 key. It is wiped from memory when it is dropped.
pub struct SigningKey {
    secret: Zeroizing<[u8; 32]>,
    /// The secret's scalar and the public key: half of what a signature costs, if they were
    /// made anew for each.
    key: Zeroizing<ed25519_zebra::SigningKey>,
    public: [u8; 32],
}

/// What the file holds.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    version: u32,
    /// In hex, so that it can be read without the password.
    public_key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    encrypted: Option<Sealed>,
    /// The secret bytes in hex, in the test backend.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    plain: Option<Zeroizing<String>>,
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("public", &hex::encode(self.public))
            .finish_non_exhaustive()
    }
}

impl SigningKey {
    /// A new key.
    ///
    /// # Errors
    /// When the machine has no randomness.
    pub fn generate() -> Result<Self, KeyError> {
        let mut secret = Zeroizing::new([0; 32]);
        let filled = getrandom::fill(&mut secret[..]);
        filled.map_err(|error| KeyError::Derivation(error.to_string()))?;
        Ok(Self::from_bytes(&secret))
    }

    /// The key of 32 secret bytes, any of which are one.
    #[must_use]
    pub fn from_bytes(secret: &[u8; 32]) -> Self {
        let key = ed25519_zebra::SigningKey::from(*secret);
        Self {
            secret: Zeroizing::new(*secret),
            public: ed25519_zebra::VerificationKey::from(&key).into(),
            key: Zeroizing::new(key),
        }
    }

    /// The public key, as operators register it.
    #[must_use]
    pub const fn public(&self) -> [u8; 32] {
        self.public
    }

    /// Signs `bytes`.
    #[must_use]
    pub fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        self.key.sign(bytes).into()
    }

    /// Where the key of `home` is kept.
    #[must_use]
    pub fn path(home: &Path) -> PathBuf {
        home.join(NAME)
    }

    /// Keeps it in `home`, which has none yet.
    ///
    /// # Errors
    /// When there is one, or the backend is not for the chain `chain_id`.
    pub fn keep(&self, home: &Path, chain_id: &str, backend: &Backend) -> Result<(), KeyError> {
        let path = Self::path(home);
        if path.exists() {
            return Err(KeyError::Exists(NAME.to_owned()));
        }
        let public_key = hex::encode(self.public);
        let mut stored = Stored {
            version: 1,
            public_key: public_key.clone(),
            encrypted: None,
            plain: None,
        };
        match backend {
            Backend::Test if !chain_id.starts_with(DEVNET_PREFIX) => {
                return Err(KeyError::NotDevnet(chain_id.to_owned()));
            }
            Backend::Test => {
                stored.plain = Some(Zeroizing::new(hex::encode(&self.secret[..])));
            }
            Backend::Encrypted(password) => {
                let password = password.read_new(NAME)?;
                let sealed = seal::seal(&self.secret[..], &password, &public_key);
                stored.encrypted = Some(sealed.ok_or_else(|| {
                    KeyError::NoPassword("the machine has no randomness".to_owned())
                })?);
            }
        }
        let text = serde_json::to_string_pretty(&stored);
        let text = Zeroizing::new(text.map_err(|error| file(&path, error))?);
        make_folder(home)?;
        write_new(&path, text.as_bytes()).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => KeyError::Exists(NAME.to_owned()),
            _ => file(&path, error),
        })
    }

    /// Opens the key that is kept in `home`.
    ///
    /// # Errors
    /// When there is none, others may read its file, the password is wrong, or it is a
    /// plain one and the chain `chain_id` is no devnet.
    pub fn load(home: &Path, chain_id: &str, backend: &Backend) -> Result<Self, KeyError> {
        let stored = read(home)?;
        let wrong = || KeyError::Password(NAME.to_owned());
        let secret = match (backend, stored.encrypted, stored.plain) {
            (Backend::Test, ..) if !chain_id.starts_with(DEVNET_PREFIX) => {
                return Err(KeyError::NotDevnet(chain_id.to_owned()));
            }
            (Backend::Test, _, Some(plain)) => {
                Zeroizing::new(hex::decode(&*plain).map_err(|_| wrong())?)
            }
            (Backend::Encrypted(password), Some(sealed), _) => {
                let password = password.read(NAME)?;
                seal::open(&sealed, &password, &stored.public_key).ok_or_else(wrong)?
            }
            _ => return Err(wrong()),
        };
        let secret: &[u8; 32] = secret.as_slice().try_into().map_err(|_| wrong())?;
        let key = Self::from_bytes(secret);
        if hex::encode(key.public) == stored.public_key {
            Ok(key)
        } else {
            Err(wrong())
        }
    }

    /// Opens the key of `home`, or makes and keeps one where there is none.
    ///
    /// # Errors
    /// As [`Self::load`] and [`Self::keep`].
    pub fn load_or_generate(
        home: &Path,
        chain_id: &str,
        backend: &Backend,
    ) -> Result<Self, KeyError> {
        match Self::load(home, chain_id, backend) {
            Err(KeyError::Unknown(_)) => {
                let key = Self::generate()?;
                key.keep(home, chain_id, backend)?;
                Ok(key)
            }
            loaded => loaded,
        }
    }

    /// The public key of `home`, in hex, without its password.
    ///
    /// # Errors
    /// When there is none, or others may read its file.
    pub fn public_in(home: &Path) -> Result<String, KeyError> {
        Ok(read(home)?.public_key)
    }
}

fn read(home: &Path) -> Result<Stored, KeyError> {
    let path = SigningKey::path(home);
    private(&path, NAME)?;
    let text = fs::read_to_string(&path).map_err(|error| file(&path, error))?;
    let text = Zeroizing::new(text);
    let stored: Stored = serde_json::from_str(&text).map_err(|error| file(&path, error))?;
    match stored.version {
        1 => Ok(stored),
        version => Err(file(
            &path,
            format!("version {version} is not known here, only 1"),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Password;

    #[test]
    fn it_signs_as_rfc_8032_says() {
        // Section 7.1, test 2.
        let secret = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
        let secret: [u8; 32] = hex::decode(secret).unwrap().try_into().unwrap();
        let key = SigningKey::from_bytes(&secret);
        assert_eq!(
            hex::encode(key.public()),
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
        );
        assert_eq!(
            hex::encode(key.sign(&[0x72])),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
             085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        );
    }

    #[test]
    fn it_comes_back_under_its_password_alone() {
        let home = tempfile::tempdir().unwrap();
        let backend = |text: &str| {
            let path = home.path().join(format!("password-{text}"));
            fs::write(&path, text).unwrap();
            Backend::Encrypted(Password::File(path))
        };
        let right = backend("long enough");
        let key = SigningKey::load_or_generate(home.path(), "ballast-1", &right).unwrap();
        let again = SigningKey::load_or_generate(home.path(), "ballast-1", &right).unwrap();
        assert_eq!(again.sign(b"x"), key.sign(b"x"));
        let public = SigningKey::public_in(home.path()).unwrap();
        assert_eq!(public, hex::encode(key.public()));
        let text = fs::read_to_string(SigningKey::path(home.path())).unwrap();
        assert!(!text.contains(&hex::encode(&key.secret[..])));
        let wrong = SigningKey::load(home.path(), "ballast-1", &backend("another one"));
        assert!(matches!(wrong, Err(KeyError::Password(_))));
        let there = key.keep(home.path(), "ballast-1", &right);
        assert!(matches!(there, Err(KeyError::Exists(_))));
    }

    #[test]
    fn plain_ones_are_for_devnet_alone() {
        let home = tempfile::tempdir().unwrap();
        let real = SigningKey::load_or_generate(home.path(), "ballast-1", &Backend::Test);
        assert!(
            matches!(real, Err(KeyError::Unknown(_) | KeyError::NotDevnet(_))),
            "{real:?}"
        );
        assert!(!SigningKey::path(home.path()).exists());
        let chain = "ballast-devnet-1";
        let key = SigningKey::load_or_generate(home.path(), chain, &Backend::Test).unwrap();
        let again = SigningKey::load(home.path(), chain, &Backend::Test).unwrap();
        assert_eq!(again.public(), key.public());
        let real = SigningKey::load(home.path(), "ballast-1", &Backend::Test);
        assert!(matches!(real, Err(KeyError::NotDevnet(_))), "{real:?}");
    }
}
