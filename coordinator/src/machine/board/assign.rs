//! Drawing a worker for a task that waits.

use std::sync::Arc;

use compute_proofs::Hash;

use super::{Assignment, Board, Lease, Passed, Priority, Stage, Task};
use crate::id::{JobId, LeaseId, SessionId};

/// Draws in one go: as long as they take nobody else reads or changes the board. A task
/// whose draws are cut off goes on with them the next time.
const MAX_DRAWS: u32 = 4_096;

/// Tasks of one order that are looked at behind one that nobody can take.
const LOOK_BEHIND: usize = 32;

/// What came of the draws for one task.
enum Drawn {
    /// This worker can take it, by this attempt.
    Worker(u32, Arc<str>, SessionId),
    /// None of those who are free may be drawn and can take it.
    Nobody,
    /// Draws go on with this attempt.
    CutOff(u32),
}

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
        let mut draws = MAX_DRAWS;
        for priority in [Priority::Redemption, Priority::Paid] {
            let mut progress = true;
            while progress && assigned.len() < most && !self.fleet.nobody_is_free() {
                progress = false;
                for order in self.queue.turns(priority) {
                    if assigned.len() >= most || draws == 0 || self.fleet.nobody_is_free() {
                        break;
                    }
                    let found = self.assign_one(priority, order, now_ms, &mut draws, &mut name);
                    let Some(assignment) = found else {
                        continue;
                    };
                    self.queue.note_served(priority, order);
                    assigned.push(assignment);
                    progress = true;
                }
            }
        }
        self.is_cut_off = draws == 0;
        assigned
    }

    /// Whether the last [`Self::assign`] has ended because it had drawn often enough.
    #[must_use]
    pub fn is_cut_off(&self) -> bool {
        self.is_cut_off
    }

    /// The first task of an order that a drawn worker can take.
    fn assign_one(
        &mut self,
        priority: Priority,
        order: u64,
        now_ms: u64,
        draws: &mut u32,
        name: &mut impl FnMut() -> Option<LeaseId>,
    ) -> Option<Assignment> {
        for job in self.queue.first(priority, order, LOOK_BEHIND) {
            let mut passed = self.passed.remove(&job).unwrap_or_default();
            let task = self.tasks.get(&job)?;
            let drawn = self.draw(task, now_ms, draws, &mut passed);
            match drawn {
                Drawn::Worker(attempt, worker, session) => {
                    let lease = name()?;
                    return Some(self.lease(job, lease, attempt, worker, session, passed, now_ms));
                }
                // The next may be smaller, or refused by fewer.
                Drawn::Nobody => {}
                Drawn::CutOff(attempt) => {
                    if let Some(task) = self.tasks.get_mut(&job) {
                        task.attempt = attempt;
                    }
                }
            }
            if passed.count > 0 {
                self.passed.insert(job, passed);
            }
            if *draws == 0 {
                return None;
            }
        }
        None
    }

    /// Draws until somebody can take the task, and notes who is passed over.
    fn draw(&self, task: &Task, now_ms: u64, draws: &mut u32, passed: &mut Passed) -> Drawn {
        let issuer = task.issuer.as_deref();
        let basis = self.basis.as_ref();
        let Some((basis, lottery)) = basis.and_then(|basis| Some((basis, basis.lottery(issuer)?)))
        else {
            return Drawn::Nobody;
        };
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
            return Drawn::Nobody;
        }
        let mut attempt = task.attempt;
        while *draws > 0 {
            *draws = draws.saturating_sub(1);
            let Some(drawn) = basis.draw(issuer, task.order, task.nonce, attempt) else {
                return Drawn::Nobody;
            };
            match fits(drawn) {
                Ok(session) => return Drawn::Worker(attempt, drawn.clone(), session),
                Err(reason) => passed.note(attempt, drawn, reason),
            }
            attempt = attempt.saturating_add(1);
        }
        Drawn::CutOff(attempt)
    }

    #[allow(clippy::too_many_arguments)]
    fn lease(
        &mut self,
        job: JobId,
        lease: LeaseId,
        attempt: u32,
        worker: Arc<str>,
        session: SessionId,
        skipped: Passed,
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
        let (mut work_ms, mut input_ms) = (0, 0);
        if let Some(task) = self.tasks.get_mut(&job) {
            task.attempt = attempt.saturating_add(1);
            let ms = task.ops.saturating_mul(1_000).div_ceil(rate);
            work_ms = u64::try_from(ms).unwrap_or(u64::MAX);
            if task.detail.reply_key.is_some() {
                input_ms = self.rules.input_ms;
            }
            let task = task.clone();
            self.queue.remove(&task);
        }
        let lasts = work_ms
            .saturating_mul(self.rules.lease_factor)
            .saturating_add(self.rules.lease_ms)
            .saturating_add(input_ms);
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
                grant: None,
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
            census: self.basis.as_ref().map_or(0, |basis| basis.census),
            skipped,
        }
    }

    /// The lease is written down and the offer, with the grant of this hash, on its way.
    pub fn offered(&mut self, lease: LeaseId, grant: Hash, now_ms: u64) {
        let answer_by = now_ms.saturating_add(self.rules.answer_ms);
        if let Some(found) = self.leases.get_mut(&lease)
            && found.stage == Stage::Drawn
        {
            found.stage = Stage::Offered;
            found.grant = Some(grant);
            self.lease_ends.insert((answer_by, lease));
        }
    }
}
