//! From receipts to coins: signs batches, commits, proves, answers demands, and follows
//! each batch to its end.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use compute_api::market::{self, BatchState, DemandState, ExecuteMsg};
use compute_proofs::{codec::Encode, receipt::Receipts};
use deployment::Contract;

use crate::{
    ServiceError, batcher,
    carrier::Verdict,
    chain::OrderKeys,
    claims,
    journal::{Kept, Ready},
    proofs::{self, Proven},
    service::Shared,
};

/// From one prune of the store to the next, and between two lines of the log.
const MINUTE: Duration = Duration::from_secs(60);

/// What is remembered between two looks, to say and work out things once.
#[derive(Default)]
pub(crate) struct Memory {
    /// Keys of messages that were put, by batch.
    put: HashMap<u64, Vec<String>>,
    /// Commits that were refused are sent again after that.
    retry_at: HashMap<u64, Duration>,
    last_minute: Duration,
}

impl Memory {
    /// A message of a batch was put on its way.
    pub(crate) fn note_put(&mut self, batch: u64, key: String) {
        self.put.entry(batch).or_default().push(key);
    }

    /// Whether it was, by this process.
    pub(crate) fn has_put(&self, batch: u64, key: &String) -> bool {
        self.put.get(&batch).is_some_and(|keys| keys.contains(key))
    }
}

/// Follows the books until the worker ends; then once more.
pub(crate) async fn run(shared: Arc<Shared>) {
    let mut memory = Memory::default();
    while shared.wait(shared.config.look).await {
        look(&shared, &mut memory, false).await;
    }
}

/// The last word: signs what is ready and waits, for so long, until it is on chain.
pub(crate) async fn flush(shared: &Shared, within: Duration) {
    let mut memory = Memory::default();
    let end = tokio::time::Instant::now() + within;
    loop {
        look(shared, &mut memory, true).await;
        let open = shared.journal.open_batches().unwrap_or_default();
        let unsent = open.iter().filter(|kept| kept.number.is_none()).count();
        if unsent == 0 || tokio::time::Instant::now() >= end {
            let open = open.len();
            tracing::info!(open, unsent, "batches that are still open");
            return;
        }
        tokio::time::sleep(shared.config.look).await;
    }
}

async fn look(shared: &Shared, memory: &mut Memory, flush: bool) {
    let done = async {
        sign(shared, flush).await?;
        follow(shared, memory).await?;
        commit(shared, memory).await?;
        prune(shared, memory).await
    };
    match done.await {
        Ok(()) => shared.status.well("batches"),
        Err(error) => {
            tracing::warn!(%error, "batches");
            shared.status.trouble("batches", &error);
        }
    }
}

/// Signs the batches that are due.
async fn sign(shared: &Shared, flush: bool) -> Result<(), ServiceError> {
    for order in shared.journal.orders_waiting()? {
        let Some(((first, last), mut open)) = due(shared, order, flush).await? else {
            continue;
        };
        // Nothing is taken meanwhile that a batch would then span.
        let _claims = shared.claims.lock().await;
        // In this order: what lands between the two is in the journal by then.
        open.extend(shared.in_flight.nonces(order));
        let (now, mut waiting) = waiting(shared, order)?;
        // Of what has come since then, nobody has said what is around it.
        waiting.retain(|ready| (first..=last).contains(&ready.nonce));
        let runs = shared.journal.runs(order)?;
        let policy = &shared.config.batches;
        for plan in batcher::plan(&waiting, &open, &runs, now, policy, flush) {
            let tasks = shared.journal.tasks(order, &plan.nonces)?;
            let keys = shared.view.keys(order).await?;
            let receipts = tasks.iter().map(|task| task.receipt).collect();
            let receipts = Receipts::new(receipts, plan.commit_by)
                .map_err(ServiceError::proof(format!("batch of order {order}")))?;
            let batch = receipts.batch();
            let message = batch.message(&keys.context(), &shared.me.address);
            let signature = shared.me.signing.sign(&message);
            shared
                .journal
                .seal(order, &plan.nonces, &batch, &signature)?;
            tracing::info!(
                order,
                tasks = plan.nonces.len(),
                ops = batch.ops,
                "batch signed"
            );
        }
    }
    Ok(())
}

/// Receipts of an order that are in no batch, and the time that they were looked at.
fn waiting(shared: &Shared, order: u64) -> Result<(u64, Vec<Ready>), ServiceError> {
    let now = shared.now_seconds();
    let late = now.saturating_add(shared.config.batches.last_call());
    Ok((now, shared.journal.waiting(order, now, late)?))
}

