//! Gather: `h[r][j] = E[id_r][j] · a_j + P[pos_r][j]`, an embedding row scaled per
//! column plus the row of its position.
//!
//! `E` is int8; `a` and `P` are int32; the result is int32 at whatever scale `a`
//! and `P` have (2^13 in an encoder, since int8 alone keeps too little of rare
//! words). Constant additions, such as a token type, are folded into `P`.
//!
//! **Overflow.** `a` is clamped to ±(2^16 − 1) and `P` to ±(2^23 − 1), which no
//! calibrated model reaches: the result's magnitude is below 2^24.

use crate::{
    KernelError, Shape,
    cost::{self, Moved},
    gemm::Int8,
    shape::{check_len, index},
};

#[cfg(test)]
mod tests;

/// The largest magnitude of a column's scale.
pub const MAX_SCALE: i32 = (1 << 16) - 1;

/// The largest magnitude of a position's term.
pub const MAX_POSITION: i32 = (1 << 23) - 1;

/// Which row of a table of `rows` rows an id names: ids beyond it name the
/// nearest row, so that every id has a meaning.
#[must_use]
pub fn row(id: i32, rows: u32) -> u32 {
    u32::try_from(id).unwrap_or(0).min(rows.saturating_sub(1))
}

/// One element.
#[must_use]
pub fn element<T: Int8>(embedding: T, scale: i32, position: i32) -> i32 {
    let scale = scale.clamp(-MAX_SCALE, MAX_SCALE);
    let position = position.clamp(-MAX_POSITION, MAX_POSITION);
    embedding.widen().wrapping_mul(scale).wrapping_add(position)
}

/// One row of the output: a table row, the scales, a position's row, all as long
/// as `out`.
///
/// # Errors
/// [`KernelError::LengthMismatch`] naming the slice.
pub fn run_row<T: Int8>(
    embedding: &[T],
    scales: &[i32],
    positions: &[i32],
    out: &mut [i32],
) -> Result<(), KernelError> {
    check_len("embedding", out.len(), embedding.len())?;
    check_len("scales", out.len(), scales.len())?;
    check_len("positions", out.len(), positions.len())?;
    let terms = embedding.iter().zip(scales).zip(positions);
    for (out, ((&e, &a), &p)) in out.iter_mut().zip(terms) {
        *out = element(e, a, p);
    }
    Ok(())
}

/// The whole tensor: `ids` and `positions_of` name one row of each table for every
/// row of `out`; `shape` is that of `out`.
///
/// # Errors
/// [`KernelError::LengthMismatch`] naming the slice.
pub fn run<T: Int8>(
    shape: Shape,
    ids: &[(i32, u32)],
    table: &[T],
    scales: &[i32],
    positions: &[i32],
    out: &mut [i32],
) -> Result<(), KernelError> {
    shape.check_len("out", out.len())?;
    check_len("ids", index(shape.rows()), ids.len())?;
    let cols = index(shape.cols());
    let rows_of =
        |len: usize| u32::try_from(len.checked_div(cols).unwrap_or(0)).unwrap_or(u32::MAX);
    let (words, places) = (rows_of(table.len()), rows_of(positions.len()));
    for (out, &(id, place)) in out.chunks_exact_mut(cols).zip(ids) {
        let place = place.min(places.saturating_sub(1));
        let embedding = table.chunks_exact(cols).nth(index(row(id, words)));
        let position = positions.chunks_exact(cols).nth(index(place));
        run_row(
            embedding.unwrap_or(&[]),
            scales,
            position.unwrap_or(&[]),
            out,
        )?;
    }
    Ok(())
}

/// Cost in ops: a product and a sum an element, over the tensors moved. Of the
/// tables only the rows that are read count.
#[must_use]
pub fn cost(shape: Shape, tensors: impl IntoIterator<Item = Moved>) -> u128 {
    cost::cost(u128::from(shape.elements()).saturating_mul(2), tensors)
}
