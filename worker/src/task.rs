//! What a device is given, and what it gives back.

use compute_proofs::{
    Hash, ProofError,
    program::{Header, Input, Program, Run, Source},
    receipt::Receipt,
    task::input_root,
    tensor::{Committed, TensorSpec},
    trace::{OutputRoots, Trace},
};
use exact_kernels::{DType, gemm::Gemm};

/// A tensor's elements, row-major, little-endian. Unlike
/// [`Committed`] it has no tree: whoever runs the task makes that where it is
/// fastest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tensor {
    spec: TensorSpec,
    bytes: Vec<u8>,
}

impl Tensor {
    /// A tensor of these bytes.
    ///
    /// # Errors
    /// [`ProofError::WrongLength`] unless they are exactly the tensor.
    pub fn new(spec: TensorSpec, bytes: Vec<u8>) -> Result<Self, ProofError> {
        let actual = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if actual == spec.bytes() {
            Ok(Self { spec, bytes })
        } else {
            Err(ProofError::WrongLength {
                what: "tensor",
                expected: spec.bytes(),
                actual,
            })
        }
    }

    /// Type and shape.
    #[must_use]
    pub fn spec(&self) -> TensorSpec {
        self.spec
    }

    /// The elements' bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The root that commits to it.
    #[must_use]
    pub fn root(&self) -> Hash {
        crate::cpu::root(self)
    }

    /// The elements' bytes, without a copy.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// What fills one slot of a task's input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SlotInput {
    /// A tensor.
    Tensor(Tensor),
    /// A seed that operands follow from.
    Seed([u8; 32]),
}

/// A registered tensor, by the root that a program names it by. Whoever fetched
/// it has checked the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weights {
    /// Its root.
    pub root: Hash,
    /// Its elements.
    pub tensor: Tensor,
}

/// One task.
#[derive(Clone, Copy, Debug)]
pub struct Task<'a> {
    /// What errors and logs call it.
    pub name: &'a str,
    /// What is run.
    pub program: &'a Program,
    /// On what: one entry per slot.
    pub inputs: &'a [SlotInput],
    /// With which weights.
    pub weights: &'a [Weights],
}

/// Where an operand comes from, once it is found.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Operand<'a> {
    /// An earlier operation's output.
    Output { operation: usize, output: usize },
    /// A tensor that the task brought.
    Tensor(&'a Tensor),
    /// A matrix that follows from a seed.
    Seed {
        seed: &'a [u8; 32],
        stream: exact_kernels::seeded::Stream,
    },
}

impl<'a> Task<'a> {
    /// Checks the program and that every input fits it, before a device is
    /// asked for memory.
    ///
    /// # Errors
    /// The first [`ProofError`]: what `compute_proofs::program::run` would say.
    pub fn check(&self) -> Result<Header, ProofError> {
        let header = self.program.header()?;
        for input in self.program.operations.iter().flat_map(|op| &op.inputs) {
            self.operand(input)?;
        }
        Ok(header)
    }

    /// Finds one operand.
    ///
    /// # Errors
    /// [`ProofError::Missing`], [`ProofError::WrongSpec`].
    pub(crate) fn operand(&self, input: &Input) -> Result<Operand<'a>, ProofError> {
        let slot = |slot: u8| self.inputs.get(usize::from(slot));
        let missing = ProofError::Missing { what: "task input" };
        let tensor = match input.source {
            // That it exists and fits is the program's own to say: `header`.
            Source::Output { operation, output } => {
                return Ok(Operand::Output {
                    operation: usize::try_from(operation).unwrap_or(usize::MAX),
                    output: usize::from(output),
                });
            }
            Source::Seed { slot: at, stream } => {
                return match slot(at) {
                    Some(SlotInput::Seed(seed)) => Ok(Operand::Seed { seed, stream }),
                    _ => Err(missing),
                };
            }
            Source::Slot { slot: at } => match slot(at) {
                Some(SlotInput::Tensor(tensor)) => tensor,
                _ => return Err(missing),
            },
            Source::Weights { root } => {
                let found = self.weights.iter().find(|weights| weights.root == root);
                let found = found.ok_or(ProofError::Missing { what: "weights" })?;
                &found.tensor
            }
        };
        if tensor.spec() == input.spec {
            Ok(Operand::Tensor(tensor))
        } else {
            Err(ProofError::WrongSpec {
                expected: input.spec,
                actual: tensor.spec(),
            })
        }
    }
}

