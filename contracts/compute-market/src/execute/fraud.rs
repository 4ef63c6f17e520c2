//! Fraud, proven by anyone.

use compute_api::{
    market::{BatchState, Privacy, events::BatchEvent},
    votes::Fault,
};
use compute_proofs::{
    codec::Decode,
    opening::{Fraud, FraudProof, verify_fraud},
};
use cosmwasm_std::Binary;

use super::{orders::owned, prove::not_ended, settle};
use crate::{ContractError, context::Context, money, peers, signed::header, standing::Standing};

/// Overturns a batch that has not ended.
pub(crate) fn prove(
    ctx: &mut Context<'_>,
    number: u64,
    proof: &Binary,
) -> Result<(), ContractError> {
    let standing = Standing::load(ctx.storage, &ctx.block.chain_id, &ctx.market, number)?;
    not_ended(number, &standing)?;
    if standing.order.privacy == Privacy::Private {
        owned(ctx, &standing.order)?;
    }
    let proof = FraudProof::from_bytes(proof)?;
    let header = header(ctx.storage, &proof.program(), &standing.batch)?;
    let fraud = verify_fraud(
        &standing.signed.crypto(ctx),
        &standing.signed.batch(&standing.batch)?,
        header.as_ref(),
        &proof,
    )?;

    let split = &ctx.params.split;
    let compensation = money::bps(standing.batch.charge, split.compensation_bps)?;
    let (worker, owner) = (standing.batch.worker.clone(), standing.order.owner.clone());
    let (reporter, time) = (ctx.sender.clone(), ctx.now());
    settle::undo(ctx, number, standing, BatchState::Overturned)?;
    ctx.emit(BatchEvent::Overturned {
        batch: number,
        fraud: name(&fraud).to_owned(),
        reporter: reporter.to_string(),
        compensation,
        time,
    });
    let fault = Fault::Fraud { batch: number };
    peers::report(ctx, &worker, fault, Some(&reporter))?;
    peers::compensate(ctx, &owner, compensation)
}

const fn name(fraud: &Fraud) -> &'static str {
    match fraud {
        Fraud::Element { .. } => "element",
        Fraud::Receipt => "receipt",
        Fraud::Result => "result",
        Fraud::OutputCount => "output_count",
        Fraud::OutputSpec => "output_spec",
    }
}
