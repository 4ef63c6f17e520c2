//! One element: what it reads, and what it must be. This is what an opening
//! carries and what the chain would recompute.

use compute_proofs::{
    ProofError,
    program::{self as matrix, Input},
    tensor::element,
};
use exact_kernels::{
    DType, bias, gather, gemm,
    lookup::Table,
    norm::{Norm, Stats},
    pool, scores,
    softmax::{self, Softmax},
    span::Span,
};

use super::{Attention, Kind, Operation};

/// An element of an operation's output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which output.
    pub output: u8,
    /// Its row.
    pub row: u32,
    /// Its column.
    pub col: u32,
}

/// The part of an input that an element depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Adjacent whole rows, by the first and their number.
    Rows(u32, u32),
    /// One element, by row and column.
    Element(u32, u32),
}

/// One read of an element's recomputation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Read {
    /// Which input of the operation, and what it is.
    pub input: Input,
    /// Which part of it.
    pub part: Part,
}

impl Read {
    /// The leaves that hold the part.
    #[must_use]
    pub fn leaves(&self) -> core::ops::Range<u64> {
        let spec = &self.input.spec;
        match self.part {
            Part::Rows(first, count) => {
                let last = first.saturating_add(count).saturating_sub(1);
                spec.row_leaves(first).start..spec.row_leaves(last).end
            }
            Part::Element(row, col) => spec.element_leaf(row, col),
        }
    }

    /// Bytes that an opening of the part carries.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.input.spec.range_bytes(self.leaves())
    }
}

/// The bytes of a read, as numbers.
struct Opened<'a>(Read, &'a [u8]);

impl Opened<'_> {
    fn at(&self, index: u32) -> Result<i32, ProofError> {
        element(self.0.input.spec.dtype, self.1, index)
    }

    /// The element that a read of one element names, within its leaf.
    fn one(&self) -> Result<i32, ProofError> {
        match self.0.part {
            Part::Element(_, col) => self.at(self.0.input.spec.index_in_leaf(col)),
            Part::Rows(..) => Err(ProofError::Missing { what: "element" }),
        }
    }

    fn all(&self) -> Result<Vec<i32>, ProofError> {
        let size = self.0.input.spec.dtype.bytes();
        let count = u32::try_from(self.1.len()).unwrap_or(u32::MAX);
        let count = count.checked_div(size).unwrap_or(0);
        (0..count).map(|at| self.at(at)).collect()
    }
}

impl Operation {
    /// The next read of an element, given the bytes of all reads before it; `None`
    /// once there are all. Reads follow the inputs' order. Only which embedding row
    /// is read depends on what was read before.
    ///
    /// # Errors
    /// [`ProofError`] for an element that there is not.
    pub fn read(&self, place: Place, opened: &[&[u8]]) -> Result<Option<Read>, ProofError> {
        let Some(&input) = self.inputs.get(opened.len()) else {
            return Ok(None);
        };
        let specs = self.outputs()?;
        let spec = specs.get(usize::from(place.output));
        let shape = spec.ok_or(ProofError::Missing { what: "output" })?.shape;
        let last = |len: u32| len.saturating_sub(1).into();
        super::in_range("row of an element", place.row.into(), 0, last(shape.rows()))?;
        super::in_range("column of an element", place.col.into(), 0, last(shape.cols()))?;
        let part = self.part(place, opened)?;
        Ok(Some(Read { input, part }))
    }

