//! The activation's table: the range it is cut to, and neurons that do not fit it.

use super::super::{
    calibrate::{BIN, LOWEST, Neuron},
    gelu::gelu,
};
use crate::matrix::Matrix;

/// Ends of the range that are tried.
const HIGHS: [f64; 12] = [2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 6.0, 7.0, 8.0, 10.0];
const LOWS: [f64; 5] = [-2.5, -3.0, -3.5, -4.0, -4.5];

/// How an activation is tabulated.
#[derive(Clone, Debug)]
pub(super) struct Activation {
    /// Below it the input is cut.
    pub(super) low: f64,
    /// Above it the input is cut.
    pub(super) high: f64,
    /// Neurons that fire for a first token alone, and by how much more than the
    /// table holds.
    first: Vec<(usize, f64)>,
}

impl Activation {
    /// The range with the least squared error of what leaves the layer, as far as
    /// neurons do not depend on each other. Neurons that exceed it for first tokens
    /// alone do not count: a constant stands in for them.
    pub(super) fn choose(neurons: &[Neuron], down: &Matrix) -> Self {
        let columns = (0..down.cols()).map(|at| {
            let column = down.iter().filter_map(|row| row.get(at));
            column.map(|w| f64::from(*w).powi(2)).sum::<f64>()
        });
        let weights: Vec<f64> = columns.collect();
        let mut best = (f64::INFINITY, Self::cut(LOWS[0], HIGHS[0], neurons));
        for low in LOWS {
            for high in HIGHS {
                let candidate = Self::cut(low, high, neurons);
                let error = candidate.error(neurons, &weights);
                if error < best.0 {
                    best = (error, candidate);
                }
            }
        }
        best.1
    }

    fn cut(low: f64, high: f64, neurons: &[Neuron]) -> Self {
        let first = neurons.iter().enumerate().filter_map(|(at, neuron)| {
            let (min, rest) = (f64::from(neuron.first_min), f64::from(neuron.rest_max));
            let mean = f64::from(neuron.first_mean);
            (min > high && rest < min).then(|| (at, gelu(mean) - gelu(high)))
        });
        Self {
            low,
            high,
            first: first.collect(),
        }
    }

    fn error(&self, neurons: &[Neuron], weights: &[f64]) -> f64 {
        let mut total = 0.0;
        for (at, (neuron, weight)) in neurons.iter().zip(weights).enumerate() {
            let outlier = self.first.iter().any(|(outlier, _)| *outlier == at);
            let mut middle = f64::from(LOWEST) + f64::from(BIN) / 2.0;
            for &count in &neuron.histogram {
                let held = middle.clamp(self.low, self.high);
                // Beyond the range an outlier is put back.
                if count > 0 && !(outlier && middle > self.high) {
                    let clipped = gelu(middle) - gelu(held);
                    let slope = (gelu(held + 0.01) - gelu(held - 0.01)) / 0.02;
                    let rounding = (slope * self.step()).powi(2) + self.unit().powi(2);
                    let error = clipped * clipped + rounding / 12.0;
                    total += weight * f64::from(count) * error;
                }
                middle += f64::from(BIN);
            }
        }
        total
    }

    /// The step of the table's input.
    pub(super) fn step(&self) -> f64 {
        (self.high - self.low) / 255.0
    }

    /// The smallest value of the function.
    fn least() -> f64 {
        gelu(-0.751_79)
    }

    /// What one unit of the table's output is worth.
    pub(super) fn unit(&self) -> f64 {
        (gelu(self.high) - Self::least()) / 255.0
    }

    /// What has to be added to the table's output, in its units: output −128 is the
    /// function's smallest value.
    pub(super) fn zero(&self) -> f64 {
        128.0 + Self::least() / self.unit()
    }

    /// The table, by the index that the input is requantised to.
    pub(super) fn table(&self) -> Vec<i8> {
        let entries = (0u8..=255).map(|index| {
            let x = self.low + f64::from(index) * self.step();
            let y = gelu(x) / self.unit() - self.zero();
            let y = super::nearest(y.clamp(-128.0, 127.0)).unwrap_or(0);
            i8::try_from(y).unwrap_or(0)
        });
        entries.collect()
    }

    /// What a sentence's first row of the next product has besides, per output.
    pub(super) fn first_row(&self, down: &Matrix) -> Vec<f64> {
        let rows = down.iter().map(|row| {
            let terms = self.first.iter().filter_map(|&(at, excess)| {
                let weight = row.get(at)?;
                Some(f64::from(*weight) * excess)
            });
            terms.sum()
        });
        rows.collect()
    }

    /// Which neurons those are.
    pub(super) fn first_token_neurons(&self) -> Vec<usize> {
        self.first.iter().map(|&(at, _)| at).collect()
    }
}
