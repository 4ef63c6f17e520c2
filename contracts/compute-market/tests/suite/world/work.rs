//! What workers do, and what apps and coordinators sign.

use compute_api::market::{Answer, Commitment, ExecuteMsg, Opening, Order, TaskClaim};
use compute_proofs::{
    Hash,
    codec::Encode,
    opening::{BatchContext, Evidence, NamedReceipt, Place, TraceEvidence, sample},
    receipt::{Receipt, Receipts},
    task::{Authorisation, Delivery, Grant, Lease, OrderContext, input_root},
};
use cosmwasm_std::{Addr, Binary, HexBinary, Uint128};
use test_suite::fixtures::Job;

use super::{AUTHORISER, COORDINATOR, SEEDED, World, jobs::record, sign, worker_key};

/// An order, as every signature names it.
#[derive(Clone)]
pub(crate) struct Signed {
    pub(crate) chain_id: String,
    pub(crate) market: String,
    pub(crate) order: u64,
    pub(crate) authoriser: [u8; 32],
    pub(crate) coordinator: [u8; 32],
}

impl Signed {
    pub(crate) fn context(&self) -> OrderContext<'_> {
        OrderContext {
            chain_id: &self.chain_id,
            market: &self.market,
            order: self.order,
            authoriser: self.authoriser,
            coordinator: self.coordinator,
        }
    }
}

/// What a worker is going to commit, and what is wrong with it.
pub(crate) struct Plan {
    /// Jobs of the tasks, over and over.
    pub(crate) jobs: Vec<&'static Job>,
    pub(crate) attempt: u32,
    pub(crate) commit_by: u64,
    pub(crate) expires: u64,
    /// Ops that a task may cost; its program's cost if left out.
    pub(crate) max_ops: Option<u128>,
    /// What the last authorisation shows; the dearest job's cost for each nonce so far
    /// if left out.
    pub(crate) cum_ops: Option<u128>,
    /// Numbers of the keys that sign.
    pub(crate) authoriser: u8,
    pub(crate) coordinator: u8,
    pub(crate) worker: u8,
    /// Changes receipts.
    pub(crate) lie: Option<fn(&mut Receipt)>,
    /// Changes grants.
    pub(crate) grants: Option<fn(&mut Grant)>,
    /// The order that signatures are for, if it is not the one.
    pub(crate) signed: Option<Signed>,
}

impl Plan {
    /// Nothing is wrong with it.
    pub(crate) fn honest(world: &World, worker: usize) -> Self {
        Self {
            jobs: vec![&SEEDED],
            attempt: 0,
            commit_by: world.now() + 3_600,
            expires: world.now() + 7_200,
            max_ops: None,
            cum_ops: None,
            authoriser: AUTHORISER,
            coordinator: COORDINATOR,
            worker: worker_key(worker),
            lie: None,
            grants: None,
            signed: None,
        }
    }
}

/// A worker's finished batch.
#[derive(Clone)]
pub(crate) struct Work {
    pub(crate) signed: Signed,
    pub(crate) worker: Addr,
    pub(crate) tasks: Vec<Task>,
    pub(crate) receipts: Receipts,
    pub(crate) signature: [u8; 64],
}

/// One task of it.
#[derive(Clone)]
pub(crate) struct Task {
    pub(crate) nonce: u64,
    pub(crate) job: &'static Job,
    pub(crate) grant: Grant,
}

impl World {
    /// An order, as signatures name it.
    pub(crate) fn signed(&self, order: u64) -> Signed {
        self.signed_of(&self.order(order))
    }

    pub(crate) fn signed_of(&self, order: &Order) -> Signed {
        let bytes = |key: &HexBinary| key.as_slice().try_into().unwrap();
        Signed {
            chain_id: self.app.block_info().chain_id,
            market: self.market.to_string(),
            order: order.order,
            authoriser: bytes(&order.authoriser_key),
            coordinator: bytes(&order.coordinator_key),
        }
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
        let mut plan = Plan::honest(self, worker);
        change(&mut plan);
        self.work_by(order, worker, nonces, plan)
    }

