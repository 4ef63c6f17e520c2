use core::fmt;

/// Why a kernel refused its input. Every variant names the value and the cure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KernelError {
    /// A dimension is zero; every dimension must be at least 1.
    ZeroDimension {
        /// The dimension's name, as in the operation's docs.
        name: &'static str,
    },
    /// A tensor has more elements than can be addressed.
    TooManyElements {
        /// Rows asked for.
        rows: u32,
        /// Columns asked for.
        cols: u32,
    },
    /// The inner dimension could overflow an i32 accumulator.
    InnerTooLong {
        /// The inner dimension asked for.
        k: u32,
        /// The largest one that is defined.
        max: u32,
    },
    /// A slice does not hold what the shape says.
    LengthMismatch {
        /// Which slice.
        name: &'static str,
        /// Elements that the shape asks for.
        expected: usize,
        /// Elements that were given.
        actual: usize,
    },
    /// A shift count is larger than the operation defines.
    ShiftTooLarge {
        /// Which shift.
        name: &'static str,
        /// The count asked for.
        value: u8,
        /// The largest one that is defined.
        max: u8,
    },
}

impl fmt::Display for KernelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ZeroDimension { name } => {
                write!(
                    f,
                    "dimension {name} is 0: every dimension must be at least 1"
                )
            }
            Self::TooManyElements { rows, cols } => write!(
                f,
                "{rows} x {cols} elements cannot be addressed here: split the tensor"
            ),
            Self::InnerTooLong { k, max } => write!(
                f,
                "inner dimension {k} could overflow an i32 accumulator: at most {max}, split the product"
            ),
            Self::LengthMismatch {
                name,
                expected,
                actual,
            } => write!(
                f,
                "{name} holds {actual} elements where its shape needs {expected}"
            ),
            Self::ShiftTooLarge { name, value, max } => {
                write!(f, "shift {name} is {value}: at most {max}")
            }
        }
    }
}

impl core::error::Error for KernelError {}
