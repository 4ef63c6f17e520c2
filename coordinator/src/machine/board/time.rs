//! What time brings: answers that are due, leases and jobs that are over.

use super::{Board, Cause, Lease, Stage, Ticked};
use crate::id::LeaseId;

impl Board {
    /// What time brings. `heartbeat_ms` is how long a worker may be silent.
    pub fn tick(&mut self, now_ms: u64) -> Ticked {
        let mut ticked = Ticked::default();
        for job in self.queue.due(now_ms) {
            if let Some(task) = self.tasks.get_mut(&job) {
                task.delayed_until = None;
            }
            self.wait(job);
        }
        while let Some(&(at, lease)) = self.lease_ends.first()
            && at <= now_ms
        {
            self.lease_ends.pop_first();
            let Some(found) = self.leases.get(&lease) else {
                continue;
            };
            let cause = match found.stage {
                Stage::HandedIn => continue,
                Stage::AwaitingInput { by_ms } if now_ms < by_ms.min(found.until_ms) => continue,
                Stage::AwaitingInput { .. } => Cause::NoInput,
                Stage::Offered if now_ms < found.until_ms => Cause::Unanswered,
                // The entry was for the answer, which has come.
                Stage::Running | Stage::Drawn if now_ms < found.until_ms => continue,
                _ => Cause::Late,
            };
            let worker = found.worker.clone();
            self.note(lease, &worker, cause, now_ms, &mut ticked);
        }
        while let Some((at, address)) = self.gone.first().cloned()
            && at.saturating_add(self.rules.grace_ms) <= now_ms
        {
            self.gone.pop_first();
            let leases = self.fleet.get(&address).map(|worker| worker.leases.clone());
            for lease in leases.unwrap_or_default() {
                let handed_in = |lease: &Lease| lease.stage == Stage::HandedIn;
                if !self.leases.get(&lease).is_some_and(handed_in) {
                    self.note(lease, &address, Cause::Gone, now_ms, &mut ticked);
                }
            }
        }
        while let Some(&(at, job)) = self.deadlines.first()
            && at <= now_ms
        {
            self.deadlines.pop_first();
            if self.tasks.contains_key(&job) && !self.is_handed_in(job) {
                ticked
                    .ended
                    .extend(self.cancel(job, Cause::Expired, now_ms));
                ticked.dead.push((job, "not done by its deadline"));
            }
        }
        self.fleet.tick(now_ms, 3_600_000);
        ticked
    }

    fn note(&mut self, lease: LeaseId, worker: &str, cause: Cause, now_ms: u64, to: &mut Ticked) {
        if let Some((ended, dead)) = self.fail(lease, worker, cause, now_ms) {
            to.ended.push(ended);
            to.dead.extend(dead);
        }
    }
}
