//! A quantised encoder as programs over its weights.

use compute_proofs::{
    Hash, ProofError,
    program::{self as matrix, Epilogue, Input, Source},
    tensor::TensorSpec,
};
use exact_kernels::DType;

use super::quantise::{Quantised, QuantisedLayer, QuantisedNorm, ToInt8, ToStream};
use crate::{
    ModelError,
    program::{Attention, Kind, Operation, Program, Tensor},
};

/// What one task of a program holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Tokens of all sentences together.
    pub rows: u32,
    /// Sentences.
    pub sentences: u32,
}

/// Programs, one for each size, and the weights that they name.
#[derive(Clone, Debug)]
pub struct Built {
    /// One program for each size.
    pub programs: Vec<Program>,
    /// Every weight, with its root.
    pub weights: Vec<(Hash, Tensor)>,
}

/// Writes an encoder down as operations.
///
/// Slot 0 of a task is its tokens, slot 1 its sentences; the result is the sum of
/// each sentence's rows.
///
/// # Errors
/// [`ModelError::Proof`] for a size that the operations do not allow.
pub fn build(model: &Quantised, sizes: &[Size]) -> Result<Built, ModelError> {
    let mut weights = Weights::default();
    let programs = sizes.iter().map(|&size| {
        let mut builder = Builder {
            size,
            longest: model.longest.min(size.rows),
            operations: Vec::new(),
            weights: &mut weights,
        };
        builder.encoder(model)?;
        let program = Program {
            slots: 2,
            operations: builder.operations,
        };
        program.header()?;
        Ok(program)
    });
    let programs = programs.collect::<Result<_, ModelError>>()?;
    Ok(Built {
        programs,
        weights: weights.0,
    })
}

#[derive(Default)]
struct Weights(Vec<(Hash, Tensor)>);

impl Weights {
    /// The input of a weight, which is kept once. Comparing is cheaper than hashing,
    /// for every program has the same.
    fn input(&mut self, tensor: &Tensor) -> Result<Input, ProofError> {
        let spec = tensor.spec;
        let known = self.0.iter().find(|(_, known)| known == tensor);
        let root = match known {
            Some((root, _)) => *root,
            None => {
                let root = tensor.root()?;
                self.0.push((root, tensor.clone()));
                root
            }
        };
        let source = Source::Weights { root };
        Ok(Input { source, spec })
    }
}

/// The residual stream: what it is the norm of.
#[derive(Clone, Copy)]
struct Stream<'a> {
    h: Input,
    quantised: Input,
    stats: Input,
    norm: &'a QuantisedNorm,
}

struct Builder<'a> {
    size: Size,
    longest: u32,
    operations: Vec<Operation>,
    weights: &'a mut Weights,
}

impl Builder<'_> {
    fn encoder(&mut self, model: &Quantised) -> Result<(), ProofError> {
        let rows = self.size.rows;
        let longest = self.longest;
        let tokens = slot(0, TensorSpec::new(DType::I32, rows, 3)?);
        let table = self.weights.input(&model.table)?;
        let scales = self.weights.input(&model.scales)?;
        let positions = self.weights.input(&model.positions)?;
        let inputs = vec![tokens, table, scales, positions];
        let mut h = self.push(Kind::Embed { longest }, inputs)?;
        for layer in &model.layers {
            h = self.layer(model, layer, h, tokens)?;
        }
        let params = self.weights.input(&model.final_params)?;
        let y = self.push(Kind::FinalNorm(model.final_norm), vec![h, params])?;
        let sentences = slot(1, TensorSpec::new(DType::I32, self.size.sentences, 2)?);
        self.push(Kind::Pool { longest }, vec![y, sentences])?;
        Ok(())
    }

    fn layer(
        &mut self,
        model: &Quantised,
        layer: &QuantisedLayer,
        h: Input,
        tokens: Input,
    ) -> Result<Input, ProofError> {
        let stream = self.stream(h, &layer.input)?;
        let query = self.product(stream.quantised, &layer.query, false)?;
        let key = self.product(stream.quantised, &layer.key, true)?;
        let value = self.product(stream.quantised, &layer.value, true)?;
        let attention = Attention {
            heads: model.heads,
            longest: self.longest,
            shift: layer.shift,
        };
        let multipliers = self.weights.input(&layer.multipliers)?;
        let inputs = vec![query, key, value, tokens, multipliers];
        let context = self.push(Kind::Attention(attention), inputs)?;
        let h = self.add(context, &layer.output, stream, tokens)?;
        let stream = self.stream(h, &layer.hidden)?;
        let weight = self.weights.input(&layer.up.weight)?;
        let params = self.weights.input(&layer.up.params)?;
        let table = self.weights.input(&layer.table)?;
        let inputs = vec![stream.quantised, weight, params, table];
        let up = self.push(Kind::Activation(layer.up.requantise), inputs)?;
        self.add(up, &layer.down, stream, tokens)
    }

    fn stream<'a>(&mut self, h: Input, norm: &'a QuantisedNorm) -> Result<Stream<'a>, ProofError> {
        let params = self.weights.input(&norm.params)?;
        let kind = Kind::Norm {
            norm: norm.norm,
            requantise: norm.requantise,
        };
        let quantised = self.push(kind, vec![h, params])?;
        Ok(Stream {
            h,
            quantised,
            stats: self.output(1)?,
            norm,
        })
    }

    fn product(
        &mut self,
        x: Input,
        linear: &ToInt8,
        transposed: bool,
    ) -> Result<Input, ProofError> {
        let weight = self.weights.input(&linear.weight)?;
        let params = self.weights.input(&linear.params)?;
        let kind = matrix::Kind::Gemm {
            epilogue: Epilogue::Requantise(linear.requantise),
            transposed,
        };
        self.push(Kind::Matrix(kind), vec![x, weight, params])
    }

    fn add(
        &mut self,
        x: Input,
        linear: &ToStream,
        stream: Stream<'_>,
        tokens: Input,
    ) -> Result<Input, ProofError> {
        let weight = self.weights.input(&linear.weight)?;
        let params = self.weights.input(&linear.params)?;
        let gains = self.weights.input(&stream.norm.params)?;
        let kind = Kind::Residual {
            residual: linear.residual,
            norm: stream.norm.norm,
            longest: self.longest,
        };
        let inputs = vec![x, weight, params, stream.h, stream.stats, gains, tokens];
        self.push(kind, inputs)
    }

    /// Appends an operation and returns its first output as an input.
    fn push(&mut self, kind: Kind, inputs: Vec<Input>) -> Result<Input, ProofError> {
        self.operations.push(Operation { kind, inputs });
        self.output(0)
    }

    /// An output of the last operation, as an input.
    fn output(&self, output: u8) -> Result<Input, ProofError> {
        let missing = ProofError::Missing { what: "operation" };
        let last = self.operations.len().checked_sub(1);
        let at = last.ok_or(missing.clone())?;
        let specs = self.operations.get(at).ok_or(missing.clone())?.outputs()?;
        let spec = *specs.get(usize::from(output)).ok_or(missing)?;
        let operation = u32::try_from(at).unwrap_or(u32::MAX);
        let source = Source::Output { operation, output };
        Ok(Input { source, spec })
    }
}

fn slot(slot: u8, spec: TensorSpec) -> Input {
    let source = Source::Slot { slot };
    Input { source, spec }
}
