//! Either chain.

use std::env;
use std::time::Duration;

use chain_client::keys::Key;
use chain_client::transport::Failover;
use chain_client::{Client, Config};
use deployment::Endpoints;
use localnet::{CHAIN_ID, Devnet, FEE_DENOM, Kind, MNEMONIC, Wasmd};
use processes::Processes;
use tempfile::TempDir;

use crate::{E2eError, places};

/// Which chain `BALLAST_E2E_CHAIN` asks for; devnet if it says nothing.
///
/// # Errors
/// [`localnet::ChainError::Kind`]: a typo must not run devnet in the place of wasmd.
pub fn kind() -> Result<Kind, E2eError> {
    match env::var_os("BALLAST_E2E_CHAIN") {
        None => Ok(Kind::Devnet),
        Some(name) => Ok(name.to_string_lossy().parse()?),
    }
}

/// A chain of this test's own: `ballast-devnet` with a block for each transaction, or
/// wasmd with a block each half second.
pub struct Chain {
    endpoints: Endpoints,
    /// Before its folder: it is killed first.
    _processes: Processes,
    _folder: TempDir,
}

impl Chain {
    /// Starts one node, on free ports, and waits for its first block.
    ///
    /// # Errors
    /// When it is not built, or does not start.
    pub async fn start(kind: Kind) -> Result<Self, E2eError> {
        let folder = folder()?;
        let mut processes = Processes::new(folder.path())?;
        let endpoints = match kind {
            Kind::Devnet => {
                let program = places::binary("ballast-devnet")?;
                Devnet::new(program).start(&mut processes).await?
            }
            Kind::Wasmd => {
                let home = folder.path().join("chain");
                let wasmd = Wasmd::new(places::root(), home);
                let nodes = wasmd.start(&mut processes);
                let first = nodes.await?.into_iter().next();
                first.ok_or(E2eError::NoNode { index: 0, count: 0 })?
            }
        };
        Ok(Self {
            endpoints,
            _processes: processes,
            _folder: folder,
        })
    }

    /// Where it listens.
    #[must_use]
    pub const fn endpoints(&self) -> &Endpoints {
        &self.endpoints
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

/// A folder that is gone when it is dropped.
pub(crate) fn folder() -> Result<TempDir, E2eError> {
    tempfile::tempdir().map_err(E2eError::io("a temporary folder"))
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
