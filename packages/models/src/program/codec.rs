//! The encoding of operations. Tags 0 to 3 are the matrix kinds', as they encode
//! themselves.

use compute_proofs::{
    codec::{Decode, DecodeError, Encode, Reader, encode_list},
    program::{self as matrix, Epilogue, MAX_OPERATIONS},
};
use exact_kernels::{
    norm::Norm,
    requantise::{Range, Requantise},
    residual::Residual,
};

use super::{Attention, Kind, MAX_INPUTS, Operation, Program, VERSION};

const EMBED: u8 = 4;
const NORM: u8 = 5;
const FINAL_NORM: u8 = 6;
const ATTENTION: u8 = 7;
const ACTIVATION: u8 = 8;
const RESIDUAL: u8 = 9;
const POOL: u8 = 10;

impl Encode for Kind {
    fn encode(&self, out: &mut Vec<u8>) {
        match *self {
            Self::Matrix(kind) => kind.encode(out),
            Self::Embed { longest } => {
                EMBED.encode(out);
                longest.encode(out);
            }
            Self::Norm { norm, requantise } => {
                NORM.encode(out);
                norm.shift().encode(out);
                encode_requantise(requantise, out);
            }
            Self::FinalNorm(norm) => {
                FINAL_NORM.encode(out);
                norm.shift().encode(out);
            }
            Self::Attention(Attention {
                heads,
                longest,
                shift,
            }) => {
                ATTENTION.encode(out);
                heads.encode(out);
                longest.encode(out);
                shift.encode(out);
            }
            Self::Activation(requantise) => {
                ACTIVATION.encode(out);
                encode_requantise(requantise, out);
            }
            Self::Residual {
                residual,
                norm,
                longest,
            } => {
                RESIDUAL.encode(out);
                residual.p().encode(out);
                residual.s().encode(out);
                norm.shift().encode(out);
                longest.encode(out);
            }
            Self::Pool { longest } => {
                POOL.encode(out);
                longest.encode(out);
            }
        }
    }
}

impl Decode for Kind {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(match u8::decode(reader)? {
            0 => Self::Matrix(decode_gemm(reader)?),
            1 => Self::Matrix(matrix::Kind::Bias),
            2 => Self::Matrix(matrix::Kind::Requantise(decode_requantise(reader)?)),
            3 => Self::Matrix(matrix::Kind::Transpose),
            EMBED => Self::Embed {
                longest: u32::decode(reader)?,
            },
            NORM => Self::Norm {
                norm: decode_norm(reader)?,
                requantise: decode_requantise(reader)?,
            },
            FINAL_NORM => Self::FinalNorm(decode_norm(reader)?),
            ATTENTION => Self::Attention(Attention {
                heads: u32::decode(reader)?,
                longest: u32::decode(reader)?,
                shift: decode_shift(reader)?,
            }),
            ACTIVATION => Self::Activation(decode_requantise(reader)?),
            RESIDUAL => Self::Residual {
                residual: decode_residual(reader)?,
                norm: decode_norm(reader)?,
                longest: u32::decode(reader)?,
            },
            POOL => Self::Pool {
                longest: u32::decode(reader)?,
            },
            tag => return unknown("operation", tag),
        })
    }
}

/// A product's fields behind its tag, as `compute_proofs` encodes them.
fn decode_gemm(reader: &mut Reader<'_>) -> Result<matrix::Kind, DecodeError> {
    Ok(matrix::Kind::Gemm {
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
    })
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
    Requantise::new(p, s, range).map_err(|_| shift())
}

fn decode_residual(reader: &mut Reader<'_>) -> Result<Residual, DecodeError> {
    let (p, s) = (u8::decode(reader)?, u8::decode(reader)?);
    Residual::new(p, s).map_err(|_| shift())
}

fn decode_norm(reader: &mut Reader<'_>) -> Result<Norm, DecodeError> {
    Norm::new(u8::decode(reader)?).map_err(|_| shift())
}

fn decode_shift(reader: &mut Reader<'_>) -> Result<u8, DecodeError> {
    match u8::decode(reader)? {
        value @ 0..=31 => Ok(value),
        _ => Err(shift()),
    }
}

fn shift() -> DecodeError {
    DecodeError::Invalid {
        what: "a shift above 31",
    }
}

fn unknown<T>(what: &'static str, tag: u8) -> Result<T, DecodeError> {
    Err(DecodeError::UnknownTag { what, tag })
}

impl Encode for Operation {
    fn encode(&self, out: &mut Vec<u8>) {
        self.kind.encode(out);
        encode_list(&self.inputs, out);
    }
}

impl Decode for Operation {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            kind: Kind::decode(reader)?,
            inputs: reader.list("inputs", MAX_INPUTS)?,
        })
    }
}

impl Decode for Program {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match u8::decode(reader)? {
            VERSION => Ok(Self {
                slots: u8::decode(reader)?,
                operations: reader.list("operations", MAX_OPERATIONS)?,
            }),
            tag => unknown("program version", tag),
        }
    }
}
