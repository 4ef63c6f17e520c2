//! Keeps what is known of the chain up to date, and tells the chain what it must know:
//! programs before they are offered, redemptions that are called for.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use compute_api::market::OrderState;

use crate::chain::view::{Snapshots, facts};
use crate::chain::{ChainError, Miner};
use crate::core::{Core, lock, now, now_ms};

/// How often wishes are looked at when nobody wakes.
const REST: Duration = Duration::from_secs(2);

/// Reads workers and censuses again and again.
pub(crate) async fn read(core: Arc<Core>) {
    let mut snapshots = Snapshots::default();
    loop {
        if let Err(error) = refresh(&core, &mut snapshots).await {
            core.metrics.chain_failures.inc(["workers"]);
            tracing::warn!(%error, "workers and censuses are not up to date");
        }
        let pause = Duration::from_millis(core.config.chain.refresh_ms);
        tokio::select! {
            () = core.shutdown.requested() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

pub(crate) async fn refresh(core: &Core, snapshots: &mut Snapshots) -> Result<(), ChainError> {
    // Censuses first: stakes that are read after one has opened are those of then or later.
    let censuses = core.chain.censuses().await?;
    let miners = core.chain.miners().await?;
    let basis = snapshots
        .update(&censuses, &miners)
        .map_err(|error| ChainError::Unreadable {
            what: "stakes".to_owned(),
            reason: error.to_string(),
        })?;
    let keys = miners.iter().map(
        |Miner {
             address,
             signing_key,
             ..
         }| (address.clone(), *signing_key),
    );
    *lock(&core.keys) = keys.collect();
    lock(&core.board).set_chain(facts(&miners), basis);
    core.chain_read_ms.store(now_ms(), Ordering::Relaxed);
    core.wake.notify_one();
    Ok(())
}

/// Registers programs and calls orders, until the coordinator ends.
pub(crate) async fn tell(core: Arc<Core>) {
    loop {
        tokio::select! {
            () = core.shutdown.requested() => return,
            () = core.wake_chain.notified() => {}
            () = tokio::time::sleep(REST) => {}
        }
        // A verdict may take as long as the chain likes; the end is not kept waiting.
        tokio::select! {
            () = core.shutdown.requested() => return,
            () = wishes(&core) => {}
        }
    }
}

async fn wishes(core: &Core) {
    let wanted = lock(&core.board).programs_wanted();
    for program in wanted {
        let Some(known) = lock(&core.programs).get(&program).cloned() else {
            continue;
        };
        let registered = async {
            if !core.chain.has_program(&program).await? {
                core.chain.register_program(&known.program).await?;
            }
            Ok::<_, ChainError>(())
        };
        match registered.await {
            Ok(()) => {
                if let Err(error) = core.store.program_registered(program).await {
                    tracing::warn!(%program, %error, "that it is registered is asked again next time");
                }
                lock(&core.board).program_registered(program);
                tracing::info!(%program, "program is registered");
                core.wake.notify_one();
            }
            Err(error) => {
                core.metrics.chain_failures.inc(["register_program"]);
                tracing::warn!(%program, %error, "program is not registered yet");
            }
        }
    }
    let orders: Vec<u64> = lock(&core.calls).iter().copied().collect();
    for order in orders {
        match call(core, order).await {
            Ok(true) => {}
            Ok(false) => {
                lock(&core.calls).remove(&order);
            }
            Err(error) => {
                core.metrics.chain_failures.inc(["call_order"]);
                tracing::warn!(order, %error, "redemption is not called for yet");
            }
        }
    }
}

/// Calls for what an order's tasks have authorised and nobody has called for. Whether to
/// look at it again.
async fn call(core: &Core, number: u64) -> Result<bool, ChainError> {
    let Some(order) = core.chain.order(number).await? else {
        return Ok(false);
    };
    let Some(redemption) = &order.redemption else {
        return Ok(false);
    };
    if order.state != OrderState::Open || now() >= order.expires {
        return Ok(false);
    }
    let last = core.store.last_job_of(number).await;
    let last = last.map_err(|error| ChainError::Away(error.to_string()))?;
    let Some(last) = last else {
        return Ok(false);
    };
    let called_for = last.authorisation.cum_ops.min(order.ops.total.u128());
    if redemption.called.u128() >= called_for {
        return Ok(false);
    }
    // One call at a time: the next one follows when this one is served.
    if redemption.call.is_none() {
        let signature = core
            .signatory
            .authorise(number, &last.authorisation, last.app.as_ref());
        core.chain
            .call_order(number, &last.authorisation, &signature)
            .await?;
        tracing::info!(order = number, "redemption is called for");
    }
    Ok(true)
}

/// Forgets what is old, now and then.
pub(crate) async fn prune(core: Arc<Core>) {
    loop {
        let now = now();
        let jobs = now.saturating_sub(core.config.keep.jobs_seconds);
        let objects = now.saturating_sub(core.config.keep.objects_seconds);
        match core.store.prune_jobs(jobs).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "old jobs are forgotten"),
            Err(error) => tracing::warn!(%error, "old jobs are not forgotten"),
        }
        match core.store.prune_objects(objects).await {
            Ok(files) => {
                for root in files {
                    core.objects.delete(&root).await;
                }
            }
            Err(error) => tracing::warn!(%error, "old objects are not forgotten"),
        }
        let (rate, at) = (core.config.rate(), now_ms());
        lock(&core.buckets).retain(|_, bucket| !bucket.is_full(rate, at));
        tokio::select! {
            () = core.shutdown.requested() => return,
            () = tokio::time::sleep(Duration::from_secs(60)) => {}
        }
    }
}
