//! A tensor in device memory.

use compute_proofs::tensor::TensorSpec;

use super::{Context, Pooled};
use crate::cpu::{index, length};

/// Rows of a band are a multiple of this, so that a band of an operand starts at
/// a whole word of the result's rows, whatever the element.
const ALIGN: u32 = 16;

/// Rows of a band at most, so that workgroups can be numbered in one dimension.
const MAX_ROWS: u32 = 1 << 20;

/// How a tensor lies in device memory: rows padded with zeros to 16 bytes, in
/// bands of whole rows, each in a buffer of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) spec: TensorSpec,
    /// Words from one row to the next.
    pub(crate) stride: u32,
    /// Rows of a band; the last one has fewer.
    pub(crate) band_rows: u32,
}

/// A band does not hold even the fewest rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RowsTooLong {
    pub(crate) needed: u64,
    pub(crate) available: u64,
}

impl Layout {
    /// The layout in bands of at most `band` bytes, of multiples of `multiple`
    /// rows.
    pub(crate) fn new(spec: TensorSpec, band: u64, multiple: u32) -> Result<Self, RowsTooLong> {
        let row = spec.row_bytes().next_multiple_of(16);
        let multiple = multiple.saturating_mul(ALIGN);
        let too_long = RowsTooLong {
            needed: row.saturating_mul(u64::from(multiple)),
            available: band,
        };
        let rows = u32::try_from(band / row).unwrap_or(MAX_ROWS).min(MAX_ROWS);
        let band_rows = match rows {
            // All rows fit, however few.
            rows if rows >= spec.shape.rows() => spec.shape.rows(),
            rows => rows / multiple * multiple,
        };
        let stride = u32::try_from(row / 4);
        match stride {
            Ok(stride) if band_rows > 0 => Ok(Self {
                spec,
                stride,
                band_rows,
            }),
            _ => Err(too_long),
        }
    }

    /// Elements of a row, padding included.
    pub(crate) fn padded_cols(&self) -> u32 {
        self.stride * 4 / self.spec.dtype.bytes()
    }

    /// Bytes of `rows` rows.
    pub(crate) fn bytes(&self, rows: u32) -> u64 {
        u64::from(self.stride) * 4 * u64::from(rows)
    }

    /// Bytes of the whole tensor.
    pub(crate) fn total(&self) -> u64 {
        self.bytes(1)
            .saturating_mul(u64::from(self.spec.shape.rows()))
    }

    /// First row and number of rows of every band.
    pub(crate) fn bands(&self) -> impl Iterator<Item = (u32, u32)> + use<> {
        let (rows, step) = (self.spec.shape.rows(), self.band_rows);
        let firsts = (0..rows).step_by(index(step));
        firsts.map(move |first| (first, step.min(rows - first)))
    }
}

/// A tensor in device memory.
pub(crate) struct GpuTensor {
    pub(crate) layout: Layout,
    buffers: Vec<Pooled>,
}

/// Some rows of a tensor, within one band.
#[derive(Clone, Copy)]
pub(crate) struct Band<'t> {
    pub(crate) buffer: &'t Pooled,
    /// Number of the first row within the tensor.
    pub(crate) first: u32,
    pub(crate) rows: u32,
    /// Word where it stands within the buffer.
    pub(crate) word: u32,
}

impl GpuTensor {
    /// Memory for a tensor; it holds nothing in particular.
    pub(crate) fn new(context: &Context, layout: Layout) -> Self {
        let buffers = layout.bands();
        let buffers = buffers.map(|(_, rows)| context.buffer(layout.bytes(rows)));
        Self {
            layout,
            buffers: buffers.collect(),
        }
    }

    /// A tensor with these elements, rows padded on the way.
    pub(crate) fn upload(context: &Context, layout: Layout, bytes: &[u8]) -> Self {
        let tensor = Self::new(context, layout);
        let row = length(layout.spec.row_bytes());
        let padded = length(layout.bytes(1));
        for ((first, rows), buffer) in layout.bands().zip(&tensor.buffers) {
            let (start, len) = (index(first) * row, index(rows) * row);
            let band = &bytes[start..start + len];
            if row == padded {
                context.queue.write_buffer(buffer, 0, band);
                continue;
            }
            let mut wide = vec![0; index(rows) * padded];
            for (wide, row) in wide.chunks_exact_mut(padded).zip(band.chunks_exact(row)) {
                wide[..row.len()].copy_from_slice(row);
            }
            context.queue.write_buffer(buffer, 0, &wide);
        }
        tensor
    }

    /// Every band, whole.
    pub(crate) fn bands(&self) -> impl Iterator<Item = Band<'_>> {
        let bands = self.layout.bands().zip(&self.buffers);
        bands.map(|((first, rows), buffer)| Band {
            buffer,
            first,
            rows,
            word: 0,
        })
    }

    /// The parts of bands that hold some rows.
    pub(crate) fn rows(&self, first: u32, rows: u32) -> impl Iterator<Item = Band<'_>> {
        let end = first + rows;
        let stride = self.layout.stride;
        self.bands().filter_map(move |band| {
            let (start, stop) = (first.max(band.first), end.min(band.first + band.rows));
            (start < stop).then(|| Band {
                buffer: band.buffer,
                first: start,
                rows: stop - start,
                word: (start - band.first) * stride,
            })
        })
    }

    /// What to read back for all elements: buffers and bytes.
    pub(crate) fn to_read(&self) -> impl Iterator<Item = (&wgpu::Buffer, u64)> {
        let layout = self.layout;
        self.bands()
            .map(move |band| (&**band.buffer, layout.bytes(band.rows)))
    }

    /// The elements without padding, from what was read back.
    pub(crate) fn collect(layout: &Layout, bands: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
        let row = length(layout.spec.row_bytes());
        let padded = length(layout.bytes(1));
        let mut out = Vec::new();
        for band in bands {
            if row == padded && out.is_empty() {
                out = band;
                out.reserve_exact(length(layout.spec.bytes()).saturating_sub(out.len()));
                continue;
            }
            for wide in band.chunks_exact(padded) {
                out.extend_from_slice(&wide[..row]);
            }
        }
        out
    }
}