/// The first and the last task of an order that are due to be in a batch, and which of
/// those between them the coordinator may still lease to somebody. Nothing if none is due,
/// or as long as it does not say.
async fn due(
    shared: &Shared,
    order: u64,
    flush: bool,
) -> Result<Option<((u64, u64), BTreeSet<u64>)>, ServiceError> {
    let (now, waiting) = waiting(shared, order)?;
    let open = shared.in_flight.nonces(order);
    let runs = shared.journal.runs(order)?;
    let policy = &shared.config.batches;
    let due = batcher::plan(&waiting, &open, &runs, now, policy, flush);
    let Some(range) = batcher::range(&due) else {
        return Ok(None);
    };
    // Whoever has no time left waits for nobody's word.
    let late = now.saturating_add(policy.last_call());
    if waiting.iter().any(|ready| ready.expires < late) {
        return Ok(Some((range, BTreeSet::new())));
    }
    let coordinator = shared.view.order(order).await?.coordinator;
    let links = &shared.links;
    match links.unfinished(coordinator.as_str(), order, range).await {
        Ok(nonces) => Ok(Some((range, nonces.into_iter().collect()))),
        Err(_) if flush => Ok(Some((range, BTreeSet::new()))),
        Err(error) => {
            tracing::debug!(order, %error, "a batch waits for its coordinator");
            Ok(None)
        }
    }
}

/// Looks at all of the worker's batches on chain that have not ended.
async fn follow(shared: &Shared, memory: &mut Memory) -> Result<(), ServiceError> {
    let open = shared.journal.open_batches()?;
    if open.is_empty() {
        return Ok(());
    }
    let mut after = shared.journal.ended_up_to()?;
    let mut all_ended = true;
    loop {
        let page = shared.view.batches(after).await?;
        for batch in &page.batches {
            let root = batch.commitment.root.as_slice();
            let kept = open
                .iter()
                .find(|kept| kept.order == batch.order && kept.root.0 == root);
            let ended = batch.ended_at.is_some();
            if let Some(kept) = kept {
                one(shared, memory, kept, batch).await?;
            }
            // Only then: what is not noted yet is looked at again.
            all_ended &= ended;
            if all_ended {
                shared.journal.set_ended_up_to(batch.batch)?;
            }
        }
        after = match page.next {
            Some(next) => Some(next),
            None => return Ok(()),
        };
    }
}

/// Notes where a batch stands, and shows what is asked of it.
async fn one(
    shared: &Shared,
    memory: &mut Memory,
    kept: &Kept,
    batch: &market::Batch,
) -> Result<(), ServiceError> {
    let ended = batch.ended_at.is_some();
    if ended {
        let (number, state) = (batch.batch, batch.state);
        match state {
            BatchState::Settled => {
                tracing::info!(batch = number, charge = %batch.charge, "batch settled")
            }
            _ => tracing::error!(batch = number, %state, "a batch is lost"),
        }
        memory.put.remove(&kept.id);
        memory.retry_at.remove(&kept.id);
    } else if kept.number.is_none() {
        tracing::info!(batch = batch.batch, order = batch.order, "batch on chain");
    }
    let charge = u64::try_from(batch.charge.u128()).unwrap_or(u64::MAX);
    let state = batch.state.to_string();
    shared
        .journal
        .found(kept.id, batch.batch, &state, charge, ended)?;
    if ended {
        return Ok(());
    }
    if batch.state == BatchState::Challenged {
        prove(shared, memory, kept, batch).await?;
    }
    if batch.open_demands > 0 {
        demands(shared, memory, kept, batch).await?;
    }
    if batch.pending_voids > 0 {
        claims::defend(shared, memory, kept, batch).await?;
    }
    Ok(())
}

