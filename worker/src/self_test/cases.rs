//! Small programs, one kernel each, on shapes that are easy to get wrong.

use compute_proofs::{
    ProofError,
    program::{Epilogue, Input, Kind, Operation, Program, Source},
    tensor::{Committed, TensorSpec},
};
use exact_kernels::{
    DType,
    gemm::MAX_K,
    requantise::{Range, Requantise},
    seeded::{self, Stream},
};

use crate::task::{SlotInput, Tensor, Weights};

/// The longest inner dimension whose rows an opening can carry.
const LONGEST: u32 = 16_384;

const PLAIN: Kind = Kind::Gemm {
    epilogue: Epilogue::None,
    transposed: false,
};

/// A program that shows one kernel.
pub(crate) struct Case {
    pub(crate) kernel: &'static str,
    pub(crate) program: Program,
    pub(crate) inputs: Vec<SlotInput>,
    pub(crate) weights: Vec<Weights>,
}

/// Bytes that look random and are the same everywhere.
fn bytes(tag: u8, len: usize) -> Vec<u8> {
    let mut out = vec![0; len];
    seeded::fill_row(&[0x5e; 32], Stream { tag, index: 0 }, 0, &mut out);
    out
}

/// A tensor of such bytes.
pub(crate) fn tensor(tag: u8, dtype: DType, rows: u32, cols: u32) -> Result<Tensor, ProofError> {
    let spec = TensorSpec::new(dtype, rows, cols)?;
    let len = usize::try_from(spec.bytes()).unwrap_or(0);
    Tensor::new(spec, bytes(tag, len))
}

fn slot(slot: u8, tensor: &Tensor) -> Input {
    Input {
        source: Source::Slot { slot },
        spec: tensor.spec(),
    }
}

impl Case {
    /// One operation on tensors, one slot each.
    pub(crate) fn on(kernel: &'static str, kind: Kind, tensors: Vec<Tensor>) -> Self {
        let inputs = (0..).zip(&tensors).map(|(at, tensor)| slot(at, tensor));
        let operation = Operation {
            kind,
            inputs: inputs.collect(),
        };
        Self {
            kernel,
            program: Program {
                slots: u8::try_from(tensors.len()).unwrap_or(u8::MAX),
                operations: vec![operation],
            },
            inputs: tensors.into_iter().map(SlotInput::Tensor).collect(),
            weights: Vec::new(),
        }
    }

    /// The product of random operands.
    pub(crate) fn gemm(
        kernel: &'static str,
        epilogue: Epilogue,
        transposed: bool,
        (m, n, k): (u32, u32, u32),
    ) -> Result<Self, ProofError> {
        let mut tensors = vec![
            tensor(b'a', DType::I8, m, k)?,
            tensor(b'b', DType::I8, n, k)?,
        ];
        match epilogue {
            Epilogue::None => {}
            Epilogue::Bias => tensors.push(tensor(b'c', DType::I32, n, 1)?),
            Epilogue::Requantise(_) => tensors.push(params(n)?),
        }
        let kind = Kind::Gemm {
            epilogue,
            transposed,
        };
        Ok(Self::on(kernel, kind, tensors))
    }

    /// The product of two matrices that follow from a seed.
    pub(crate) fn seeded_gemm(
        kernel: &'static str,
        (m, n, k): (u32, u32, u32),
    ) -> Result<Self, ProofError> {
        let operand = |tag, rows| -> Result<Input, ProofError> {
            let stream = Stream { tag, index: 3 };
            Ok(Input {
                source: Source::Seed { slot: 0, stream },
                spec: TensorSpec::new(DType::I8, rows, k)?,
            })
        };
        let operation = Operation {
            kind: PLAIN,
            inputs: vec![operand(b'A', m)?, operand(b'B', n)?],
        };
        Ok(Self {
            kernel,
            program: Program {
                slots: 1,
                operations: vec![operation],
            },
            inputs: vec![SlotInput::Seed([0x3c; 32])],
            weights: Vec::new(),
        })
    }

