//! Calibration: what the float model's tensors reach on a text.

use super::{Bert, Site};
use crate::{
    ModelError,
    matrix::{Matrix, raise},
};

/// Bins of a histogram, [`BIN`] wide, from [`LOWEST`] on.
pub(crate) const BINS: usize = 320;
/// The width of a bin.
pub(crate) const BIN: f32 = 0.1;
/// Where the first bin starts.
pub(crate) const LOWEST: f32 = -8.0;

/// What one neuron of a feed-forward layer did.
#[derive(Clone, Debug)]
pub(crate) struct Neuron {
    /// The smallest value for a sentence's first token.
    pub(crate) first_min: f32,
    /// The mean over first tokens.
    pub(crate) first_mean: f32,
    /// The largest value for any other token.
    pub(crate) rest_max: f32,
    /// How often each value occurred.
    pub(crate) histogram: Vec<u32>,
}

/// What one layer's tensors reached.
#[derive(Clone, Debug)]
pub(crate) struct LayerRange {
    pub(crate) input: Vec<f32>,
    pub(crate) query: Vec<f32>,
    pub(crate) key: Vec<f32>,
    pub(crate) value: Vec<f32>,
    pub(crate) hidden: Vec<f32>,
    pub(crate) neurons: Vec<Neuron>,
}

/// What a calibration text showed.
#[derive(Clone, Debug)]
pub struct Calibration {
    pub(crate) layers: Vec<LayerRange>,
    /// The largest distance from a row's mean of what enters the first norm.
    pub(crate) embedding: f32,
    /// The same for every other norm.
    pub(crate) stream: f32,
    /// The largest magnitude of what is pooled.
    pub(crate) output: f32,
    /// Sentences seen.
    pub sentences: usize,
    /// Tokens seen.
    pub tokens: usize,
}

impl Calibration {
    fn new(model: &Bert) -> Self {
        let width = vec![0.0; model.config.hidden_size];
        let neuron = Neuron {
            first_min: f32::INFINITY,
            first_mean: 0.0,
            rest_max: f32::NEG_INFINITY,
            histogram: vec![0; BINS],
        };
        let layer = LayerRange {
            input: width.clone(),
            query: width.clone(),
            key: width.clone(),
            value: width.clone(),
            hidden: width,
            neurons: vec![neuron; model.config.intermediate_size],
        };
        Self {
            layers: vec![layer; model.config.num_hidden_layers],
            embedding: 0.0,
            stream: 0.0,
            output: 0.0,
            sentences: 0,
            tokens: 0,
        }
    }

    fn see(&mut self, site: Site, rows: &Matrix) {
        match site {
            Site::Embedding => self.embedding = self.embedding.max(spread(rows)),
            Site::AttentionSum(_) | Site::OutputSum(_) => {
                self.stream = self.stream.max(spread(rows));
            }
            Site::Output => {
                let maxima = rows.column_maxima();
                self.output = maxima.into_iter().fold(self.output, f32::max);
            }
            Site::Input(at) => self.raise(at, rows, |layer| &mut layer.input),
            Site::Query(at) => self.raise(at, rows, |layer| &mut layer.query),
            Site::Key(at) => self.raise(at, rows, |layer| &mut layer.key),
            Site::Value(at) => self.raise(at, rows, |layer| &mut layer.value),
            Site::Hidden(at) => self.raise(at, rows, |layer| &mut layer.hidden),
            Site::Up(at) => {
                if let Some(layer) = self.layers.get_mut(at) {
                    see_neurons(&mut layer.neurons, rows);
                }
            }
        }
    }

    fn raise(&mut self, at: usize, rows: &Matrix, of: impl Fn(&mut LayerRange) -> &mut Vec<f32>) {
        if let Some(layer) = self.layers.get_mut(at) {
            for row in rows.iter() {
                raise(of(layer), row);
            }
        }
    }
}

/// The largest distance of a value from its row's mean.
fn spread(rows: &Matrix) -> f32 {
    let mut largest = 0.0f32;
    for row in rows.iter() {
        let count = u16::try_from(row.len()).map_or(f32::MAX, f32::from);
        let mean = row.iter().sum::<f32>() / count;
        largest = row.iter().fold(largest, |max, x| max.max((x - mean).abs()));
    }
    largest
}

fn see_neurons(neurons: &mut [Neuron], rows: &Matrix) {
    for (position, row) in rows.iter().enumerate() {
        for (neuron, &x) in neurons.iter_mut().zip(row) {
            if position == 0 {
                neuron.first_min = neuron.first_min.min(x);
                // A sum until all sentences are seen.
                neuron.first_mean += x;
            } else {
                neuron.rest_max = neuron.rest_max.max(x);
            }
            if let Some(bin) = neuron.histogram.get_mut(bin(x)) {
                *bin = bin.saturating_add(1);
            }
        }
    }
}

/// The bin of a value; what lies outside counts in the outermost ones.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float is cut to the range of bins by the conversion itself"
)]
fn bin(x: f32) -> usize {
    (((x - LOWEST) / BIN) as usize).min(BINS - 1)
}

/// Runs the float model on token lists and records what its tensors reach.
///
/// # Errors
/// [`ModelError::NoText`] without sentences.
pub fn calibrate(model: &Bert, sentences: &[Vec<u32>]) -> Result<Calibration, ModelError> {
    let mut calibration = Calibration::new(model);
    for ids in sentences.iter().filter(|ids| !ids.is_empty()) {
        model.run(ids, &mut |site, rows| calibration.see(site, rows));
        calibration.sentences += 1;
        calibration.tokens += ids.len();
    }
    let count = u16::try_from(calibration.sentences).map_or(f32::MAX, f32::from);
    if calibration.sentences == 0 {
        return Err(ModelError::NoText);
    }
    for neuron in calibration.layers.iter_mut().flat_map(|l| &mut l.neurons) {
        neuron.first_mean /= count;
    }
    Ok(calibration)
}
