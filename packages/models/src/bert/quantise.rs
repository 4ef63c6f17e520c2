//! From floats to integers, with static scales: see `docs/operations.md`.
//!
//! Everything between two sums of the residual stream has a scale fixed here, per
//! tensor, per column or per output channel; scales of a product's input are
//! folded into its weights. Multipliers are rounded first and the exact scale that
//! they stand for is used from there on, so their rounding costs nothing.

mod activation;
mod fixed;

use compute_proofs::ProofError;
use exact_kernels::{
    bias::max_magnitude,
    gather,
    norm::{FRACTION, MAX_GAIN, MAX_OFFSET, Norm},
    requantise::{Range, Requantise},
    residual::Residual,
    softmax,
};

use super::{Bert, Calibration, Layer, Linear, calibrate::LayerRange};
use crate::{ModelError, matrix::Matrix, program::Tensor};
use activation::Activation;
use fixed::{Fixed, exponent, nearest, pow2};

/// The largest magnitude of a symmetric int8.
const LIMIT: f64 = 127.0;

/// Bits behind the point of what is pooled.
const OUTPUT_BITS: i32 = 12;

/// A product to 8 bits: weights, bias and multiplier per channel, shifts.
#[derive(Clone, Debug)]
pub(crate) struct ToInt8 {
    pub(crate) weight: Tensor,
    pub(crate) params: Tensor,
    pub(crate) requantise: Requantise,
}

/// A product to the residual stream.
#[derive(Clone, Debug)]
pub(crate) struct ToStream {
    pub(crate) weight: Tensor,
    pub(crate) params: Tensor,
    pub(crate) residual: Residual,
}

/// A norm with the columns' factors to 8 bits.
#[derive(Clone, Debug)]
pub(crate) struct QuantisedNorm {
    pub(crate) norm: Norm,
    pub(crate) requantise: Requantise,
    pub(crate) params: Tensor,
}

/// One layer.
#[derive(Clone, Debug)]
pub(crate) struct QuantisedLayer {
    pub(crate) input: QuantisedNorm,
    pub(crate) query: ToInt8,
    pub(crate) key: ToInt8,
    pub(crate) value: ToInt8,
    pub(crate) multipliers: Tensor,
    pub(crate) shift: u8,
    pub(crate) output: ToStream,
    pub(crate) hidden: QuantisedNorm,
    pub(crate) up: ToInt8,
    pub(crate) table: Tensor,
    pub(crate) down: ToStream,
}

/// What importing a layer found and chose.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct LayerReport {
    /// The range that the activation's input is cut to.
    pub activation: (f64, f64),
    /// Neurons that fire for a sentence's first token alone: clipped, and put back
    /// as a constant.
    pub first_token_neurons: Vec<usize>,
}

/// A quantised encoder.
#[derive(Clone, Debug)]
pub struct Quantised {
    pub(crate) heads: u32,
    pub(crate) longest: u32,
    pub(crate) table: Tensor,
    pub(crate) scales: Tensor,
    pub(crate) positions: Tensor,
    pub(crate) layers: Vec<QuantisedLayer>,
    pub(crate) final_norm: Norm,
    pub(crate) final_params: Tensor,
    /// Bits behind the point of the residual stream.
    pub stream_bits: i32,
    /// Bits behind the point of embeddings.
    pub embedding_bits: i32,
    /// By layer.
    pub report: Vec<LayerReport>,
}