    /// A matrix that follows from a seed, transposed so that it is an output.
    pub(crate) fn seeded(rows: u32, cols: u32, stream: Stream) -> Result<Self, ProofError> {
        let operation = Operation {
            kind: Kind::Transpose,
            inputs: vec![Input {
                source: Source::Seed { slot: 0, stream },
                spec: TensorSpec::new(DType::I8, rows, cols)?,
            }],
        };
        Ok(Self {
            kernel: "seeded fill",
            program: Program {
                slots: 1,
                operations: vec![operation],
            },
            inputs: vec![SlotInput::Seed([0xa5; 32])],
            weights: Vec::new(),
        })
    }
}

/// Biases of any size, multipliers mostly within what is defined.
pub(crate) fn params(channels: u32) -> Result<Tensor, ProofError> {
    let spec = TensorSpec::new(DType::I32, channels, 2)?;
    let mut out = bytes(b'p', usize::try_from(spec.bytes()).unwrap_or(0));
    for (at, channel) in out.chunks_exact_mut(8).enumerate() {
        // Every eighth channel keeps what no model has.
        if at % 8 != 7
            && let [_, _, b2, b3, _, m1, m2, m3] = channel
        {
            (*b2, *b3) = (0, 0);
            (*m1, *m2, *m3) = (*m1 & 0x3f, 0, 0);
        }
    }
    Tensor::new(spec, out)
}

/// Every kernel, smallest shapes first.
pub(crate) fn cases() -> Result<Vec<Case>, ProofError> {
    let small = Requantise::new(3, 9, Range::Symmetric)?;
    let unsigned = Requantise::new(0, 20, Range::Unsigned)?;
    let mut cases = Vec::new();
    for (rows, cols) in [(3, 5), (70, 33), (2, 4096)] {
        for dtype in [DType::I8, DType::I32] {
            let x = tensor(b't', dtype, rows, cols)?;
            cases.push(Case::on("transpose", Kind::Transpose, vec![x]));
        }
    }
    for (rows, cols, index) in [(1, 1, 0), (5, 63, 9), (3, 200, u32::MAX), (65, 64, 1)] {
        cases.push(Case::seeded(rows, cols, Stream { tag: b'A', index })?);
    }
    for shape in [(17, 19, 23), (130, 65, 129), (64, 68, 64)] {
        cases.push(Case::gemm("gemm", Epilogue::None, false, shape)?);
        cases.push(Case::gemm("gemm", Epilogue::None, true, shape)?);
    }
    for shape in [(1, 1, 1), (1, 37, 100), (90, 1, 48)] {
        cases.push(Case::gemm("gemv", Epilogue::None, false, shape)?);
    }
    for (m, n) in [(1, 3), (9, 5)] {
        let kernel = if m == 1 { "gemv" } else { "gemm" };
        cases.push(Case::seeded_gemm(kernel, (m, n, MAX_K))?);
    }
    // The largest sums that committed rows can have.
    let extreme = |rows, byte| -> Result<Tensor, ProofError> {
        let spec = TensorSpec::new(DType::I8, rows, LONGEST)?;
        Tensor::new(spec, vec![byte; usize::try_from(spec.bytes()).unwrap_or(0)])
    };
    for (a, b) in [(0x80, 0x80), (0x80, 0x7f)] {
        cases.push(Case::on(
            "gemv",
            PLAIN,
            vec![extreme(1, a)?, extreme(1, b)?],
        ));
        cases.push(Case::on(
            "gemm",
            PLAIN,
            vec![extreme(5, a)?, extreme(6, b)?],
        ));
    }
    for transposed in [false, true] {
        let shape = (21, 50, 40);
        cases.push(Case::gemm(
            "gemm + bias",
            Epilogue::Bias,
            transposed,
            shape,
        )?);
        for requantise in [small, unsigned] {
            let epilogue = Epilogue::Requantise(requantise);
            let kernel = "gemm + requantise";
            cases.push(Case::gemm(kernel, epilogue, transposed, shape)?);
        }
    }
    let shape = (2, 50, 40);
    let kernel = "gemv + requantise";
    cases.push(Case::gemm(
        kernel,
        Epilogue::Requantise(small),
        false,
        shape,
    )?);
    for (rows, cols) in [(1, 1), (7, 261)] {
        let x = tensor(b'x', DType::I32, rows, cols)?;
        let bias = tensor(b'c', DType::I32, cols, 1)?;
        cases.push(Case::on("bias", Kind::Bias, vec![x.clone(), bias]));
        for requantise in [small, unsigned, Requantise::new(31, 31, Range::Full)?] {
            let tensors = vec![x.clone(), params(cols)?];
            cases.push(Case::on(
                "requantise",
                Kind::Requantise(requantise),
                tensors,
            ));
        }
    }
    for (p, s) in [(0, 15), (1, 17), (0, 0)] {
        let (x, params) = edges()?;
        let kind = Kind::Requantise(Requantise::new(p, s, Range::Full)?);
        cases.push(Case::on("requantise", kind, vec![x, params]));
    }
    cases.push(chain(small)?);
    Ok(cases)
}