/// A tensor with its root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rooted {
    /// The elements.
    pub tensor: Tensor,
    /// What commits to them.
    pub root: Hash,
}

/// A finished task.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The program's header.
    pub header: Header,
    /// The roots of all input slots.
    pub slots: Vec<Hash>,
    /// Every output of every operation.
    pub outputs: Vec<Vec<Rooted>>,
    /// What commits to all outputs.
    pub trace: Trace,
}

impl Outcome {
    /// The outcome of these outputs, whoever computed them.
    ///
    /// # Errors
    /// [`ProofError::EmptyTree`] without outputs.
    pub fn new(
        header: Header,
        slots: Vec<Hash>,
        outputs: Vec<Vec<Rooted>>,
    ) -> Result<Self, ProofError> {
        let roots = outputs
            .iter()
            .map(|outputs| OutputRoots(outputs.iter().map(|output| output.root).collect()));
        let trace = Trace::new(roots.collect())?;
        Ok(Self {
            header,
            slots,
            outputs,
            trace,
        })
    }

    /// The root of the task's input.
    #[must_use]
    pub fn input_root(&self) -> Hash {
        input_root(&self.slots)
    }

    /// The result: the last operation's first output.
    #[must_use]
    pub fn result(&self) -> Option<&Rooted> {
        self.outputs.last().and_then(|outputs| outputs.first())
    }

    /// The body of a receipt for it, as task `nonce` of the grant with this
    /// hash.
    #[must_use]
    pub fn receipt(&self, nonce: u64, grant: Hash) -> Receipt {
        Receipt {
            nonce,
            grant,
            output_root: self.result().map_or(Hash::ZERO, |result| result.root),
            trace_root: self.trace.root(),
            ops: self.header.cost,
        }
    }

    /// The run as openings are made from it: every tree is built here, so this
    /// is for tasks that were drawn.
    ///
    /// # Errors
    /// [`ProofError::RootMismatch`] if a tensor is not what its root says.
    pub fn into_run(self) -> Result<Run, ProofError> {
        let mut outputs = Vec::new();
        for tensors in self.outputs {
            let committed = tensors.into_iter().map(|Rooted { tensor, root }| {
                let committed = Committed::new(tensor.spec, tensor.bytes)?;
                match committed.root() {
                    actual if actual == root => Ok(committed),
                    actual => Err(ProofError::RootMismatch {
                        what: "kept output",
                        expected: root,
                        actual,
                    }),
                }
            });
            outputs.push(committed.collect::<Result<Vec<_>, ProofError>>()?);
        }
        Run::new(self.header, outputs)
    }
}

/// The shape of a bare product and the spec of its result.
///
/// # Errors
/// [`ProofError::WrongSpec`] unless `b` is int8 with rows as long as `a`'s;
/// [`ProofError::Kernel`].
pub(crate) fn product_spec(a: &Tensor, b: &Tensor) -> Result<(Gemm, TensorSpec), ProofError> {
    let k = a.spec.shape.cols();
    for operand in [a, b] {
        let expected = TensorSpec::new(DType::I8, operand.spec.shape.rows(), k)?;
        if operand.spec != expected {
            return Err(ProofError::WrongSpec {
                expected,
                actual: operand.spec,
            });
        }
    }
    let shape = Gemm::new(a.spec.shape.rows(), b.spec.shape.rows(), k)?;
    let spec = TensorSpec::new(DType::I32, shape.m(), shape.n())?;
    Ok((shape, spec))
}