/// Quantises a float model by what its calibration showed; `longest` is the most
/// tokens of a sentence.
///
/// # Errors
/// [`ModelError::OutOfRange`] for weights that the integer form cannot hold.
pub fn quantise(
    model: &Bert,
    calibration: &Calibration,
    longest: usize,
) -> Result<Quantised, ModelError> {
    let stream_bits = headroom(calibration.stream, 2.0);
    let embedding_bits = headroom(calibration.embedding, 1.5);
    let (table, scales, positions) = embed(model, longest, embedding_bits)?;
    let mut layers = Vec::new();
    let mut report = Vec::new();
    let mut before = &model.embedding_norm;
    for (layer, range) in model.layers.iter().zip(&calibration.layers) {
        let (quantised, found) = layer_of(model, layer, range, before, stream_bits)?;
        layers.push(quantised);
        report.push(found);
        before = &layer.output_norm;
    }
    let (final_norm, gains, offsets) = norm_of(before, OUTPUT_BITS)?;
    let params = gains.iter().zip(&offsets).flat_map(|(&g, &o)| [g, o]);
    let final_params = int32(gains.len(), 2, params.collect())?;
    Ok(Quantised {
        heads: small(model.config.num_attention_heads)?,
        longest: small(longest)?,
        table,
        scales,
        positions,
        layers,
        final_norm,
        final_params,
        stream_bits,
        embedding_bits,
        report,
    })
}

/// The most bits behind the point at which `largest` times `margin` stays within
/// what a norm centres exactly.
fn headroom(largest: f32, margin: f64) -> i32 {
    exponent(32_767.0 / (f64::from(largest).max(1e-6) * margin)).clamp(4, 14)
}

fn embed(
    model: &Bert,
    longest: usize,
    bits: i32,
) -> Result<(Tensor, Tensor, Tensor), ModelError> {
    let unit = pow2(bits);
    let maxima = model.words.column_maxima();
    let scales = maxima
        .iter()
        .map(|&max| (f64::from(max) * unit / LIMIT).ceil().max(1.0));
    let scales: Vec<f64> = scales.collect();
    let words = model.words.iter().flat_map(|row| {
        let row = row.iter().zip(&scales);
        row.map(|(&x, scale)| int8(f64::from(x) * unit / scale))
    });
    let words = words.collect();
    let columns = scales.iter().map(|&scale| {
        if scale > f64::from(gather::MAX_SCALE) {
            return Err(out_of_range("scale of an embedding column", scale, "2^16"));
        }
        nearest(scale)
    });
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    let positions = model.positions.iter().take(longest);
    let positions = positions.flatten().map(|&x| nearest(f64::from(x) * unit));
    let positions = positions.collect::<Result<Vec<_>, _>>()?;
    let width = scales.len();
    Ok((
        signed(model.words.rows(), width, words)?,
        int32(width, 1, columns)?,
        int32(positions.len() / width.max(1), width, positions)?,
    ))
}

/// A norm whose result has `bits` behind the point: shift, gains, offsets.
fn norm_of(norm: &super::Norm, bits: i32) -> Result<(Norm, Vec<i32>, Vec<i32>), ModelError> {
    let largest = |values: &[f32]| {
        let values = values.iter().map(|&x| f64::from(x).abs());
        values.fold(1e-6, f64::max)
    };
    let by_gain = exponent(f64::from(MAX_GAIN) / largest(&norm.gain)) + i32::from(FRACTION) - bits;
    let by_offset = exponent(f64::from(MAX_OFFSET) / largest(&norm.offset)) - bits;
    let shift = by_gain.min(by_offset).clamp(0, 24);
    let gain = pow2(shift + bits - i32::from(FRACTION));
    let offset = pow2(shift + bits);
    let scaled = |values: &[f32], unit: f64| -> Result<Vec<i32>, ModelError> {
        let values = values.iter().map(|&x| nearest(f64::from(x) * unit));
        values.collect()
    };
    let norm_shift = u8::try_from(shift).unwrap_or(0);
    Ok((
        Norm::new(norm_shift)?,
        scaled(&norm.gain, gain)?,
        scaled(&norm.offset, offset)?,
    ))
}