/// Opens what is drawn of a batch.
async fn prove(
    shared: &Shared,
    memory: &mut Memory,
    kept: &Kept,
    batch: &market::Batch,
) -> Result<(), ServiceError> {
    let number = batch.batch;
    let asked = shared.view.openings(number).await?;
    let beacon = asked.randomness.as_ref();
    let Some(beacon) = beacon.and_then(|beacon| <[u8; 32]>::try_from(beacon.as_slice()).ok())
    else {
        return Ok(());
    };
    let attempt = attempt(shared, memory, kept, &format!("prove/{number}")).await?;
    let Some(prefix) = attempt else {
        return Ok(());
    };
    let missing = asked.samples.iter().filter(|sample| !sample.opened);
    let missing: Vec<u32> = missing.map(|sample| sample.sample).collect();
    let openings = with_batch(shared, kept, move |proven| {
        proofs::openings(proven, &beacon, &missing)
    })
    .await?;
    let mut keys = Vec::new();
    for openings in proofs::chunks(openings) {
        // By what is in it: after a restart other samples may be missing.
        let bit = |opening: &market::Opening| 1u64.checked_shl(opening.sample).unwrap_or(0);
        let samples = openings.iter().map(bit).fold(0, |all, bit| all | bit);
        let key = format!("{prefix}/{samples:x}");
        let msg = ExecuteMsg::ProveBatch {
            batch: number,
            openings,
        };
        shared.put(&key, Contract::Market, &msg).await?;
        keys.push(key);
    }
    tracing::info!(batch = number, messages = keys.len(), "samples opened");
    memory.put.entry(kept.id).or_default().extend(keys);
    Ok(())
}

/// Answers demands of a batch.
async fn demands(
    shared: &Shared,
    memory: &mut Memory,
    kept: &Kept,
    batch: &market::Batch,
) -> Result<(), ServiceError> {
    let number = batch.batch;
    let all = shared.view.demands(number).await?;
    for demand in all
        .into_iter()
        .filter(|demand| demand.state == DemandState::Open)
    {
        let name = format!("answer/{number}/{}", demand.demand);
        let Some(prefix) = attempt(shared, memory, kept, &name).await? else {
            continue;
        };
        let target = demand.target;
        let answer =
            with_batch(shared, kept, move |proven| proofs::answer(proven, &target)).await?;
        let msg = ExecuteMsg::AnswerDemand {
            batch: number,
            demand: demand.demand,
            answer,
        };
        let key = format!("{prefix}/0");
        shared.put(&key, Contract::Market, &msg).await?;
        tracing::info!(batch = number, demand = demand.demand, "demand answered");
        memory.put.entry(kept.id).or_default().push(key);
    }
    Ok(())
}

/// Most times that a refused proof or answer is made anew.
const MAX_ATTEMPTS: u32 = 5;

/// What to call the next attempt's messages; none while one is on its way. One that was
/// refused is followed by another, since what it was about still is open.
async fn attempt(
    shared: &Shared,
    memory: &Memory,
    kept: &Kept,
    name: &str,
) -> Result<Option<String>, ServiceError> {
    let put = memory.put.get(&kept.id).map_or(&[][..], Vec::as_slice);
    for number in 0..MAX_ATTEMPTS {
        let prefix = format!("{name}/{number}");
        let parts = put.iter().filter(|key| {
            key.strip_prefix(&prefix)
                .is_some_and(|rest| rest.starts_with('/'))
        });
        let parts: Vec<&String> = parts.collect();
        if parts.is_empty() {
            return Ok(Some(prefix));
        }
        let mut refused = false;
        for key in parts {
            match shared.carrier.verdict(key).await? {
                None => return Ok(None),
                Some(Verdict::Done) => {}
                Some(Verdict::Refused(reason)) => {
                    refused = true;
                    tracing::warn!(%key, %reason, "refused");
                }
            }
        }
        if !refused {
            // All are in; the next look sees them.
            return Ok(None);
        }
    }
    Ok(None)
}

/// Works on a batch's runs, away from the threads that answer.
pub(crate) async fn with_batch<T: Send + 'static>(
    shared: &Shared,
    kept: &Kept,
    work: impl FnOnce(&mut Proven<'_>) -> Result<T, ServiceError> + Send + 'static,
) -> Result<T, ServiceError> {
    let keys: OrderKeys = shared.view.keys(kept.order).await?;
    let tasks = shared.journal.batch_tasks(kept.id)?;
    let (store, commit_by) = (shared.store.clone(), kept.commit_by);
    let worker = shared.me.address.clone();
    let done = tokio::task::spawn_blocking(move || {
        let mut proven = Proven::new(&keys, &worker, tasks, commit_by, &store)?;
        work(&mut proven)
    });
    done.await.map_err(|_| ServiceError::Stopped)?
}

