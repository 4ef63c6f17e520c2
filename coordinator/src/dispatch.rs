//! Carries out what the board decides: writes leases down, then offers them.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use compute_proofs::Hash;
use compute_proofs::codec::Encode;
use serde_json::json;
use tokio::task::JoinSet;
use worker_api::v1::{self, to_worker};

use crate::core::{Core, lock, now, now_ms};
use crate::id::{self, LeaseId};
use crate::job::Detail;
use crate::machine::board::{Assignment, Cause, Ended};
use crate::program::Slot;
use crate::store::{JobState, LeaseRow};

/// Leases that are drawn in one go: for so long nobody else reads or changes the board.
const MOST: usize = 64;

/// Groups that are drawn before time is looked at again.
const GOES: usize = 32;

/// Groups of leases that are on their way to the disk and to their workers at a time.
const WRITING: usize = 32;

/// Jobs that are given up at a time.
const GIVING_UP: usize = 256;

/// How often time is looked at.
const TICK: Duration = Duration::from_millis(50);

/// Until the coordinator ends.
pub(crate) async fn run(core: Arc<Core>) {
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut looked_ms = 0;
    // While one group is on its way to the disk, the next is drawn.
    let mut writing = JoinSet::new();
    loop {
        let is_tick = tokio::select! {
            () = core.shutdown.requested() => break,
            () = core.wake.notified() => false,
            _ = tick.tick() => true,
        };
        if is_tick {
            let now = now_ms();
            pass_time(&core, now, &mut writing);
            if now.saturating_sub(looked_ms) >= 1_000 {
                looked_ms = now;
                look_around(&core, now);
            }
        }
        if !core.is_draining() {
            assign(&core, &mut writing).await;
        }
        while writing.try_join_next().is_some() {}
    }
    // What is on its way to the disk is offered, or its lease is nobody's.
    while writing.join_next().await.is_some() {}
}

/// Ends what time has ended.
fn pass_time(core: &Arc<Core>, now: u64, writing: &mut JoinSet<()>) {
    let ticked = lock(&core.board).tick(now);
    for ended in &ticked.ended {
        lease_ended(core, ended);
    }
    if ticked.dead.is_empty() {
        return;
    }
    let core = core.clone();
    writing.spawn(async move {
        for group in ticked.dead.chunks(GIVING_UP) {
            let mut all = JoinSet::new();
            for (job, why) in group.iter().copied() {
                let core = core.clone();
                all.spawn(async move { give_up(&core, job, why).await });
            }
            while all.join_next().await.is_some() {}
        }
    });
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
    lock(&core.private).remove(&ended.lease);
    tracing::info!(job = %ended.job, lease = %ended.lease, worker = %ended.worker,
        cause = ended.cause.name(), "lease ended");
    let tells = matches!(
        ended.cause,
        Cause::Unanswered
            | Cause::Late
            | Cause::NoInput
            | Cause::Cancelled
            | Cause::Expired
            | Cause::Gone
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

/// Draws until nothing can be leased or it is time for something else, and sends each
/// group on its way.
async fn assign(core: &Arc<Core>, writing: &mut JoinSet<()>) {
    for _ in 0..GOES {
        while writing.len() >= WRITING {
            writing.join_next().await;
        }
        let (assigned, is_full) = {
            let mut board = lock(&core.board);
            let assigned = board.assign(now_ms(), MOST, || LeaseId::new().ok());
            let is_full = assigned.len() >= MOST || board.is_cut_off();
            (assigned, is_full)
        };
        if !assigned.is_empty() {
            writing.spawn(lease(core.clone(), assigned));
        }
        if !is_full {
            return;
        }
        // Results are waiting for the board too.
        tokio::task::yield_now().await;
    }
    core.wake.notify_one();
}

/// Writes leases down, then offers them.
async fn lease(core: Arc<Core>, assigned: Vec<Assignment>) {
    let rows = assigned.iter().map(row).collect();
    // Signed while they are written down.
    let (written, offers) = tokio::join!(core.store.lease(rows, now()), async {
        let offers = assigned.iter().map(|assigned| offer(&core, assigned));
        offers.collect::<Vec<_>>()
    });
    let written = match written {
        Ok(written) => written.into_iter().collect::<HashSet<_>>(),
        Err(error) => {
            tracing::error!(%error, leases = assigned.len(), "leases are not written down");
            HashSet::new()
        }
    };
    for (assignment, offer) in assigned.iter().zip(offers) {
        let lease = assignment.lease;
        let offer = offer.filter(|_| written.contains(&lease));
        let is_offered = offer.is_some_and(|(grant, offer)| {
            // The time to answer runs from now on: the answer may be there before `tell`
            // returns.
            lock(&core.board).offered(lease, grant, now_ms());
            core.tell(assignment.session, to_worker::Message::Offer(offer))
        });
        if is_offered {
            core.metrics.leases.inc();
            core.changed(assignment.job);
            continue;
        }
        let worker = &assignment.worker;
        let ended = lock(&core.board).fail(lease, worker, Cause::Unreachable, now_ms());
        if let Some((ended, dead)) = ended {
            lease_ended(&core, &ended);
            if let Some((job, why)) = dead {
                give_up(&core, job, why).await;
            }
        }
    }
}

fn row(assignment: &Assignment) -> LeaseRow {
    let passed = &assignment.skipped;
    let first = passed.first.iter();
    let first: Vec<_> = first
        .map(|(attempt, worker, skip)| json!([attempt, worker.as_ref(), skip.name()]))
        .collect();
    LeaseRow {
        lease: assignment.lease,
        job: assignment.job,
        worker: assignment.worker.to_string(),
        attempt: assignment.attempt,
        until: assignment.until,
        census: assignment.census,
        skipped: json!({ "count": passed.count, "first": first }).to_string(),
    }
}

/// An offer, and the hash of its grant. None if the lease has ended meanwhile.
fn offer(core: &Core, assignment: &Assignment) -> Option<(Hash, v1::Offer)> {
    let found = {
        let board = lock(&core.board);
        let task = board.leased_task(assignment.lease, &assignment.worker);
        task.map(|task| (task.order, task.program, task.detail.clone()))
    };
    let (order, program, detail) = found.ok()?;
    let known = lock(&core.programs).get(&program).cloned()?;
    let (worker, attempt) = (&assignment.worker, assignment.attempt);
    let grant = core
        .signatory
        .grant(order, &detail, worker, attempt, assignment.until);
    let context = core.signatory.context(order, detail.app.as_ref());
    let inputs = detail.slots.iter().map(input).collect::<Option<Vec<_>>>()?;
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
        reply_key: detail.reply_key.map_or_else(Vec::new, |key| key.0.to_vec()),
    };
    let answer_within_ms = u32::try_from(core.config.leases.answer_ms).unwrap_or(u32::MAX);
    let offer = v1::Offer {
        task: Some(task),
        answer_within_ms,
    };
    Some((grant.hash(&context, worker), offer))
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
