//! The product where one operand has few rows.

#[cfg(test)]
mod tests;

use super::{Kernel, gemm::Product};
use crate::gpu::{Chain, fold};

/// Rows up to which an operand counts as few: with more, tiles read less.
pub(crate) const FEW: u32 = 4;

/// Records one launch.
pub(crate) fn record(chain: &mut Chain<'_>, product: Product<'_>) {
    chain.count(product.ops());
    let quads = u64::from(product.padded_cols.div_ceil(4));
    let groups = fold(u64::from(product.rows) * quads);
    let kernel = Kernel::Gemv(product.finish.kind);
    chain.launch(kernel, product.bindings(), &product.params(), groups);
}
