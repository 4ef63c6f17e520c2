//! How much memory a product takes beside its operands and its result.

use std::{fs, process::Command};

use compute_proofs::tensor::TensorSpec;
use exact_kernels::DType;
use worker::{Backend, cpu::CpuBackend, task::Tensor};

use crate::Outcome;

/// The argument that makes this program a process that only multiplies once.
pub(crate) const CHILD: &str = "--memory-of";

/// Peak memory of one n×n product on the CPU, over that of operands and result: measured
/// in a process of its own, so that nothing else is counted. `None` where the system does
/// not tell.
pub(crate) fn ratio(n: u32) -> Outcome<Option<f64>> {
    let program = std::env::current_exe()?;
    let output = Command::new(program)
        .args([CHILD, &n.to_string(), "--bench"])
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let text = String::from_utf8(output.stdout)?;
    Ok(text.trim().parse().ok())
}

/// The child's part: what [`ratio`] reads.
pub(crate) fn child(n: u32) -> Outcome<Option<f64>> {
    let spec = TensorSpec::new(DType::I8, n, n)?;
    let len = usize::try_from(spec.bytes())?;
    let mut backend = CpuBackend::default();
    // Threads and their stacks are there before it is measured.
    let small = TensorSpec::new(DType::I8, 64, 64)?;
    let small = Tensor::new(small, vec![1; 64 * 64])?;
    backend.product(&small, &small)?;
    let Some(before) = peak() else {
        return Ok(None);
    };
    let (a, b) = (vec![3; len], vec![5; len]);
    let (a, b) = (Tensor::new(spec, a)?, Tensor::new(spec, b)?);
    let c = backend.product(&a, &b)?;
    let after = peak().unwrap_or(before);
    let own = a.bytes().len() + b.bytes().len() + c.bytes().len();
    let taken = after.saturating_sub(before);
    Ok(Some(f64::from(u32::try_from(taken)?) * 1024.0 / own as f64))
}

/// KiB that this process has had at most.
fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
