//! The most int8 dot products that a device can do: what a product's rate is a share of.

#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use wgpu::Buffer;

use super::Kernel;
use crate::gpu::{Bindings, Chain, fold};

/// Invocations of a workgroup.
pub(crate) const INVOCATIONS: u64 = 256;

/// Sums that an invocation keeps.
const SUMS: u32 = 16;

/// Operations of one dot product: four multiplications and four additions.
const OPS: u64 = 8;

/// The shader with its sums written out: an array would not stay in registers everywhere.
pub(super) fn source() -> String {
    let (mut declare, mut dots, mut total) = (String::new(), String::new(), String::from("0"));
    for at in 0..SUMS {
        let next = (at + 1) % SUMS;
        let _ = write!(declare, "var s{at} = i32(index + {at}u);\n    ");
        let _ = write!(dots, "s{at} += dot4I8Packed(u32(s{next}), by);\n        ");
        let _ = write!(total, " + s{at}");
    }
    include_str!("shader.wgsl")
        .replace("//{declare}", declare.trim_end())
        .replace("//{dots}", dots.trim_end())
        .replace("/*{total}*/", &total)
}

/// Operations of one launch.
pub(crate) fn ops(groups: u64, rounds: u32) -> u64 {
    groups * INVOCATIONS * u64::from(rounds) * u64::from(SUMS) * OPS
}

/// Records one launch; `out` takes a word of each invocation.
pub(crate) fn record(chain: &mut Chain<'_>, out: &Buffer, groups: u64, rounds: u32) {
    chain.count(u128::from(ops(groups, rounds)));
    let bindings = Bindings {
        read: [None; 3],
        write: out,
    };
    chain.launch(Kernel::Dots, bindings, &[rounds], fold(groups));
}
