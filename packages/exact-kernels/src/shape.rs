use crate::KernelError;

/// The type of a tensor's elements; multi-byte elements are little-endian.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DType {
    /// Signed 8-bit, two's complement.
    I8,
    /// Unsigned 8-bit.
    U8,
    /// Signed 32-bit, little-endian, two's complement.
    I32,
}

impl DType {
    /// Bytes of one element.
    #[must_use]
    pub const fn bytes(self) -> u32 {
        match self {
            Self::I8 | Self::U8 => 1,
            Self::I32 => 4,
        }
    }
}

/// Rows and columns of a row-major matrix, neither zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shape {
    rows: u32,
    cols: u32,
}

impl Shape {
    /// A shape of `rows` by `cols`.
    ///
    /// # Errors
    /// [`KernelError::ZeroDimension`].
    pub const fn new(rows: u32, cols: u32) -> Result<Self, KernelError> {
        if rows == 0 {
            return Err(KernelError::ZeroDimension { name: "rows" });
        }
        if cols == 0 {
            return Err(KernelError::ZeroDimension { name: "cols" });
        }
        Ok(Self { rows, cols })
    }

    /// Number of rows, at least 1.
    #[must_use]
    pub const fn rows(self) -> u32 {
        self.rows
    }

    /// Number of columns, at least 1.
    #[must_use]
    pub const fn cols(self) -> u32 {
        self.cols
    }

    /// The shape with rows and columns exchanged.
    #[must_use]
    pub const fn transposed(self) -> Self {
        Self {
            rows: self.cols,
            cols: self.rows,
        }
    }

    /// Number of elements, `rows * cols`; below 2^64, so this never saturates.
    #[must_use]
    pub const fn elements(self) -> u64 {
        widen(self.rows).saturating_mul(widen(self.cols))
    }

    /// The number of elements as a slice length.
    pub(crate) fn len(self) -> Result<usize, KernelError> {
        usize::try_from(self.elements()).map_err(|_| KernelError::TooManyElements {
            rows: self.rows,
            cols: self.cols,
        })
    }

    /// Checks that a slice holds exactly this shape.
    pub(crate) fn check_len(self, name: &'static str, actual: usize) -> Result<(), KernelError> {
        check_len(name, self.len()?, actual)
    }
}

/// Checks a slice's length.
pub(crate) fn check_len(
    name: &'static str,
    expected: usize,
    actual: usize,
) -> Result<(), KernelError> {
    if expected == actual {
        Ok(())
    } else {
        Err(KernelError::LengthMismatch {
            name,
            expected,
            actual,
        })
    }
}

/// `u64::from` in a const context.
const fn widen(x: u32) -> u64 {
    x as u64
}

/// A dimension as a slice length; lossless wherever this crate compiles.
pub(crate) const fn index(x: u32) -> usize {
    const { assert!(usize::BITS >= u32::BITS) };
    x as usize
}
