//! The encoding of what values are made of: that of `compute_proofs`, and for what it
//! lacks: a truth is 0 or 1, an option a tag of that kind and its value, text and bytes
//! are a list of bytes, a coin amount is 16 bytes.

use compute_proofs::codec::{Decode, DecodeError, Encode, Reader, encode_bytes};
use cosmwasm_std::{Addr, Binary, HexBinary, Uint128};

use super::Stored;

macro_rules! as_encoded {
    ($($type:ty),*) => {$(
        impl Stored for $type {
            fn write(&self, out: &mut Vec<u8>) {
                self.encode(out);
            }

            fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
                Self::decode(from)
            }
        }
    )*};
}
as_encoded!(u8, u32, u64, u128, [u8; 64]);

impl Stored for bool {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match u8::read(from)? {
            0 => Ok(false),
            1 => Ok(true),
            tag => Err(DecodeError::UnknownTag { what: "truth", tag }),
        }
    }
}

impl Stored for Uint128 {
    fn write(&self, out: &mut Vec<u8>) {
        self.u128().write(out);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        u128::read(from).map(Self::new)
    }
}

impl Stored for Vec<u8> {
    fn write(&self, out: &mut Vec<u8>) {
        encode_bytes(self, out);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        from.bytes("bytes", u32::MAX)
    }
}

macro_rules! as_bytes {
    ($($type:ty),*) => {$(
        impl Stored for $type {
            fn write(&self, out: &mut Vec<u8>) {
                encode_bytes(self, out);
            }

            fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
                Vec::read(from).map(Self::from)
            }
        }
    )*};
}
as_bytes!(Binary, HexBinary);

impl Stored for String {
    fn write(&self, out: &mut Vec<u8>) {
        encode_bytes(self.as_bytes(), out);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let text = Self::from_utf8(Vec::read(from)?);
        text.map_err(|_| DecodeError::Invalid { what: "text" })
    }
}

impl Stored for Addr {
    fn write(&self, out: &mut Vec<u8>) {
        encode_bytes(self.as_bytes(), out);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        // It was checked when it came in.
        String::read(from).map(Self::unchecked)
    }
}

impl<T: Stored> Stored for Option<T> {
    fn write(&self, out: &mut Vec<u8>) {
        self.is_some().write(out);
        if let Some(value) = self {
            value.write(out);
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match bool::read(from)? {
            true => T::read(from).map(Some),
            false => Ok(None),
        }
    }
}

/// Stores a struct as its fields in order.
macro_rules! stored_struct {
    ($name:ident { $($field:ident),* $(,)? }) => {
        impl Stored for $name {
            fn write(&self, out: &mut Vec<u8>) {
                let Self { $($field),* } = self;
                $($field.write(out);)*
            }

            fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
                Ok(Self { $($field: Stored::read(from)?),* })
            }
        }
    };
}
pub(super) use stored_struct;

/// Stores an enum as a variant's tag and its fields in order.
macro_rules! stored_enum {
    ($name:ident { $($tag:literal => $variant:ident { $($field:ident),* }),* $(,)? }) => {
        impl Stored for $name {
            fn write(&self, out: &mut Vec<u8>) {
                match self {
                    $(Self::$variant { $($field),* } => {
                        out.push($tag);
                        $($field.write(out);)*
                    })*
                }
            }

            fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
                match u8::read(from)? {
                    $($tag => Ok(Self::$variant { $($field: Stored::read(from)?),* }),)*
                    tag => Err(DecodeError::UnknownTag { what: stringify!($name), tag }),
                }
            }
        }
    };
}
pub(super) use stored_enum;