/// Both sides of every bound of a bias and a requantisation, each with each.
fn edges() -> Result<(Tensor, Tensor), ProofError> {
    const SUMS: [i32; 14] = [
        i32::MIN,
        i32::MIN + 1,
        -131_072,
        -131_071,
        -3,
        -1,
        0,
        1,
        3,
        5,
        131_071,
        131_072,
        i32::MAX - 1,
        i32::MAX,
    ];
    const MULTIPLIERS: [i32; 8] = [i32::MIN, -1, 0, 1, 16_382, 16_383, 16_384, i32::MAX];
    const BIASES: [i32; 5] = [0, 1, -1, i32::MAX, i32::MIN];
    let (mut x, mut params) = (Vec::new(), Vec::new());
    for bias in BIASES {
        for m in MULTIPLIERS {
            params.extend(bias.to_le_bytes());
            params.extend(m.to_le_bytes());
        }
    }
    let channels = u32::try_from(BIASES.len() * MULTIPLIERS.len()).unwrap_or(0);
    for sum in SUMS {
        for _ in 0..channels {
            x.extend(sum.to_le_bytes());
        }
    }
    let rows = u32::try_from(SUMS.len()).unwrap_or(0);
    let x = Tensor::new(TensorSpec::new(DType::I32, rows, channels)?, x)?;
    let params = Tensor::new(TensorSpec::new(DType::I32, channels, 2)?, params)?;
    Ok((x, params))
}

/// Operations that read each other's outputs, a seed and weights.
fn chain(requantise: Requantise) -> Result<Case, ProofError> {
    let x = tensor(b'x', DType::I8, 33, 70)?;
    let w = tensor(b'w', DType::I8, 18, 70)?;
    let w_params = params(18)?;
    let weights = |tensor: &Tensor| -> Result<Weights, ProofError> {
        let committed = Committed::new(tensor.spec(), tensor.bytes().to_vec())?;
        Ok(Weights {
            root: committed.root(),
            tensor: tensor.clone(),
        })
    };
    let weights = vec![weights(&w)?, weights(&w_params)?];
    let named = |at: &Weights| Input {
        source: Source::Weights { root: at.root },
        spec: at.tensor.spec(),
    };
    let output = |operation, dtype, rows, cols| -> Result<Input, ProofError> {
        Ok(Input {
            source: Source::Output {
                operation,
                output: 0,
            },
            spec: TensorSpec::new(dtype, rows, cols)?,
        })
    };
    let stream = Stream { tag: 1, index: 2 };
    let seed = Input {
        source: Source::Seed { slot: 1, stream },
        spec: TensorSpec::new(DType::I8, 11, 18)?,
    };
    let operations = vec![
        Operation {
            kind: Kind::Gemm {
                epilogue: Epilogue::Requantise(requantise),
                transposed: false,
            },
            inputs: vec![slot(0, &x), named(&weights[0]), named(&weights[1])],
        },
        Operation {
            kind: Kind::Gemm {
                epilogue: Epilogue::None,
                transposed: true,
            },
            inputs: vec![output(0, DType::I8, 33, 18)?, seed],
        },
        Operation {
            kind: Kind::Transpose,
            inputs: vec![output(1, DType::I32, 11, 33)?],
        },
    ];
    Ok(Case {
        kernel: "chain",
        program: Program {
            slots: 2,
            operations,
        },
        inputs: vec![SlotInput::Tensor(x), SlotInput::Seed([9; 32])],
        weights,
    })
}
