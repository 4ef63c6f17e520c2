//! Fraud proofs: one transaction from anyone that shows one thing that cannot
//! be.
//!
//! Every proof rests on what the worker itself committed to under its batch's
//! root, and on the grant that its receipt names: nothing that an app, a
//! coordinator or an auditor can make up later proves anything against an honest
//! worker.

use alloc::vec::Vec;

use super::{
    BatchContext, Evidence,
    terms::{check_grant, check_terms},
};
use crate::{
    Hash, ProofError,
    codec::{Decode, DecodeError, Encode, Reader, codec_struct},
    crypto::Crypto,
    error::{same, same_root},
    program::{Header, OperationProof},
    receipt::ReceiptProof,
    task::Grant,
    tensor::SealPreimage,
    trace::TraceProof,
};

/// A receipt with the grant that it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedReceipt {
    /// The receipt, under the batch.
    pub receipt: ReceiptProof,
    /// What it names.
    pub grant: Grant,
}

codec_struct!(NamedReceipt { receipt, grant });

/// Output roots of a receipt's trace that cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceEvidence {
    /// The receipt and its grant.
    pub named: NamedReceipt,
    /// The operation, under the program.
    pub operation: OperationProof,
    /// Its output roots, under the receipt's trace.
    pub trace: TraceProof,
}

codec_struct!(TraceEvidence {
    named,
    operation,
    trace,
});

/// What is shown to be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FraudProof {
    /// A committed element differs from its recomputation from the committed
    /// inputs.
    Element(Evidence),
    /// The receipt contradicts the grant that it names (nonce, ops above its
    /// maximum, an expiry before the batch's `commit_by`, a signature that does
    /// not verify), its ops are not the program's cost, or no such program is
    /// registered.
    Receipt(NamedReceipt),
    /// The receipt's result is not the last operation's output.
    Result(TraceEvidence),
    /// The trace has more or fewer outputs of an operation than it has.
    OutputCount(TraceEvidence),
    /// An output's root stands for another type or shape than the operation's.
    OutputSpec {
        /// Where the root stands.
        evidence: TraceEvidence,
        /// Which output.
        output: u8,
        /// What the root is the hash of.
        preimage: SealPreimage,
    },
}

/// What a fraud proof has shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fraud {
    /// A wrong element.
    Element {
        /// The committed value.
        committed: i32,
        /// The value that follows from the committed inputs.
        recomputed: i32,
    },
    /// A receipt that contradicts its grant or program.
    Receipt,
    /// A result that is not the last operation's.
    Result,
    /// A trace with the wrong number of outputs.
    OutputCount,
    /// An output of another type or shape.
    OutputSpec,
}

impl Encode for FraudProof {
    fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Element(evidence) => {
                0u8.encode(out);
                evidence.encode(out);
            }
            Self::Receipt(named) => {
                1u8.encode(out);
                named.encode(out);
            }
            Self::Result(evidence) => {
                2u8.encode(out);
                evidence.encode(out);
            }
            Self::OutputCount(evidence) => {
                3u8.encode(out);
                evidence.encode(out);
            }
            Self::OutputSpec {
                evidence,
                output,
                preimage,
            } => {
                4u8.encode(out);
                evidence.encode(out);
                output.encode(out);
                preimage.encode(out);
            }
        }
    }
}

impl Decode for FraudProof {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(match u8::decode(reader)? {
            0 => Self::Element(Decode::decode(reader)?),
            1 => Self::Receipt(Decode::decode(reader)?),
            2 => Self::Result(Decode::decode(reader)?),
            3 => Self::OutputCount(Decode::decode(reader)?),
            4 => Self::OutputSpec {
                evidence: Decode::decode(reader)?,
                output: Decode::decode(reader)?,
                preimage: Decode::decode(reader)?,
            },
            tag => {
                return Err(DecodeError::UnknownTag {
                    what: "fraud proof",
                    tag,
                });
            }
        })
    }
}

impl FraudProof {
    /// The hash of the program that the proof is about: what a contract loads the
    /// header by.
    #[must_use]
    pub fn program(&self) -> Hash {
        let grant = match self {
            Self::Element(evidence) => &evidence.grant,
            Self::Receipt(named) => &named.grant,
            Self::Result(evidence)
            | Self::OutputCount(evidence)
            | Self::OutputSpec { evidence, .. } => &evidence.named.grant,
        };
        grant.authorisation.program
    }
}

