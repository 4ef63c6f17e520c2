//! The one binary encoding of everything that is hashed, signed or sent as a
//! proof.
//!
//! Integers are fixed-width little-endian; a list is its count (u32) and its
//! items; an enum is a tag byte and its fields; nothing is optional, padded or
//! self-describing. So a value has exactly one encoding, and the decoder refuses
//! all else: bytes left over, bytes missing, unknown tags, counts above their
//! bound. Bounds are checked before anything is allocated.

use alloc::vec::Vec;
use core::fmt;

use crate::hash::Hash;

/// Why bytes are not a canonical encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// The bytes end within a value.
    Truncated {
        /// Bytes that the value still needs.
        needed: usize,
        /// Bytes that are left.
        left: usize,
    },
    /// Bytes are left over behind the value.
    Trailing {
        /// How many.
        extra: usize,
    },
    /// A list is longer than any valid one.
    TooLong {
        /// List of what.
        what: &'static str,
        /// Its count.
        count: u32,
        /// The largest valid count.
        max: u32,
    },
    /// A tag byte stands for nothing.
    UnknownTag {
        /// Tag of what.
        what: &'static str,
        /// The byte.
        tag: u8,
    },
    /// A field holds what its type does not allow.
    Invalid {
        /// Which field.
        what: &'static str,
    },
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated { needed, left } => {
                write!(
                    f,
                    "the encoding ends early: {needed} bytes needed, {left} left"
                )
            }
            Self::Trailing { extra } => write!(f, "{extra} bytes follow the end of the encoding"),
            Self::TooLong { what, count, max } => {
                write!(f, "{count} {what} in one list: at most {max}")
            }
            Self::UnknownTag { what, tag } => write!(f, "{tag} is no known {what}"),
            Self::Invalid { what } => write!(f, "{what} is not a valid value"),
        }
    }
}

impl core::error::Error for DecodeError {}

/// A value with a canonical encoding.
pub trait Encode {
    /// Appends the encoding to `out`.
    fn encode(&self, out: &mut Vec<u8>);

    /// The encoding on its own.
    fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.encode(&mut out);
        out
    }
}

/// A value that can be read back from its canonical encoding.
pub trait Decode: Sized {
    /// Reads one value.
    ///
    /// # Errors
    /// [`DecodeError`] unless the next bytes are the value's one encoding.
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError>;

    /// Reads a value that takes up all of `bytes`.
    ///
    /// # Errors
    /// [`DecodeError`], [`DecodeError::Trailing`] included.
    fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader { rest: bytes };
        let value = Self::decode(&mut reader)?;
        match reader.rest.len() {
            0 => Ok(value),
            extra => Err(DecodeError::Trailing { extra }),
        }
    }
}

/// Bytes that are being decoded.
#[derive(Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// The next `count` bytes.
    ///
    /// # Errors
    /// [`DecodeError::Truncated`].
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        let left = self.rest.len();
        let (taken, rest) = self
            .rest
            .split_at_checked(count)
            .ok_or(DecodeError::Truncated {
                needed: count,
                left,
            })?;
        self.rest = rest;
        Ok(taken)
    }

    /// The next `N` bytes.
    ///
    /// # Errors
    /// [`DecodeError::Truncated`].
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    /// A list's count, at most `max`. Every item takes at least one byte, so a
    /// count beyond what is left is refused before anything is allocated for it.
    fn count(&mut self, what: &'static str, max: u32) -> Result<usize, DecodeError> {
        let count = u32::decode(self)?;
        if count > max {
            return Err(DecodeError::TooLong { what, count, max });
        }
        let needed = usize::try_from(count).unwrap_or(usize::MAX);
        match self.rest.len() {
            left if left < needed => Err(DecodeError::Truncated { needed, left }),
            _ => Ok(needed),
        }
    }

    /// A list of at most `max` items, each at least one byte long.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub fn list<T: Decode>(&mut self, what: &'static str, max: u32) -> Result<Vec<T>, DecodeError> {
        let count = self.count(what, max)?;
        (0..count).map(|_| T::decode(self)).collect()
    }

    /// A list of at most `max` bytes.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub fn bytes(&mut self, what: &'static str, max: u32) -> Result<Vec<u8>, DecodeError> {
        let count = self.count(what, max)?;
        Ok(self.take(count)?.to_vec())
    }
}

/// Appends a list: its count and its items. Counts above `u32::MAX` cannot be
/// encoded; no bound of this crate comes near it.
pub fn encode_list<T: Encode>(items: &[T], out: &mut Vec<u8>) {
    encode_count(items.len(), out);
    for item in items {
        item.encode(out);
    }
}

/// Appends a list of bytes.
pub fn encode_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    encode_count(bytes.len(), out);
    out.extend_from_slice(bytes);
}

fn encode_count(count: usize, out: &mut Vec<u8>) {
    u32::try_from(count).unwrap_or(u32::MAX).encode(out);
}

macro_rules! integers {
    ($($int:ty),*) => {$(
        impl Encode for $int {
            fn encode(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }
        }
        impl Decode for $int {
            fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
                Ok(Self::from_le_bytes(reader.array()?))
            }
        }
    )*};
}
integers!(u8, u32, u64, u128);

impl<const N: usize> Encode for [u8; N] {
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }
}

impl<const N: usize> Decode for [u8; N] {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array()
    }
}

impl Encode for Hash {
    fn encode(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
    }
}

impl Decode for Hash {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self(reader.array()?))
    }
}

/// Encodes and decodes a struct as its fields in order.
macro_rules! codec_struct {
    ($name:ident { $($field:ident),* $(,)? }) => {
        impl $crate::codec::Encode for $name {
            fn encode(&self, out: &mut alloc::vec::Vec<u8>) {
                $($crate::codec::Encode::encode(&self.$field, out);)*
            }
        }
        impl $crate::codec::Decode for $name {
            fn decode(
                reader: &mut $crate::codec::Reader<'_>,
            ) -> Result<Self, $crate::codec::DecodeError> {
                Ok(Self { $($field: $crate::codec::Decode::decode(reader)?),* })
            }
        }
    };
}
pub(crate) use codec_struct;
