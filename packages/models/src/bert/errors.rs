//! The error of each layer, as a model's import reports it.

use super::{Bert, Site};
use crate::{
    ModelError,
    matrix::Matrix,
    model::Model,
    pack,
    program::{self, Kind},
};

/// Sentences that are compared.
const SENTENCES: usize = 16;

/// By layer: root mean square of the difference of the residual stream behind it
/// from the float model's, over that of the stream itself, on some sentences.
///
/// # Errors
/// [`ModelError`] if the program cannot be run.
pub fn layer_errors(
    float: &Bert,
    model: &Model,
    sentences: &[Vec<u32>],
) -> Result<Vec<f64>, ModelError> {
    let program = model.programs.iter();
    let program = program.max_by_key(|program| Model::size(program).map(|size| size.rows));
    let Some((program, size)) = program.and_then(|p| Some((p, Model::size(p)?))) else {
        return Ok(Vec::new());
    };
    let layers = float.layers.len();
    let mut errors = vec![(0.0f64, 0.0f64); layers];
    let unit = f64::from(-model.details.bits.0).exp2();
    for ids in sentences.iter().take(SENTENCES) {
        let tasks = pack::pack(std::slice::from_ref(ids), size, model.details.longest)?;
        for task in tasks {
            let outputs = program::run(program, &task.slots, &|root| model.weight(root))?;
            let mut expected: Vec<Matrix> = Vec::new();
            float.run(ids, &mut |site, rows| {
                if matches!(site, Site::OutputSum(_)) {
                    expected.push(rows.clone());
                }
            });
            // Every second sum of the stream ends a layer.
            let sums = program.operations.iter().zip(&outputs);
            let sums = sums.filter(|(op, _)| matches!(op.kind, Kind::Residual { .. }));
            let sums = sums.skip(1).step_by(2).filter_map(|(_, out)| out.first());
            for ((error, sum), expected) in errors.iter_mut().zip(sums).zip(&expected) {
                for (got, &expected) in sum.values().iter().zip(expected.values()) {
                    let expected = f64::from(expected);
                    error.0 += (f64::from(*got) * unit - expected).powi(2);
                    error.1 += expected.powi(2);
                }
            }
        }
    }
    let relative = errors.into_iter().map(|(error, all)| (error / all.max(1e-12)).sqrt());
    Ok(relative.collect())
}
