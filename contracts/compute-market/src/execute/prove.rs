//! Samples of a challenged batch, opened.

use compute_api::market::{
    BatchParams, BatchState, Opening, Privacy, SlotStage, events::BatchEvent,
};
use compute_proofs::{
    codec::Decode,
    opening::{Evidence, verify_opening},
};
use contract_kit::bounds::{count, within};
use cosmwasm_std::HexBinary;

use crate::{
    ContractError, book,
    context::Context,
    error::refused,
    signed::{bytes, header_of},
    standing::{Next, Standing},
    state::SlotRecord,
};

/// Opens samples of a batch.
pub(crate) fn prove(
    ctx: &mut Context<'_>,
    number: u64,
    openings: &[Opening],
) -> Result<(), ContractError> {
    count("openings", openings.len(), 1, u32::MAX)?;
    let mut standing = Standing::load(ctx.storage, &ctx.block.chain_id, &ctx.market, number)?;
    if standing.state != BatchState::Challenged {
        return Err(ContractError::BatchState {
            batch: number,
            state: standing.state,
            needed: "challenged",
        });
    }
    let SlotStage::Drawn { randomness, .. } = &standing.slot.stage else {
        return Err(refused(format!("the slot of batch {number} is not drawn")));
    };
    let beacon = bytes(randomness)?;
    let samples = standing.order.samples;
    let mut opened = standing.batch.opened;
    for opening in openings {
        within("sample", opening.sample, 0u32, samples.saturating_sub(1))?;
        let bit = 1u64.checked_shl(opening.sample).unwrap_or_default();
        if opened & bit != 0 {
            continue;
        }
        let evidence = Evidence::from_bytes(&opening.evidence)?;
        let header = header_of(ctx.storage, &evidence.program(), &standing.batch)?;
        verify_opening(
            &standing.signed.crypto(ctx),
            &standing.signed.batch(&standing.batch)?,
            &header,
            &beacon,
            opening.sample,
            &evidence,
        )?;
        opened |= bit;
    }
    if opened == standing.batch.opened {
        return Ok(());
    }
    standing.batch.opened = opened;
    let proven = opened.count_ones() >= samples;
    if proven {
        standing.state = BatchState::Proven;
    }
    save(ctx, number, &standing)?;
    ctx.emit(BatchEvent::SamplesOpened {
        batch: number,
        opened: HexBinary::from(bitmap(opened, samples)),
        count: opened.count_ones(),
    });
    if proven {
        ctx.emit(BatchEvent::Proven { batch: number });
    }
    Ok(())
}

/// Sample d as bit d mod 8, from the lowest, of byte d / 8.
fn bitmap(opened: u64, samples: u32) -> Vec<u8> {
    let bytes = usize::try_from(samples.div_ceil(8)).unwrap_or(8);
    opened.to_le_bytes().into_iter().take(bytes).collect()
}

/// Stores a batch that has not ended, under what time brings next of it.
pub(crate) fn save(
    ctx: &mut Context<'_>,
    number: u64,
    standing: &Standing,
) -> Result<(), ContractError> {
    let next = standing.next(ctx.storage, number)?;
    let next = next.map(|(Next::Fail(deadline) | Next::Settle(deadline))| deadline.time);
    let due = match standing.slot.stage {
        SlotStage::Drawn { .. } | SlotStage::Void {} => next,
        // Its slot comes first, and can bring something sooner than a demand does.
        SlotStage::Open { .. } | SlotStage::Sealed { .. } => {
            let privacy = standing.order.privacy;
            let of_slot = soonest(&ctx.params.batches, &standing.slot, privacy);
            Some(next.map_or(of_slot, |next| next.min(of_slot)))
        }
    };
    let due = due.unwrap_or(standing.slot.ends_at);
    Ok(book::save_batch(ctx.storage, number, &standing.batch, due)?)
}

/// The soonest that anything can come of a batch whose slot is not drawn: its proof is
/// due, its window is over, or its slot has become void.
pub(crate) fn soonest(rules: &BatchParams, slot: &SlotRecord, privacy: Privacy) -> u64 {
    let drawn = match privacy {
        Privacy::Sampled => rules.prove_within.seconds.min(rules.window.seconds),
        Privacy::Private => rules.window.seconds,
    };
    let seals = u64::from(rules.max_seals);
    let void = rules.post_within.seconds.saturating_mul(seals);
    slot.ends_at.saturating_add(drawn.min(void))
}

/// Refuses a batch that has ended.
pub(crate) fn not_ended(number: u64, standing: &Standing) -> Result<(), ContractError> {
    match standing.batch.end {
        None => Ok(()),
        Some(end) => Err(ContractError::BatchState {
            batch: number,
            state: end.state,
            needed: "one that has not ended",
        }),
    }
}
