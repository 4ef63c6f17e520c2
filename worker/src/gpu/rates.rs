//! What the device itself can do: nothing here is sent to it or read back but roots.

use std::time::{Duration, Instant};

use compute_proofs::{ProofError, program::Epilogue, tensor::TensorSpec};
use exact_kernels::{
    DType,
    requantise::{Range, Requantise},
    seeded::Stream,
};

use super::{Chain, Context, Failure, GpuTensor, Layout, commit::Tops, record};
use crate::kernels::{dots, finish::Finish, gemm::Tile};

/// How long one measurement goes on, and how long one launch is to take at least.
const LONG_ENOUGH: Duration = Duration::from_millis(500);
const A_LAUNCH: Duration = Duration::from_millis(20);

/// Workgroups of a launch: many times what any device runs at once.
const GROUPS: u64 = 8_192;

/// An N×N×N int8 product of operands that are on the device.
#[derive(Clone, Copy, Debug)]
pub struct Resident {
    /// Rows and columns of both operands.
    pub n: u32,
    /// Whether the result is requantised to int8; int32 otherwise.
    pub requantised: bool,
    /// Whether the result and both operands are committed to.
    pub committed: bool,
}

/// Seconds of the best run of several.
pub(super) fn seconds(context: &Context, tile: Tile, product: Resident) -> Result<f64, Failure> {
    let Resident {
        n,
        requantised,
        committed,
    } = product;
    let tensor = |dtype, rows, cols| -> Result<GpuTensor, Failure> {
        let spec = TensorSpec::new(dtype, rows, cols)?;
        Ok(GpuTensor::new(context, Layout::new(spec, context.band, 1)?))
    };
    let operands = [tensor(DType::I8, n, n)?, tensor(DType::I8, n, n)?];
    let mut fills = Chain::new(context);
    for (operand, tag) in operands.iter().zip([b'A', b'B']) {
        let stream = Stream { tag, index: 0 };
        record::fill(&mut fills, operand, &[7; 32], stream);
    }
    let mut chain = Chain::new(context);
    let [a, b] = &operands;
    let (c, channels) = if requantised {
        let channels = tensor(DType::I32, n, 2)?;
        let c = tensor(DType::I8, n, n)?;
        let requantise = Requantise::new(6, 14, Range::Symmetric).map_err(ProofError::from)?;
        let epilogue = Epilogue::Requantise(requantise);
        let finish = Finish::new(epilogue, false);
        record::product(&mut chain, tile, (a, b, &c), Some(&channels), finish)?;
        (c, Some(channels))
    } else {
        let c = tensor(DType::I32, n, n)?;
        let finish = Finish::new(Epilogue::None, false);
        record::product(&mut chain, tile, (a, b, &c), None, finish)?;
        (c, None)
    };
    let mut tops = Vec::new();
    if committed {
        for tensor in [a, b, &c] {
            tops.push(Tops::of_tensor(&mut chain, tensor));
        }
    }
    let wanted: Vec<_> = tops.iter().map(|tops| tops.to_read(1)).collect();
    fills.read(&[])?;
    let best = best(|| Ok(chain.read(&wanted).map(drop)?))?;
    // Channels hold whatever was in memory: every value takes the same time.
    drop(channels);
    Ok(best.as_secs_f64())
}

/// Int8 operations a second with operands in registers.
pub(super) fn dot_limit(context: &Context) -> Result<f64, Failure> {
    let out = context.buffer(4 * GROUPS * dots::INVOCATIONS);
    let mut rounds = 1;
    loop {
        let mut chain = Chain::new(context);
        dots::record(&mut chain, &out, GROUPS, rounds);
        chain.read(&[])?;
        let start = Instant::now();
        chain.read(&[])?;
        if start.elapsed() >= A_LAUNCH {
            let best = best(|| Ok(chain.read(&[]).map(drop)?))?;
            // A figure to look at: rounding it to 53 bits is fine.
            #[allow(clippy::cast_precision_loss)]
            let ops = dots::ops(GROUPS, rounds) as f64;
            return Ok(ops / best.as_secs_f64().max(f64::MIN_POSITIVE));
        }
        rounds *= 2;
    }
}

/// The shortest run of several, after one that warms up.
fn best(mut run: impl FnMut() -> Result<(), Failure>) -> Result<Duration, Failure> {
    run()?;
    let (start, mut best) = (Instant::now(), Duration::MAX);
    while best == Duration::MAX || start.elapsed() < LONG_ENOUGH {
        let start = Instant::now();
        run()?;
        best = best.min(start.elapsed());
    }
    Ok(best)
}
