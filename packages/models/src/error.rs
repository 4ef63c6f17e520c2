use std::path::PathBuf;

use compute_proofs::{Hash, ProofError, codec::DecodeError};
use exact_kernels::KernelError;

/// Why a model could not be imported, read or run.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// A file could not be read.
    #[error("{path}: {source}")]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is not what its name says.
    #[error("{path} cannot be understood: {reason}")]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A model of a kind that cannot be imported.
    #[error("{what} is {value}: {supported}")]
    Unsupported {
        /// Which property.
        what: &'static str,
        /// Its value.
        value: String,
        /// What can be imported.
        supported: &'static str,
    },
    /// A weight is missing, or has another shape.
    #[error("weights {name}: {found} where {expected} belongs")]
    Weights {
        /// Its name.
        name: String,
        /// What belongs there.
        expected: String,
        /// What there is.
        found: String,
    },
    /// A text could not be tokenised.
    #[error("text cannot be tokenised: {reason}")]
    Tokenise {
        /// Why.
        reason: String,
    },
    /// A text has more tokens than the model takes.
    #[error("text {text} has {tokens} tokens, the model takes {longest}: shorten it")]
    TooLong {
        /// Which text of those given.
        text: usize,
        /// Its tokens.
        tokens: usize,
        /// The most that the model takes.
        longest: u32,
    },
    /// There is nothing to calibrate on.
    #[error("the calibration text has no sentence: give a file with one on each line")]
    NoText,
    /// A value that the integer form cannot hold.
    #[error("{what} is {value}: beyond what the integer form holds, {limit}")]
    OutOfRange {
        /// Which value.
        what: &'static str,
        /// The value.
        value: f64,
        /// What it can hold.
        limit: &'static str,
    },
    /// A model file holds other weights than its programs name.
    #[error("the model file has no tensor with root {root}, which a program names: fetch it anew")]
    MissingRoot {
        /// The root.
        root: Hash,
    },
    /// Bytes are not a model file.
    #[error("not a model file: {0}")]
    Decode(DecodeError),
    /// A program or a tensor is not valid.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// A kernel refused its operands.
    #[error(transparent)]
    Kernel(#[from] KernelError),
}

impl From<DecodeError> for ModelError {
    fn from(error: DecodeError) -> Self {
        Self::Decode(error)
    }
}
