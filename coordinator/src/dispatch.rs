//! Carries out what the board decides: writes leases down, then offers them.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use compute_proofs::codec::Encode;
use serde_json::json;
use worker_api::v1::{self, to_worker};

use crate::core::{Core, lock, now, now_ms};
use crate::id::{self, LeaseId};
use crate::job::Detail;
use crate::machine::board::{Assignment, Cause, Ended};
use crate::program::Slot;
use crate::store::{JobState, LeaseRow};

/// Leases that are written down together.
const MOST: usize = 512;

/// How often time is looked at.
const TICK: Duration = Duration::from_millis(50);

/// Passed-over workers of one draw that are written down.
const MAX_SKIPPED: usize = 64;

/// Until the coordinator ends.
pub(crate) async fn run(core: Arc<Core>) {
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut looked_ms = 0;
    loop {
        tokio::select! {
            () = core.shutdown.requested() => return,
            () = core.wake.notified() => {}
            _ = tick.tick() => {}
        }
        let now = now_ms();
        let ticked = lock(&core.board).tick(now);
        for ended in &ticked.ended {
            lease_ended(&core, ended);
        }
        for (job, why) in ticked.dead {
            give_up(&core, job, why).await;
        }
        if !core.is_draining() {
            assign(&core).await;
        }
        if now.saturating_sub(looked_ms) >= 1_000 {
            looked_ms = now;
            look_around(&core, now);
        }
    }
}

/// What is done once a second.
fn look_around(core: &Core, now: u64) {
    let beat = u64::from(core.config.workers.heartbeat_seconds);
    let silent_ms = beat.saturating_mul(3_000);
    let (news, silent) = {
        let mut board = lock(&core.board);
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        core.metrics.live.set(count(board.len()));
        core.metrics.leased.set(count(board.leased()));
        core.metrics.connected.set(count(board.connected()));
        (board.idle_news(now), board.silent(now, silent_ms))
    };
    for session in silent {
        core.end_session(session);
    }
    for (session, reason) in news {
        core.tell(session, to_worker::Message::Idle(v1::Idle { reason }));
    }
}

/// Ends a job without a result.
pub(crate) async fn give_up(core: &Core, job: id::JobId, why: &str) {
    match core
        .store
        .give_up(job, JobState::Failed, why.to_owned(), now())
        .await
    {
        Ok(true) => core.metrics.jobs.inc(["failed"]),
        Ok(false) => {}
        // It is still live there, so it comes back when the coordinator is started anew.
        Err(error) => tracing::error!(%job, %error, "a job that was given up is not written down"),
    }
    core.changed(job);
}

/// Counts a lease's end and tells its worker, if that does not know yet.
pub(crate) fn lease_ended(core: &Core, ended: &Ended) {
    core.metrics.leases_ended.inc([ended.cause.name()]);
    lock(&core.uploaded).remove(&ended.lease);
    tracing::info!(job = %ended.job, lease = %ended.lease, worker = %ended.worker,
        cause = ended.cause.name(), "lease ended");
    let tells = matches!(
        ended.cause,
        Cause::Unanswered | Cause::Late | Cause::Cancelled | Cause::Expired | Cause::Gone
    );
    if let (true, Some(session)) = (tells, ended.session) {
        let cancel = v1::Cancel {
            lease: ended.lease.0.to_vec(),
            reason: ended.cause.name().to_owned(),
        };
        core.tell(session, to_worker::Message::Cancel(cancel));
    }
    core.changed(ended.job);
    core.wake.notify_one();
}

async fn assign(core: &Core) {
    let assigned = lock(&core.board).assign(now_ms(), MOST, || id::random().ok().map(LeaseId));
    if assigned.is_empty() {
        return;
    }
    // What was full may not have been all.
    if assigned.len() == MOST {
        core.wake.notify_one();
    }
    let census = core.census.load(Ordering::Relaxed);
    let rows = assigned.iter().map(|assigned| row(assigned, census));
    let written = match core.store.lease(rows.collect(), now()).await {
        Ok(written) => written.into_iter().collect::<HashSet<_>>(),
        Err(error) => {
            tracing::error!(%error, leases = assigned.len(), "leases are not written down");
            HashSet::new()
        }
    };
    for assignment in assigned {
        let is_offered = written.contains(&assignment.lease) && offer(core, &assignment);
        if is_offered {
            core.metrics.leases.inc();
            core.changed(assignment.job);
        } else {
            let (lease, worker) = (assignment.lease, &assignment.worker);
            let ended = lock(&core.board).fail(lease, worker, Cause::Unreachable, now_ms());
            if let Some((ended, dead)) = ended {
                lease_ended(core, &ended);
                if let Some((job, why)) = dead {
                    give_up(core, job, why).await;
                }
            }
        }
    }
}

fn row(assignment: &Assignment, census: u32) -> LeaseRow {
    let skipped = assignment.skipped.iter().take(MAX_SKIPPED);
    let skipped: Vec<_> = skipped
        .map(|(attempt, worker, skip)| json!([attempt, worker.as_ref(), skip.name()]))
        .collect();
    LeaseRow {
        lease: assignment.lease,
        job: assignment.job,
        worker: assignment.worker.to_string(),
        attempt: assignment.attempt,
        until: assignment.until,
        census,
        skipped: json!({ "count": assignment.skipped.len(), "first": skipped }).to_string(),
    }
}

/// Sends an offer. Whether it is on its way.
fn offer(core: &Core, assignment: &Assignment) -> bool {
    let found = {
        let board = lock(&core.board);
        let task = board.leased_task(assignment.lease, &assignment.worker);
        task.map(|task| (task.order, task.program, task.detail.clone()))
    };
    let Ok((order, program, detail)) = found else {
        return false;
    };
    let Some(known) = lock(&core.programs).get(&program).cloned() else {
        return false;
    };
    let grant = core.signatory.grant(
        order,
        &detail,
        &assignment.worker,
        assignment.attempt,
        assignment.until,
    );
    let Some(inputs) = detail.slots.iter().map(input).collect::<Option<Vec<_>>>() else {
        return false;
    };
    let operations = known.program.operations.iter().map(Encode::to_bytes);
    let task = v1::Task {
        lease: assignment.lease.0.to_vec(),
        order,
        authoriser_key: authoriser(core, &detail).to_vec(),
        coordinator_key: core.signatory.public().to_vec(),
        grant: grant.to_bytes(),
        operations: operations.collect(),
        slots: u32::from(known.program.slots),
        inputs,
    };
    let answer_within_ms = u32::try_from(core.config.leases.answer_ms).unwrap_or(u32::MAX);
    // The time to answer runs from now on: the answer may be there before this returns.
    lock(&core.board).offered(assignment.lease, now_ms());
    let offer = v1::Offer {
        task: Some(task),
        answer_within_ms,
    };
    core.tell(assignment.session, to_worker::Message::Offer(offer))
}

fn authoriser(core: &Core, detail: &Detail) -> [u8; 32] {
    detail
        .app
        .as_ref()
        .map_or(core.signatory.public(), |app| app.key)
}

fn input(slot: &Slot) -> Option<v1::Input> {
    let input = match slot {
        Slot::Seed(seed) => v1::input::Input::Seed(hex::decode(seed).ok()?),
        Slot::Tensor(tensor) => v1::input::Input::Tensor(v1::TensorRef {
            root: hex::decode(&tensor.root).ok()?,
            dtype: tensor.dtype.clone(),
            rows: tensor.rows,
            cols: tensor.cols,
        }),
    };
    Some(v1::Input { input: Some(input) })
}
