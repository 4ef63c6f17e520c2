//! Drawing a worker for a task that waits.

use std::sync::Arc;

use super::{Assignment, Board, Lease, Priority, Skip, Stage, Task};
use crate::id::{JobId, LeaseId, SessionId};

/// Draws for one task in one go; after that it waits for the next.
const MAX_DRAWS: u32 = 4_096;

/// Tasks of one order that are looked at behind one that nobody can take.
const LOOK_BEHIND: usize = 32;

impl Board {
    /// Leases tasks to workers, `most` at once. Each must be written down before it is
    /// offered.
    pub fn assign(
        &mut self,
        now_ms: u64,
        most: usize,
        mut name: impl FnMut() -> Option<LeaseId>,
    ) -> Vec<Assignment> {
        let mut assigned = Vec::new();
        for priority in [Priority::Redemption, Priority::Paid] {
            let mut progress = true;
            while progress && assigned.len() < most && !self.fleet.nobody_is_free() {
                progress = false;
                for order in self.queue.turns(priority) {
                    if assigned.len() >= most || self.fleet.nobody_is_free() {
                        break;
                    }
                    let Some(assignment) = self.assign_one(priority, order, now_ms, &mut name)
                    else {
                        continue;
                    };
                    self.queue.note_served(priority, order);
                    assigned.push(assignment);
                    progress = true;
                }
            }
        }
        assigned
    }

    /// The first task of an order that a drawn worker can take.
    fn assign_one(
        &mut self,
        priority: Priority,
        order: u64,
        now_ms: u64,
        name: &mut impl FnMut() -> Option<LeaseId>,
    ) -> Option<Assignment> {
        for job in self.queue.first(priority, order, LOOK_BEHIND) {
            let task = self.tasks.get(&job)?;
            let Some((attempt, worker, session, skipped)) = self.draw(task, now_ms) else {
                // Nobody for this one: the next may be smaller, or refused by fewer.
                continue;
            };
            let lease = name()?;
            return Some(self.lease(job, lease, attempt, worker, session, skipped, now_ms));
        }
        None
    }

    /// Draws until somebody can take the task.
    #[allow(clippy::type_complexity)]
    fn draw(
        &self,
        task: &Task,
        now_ms: u64,
    ) -> Option<(u32, Arc<str>, SessionId, Vec<(u32, Arc<str>, Skip)>)> {
        let basis = self.basis.as_ref()?;
        let issuer = task.issuer.as_deref();
        let lottery = basis.lottery(issuer)?;
        let fits = |address: &str| self.fleet.fits(address, task, &self.facts, now_ms);
        // Draws end only if somebody who can be drawn can take it.
        let possible = match issuer {
            Some(_) => lottery
                .holders()
                .any(|worker| self.fleet.is_free(worker) && fits(worker).is_ok()),
            None => self
                .fleet
                .free()
                .any(|worker| lottery.weight(worker) > 0 && fits(worker).is_ok()),
        };
        if !possible {
            return None;
        }
        let mut skipped = Vec::new();
        for attempt in task.attempt..task.attempt.saturating_add(MAX_DRAWS) {
            let drawn = basis.draw(issuer, task.order, task.nonce, attempt)?;
            match fits(drawn) {
                Ok(session) => return Some((attempt, drawn.clone(), session, skipped)),
                Err(reason) => skipped.push((attempt, drawn.clone(), reason)),
            }
        }
        None
    }

    #[allow(clippy::too_many_arguments)]
    fn lease(
        &mut self,
        job: JobId,
        lease: LeaseId,
        attempt: u32,
        worker: Arc<str>,
        session: SessionId,
        skipped: Vec<(u32, Arc<str>, Skip)>,
        now_ms: u64,
    ) -> Assignment {
        // What it says of itself, and at least what it has proven: nobody keeps a task for
        // long by calling itself slow.
        let said = self
            .fleet
            .get(&worker)
            .map_or(1, |w| w.capabilities.rate.max(1));
        let proven = self.facts.get(&worker).map_or(1, |facts| facts.rate);
        let rate = u128::from(said).max(proven);
        let mut work_ms = 0;
        if let Some(task) = self.tasks.get_mut(&job) {
            task.attempt = attempt.saturating_add(1);
            let ms = task.ops.saturating_mul(1_000).div_ceil(rate);
            work_ms = u64::try_from(ms).unwrap_or(u64::MAX);
            let task = task.clone();
            self.queue.remove(&task);
        }
        let lasts = work_ms
            .saturating_mul(self.rules.lease_factor)
            .saturating_add(self.rules.lease_ms);
        // Rounded up: the lease names whole seconds.
        let until = now_ms.saturating_add(lasts).div_ceil(1_000);
        let until_ms = until.saturating_mul(1_000);
        self.by_task.insert(job, lease);
        self.lease_ends.insert((until_ms, lease));
        self.leases.insert(
            lease,
            Lease {
                job,
                worker: worker.clone(),
                attempt,
                stage: Stage::Drawn,
                until_ms,
                progress_bps: 0,
            },
        );
        self.fleet.change(&worker, now_ms, |worker| {
            worker.leases.insert(lease);
            worker.free_slots = worker.free_slots.saturating_sub(1);
        });
        Assignment {
            lease,
            job,
            worker,
            session,
            attempt,
            until,
            skipped,
        }
    }

    /// The lease is written down and the offer on its way.
    pub fn offered(&mut self, lease: LeaseId, now_ms: u64) {
        let answer_by = now_ms.saturating_add(self.rules.answer_ms);
        if let Some(found) = self.leases.get_mut(&lease)
            && found.stage == Stage::Drawn
        {
            found.stage = Stage::Offered;
            self.lease_ends.insert((answer_by, lease));
        }
    }
}
