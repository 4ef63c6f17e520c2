//! Scores: `s_i = q · k_i`, one query against the keys of its sentence, per head.
//!
//! Queries are rows (`rows × heads·depth`), keys are stored transposed
//! (`heads·depth × rows`): the keys of one head are adjacent rows, which one range
//! proof opens, and a sentence's keys stand side by side in each.
//!
//! **Overflow.** A score's magnitude is at most `depth · 2^14`; with `depth ≤`
//! [`MAX_DEPTH`] it is at most 2^22, and the difference of two at most 2^23.

use crate::{KernelError, gemm::Int8, shape::check_len, shape::index, span::Span};

#[cfg(test)]
mod tests;

/// The longest query of one head.
pub const MAX_DEPTH: u32 = 256;

/// Checks a head's depth.
///
/// # Errors
/// [`KernelError::ZeroDimension`]; [`KernelError::InnerTooLong`] above [`MAX_DEPTH`].
pub const fn check_depth(depth: u32) -> Result<(), KernelError> {
    if depth == 0 {
        return Err(KernelError::ZeroDimension { name: "depth" });
    }
    if depth > MAX_DEPTH {
        return Err(KernelError::InnerTooLong {
            k: depth,
            max: MAX_DEPTH,
        });
    }
    Ok(())
}

/// The scores of one query against the keys of a span: `query` has the head's
/// depth, `keys` one row of `rows` values for each of it, `out` one place for each
/// row of the span.
///
/// # Errors
/// [`KernelError::LengthMismatch`] naming the slice; as [`check_depth`].
pub fn run<T: Int8>(
    query: &[T],
    keys: &[T],
    rows: u32,
    span: Span,
    out: &mut [i32],
) -> Result<(), KernelError> {
    check_depth(u32::try_from(query.len()).unwrap_or(u32::MAX))?;
    check_len("keys", query.len().saturating_mul(index(rows)), keys.len())?;
    check_len("scores", index(span.len()), out.len())?;
    out.fill(0);
    if rows == 0 {
        return Ok(());
    }
    for (&q, keys) in query.iter().zip(keys.chunks_exact(index(rows))) {
        let q = q.widen();
        for (out, &k) in out.iter_mut().zip(span.of(keys)) {
            *out = out.wrapping_add(q.wrapping_mul(k.widen()));
        }
    }
    Ok(())
}
