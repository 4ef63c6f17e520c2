//! The model file: everything that a worker needs to run a model, and what whoever
//! registers it wants to know of it.

use std::{collections::HashMap, fs, path::Path};

use compute_proofs::{
    Hash,
    codec::{Decode, DecodeError, Encode, Reader, encode_bytes, encode_list},
    program::Source,
    tensor::TensorSpec,
};
use serde::{Deserialize, Serialize};

use crate::{
    ModelError,
    bert::{self, Bert, LayerReport, Size},
    hugging_face::Directory,
    pack,
    program::{Program, Tensor},
};

/// What a file starts with.
const MAGIC: [u8; 16] = *b"ballast model 1\n";

/// Bounds of what a file may hold.
const MAX_DETAILS: u32 = 1 << 20;
const MAX_TOKENIZER: u32 = 1 << 28;
const MAX_PROGRAMS: u32 = 64;
const MAX_TENSORS: u32 = 1 << 16;
const MAX_TENSOR_BYTES: u32 = u32::MAX;

/// What is known of a model besides its programs; nothing that is run depends on it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Details {
    /// What it is called.
    pub name: String,
    /// Its architecture, as its configuration names it.
    pub architecture: String,
    /// Columns of an embedding.
    pub width: usize,
    /// The most tokens of a text.
    pub longest: u32,
    /// Sentences and tokens that it was calibrated on.
    pub calibration: (usize, usize),
    /// Bits behind the point of the residual stream and of embeddings.
    pub bits: (i32, i32),
    /// By layer: what import found.
    pub layers: Vec<LayerReport>,
    /// By layer: the error of the residual stream behind it, its root mean square over
    /// that of the stream, on calibration sentences.
    pub errors: Vec<f64>,
}

/// A model as it is run.
#[derive(Clone, Debug)]
pub struct Model {
    /// What is known of it.
    pub details: Details,
    /// `tokenizer.json`, as it was.
    pub tokenizer_json: Vec<u8>,
    /// Programs, one for each size of a task.
    pub programs: Vec<Program>,
    weights: HashMap<Hash, Tensor>,
}

/// How a model is imported.
#[derive(Clone, Debug)]
pub struct Options<'a> {
    /// What it is to be called.
    pub name: &'a str,
    /// Sentences that its scales are taken from.
    pub calibration: &'a [&'a str],
    /// Sizes of tasks to write programs for.
    pub sizes: &'a [Size],
}

impl Model {
    /// Imports a model's directory: calibrates the float model on the sentences given,
    /// quantises it, writes it down as programs.
    ///
    /// # Errors
    /// [`ModelError`]: a directory that cannot be read or holds something else, no
    /// sentences, weights beyond what the integer form holds.
    pub fn import(directory: &Directory, options: &Options<'_>) -> Result<Self, ModelError> {
        let float = Bert::read(directory)?;
        let ids = pack::tokenise(&directory.tokenizer()?, options.calibration)?;
        let calibration = bert::calibrate(&float, &ids)?;
        let quantised = bert::quantise(&float, &calibration, directory.longest)?;
        let built = bert::build(&quantised, options.sizes)?;
        let longest = u32::try_from(directory.longest).unwrap_or(u32::MAX);
        let mut model = Self {
            details: Details {
                name: options.name.into(),
                architecture: directory.config.model_type.clone(),
                width: directory.config.hidden_size,
                longest,
                calibration: (calibration.sentences, calibration.tokens),
                bits: (quantised.stream_bits, quantised.embedding_bits),
                layers: quantised.report,
                errors: Vec::new(),
            },
            tokenizer_json: directory.tokenizer_json.clone(),
            programs: built.programs,
            weights: built.weights.into_iter().collect(),
        };
        model.details.errors = bert::layer_errors(&float, &model, &ids)?;
        Ok(model)
    }

    /// A registered tensor, by root.
    #[must_use]
    pub fn weight(&self, root: &Hash) -> Option<&Tensor> {
        self.weights.get(root)
    }

    /// Bytes of all weights.
    #[must_use]
    pub fn weight_bytes(&self) -> u64 {
        let bytes = self.weights.values().map(|tensor| tensor.spec.bytes());
        bytes.fold(0, u64::saturating_add)
    }

