//! Two workers' claims to one task.

use compute_api::{
    market::{BatchState, TaskClaim, Void, events::BatchEvent},
    votes::Fault,
};
use compute_proofs::{
    codec::Decode,
    opening::{Claim, NamedReceipt, resolve as settle_claims},
    task::Delivery,
};
use cosmwasm_std::{StdResult, Storage, Uint128};

use super::{
    orders::signed_bytes,
    prove::{not_ended, save},
};
use crate::{
    ContractError, book,
    clock::{after, require_passed},
    context::Context,
    error::{not_found, refused},
    peers,
    standing::Standing,
    state::{CONTRADICTIONS, DECIDABLE, DELIVERIES, VOIDS},
};

/// Settles two claims to one task: the one that does not stand waits until the other
/// one's batch is cleared or proven.
pub(crate) fn resolve(
    ctx: &mut Context<'_>,
    first: &TaskClaim,
    second: &TaskClaim,
) -> Result<(), ContractError> {
    let (a, b) = (Shown::load(ctx, first)?, Shown::load(ctx, second)?);
    let crypto = a.standing.signed.crypto(ctx);
    let resolution = settle_claims(&crypto, &a.claim()?, &b.claim()?)?;
    a.note_delivery(ctx)?;
    b.note_delivery(ctx)?;
    let (mut stands, mut void) = match resolution.first_stands {
        true => (a, b),
        false => (b, a),
    };
    not_ended(void.number, &void.standing)?;
    let nonce = void.named.receipt.receipt.nonce;
    let state = stands.standing.state;
    if matches!(state, BatchState::Failed | BatchState::Overturned) {
        return Err(refused(format!(
            "batch {} is {state}: its claim to task {nonce} stands against nobody",
            stands.number
        )));
    }
    let key = (void.number, nonce);
    // One that was decided not to be void can lose to a third claim.
    let before = VOIDS.may_load(ctx.storage, key)?;
    if before.is_some_and(|before| before.is_void != Some(false)) {
        return Err(refused(format!(
            "the claim of batch {} to task {nonce} does not stand already: it waits for a \
             decision, or has one",
            void.number
        )));
    }
    turn_round(ctx, &mut stands, void.number, nonce)?;
    let ops = Uint128::new(void.named.receipt.receipt.ops);
    let record = Void {
        nonce,
        ops,
        standing: stands.number,
        is_void: None,
    };
    VOIDS.save(ctx.storage, key, &record);
    let react = ctx.params.demands.react_within;
    let decidable = after(ctx.now(), ctx.block.height, react);
    DECIDABLE.save(ctx.storage, key, &decidable);
    void.standing.batch.pending_voids = void.standing.batch.pending_voids.saturating_add(1);
    save(ctx, void.number, &void.standing)?;
    ctx.emit(BatchEvent::ClaimResolved {
        batch: void.number,
        nonce,
        ops,
        standing: stands.number,
        pending_voids: void.standing.batch.pending_voids,
    });
    if resolution.coordinator_at_fault {
        contradicted(ctx, &stands, nonce)?;
    }
    Ok(())
}

/// Where the standing claim was shown before without its acknowledgement and lost, it
/// does not any more.
fn turn_round(
    ctx: &mut Context<'_>,
    stands: &mut Shown,
    void: u64,
    nonce: u64,
) -> Result<(), ContractError> {
    let key = (stands.number, nonce);
    let Some(mut before) = VOIDS.may_load(ctx.storage, key)? else {
        return Ok(());
    };
    if before.is_void.is_some() || before.standing != void || stands.standing.batch.end.is_some() {
        return Ok(());
    }
    before.is_void = Some(false);
    VOIDS.save(ctx.storage, key, &before);
    let batch = &mut stands.standing.batch;
    batch.pending_voids = batch.pending_voids.saturating_sub(1);
    let (void_ops, pending_voids) = (batch.void_ops, batch.pending_voids);
    save(ctx, stands.number, &stands.standing)?;
    ctx.emit(BatchEvent::VoidDecided {
        batch: stands.number,
        nonce,
        is_void: false,
        void_ops,
        pending_voids,
    });
    Ok(())
}

/// Punishes a coordinator that has contradicted itself about a task, once.
fn contradicted(ctx: &mut Context<'_>, stands: &Shown, nonce: u64) -> Result<(), ContractError> {
    let order = &stands.standing.order;
    if CONTRADICTIONS.has(ctx.storage, (order.order, nonce)) {
        return Ok(());
    }
    CONTRADICTIONS.save(ctx.storage, (order.order, nonce), &())?;
    ctx.emit(BatchEvent::CoordinatorAtFault {
        coordinator: order.coordinator.to_string(),
        order: order.order,
        nonce,
        batch: stands.number,
    });
    let fault = Fault::Unproven {
        batch: stands.number,
        amount: Uint128::zero(),
    };
    let reporter = ctx.sender.clone();
    peers::report(ctx, &order.coordinator, fault, Some(&reporter))
}

