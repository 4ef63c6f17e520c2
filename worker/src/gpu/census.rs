//! Census units on a GPU: the chain of one is recorded once and replayed with
//! the next one's number.

use std::ops::Range;

use compute_proofs::{Hash, census::Work, program::Epilogue, tensor::TensorSpec};
use exact_kernels::{DType, seeded::Stream};

use super::{Chain, Context, Failure, GpuTensor, Layout, StepId, commit::Tops, record};
use crate::kernels::{
    finish::Finish,
    gemm::Tile,
    seeded::{self, Fill},
};

/// The chain of one unit.
struct Unit<'c, 's> {
    chain: Chain<'c>,
    a: GpuTensor,
    b: GpuTensor,
    c: GpuTensor,
    seed: &'s [u8; 32],
    /// The steps that make the operands' bands, A's first.
    fills: Vec<StepId>,
}

impl<'c, 's> Unit<'c, 's> {
    fn record(
        context: &'c Context,
        tile: Tile,
        work: Work,
        seed: &'s [u8; 32],
    ) -> Result<Self, Failure> {
        let n = work.n();
        let tensor = |dtype, multiple| -> Result<GpuTensor, Failure> {
            let spec = TensorSpec::new(dtype, n, n)?;
            let layout = Layout::new(spec, context.band, multiple)?;
            Ok(GpuTensor::new(context, layout))
        };
        if let Some(available) = context.device.limits.memory {
            let n = u64::from(n);
            let needed = 6 * n * n;
            if needed > available {
                return Err(Failure::TooLarge { needed, available });
            }
        }
        let mut unit = Self {
            chain: Chain::new(context),
            a: tensor(DType::I8, 1)?,
            b: tensor(DType::I8, 1)?,
            c: tensor(DType::I32, work.tile())?,
            seed,
            fills: Vec::new(),
        };
        for fill in fills(&unit.a, &unit.b, seed, 0) {
            unit.fills.push(seeded::record(&mut unit.chain, fill));
        }
        let finish = Finish::new(Epilogue::None, false);
        let tensors = (&unit.a, &unit.b, &unit.c);
        record::product(&mut unit.chain, tile, tensors, None, finish)?;
        Ok(unit)
    }

    /// Makes the chain one of unit `number`.
    fn number(&mut self, number: u32) {
        let fills = fills(&self.a, &self.b, self.seed, number);
        for (step, fill) in self.fills.iter().zip(fills) {
            self.chain.set(*step, &fill.params());
        }
    }
}

fn fills<'t>(
    a: &'t GpuTensor,
    b: &'t GpuTensor,
    seed: &'t [u8; 32],
    unit: u32,
) -> impl Iterator<Item = Fill<'t>> {
    let of = move |tensor: &'t GpuTensor, tag| {
        tensor.bands().map(move |band| Fill {
            out: band.buffer,
            seed,
            stream: Stream { tag, index: unit },
            row: band.first,
            rows: band.rows,
            cols: tensor.layout.spec.shape.cols(),
            stride: tensor.layout.stride,
        })
    };
    of(a, b'A').chain(of(b, b'B'))
}

/// The roots of some units, read back together.
pub(super) fn roots(
    context: &Context,
    tile: Tile,
    work: Work,
    challenge: &[u8; 32],
    units: Range<u32>,
) -> Result<Vec<Hash>, Failure> {
    let count = units.end.saturating_sub(units.start);
    if count == 0 {
        return Ok(Vec::new());
    }
    let mut unit = Unit::record(context, tile, work, challenge)?;
    let mut tops = Tops::of_tiles(&mut unit.chain, &unit.c, work.tile(), count);
    for (at, number) in (0..).zip(units.clone()) {
        unit.number(number);
        tops.place(&mut unit.chain, at);
        if at + 1 < count {
            unit.chain.submit(&[]);
        }
    }
    // The wait is for all units.
    unit.chain
        .count(work.ops().saturating_mul(u128::from(count)));
    let read = unit.chain.read(&[tops.to_read(count)])?;
    let tops = tops.fold(read.first().map_or(&[], Vec::as_slice));
    let roots = units.zip(tops);
    Ok(roots
        .map(|(unit, top)| Work::unit_root(unit, &top))
        .collect())
}

/// The whole product of one unit.
pub(super) fn product(
    context: &Context,
    tile: Tile,
    work: Work,
    challenge: &[u8; 32],
    unit: u32,
) -> Result<Vec<i32>, Failure> {
    let mut chain = Unit::record(context, tile, work, challenge)?;
    chain.number(unit);
    let wanted: Vec<_> = chain.c.to_read().collect();
    let read = chain.chain.read(&wanted)?;
    let bytes = GpuTensor::collect(&chain.c.layout, read.into_iter());
    let words = bytes.as_chunks::<4>().0.iter();
    Ok(words.map(|word| i32::from_le_bytes(*word)).collect())
}
