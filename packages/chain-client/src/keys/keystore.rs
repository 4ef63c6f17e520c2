//! A folder of keys, one file each, readable by their owner alone.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::seal::{self, Sealed};
use super::{DEVNET_PREFIX, Key, KeyError, Password, secret};

/// How keys are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Backend {
    /// Under a password.
    Encrypted(Password),
    /// As they are. For devnet alone.
    Test,
}

/// A folder of keys.
#[derive(Clone, Debug)]
pub struct Keystore {
    folder: PathBuf,
    backend: Backend,
}

/// A key that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: String,
}

/// What a file holds.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    version: u32,
    address: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    encrypted: Option<Sealed>,
    /// The secret bytes in hex, in the test backend.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    plain: Option<Zeroizing<String>>,
}

impl Keystore {
    /// The keys in `home`, for the chain `chain_id`. Nothing is read or written yet.
    ///
    /// # Errors
    /// When the backend is not for that chain.
    pub fn new(home: &Path, chain_id: &str, backend: Backend) -> Result<Self, KeyError> {
        let folder = match backend {
            Backend::Test if !chain_id.starts_with(DEVNET_PREFIX) => {
                return Err(KeyError::NotDevnet(chain_id.to_owned()));
            }
            Backend::Test => home.join("keys-test"),
            Backend::Encrypted(_) => home.join("keys"),
        };
        Ok(Self { folder, backend })
    }

    fn path(&self, name: &str) -> Result<PathBuf, KeyError> {
        let letter = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if name.is_empty() || name.len() > 64 || !name.chars().all(letter) {
            return Err(KeyError::Name(name.to_owned()));
        }
        Ok(self.folder.join(format!("{name}.json")))
    }

    /// Keeps the key at `index` of a mnemonic under `name`; its address.
    ///
    /// # Errors
    /// When there is one of that name, among others.
    pub fn add(&self, name: &str, mnemonic: &str, index: u32) -> Result<String, KeyError> {
        let path = self.path(name)?;
        if path.exists() {
            return Err(KeyError::Exists(name.to_owned()));
        }
        let secret = secret(mnemonic, index)?;
        let address = Key::from_bytes(&secret[..])?.address().to_owned();
        let mut stored = Stored {
            version: 1,
            address: address.clone(),
            encrypted: None,
            plain: None,
        };
        match &self.backend {
            Backend::Test => stored.plain = Some(Zeroizing::new(hex::encode(&secret[..]))),
            Backend::Encrypted(password) => {
                let password = password.read_new(name)?;
                let sealed = seal::seal(&secret[..], &password, &address);
                stored.encrypted = Some(sealed.ok_or_else(|| {
                    KeyError::NoPassword("the machine has no randomness".to_owned())
                })?);
            }
        }
        let text = serde_json::to_string_pretty(&stored);
        let text = Zeroizing::new(text.map_err(|error| file(&path, error))?);
        make_folder(&self.folder)?;
        write_new(&path, text.as_bytes()).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => KeyError::Exists(name.to_owned()),
            _ => file(&path, error),
        })?;
        Ok(address)
    }

    /// Opens the key called `name`.
    ///
    /// # Errors
    /// When there is none, others may read its file, or the password is wrong.
    pub fn open(&self, name: &str) -> Result<Key, KeyError> {
        let stored = self.read(name)?;
        let wrong = || KeyError::Password(name.to_owned());
        let secret = match (&self.backend, stored.encrypted, stored.plain) {
            (Backend::Test, _, Some(plain)) => {
                Zeroizing::new(hex::decode(&*plain).map_err(|_| wrong())?)
            }
            (Backend::Encrypted(password), Some(sealed), _) => {
                let password = password.read(name)?;
                seal::open(&sealed, &password, &stored.address).ok_or_else(wrong)?
            }
            _ => return Err(wrong()),
        };
        let key = Key::from_bytes(&secret)?;
        if key.address() != stored.address {
            return Err(wrong());
        }
        Ok(key)
    }

    /// The address of the key called `name`, without its password.
    ///
    /// # Errors
    /// When there is none.
    pub fn address(&self, name: &str) -> Result<String, KeyError> {
        Ok(self.read(name)?.address)
    }

    /// All keys, by name.
    ///
    /// # Errors
    /// When the folder or a file in it cannot be read.
    pub fn list(&self) -> Result<Vec<Listed>, KeyError> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(file(&self.folder, error)),
        };
        let mut found = Vec::new();
        for entry in entries {
            let path = entry.map_err(|error| file(&self.folder, error))?.path();
            let name = path.file_stem().and_then(|name| name.to_str());
            let json = path
                .extension()
                .is_some_and(|extension| extension == "json");
            if let (Some(name), true) = (name, json) {
                found.push(Listed {
                    name: name.to_owned(),
                    address: self.address(name)?,
                });
            }
        }
        found.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(found)
    }

    /// Deletes the key called `name`. Without its mnemonic it is gone.
    ///
    /// # Errors
    /// When there is none.
    pub fn delete(&self, name: &str) -> Result<(), KeyError> {
        let path = self.path(name)?;
        fs::remove_file(&path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => KeyError::Unknown(name.to_owned()),
            _ => file(&path, error),
        })
    }

    fn read(&self, name: &str) -> Result<Stored, KeyError> {
        let path = self.path(name)?;
        private(&path, name)?;
        let text = fs::read_to_string(&path).map_err(|error| file(&path, error))?;
        let text = Zeroizing::new(text);
        let stored: Stored = serde_json::from_str(&text).map_err(|error| file(&path, error))?;
        if stored.version != 1 {
            let version = stored.version;
            return Err(file(
                &path,
                format!("version {version} is not known here, only 1"),
            ));
        }
        Ok(stored)
    }
}