/// A norm to 8 bits, balanced with the weights that read it, and the exact step of
/// each column.
fn balanced(
    norm: &super::Norm,
    maxima: &[f32],
    readers: &[&Matrix],
    bits: i32,
) -> Result<(QuantisedNorm, Vec<f64>), ModelError> {
    let mut weights = vec![0.0f32; maxima.len()];
    for row in readers.iter().flat_map(|weight| weight.iter()) {
        crate::matrix::raise(&mut weights, row);
    }
    // SmoothQuant's balance (Xiao et al. 2023), with 3/4 of the range on the input's
    // side.
    let pairs = maxima.iter().zip(&weights);
    let pairs = pairs.map(|(&a, &w)| (f64::from(a).max(1e-4), f64::from(w).max(1e-4)));
    let pairs: Vec<_> = pairs.collect();
    let base = pairs.iter().map(|(a, w)| (a * w).powf(0.25) / LIMIT);
    let base = base.fold(0.0, f64::max);
    let steps = pairs.iter().map(|(a, w)| base * a.powf(0.75) / w.powf(0.25));
    let factors: Vec<f64> = steps.map(|step| 1.0 / (step * pow2(bits))).collect();
    let fixed = Fixed::without_narrowing(&factors)?;
    let exact = fixed.multipliers.iter();
    let exact = exact.map(|&m| pow2(i32::from(fixed.s) - bits) / f64::from(m.max(1)));
    let steps = exact.collect();
    let (norm, gains, offsets) = norm_of(norm, bits)?;
    let params = gains.iter().zip(&offsets).zip(&fixed.multipliers);
    let params = params.flat_map(|((&g, &o), &m)| [g, o, m]).collect();
    Ok((
        QuantisedNorm {
            norm,
            requantise: Requantise::new(fixed.p, fixed.s, Range::Symmetric)?,
            params: int32(gains.len(), 3, params)?,
        },
        steps,
    ))
}

/// Integer weights of a linear map whose inputs have these steps.
struct Rows {
    weight: Vec<i8>,
    /// What one unit of each output channel's sum is worth.
    units: Vec<f64>,
    /// The largest magnitude of a sum for any input.
    bound: f64,
    cols: usize,
}

fn fold(linear: &Linear, steps: &[f64]) -> Rows {
    let mut rows = Rows {
        weight: Vec::new(),
        units: Vec::new(),
        bound: 0.0,
        cols: linear.weight.cols(),
    };
    for row in linear.weight.iter() {
        let folded = row.iter().zip(steps).map(|(&w, step)| f64::from(w) * step);
        let folded: Vec<f64> = folded.collect();
        let largest = folded.iter().fold(0.0f64, |max, w| max.max(w.abs()));
        let unit = if largest > 0.0 { largest / LIMIT } else { 1.0 };
        let weights = folded.iter().map(|w| int8(w / unit));
        let before = rows.weight.len();
        rows.weight.extend(weights);
        let added = rows.weight.get(before..).unwrap_or(&[]);
        let sum: f64 = added.iter().map(|&w| f64::from(w).abs() * 128.0).sum();
        rows.bound = rows.bound.max(sum);
        rows.units.push(unit);
    }
    rows
}

impl Rows {
    /// Rows of weights, for what depends on them.
    fn iter(&self) -> impl Iterator<Item = &[i8]> {
        self.weight.chunks_exact(self.cols.max(1))
    }

    /// Biases in units of the sums, checked against overflow.
    fn biases(&self, biases: impl Iterator<Item = f64>) -> Result<Vec<i32>, ModelError> {
        let limit = max_magnitude(small(self.cols)?)?;
        let in_units = biases.zip(&self.units).map(|(bias, unit)| {
            let bias = nearest(bias / unit)?;
            match bias.saturating_abs() <= limit {
                true => Ok(bias),
                false => Err(out_of_range("bias", f64::from(bias), "an int32 beside its product")),
            }
        });
        in_units.collect()
    }

    fn tensor(&self) -> Result<Tensor, ModelError> {
        signed(self.units.len(), self.cols, self.weight.clone())
    }

