//! What people ask: where a job stands, how workers are, why one is idle.

use super::{Board, Position, Stage, WorkerView};
use crate::id::{JobId, SessionId};

impl Board {
    /// Where a task stands; `None` if it is not on the board.
    #[must_use]
    pub fn position(&self, job: JobId) -> Option<Position> {
        let task = self.tasks.get(&job)?;
        let lease = self
            .by_task
            .get(&job)
            .and_then(|name| Some((name, self.leases.get(name)?)));
        Some(match lease {
            Some((name, lease)) => Position::Leased {
                worker: lease.worker.clone(),
                attempt: lease.attempt,
                progress_bps: lease.progress_bps,
                lease: *name,
                until: lease.until_ms.checked_div(1_000).unwrap_or(0),
                awaits_input: matches!(lease.stage, Stage::AwaitingInput { .. }),
            },
            None => Position::Waiting { tries: task.tries },
        })
    }

    /// All workers that were seen lately, by address.
    #[must_use]
    pub fn workers(&self, now_ms: u64) -> Vec<WorkerView> {
        let mut views: Vec<_> = self
            .fleet
            .iter()
            .map(|(address, worker)| WorkerView {
                address: address.clone(),
                connected: worker.session.is_some(),
                capabilities: worker.capabilities.clone(),
                leases: worker.leases.len(),
                done: worker.done,
                failed: worker.failed,
                weight: self.weight(address).unwrap_or(0),
                why_idle: self.why_idle(address, now_ms),
            })
            .collect();
        views.sort_by(|a, b| a.address.cmp(&b.address));
        views
    }

    fn weight(&self, address: &str) -> Option<u128> {
        let basis = self.basis.as_ref()?;
        let issuers = basis
            .issuers
            .values()
            .map(|lottery| lottery.weight(address));
        let most = issuers.fold(basis.stakes.weight(address), u128::max);
        Some(most)
    }

    fn why_idle(&self, address: &str, now_ms: u64) -> String {
        let waiting = !self.queue.is_empty();
        let facts = self.facts.get(address);
        self.fleet
            .why_idle(address, facts, self.weight(address), waiting, now_ms)
    }

    /// Sessions whose worker should be told why it is idle: those where that has changed.
    pub fn idle_news(&mut self, now_ms: u64) -> Vec<(SessionId, String)> {
        let connected = self.fleet.iter().filter_map(|(address, worker)| {
            let session = worker.session?;
            let reason = self.why_idle(address, now_ms);
            // A pause is counted down; that is no news.
            let news = reason != worker.told
                && !(worker.told.starts_with("left alone") && reason.starts_with("left alone"));
            news.then(|| (address.clone(), session, reason))
        });
        let news: Vec<_> = connected.collect();
        for (address, _, reason) in &news {
            self.fleet
                .change(address, now_ms, |worker| worker.told.clone_from(reason));
        }
        news.into_iter()
            .filter(|(_, _, reason)| !reason.is_empty())
            .map(|(_, session, reason)| (session, reason))
            .collect()
    }

    /// Sessions that have been silent for longer than `silent_ms`.
    #[must_use]
    pub fn silent(&self, now_ms: u64, silent_ms: u64) -> Vec<SessionId> {
        let workers = self.fleet.iter();
        workers
            .filter(|(_, worker)| now_ms.saturating_sub(worker.seen_ms) > silent_ms)
            .filter_map(|(_, worker)| worker.session)
            .collect()
    }
}
