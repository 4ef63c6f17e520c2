//! wasmd from `localnet/`: one node, or several validators of one chain.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chain_client::Client;
use deployment::Endpoints;
use tempfile::TempDir;
use tokio::process::Command;

use crate::{CHAIN_ID, E2eError, Process, chain, free_ports, places, until};

/// How long a node may take to its first block.
const START: Duration = Duration::from_secs(60);

struct Node {
    home: PathBuf,
    endpoints: Endpoints,
    /// Nothing while it is down.
    process: Option<Process>,
}

/// Validators of one chain.
pub struct Wasmd {
    program: PathBuf,
    nodes: Vec<Node>,
    first: Endpoints,
    folder: TempDir,
}

impl Wasmd {
    /// Starts as many validators and waits until each has a block.
    ///
    /// # Errors
    /// When wasmd is not built and cannot be (Go is missing), or does not start.
    pub async fn start(validators: usize) -> Result<Self, E2eError> {
        let scripts = places::root().join("localnet");
        let program = run(&scripts.join("build.sh"), &[]).await?;
        let folder = tempfile::tempdir().map_err(E2eError::io("a temporary folder"))?;
        let ports = free_ports(validators.saturating_mul(4))?;
        let ports: Vec<[u16; 4]> = ports.as_chunks().0.to_vec();
        let named = ports
            .iter()
            .map(|at| at.map(|port| port.to_string()).join(":"));
        let named = named.collect::<Vec<_>>().join(",");
        let home = folder.path().display().to_string();
        let count = validators.to_string();
        let arguments = ["init", "--home", &home, "--validators", &count];
        let arguments = [&arguments[..], &["--ports", &named, "--chain-id", CHAIN_ID]].concat();
        run(&scripts.join("localnet.sh"), &arguments).await?;
        let node = |(index, [_, rpc, grpc, rest]): (usize, &[u16; 4])| Node {
            home: folder.path().join(format!("node{index}")),
            endpoints: Endpoints {
                grpc: vec![format!("http://127.0.0.1:{grpc}")],
                rpc: format!("http://127.0.0.1:{rpc}"),
                rest: format!("http://127.0.0.1:{rest}"),
            },
            process: None,
        };
        let nodes: Vec<_> = ports.iter().enumerate().map(node).collect();
        let first = nodes.first().map(|node| node.endpoints.clone());
        let mut wasmd = Self {
            program: program.into(),
            nodes,
            first: first.ok_or(E2eError::NoNode { index: 0, count: 0 })?,
            folder,
        };
        for index in 0..validators {
            wasmd.launch(index)?;
        }
        for index in 0..validators {
            wasmd.reach(index, 1).await?;
        }
        Ok(wasmd)
    }

    /// Where the first node listens.
    #[must_use]
    pub fn endpoints(&self) -> &Endpoints {
        &self.first
    }

    /// A client of these nodes, in the order in which they are to be asked.
    ///
    /// # Errors
    /// [`E2eError::NoNode`].
    pub fn client(&self, nodes: &[usize]) -> Result<Client, E2eError> {
        let mut grpc = Vec::new();
        for index in nodes {
            grpc.extend_from_slice(&self.node(*index)?.endpoints.grpc);
        }
        chain::client(&grpc, |_| ())
    }

    /// Kills a node at once, as a power cut would.
    ///
    /// # Errors
    /// [`E2eError::NoNode`].
    pub async fn kill(&mut self, index: usize) -> Result<(), E2eError> {
        match self.node_mut(index)?.process.take() {
            Some(process) => process.kill().await,
            None => Ok(()),
        }
    }

    /// Starts a node that was killed.
    ///
    /// # Errors
    /// [`E2eError::NoNode`]; when it cannot be started.
    pub fn launch(&mut self, index: usize) -> Result<(), E2eError> {
        let home = self.node(index)?.home.display().to_string();
        let name = format!("wasmd-{index}");
        let arguments = ["--home", &home, "start", "--log_no_color"];
        let process = Process::start(&name, &self.program, &arguments, self.folder.path())?;
        self.node_mut(index)?.process = Some(process);
        Ok(())
    }

    /// Waits until a node has the block at `height`.
    ///
    /// # Errors
    /// [`E2eError::TooLong`]; [`E2eError::Ended`] if it ends.
    pub async fn reach(&mut self, index: usize, height: u64) -> Result<(), E2eError> {
        let what = format!("height {height} of node {index}");
        let client = self.client(&[index])?;
        let node = self.node_mut(index)?;
        until(&what, START, async || {
            if let Some(process) = &mut node.process {
                process.check()?;
            }
            // It does not listen at once.
            let block = client.latest_block().await.ok();
            Ok(block.filter(|block| block.height >= height).map(|_| ()))
        })
        .await
    }

    fn node(&self, index: usize) -> Result<&Node, E2eError> {
        let count = self.nodes.len();
        let node = self.nodes.get(index);
        node.ok_or(E2eError::NoNode { index, count })
    }

    fn node_mut(&mut self, index: usize) -> Result<&mut Node, E2eError> {
        let count = self.nodes.len();
        let node = self.nodes.get_mut(index);
        node.ok_or(E2eError::NoNode { index, count })
    }
}

/// What a program prints, when it succeeds.
async fn run(program: &Path, arguments: &[&str]) -> Result<String, E2eError> {
    let mut command = Command::new(program);
    let command = command.args(arguments).kill_on_drop(true);
    let output = command.output().await.map_err(E2eError::io(program))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    } else {
        Err(E2eError::Failed {
            what: program.display().to_string(),
            reason: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }
}
