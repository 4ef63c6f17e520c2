//! What stands against another worker's claim to a task.

use compute_api::market::{ExecuteMsg, TaskClaim};
use compute_proofs::{codec::Decode, codec::Encode, opening::NamedReceipt};

use super::Proven;
use crate::ServiceError;

/// The message by which this batch, number `number` on chain, shows the coordinator's
/// acknowledgement of a task, against the claim of batch `standing`: whoever brought the
/// two claims up, in one of `told`, may have left it out. Nothing if there is no
/// acknowledgement, or the other claim was not found.
///
/// # Errors
/// [`ServiceError::Proof`].
pub(crate) fn acknowledged(
    batch: &Proven<'_>,
    number: u64,
    nonce: u64,
    standing: u64,
    told: &[ExecuteMsg],
) -> Result<Option<ExecuteMsg>, ServiceError> {
    let done = batch.done(nonce);
    let Some(delivery) = done.and_then(|done| done.delivery.clone()) else {
        return Ok(None);
    };
    let is_it = |claim: &&TaskClaim| {
        let named = NamedReceipt::from_bytes(&claim.receipt);
        claim.batch == standing && named.is_ok_and(|named| named.receipt.receipt.nonce == nonce)
    };
    let mut claims = told.iter().flat_map(|msg| match msg {
        ExecuteMsg::ResolveClaims { first, second } => vec![first, second],
        _ => Vec::new(),
    });
    let Some(other) = claims.find(is_it) else {
        return Ok(None);
    };
    let named = batch.named(nonce);
    let named = named.map_err(ServiceError::proof(format!("claim to task {nonce}")))?;
    Ok(Some(ExecuteMsg::ResolveClaims {
        first: TaskClaim {
            batch: number,
            receipt: named.to_bytes().into(),
            delivery_signature: Some(delivery.into()),
        },
        second: other.clone(),
    }))
}
