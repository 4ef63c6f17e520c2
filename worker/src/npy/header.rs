//! The header: a Python dictionary of three known keys.

use compute_proofs::tensor::TensorSpec;
use exact_kernels::DType;

use super::NpyError;

/// Version and header as NumPy writes them: padded with spaces to a multiple of
/// 64 bytes, magic included.
pub(super) fn encode(spec: TensorSpec) -> Vec<u8> {
    let descr = match spec.dtype {
        DType::I8 => "|i1",
        DType::U8 => "|u1",
        DType::I32 => "<i4",
    };
    let (rows, cols) = (spec.shape.rows(), spec.shape.cols());
    let mut text =
        format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({rows}, {cols}), }}");
    let before = 6 + 2 + 2;
    let padded = (before + text.len() + 1).next_multiple_of(64);
    let spaces = padded - before - text.len() - 1;
    text.extend(std::iter::repeat_n(' ', spaces));
    text.push('\n');
    let mut out = vec![1, 0];
    let len = u16::try_from(text.len()).unwrap_or(u16::MAX);
    out.extend(len.to_le_bytes());
    out.extend(text.bytes());
    out
}

/// What the header says, if it is one of the tensors that operations take.
pub(super) fn parse(text: &[u8]) -> Result<TensorSpec, NpyError> {
    let text = std::str::from_utf8(text).map_err(|_| NpyError::Header {
        expected: "text",
        found: format!("{:02x?}", &text[..text.len().min(16)]),
    })?;
    let mut rest = Rest(text);
    let (mut descr, mut fortran, mut shape) = (None, None, None);
    rest.expect("{", "a dictionary")?;
    while !rest.take("}") {
        let key = rest.string()?;
        rest.expect(":", "a colon")?;
        let fresh = match key {
            "descr" => descr.replace(rest.string()?).is_none(),
            "fortran_order" => fortran.replace(rest.boolean()?).is_none(),
            "shape" => shape.replace(rest.shape()?).is_none(),
            _ => false,
        };
        if !fresh {
            return Err(NpyError::Header {
                expected: "'descr', 'fortran_order' and 'shape', once each,",
                found: key.to_owned(),
            });
        }
        if !rest.take(",") {
            rest.expect("}", "the end of the dictionary")?;
            break;
        }
    }
    if !rest.0.trim().is_empty() {
        return Err(rest.not("the end of the header"));
    }
    let (Some(descr), Some(fortran), Some(shape)) = (descr, fortran, shape) else {
        return Err(NpyError::Header {
            expected: "'descr', 'fortran_order' and 'shape'",
            found: text.trim_end().to_owned(),
        });
    };
    let dtype = match descr {
        "|i1" | "i1" | "<i1" => DType::I8,
        "|u1" | "u1" | "<u1" => DType::U8,
        "<i4" => DType::I32,
        _ => return Err(NpyError::DType(descr.to_owned())),
    };
    if fortran {
        return Err(NpyError::FortranOrder);
    }
    let spec = match shape.as_slice() {
        &[rows, cols] => match (u32::try_from(rows), u32::try_from(cols)) {
            (Ok(rows), Ok(cols)) => TensorSpec::new(dtype, rows, cols).ok(),
            _ => None,
        },
        _ => None,
    };
    spec.ok_or(NpyError::Shape(shape))
}

/// What has not been read yet.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    fn not(&self, expected: &'static str) -> NpyError {
        NpyError::Header {
            expected,
            found: self.0.chars().take(24).collect(),
        }
    }

    fn take(&mut self, token: &str) -> bool {
        let found = self.0.trim_start().strip_prefix(token);
        if let Some(rest) = found {
            self.0 = rest;
        }
        found.is_some()
    }

    fn expect(&mut self, token: &str, what: &'static str) -> Result<(), NpyError> {
        if self.take(token) {
            Ok(())
        } else {
            Err(self.not(what))
        }
    }

    fn string(&mut self) -> Result<&'a str, NpyError> {
        for quote in ["'", "\""] {
            if self.take(quote)
                && let Some((text, rest)) = self.0.split_once(quote)
            {
                self.0 = rest;
                return Ok(text);
            }
        }
        Err(self.not("a string"))
    }

    fn boolean(&mut self) -> Result<bool, NpyError> {
        if self.take("True") {
            Ok(true)
        } else if self.take("False") {
            Ok(false)
        } else {
            Err(self.not("True or False"))
        }
    }

    fn shape(&mut self) -> Result<Vec<u64>, NpyError> {
        self.expect("(", "a tuple")?;
        let mut dimensions = Vec::new();
        while !self.take(")") {
            let text = self.0.trim_start();
            let digits = text.bytes().take_while(u8::is_ascii_digit).count();
            let (number, rest) = text.split_at(digits);
            let number = number.parse().map_err(|_| self.not("a dimension"))?;
            dimensions.push(number);
            self.0 = rest;
            if !self.take(",") {
                self.expect(")", "the end of the tuple")?;
                break;
            }
        }
        Ok(dimensions)
    }
}