    /// Number of weights.
    #[must_use]
    pub fn weight_count(&self) -> usize {
        self.weights.len()
    }

    /// What a task of a program holds, by the slots that it reads.
    #[must_use]
    pub fn size(program: &Program) -> Option<Size> {
        let slot = |at: u8| {
            let mut inputs = program.operations.iter().flat_map(|op| &op.inputs);
            let found = inputs.find(|input| input.source == Source::Slot { slot: at });
            found.map(|input| input.spec.shape.rows())
        };
        Some(Size {
            rows: slot(0)?,
            sentences: slot(1)?,
        })
    }

    /// Writes the file.
    ///
    /// # Errors
    /// [`ModelError::Read`] if it cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), ModelError> {
        fs::write(path, self.to_bytes()).map_err(|source| ModelError::Read {
            path: path.into(),
            source,
        })
    }

    /// Reads a file. Its weights are found by the roots that their bytes have, so a
    /// file that differs in one weight misses the one that its programs name.
    ///
    /// # Errors
    /// [`ModelError::Read`], [`ModelError::Decode`], [`ModelError::MissingRoot`];
    /// [`ModelError::Proof`] for a program that is not valid.
    pub fn read(path: &Path) -> Result<Self, ModelError> {
        let bytes = fs::read(path).map_err(|source| ModelError::Read {
            path: path.into(),
            source,
        })?;
        Self::from_bytes(&bytes)
    }

    /// The file's bytes: magic, details as JSON, tokenizer, programs, tensors in the
    /// order of their roots.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        let details = serde_json::to_vec(&self.details).unwrap_or_default();
        encode_bytes(&details, &mut out);
        encode_bytes(&self.tokenizer_json, &mut out);
        encode_list(&self.programs, &mut out);
        let mut weights: Vec<_> = self.weights.iter().collect();
        weights.sort_by_key(|(root, _)| root.0);
        let count = u32::try_from(weights.len()).unwrap_or(u32::MAX);
        count.encode(&mut out);
        for (_, tensor) in weights {
            tensor.spec.encode(&mut out);
            encode_bytes(&tensor.bytes, &mut out);
        }
        out
    }

    /// As [`Self::read`], from bytes.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        let Parts {
            details,
            tokenizer_json,
            programs,
            tensors,
        } = Parts::from_bytes(bytes)?;
        let mut weights = HashMap::new();
        for tensor in tensors {
            weights.insert(tensor.root()?, tensor);
        }
        let model = Self {
            details,
            tokenizer_json,
            programs,
            weights,
        };
        for program in &model.programs {
            program.header()?;
            for input in program.operations.iter().flat_map(|op| &op.inputs) {
                if let Source::Weights { root } = input.source {
                    let found = model.weights.get(&root);
                    if found.is_none_or(|tensor| tensor.spec != input.spec) {
                        return Err(ModelError::MissingRoot { root });
                    }
                }
            }
        }
        Ok(model)
    }
}

/// A file's parts as they stand in it.
struct Parts {
    details: Details,
    tokenizer_json: Vec<u8>,
    programs: Vec<Program>,
    tensors: Vec<Tensor>,
}

impl Decode for Parts {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        if reader.array()? != MAGIC {
            return Err(DecodeError::Invalid {
                what: "the start of the file",
            });
        }
        let details = reader.bytes("details", MAX_DETAILS)?;
        let details = serde_json::from_slice(&details);
        Ok(Self {
            details: details.map_err(|_| DecodeError::Invalid { what: "details" })?,
            tokenizer_json: reader.bytes("bytes of a tokenizer", MAX_TOKENIZER)?,
            programs: reader.list("programs", MAX_PROGRAMS)?,
            tensors: reader.list("tensors", MAX_TENSORS)?,
        })
    }
}

impl Decode for Tensor {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let spec = TensorSpec::decode(reader)?;
        let bytes = reader.bytes("bytes of a tensor", MAX_TENSOR_BYTES)?;
        Self::new(spec, bytes).map_err(|_| DecodeError::Invalid {
            what: "the length of a tensor",
        })
    }
}
