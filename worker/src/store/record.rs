//! A kept task as it is written down; roots and programs in hexadecimal.

use compute_proofs::{Hash, codec::Decode, program::Program};
use serde::{Deserialize, Serialize};

/// What fills a slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Slot {
    /// The root of a tensor.
    Tensor(String),
    /// A seed.
    Seed(String),
}

/// A kept task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Record {
    pub(super) name: String,
    pub(super) kept_until: u64,
    pub(super) program: String,
    pub(super) inputs: Vec<Slot>,
    pub(super) weights: Vec<String>,
    pub(super) outputs: Vec<Vec<String>>,
}

impl Record {
    pub(super) fn to_json(&self) -> Result<String, String> {
        serde_json::to_string_pretty(self).map_err(|error| error.to_string())
    }

    pub(super) fn from_json(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    pub(super) fn program(&self) -> Result<Program, String> {
        let bytes = hex::decode(&self.program).map_err(|error| error.to_string())?;
        Program::from_bytes(&bytes).map_err(|error| error.to_string())
    }

    /// Roots of every tensor that an opening can need.
    pub(super) fn roots(&self) -> impl Iterator<Item = &String> {
        let inputs = self.inputs.iter().filter_map(|input| match input {
            Slot::Tensor(root) => Some(root),
            Slot::Seed(_) => None,
        });
        let outputs = self.outputs.iter().flatten();
        inputs.chain(&self.weights).chain(outputs)
    }
}

/// A root, or a seed, from its 64 digits.
pub(super) fn root(digits: &str) -> Result<Hash, String> {
    let mut bytes = [0; 32];
    match hex::decode_to_slice(digits, &mut bytes) {
        Ok(()) => Ok(Hash(bytes)),
        Err(_) => Err(format!("{digits:?} is not 64 hexadecimal digits")),
    }
}
