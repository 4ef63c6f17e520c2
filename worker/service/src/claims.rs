//! Two workers' claims to one task: as long as one of this worker's waits for a decision,
//! its batch does not settle.

use std::time::Duration;

use compute_api::market::{self, BatchState, ExecuteMsg, Void};
use deployment::Contract;

use crate::{
    ServiceError,
    journal::Kept,
    ledger::{Memory, with_batch},
    proofs,
    service::Shared,
};

/// From one try to have a claim decided to the next: the market takes it only when the
/// worker has had its time to show an acknowledgement.
const AGAIN: Duration = Duration::from_secs(60);

/// Shows what speaks for the claims of a batch that another worker's stand against, and
/// has them decided when the other batch is.
pub(crate) async fn defend(
    shared: &Shared,
    memory: &mut Memory,
    kept: &Kept,
    batch: &market::Batch,
) -> Result<(), ServiceError> {
    let number = batch.batch;
    for void in shared.view.voids(number).await? {
        if void.is_void.is_some() {
            continue;
        }
        show(shared, memory, kept, number, &void).await?;
        decide(shared, number, &void).await?;
    }
    Ok(())
}

/// Shows the acknowledgement, once: it may have been left out.
async fn show(
    shared: &Shared,
    memory: &mut Memory,
    kept: &Kept,
    number: u64,
    void: &Void,
) -> Result<(), ServiceError> {
    let Void {
        nonce, standing, ..
    } = *void;
    let key = format!("resolve/{number}/{nonce}/{standing}");
    if memory.has_put(kept.id, &key) {
        return Ok(());
    }
    let told = shared.view.resolutions(number, nonce).await?;
    let shown = with_batch(shared, kept, move |proven| {
        proofs::acknowledged(proven, number, nonce, standing, &told)
    });
    if let Some(msg) = shown.await? {
        tracing::warn!(batch = number, nonce, "another worker claims the same task");
        shared.put(&key, Contract::Market, &msg).await?;
        memory.note_put(kept.id, key);
    }
    Ok(())
}

/// Has a claim decided whose counterpart is: a try a minute, until the chain takes it.
async fn decide(shared: &Shared, number: u64, void: &Void) -> Result<(), ServiceError> {
    let against = shared.view.batch(void.standing).await?;
    let waits = matches!(
        against.state,
        BatchState::Committed | BatchState::Sealed | BatchState::Challenged
    );
    if waits {
        return Ok(());
    }
    let minute = shared.now_seconds() / AGAIN.as_secs().max(1);
    let key = format!("decide/{number}/{}/{minute}", void.nonce);
    let msg = ExecuteMsg::DecideVoid {
        batch: number,
        nonce: void.nonce,
    };
    shared.put(&key, Contract::Market, &msg).await
}
