//! Neural networks as exact integer programs.
//!
//! - [`program`]: operation lists, their encoding, what one element reads, and the
//!   reference run on `exact_kernels`;
//! - [`hugging_face`]: a model's directory: configuration, weights, tokenizer;
//! - [`bert`]: encoders of the BERT family: the float model, its calibration, its
//!   quantisation, its program;
//! - [`model`]: the model file: programs, weights by root, tokenizer;
//! - [`pack`]: sentences packed into tasks.
//!
//! Floats occur in import alone, before anything is registered. What is registered
//! and run is integers.
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)
)]

pub mod bert;
mod error;
pub mod hugging_face;
pub mod matrix;
pub mod model;
pub mod pack;
pub mod program;

pub use error::ModelError;
