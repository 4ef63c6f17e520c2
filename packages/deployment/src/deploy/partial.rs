//! What an unfinished deployment has on disk: its plan, and the transaction that may
//! be on its way.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use chain_client::signer::{Signed, Witness};
use compute_api::Contracts;
use compute_api::oracle::BeaconNetwork;
use serde::{Deserialize, Serialize};

use super::{Code, DeployError, Plan};

/// What `FILE.partial` holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Partial {
    version: u32,
    chain_id: String,
    deployer: String,
    salt: String,
    profile: String,
    owner: String,
    guardian: String,
    admin: Option<String>,
    beacon: BeaconNetwork,
    /// SHA-256 of each `.wasm`, in hex.
    checksums: Contracts,
    pending: Option<Pending>,
}

/// A signed transaction that may have been sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pending {
    /// What it does, for people.
    what: String,
    hash: String,
    /// In hex.
    bytes: String,
    sequence: u64,
    valid_until: u64,
}

impl Partial {
    pub(super) fn new(chain_id: &str, deployer: &str, plan: &Plan, codes: &[Code]) -> Self {
        let mut checksums = Contracts {
            coin: String::new(),
            oracle: String::new(),
            votes: String::new(),
            market: String::new(),
        };
        for code in codes {
            *code.contract.of_mut(&mut checksums) = hex::encode(code.checksum);
        }
        Self {
            version: 1,
            chain_id: chain_id.to_owned(),
            deployer: deployer.to_owned(),
            salt: plan.salt.clone(),
            profile: plan.profile.name.to_owned(),
            owner: plan.owner.clone(),
            guardian: plan.guardian.clone(),
            admin: plan.admin.clone(),
            beacon: plan.beacon.clone(),
            checksums,
            pending: None,
        }
    }

    /// What another plan has otherwise.
    fn differs(&self, other: &Self) -> Option<&'static str> {
        [
            ("version of the file", self.version == other.version),
            ("chain", self.chain_id == other.chain_id),
            ("deployer", self.deployer == other.deployer),
            ("salt", self.salt == other.salt),
            ("profile", self.profile == other.profile),
            ("owner", self.owner == other.owner),
            ("guardian", self.guardian == other.guardian),
            ("admin", self.admin == other.admin),
            ("beacon", self.beacon == other.beacon),
            ("code of a contract", self.checksums == other.checksums),
        ]
        .into_iter()
        .find_map(|(what, same)| (!same).then_some(what))
    }
}

/// The file, which no other process has open as long as this lives.
pub(super) struct Keeper {
    path: PathBuf,
    partial: Partial,
    resumed: bool,
    /// Locked; the system frees it also after a `kill -9`.
    _lock: File,
}

impl Keeper {
    /// The file beside `file`, begun with `partial` where there is none.
    pub(super) fn open(file: &Path, partial: Partial) -> Result<Self, DeployError> {
        let path = beside(file, ".partial");
        let fail = |error: io::Error| failed(&path, error);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).map_err(fail)?;
        }
        let lock = File::create(beside(file, ".lock")).map_err(fail)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(DeployError::Busy { path }),
            Err(TryLockError::Error(error)) => return Err(failed(&path, error)),
        }
        let (partial, resumed) = match fs::read_to_string(&path) {
            Ok(text) => {
                let found: Partial =
                    serde_json::from_str(&text).map_err(|error| failed(&path, error))?;
                if let Some(what) = found.differs(&partial) {
                    return Err(DeployError::OtherPlan { path, what });
                }
                (found, true)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => (partial, false),
            Err(error) => return Err(failed(&path, error)),
        };
        write(&path, &partial)?;
        Ok(Self {
            path,
            partial,
            resumed,
            _lock: lock,
        })
    }

    /// Whether an earlier run has left something.
    pub(super) fn is_resumed(&self) -> bool {
        self.resumed
    }

    /// The transaction that the last run may have sent.
    pub(super) fn pending(&self) -> Result<Option<Signed>, DeployError> {
        let Some(pending) = &self.partial.pending else {
            return Ok(None);
        };
        let bytes = hex::decode(&pending.bytes).map_err(|error| failed(&self.path, error))?;
        Ok(Some(Signed {
            hash: pending.hash.clone(),
            bytes,
            sequence: pending.sequence,
            valid_until: pending.valid_until,
        }))
    }

    /// Who writes a transaction down before it is sent.
    pub(super) fn witness(&self, what: &str) -> impl Witness + use<> {
        Writer {
            path: self.path.clone(),
            partial: self.partial.clone(),
            what: what.to_owned(),
        }
    }

    /// No transaction is on its way any more.
    pub(super) fn settled(&mut self) -> Result<(), DeployError> {
        self.partial.pending = None;
        write(&self.path, &self.partial)
    }

    /// All is done: removes the file.
    pub(super) fn forget(self) -> Result<(), DeployError> {
        fs::remove_file(&self.path).map_err(|error| failed(&self.path, error))?;
        let lock = self.path.with_extension("lock");
        // Nobody needs it any more; that it stays does no harm.
        let _ = fs::remove_file(lock);
        Ok(())
    }
}

struct Writer {
    path: PathBuf,
    partial: Partial,
    what: String,
}

#[async_trait]
impl Witness for Writer {
    async fn signed(&mut self, tx: &Signed) -> Result<(), String> {
        self.partial.pending = Some(Pending {
            what: self.what.clone(),
            hash: tx.hash.clone(),
            bytes: hex::encode(&tx.bytes),
            sequence: tx.sequence,
            valid_until: tx.valid_until,
        });
        write(&self.path, &self.partial).map_err(|error| error.to_string())
    }
}

/// `deployment.json` and `.partial` are `deployment.json.partial`.
fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    file.with_file_name(name)
}

fn failed(path: &Path, reason: impl ToString) -> DeployError {
    DeployError::Partial {
        path: path.to_owned(),
        reason: reason.to_string(),
    }
}

/// Whole or not at all, also after a power cut.
fn write(path: &Path, partial: &Partial) -> Result<(), DeployError> {
    let text = serde_json::to_string_pretty(partial).map_err(|error| failed(path, error))?;
    let new = beside(path, ".new");
    let written = (|| {
        let mut file = File::create(&new)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, path)?;
        match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
            _ => Ok(()),
        }
    })();
    written.map_err(|error: io::Error| failed(path, error))
}
