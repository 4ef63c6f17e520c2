use core::fmt;

use exact_kernels::KernelError;

use crate::{codec::DecodeError, hash::Hash, num::count, tensor::TensorSpec};

/// Why a commitment, a proof or a signature was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProofError {
    /// The bytes are not the canonical encoding of anything.
    Decode(DecodeError),
    /// A kernel refused the operands.
    Kernel(KernelError),
    /// A tree cannot have no leaves.
    EmptyTree {
        /// Which tree.
        tree: &'static str,
    },
    /// Leaves asked for lie outside the tree.
    OutOfTree {
        /// Which tree.
        tree: &'static str,
        /// The first leaf asked for.
        first: u64,
        /// How many leaves.
        count: u64,
        /// Leaves in the tree.
        leaves: u64,
    },
    /// A proof has too few or too many parts for its place in the tree.
    WrongCount {
        /// Parts of what.
        what: &'static str,
        /// How many its place needs.
        expected: u64,
        /// How many there are.
        actual: u64,
    },
    /// Opened bytes are not as long as the rows they stand for.
    WrongLength {
        /// Bytes of what.
        what: &'static str,
        /// How many there must be.
        expected: u64,
        /// How many there are.
        actual: u64,
    },
    /// A proof leads to another root than the committed one.
    RootMismatch {
        /// Root of what.
        what: &'static str,
        /// The committed root.
        expected: Hash,
        /// Where the proof leads.
        actual: Hash,
    },
    /// Sums in a sum tree exceed 128 bits.
    SumOverflow,
    /// A value differs from what another part of the proof fixes.
    Mismatch {
        /// Which value.
        what: &'static str,
        /// What it must be.
        expected: u128,
        /// What it is.
        actual: u128,
    },
    /// A recomputed element differs from the committed one.
    WrongElement {
        /// Operation within the program, or unit within a census.
        operation: u32,
        /// Row of the element or of the tile's first element.
        row: u32,
        /// Column of the element or of the tile's first element.
        col: u32,
        /// What was committed.
        committed: i32,
        /// What recomputation gives.
        recomputed: i32,
    },
    /// A signature does not verify.
    BadSignature {
        /// Signature of what.
        what: &'static str,
    },
    /// A host function gave no answer.
    HostFailed {
        /// Which one.
        what: &'static str,
    },
    /// A fraud proof shows nothing wrong.
    NoFraud,
    /// A tensor has another type or shape than it must have.
    WrongSpec {
        /// What it must be.
        expected: TensorSpec,
        /// What it is.
        actual: TensorSpec,
    },
    /// One thing is used in two ways that exclude each other.
    Conflict {
        /// What is.
        what: &'static str,
        /// Which one.
        value: u128,
    },
    /// Something that is named is not there.
    Missing {
        /// What is.
        what: &'static str,
    },
    /// A parameter is outside what is defined.
    OutOfRange {
        /// Which parameter.
        what: &'static str,
        /// Its value.
        value: u128,
        /// The smallest that is defined.
        min: u128,
        /// The largest that is defined.
        max: u128,
    },
}

impl fmt::Display for ProofError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decode(error) => error.fmt(f),
            Self::Kernel(error) => error.fmt(f),
            Self::EmptyTree { tree } => write!(f, "{tree}: a tree needs at least one leaf"),
            Self::OutOfTree {
                tree,
                first,
                count,
                leaves,
            } => write!(
                f,
                "{tree}: {count} leaves from {first} on are not within its {leaves} leaves"
            ),
            Self::WrongCount {
                what,
                expected,
                actual,
            } => write!(f, "{what}: {actual} given where exactly {expected} belong"),
            Self::WrongLength {
                what,
                expected,
                actual,
            } => write!(f, "{what}: {actual} bytes where exactly {expected} belong"),
            Self::RootMismatch {
                what,
                expected,
                actual,
            } => write!(
                f,
                "{what}: the proof leads to root {actual}, committed is {expected}"
            ),
            Self::SumOverflow => f.write_str("sums of a sum tree exceed 128 bits"),
            Self::Mismatch {
                what,
                expected,
                actual,
            } => write!(f, "{what} is {actual} where {expected} belongs"),
            Self::WrongElement {
                operation,
                row,
                col,
                committed,
                recomputed,
            } => write!(
                f,
                "operation {operation}, element ({row}, {col}): committed {committed}, recomputed {recomputed}"
            ),
            Self::BadSignature { what } => write!(f, "the signature of the {what} does not verify"),
            Self::HostFailed { what } => write!(f, "the host's {what} gave no answer"),
            Self::NoFraud => f.write_str("what the proof shows is consistent: no fraud"),
            Self::WrongSpec { expected, actual } => {
                write!(f, "a tensor is {actual} where {expected} belongs")
            }
            Self::Conflict { what, value } => write!(f, "{value}: {what}"),
            Self::Missing { what } => write!(f, "{what} that is named is not there"),
            Self::OutOfRange {
                what,
                value,
                min,
                max,
            } => write!(f, "{what} is {value}: must be {min} to {max}"),
        }
    }
}

impl core::error::Error for ProofError {}

impl From<DecodeError> for ProofError {
    fn from(error: DecodeError) -> Self {
        Self::Decode(error)
    }
}

impl From<KernelError> for ProofError {
    fn from(error: KernelError) -> Self {
        Self::Kernel(error)
    }
}

/// `Ok` if the two roots agree.
pub(crate) fn same_root(
    what: &'static str,
    expected: Hash,
    actual: Hash,
) -> Result<(), ProofError> {
    if expected == actual {
        Ok(())
    } else {
        Err(ProofError::RootMismatch {
            what,
            expected,
            actual,
        })
    }
}

/// `Ok` if there are exactly as many as belong there.
pub(crate) fn same_count(
    what: &'static str,
    expected: u64,
    actual: usize,
) -> Result<(), ProofError> {
    let actual = count(actual);
    if expected == actual {
        Ok(())
    } else {
        Err(ProofError::WrongCount {
            what,
            expected,
            actual,
        })
    }
}

/// `Ok` if a slice is exactly as long as it must be.
pub(crate) fn same_len(what: &'static str, expected: u64, actual: usize) -> Result<(), ProofError> {
    let actual = count(actual);
    if expected == actual {
        Ok(())
    } else {
        Err(ProofError::WrongLength {
            what,
            expected,
            actual,
        })
    }
}

/// `Ok` if the two numbers agree.
pub(crate) fn same(
    what: &'static str,
    expected: impl Into<u128>,
    actual: impl Into<u128>,
) -> Result<(), ProofError> {
    let (expected, actual) = (expected.into(), actual.into());
    if expected == actual {
        Ok(())
    } else {
        Err(ProofError::Mismatch {
            what,
            expected,
            actual,
        })
    }
}

/// `Ok` if `min <= value <= max`.
pub(crate) fn in_range(
    what: &'static str,
    value: impl Into<u128>,
    min: impl Into<u128>,
    max: impl Into<u128>,
) -> Result<(), ProofError> {
    let (value, min, max) = (value.into(), min.into(), max.into());
    if (min..=max).contains(&value) {
        Ok(())
    } else {
        Err(ProofError::OutOfRange {
            what,
            value,
            min,
            max,
        })
    }
}
