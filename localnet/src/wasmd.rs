//! Real wasmd: one node, or several validators of one chain.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use chain_client::{Client, Config, transport::Failover};
use deployment::Endpoints;
use processes::{Processes, free_ports, until};
use tokio::process::Command;

use crate::{CHAIN_ID, ChainError, FEE_DENOM, SCRIPT, text};

/// How long a node may take to a block.
const START: Duration = Duration::from_secs(120);

/// How real wasmd is started. It is built first where it is not yet: that takes minutes,
/// and Go.
#[derive(Clone, Debug)]
pub struct Wasmd {
    /// A checkout of Ballast.
    pub checkout: PathBuf,
    /// An empty folder for the chain's files.
    pub home: PathBuf,
    /// How many nodes, 1 to 9.
    pub validators: usize,
    /// More denoms that the accounts have.
    pub denoms: Vec<String>,
    /// From a block to the next, as in `500ms`.
    pub blocks: String,
}

impl Wasmd {
    /// One node with a block each half second.
    #[must_use]
    pub fn new(checkout: impl Into<PathBuf>, home: impl Into<PathBuf>) -> Self {
        Self {
            checkout: checkout.into(),
            home: home.into(),
            validators: 1,
            denoms: Vec::new(),
            blocks: "500ms".to_owned(),
        }
    }

    /// The name of the process of node `index`.
    #[must_use]
    pub fn name(index: usize) -> String {
        format!("wasmd-{index}")
    }

    /// Starts all nodes on free ports, and waits until each has a block. Where each
    /// listens.
    ///
    /// # Errors
    /// [`ChainError`] when wasmd cannot be built (Go is missing) or does not start.
    pub async fn start(&self, processes: &mut Processes) -> Result<Vec<Endpoints>, ChainError> {
        if !(1..=9).contains(&self.validators) {
            return Err(ChainError::Validators(self.validators));
        }
        let build = self.checkout.join("localnet/build.sh");
        let program = PathBuf::from(run(&build, &[]).await?);
        let ports = free_ports(self.validators * 4)?;
        let (ports, _) = ports.as_chunks::<4>();
        self.init(ports).await?;
        let mut nodes = Vec::new();
        for (index, [_, rpc, grpc, rest]) in ports.iter().enumerate() {
            let home = self.home.join(format!("node{index}"));
            let arguments = ["--home", text(&home)?, "start", "--log_no_color"];
            processes.start(&Self::name(index), &program, &arguments)?;
            nodes.push(Endpoints {
                grpc: vec![format!("http://127.0.0.1:{grpc}")],
                rpc: format!("http://127.0.0.1:{rpc}"),
                rest: format!("http://127.0.0.1:{rest}"),
            });
        }
        for node in &nodes {
            reach(processes, node, 1).await?;
        }
        Ok(nodes)
    }

    /// Writes the files of all nodes.
    async fn init(&self, ports: &[[u16; 4]]) -> Result<(), ChainError> {
        let ports = ports
            .iter()
            .map(|node| node.map(|port| port.to_string()).join(":"));
        let ports = ports.collect::<Vec<_>>().join(",");
        let count = self.validators.to_string();
        let mut arguments = vec!["init", "--home", text(&self.home)?, "--ports", &ports];
        arguments.extend(["--validators", &count, "--chain-id", CHAIN_ID]);
        arguments.extend(["--blocks", &self.blocks]);
        for denom in &self.denoms {
            arguments.extend(["--denom", denom]);
        }
        run(&self.checkout.join(SCRIPT), &arguments).await?;
        Ok(())
    }
}

/// Waits until the node at these endpoints has the block at `height`.
///
/// # Errors
/// [`ChainError`] if it takes minutes, or one of the processes ends.
pub async fn reach(
    processes: &mut Processes,
    node: &Endpoints,
    height: u64,
) -> Result<(), ChainError> {
    let what = format!("{} has block {height}", node.rpc);
    let client = Client::new(
        Config::new(CHAIN_ID, FEE_DENOM),
        Failover::grpc(CHAIN_ID, &node.grpc)?,
    );
    until(&what, START, async || {
        processes.check()?;
        // It does not listen at once.
        let block = client.latest_block().await.ok();
        let is_there = block.is_some_and(|block| block.height >= height);
        Ok(is_there.then_some(()))
    })
    .await
}

/// What a program prints, when it succeeds.
async fn run(program: &Path, arguments: &[&str]) -> Result<String, ChainError> {
    let failed = |reason: String| ChainError::Failed {
        what: program.display().to_string(),
        reason,
    };
    let mut command = Command::new(program);
    let command = command.args(arguments).kill_on_drop(true);
    let output = command.output().await;
    let output = output.map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    } else {
        Err(failed(String::from_utf8_lossy(&output.stderr).into_owned()))
    }
}