    fn part(&self, place: Place, opened: &[&[u8]]) -> Result<Part, ProofError> {
        let Place { row, col, .. } = place;
        let missing = ProofError::Missing { what: "read" };
        let parts: [Part; 7] = match self.kind {
            Kind::Matrix(kind) => {
                let inputs = self.inputs.clone();
                let reads = matrix::Operation { kind, inputs }.reads(place.output, row, col)?;
                return match reads.get(opened.len()).map(|read| read.part) {
                    Some(matrix::Part::Row(row)) => Ok(Part::Rows(row, 1)),
                    Some(matrix::Part::Element(row, col)) => Ok(Part::Element(row, col)),
                    None => Err(missing),
                };
            }
            Kind::Embed { longest } => match opened {
                [] => return Ok(Part::Rows(row, 1)),
                [tokens, ..] => {
                    let rows = |at: usize| self.inputs.get(at).map_or(1, rows_of);
                    let (span, id) = token(tokens, rows(0), longest, row)?;
                    let place = row.saturating_sub(span.start());
                    let place = place.min(rows(3).saturating_sub(1));
                    let word = gather::row(id, rows(1));
                    padded([
                        Part::Rows(row, 1),
                        Part::Element(word, col),
                        Part::Rows(col, 1),
                        Part::Element(place, col),
                    ])
                }
            },
            Kind::Norm { .. } => padded([Part::Rows(row, 1), Part::Rows(col, 1)]),
            Kind::FinalNorm(_) => padded([Part::Rows(col, 1), Part::Rows(row, 1)]),
            Kind::Attention(Attention { heads, .. }) => {
                let cols = self.inputs.first().map_or(1, |q| q.spec.shape.cols());
                let depth = cols.checked_div(heads).unwrap_or(1).max(1);
                let head = col.checked_div(depth).unwrap_or(0);
                padded([
                    Part::Rows(row, 1),
                    Part::Rows(head.saturating_mul(depth), depth),
                    Part::Rows(col, 1),
                    Part::Rows(row, 1),
                    Part::Rows(head, 1),
                ])
            }
            Kind::Activation(_) => padded([
                Part::Rows(row, 1),
                Part::Rows(col, 1),
                Part::Rows(col, 1),
                Part::Rows(0, 1),
            ]),
            Kind::Residual { .. } => [
                Part::Rows(row, 1),
                Part::Rows(col, 1),
                Part::Rows(col, 1),
                Part::Element(row, col),
                Part::Rows(row, 1),
                Part::Rows(col, 1),
                Part::Rows(row, 1),
            ],
            Kind::Pool { .. } => padded([Part::Rows(col, 1), Part::Rows(row, 1)]),
        };
        parts.get(opened.len()).copied().ok_or(missing)
    }

    /// The most bytes that an element of any output reads, tokens of value 0.
    pub(super) fn fan_in_bytes(&self) -> Result<u64, ProofError> {
        let place = Place {
            output: 0,
            row: 0,
            col: 0,
        };
        let mut parts: Vec<Vec<u8>> = Vec::new();
        let mut total = 0u64;
        loop {
            let opened: Vec<_> = parts.iter().map(Vec::as_slice).collect();
            let Some(read) = self.read(place, &opened)? else {
                return Ok(total);
            };
            total = total.saturating_add(read.bytes());
            super::in_range(
                "fan-in bytes",
                total.into(),
                0,
                matrix::MAX_FAN_IN_BYTES.into(),
            )?;
            parts.push(vec![0; usize::try_from(read.bytes()).unwrap_or(0)]);
        }
    }

    /// The element, from the bytes of all its reads.
    ///
    /// # Errors
    /// [`ProofError::WrongLength`] unless each part is exactly what its read names;
    /// [`ProofError::Kernel`].
    pub fn recompute(&self, place: Place, opened: &[&[u8]]) -> Result<i32, ProofError> {
        let mut reads = Vec::new();
        for (at, &bytes) in opened.iter().enumerate() {
            let before = opened.get(..at).unwrap_or(&[]);
            let read = self.read(place, before)?;
            let read = read.ok_or(ProofError::Missing { what: "read" })?;
            let actual = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            if actual != read.bytes() {
                return Err(ProofError::WrongLength {
                    what: "part of an input",
                    expected: read.bytes(),
                    actual,
                });
            }
            reads.push(Opened(read, bytes));
        }
        self.value(place, &reads)
    }

