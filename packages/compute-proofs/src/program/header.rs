//! What the chain keeps of a program, and how one operation is shown under it.

use alloc::{vec, vec::Vec};

use super::{Checker, MAX_OPERATIONS, Operation, VERSION};
use crate::{
    Hash, ProofError,
    codec::{Decode, DecodeError, Encode, Reader, codec_struct, encode_list},
    error::same_root,
    hash::{OPERATION, PROGRAM},
    num,
    tree::{Siblings, SumNode, Tree, fold, sum_before},
};

const NAME: &str = "program";

/// All that a contract needs to know of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// [`VERSION`].
    pub version: u8,
    /// Slots of a task's input.
    pub slots: u8,
    /// Number of operations.
    pub operations: u32,
    /// Total cost in ops.
    pub cost: u128,
    /// The top of the sum tree of operations by cost.
    pub top: Hash,
}

codec_struct!(Header {
    version,
    slots,
    operations,
    cost,
    top,
});

impl Header {
    /// The program's hash: its name on chain and in authorisations.
    #[must_use]
    pub fn hash(&self) -> Hash {
        PROGRAM.hash(&[&self.to_bytes()])
    }
}

/// A whole program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Slots of a task's input.
    pub slots: u8,
    /// Its operations, in an order in which they can run.
    pub operations: Vec<Operation>,
}

impl Encode for Program {
    fn encode(&self, out: &mut Vec<u8>) {
        VERSION.encode(out);
        self.slots.encode(out);
        encode_list(&self.operations, out);
    }
}

impl Decode for Program {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match u8::decode(reader)? {
            VERSION => Ok(Self {
                slots: u8::decode(reader)?,
                operations: reader.list("operations", MAX_OPERATIONS)?,
            }),
            tag => Err(DecodeError::UnknownTag {
                what: "program version",
                tag,
            }),
        }
    }
}

impl Program {
    /// Checks every rule of registration and returns the header.
    ///
    /// # Errors
    /// The first rule that does not hold.
    pub fn header(&self) -> Result<Header, ProofError> {
        let mut checker = Checker::new(self.slots)?;
        let mut earlier = Vec::new();
        for operation in &self.operations {
            checker.push(operation, &mut earlier)?;
        }
        checker.finish()
    }

    /// Shows operation `index` under the header.
    ///
    /// # Errors
    /// [`ProofError::OutOfTree`]; as [`Self::header`].
    pub fn prove(&self, index: u32) -> Result<OperationProof, ProofError> {
        let first = u64::from(index);
        let leaves = self.operations.iter().map(leaf);
        let tree = Tree::new(NAME, leaves.collect::<Result<_, _>>()?)?;
        let siblings = tree.prove(first..first.saturating_add(1))?;
        let at = num::index(index);
        match self.operations.get(at) {
            Some(operation) => Ok(OperationProof {
                index,
                operation: operation.clone(),
                siblings,
            }),
            None => Err(ProofError::EmptyTree { tree: NAME }),
        }
    }
}

pub(super) fn leaf(operation: &Operation) -> Result<SumNode, ProofError> {
    Ok(SumNode {
        hash: OPERATION.hash(&[&operation.to_bytes()]),
        sum: operation.cost()?,
    })
}

/// One operation with its path to a program's header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationProof {
    /// Its place in the program.
    pub index: u32,
    /// The operation.
    pub operation: Operation,
    /// From the operation to the top.
    pub siblings: Siblings<SumNode>,
}

codec_struct!(OperationProof {
    index,
    operation,
    siblings,
});

impl OperationProof {
    /// Checks that the operation is the program's, and returns the range of ops
    /// within the program that it stands for: start and cost. The cost is
    /// recomputed from its shapes.
    ///
    /// # Errors
    /// [`ProofError::RootMismatch`], [`ProofError::WrongCount`],
    /// [`ProofError::OutOfTree`]; as [`Operation::cost`].
    pub fn check(&self, header: &Header) -> Result<(u128, u128), ProofError> {
        let leaf = leaf(&self.operation)?;
        let (len, at) = (u64::from(header.operations), u64::from(self.index));
        let top = fold(NAME, len, at, vec![leaf], &self.siblings)?;
        same_root(NAME, header.top, top.hash)?;
        let before = sum_before(NAME, len, at, &self.siblings)?;
        Ok((before, leaf.sum))
    }
}
