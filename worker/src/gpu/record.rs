//! Operations as launches of kernels, band by band.

use compute_proofs::{
    ProofError,
    program::{Epilogue, Kind, Operation},
};
use exact_kernels::seeded::Stream;

use super::{Chain, Failure, GpuTensor};
use crate::kernels::{
    finish::Finish,
    gemm::{self, Product, Tile},
    gemv,
    requantise::{self, Map},
    seeded::{self, Fill},
    transpose::{self, Turn},
};

/// Records the fill of a matrix that follows from a seed.
pub(super) fn fill(chain: &mut Chain<'_>, out: &GpuTensor, seed: &[u8; 32], stream: Stream) {
    for band in out.bands() {
        let fill = Fill {
            out: band.buffer,
            seed,
            stream,
            row: band.first,
            rows: band.rows,
            cols: out.layout.spec.shape.cols(),
            stride: out.layout.stride,
        };
        seeded::record(chain, fill);
    }
}

/// Records one operation.
pub(super) fn operation(
    chain: &mut Chain<'_>,
    tile: Tile,
    operation: &Operation,
    operands: &[&GpuTensor],
    out: &GpuTensor,
) -> Result<(), Failure> {
    match (operation.kind, operands) {
        (
            Kind::Gemm {
                epilogue,
                transposed,
            },
            [a, b, params @ ..],
        ) => {
            let finish = Finish::new(epilogue, transposed);
            // (A·B)ᵀ = Bᵀ·Aᵀ: the operands exchanged write the transposed result.
            let (a, b) = if transposed { (b, a) } else { (a, b) };
            product(chain, tile, (a, b, out), params.first().copied(), finish)
        }
        (Kind::Bias, [x, params]) => map(chain, x, params, Epilogue::Bias, out),
        (Kind::Requantise(requantise), [x, params]) => {
            map(chain, x, params, Epilogue::Requantise(requantise), out)
        }
        (Kind::Transpose, [x]) => {
            turn(chain, x, out);
            Ok(())
        }
        _ => Err(Failure::Invalid(ProofError::Missing {
            what: "operand of an operation",
        })),
    }
}

/// Per-channel parameters are read as one buffer.
fn channels<'t>(chain: &Chain<'_>, params: &'t GpuTensor) -> Result<&'t wgpu::Buffer, Failure> {
    let mut bands = params.bands();
    match (bands.next(), bands.next()) {
        (Some(band), None) => Ok(band.buffer),
        _ => Err(Failure::TooLarge {
            needed: params.layout.total(),
            available: chain.context().band,
        }),
    }
}

/// Records `C = A·Bᵀ`, band by band.
pub(super) fn product(
    chain: &mut Chain<'_>,
    tile: Tile,
    (a, b, c): (&GpuTensor, &GpuTensor, &GpuTensor),
    params: Option<&GpuTensor>,
    finish: Finish,
) -> Result<(), Failure> {
    let channels = params.map(|params| channels(chain, params)).transpose()?;
    let by_row = finish.by_row();
    let few = a.layout.spec.shape.rows().min(b.layout.spec.shape.rows()) <= gemv::FEW;
    let padded = c.layout.padded_cols();
    for c_band in c.bands() {
        for a_band in a.rows(c_band.first, c_band.rows) {
            for b_band in b.bands() {
                let is_last = b_band.first + b_band.rows == b.layout.spec.shape.rows();
                let end = if is_last {
                    padded
                } else {
                    b_band.first + b_band.rows
                };
                let below = (a_band.first - c_band.first) * c.layout.stride;
                let product = Product {
                    a: a_band.buffer,
                    b: b_band.buffer,
                    c: c_band.buffer,
                    channels,
                    rows: a_band.rows,
                    cols: b_band.rows,
                    padded_cols: end - b_band.first,
                    depth: a.layout.stride,
                    first: [a_band.word, 0, below + b_band.first / finish.per_word()],
                    stride: c.layout.stride,
                    channel: if by_row { a_band.first } else { b_band.first },
                    finish,
                };
                if few {
                    gemv::record(chain, product);
                } else {
                    gemm::record(chain, tile, product);
                }
            }
        }
    }
    Ok(())
}

/// Records an epilogue alone, band by band.
fn map(
    chain: &mut Chain<'_>,
    x: &GpuTensor,
    params: &GpuTensor,
    epilogue: Epilogue,
    out: &GpuTensor,
) -> Result<(), Failure> {
    let channels = channels(chain, params)?;
    let finish = Finish::new(epilogue, false);
    for out_band in out.bands() {
        for x_band in x.rows(out_band.first, out_band.rows) {
            let map = Map {
                x: x_band.buffer,
                channels,
                out: out_band.buffer,
                rows: x_band.rows,
                cols: out.layout.spec.shape.cols(),
                padded_cols: out.layout.padded_cols(),
                first: [
                    x_band.word,
                    (x_band.first - out_band.first) * out.layout.stride,
                ],
                stride: [x.layout.stride, out.layout.stride],
                finish,
            };
            requantise::record(chain, map);
        }
    }
    Ok(())
}

/// Records a transpose, band by band.
fn turn(chain: &mut Chain<'_>, x: &GpuTensor, out: &GpuTensor) {
    let padded = out.layout.padded_cols();
    for out_band in out.bands() {
        for x_band in x.bands() {
            let is_last = x_band.first + x_band.rows == x.layout.spec.shape.rows();
            let end = if is_last {
                padded
            } else {
                x_band.first + x_band.rows
            };
            let turn = Turn {
                x: x_band.buffer,
                out: out_band.buffer,
                bytes: x.layout.spec.dtype.bytes(),
                rows: out_band.rows,
                cols: x_band.rows,
                padded_cols: end - x_band.first,
                first_col: x_band.first,
                x_col: out_band.first,
                first: [0, 0],
                stride: [x.layout.stride, out.layout.stride],
            };
            transpose::record(chain, turn);
        }
    }
}
