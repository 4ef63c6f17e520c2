//! Float matrices, for the model that is imported.

use rayon::prelude::*;

/// Rows of floats.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    cols: usize,
    data: Vec<f32>,
}

impl Matrix {
    /// A matrix of rows of `cols` values; what is left over is dropped.
    #[must_use]
    pub fn new(cols: usize, mut data: Vec<f32>) -> Self {
        let cols = cols.max(1);
        data.truncate(data.len() / cols * cols);
        Self { cols, data }
    }

    /// A matrix of zeros.
    #[must_use]
    pub fn zeros(rows: usize, cols: usize) -> Self {
        Self::new(cols, vec![0.0; rows.saturating_mul(cols)])
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.data.len() / self.cols
    }

    /// Number of columns.
    #[must_use]
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// All rows.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[f32]> {
        self.data.chunks_exact(self.cols)
    }

    /// All rows, to change.
    pub fn iter_mut(&mut self) -> impl ExactSizeIterator<Item = &mut [f32]> {
        self.data.chunks_exact_mut(self.cols)
    }

    /// A row; empty beyond the last.
    #[must_use]
    pub fn row(&self, at: usize) -> &[f32] {
        self.iter().nth(at).unwrap_or(&[])
    }

    /// All values, row by row.
    #[must_use]
    pub fn values(&self) -> &[f32] {
        &self.data
    }

    /// The largest magnitude of each column.
    #[must_use]
    pub fn column_maxima(&self) -> Vec<f32> {
        let mut maxima = vec![0.0; self.cols];
        for row in self.iter() {
            raise(&mut maxima, row);
        }
        maxima
    }

    /// `self · weightᵀ + bias`: a row per row of `self`, a column per row of `weight`.
    #[must_use]
    pub fn linear(&self, weight: &Self, bias: &[f32]) -> Self {
        let mut out = Self::zeros(self.rows(), weight.rows());
        let rows = out.data.par_chunks_exact_mut(weight.rows());
        rows.zip(self.data.par_chunks_exact(self.cols))
            .for_each(|(out, x)| {
                for ((out, w), b) in out.iter_mut().zip(weight.iter()).zip(bias) {
                    *out = dot(x, w) + b;
                }
            });
        out
    }
}

/// Raises each maximum to the magnitude beside it.
pub fn raise(maxima: &mut [f32], values: &[f32]) {
    for (max, value) in maxima.iter_mut().zip(values) {
        *max = max.max(value.abs());
    }
}

/// Σ a·b, in sixteen sums that a compiler can keep in vector registers.
#[must_use]
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (a_lanes, a_rest) = a.as_chunks::<16>();
    let (b_lanes, b_rest) = b.as_chunks::<16>();
    let mut sums = [0.0f32; 16];
    for (a, b) in a_lanes.iter().zip(b_lanes) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    let rest = a_rest.iter().zip(b_rest).map(|(a, b)| a * b);
    sums.iter().sum::<f32>() + rest.sum::<f32>()
}
