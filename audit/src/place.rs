//! Where a committed tensor differs from the right one.

use compute_proofs::{
    Hash, ProofError,
    opening::Place,
    tensor::{LEAF_BYTES, TensorSpec, element},
};

pub(crate) const NO_DIFFERENCE: ProofError = ProofError::Missing {
    what: "a difference where the roots differ",
};

pub(crate) fn first_differing(ours: &[Hash], theirs: &[Hash]) -> Result<u64, ProofError> {
    let pairs = ours.iter().zip(theirs);
    let same = pairs.take_while(|(ours, theirs)| ours == theirs).count();
    if same >= ours.len() {
        return Err(NO_DIFFERENCE);
    }
    u64::try_from(same).map_err(|_| NO_DIFFERENCE)
}

/// Elements of a whole leaf.
fn elements_per_leaf(spec: &TensorSpec) -> u32 {
    LEAF_BYTES.checked_div(spec.dtype.bytes()).unwrap_or(1)
}

/// The leaf that holds a byte of a tensor.
pub(crate) fn leaf_of_byte(spec: &TensorSpec, at: usize) -> u64 {
    let at = u64::try_from(at).unwrap_or(u64::MAX);
    let row = at.checked_div(spec.row_bytes()).unwrap_or(0);
    let within = at.checked_rem(spec.row_bytes()).unwrap_or(0);
    row.saturating_mul(spec.leaves_per_row())
        .saturating_add(within.checked_div(u64::from(LEAF_BYTES)).unwrap_or(0))
}

/// The first element of a leaf that differs.
pub(crate) fn place_in(
    spec: &TensorSpec,
    output: u8,
    leaf: u64,
    ours: &[u8],
    theirs: &[u8],
) -> Result<Place, ProofError> {
    for at in 0..elements_per_leaf(spec) {
        if element(spec.dtype, ours, at)? == element(spec.dtype, theirs, at)? {
            continue;
        }
        let row = leaf.checked_div(spec.leaves_per_row()).unwrap_or(0);
        let before = leaf.checked_rem(spec.leaves_per_row()).unwrap_or(0);
        let col = before.saturating_mul(u64::from(elements_per_leaf(spec)));
        let col = col.saturating_add(at.into());
        return Ok(Place {
            output,
            row: u32::try_from(row).map_err(|_| NO_DIFFERENCE)?,
            col: u32::try_from(col).map_err(|_| NO_DIFFERENCE)?,
        });
    }
    Err(NO_DIFFERENCE)
}
