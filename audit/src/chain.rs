//! Batches, as the market has them.

use chain_client::Error;
use compute_api::market::{self, BatchState, BatchesResponse, Commitment, QueryMsg};
use compute_proofs::{Hash, receipt::Batch};
use deployment::Network;

/// A committed batch that has not ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// Its number.
    pub number: u64,
    /// Whose work it is.
    pub worker: String,
    /// Where it stands.
    pub state: BatchState,
    /// What the worker has signed.
    pub batch: Batch,
}

/// The batches of an order that fraud can still be proven in.
///
/// # Errors
/// When the market does not answer.
pub async fn open_batches(network: &Network, order: u64) -> Result<Vec<Committed>, Error> {
    let mut found = Vec::new();
    let mut start_after = None;
    loop {
        let page: BatchesResponse = network
            .market(&QueryMsg::Batches {
                order: Some(order),
                worker: None,
                state: None,
                start_after,
                limit: None,
            })
            .await?;
        found.extend(page.batches.iter().filter_map(committed));
        match page.next {
            Some(next) => start_after = Some(next),
            None => return Ok(found),
        }
    }
}

/// The batch among these that can hold this worker's task `nonce`.
#[must_use]
pub fn batch_of<'a>(batches: &'a [Committed], worker: &str, nonce: u64) -> Option<&'a Committed> {
    batches.iter().find(|found| {
        let first = found.batch.first_nonce;
        let end = first.saturating_add(u64::from(found.batch.span));
        found.worker == worker && (first..end).contains(&nonce)
    })
}

fn committed(batch: &market::Batch) -> Option<Committed> {
    let has_ended = matches!(
        batch.state,
        BatchState::Settled | BatchState::Failed | BatchState::Overturned
    );
    let signed = signed(&batch.commitment)?;
    (!has_ended).then(|| Committed {
        number: batch.batch,
        worker: batch.worker.to_string(),
        state: batch.state,
        batch: signed,
    })
}

/// `None` for a root that is no hash, which the market does not take.
fn signed(commitment: &Commitment) -> Option<Batch> {
    Some(Batch {
        first_nonce: commitment.first_nonce,
        span: commitment.span,
        ops: commitment.ops.u128(),
        commit_by: commitment.commit_by,
        root: Hash(commitment.root.as_slice().try_into().ok()?),
    })
}