    fn value(&self, place: Place, reads: &[Opened<'_>]) -> Result<i32, ProofError> {
        let Place { output, row, col } = place;
        match (self.kind, reads) {
            (Kind::Matrix(kind), _) => {
                let inputs = self.inputs.clone();
                let operation = matrix::Operation { kind, inputs };
                let known = operation.reads(output, row, col)?;
                let parts = known.into_iter().zip(reads.iter().map(|read| read.1));
                operation.recompute(&parts.collect::<Vec<_>>())
            }
            (Kind::Embed { .. }, [_, word, scale, place]) => {
                let word = i8::try_from(word.one()?).unwrap_or(0);
                Ok(gather::element(word, scale.at(0)?, place.one()?))
            }
            (Kind::Norm { norm, requantise }, [h, params]) => {
                let h = h.all()?;
                let stats = Stats::of(&h)?;
                if output == 1 {
                    return Ok(match col {
                        0 => stats.mean,
                        1 => stats.factor,
                        _ => stats.shift,
                    });
                }
                let h = at(&h, col)?;
                let y = norm.element(h, stats, params.at(0)?, params.at(1)?);
                Ok(requantise.element(y, params.at(2)?))
            }
            (Kind::FinalNorm(norm), [h, params]) => {
                let h = h.all()?;
                let stats = Stats::of(&h)?;
                Ok(norm.element(at(&h, row)?, stats, params.at(0)?, params.at(1)?))
            }
            (Kind::Attention(attention), [query, keys, values, tokens, multiplier]) => {
                attend(attention, place, query, keys, values, tokens, multiplier)
            }
            (Kind::Activation(requantise), [a, b, params, table]) => {
                let sum = bias::element(gemm::element(a.1, b.1)?, params.at(0)?);
                let index = requantise.element(sum, params.at(1)?);
                let index = exact_kernels::requantise::low_byte(index);
                Ok(Table::new(table.1)?.element(index).into())
            }
            (
                Kind::Residual {
                    residual,
                    norm,
                    longest,
                },
                [a, b, params, h, stats, gains, tokens],
            ) => {
                let rows = rows_of(&tokens.0.input);
                let (span, _) = token(tokens.1, rows, longest, row)?;
                let bias = params.at(if span.start() == row { 2 } else { 0 })?;
                let x = stream(norm, h.one()?, stats, gains)?;
                let sum = gemm::element(a.1, b.1)?;
                Ok(residual.element(x, sum, bias, params.at(1)?))
            }
            (Kind::Pool { longest }, [values, sentence]) => {
                let values = values.all()?;
                let rows = u32::try_from(values.len()).unwrap_or(u32::MAX);
                let span = Span::named(rows, longest, sentence.at(0)?, sentence.at(1)?);
                Ok(pool::sum(span.of(&values))?)
            }
            _ => Err(ProofError::Missing {
                what: "read of an element",
            }),
        }
    }
}

fn at(values: &[i32], index: u32) -> Result<i32, ProofError> {
    let found = usize::try_from(index).ok().and_then(|at| values.get(at));
    found.copied().ok_or(ProofError::Missing { what: "element" })
}

fn rows_of(input: &Input) -> u32 {
    input.spec.shape.rows()
}

/// Unused places of a list of parts repeat the first; nothing reads them.
fn padded<const N: usize>(parts: [Part; N]) -> [Part; 7] {
    core::array::from_fn(|at| parts.get(at).copied().unwrap_or(Part::Rows(0, 1)))
}

/// The span and id of a token's row.
fn token(bytes: &[u8], rows: u32, longest: u32, row: u32) -> Result<(Span, i32), ProofError> {
    let of = |at| element(DType::I32, bytes, at);
    let span = Span::around(rows, longest, row, of(1)?, of(2)?);
    Ok((span, of(0)?))
}

/// An element of the residual stream, from `h` and its row's statistics.
fn stream(norm: Norm, h: i32, stats: &Opened<'_>, gains: &Opened<'_>) -> Result<i32, ProofError> {
    let stats = Stats {
        mean: stats.at(0)?,
        factor: stats.at(1)?,
        shift: stats.at(2)?,
    };
    Ok(norm.element(h, stats, gains.at(0)?, gains.at(1)?))
}

fn attend(
    attention: Attention,
    place: Place,
    query: &Opened<'_>,
    keys: &Opened<'_>,
    values: &Opened<'_>,
    tokens: &Opened<'_>,
    multiplier: &Opened<'_>,
) -> Result<i32, ProofError> {
    let shape = query.0.input.spec.shape;
    let (span, _) = token(tokens.1, shape.rows(), attention.longest, place.row)?;
    let depth = shape.cols().checked_div(attention.heads).unwrap_or(0);
    let depth = usize::try_from(depth).unwrap_or(0).max(1);
    let head = usize::try_from(place.col).unwrap_or(0) / depth;
    let query = query.1.chunks_exact(depth).nth(head).unwrap_or(&[]);
    let mut weights = vec![0; usize::try_from(span.len()).unwrap_or(0)];
    scores::run(query, keys.1, shape.rows(), span, &mut weights)?;
    let softmax = Softmax::new(multiplier.at(0)?, attention.shift)?;
    let sum = softmax.weights(&mut weights)?;
    Ok(softmax::mix(&weights, sum, span.of(values.1))?)
}
