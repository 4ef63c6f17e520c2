//! Encoders of the BERT family (Devlin et al. 2019), as sentence encoders use them
//! (Reimers and Gurevych 2019): token, position and type embeddings, layers of
//! attention and GELU feed-forward with a norm behind each sum, the mean over
//! tokens.

mod build;
mod calibrate;
mod errors;
mod float;
mod gelu;
mod quantise;

pub use build::{Built, Size, build};
pub use calibrate::{Calibration, calibrate};
pub use errors::layer_errors;
pub use float::Site;
pub use quantise::{LayerReport, Quantised, quantise};

use crate::{
    ModelError,
    hugging_face::{Config, Directory},
    matrix::Matrix,
};

/// A linear map: a row of weights and a bias per output.
#[derive(Clone, Debug)]
pub(crate) struct Linear {
    pub(crate) weight: Matrix,
    pub(crate) bias: Vec<f32>,
}

/// A layer norm's gain and offset per column.
#[derive(Clone, Debug)]
pub(crate) struct Norm {
    pub(crate) gain: Vec<f32>,
    pub(crate) offset: Vec<f32>,
}

/// One layer.
#[derive(Clone, Debug)]
pub(crate) struct Layer {
    pub(crate) query: Linear,
    pub(crate) key: Linear,
    pub(crate) value: Linear,
    pub(crate) output: Linear,
    pub(crate) attention_norm: Norm,
    pub(crate) up: Linear,
    pub(crate) down: Linear,
    pub(crate) output_norm: Norm,
}

/// The float model.
#[derive(Clone, Debug)]
pub struct Bert {
    pub(crate) config: Config,
    /// One row per word.
    pub(crate) words: Matrix,
    /// One row per position, the type of a single sentence added.
    pub(crate) positions: Matrix,
    pub(crate) embedding_norm: Norm,
    pub(crate) layers: Vec<Layer>,
}

impl Bert {
    /// Reads the float model.
    ///
    /// # Errors
    /// [`ModelError::Weights`].
    pub fn read(directory: &Directory) -> Result<Self, ModelError> {
        let config = directory.config.clone();
        let width = config.hidden_size;
        let vector = |name: &str, len| -> Result<Vec<f32>, ModelError> {
            Ok(directory.weight(name, 1, len)?.values().to_vec())
        };
        let linear = |name: &str, rows, cols| -> Result<Linear, ModelError> {
            Ok(Linear {
                weight: directory.weight(&format!("{name}.weight"), rows, cols)?,
                bias: vector(&format!("{name}.bias"), rows)?,
            })
        };
        let norm = |name: &str| -> Result<Norm, ModelError> {
            Ok(Norm {
                gain: vector(&format!("{name}.LayerNorm.weight"), width)?,
                offset: vector(&format!("{name}.LayerNorm.bias"), width)?,
            })
        };
        let table = |name: &str, rows| {
            directory.weight(&format!("embeddings.{name}_embeddings.weight"), rows, width)
        };
        let types = table("token_type", 2)?;
        let mut positions = table("position", config.max_position_embeddings)?;
        for row in positions.iter_mut() {
            for (value, of_type) in row.iter_mut().zip(types.row(0)) {
                *value += of_type;
            }
        }
        let layers = (0..config.num_hidden_layers).map(|at| {
            let name = |part: &str| format!("encoder.layer.{at}.{part}");
            let square = |part: &str| linear(&name(part), width, width);
            let neurons = config.intermediate_size;
            Ok(Layer {
                query: square("attention.self.query")?,
                key: square("attention.self.key")?,
                value: square("attention.self.value")?,
                output: square("attention.output.dense")?,
                attention_norm: norm(&name("attention.output"))?,
                up: linear(&name("intermediate.dense"), neurons, width)?,
                down: linear(&name("output.dense"), width, neurons)?,
                output_norm: norm(&name("output"))?,
            })
        });
        let layers = layers.collect::<Result<Vec<_>, ModelError>>()?;
        Ok(Self {
            words: table("word", config.vocab_size)?,
            positions,
            embedding_norm: norm("embeddings")?,
            layers,
            config,
        })
    }
}
