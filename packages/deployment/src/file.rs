//! The file.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use compute_api::Contracts;
use serde::{Deserialize, Serialize};

/// The only version of the file there is.
const VERSION: u32 = 1;

/// Why a deployment file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be read or written.
    #[error("deployment file {}: {source}; `ballast deploy` makes one", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is not what `ballast deploy` writes.
    #[error("deployment file {}: {reason}; run `ballast deploy` again", path.display())]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// What is wrong, with line and column.
        reason: String,
    },
}

/// Where a network is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deployment {
    /// Version of this file.
    pub version: u32,
    /// The chain.
    pub chain_id: String,
    /// What fees are paid in.
    pub fee_denom: String,
    /// Price of a gas, in millionths of the fee denom's unit.
    pub gas_price_micro: u64,
    /// What issuers' bonds are in; never the coin.
    pub bond_denom: String,
    /// Where its nodes are.
    pub endpoints: Endpoints,
    /// The contracts' addresses.
    pub contracts: Contracts,
    /// The contracts' code ids.
    pub codes: Contracts<u64>,
    /// Where rounds of the beacon are fetched: base URLs of drand's HTTP API.
    pub beacons: Vec<String>,
}

/// Where nodes are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoints {
    /// gRPC, in the order in which they are tried.
    pub grpc: Vec<String>,
    /// CometBFT's RPC.
    pub rpc: String,
    /// REST.
    pub rest: String,
}

impl Deployment {
    /// The version that this code reads and writes.
    #[must_use]
    pub const fn current_version() -> u32 {
        VERSION
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`FileError`], naming the file.
    pub fn load(path: &Path) -> Result<Self, FileError> {
        let io = |source| FileError::Io {
            path: path.to_owned(),
            source,
        };
        let malformed = |reason| FileError::Malformed {
            path: path.to_owned(),
            reason,
        };
        let text = fs::read_to_string(path).map_err(io)?;
        let deployment: Self =
            serde_json::from_str(&text).map_err(|error| malformed(error.to_string()))?;
        if deployment.version == VERSION {
            Ok(deployment)
        } else {
            let version = deployment.version;
            Err(malformed(format!("version {version}, not {VERSION}")))
        }
    }

    /// Writes a file, whole or not at all.
    ///
    /// # Errors
    /// [`FileError::Io`].
    pub fn save(&self, path: &Path) -> Result<(), FileError> {
        write(path, self)
    }
}

/// Writes JSON, whole or not at all.
pub(crate) fn write(path: &Path, value: &impl Serialize) -> Result<(), FileError> {
    let io = |source| FileError::Io {
        path: path.to_owned(),
        source,
    };
    let text = serde_json::to_string_pretty(value).map_err(|error| io(error.into()))?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(io)?;
    }
    let beside = path.with_extension("new");
    let mut file = fs::File::create(&beside).map_err(io)?;
    file.write_all(text.as_bytes()).map_err(io)?;
    file.write_all(b"\n").map_err(io)?;
    file.sync_all().map_err(io)?;
    fs::rename(&beside, path).map_err(io)
}
