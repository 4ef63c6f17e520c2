//! The embedded chain.

use std::path::PathBuf;

use deployment::Endpoints;
use processes::{Processes, free_ports};
use serde::Deserialize;

use crate::{CHAIN_ID, ChainError, FEE_DENOM, text};

/// How the embedded chain is started.
#[derive(Clone, Debug)]
pub struct Devnet {
    /// `ballast-devnet`.
    pub program: PathBuf,
    /// More denoms that the accounts have.
    pub denoms: Vec<String>,
    /// From a block to the next, as in `500ms`; a block for each transaction if nothing.
    pub blocks: Option<String>,
    /// A file for the state. With one, the process can be killed and started again: it is
    /// then found where it was.
    pub state: Option<PathBuf>,
}

/// The line that it prints.
#[derive(Deserialize)]
struct Ready {
    grpc: String,
    rpc: String,
    rest: String,
}

impl Devnet {
    /// The name of its process.
    pub const NAME: &str = "devnet";

    /// A block for each transaction, and no state.
    #[must_use]
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            denoms: Vec::new(),
            blocks: None,
            state: None,
        }
    }

    /// Starts it on free ports, and waits for its first block.
    ///
    /// # Errors
    /// [`ChainError`] when it does not start.
    pub async fn start(&self, processes: &mut Processes) -> Result<Endpoints, ChainError> {
        // Without a state it chooses its ports itself: nobody can take one in between.
        let ports = match &self.state {
            Some(_) => free_ports(3)?,
            None => vec![0; 3],
        };
        let ports: Vec<_> = ports.iter().map(u16::to_string).collect();
        let mut arguments = vec!["--json", "--chain-id", CHAIN_ID, "--denom", FEE_DENOM];
        for denom in &self.denoms {
            arguments.extend(["--denom", denom]);
        }
        if let Some(blocks) = &self.blocks {
            arguments.extend(["--blocks", blocks]);
        }
        if let Some(state) = &self.state {
            arguments.extend(["--state", text(state)?]);
        }
        let names = ["--grpc-port", "--rpc-port", "--rest-port"];
        for (name, port) in names.into_iter().zip(&ports) {
            arguments.extend([name, port]);
        }
        let line = processes
            .start_and_read(Self::NAME, &self.program, &arguments)
            .await?;
        let ready: Ready = serde_json::from_str(&line).map_err(|error| ChainError::Unreadable {
            name: Self::NAME.to_owned(),
            text: line.clone(),
            reason: error.to_string(),
        })?;
        Ok(Endpoints {
            grpc: vec![ready.grpc],
            rpc: ready.rpc,
            rest: ready.rest,
        })
    }
}