    /// Work as planned.
    pub(crate) fn work_by(&self, order: u64, worker: usize, nonces: &[u64], plan: Plan) -> Work {
        let signed = plan.signed.clone().unwrap_or_else(|| self.signed(order));
        let worker = self.workers[worker].clone();
        let dearest = plan.jobs.iter().map(|job| job.run.header.cost).max();
        let task = |(nonce, job): (u64, &&'static Job)| {
            let cost = job.run.header.cost;
            let slots: Vec<Hash> = record(job, unsigned()).slots();
            let authorisation = Authorisation {
                nonce,
                program: job.run.header.hash(),
                input_root: input_root(&slots),
                max_ops: plan.max_ops.unwrap_or(cost),
                cum_ops: plan
                    .cum_ops
                    .unwrap_or(dearest.unwrap() * (u128::from(nonce) + 1)),
                expires: plan.expires,
            };
            let lease = Lease {
                nonce,
                attempt: plan.attempt,
                until: plan.expires,
            };
            let context = signed.context();
            let mut grant = Grant {
                authorisation,
                authorisation_signature: sign(plan.authoriser, &authorisation.message(&context)),
                lease,
                lease_signature: sign(plan.coordinator, &lease.message(&context, worker.as_str())),
            };
            if let Some(change) = plan.grants {
                change(&mut grant);
            }
            Task { nonce, job, grant }
        };
        let jobs = plan.jobs.iter().cycle();
        let tasks: Vec<Task> = nonces.iter().copied().zip(jobs).map(task).collect();
        let receipt = |task: &Task| {
            let mut receipt = task.receipt(&signed.context(), worker.as_str());
            if let Some(lie) = plan.lie {
                lie(&mut receipt);
            }
            receipt
        };
        let receipts: Vec<Receipt> = tasks.iter().map(receipt).collect();
        let receipts = Receipts::new(receipts, plan.commit_by).unwrap();
        let message = receipts.batch().message(&signed.context(), worker.as_str());
        let signature = sign(plan.worker, &message);
        Work {
            signed,
            worker,
            tasks,
            receipts,
            signature,
        }
    }
}

impl World {
    /// A batch anew, from its tasks, with receipts that `lie` has been at, signed.
    pub(crate) fn resigned(&self, work: Work, worker: usize, lie: impl Fn(&mut Receipt)) -> Work {
        let context = work.signed.context();
        let receipts = work.tasks.iter().map(|task| {
            let mut receipt = task.receipt(&context, work.worker.as_str());
            lie(&mut receipt);
            receipt
        });
        let receipts = Receipts::new(receipts.collect(), work.receipts.batch().commit_by).unwrap();
        let message = receipts.batch().message(&context, work.worker.as_str());
        let signature = sign(worker_key(worker), &message);
        Work {
            receipts,
            signature,
            ..work
        }
    }
}

impl Task {
    /// The honest receipt.
    fn receipt(&self, context: &OrderContext<'_>, worker: &str) -> Receipt {
        let run = &self.job.run;
        Receipt {
            nonce: self.nonce,
            grant: self.grant.hash(context, worker),
            output_root: run.result().unwrap().root(),
            trace_root: run.trace.root(),
            ops: run.header.cost,
        }
    }
}

fn unsigned() -> Grant {
    Grant {
        authorisation: Authorisation {
            nonce: 0,
            program: Hash::ZERO,
            input_root: Hash::ZERO,
            max_ops: 0,
            cum_ops: 0,
            expires: 0,
        },
        authorisation_signature: [0; 64],
        lease: Lease {
            nonce: 0,
            attempt: 0,
            until: 0,
        },
        lease_signature: [0; 64],
    }
}

impl Work {
    pub(crate) fn ops(&self) -> u128 {
        self.receipts.batch().ops
    }

    pub(crate) fn commitment(&self) -> Commitment {
        let batch = self.receipts.batch();
        Commitment {
            first_nonce: batch.first_nonce,
            span: batch.span,
            ops: batch.ops.into(),
            commit_by: batch.commit_by,
            root: HexBinary::from(batch.root.0),
        }
    }

