//! Programs: a list of operations with edges, known to the chain by one hash.
//!
//! An operation names its kind with attributes and its inputs; each input states
//! the type and shape that it reads and where from: an output of an earlier
//! operation, weights by their root, a tensor of the task's input, or rows that
//! follow from a seed in it. So one opened operation says all that is needed to
//! recompute an element of it. The chain keeps the [`Header`]: slots, operation
//! count, total cost and the root of a sum tree of operations by cost, in which
//! operations are drawn. A matrix job is the program of one operation.

mod check;
mod header;
mod kind;
mod operation;
mod run;

pub use check::{Checker, Outputs};
pub use header::{Header, OperationProof, Program};
pub use kind::{Epilogue, Kind};
pub use operation::{Input, Operation, Part, Read, Source};
pub use run::{Run, TaskInput, WeightStore, run};

/// The version of the encoding and of all costs.
pub const VERSION: u8 = 1;

/// The most operations of a program.
pub const MAX_OPERATIONS: u32 = 1 << 16;

/// The most inputs of an operation.
pub const MAX_INPUTS: u32 = 8;

/// The most outputs of an operation.
pub const MAX_OUTPUTS: u32 = 4;

/// The most slots of a task's input.
pub const MAX_SLOTS: u8 = 8;

/// The most committed bytes that one element may read: what an opening of it
/// carries must fit a transaction. Rows derived from a seed do not count.
pub const MAX_FAN_IN_BYTES: u64 = 32 * 1024;
