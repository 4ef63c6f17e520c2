//! Matrix jobs: a product of two matrices, from files or from a seed, written
//! down in JSON.
//!
//! ```json
//! {"operands": {"files": {"a": "a.npy", "b": "b.npy"}}}
//! {"operands": {"seed": {"seed": "…64 hexadecimal digits…", "m": 64, "n": 64, "k": 64}},
//!  "requantise": {"params": "params.npy", "p": 5, "s": 12, "range": "symmetric"}}
//! ```
//! Paths are relative to the job's own file. `a` is M×K and `b` K×N, both int8;
//! with `"b_is_transposed": true` it is N×K. `params` is int32 N×2: bias and
//! multiplier of each column.

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use compute_proofs::{
    ProofError,
    program::{Epilogue, Input, Kind, Operation, Program, Source},
    tensor::TensorSpec,
};
use exact_kernels::{
    DType,
    requantise::{Range, Requantise},
    seeded::Stream,
};
use serde::Deserialize;

use crate::{
    cpu,
    npy::{self, NpyError},
    task::{SlotInput, Task, Tensor},
};

/// Why a job was refused.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// The job's file could not be read.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is not a job.
    #[error("{}: {source}", path.display())]
    Json {
        /// Which file.
        path: PathBuf,
        /// Where and why.
        source: serde_json::Error,
    },
    /// A matrix was refused.
    #[error("{}: {source}", path.display())]
    Npy {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: NpyError,
    },
    /// The seed is not 32 bytes in hexadecimal.
    #[error("seed {0:?} is not 64 hexadecimal digits")]
    Seed(String),
    /// The shapes, types or shifts do not make a product.
    #[error("{0}")]
    Invalid(#[from] ProofError),
}

/// A job as it is written down.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    operands: Operands,
    requantise: Option<Params>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
enum Operands {
    Files {
        a: PathBuf,
        b: PathBuf,
        #[serde(default)]
        b_is_transposed: bool,
    },
    Seed {
        seed: String,
        m: u32,
        n: u32,
        k: u32,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    params: PathBuf,
    p: u8,
    s: u8,
    range: WrittenRange,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WrittenRange {
    Symmetric,
    Full,
    Unsigned,
}

/// A matrix job, loaded.
#[derive(Clone, Debug)]
pub struct MatrixJob {
    /// What errors and logs call it.
    pub name: String,
    /// The program of one operation.
    pub program: Program,
    /// What fills its slots.
    pub inputs: Vec<SlotInput>,
}

impl MatrixJob {
    /// Loads a job and the matrices that it names.
    ///
    /// # Errors
    /// [`JobError`] naming the file and the value.
    pub fn load(path: &Path) -> Result<Self, JobError> {
        let text = std::fs::read_to_string(path).map_err(|source| JobError::Io {
            path: path.to_owned(),
            source,
        })?;
        let written: Written = serde_json::from_str(&text).map_err(|source| JobError::Json {
            path: path.to_owned(),
            source,
        })?;
        let dir = path.parent().unwrap_or(Path::new("."));
        let matrix = |name: &Path| {
            let path = dir.join(name);
            npy::read(&path).map_err(|source| JobError::Npy { path, source })
        };
        let params = match &written.requantise {
            Some(params) => Some(matrix(&params.params)?),
            None => None,
        };
        let epilogue = match &written.requantise {
            Some(params) => Epilogue::Requantise(params.requantise()?),
            None => Epilogue::None,
        };
        let (operands, inputs) = match &written.operands {
            Operands::Files {
                a,
                b,
                b_is_transposed,
            } => {
                let (a, b) = (matrix(a)?, matrix(b)?);
                let b = if *b_is_transposed { b } else { transposed(b)? };
                let operands = [slot(0, &a), slot(1, &b)];
                (operands, vec![SlotInput::Tensor(a), SlotInput::Tensor(b)])
            }
            Operands::Seed { seed, m, n, k } => {
                let mut bytes = [0; 32];
                hex::decode_to_slice(seed, &mut bytes).map_err(|_| JobError::Seed(seed.clone()))?;
                let operands = [seeded(b'A', *m, *k)?, seeded(b'B', *n, *k)?];
                (operands, vec![SlotInput::Seed(bytes)])
            }
        };
        let name = path.file_stem().unwrap_or(path.as_os_str());
        let name = name.to_string_lossy().into_owned();
        Self::new(name, epilogue, operands.to_vec(), inputs, params)
    }

    /// The product of two matrices that follow from a seed.
    ///
    /// # Errors
    /// [`JobError::Invalid`] for a zero dimension or one above its bound.
    pub fn seeded(name: &str, seed: [u8; 32], m: u32, n: u32, k: u32) -> Result<Self, JobError> {
        let operands = vec![seeded(b'A', m, k)?, seeded(b'B', n, k)?];
        let inputs = vec![SlotInput::Seed(seed)];
        Self::new(name.to_owned(), Epilogue::None, operands, inputs, None)
    }

    fn new(
        name: String,
        epilogue: Epilogue,
        mut operands: Vec<Input>,
        mut inputs: Vec<SlotInput>,
        params: Option<Tensor>,
    ) -> Result<Self, JobError> {
        if let Some(params) = params {
            let at = u8::try_from(inputs.len()).unwrap_or(u8::MAX);
            operands.push(slot(at, &params));
            inputs.push(SlotInput::Tensor(params));
        }
        let program = Program {
            slots: u8::try_from(inputs.len()).unwrap_or(u8::MAX),
            operations: vec![Operation {
                kind: Kind::Gemm {
                    epilogue,
                    transposed: false,
                },
                inputs: operands,
            }],
        };
        program.header()?;
        Ok(Self {
            name,
            program,
            inputs,
        })
    }

    /// The job as a device takes it.
    #[must_use]
    pub fn task(&self) -> Task<'_> {
        Task {
            name: &self.name,
            program: &self.program,
            inputs: &self.inputs,
            weights: &[],
        }
    }
}

impl Params {
    fn requantise(&self) -> Result<Requantise, ProofError> {
        let range = match self.range {
            WrittenRange::Symmetric => Range::Symmetric,
            WrittenRange::Full => Range::Full,
            WrittenRange::Unsigned => Range::Unsigned,
        };
        Ok(Requantise::new(self.p, self.s, range)?)
    }
}

fn slot(slot: u8, tensor: &Tensor) -> Input {
    Input {
        source: Source::Slot { slot },
        spec: tensor.spec(),
    }
}

fn seeded(tag: u8, rows: u32, k: u32) -> Result<Input, ProofError> {
    let stream = Stream { tag, index: 0 };
    Ok(Input {
        source: Source::Seed { slot: 0, stream },
        spec: TensorSpec::new(DType::I8, rows, k)?,
    })
}

fn transposed(tensor: Tensor) -> Result<Tensor, ProofError> {
    let TensorSpec { dtype, shape } = tensor.spec();
    let bytes = cpu::transpose(shape, dtype, tensor.bytes());
    let shape = shape.transposed();
    Tensor::new(TensorSpec { dtype, shape }, bytes)
}
