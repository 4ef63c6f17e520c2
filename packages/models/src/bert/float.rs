//! The float model's run, watched: what calibration learns from.

use super::{Bert, Layer, Norm, gelu::gelu};
use crate::matrix::{Matrix, dot};

/// What a watcher sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Site {
    /// What enters the first norm.
    Embedding,
    /// What enters a layer's attention.
    Input(usize),
    /// Queries, bias added.
    Query(usize),
    /// Keys.
    Key(usize),
    /// Values.
    Value(usize),
    /// What enters the norm behind attention.
    AttentionSum(usize),
    /// What enters a layer's feed-forward part.
    Hidden(usize),
    /// What enters its activation.
    Up(usize),
    /// What enters the norm behind it.
    OutputSum(usize),
    /// What is pooled.
    Output,
}

impl Bert {
    /// Runs one sentence and returns the mean over its tokens, as a row; `watch` sees
    /// what the integer form has to hold.
    pub fn run(&self, ids: &[u32], watch: &mut dyn FnMut(Site, &Matrix)) -> Vec<f32> {
        let width = self.config.hidden_size;
        let mut h = Matrix::zeros(ids.len(), width);
        for ((row, &id), position) in h.iter_mut().zip(ids).zip(self.positions.iter()) {
            let word = usize::try_from(id).map_or(&[][..], |id| self.words.row(id));
            for ((out, word), position) in row.iter_mut().zip(word).zip(position) {
                *out = word + position;
            }
        }
        watch(Site::Embedding, &h);
        self.normalise(&mut h, &self.embedding_norm);
        for (at, layer) in self.layers.iter().enumerate() {
            watch(Site::Input(at), &h);
            let context = self.attend(at, layer, &h, watch);
            let sum = context.linear(&layer.output.weight, &layer.output.bias);
            add(&mut h, &sum);
            watch(Site::AttentionSum(at), &h);
            self.normalise(&mut h, &layer.attention_norm);
            watch(Site::Hidden(at), &h);
            let mut up = h.linear(&layer.up.weight, &layer.up.bias);
            watch(Site::Up(at), &up);
            for x in up.iter_mut().flatten() {
                *x = narrow(gelu(f64::from(*x)));
            }
            let sum = up.linear(&layer.down.weight, &layer.down.bias);
            add(&mut h, &sum);
            watch(Site::OutputSum(at), &h);
            self.normalise(&mut h, &layer.output_norm);
        }
        watch(Site::Output, &h);
        let mut mean = vec![0.0; width];
        for row in h.iter() {
            for (mean, value) in mean.iter_mut().zip(row) {
                *mean += value / count(ids.len());
            }
        }
        mean
    }

    fn normalise(&self, h: &mut Matrix, norm: &Norm) {
        let width = count(h.cols());
        let epsilon = narrow(self.config.layer_norm_eps);
        for row in h.iter_mut() {
            let mean = row.iter().sum::<f32>() / width;
            let squares = row.iter().map(|value| (value - mean).powi(2));
            let deviation = (squares.sum::<f32>() / width + epsilon).sqrt();
            for ((value, gain), offset) in row.iter_mut().zip(&norm.gain).zip(&norm.offset) {
                *value = (*value - mean) / deviation * gain + offset;
            }
        }
    }

    fn attend(
        &self,
        at: usize,
        layer: &Layer,
        h: &Matrix,
        watch: &mut dyn FnMut(Site, &Matrix),
    ) -> Matrix {
        let query = h.linear(&layer.query.weight, &layer.query.bias);
        let key = h.linear(&layer.key.weight, &layer.key.bias);
        let value = h.linear(&layer.value.weight, &layer.value.bias);
        watch(Site::Query(at), &query);
        watch(Site::Key(at), &key);
        watch(Site::Value(at), &value);
        let depth = self.depth();
        let scale = count(depth).sqrt();
        let mut context = Matrix::zeros(h.rows(), h.cols());
        for (query, context) in query.iter().zip(context.iter_mut()) {
            let heads = query.chunks_exact(depth).zip(context.chunks_exact_mut(depth));
            for (head, (query, context)) in heads.enumerate() {
                let of_head = |row: &'_ [f32]| -> Vec<f32> {
                    row.chunks_exact(depth).nth(head).unwrap_or(&[]).to_vec()
                };
                let scores = key.iter().map(|key| dot(query, &of_head(key)) / scale);
                let scores: Vec<f32> = scores.collect();
                let max = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                let weights: Vec<f32> = scores.iter().map(|s| (s - max).exp()).collect();
                let sum: f32 = weights.iter().sum();
                for (weight, value) in weights.iter().zip(value.iter()) {
                    for (out, value) in context.iter_mut().zip(of_head(value)) {
                        *out += weight / sum * value;
                    }
                }
            }
        }
        context
    }

    /// Columns of one head.
    pub(crate) fn depth(&self) -> usize {
        (self.config.hidden_size / self.config.num_attention_heads.max(1)).max(1)
    }
}

fn add(h: &mut Matrix, sum: &Matrix) {
    for (h, sum) in h.iter_mut().flatten().zip(sum.values()) {
        *h += sum;
    }
}

/// A small count as a float.
fn count(len: usize) -> f32 {
    u16::try_from(len).map_or(f32::MAX, f32::from)
}

/// To single precision: what the float model computes in.
#[expect(clippy::cast_possible_truncation, reason = "rounding is what it is for")]
fn narrow(x: f64) -> f32 {
    x as f32
}
