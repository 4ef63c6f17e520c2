//! NumPy's `.npy` files, as far as matrix jobs need them: two dimensions,
//! int8, uint8 or little-endian int32, C order, exactly as long as they say.
//!
//! Format: NumPy Enhancement Proposal 1 and `numpy/lib/format.py`, versions 1.0
//! to 3.0. Everything else is refused by name; nothing is converted silently.

mod header;

#[cfg(test)]
mod tests;

use std::{
    fs::File,
    io::{self, Read, Write},
    path::Path,
};

use compute_proofs::tensor::TensorSpec;

use crate::task::Tensor;

/// The longest header that is read; NumPy itself warns above 10 000 bytes.
const MAX_HEADER: usize = 64 * 1024;

const MAGIC: [u8; 6] = *b"\x93NUMPY";

/// Why a file was refused.
#[derive(Debug, thiserror::Error)]
pub enum NpyError {
    /// The file could not be read.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It is no `.npy` file.
    #[error("it starts with {0:02x?} and not with NumPy's magic: save it with numpy.save")]
    NotNpy(Vec<u8>),
    /// A version of the format that this reader does not know.
    #[error("format version {major}.{minor}: save it as 1.0, 2.0 or 3.0")]
    Version {
        /// Its first byte.
        major: u8,
        /// Its second byte.
        minor: u8,
    },
    /// The header is longer than any honest one.
    #[error("its header claims {0} bytes: at most {MAX_HEADER}")]
    HeaderTooLong(u64),
    /// The header is not the dictionary that the format prescribes.
    #[error("its header is not {expected} at {found:?}")]
    Header {
        /// What must stand there.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// Elements of a type that no operation takes.
    #[error(
        "elements are {0:?}: cast them to int8 ('|i1'), uint8 ('|u1') or \
         little-endian int32 ('<i4')"
    )]
    DType(String),
    /// Columns first.
    #[error("it is in Fortran order: save numpy.ascontiguousarray of it")]
    FortranOrder,
    /// Not a matrix that any operation takes.
    #[error("its shape is {0:?}: it must have two dimensions, each from 1 to 4294967295")]
    Shape(Vec<u64>),
    /// More or fewer bytes than the header says.
    #[error("its header promises {expected} bytes of elements and there are {actual}")]
    Length {
        /// What type and shape need.
        expected: u64,
        /// What the file has.
        actual: u64,
    },
}

/// Reads a file. Its length is compared with its header before anything is
/// allocated for the elements.
///
/// # Errors
/// [`NpyError`].
pub fn read(path: &Path) -> Result<Tensor, NpyError> {
    let mut file = File::open(path)?;
    let bytes = file.metadata()?.len();
    read_from(&mut file, bytes)
}

/// Reads from anything that has `total` bytes.
///
/// # Errors
/// [`NpyError`].
pub fn read_from(from: &mut impl Read, total: u64) -> Result<Tensor, NpyError> {
    let mut start = Vec::new();
    from.by_ref().take(8).read_to_end(&mut start)?;
    let (major, minor) = match start.strip_prefix(&MAGIC) {
        Some(&[major, minor]) => (major, minor),
        _ => return Err(NpyError::NotNpy(start)),
    };
    let width = match (major, minor) {
        (1, 0) => 2,
        (2 | 3, 0) => 4,
        _ => return Err(NpyError::Version { major, minor }),
    };
    let mut len = [0; 4];
    from.read_exact(&mut len[..width])
        .map_err(|_| truncated(total))?;
    let len = u32::from_le_bytes(len);
    let header_len = usize::try_from(len).unwrap_or(usize::MAX);
    if header_len > MAX_HEADER {
        return Err(NpyError::HeaderTooLong(u64::from(len)));
    }
    let mut text = vec![0; header_len];
    from.read_exact(&mut text).map_err(|_| truncated(total))?;
    let spec = header::parse(&text)?;
    let before = u64::try_from(8 + width + header_len).unwrap_or(u64::MAX);
    let actual = total.saturating_sub(before);
    let wrong = |actual| NpyError::Length {
        expected: spec.bytes(),
        actual,
    };
    if actual != spec.bytes() {
        return Err(wrong(actual));
    }
    let mut bytes = vec![0; usize::try_from(actual).map_err(|_| wrong(actual))?];
    from.read_exact(&mut bytes)?;
    Tensor::new(spec, bytes).map_err(|_| wrong(actual))
}

fn truncated(total: u64) -> NpyError {
    NpyError::Header {
        expected: "complete",
        found: format!("the end of the file, {total} bytes in"),
    }
}

/// Writes a tensor as NumPy would.
///
/// # Errors
/// Of the writer.
pub fn write(to: &mut impl Write, tensor: &Tensor) -> io::Result<()> {
    write_head(to, tensor.spec())?;
    to.write_all(tensor.bytes())
}

/// Writes what stands before the elements of a tensor of this type and shape: whoever has
/// those in a file needs no copy of them in memory.
///
/// # Errors
/// Of the writer.
pub fn write_head(to: &mut impl Write, spec: TensorSpec) -> io::Result<()> {
    to.write_all(&MAGIC)?;
    to.write_all(&header::encode(spec))
}
