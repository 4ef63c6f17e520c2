//! Conversions that lose nothing wherever this crate compiles.

/// A length as the number that errors and trees count in.
pub(crate) const fn count(len: usize) -> u64 {
    const { assert!(usize::BITS <= u64::BITS) };
    len as u64
}

/// A number of rows, columns or operations as an index.
pub(crate) const fn index(at: u32) -> usize {
    const { assert!(usize::BITS >= u32::BITS) };
    at as usize
}
