//! Look-up: any function of 8 bits, as a table of 256 bytes.
//!
//! An activation such as GELU is requantised to `0..=255` over the range in which
//! it bends and looked up; the result's zero point is folded into the bias of the
//! next product. Nothing is computed, so nothing overflows.

use crate::{
    KernelError, Shape,
    cost::{self, Moved},
};

#[cfg(test)]
mod tests;

/// Entries of a table.
pub const ENTRIES: u32 = 256;

/// A table of 256 bytes.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a>(&'a [u8; 256]);

impl<'a> Table<'a> {
    /// A table of these bytes.
    ///
    /// # Errors
    /// [`KernelError::LengthMismatch`] unless there are 256.
    pub fn new(bytes: &'a [u8]) -> Result<Self, KernelError> {
        let table = bytes.try_into().map_err(|_| KernelError::LengthMismatch {
            name: "table",
            expected: 256,
            actual: bytes.len(),
        })?;
        Ok(Self(table))
    }

    /// The entry of `x`, two's complement.
    #[must_use]
    pub fn element(self, x: u8) -> i8 {
        let entry = self.0.get(usize::from(x)).copied();
        i8::from_le_bytes([entry.unwrap_or(0)])
    }

    /// The whole tensor, in place.
    pub fn run(self, x: &mut [u8]) {
        for x in x {
            let [byte] = self.element(*x).to_le_bytes();
            *x = byte;
        }
    }
}

/// Cost in ops: one an element, over the tensors moved.
#[must_use]
pub fn cost(shape: Shape, tensors: impl IntoIterator<Item = Moved>) -> u128 {
    cost::cost(u128::from(shape.elements()), tensors)
}
