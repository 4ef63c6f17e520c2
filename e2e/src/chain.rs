//! Either chain.

use std::env;
use std::str::FromStr;
use std::time::Duration;

use chain_client::keys::Key;
use chain_client::transport::Failover;
use chain_client::{Client, Config};
use deployment::Endpoints;
use serde::Deserialize;
use tempfile::TempDir;

use crate::{E2eError, Process, Wasmd, places};

/// The ID of either chain.
pub const CHAIN_ID: &str = "ballast-devnet-1";

/// What fees are paid in.
pub const FEE_DENOM: &str = "ustake";

/// What the keys of the funded accounts derive from, on either chain.
pub const MNEMONIC: &str = "test test test test test test test test test test test junk";

/// Which chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `ballast-devnet`, with a block for each transaction.
    Devnet,
    /// wasmd, with a block each half second.
    Wasmd,
}

impl Kind {
    /// What `BALLAST_E2E_CHAIN` says; devnet if it says nothing.
    ///
    /// # Errors
    /// [`E2eError::Kind`]: a typo must not run devnet in the place of wasmd.
    pub fn from_env() -> Result<Self, E2eError> {
        match env::var("BALLAST_E2E_CHAIN") {
            Err(env::VarError::NotPresent) => Ok(Self::Devnet),
            Ok(name) => name.parse(),
            Err(env::VarError::NotUnicode(name)) => Err(E2eError::Kind(name.display().to_string())),
        }
    }
}

impl FromStr for Kind {
    type Err = E2eError;

    fn from_str(name: &str) -> Result<Self, E2eError> {
        match name {
            "devnet" => Ok(Self::Devnet),
            "wasmd" => Ok(Self::Wasmd),
            other => Err(E2eError::Kind(other.to_owned())),
        }
    }
}

/// A chain of this test's own.
pub enum Chain {
    /// An embedded chain in one process.
    Devnet {
        /// It.
        process: Process,
        /// Where it listens.
        endpoints: Endpoints,
        /// Its log.
        folder: TempDir,
    },
    /// The production chain's node.
    Wasmd(Wasmd),
}

/// The line that devnet prints.
#[derive(Deserialize)]
struct Ready {
    grpc: String,
    rpc: String,
    rest: String,
}

impl Chain {
    /// Starts one node, on free ports, and waits for its first block.
    ///
    /// # Errors
    /// When it is not built, or does not start.
    pub async fn start(kind: Kind) -> Result<Self, E2eError> {
        match kind {
            Kind::Devnet => Self::devnet().await,
            Kind::Wasmd => Ok(Self::Wasmd(Wasmd::start(1).await?)),
        }
    }

    async fn devnet() -> Result<Self, E2eError> {
        let folder = tempfile::tempdir().map_err(E2eError::io("a temporary folder"))?;
        let program = places::binary("devnet", "ballast-devnet")?;
        let ports = ["--grpc-port", "0", "--rpc-port", "0", "--rest-port", "0"];
        let arguments = [&["--json", "--chain-id", CHAIN_ID][..], &ports].concat();
        let (process, line) =
            Process::start_and_read("devnet", &program, &arguments, folder.path()).await?;
        let ready: Ready = serde_json::from_str(&line).map_err(|error| E2eError::Failed {
            what: format!("reading what devnet printed, {line:?},"),
            reason: error.to_string(),
        })?;
        let endpoints = Endpoints {
            grpc: vec![ready.grpc],
            rpc: ready.rpc,
            rest: ready.rest,
        };
        Ok(Self::Devnet {
            process,
            endpoints,
            folder,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn endpoints(&self) -> &Endpoints {
        match self {
            Self::Devnet { endpoints, .. } => endpoints,
            Self::Wasmd(wasmd) => wasmd.endpoints(),
        }
    }

    /// A client that looks for its transactions ten times a second.
    ///
    /// # Errors
    /// Never, since the endpoints are URLs.
    pub fn client(&self) -> Result<Client, E2eError> {
        self.client_with(|_| ())
    }

    /// The same, with another configuration.
    ///
    /// # Errors
    /// As [`Self::client`].
    pub fn client_with(&self, change: impl FnOnce(&mut Config)) -> Result<Client, E2eError> {
        client(&self.endpoints().grpc, change)
    }

    /// The key of a funded account. wasmd's validators have the last ones.
    ///
    /// # Errors
    /// Never, since the words are a mnemonic.
    pub fn key(index: u32) -> Result<Key, E2eError> {
        Ok(Key::from_mnemonic(MNEMONIC, index)?)
    }
}

/// A client of these endpoints.
pub(crate) fn client(
    grpc: &[String],
    change: impl FnOnce(&mut Config),
) -> Result<Client, E2eError> {
    let mut config = Config::new(CHAIN_ID, FEE_DENOM);
    config.poll = Duration::from_millis(100);
    change(&mut config);
    let node = Failover::grpc(&config.chain_id, grpc)?;
    Ok(Client::new(config, node))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_in_the_chains_name_is_an_error() {
        assert_eq!("wasmd".parse::<Kind>().unwrap(), Kind::Wasmd);
        assert_eq!("devnet".parse::<Kind>().unwrap(), Kind::Devnet);
        for name in ["", "Wasmd", "wasmt"] {
            let error = name.parse::<Kind>().unwrap_err().to_string();
            assert!(error.contains(&format!("{name:?}")), "{error}");
        }
    }
}
