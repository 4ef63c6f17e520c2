//! Private tasks: their app seals the input to whoever has the lease, once that is known.

use compute_proofs::Hash;

use super::{Board, NotYours, Stage};
use crate::id::{JobId, LeaseId, SessionId};

impl Board {
    /// Hash of a lease's grant, once that is signed.
    #[must_use]
    pub fn grant_of(&self, lease: LeaseId) -> Option<Hash> {
        self.leases.get(&lease)?.grant
    }

    /// The worker takes a private task, whose app now has to seal the input.
    ///
    /// # Errors
    /// [`NotYours`].
    pub fn await_input(
        &mut self,
        lease: LeaseId,
        worker: &str,
        now_ms: u64,
    ) -> Result<JobId, NotYours> {
        let by_ms = now_ms.saturating_add(self.rules.input_ms);
        let found = self.owned(lease, worker)?;
        let job = found.job;
        if matches!(found.stage, Stage::Drawn | Stage::Offered) {
            found.stage = Stage::AwaitingInput { by_ms };
            self.lease_ends.insert((by_ms, lease));
        }
        Ok(job)
    }

    /// The input of a private task is there, sealed for this lease: the session of whoever
    /// has it, if there is one. `None` if the lease does not wait for it.
    pub fn input_came(&mut self, lease: LeaseId) -> Option<Option<SessionId>> {
        let found = self.leases.get_mut(&lease)?;
        if !matches!(found.stage, Stage::AwaitingInput { .. }) {
            return None;
        }
        found.stage = Stage::Running;
        let worker = self.fleet.get(&found.worker);
        Some(worker.and_then(|worker| worker.session))
    }
}
