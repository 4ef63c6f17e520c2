//! What workers do, and what apps and coordinators sign.

use compute_proofs::receipt::Receipt;
pub(crate) use test_suite::market::{Plan, Signed, Work};

use super::{World, worker_key};

impl World {
    /// An order, as signatures name it.
    pub(crate) fn signed(&self, order: u64) -> Signed {
        let chain_id = self.app.block_info().chain_id;
        Signed::new(&chain_id, &self.market, &self.order(order))
    }

    /// Nothing is wrong with it.
    pub(crate) fn plan(&self, worker: usize) -> Plan {
        Plan::honest(self.now(), worker_key(worker))
    }

    /// Honest work on tasks of an order, to be committed within an hour.
    pub(crate) fn work(&self, order: u64, worker: usize, nonces: &[u64]) -> Work {
        self.work_with(order, worker, nonces, |_| ())
    }

    /// The same but for what `change` is at.
    pub(crate) fn work_with(
        &self,
        order: u64,
        worker: usize,
        nonces: &[u64],
        change: impl FnOnce(&mut Plan),
    ) -> Work {
        let mut plan = self.plan(worker);
        change(&mut plan);
        self.work_by(order, worker, nonces, plan)
    }

    /// Work as planned.
    pub(crate) fn work_by(&self, order: u64, worker: usize, nonces: &[u64], plan: Plan) -> Work {
        let worker = self.workers[worker].clone();
        Work::new(self.signed(order), worker, nonces, &plan)
    }

    /// A batch anew, from its tasks, with receipts that `lie` has been at, signed.
    pub(crate) fn resigned(&self, work: Work, worker: usize, lie: impl Fn(&mut Receipt)) -> Work {
        work.resigned(worker_key(worker), lie)
    }
}
