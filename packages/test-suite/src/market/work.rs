//! What workers do, and what apps and coordinators sign.

use compute_api::market::{Answer, Commitment, ExecuteMsg, Opening, Order, TaskClaim};
use compute_proofs::{
    Hash,
    codec::Encode,
    opening::{BatchContext, Evidence, NamedReceipt, Place, TraceEvidence, sample},
    receipt::{Receipt, Receipts},
    task::{Authorisation, Delivery, Grant, Lease, OrderContext, input_root},
};
use cosmwasm_std::{Addr, Binary, HexBinary};

use super::{SEEDED, jobs::record};
use crate::fixtures::{AUTHORISER, COORDINATOR, Job, sign};

/// An order, as every signature names it.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The chain's id.
    pub chain_id: String,
    /// The market's address.
    pub market: String,
    /// Its number.
    pub order: u64,
    /// The authoriser's public key.
    pub authoriser: [u8; 32],
    /// The coordinator's public key.
    pub coordinator: [u8; 32],
}

impl Signed {
    /// An order of this market's.
    ///
    /// # Panics
    /// For keys that are none.
    #[must_use]
    pub fn new(chain_id: &str, market: &Addr, order: &Order) -> Self {
        let bytes = |key: &HexBinary| key.as_slice().try_into().expect("32 bytes");
        Self {
            chain_id: chain_id.to_owned(),
            market: market.to_string(),
            order: order.order,
            authoriser: bytes(&order.authoriser_key),
            coordinator: bytes(&order.coordinator_key),
        }
    }

