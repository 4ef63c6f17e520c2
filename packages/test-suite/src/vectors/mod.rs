//! Test vectors: what the proof library and the kernels answer, as files.
//!
//! A vector is a script of messages to the verifier contract, each with what it
//! must answer or how it must refuse. The contract's code runs them natively and
//! as wasm; whoever writes another implementation reads inputs and results off
//! them. `make vectors` writes the files anew.

mod compute;
mod proofs;

use std::path::PathBuf;

use anyhow::Result;
use cosmwasm_std::{
    Env, MemoryStorage, OwnedDeps, Timestamp,
    testing::{MockApi, MockQuerier, message_info, mock_dependencies, mock_env},
};
use proof_verifier::{contract, msg::ExecuteMsg};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{chain::Contract, fixtures::CHAIN_ID, workspace};

/// A file of vectors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Vectors {
    /// What it is about.
    pub about: String,
    /// The chain that signatures and challenges name.
    pub chain_id: String,
    /// The messages, in order; later ones rely on what earlier ones stored.
    pub steps: Vec<Step>,
}

/// One message and what comes of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// What it shows.
    pub name: String,
    /// The message.
    pub message: ExecuteMsg,
    /// What the contract answers.
    pub expected: Expected,
}

/// What a message comes to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// Accepted, with these attributes.
    Accepted(Vec<(String, String)>),
    /// Refused, with this text.
    Refused(String),
}

/// Where the files lie.
pub fn folder() -> PathBuf {
    workspace::root().join("packages/compute-proofs/vectors")
}

/// Every file: its name and its vectors.
///
/// # Errors
/// If a fixture cannot be made.
pub fn generate() -> Result<Vec<(&'static str, Vectors)>> {
    Ok(vec![
        ("kernels.json", script(compute::ABOUT, compute::messages()?)),
        ("beacon.json", script(proofs::BEACON, proofs::beacon()?)),
        ("census.json", script(proofs::CENSUS, proofs::census()?)),
        ("batch.json", script(proofs::BATCH, proofs::batch()?)),
        ("huge.json", script(proofs::HUGE, proofs::huge()?)),
    ])
}

type Messages = Vec<(String, ExecuteMsg)>;

/// Runs messages natively and writes down what comes of them.
fn script(about: &str, messages: Messages) -> Vectors {
    let mut native = Native::new();
    let steps = messages.into_iter().map(|(name, message)| Step {
        name,
        expected: native.run(message.clone()),
        message,
    });
    Vectors {
        about: about.to_owned(),
        chain_id: CHAIN_ID.to_owned(),
        steps: steps.collect(),
    }
}

/// Something that runs a vector's messages.
pub trait Runner {
    /// What comes of a message.
    ///
    /// # Errors
    /// If it cannot be run at all.
    fn run(&mut self, message: ExecuteMsg) -> Result<Expected>;
}

/// The verifier's code, compiled for the host.
pub struct Native {
    deps: OwnedDeps<MemoryStorage, MockApi, MockQuerier>,
    env: Env,
}

impl Native {
    /// A fresh one.
    #[must_use]
    pub fn new() -> Self {
        let mut env = mock_env();
        CHAIN_ID.clone_into(&mut env.block.chain_id);
        env.block.time = Timestamp::from_seconds(1_700_000_000);
        Self {
            deps: mock_dependencies(),
            env,
        }
    }

    fn run(&mut self, message: ExecuteMsg) -> Expected {
        let sender = message_info(&self.deps.api.addr_make("sender"), &[]);
        match contract::execute(self.deps.as_mut(), self.env.clone(), sender, message) {
            Ok(response) => {
                let attributes = response.attributes.into_iter();
                Expected::Accepted(attributes.map(|a| (a.key, a.value)).collect())
            }
            Err(error) => Expected::Refused(error.to_string()),
        }
    }
}

impl Default for Native {
    fn default() -> Self {
        Self::new()
    }
}

impl Runner for Native {
    fn run(&mut self, message: ExecuteMsg) -> Result<Expected> {
        Ok(Self::run(self, message))
    }
}

/// The same code as wasm in the chain's VM.
impl Runner for Contract {
    fn run(&mut self, message: ExecuteMsg) -> Result<Expected> {
        let outcome = self.execute(&crate::chain::address("sender"), &message)?;
        Ok(match outcome.result {
            Ok(response) => Expected::Accepted(attributes(&response)),
            Err(crate::chain::CallError::Contract(text)) => Expected::Refused(text),
            Err(other) => return Err(other.into()),
        })
    }
}

fn attributes(response: &Value) -> Vec<(String, String)> {
    let list = response["attributes"].as_array();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let pairs = list.into_iter().flatten();
    pairs
        .map(|attribute| (text(&attribute["key"]), text(&attribute["value"])))
        .collect()
}
