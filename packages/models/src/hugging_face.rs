//! A model's directory as Hugging Face lays it out: `config.json`,
//! `model.safetensors`, `tokenizer.json`; optional `sentence_bert_config.json` and
//! `1_Pooling/config.json` of sentence encoders.

use std::{
    fs,
    path::{Path, PathBuf},
};

use safetensors::{Dtype, SafeTensors};
use serde::{Deserialize, de::DeserializeOwned};
use tokenizers::{Tokenizer, TruncationParams};

use crate::{ModelError, matrix::Matrix};

/// What `config.json` says of a model of the BERT family.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Config {
    /// The architecture: `bert`.
    pub model_type: String,
    /// Columns of the residual stream.
    pub hidden_size: usize,
    /// Number of layers.
    pub num_hidden_layers: usize,
    /// Heads of attention.
    pub num_attention_heads: usize,
    /// Neurons of a feed-forward layer.
    pub intermediate_size: usize,
    /// The activation: `gelu`.
    pub hidden_act: String,
    /// Rows of the embedding table.
    pub vocab_size: usize,
    /// The longest sequence that positions exist for.
    pub max_position_embeddings: usize,
    /// How positions are told: `absolute` where nothing is said.
    #[serde(default = "absolute")]
    pub position_embedding_type: String,
    /// What is added to a variance.
    pub layer_norm_eps: f64,
}

fn absolute() -> String {
    "absolute".into()
}

#[derive(Deserialize)]
struct SentenceConfig {
    max_seq_length: usize,
}

#[derive(Default, Deserialize)]
struct Pooling {
    #[serde(default)]
    pooling_mode_mean_tokens: bool,
}

/// An opened directory: what is small is read, weights are read by name.
pub struct Directory {
    /// The model's configuration.
    pub config: Config,
    /// The most tokens of a text.
    pub longest: usize,
    /// The tokenizer's file, as it is.
    pub tokenizer_json: Vec<u8>,
    weights: Vec<u8>,
    weights_path: PathBuf,
}

impl Directory {
    /// Reads a model's directory.
    ///
    /// # Errors
    /// [`ModelError::Read`], [`ModelError::Malformed`]; [`ModelError::Unsupported`]
    /// for an architecture that is not of the BERT family.
    pub fn open(path: &Path) -> Result<Self, ModelError> {
        let config: Config = json(&path.join("config.json"))?;
        let supported = [
            ("model_type", &config.model_type, "bert", "models of type `bert` can be imported"),
            ("hidden_act", &config.hidden_act, "gelu", "the activation `gelu` can be imported"),
            (
                "position_embedding_type",
                &config.position_embedding_type,
                "absolute",
                "absolute positions can be imported",
            ),
        ];
        for (what, value, expected, supported) in supported {
            if value != expected {
                let value = value.clone();
                return Err(ModelError::Unsupported {
                    what,
                    value,
                    supported,
                });
            }
        }
        let pooling = path.join("1_Pooling").join("config.json");
        if pooling.exists() && !json::<Pooling>(&pooling)?.pooling_mode_mean_tokens {
            return Err(ModelError::Unsupported {
                what: "pooling",
                value: "not the mean of tokens".into(),
                supported: "encoders that pool by the mean can be imported",
            });
        }
        let sentences = path.join("sentence_bert_config.json");
        let longest = match sentences.exists() {
            true => json::<SentenceConfig>(&sentences)?.max_seq_length,
            false => config.max_position_embeddings,
        };
        let weights_path = path.join("model.safetensors");
        Ok(Self {
            longest: longest.min(config.max_position_embeddings),
            config,
            tokenizer_json: read(&path.join("tokenizer.json"))?,
            weights: read(&weights_path)?,
            weights_path,
        })
    }

    /// A weight as rows of `cols` floats; a vector is one row.
    ///
    /// # Errors
    /// [`ModelError::Weights`] if it is missing, of another type than 32-bit float,
    /// or has another number of elements than `rows · cols`.
    pub fn weight(&self, name: &str, rows: usize, cols: usize) -> Result<Matrix, ModelError> {
        let file = SafeTensors::deserialize(&self.weights);
        let file = file.map_err(|error| malformed(&self.weights_path, &error))?;
        let wrong = |found: String| ModelError::Weights {
            name: name.into(),
            expected: format!("F32 {rows}x{cols}"),
            found,
        };
        // Exports differ in a prefix for the whole model.
        let found = file.tensor(name).or_else(|_| file.tensor(&format!("bert.{name}")));
        let tensor = found.map_err(|_| wrong("nothing".into()))?;
        let elements = tensor.shape().iter().product::<usize>();
        if tensor.dtype() != Dtype::F32 || elements != rows.saturating_mul(cols) {
            return Err(wrong(format!("{:?} {:?}", tensor.dtype(), tensor.shape())));
        }
        let floats = tensor.data().as_chunks::<4>().0.iter();
        Ok(Matrix::new(cols, floats.map(|bytes| f32::from_le_bytes(*bytes)).collect()))
    }

    /// The tokenizer, cutting texts to [`Self::longest`].
    ///
    /// # Errors
    /// [`ModelError::Malformed`].
    pub fn tokenizer(&self) -> Result<Tokenizer, ModelError> {
        tokenizer(&self.tokenizer_json, Some(self.longest))
    }
}

/// A tokenizer from its file, without padding, cutting texts to `longest` tokens or
/// not at all. What the file itself says of both is a habit of its training.
///
/// # Errors
/// [`ModelError::Malformed`].
pub fn tokenizer(json: &[u8], longest: Option<usize>) -> Result<Tokenizer, ModelError> {
    let path = Path::new("tokenizer.json");
    let mut tokenizer =
        Tokenizer::from_bytes(json).map_err(|error| malformed(path, &error))?;
    let truncation = longest.map(|max_length| TruncationParams {
        max_length,
        ..TruncationParams::default()
    });
    let cut = tokenizer.with_truncation(truncation);
    cut.map_err(|error| malformed(path, &error))?;
    tokenizer.with_padding(None);
    Ok(tokenizer)
}

fn read(path: &Path) -> Result<Vec<u8>, ModelError> {
    fs::read(path).map_err(|source| ModelError::Read {
        path: path.into(),
        source,
    })
}

fn json<T: DeserializeOwned>(path: &Path) -> Result<T, ModelError> {
    serde_json::from_slice(&read(path)?).map_err(|error| malformed(path, &error))
}

fn malformed(path: &Path, reason: &impl ToString) -> ModelError {
    ModelError::Malformed {
        path: path.into(),
        reason: reason.to_string(),
    }
}