    /// The same, as the proof library takes it.
    #[must_use]
    pub fn context(&self) -> OrderContext<'_> {
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
pub struct Plan {
    /// Jobs of the tasks, over and over.
    pub jobs: Vec<&'static Job>,
    /// Which lease of the task it is.
    pub attempt: u32,
    /// Until when the batch is to be committed.
    pub commit_by: u64,
    /// When authorisations and leases end.
    pub expires: u64,
    /// Ops that a task may cost; its program's cost if left out.
    pub max_ops: Option<u128>,
    /// What the last authorisation shows; the dearest job's cost for each nonce so far
    /// if left out.
    pub cum_ops: Option<u128>,
    /// The number of the key that authorises.
    pub authoriser: u8,
    /// The number of the key that leases.
    pub coordinator: u8,
    /// The number of the key that signs the batch.
    pub worker: u8,
    /// Changes receipts.
    pub lie: Option<fn(&mut Receipt)>,
    /// Changes grants.
    pub grants: Option<fn(&mut Grant)>,
    /// The order that signatures are for, if it is not the one.
    pub signed: Option<Signed>,
}

impl Plan {
    /// Nothing is wrong with it: the seeded job over and over, to be committed within an
    /// hour, by the worker with key number `worker`.
    #[must_use]
    pub fn honest(now: u64, worker: u8) -> Self {
        Self {
            jobs: vec![&SEEDED],
            attempt: 0,
            commit_by: now + 3_600,
            expires: now + 7_200,
            max_ops: None,
            cum_ops: None,
            authoriser: AUTHORISER,
            coordinator: COORDINATOR,
            worker,
            lie: None,
            grants: None,
            signed: None,
        }
    }
}

/// A worker's finished batch.
#[derive(Clone, Debug)]
pub struct Work {
    /// The order that it is for.
    pub signed: Signed,
    /// Who did it.
    pub worker: Addr,
    /// What was done.
    pub tasks: Vec<Task>,
    /// What is committed to.
    pub receipts: Receipts,
    /// The worker's.
    pub signature: [u8; 64],
    /// The number of the key that acknowledges deliveries.
    pub coordinator: u8,
}

/// One task of it.
#[derive(Clone, Debug)]
pub struct Task {
    /// Its number.
    pub nonce: u64,
    /// What was computed.
    pub job: &'static Job,
    /// Leave to do it.
    pub grant: Grant,
}

impl Work {
    /// Does these tasks of an order as planned.
    ///
    /// # Panics
    /// Without tasks or jobs; for nonces that do not rise.
    #[must_use]
    pub fn new(order: Signed, worker: Addr, nonces: &[u64], plan: &Plan) -> Self {
        let signed = plan.signed.clone().unwrap_or(order);
        let dearest = plan.jobs.iter().map(|job| job.run.header.cost).max();
        let dearest = dearest.expect("a job");
        let task = |(nonce, job): (u64, &&'static Job)| {
            let cost = job.run.header.cost;
            let slots: Vec<Hash> = record(job, unsigned()).slots();
            let authorisation = Authorisation {
                nonce,
                program: job.run.header.hash(),
                input_root: input_root(&slots),
                max_ops: plan.max_ops.unwrap_or(cost),
                cum_ops: plan.cum_ops.unwrap_or(dearest * (u128::from(nonce) + 1)),
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
        let lie = |receipt: &mut Receipt| {
            if let Some(lie) = plan.lie {
                lie(receipt);
            }
        };
        let keys = (plan.worker, plan.coordinator);
        Self::of(signed, worker, tasks, plan.commit_by, keys, lie)
    }

    /// The batch of these tasks, of receipts that `lie` has been at, signed.
    fn of(
        signed: Signed,
        worker: Addr,
        tasks: Vec<Task>,
        commit_by: u64,
        (key, coordinator): (u8, u8),
        lie: impl Fn(&mut Receipt),
    ) -> Self {
        let receipts = tasks.iter().map(|task| {
            let mut receipt = task.receipt(&signed.context(), worker.as_str());
            lie(&mut receipt);
            receipt
        });
        let receipts = Receipts::new(receipts.collect(), commit_by).expect("tasks that rise");
        let message = receipts.batch().message(&signed.context(), worker.as_str());
        Self {
            signature: sign(key, &message),
            signed,
            worker,
            tasks,
            receipts,
            coordinator,
        }
    }

    /// The same tasks as a batch anew, with receipts that `lie` has been at, signed by
    /// key number `key`.
    #[must_use]
    pub fn resigned(self, key: u8, lie: impl Fn(&mut Receipt)) -> Self {
        let commit_by = self.receipts.batch().commit_by;
        let keys = (key, self.coordinator);
        Self::of(self.signed, self.worker, self.tasks, commit_by, keys, lie)
    }
}

impl Task {
    /// The honest receipt.
    fn receipt(&self, context: &OrderContext<'_>, worker: &str) -> Receipt {
        let run = &self.job.run;
        Receipt {
            nonce: self.nonce,
            grant: self.grant.hash(context, worker),
            output_root: run.result().expect("it is there").root(),
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
    /// All of its ops.
    #[must_use]
    pub fn ops(&self) -> u128 {
        self.receipts.batch().ops
    }

    /// What the chain is told of it.
    #[must_use]
    pub fn commitment(&self) -> Commitment {
        let batch = self.receipts.batch();
        Commitment {
            first_nonce: batch.first_nonce,
            span: batch.span,
            ops: batch.ops.into(),
            commit_by: batch.commit_by,
            root: HexBinary::from(batch.root.0),
        }
    }

    /// The message that commits it.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn commit(&self) -> ExecuteMsg {
        ExecuteMsg::CommitBatch {
            order: self.signed.order,
            worker: self.worker.to_string(),
            commitment: self.commitment(),
            signature: HexBinary::from(self.signature),
            grant: self
                .tasks
                .last()
                .expect("it is there")
                .grant
                .to_bytes()
                .into(),
        }
    }

    /// The batch, as the proof library takes it.
    #[must_use]
    pub fn context(&self) -> BatchContext<'_> {
        BatchContext {
            order: self.signed.context(),
            worker: self.worker.as_str(),
            batch: self.receipts.batch(),
        }
    }

    /// The task of a nonce.
    ///
    /// # Panics
    /// If it has none.
    #[must_use]
    pub fn task(&self, nonce: u64) -> &Task {
        let mut tasks = self.tasks.iter();
        tasks.find(|task| task.nonce == nonce).expect("it is there")
    }

    /// Evidence of one element.
    ///
    /// # Panics
    /// If there is none.
    #[must_use]
    pub fn evidence(&self, nonce: u64, operation: u32, place: Place) -> Evidence {
        let task = self.task(nonce);
        let receipt = self.receipts.prove(nonce).expect("it is there");
        let record = record(task.job, task.grant);
        record
            .evidence(receipt, operation, place)
            .expect("it is there")
    }

    /// The answer to sample `d`.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn opening(&self, beacon: &[u8; 32], d: u32) -> Opening {
        let context = self.context();
        let mut sample = sample(&context, beacon, d).expect("it is there");
        let (nonce, offset) = self
            .receipts
            .locate(sample.position())
            .expect("it is there");
        let task = self.task(nonce);
        let record = record(task.job, task.grant);
        let operation = record
            .drawn_operation(&mut sample, offset)
            .expect("it is there");
        let index = usize::try_from(operation).expect("it is there");
        let place = sample
            .place(&task.job.program.operations[index])
            .expect("it is there");
        Opening {
            sample: d,
            evidence: self.evidence(nonce, operation, place).to_bytes().into(),
        }
    }

    /// The answers to so many samples.
    #[must_use]
    pub fn openings(&self, beacon: &[u8; 32], samples: u32) -> Vec<Opening> {
        (0..samples).map(|d| self.opening(beacon, d)).collect()
    }

    /// A task's receipt with its path and grant.
    ///
    /// # Panics
    /// For a task that is not in it.
    #[must_use]
    pub fn named(&self, nonce: u64) -> NamedReceipt {
        NamedReceipt {
            receipt: self.receipts.prove(nonce).expect("it is there"),
            grant: self.task(nonce).grant,
        }
    }

    /// What a task's receipt says of an operation's outputs.
    ///
    /// # Panics
    /// For what is not there.
    #[must_use]
    pub fn traced(&self, nonce: u64, operation: u32) -> TraceEvidence {
        let job = self.task(nonce).job;
        TraceEvidence {
            named: self.named(nonce),
            operation: job.program.prove(operation).expect("it is there"),
            trace: job.run.trace.prove(operation).expect("it is there"),
        }
    }

    /// That the worker has not claimed a task.
    ///
    /// # Panics
    /// If it has.
    #[must_use]
    pub fn unclaimed(&self, nonce: u64) -> Answer {
        Answer::Unclaimed {
            place: self
                .receipts
                .prove_empty(nonce)
                .expect("it is there")
                .to_bytes()
                .into(),
        }
    }

    /// The claim to a task, with the coordinator's word for it or without.
    #[must_use]
    pub fn claim(&self, batch: u64, nonce: u64, delivered: bool) -> TaskClaim {
        let named = self.named(nonce);
        let delivery = Delivery {
            nonce,
            output_root: named.receipt.receipt.output_root,
        };
        let message = delivery.message(&self.signed.context(), self.worker.as_str());
        TaskClaim {
            batch,
            receipt: named.to_bytes().into(),
            delivery_signature: delivered
                .then(|| HexBinary::from(sign(self.coordinator, &message))),
        }
    }

    /// Its authorisation of a task with the app's signature, as `call_order` takes it.
    #[must_use]
    pub fn call(&self, nonce: u64) -> ExecuteMsg {
        let grant = &self.task(nonce).grant;
        ExecuteMsg::CallOrder {
            order: self.signed.order,
            authorisation: Binary::from(grant.authorisation.to_bytes()),
            signature: HexBinary::from(grant.authorisation_signature),
        }
    }
}