pub(super) fn file(path: &Path, reason: impl ToString) -> KeyError {
    KeyError::File {
        path: path.display().to_string(),
        reason: reason.to_string(),
    }
}

#[cfg(unix)]
pub(super) fn private(path: &Path, name: &str) -> Result<(), KeyError> {
    use std::os::unix::fs::PermissionsExt;

    let metadata = fs::metadata(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => KeyError::Unknown(name.to_owned()),
        _ => file(path, error),
    })?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(KeyError::Readable {
            path: path.display().to_string(),
            mode,
            cure: "600",
        });
    }
    Ok(())
}

#[cfg(unix)]
pub(super) fn make_folder(folder: &Path) -> Result<(), KeyError> {
    use std::os::unix::fs::DirBuilderExt;

    let made = fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder);
    made.map_err(|error| file(folder, error))
}

/// Writes beside and renames, so that there is never half a key; never over another.
#[cfg(unix)]
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;

    let beside = path.with_extension(format!("{}.tmp", std::process::id()));
    let written = (|| {
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        // Unlike a rename, a link does not replace what is there.
        fs::hard_link(&beside, path)
    })();
    let _ = fs::remove_file(&beside);
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    const WORDS: &str = "test test test test test test test test test test test junk";

    fn password(home: &Path, text: &str) -> Backend {
        let path = home.join(format!("password-{text}"));
        fs::write(&path, format!("{text}\n")).unwrap();
        Backend::Encrypted(Password::File(path))
    }

    #[test]
    fn keys_are_kept_under_a_password_in_private_files() {
        let home = tempfile::tempdir().unwrap();
        let right = Keystore::new(
            home.path(),
            "ballast-1",
            password(home.path(), "long enough"),
        );
        let right = right.unwrap();
        assert_eq!(right.list().unwrap(), []);
        let address = right.add("alice", WORDS, 0).unwrap();
        assert_eq!(right.open("alice").unwrap().address(), address);
        let path = home.path().join("keys/alice.json");
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains(&hex::encode(&secret(WORDS, 0).unwrap()[..])));
        let wrong = Keystore::new(home.path(), "ballast-1", password(home.path(), "wrong one"));
        let error = wrong.unwrap().open("alice").unwrap_err();
        assert!(matches!(error, KeyError::Password(_)), "{error}");
        assert!(matches!(
            right.add("alice", WORDS, 1),
            Err(KeyError::Exists(_))
        ));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let error = right.open("alice").unwrap_err();
        assert!(error.to_string().contains("chmod 600"), "{error}");
        right.delete("alice").unwrap();
        assert!(matches!(right.open("alice"), Err(KeyError::Unknown(_))));
    }

    #[test]
    fn short_passwords_and_odd_names_are_refused() {
        let home = tempfile::tempdir().unwrap();
        let store = Keystore::new(home.path(), "ballast-1", password(home.path(), "short"));
        let store = store.unwrap();
        assert!(matches!(
            store.add("alice", WORDS, 0),
            Err(KeyError::NoPassword(_))
        ));
        assert!(!home.path().join("keys").exists());
        for name in ["", "../x", "a b", "a/b"] {
            assert!(matches!(store.open(name), Err(KeyError::Name(_))), "{name}");
        }
    }

    #[test]
    fn plain_keys_are_for_devnet_alone() {
        let home = tempfile::tempdir().unwrap();
        let error = Keystore::new(home.path(), "ballast-1", Backend::Test).unwrap_err();
        assert!(matches!(error, KeyError::NotDevnet(_)), "{error}");
        let store = Keystore::new(home.path(), "ballast-devnet-1", Backend::Test).unwrap();
        let address = store.add("bob", WORDS, 1).unwrap();
        assert_eq!(store.open("bob").unwrap().address(), address);
        let listed = Listed {
            name: "bob".to_owned(),
            address,
        };
        assert_eq!(store.list().unwrap(), [listed]);
    }
}
