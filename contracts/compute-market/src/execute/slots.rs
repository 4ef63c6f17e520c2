//! Slots: some minutes' batches that share a seal and a beacon.

use compute_api::market::{SlotStage, events::BatchEvent};

use crate::{
    ContractError, book,
    clock::{after, require_passed},
    context::Context,
    error::refused,
    peers,
    state::{self, LAST_BATCH, LAST_SLOT, SLOTS, SlotRecord},
};

/// The slot that takes batches now, sealed first and opened anew where the last one
/// has ended, with the number that it has.
pub(crate) fn taking(ctx: &mut Context<'_>) -> Result<(u64, SlotRecord), ContractError> {
    let number = LAST_SLOT.load(ctx.storage)?;
    if let Some(slot) = SLOTS.may_load(ctx.storage, number)? {
        if let SlotStage::Open { .. } = slot.stage {
            if ctx.now() <= slot.ends_at {
                return Ok((number, slot));
            }
            // In the block of its last commit it cannot be: somebody else will.
            if ctx.block.height > slot.last_height {
                seal_open(ctx, number, slot)?;
            }
        }
    }
    let number = number.saturating_add(1);
    let ends_at = ctx.now().saturating_add(ctx.params.batches.slot);
    let slot = SlotRecord {
        opened_at: ctx.now(),
        ends_at,
        last_height: ctx.block.height,
        first_batch: LAST_BATCH.load(ctx.storage)?.saturating_add(1),
        batches: 0,
        stage: SlotStage::Open { late_at: None },
        open_until: None,
    };
    LAST_SLOT.save(ctx.storage, &number)?;
    let time = ctx.now();
    ctx.emit(BatchEvent::SlotOpened {
        slot: number,
        time,
        ends_at,
    });
    Ok((number, slot))
}

/// Seals a slot that has ended; anew if its round was not posted in time.
pub(crate) fn seal(ctx: &mut Context<'_>, number: u64) -> Result<(), ContractError> {
    let slot = state::slot(ctx.storage, number)?;
    match slot.stage {
        SlotStage::Open { .. } => {
            if (ctx.now() <= slot.ends_at) | (ctx.block.height <= slot.last_height) {
                return Err(refused(format!(
                    "slot {number} is sealed after {} and above height {}: it is {} at {}",
                    slot.ends_at,
                    slot.last_height,
                    ctx.now(),
                    ctx.block.height
                )));
            }
            seal_open(ctx, number, slot)
        }
        SlotStage::Sealed {
            round,
            post_by,
            seals,
            ..
        } => {
            let oracle = ctx.contracts.oracle.clone();
            if peers::beacon(ctx.querier, &oracle, round)?.is_some() {
                return Err(refused(format!(
                    "round {round} of slot {number} is posted: send draw_slot"
                )));
            }
            require_passed(&ctx.block, "sealing this slot anew", post_by)?;
            if seals >= ctx.params.batches.max_seals {
                return void(ctx, number, slot);
            }
            fix(ctx, number, slot)
        }
        SlotStage::Drawn { round, .. } => Err(refused(format!(
            "slot {number} is drawn by round {round}: nothing is left to seal"
        ))),
        SlotStage::Void {} => Err(refused(format!("slot {number} is void: fail its batches"))),
    }
}

/// Seals a slot that takes no more. After a halt the block's time may lie far behind
/// real time, and the round after it be known already: then the next block's counts.
fn seal_open(
    ctx: &mut Context<'_>,
    number: u64,
    mut slot: SlotRecord,
) -> Result<(), ContractError> {
    let SlotStage::Open { late_at } = slot.stage else {
        return Ok(());
    };
    let height = ctx.block.height;
    let late_from = slot.ends_at.saturating_add(ctx.params.batches.late_after);
    match late_at {
        None if ctx.now() > late_from => {
            slot.stage = SlotStage::Open {
                late_at: Some(height),
            };
            ctx.emit(BatchEvent::SlotLate {
                slot: number,
                height,
            });
            Ok(book::save_slot(ctx.storage, number, &slot, None)?)
        }
        // In the block that has shown it: later.
        Some(late_at) if height <= late_at => Ok(()),
        _ => fix(ctx, number, slot),
    }
}

/// Fixes the round that a slot is drawn by.
fn fix(ctx: &mut Context<'_>, number: u64, mut slot: SlotRecord) -> Result<(), ContractError> {
    let network = peers::network(ctx)?;
    let rules = ctx.params.batches.clone();
    let (now, height) = (ctx.now(), ctx.block.height);
    let round = network.round_at_or_after(now.saturating_add(rules.draw_after));
    let round_time = network.time_of(round);
    let post_by = after(round_time, height, rules.post_within);
    let open_until = after(now, height, rules.window);
    // Drawn at the rate of its first seal, so that no change picks among known batches.
    let (seals, challenge_one_in) = match slot.stage {
        SlotStage::Sealed {
            seals,
            challenge_one_in,
            ..
        } => (seals.saturating_add(1), challenge_one_in),
        _ => (1, rules.challenge_one_in),
    };
    slot.stage = SlotStage::Sealed {
        round,
        post_by,
        seals,
        challenge_one_in,
    };
    slot.open_until = Some(open_until);
    ctx.emit(BatchEvent::SlotSealed {
        slot: number,
        round,
        seals,
        challenge_one_in,
        post_by: post_by.time,
        post_by_height: post_by.height,
        open_until: open_until.time,
        open_until_height: open_until.height,
    });
    Ok(book::save_slot(
        ctx.storage,
        number,
        &slot,
        Some(round_time),
    )?)
}

/// Gives a slot up: nobody can prove what no round has drawn.
fn void(ctx: &mut Context<'_>, number: u64, mut slot: SlotRecord) -> Result<(), ContractError> {
    slot.stage = SlotStage::Void {};
    ctx.emit(BatchEvent::SlotVoid { slot: number });
    Ok(book::save_slot(ctx.storage, number, &slot, None)?)
}

/// Draws a sealed slot by its round.
pub(crate) fn draw(ctx: &mut Context<'_>, number: u64) -> Result<(), ContractError> {
    let mut slot = state::slot(ctx.storage, number)?;
    let SlotStage::Sealed {
        round,
        challenge_one_in,
        ..
    } = slot.stage
    else {
        return Err(refused(format!(
            "slot {number} is {:?}: only a sealed one is drawn",
            slot.stage
        )));
    };
    let oracle = ctx.contracts.oracle.clone();
    let beacon = peers::beacon(ctx.querier, &oracle, round)?;
    let beacon = beacon.ok_or_else(|| {
        refused(format!(
            "round {round} of slot {number} is not posted: send it to the oracle, {oracle}"
        ))
    })?;
    let prove_by = after(ctx.now(), ctx.block.height, ctx.params.batches.prove_within);
    slot.stage = SlotStage::Drawn {
        round,
        randomness: beacon.randomness.clone(),
        challenge_one_in,
        prove_by,
    };
    ctx.emit(BatchEvent::SlotDrawn {
        slot: number,
        round,
        randomness: beacon.randomness,
        prove_by: prove_by.time,
        prove_by_height: prove_by.height,
    });
    Ok(book::save_slot(ctx.storage, number, &slot, None)?)
}