    fn fixed(&self, biases: &[i32], factors: &[f64]) -> Result<Fixed, ModelError> {
        let largest = biases.iter().map(|&b| f64::from(b).abs());
        Fixed::new(factors, self.bound + largest.fold(0.0, f64::max))
    }

    /// To 8 bits: `biases` and the output's `steps` per channel, in real units.
    fn to_int8(
        &self,
        biases: impl Iterator<Item = f64>,
        steps: &[f64],
        range: Range,
    ) -> Result<ToInt8, ModelError> {
        let biases = self.biases(biases)?;
        let factors = self.units.iter().zip(steps).map(|(unit, step)| unit / step);
        let fixed = self.fixed(&biases, &factors.collect::<Vec<_>>())?;
        let params = biases.iter().zip(&fixed.multipliers);
        let params = params.flat_map(|(&b, &m)| [b, m]).collect();
        Ok(ToInt8 {
            weight: self.tensor()?,
            params: int32(biases.len(), 2, params)?,
            requantise: Requantise::new(fixed.p, fixed.s, range)?,
        })
    }

    /// To the residual stream; `first` is what a sentence's first row has besides.
    fn to_stream(
        &self,
        biases: &[f64],
        first: &[f64],
        bits: i32,
    ) -> Result<ToStream, ModelError> {
        let others = self.biases(biases.iter().copied())?;
        let first = biases.iter().zip(first).map(|(bias, first)| bias + first);
        let first = self.biases(first)?;
        let factors: Vec<f64> = self.units.iter().map(|unit| unit * pow2(bits)).collect();
        let both: Vec<i32> = others.iter().chain(&first).copied().collect();
        let fixed = self.fixed(&both, &factors)?;
        let params = others.iter().zip(&fixed.multipliers).zip(&first);
        let params = params.flat_map(|((&b, &m), &f)| [b, m, f]).collect();
        Ok(ToStream {
            weight: self.tensor()?,
            params: int32(others.len(), 3, params)?,
            residual: Residual::new(fixed.p, fixed.s)?,
        })
    }
}

fn layer_of(
    model: &Bert,
    layer: &Layer,
    range: &LayerRange,
    before: &super::Norm,
    bits: i32,
) -> Result<(QuantisedLayer, LayerReport), ModelError> {
    let readers = [&layer.query.weight, &layer.key.weight, &layer.value.weight];
    let (input, steps) = balanced(before, &range.input, &readers, bits)?;
    let heads = Heads::new(model, range);
    let to_int8 = |linear: &Linear, out: &[f64]| {
        let biases = linear.bias.iter().map(|&b| f64::from(b));
        fold(linear, &steps).to_int8(biases, out, Range::Symmetric)
    };
    let value_steps = range.value.iter().map(|&max| f64::from(max).max(1e-4) / LIMIT);
    let value_steps: Vec<f64> = value_steps.collect();
    let output = fold(&layer.output, &value_steps);
    let biases: Vec<f64> = layer.output.bias.iter().map(|&b| f64::from(b)).collect();
    let none = vec![0.0; biases.len()];

    let (hidden, hidden_steps) =
        balanced(&layer.attention_norm, &range.hidden, &[&layer.up.weight], bits)?;
    let activation = Activation::choose(&range.neurons, &layer.down.weight);
    let up = fold(&layer.up, &hidden_steps);
    let shifted = layer.up.bias.iter().map(|&b| f64::from(b) - activation.low);
    let up_steps = vec![activation.step(); layer.up.bias.len()];
    let down_steps = vec![activation.unit(); layer.down.weight.cols()];
    let down = fold(&layer.down, &down_steps);
    // The table's zero point, times what the integer weights really are.
    let zero = activation.zero();
    let down_biases = down.iter().zip(&down.units).zip(&layer.down.bias);
    let down_biases = down_biases.map(|((row, unit), &bias)| {
        let sum: f64 = row.iter().map(|&w| f64::from(w)).sum();
        f64::from(bias) + sum * zero * unit
    });
    let down_biases: Vec<f64> = down_biases.collect();
    let first = activation.first_row(&layer.down.weight);
    let quantised = QuantisedLayer {
        input,
        query: to_int8(&layer.query, &heads.query)?,
        key: to_int8(&layer.key, &heads.key)?,
        value: to_int8(&layer.value, &value_steps)?,
        multipliers: int32(heads.multipliers.len(), 1, heads.multipliers)?,
        shift: heads.shift,
        output: output.to_stream(&biases, &none, bits)?,
        hidden,
        up: up.to_int8(shifted, &up_steps, Range::Unsigned)?,
        table: signed(1, 256, activation.table())?,
        down: down.to_stream(&down_biases, &first, bits)?,
    };
    let report = LayerReport {
        activation: (activation.low, activation.high),
        first_token_neurons: activation.first_token_neurons(),
    };
    Ok((quantised, report))
}