    pub(crate) fn commit(&self) -> ExecuteMsg {
        ExecuteMsg::CommitBatch {
            order: self.signed.order,
            worker: self.worker.to_string(),
            commitment: self.commitment(),
            signature: HexBinary::from(self.signature),
            grant: self.tasks.last().unwrap().grant.to_bytes().into(),
        }
    }

    pub(crate) fn context(&self) -> BatchContext<'_> {
        BatchContext {
            order: self.signed.context(),
            worker: self.worker.as_str(),
            batch: self.receipts.batch(),
        }
    }

    pub(crate) fn task(&self, nonce: u64) -> &Task {
        let mut tasks = self.tasks.iter();
        tasks.find(|task| task.nonce == nonce).unwrap()
    }

    /// Evidence of one element.
    pub(crate) fn evidence(&self, nonce: u64, operation: u32, place: Place) -> Evidence {
        let task = self.task(nonce);
        let receipt = self.receipts.prove(nonce).unwrap();
        let record = record(task.job, task.grant);
        record.evidence(receipt, operation, place).unwrap()
    }

    /// The answer to sample `d`.
    pub(crate) fn opening(&self, beacon: &[u8; 32], d: u32) -> Opening {
        let context = self.context();
        let mut sample = sample(&context, beacon, d).unwrap();
        let (nonce, offset) = self.receipts.locate(sample.position()).unwrap();
        let task = self.task(nonce);
        let record = record(task.job, task.grant);
        let operation = record.drawn_operation(&mut sample, offset).unwrap();
        let index = usize::try_from(operation).unwrap();
        let place = sample.place(&task.job.program.operations[index]).unwrap();
        Opening {
            sample: d,
            evidence: self.evidence(nonce, operation, place).to_bytes().into(),
        }
    }

    pub(crate) fn openings(&self, beacon: &[u8; 32], samples: u32) -> Vec<Opening> {
        (0..samples).map(|d| self.opening(beacon, d)).collect()
    }

    pub(crate) fn named(&self, nonce: u64) -> NamedReceipt {
        NamedReceipt {
            receipt: self.receipts.prove(nonce).unwrap(),
            grant: self.task(nonce).grant,
        }
    }

    pub(crate) fn traced(&self, nonce: u64, operation: u32) -> TraceEvidence {
        let job = self.task(nonce).job;
        TraceEvidence {
            named: self.named(nonce),
            operation: job.program.prove(operation).unwrap(),
            trace: job.run.trace.prove(operation).unwrap(),
        }
    }

    /// That the worker has not claimed a task.
    pub(crate) fn unclaimed(&self, nonce: u64) -> Answer {
        Answer::Unclaimed {
            place: self.receipts.prove_empty(nonce).unwrap().to_bytes().into(),
        }
    }

    /// The claim to a task, with the coordinator's word for it or without.
    pub(crate) fn claim(&self, batch: u64, nonce: u64, delivered: bool) -> TaskClaim {
        let named = self.named(nonce);
        let delivery = Delivery {
            nonce,
            output_root: named.receipt.receipt.output_root,
        };
        let message = delivery.message(&self.signed.context(), self.worker.as_str());
        TaskClaim {
            batch,
            receipt: named.to_bytes().into(),
            delivery_signature: delivered.then(|| HexBinary::from(sign(COORDINATOR, &message))),
        }
    }

    /// Its authorisation of a task with the app's signature, as `call_order` takes it.
    pub(crate) fn call(&self, nonce: u64) -> ExecuteMsg {
        let grant = &self.task(nonce).grant;
        ExecuteMsg::CallOrder {
            order: self.signed.order,
            authorisation: Binary::from(grant.authorisation.to_bytes()),
            signature: HexBinary::from(grant.authorisation_signature),
        }
    }

    pub(crate) fn charge(&self) -> Uint128 {
        self.ops().into()
    }
}
