//! The encoding of an operation's kind.

use alloc::vec::Vec;

use exact_kernels::requantise::{Range, Requantise};

use super::{Epilogue, Kind};
use crate::codec::{Decode, DecodeError, Encode, Reader};

impl Encode for Kind {
    fn encode(&self, out: &mut Vec<u8>) {
        match *self {
            Self::Gemm {
                epilogue,
                transposed,
            } => {
                0u8.encode(out);
                u8::from(transposed).encode(out);
                match epilogue {
                    Epilogue::None => 0u8.encode(out),
                    Epilogue::Bias => 1u8.encode(out),
                    Epilogue::Requantise(requantise) => {
                        2u8.encode(out);
                        encode_requantise(requantise, out);
                    }
                }
            }
            Self::Bias => 1u8.encode(out),
            Self::Requantise(requantise) => {
                2u8.encode(out);
                encode_requantise(requantise, out);
            }
            Self::Transpose => 3u8.encode(out),
        }
    }
}

impl Decode for Kind {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(match u8::decode(reader)? {
            0 => Self::Gemm {
                transposed: match u8::decode(reader)? {
                    0 => false,
                    1 => true,
                    tag => return unknown("output layout", tag),
                },
                epilogue: match u8::decode(reader)? {
                    0 => Epilogue::None,
                    1 => Epilogue::Bias,
                    2 => Epilogue::Requantise(decode_requantise(reader)?),
                    tag => return unknown("epilogue", tag),
                },
            },
            1 => Self::Bias,
            2 => Self::Requantise(decode_requantise(reader)?),
            3 => Self::Transpose,
            tag => return unknown("operation", tag),
        })
    }
}

fn encode_requantise(requantise: Requantise, out: &mut Vec<u8>) {
    requantise.p().encode(out);
    requantise.s().encode(out);
    let tag: u8 = match requantise.range() {
        Range::Symmetric => 0,
        Range::Full => 1,
        Range::Unsigned => 2,
    };
    tag.encode(out);
}

fn decode_requantise(reader: &mut Reader<'_>) -> Result<Requantise, DecodeError> {
    let (p, s) = (u8::decode(reader)?, u8::decode(reader)?);
    let range = match u8::decode(reader)? {
        0 => Range::Symmetric,
        1 => Range::Full,
        2 => Range::Unsigned,
        tag => return unknown("output range", tag),
    };
    Requantise::new(p, s, range).map_err(|_| DecodeError::Invalid {
        what: "a shift above 31",
    })
}

fn unknown<T>(what: &'static str, tag: u8) -> Result<T, DecodeError> {
    Err(DecodeError::UnknownTag { what, tag })
}
