//! An order and its batches as signatures and proofs name them.

use compute_api::market::{Commitment, Order, Program};
use compute_proofs::{
    Hash, crypto::Chain, opening::BatchContext, program::Header, receipt::Batch, task::OrderContext,
};
use cosmwasm_std::{Addr, HexBinary, StdError, StdResult, Storage};

use crate::{
    ContractError,
    context::Context,
    state::{BatchRecord, PROGRAMS},
};

/// An order, as every signature names it.
pub(crate) struct Signed {
    chain_id: String,
    market: String,
    order: u64,
    /// Key that authorises tasks.
    pub(crate) authoriser: [u8; 32],
    coordinator: [u8; 32],
}

impl Signed {
    /// An order that is stored.
    pub(crate) fn of(ctx: &Context<'_>, order: &Order) -> StdResult<Self> {
        Self::named(&ctx.block.chain_id, &ctx.market, order)
    }

    /// The same outside a message.
    pub(crate) fn named(chain_id: &str, market: &Addr, order: &Order) -> StdResult<Self> {
        Ok(Self {
            chain_id: chain_id.to_owned(),
            market: market.to_string(),
            order: order.order,
            authoriser: bytes(&order.authoriser_key)?,
            coordinator: bytes(&order.coordinator_key)?,
        })
    }

    /// For `compute_proofs`.
    pub(crate) fn context(&self) -> OrderContext<'_> {
        OrderContext {
            chain_id: &self.chain_id,
            market: &self.market,
            order: self.order,
            authoriser: self.authoriser,
            coordinator: self.coordinator,
        }
    }

    /// A batch of it, for `compute_proofs`.
    pub(crate) fn batch<'a>(&'a self, batch: &'a BatchRecord) -> StdResult<BatchContext<'a>> {
        Ok(BatchContext {
            order: self.context(),
            worker: batch.worker.as_str(),
            batch: committed(&batch.commitment)?,
        })
    }

    /// The chain's host functions.
    pub(crate) fn crypto<'a>(&self, ctx: &Context<'a>) -> Chain<'a> {
        Chain(ctx.api)
    }
}

/// What a worker has signed, for `compute_proofs`.
pub(crate) fn committed(commitment: &Commitment) -> StdResult<Batch> {
    Ok(Batch {
        first_nonce: commitment.first_nonce,
        span: commitment.span,
        ops: commitment.ops.u128(),
        commit_by: commitment.commit_by,
        root: Hash(bytes(&commitment.root)?),
    })
}

/// The header of a program that was registered before a batch was committed. A
/// receipt for one that was not is fraud by itself.
pub(crate) fn header(
    storage: &dyn Storage,
    program: &Hash,
    batch: &BatchRecord,
) -> StdResult<Option<Header>> {
    let found = PROGRAMS.may_load(storage, &program.0)?;
    let known = |program: &Program| {
        (program.registered_at <= batch.committed_at) & (program.height <= batch.height)
    };
    found
        .filter(known)
        .map(|program| read(&program))
        .transpose()
}

/// The same, where there has to be one.
pub(crate) fn header_of(
    storage: &dyn Storage,
    program: &Hash,
    batch: &BatchRecord,
) -> Result<Header, ContractError> {
    let found = header(storage, program, batch)?;
    found.ok_or_else(|| {
        crate::error::not_found(
            "program registered before this batch,",
            HexBinary::from(program.0),
        )
    })
}

fn read(program: &Program) -> StdResult<Header> {
    Ok(Header {
        version: program.version,
        slots: program.slots,
        operations: program.operations,
        cost: program.cost.u128(),
        top: Hash(bytes(&program.top)?),
    })
}

/// Stored hashes and keys were checked when they came in.
pub(crate) fn bytes(stored: &HexBinary) -> StdResult<[u8; 32]> {
    stored
        .as_slice()
        .try_into()
        .map_err(|_| StdError::invalid_data_size(32, stored.len()))
}
