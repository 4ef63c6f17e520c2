//! Matrix jobs as apps write them, and the programs that they mean.

use compute_proofs::program::{Epilogue, Header, Input, Kind, Operation, Program, Source};
use compute_proofs::task::{input_root, slot_root_of_seed};
use compute_proofs::tensor::TensorSpec;
use compute_proofs::{Hash, ProofError};
use exact_kernels::requantise::{Range, Requantise};
use exact_kernels::seeded::Stream;
use exact_kernels::{DType, KernelError};
use serde::{Deserialize, Serialize};
use worker_api::dtype;

/// What is to be run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum ProgramSpec {
    /// A product of two int8 matrices.
    Gemm(GemmSpec),
}

/// `C = A·B`: A has M×K elements, B K×N, C M×N.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GemmSpec {
    /// Rows of A and C.
    pub m: u32,
    /// Columns of B and C.
    pub n: u32,
    /// Columns of A, rows of B.
    pub k: u32,
    /// Whether `params` holds a bias for each column, which is added: int32, N×1.
    #[serde(default)]
    pub bias: bool,
    /// How sums become 8 bits, if they do: then `params` is int32, N×2, with bias and
    /// multiplier of each column.
    #[serde(default)]
    pub requantise: Option<RequantiseSpec>,
}

/// `R(R(acc + bias, p)·multiplier, s)` with `R(x, s) = (x + 2^(s−1)) >> s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequantiseSpec {
    /// The first shift.
    pub p: u8,
    /// The second shift.
    pub s: u8,
    /// Where results are clamped.
    pub range: RangeSpec,
}

/// The range of 8-bit results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RangeSpec {
    /// −127 to 127.
    Symmetric,
    /// −128 to 127.
    Full,
    /// 0 to 255.
    Unsigned,
}

/// What fills one slot, as it is written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Slot {
    /// Operands follow from these 32 bytes, in hex.
    Seed(String),
    /// A tensor.
    Tensor(TensorName),
}

/// A tensor by its root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TensorName {
    /// In hex.
    pub root: String,
    /// "i8", "u8" or "i32".
    pub dtype: String,
    /// Rows.
    pub rows: u32,
    /// Columns.
    pub cols: u32,
}

