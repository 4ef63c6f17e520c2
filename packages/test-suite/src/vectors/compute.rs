//! Vectors of kernels and tensor roots.

use anyhow::Result;
use compute_proofs::{codec::Encode, tensor::TensorSpec};
use exact_kernels::DType;
use proof_verifier::msg::{Compute, ExecuteMsg, Range};

use super::Messages;
use crate::scale::Random;

pub(super) const ABOUT: &str =
    "Kernels and tensor roots; results in hexadecimal, elements little-endian";

pub(super) fn messages() -> Result<Messages> {
    let mut messages = Messages::new();
    let mut add = |name: String, compute| messages.push((name, ExecuteMsg::Compute(compute)));
    let mut random = Random::new(11);

    for (tag, index, row, len) in [
        (b'A', 0, 0, 64),
        (b'B', 1, 2, 65),
        (0, u32::MAX, u32::MAX, 7),
    ] {
        let seed = random.bytes(32).into();
        let compute = Compute::SeededRow {
            seed,
            tag,
            index,
            row,
            len,
        };
        add(format!("{len} elements of row {row}"), compute);
    }
    for (m, n, k) in [(1, 1, 1), (2, 3, 4), (3, 2, 65)] {
        let mut operand =
            |rows: u32| -> Result<_> { Ok(random.bytes(usize::try_from(rows * k)?).into()) };
        let (a, b) = (operand(m)?, operand(n)?);
        let name = format!("{m}x{k} by {k}x{n}");
        add(name, Compute::Gemm { m, n, k, a, b });
    }
    let extremes = vec![0x80; 9].into();
    let (a, b) = (Clone::clone(&extremes), extremes);
    let (m, n, k) = (1, 1, 9);
    add("all −128".into(), Compute::Gemm { m, n, k, a, b });

    let x = vec![
        0,
        1,
        -1,
        12_345,
        -12_345,
        1 << 20,
        -(1 << 20),
        i32::MAX,
        i32::MIN,
    ];
    let bias = vec![0, 3, -3, 100, -100, 7, -7, 1, -1];
    let m = vec![1, 2, 3, 9_999, 9_999, 100, 100, 16_383, 16_383];
    for (p, s, range) in [
        (0, 0, Range::Full),
        (4, 10, Range::Symmetric),
        (6, 18, Range::Unsigned),
        (31, 31, Range::Full),
    ] {
        let compute = Compute::Requantise {
            x: x.clone(),
            bias: bias.clone(),
            m: m.clone(),
            p,
            s,
            range,
        };
        add(format!("requantise with p = {p}, s = {s}"), compute);
    }

    for (dtype, rows, cols) in [
        (DType::I8, 1, 1),
        (DType::U8, 3, 5),
        (DType::I8, 2, 1024),
        (DType::I8, 3, 1025),
        (DType::I32, 5, 300),
    ] {
        let spec = TensorSpec::new(dtype, rows, cols)?;
        let compute = Compute::TensorRoot {
            spec: spec.to_bytes().into(),
            bytes: random.bytes(usize::try_from(spec.bytes())?).into(),
        };
        add(format!("root of {spec}"), compute);
    }
    Ok(messages)
}