/// Sends what is signed and not on chain; frees what cannot get there any more.
async fn commit(shared: &Shared, memory: &mut Memory) -> Result<(), ServiceError> {
    for kept in shared.journal.open_batches()? {
        if kept.number.is_some() {
            continue;
        }
        let now = shared.view.now();
        let key = format!("commit/{}/{}", kept.id, kept.tries);
        let verdict = match kept.tries {
            0 => None,
            _ => shared.carrier.verdict(&key).await?,
        };
        // The chain's clock decides, and it has to have passed for sure. What was
        // committed in time is found before this is reached.
        let over = now.as_secs() > kept.commit_by.saturating_add(shared.config.settled_after);
        match verdict {
            Some(Verdict::Refused(reason)) if over => {
                tracing::warn!(order = kept.order, %reason, "a batch did not get on chain in time");
                shared.journal.release(kept.id)?;
            }
            Some(Verdict::Refused(reason)) if now.as_secs() <= kept.commit_by => {
                let again = now.saturating_add(shared.config.look.saturating_mul(5));
                let at = *memory.retry_at.entry(kept.id).or_insert(again);
                if now < at {
                    continue;
                }
                memory.retry_at.remove(&kept.id);
                tracing::warn!(order = kept.order, %reason, "a batch was refused; sent again");
                let key = send(shared, &kept, kept.tries.saturating_add(1)).await?;
                memory.put.entry(kept.id).or_default().push(key);
            }
            Some(_) => {}
            None if over && kept.tries == 0 => shared.journal.release(kept.id)?,
            None if memory.has_put(kept.id, &key) => {}
            // Again after a restart: under its key it is sent once.
            None => {
                let key = send(shared, &kept, kept.tries.max(1)).await?;
                memory.put.entry(kept.id).or_default().push(key);
            }
        }
    }
    Ok(())
}

/// Puts a batch's commit on its way; under which key.
async fn send(shared: &Shared, kept: &Kept, attempt: u32) -> Result<String, ServiceError> {
    let tasks = shared.journal.batch_tasks(kept.id)?;
    let Some(last) = tasks.last() else {
        // A batch has tasks; one without would be the file's damage.
        return Err(ServiceError::Contradiction(format!(
            "batch {} has no tasks",
            kept.id
        )));
    };
    let grant = last.grant.to_bytes();
    let receipts = tasks.iter().map(|task| task.receipt).collect();
    let receipts =
        Receipts::new(receipts, kept.commit_by).map_err(ServiceError::proof("a signed batch"))?;
    let batch = receipts.batch();
    let msg = ExecuteMsg::CommitBatch {
        order: kept.order,
        worker: shared.me.address.clone(),
        commitment: market::Commitment {
            first_nonce: batch.first_nonce,
            span: batch.span,
            ops: batch.ops.into(),
            commit_by: batch.commit_by,
            root: batch.root.0.into(),
        },
        signature: kept.signature.clone().into(),
        grant: grant.into(),
    };
    if attempt > kept.tries {
        shared.journal.tried(kept.id)?;
    }
    let key = format!("commit/{}/{attempt}", kept.id);
    shared.put(&key, Contract::Market, &msg).await?;
    Ok(key)
}

/// Removes runs that nobody can ask for any more, and says how things are.
async fn prune(shared: &Shared, memory: &mut Memory) -> Result<(), ServiceError> {
    let now = shared.view.now();
    if now < memory.last_minute.saturating_add(MINUTE) {
        return Ok(());
    }
    memory.last_minute = now;
    shared.refresh_issuer().await?;
    let lost = shared.journal.expire(now.as_secs())?;
    if lost > 0 {
        tracing::error!(
            tasks = lost,
            "receipts that were never committed have expired"
        );
    }
    tracing::info!("{}", crate::status::line(&crate::status::report(shared)?));
    // What is in an open batch is kept for as long as that is open.
    let until = shared.keep_until();
    let mut kept = Vec::new();
    for batch in shared.journal.open_batches()? {
        kept.extend(shared.journal.batch_tasks(batch.id)?);
    }
    let store = shared.store.clone();
    // Where runs are kept, too: the store knows one at a time.
    let pruned = shared.engine.task(move |_| {
        for done in kept {
            if let Err(error) = store.extend(done.id(), until) {
                tracing::error!(order = done.order, nonce = done.nonce(), %error, "a run");
            }
        }
        Ok(store.prune(now.as_secs()))
    });
    let pruned = pruned.await??;
    if pruned.tasks > 0 {
        tracing::info!(tasks = pruned.tasks, bytes = pruned.bytes, "runs removed");
    }
    Ok(())
}
