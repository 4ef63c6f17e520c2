//! What happens to a lease, from its acceptance to its end.

use compute_proofs::Hash;

use super::{Board, Cause, Ended, HandedIn, NotYours, Refusal, Stage, Task};
use crate::id::{JobId, LeaseId};

/// Workers whose refusals of one task are kept.
const MAX_REFUSALS: usize = 32;

impl Board {
    /// The worker takes the task.
    ///
    /// # Errors
    /// [`NotYours`].
    pub fn accept(&mut self, lease: LeaseId, worker: &str) -> Result<(), NotYours> {
        let found = self.owned(lease, worker)?;
        if matches!(found.stage, Stage::Drawn | Stage::Offered) {
            found.stage = Stage::Running;
        }
        Ok(())
    }

    /// The worker says how far it is.
    ///
    /// # Errors
    /// [`NotYours`].
    pub fn progress(
        &mut self,
        lease: LeaseId,
        worker: &str,
        done_bps: u32,
    ) -> Result<JobId, NotYours> {
        let found = self.owned(lease, worker)?;
        found.progress_bps = done_bps.min(10_000);
        Ok(found.job)
    }

    /// The worker hands in a result, which will be checked: until then time does not end
    /// the lease. It need not have been accepted before.
    ///
    /// # Errors
    /// [`NotYours`].
    pub fn hand_in(&mut self, lease: LeaseId, worker: &str) -> Result<HandedIn, NotYours> {
        let found = self.owned(lease, worker)?;
        // One that is being checked is not checked twice.
        if found.stage == Stage::HandedIn {
            return Err(NotYours::NoLease);
        }
        found.stage = Stage::HandedIn;
        let (job, attempt, grant) = (found.job, found.attempt, found.grant);
        let until = found.until_ms.checked_div(1_000).unwrap_or(0);
        let task = self.tasks.get(&job).cloned();
        Ok(HandedIn {
            task: task.ok_or(NotYours::NoLease)?,
            attempt,
            until,
            grant,
        })
    }

    /// The task that a lease of `worker`'s is for.
    ///
    /// # Errors
    /// [`NotYours`].
    pub fn leased_task(&self, lease: LeaseId, worker: &str) -> Result<&Task, NotYours> {
        let found = self.leases.get(&lease).ok_or(NotYours::NoLease)?;
        if found.worker.as_ref() != worker {
            return Err(NotYours::AnotherWorkers);
        }
        self.tasks.get(&found.job).ok_or(NotYours::NoLease)
    }

    /// Whether a task that is leased to `worker` names the object.
    #[must_use]
    pub fn may_download(&self, worker: &str, object: &Hash) -> bool {
        let leases = self.fleet.get(worker).map(|worker| &worker.leases);
        let tasks = leases.into_iter().flatten().filter_map(|lease| {
            let lease = self.leases.get(lease)?;
            self.tasks.get(&lease.job)
        });
        tasks.into_iter().any(|task| task.detail.names(object))
    }

    /// The result is right and written down.
    pub fn done(&mut self, lease: LeaseId, now_ms: u64) {
        let Some(found) = self.end(lease, now_ms) else {
            return;
        };
        self.fleet.change(&found.worker, now_ms, |worker| {
            worker.done = worker.done.saturating_add(1);
            worker.backoff.succeeded();
        });
        self.forget(found.job);
    }

    /// Ends a lease without a result: its task waits for the next attempt. `None` if
    /// there is no such lease of that worker's.
    pub fn fail(
        &mut self,
        lease: LeaseId,
        worker: &str,
        cause: Cause,
        now_ms: u64,
    ) -> Option<(Ended, Option<(JobId, &'static str)>)> {
        if self.leases.get(&lease)?.worker.as_ref() != worker {
            return None;
        }
        let found = self.end(lease, now_ms)?;
        let address = found.worker.clone();
        let order = self.tasks.get(&found.job).map_or(0, |task| task.order);
        let session = self.fleet.change(&address, now_ms, |worker| {
            // What its app has failed is no failure of the worker's.
            let is_the_apps = matches!(cause, Cause::NoInput | Cause::BadInput);
            worker.failed = worker.failed.saturating_add(u64::from(!is_the_apps));
            match &cause {
                Cause::Refused(Refusal::Busy) => worker.backoff.pause(now_ms, 500),
                Cause::Refused(Refusal::Draining) => worker.draining = true,
                Cause::Refused(Refusal::Terms) => worker.hold(order, now_ms),
                Cause::Refused(Refusal::Task)
                | Cause::NoInput
                | Cause::BadInput
                | Cause::Cancelled
                | Cause::Expired => {}
                _ => worker.backoff.failed(now_ms),
            }
            worker.session
        });
        let mut dead = None;
        if let Some(task) = self.tasks.get_mut(&found.job) {
            let counts = !matches!(cause, Cause::Refused(Refusal::Busy | Refusal::Draining));
            if counts {
                task.tries = task.tries.saturating_add(1);
            }
            if matches!(
                cause,
                Cause::Refused(Refusal::Task) | Cause::BadResult | Cause::Failed | Cause::BadInput
            ) && task.refused_by.len() < MAX_REFUSALS
            {
                task.refused_by.push(address.clone());
            }
            if task.tries >= self.rules.max_tries {
                dead = Some((found.job, "tried too often without a result"));
            }
        }
        match dead {
            Some((job, _)) => self.forget(job),
            None => self.wait(found.job),
        }
        let ended = Ended {
            lease,
            job: found.job,
            worker: address,
            session,
            cause,
        };
        Some((ended, dead))
    }

    /// Takes a job off the board. If it was leased, that lease.
    pub fn cancel(&mut self, job: JobId, cause: Cause, now_ms: u64) -> Option<Ended> {
        let lease = self.by_task.get(&job).copied();
        let ended = lease.and_then(|lease| {
            let found = self.end(lease, now_ms)?;
            let session = self.fleet.get(&found.worker).and_then(|w| w.session);
            Some(Ended {
                lease,
                job,
                worker: found.worker,
                session,
                cause,
            })
        });
        self.forget(job);
        ended
    }

    /// Whether the job's result is being checked: then it cannot be cancelled any more.
    #[must_use]
    pub fn is_handed_in(&self, job: JobId) -> bool {
        let lease = self.by_task.get(&job);
        let found = lease.and_then(|lease| self.leases.get(lease));
        found.is_some_and(|lease| lease.stage == Stage::HandedIn)
    }
}