/// Decides a claim that waits for the batch of the one that stands against it.
pub(crate) fn decide(ctx: &mut Context<'_>, number: u64, nonce: u64) -> Result<(), ContractError> {
    let mut standing = Standing::load(ctx.storage, &ctx.block.chain_id, &ctx.market, number)?;
    not_ended(number, &standing)?;
    let found = VOIDS.may_load(ctx.storage, (number, nonce))?;
    let mut void =
        found.ok_or_else(|| not_found("claim of this batch that waits, to task", nonce))?;
    if void.is_void.is_some() {
        return Err(refused(format!(
            "the claim of batch {number} to task {nonce} is decided already"
        )));
    }
    let decidable = DECIDABLE.load(ctx.storage, (number, nonce))?;
    require_passed(&ctx.block, "deciding this claim", decidable)?;
    let against = Standing::load(ctx.storage, &ctx.block.chain_id, &ctx.market, void.standing)?;
    let is_void = match against.state {
        BatchState::Cleared | BatchState::Proven | BatchState::Settled => {
            !is_void_itself(ctx.storage, void.standing, nonce)?
        }
        BatchState::Failed | BatchState::Overturned => false,
        state @ (BatchState::Committed | BatchState::Sealed | BatchState::Challenged) => {
            return Err(ContractError::BatchState {
                batch: void.standing,
                state,
                needed: "cleared, proven or ended",
            });
        }
    };
    void.is_void = Some(is_void);
    VOIDS.save(ctx.storage, (number, nonce), &void);
    standing.batch.pending_voids = standing.batch.pending_voids.saturating_sub(1);
    if is_void {
        standing.batch.void_ops = standing.batch.void_ops.checked_add(void.ops)?;
    }
    save(ctx, number, &standing)?;
    ctx.emit(BatchEvent::VoidDecided {
        batch: number,
        nonce,
        is_void,
        void_ops: standing.batch.void_ops,
        pending_voids: standing.batch.pending_voids,
    });
    if is_void {
        // What it had reserved is the order's again.
        let before = standing.order;
        let mut order = before.clone();
        order.ops.reserved = order.ops.reserved.checked_sub(void.ops)?;
        book::save_order(ctx, Some(&before), order, "voided", Some(number))?;
    }
    Ok(())
}

/// Whether a third claim stands against the one that would stand.
fn is_void_itself(storage: &dyn Storage, batch: u64, nonce: u64) -> StdResult<bool> {
    let found = VOIDS.may_load(storage, (batch, nonce))?;
    Ok(found.is_some_and(|void| void.is_void == Some(true)))
}

/// A claim that was shown.
struct Shown {
    number: u64,
    standing: Standing,
    named: NamedReceipt,
    delivery_signature: Option<[u8; 64]>,
}

impl Shown {
    fn load(ctx: &Context<'_>, claim: &TaskClaim) -> Result<Self, ContractError> {
        let number = claim.batch;
        let standing = Standing::load(ctx.storage, &ctx.block.chain_id, &ctx.market, number)?;
        let named = NamedReceipt::from_bytes(&claim.receipt)?;
        let known = DELIVERIES.may_load(ctx.storage, (number, named.receipt.receipt.nonce))?;
        let shown = claim.delivery_signature.as_ref();
        Ok(Self {
            number,
            standing,
            delivery_signature: match known {
                Some(known) => Some(known),
                None => shown.map(signed_bytes).transpose()?,
            },
            named,
        })
    }

    /// Keeps the coordinator's acknowledgement of a claim that has been checked, so that
    /// nobody can leave it out.
    fn note_delivery(&self, ctx: &mut Context<'_>) -> Result<(), ContractError> {
        let Some(signature) = self.delivery_signature else {
            return Ok(());
        };
        let receipt = &self.named.receipt.receipt;
        let key = (self.number, receipt.nonce);
        let delivery = Delivery {
            nonce: receipt.nonce,
            output_root: receipt.output_root,
        };
        let signed = &self.standing.signed;
        let worker = self.standing.batch.worker.as_str();
        let crypto = signed.crypto(ctx);
        if !DELIVERIES.has(ctx.storage, key)
            && delivery.is_signed(&crypto, &signed.context(), worker, &signature)?
        {
            DELIVERIES.save(ctx.storage, key, &signature);
        }
        Ok(())
    }

    fn claim(&self) -> StdResult<Claim<'_>> {
        Ok(Claim {
            context: self.standing.signed.batch(&self.standing.batch)?,
            committed: self.standing.batch.height,
            named: &self.named,
            delivery_signature: self.delivery_signature,
        })
    }
}