/// Checks a fraud proof against a committed batch. `header` is that of
/// [`FraudProof::program`], `None` if no such program is registered, and none was
/// when the batch was committed: a receipt for it is then fraud by itself.
///
/// # Errors
/// [`ProofError::NoFraud`] if all that is shown is consistent; any other
/// [`ProofError`] if the proof itself does not hold.
pub fn verify_fraud(
    crypto: &impl Crypto,
    context: &BatchContext<'_>,
    header: Option<&Header>,
    proof: &FraudProof,
) -> Result<Fraud, ProofError> {
    let registered = header.ok_or(ProofError::Missing {
        what: "registered program",
    });
    let (shown, fraud) = match proof {
        FraudProof::Element(evidence) => {
            let found = evidence.check(context, registered?)?;
            let fraud = Fraud::Element {
                committed: found.committed,
                recomputed: found.recomputed,
            };
            (found.committed != found.recomputed, fraud)
        }
        FraudProof::Receipt(named) => {
            named.check(context)?;
            let contradicts = named.contradicts(crypto, context, header)?;
            (contradicts, Fraud::Receipt)
        }
        FraudProof::Result(evidence) => {
            let header = registered?;
            evidence.check(context, header)?;
            let last = header.operations.saturating_sub(1);
            same("the last operation", last, evidence.operation.index)?;
            let result = evidence.trace.output(0)?;
            let receipt = &evidence.named.receipt.receipt;
            (receipt.output_root != result, Fraud::Result)
        }
        FraudProof::OutputCount(evidence) => {
            evidence.check(context, registered?)?;
            let outputs = evidence.operation.operation.outputs()?;
            let committed = evidence.trace.outputs.0.len();
            (committed != outputs.len(), Fraud::OutputCount)
        }
        FraudProof::OutputSpec {
            evidence,
            output,
            preimage,
        } => {
            evidence.check(context, registered?)?;
            let root = evidence.trace.output(*output)?;
            same_root("output tensor", root, preimage.spec.seal(&preimage.top))?;
            let outputs = evidence.operation.operation.outputs()?;
            let declared = outputs.get(usize::from(*output));
            (declared != Some(&preimage.spec), Fraud::OutputSpec)
        }
    };
    if shown {
        Ok(fraud)
    } else {
        Err(ProofError::NoFraud)
    }
}

impl NamedReceipt {
    /// Checks that the receipt is the batch's and names this grant.
    ///
    /// # Errors
    /// [`ProofError::RootMismatch`] and those of [`ReceiptProof::check`].
    pub fn check(&self, context: &BatchContext<'_>) -> Result<(), ProofError> {
        self.receipt.check(&context.batch)?;
        check_grant(&self.receipt.receipt, &self.grant, context)
    }

    /// Whether the receipt breaks its grant's terms, or the grant was never given
    /// or is for no registered program.
    fn contradicts(
        &self,
        crypto: &impl Crypto,
        context: &BatchContext<'_>,
        header: Option<&Header>,
    ) -> Result<bool, ProofError> {
        let receipt = &self.receipt.receipt;
        let commit_by = context.batch.commit_by;
        let keeps_terms = match header {
            Some(header) => {
                // Another program's header says nothing about this receipt.
                let program = self.grant.authorisation.program;
                same_root("program", program, header.hash())?;
                check_terms(&self.grant, receipt.nonce, receipt.ops, commit_by, header).is_ok()
            }
            None => false,
        };
        let given = self.grant.verify(crypto, &context.order, context.worker);
        match given {
            // A host that cannot tell convicts nobody.
            Err(ProofError::HostFailed { .. }) => given.map(|()| false),
            _ => Ok(!keeps_terms || given.is_err()),
        }
    }
}

impl TraceEvidence {
    /// Checks that the roots are those of the operation, in the trace of the batch's
    /// receipt.
    ///
    /// # Errors
    /// [`ProofError`]: the first link that does not hold.
    pub fn check(&self, context: &BatchContext<'_>, header: &Header) -> Result<(), ProofError> {
        self.named.check(context)?;
        let program = self.named.grant.authorisation.program;
        same_root("program", program, header.hash())?;
        self.operation.check(header)?;
        let root = self.trace.root(header.operations, self.operation.index)?;
        same_root("trace", self.named.receipt.receipt.trace_root, root)
    }
}
