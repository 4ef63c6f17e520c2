//! Several nodes of wasmd, to be killed and started again.

use chain_client::Client;
use deployment::Endpoints;
use localnet::{Wasmd, reach};
use processes::Processes;
use tempfile::TempDir;

use crate::{E2eError, chain, places};

/// Validators of one chain.
pub struct Validators {
    nodes: Vec<Endpoints>,
    /// Before their folder: they are killed first.
    processes: Processes,
    _folder: TempDir,
}

impl Validators {
    /// Starts as many and waits until each has a block.
    ///
    /// # Errors
    /// When wasmd is not built and cannot be (Go is missing), or does not start.
    pub async fn start(count: usize) -> Result<Self, E2eError> {
        let folder = chain::folder()?;
        let mut processes = Processes::new(folder.path())?;
        let mut wasmd = Wasmd::new(places::root(), folder.path().join("chain"));
        wasmd.validators = count;
        let nodes = wasmd.start(&mut processes).await?;
        Ok(Self {
            nodes,
            processes,
            _folder: folder,
        })
    }

    /// A client of these nodes, in the order in which they are to be asked.
    ///
    /// # Errors
    /// [`E2eError::NoNode`].
    pub fn client(&self, nodes: &[usize]) -> Result<Client, E2eError> {
        let mut grpc = Vec::new();
        for index in nodes {
            grpc.extend_from_slice(&self.node(*index)?.grpc);
        }
        chain::client(&grpc, |_| ())
    }

    /// Kills a node at once, as a power cut would.
    ///
    /// # Errors
    /// When there is no such node.
    pub async fn kill(&mut self, index: usize) -> Result<(), E2eError> {
        Ok(self.processes.kill(&Wasmd::name(index)).await?)
    }

    /// Starts a node that was killed.
    ///
    /// # Errors
    /// When there is no such node, or it cannot be started.
    pub async fn restart(&mut self, index: usize) -> Result<(), E2eError> {
        Ok(self.processes.restart(&Wasmd::name(index)).await?)
    }

    /// Waits until a node has the block at `height`.
    ///
    /// # Errors
    /// When it takes too long, or a node has ended by itself.
    pub async fn reach(&mut self, index: usize, height: u64) -> Result<(), E2eError> {
        let node = self.node(index)?.clone();
        Ok(reach(&mut self.processes, &node, height).await?)
    }

    fn node(&self, index: usize) -> Result<&Endpoints, E2eError> {
        let count = self.nodes.len();
        let node = self.nodes.get(index);
        node.ok_or(E2eError::NoNode { index, count })
    }
}