/// Why a job makes no program.
#[derive(Debug, thiserror::Error)]
pub enum SpecError {
    /// A rule of programs does not hold.
    #[error("{0}")]
    Proof(#[from] ProofError),
    /// A shift is out of range.
    #[error("{0}")]
    Kernel(#[from] KernelError),
    /// `bias` beside `requantise`.
    #[error("`requantise` has a bias of its own: leave out `bias`")]
    TwoBiases,
    /// A slot is not what the program reads.
    #[error("input {name:?} is {actual} and the program reads {expected}")]
    WrongInput {
        /// Which one.
        name: &'static str,
        /// What it must be.
        expected: TensorSpec,
        /// What it is.
        actual: TensorSpec,
    },
    /// An input is missing.
    #[error("input {0:?} is missing")]
    Missing(&'static str),
    /// An input is not read.
    #[error("input {0:?} is not read by this program: leave it out")]
    Unread(&'static str),
}

/// What fills the slots, once every object is known.
#[derive(Clone, Debug, Default)]
pub struct Operands {
    /// A and B follow from it.
    pub seed: Option<[u8; 32]>,
    /// A: int8, M×K.
    pub a: Option<(Hash, TensorSpec)>,
    /// B, transposed: int8, N×K.
    pub b: Option<(Hash, TensorSpec)>,
    /// What the epilogue takes.
    pub params: Option<(Hash, TensorSpec)>,
}

/// A job that can be run.
#[derive(Clone, Debug)]
pub struct Built {
    /// Its program.
    pub program: Program,
    /// The program's header: cost, hash.
    pub header: Header,
    /// What fills its slots.
    pub slots: Vec<Slot>,
    /// Root of the input.
    pub input_root: Hash,
    /// Tensors among the slots.
    pub objects: Vec<Hash>,
    /// Bytes of operands and result.
    pub memory: u64,
    /// Type and shape of the result.
    pub output: TensorSpec,
}

impl RequantiseSpec {
    fn kernel(self) -> Result<Requantise, KernelError> {
        let range = match self.range {
            RangeSpec::Symmetric => Range::Symmetric,
            RangeSpec::Full => Range::Full,
            RangeSpec::Unsigned => Range::Unsigned,
        };
        Requantise::new(self.p, self.s, range)
    }
}

impl Slot {
    /// The tensor, if it is one.
    #[must_use]
    pub fn tensor(&self) -> Option<&TensorName> {
        match self {
            Self::Tensor(tensor) => Some(tensor),
            Self::Seed(_) => None,
        }
    }
}

impl ProgramSpec {
    /// What A, B transposed, and `params` have to be, as far as they are read.
    ///
    /// # Errors
    /// [`SpecError::Proof`] for a zero dimension.
    pub fn operands(&self) -> Result<[Option<TensorSpec>; 3], SpecError> {
        let Self::Gemm(gemm) = self;
        let params = match (gemm.bias, gemm.requantise) {
            (_, Some(_)) => Some(TensorSpec::new(DType::I32, gemm.n, 2)?),
            (true, None) => Some(TensorSpec::new(DType::I32, gemm.n, 1)?),
            (false, None) => None,
        };
        Ok([
            Some(TensorSpec::new(DType::I8, gemm.m, gemm.k)?),
            Some(TensorSpec::new(DType::I8, gemm.n, gemm.k)?),
            params,
        ])
    }

    /// The program over these operands. It is the one that `ballast worker run` makes of
    /// the same job.
    ///
    /// # Errors
    /// [`SpecError`].
    pub fn build(&self, operands: &Operands) -> Result<Built, SpecError> {
        let Self::Gemm(gemm) = self;
        let epilogue = match (gemm.bias, gemm.requantise) {
            (true, Some(_)) => return Err(SpecError::TwoBiases),
            (true, None) => Epilogue::Bias,
            (false, Some(spec)) => Epilogue::Requantise(spec.kernel()?),
            (false, None) => Epilogue::None,
        };
        let a = TensorSpec::new(DType::I8, gemm.m, gemm.k)?;
        let b = TensorSpec::new(DType::I8, gemm.n, gemm.k)?;
        let mut slots = Slots::default();
        let mut inputs = Vec::new();
        if let Some(seed) = &operands.seed {
            for (name, given) in [("a", &operands.a), ("b", &operands.b)] {
                if given.is_some() {
                    return Err(SpecError::Unread(name));
                }
            }
            let slot = slots.seed(seed);
            for (tag, spec) in [(b'A', a), (b'B', b)] {
                let stream = Stream { tag, index: 0 };
                let source = Source::Seed { slot, stream };
                inputs.push(Input { source, spec });
            }
        } else {
            inputs.push(slots.tensor("a", operands.a, a)?);
            inputs.push(slots.tensor("b", operands.b, b)?);
        }
        let per_channel = match epilogue {
            Epilogue::None => None,
            Epilogue::Bias => Some(1),
            Epilogue::Requantise(_) => Some(2),
        };
        match per_channel {
            Some(cols) => {
                let spec = TensorSpec::new(DType::I32, gemm.n, cols)?;
                inputs.push(slots.tensor("params", operands.params, spec)?);
            }
            None if operands.params.is_some() => return Err(SpecError::Unread("params")),
            None => {}
        }
        let kind = Kind::Gemm {
            epilogue,
            transposed: false,
        };
        let operation = Operation { kind, inputs };
        let read = operation.inputs.iter().map(|input| input.spec.bytes());
        let outputs = operation.outputs()?;
        let output = outputs
            .first()
            .copied()
            .ok_or(SpecError::Missing("output"))?;
        let memory = read.fold(output.bytes(), u64::saturating_add);
        let program = Program {
            slots: u8::try_from(slots.slots.len()).unwrap_or(u8::MAX),
            operations: vec![operation],
        };
        Ok(Built {
            header: program.header()?,
            program,
            input_root: input_root(&slots.roots),
            slots: slots.slots,
            objects: slots.objects,
            memory,
            output,
        })
    }
}

#[derive(Default)]
struct Slots {
    slots: Vec<Slot>,
    roots: Vec<Hash>,
    objects: Vec<Hash>,
}

impl Slots {
    fn next(&self) -> u8 {
        u8::try_from(self.slots.len()).unwrap_or(u8::MAX)
    }

    fn seed(&mut self, seed: &[u8; 32]) -> u8 {
        let slot = self.next();
        self.slots.push(Slot::Seed(hex::encode(seed)));
        self.roots.push(slot_root_of_seed(seed));
        slot
    }

    fn tensor(
        &mut self,
        name: &'static str,
        given: Option<(Hash, TensorSpec)>,
        expected: TensorSpec,
    ) -> Result<Input, SpecError> {
        let (root, actual) = given.ok_or(SpecError::Missing(name))?;
        if actual != expected {
            return Err(SpecError::WrongInput {
                name,
                expected,
                actual,
            });
        }
        let slot = self.next();
        self.slots
            .push(Slot::Tensor(TensorName::new(root, &actual)));
        self.roots.push(root);
        self.objects.push(root);
        Ok(Input {
            source: Source::Slot { slot },
            spec: actual,
        })
    }
}

impl TensorName {
    /// A tensor's name on the wire.
    #[must_use]
    pub fn new(root: Hash, spec: &TensorSpec) -> Self {
        Self {
            root: root.to_hex(),
            dtype: dtype::name(spec.dtype).to_owned(),
            rows: spec.shape.rows(),
            cols: spec.shape.cols(),
        }
    }
}

/// The spec that the wire names.
#[must_use]
pub fn spec_of(dtype: &str, rows: u32, cols: u32) -> Option<TensorSpec> {
    TensorSpec::new(dtype::parse(dtype)?, rows, cols).ok()
}

#[cfg(test)]
mod tests {
    use worker::job::MatrixJob;

    use super::*;

    fn gemm(m: u32, n: u32, k: u32) -> GemmSpec {
        GemmSpec {
            m,
            n,
            k,
            bias: false,
            requantise: None,
        }
    }

    #[test]
    fn it_is_the_program_that_the_worker_makes_of_the_same_job() {
        let operands = Operands {
            seed: Some([7; 32]),
            ..Operands::default()
        };
        let built = ProgramSpec::Gemm(gemm(8, 16, 32)).build(&operands).unwrap();
        let job = MatrixJob::seeded("job", [7; 32], 8, 16, 32).unwrap();
        assert_eq!(built.program, job.program);
        assert_eq!(built.slots, [Slot::Seed("07".repeat(32))]);
        assert_eq!(built.output.to_string(), "int32 8x16");
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let spec = |rows, cols| TensorSpec::new(DType::I8, rows, cols).unwrap();
        let tensor = |rows, cols| Some((Hash([1; 32]), spec(rows, cols)));
        let error = |program: GemmSpec, operands: Operands| {
            let built = ProgramSpec::Gemm(program).build(&operands);
            built.unwrap_err().to_string()
        };
        let operands = Operands {
            a: tensor(8, 32),
            b: tensor(32, 16),
            ..Operands::default()
        };
        let text = error(gemm(8, 16, 32), operands.clone());
        assert_eq!(
            text,
            "input \"b\" is int8 32x16 and the program reads int8 16x32"
        );
        let right = Operands {
            b: tensor(16, 32),
            ..operands
        };
        let biased = GemmSpec {
            bias: true,
            ..gemm(8, 16, 32)
        };
        assert_eq!(error(biased, right.clone()), "input \"params\" is missing");
        let unread = Operands {
            params: tensor(1, 1),
            ..right.clone()
        };
        assert!(error(gemm(8, 16, 32), unread).contains("leave it out"));
        let built = ProgramSpec::Gemm(gemm(8, 16, 32)).build(&right).unwrap();
        assert_eq!(built.memory, 8 * 32 + 16 * 32 + 8 * 16 * 4);
        assert_eq!(built.objects.len(), 2);
    }
}