/// Steps of queries and keys, and what a unit of their product is worth.
struct Heads {
    query: Vec<f64>,
    key: Vec<f64>,
    multipliers: Vec<i32>,
    shift: u8,
}

impl Heads {
    fn new(model: &Bert, range: &LayerRange) -> Self {
        let depth = model.depth();
        let mut heads = Self {
            query: Vec::new(),
            key: Vec::new(),
            multipliers: Vec::new(),
            shift: 0,
        };
        let mut factors = Vec::new();
        let scale = u32::try_from(depth).map_or(1.0, f64::from).sqrt();
        for (query, key) in range.query.chunks(depth).zip(range.key.chunks(depth)) {
            // A column's share may move between query and key: both then reach the
            // geometric mean of the two.
            let pairs = query.iter().zip(key);
            let pairs = pairs.map(|(&q, &k)| (f64::from(q).max(1e-4), f64::from(k).max(1e-4)));
            let pairs: Vec<_> = pairs.collect();
            let step = pairs.iter().map(|(q, k)| (q * k).sqrt() / LIMIT);
            let step = step.fold(0.0, f64::max);
            for (q, k) in pairs {
                let tilt = (k / q).sqrt();
                heads.query.push(step / tilt);
                heads.key.push(step * tilt);
            }
            factors.push(16.0 * step * step / scale);
        }
        let largest = factors.iter().copied().fold(1e-9, f64::max);
        let shift = exponent(f64::from(softmax::MAX_MULTIPLIER) / largest).clamp(0, 31);
        heads.shift = u8::try_from(shift).unwrap_or(31);
        let multipliers = factors.iter().map(|f| nearest(f * pow2(shift)).unwrap_or(0));
        heads.multipliers = multipliers.collect();
        heads
    }
}

/// To int8, symmetric.
fn int8(x: f64) -> i8 {
    let rounded = nearest(x.clamp(-LIMIT, LIMIT)).unwrap_or(0);
    i8::try_from(rounded).unwrap_or(0)
}

fn signed(rows: usize, cols: usize, values: Vec<i8>) -> Result<Tensor, ModelError> {
    Ok(Tensor::int8(small(rows)?, small(cols)?, &values)?)
}

fn int32(rows: usize, cols: usize, values: Vec<i32>) -> Result<Tensor, ModelError> {
    Ok(Tensor::int32(small(rows)?, small(cols)?, &values)?)
}

fn small(len: usize) -> Result<u32, ModelError> {
    u32::try_from(len).map_err(|_| {
        ModelError::Proof(ProofError::OutOfRange {
            what: "dimension",
            value: u128::try_from(len).unwrap_or(u128::MAX),
            min: 1,
            max: u32::MAX.into(),
        })
    })
}

fn out_of_range(what: &'static str, value: f64, limit: &'static str) -> ModelError {
    ModelError::OutOfRange { what, value, limit }
}
