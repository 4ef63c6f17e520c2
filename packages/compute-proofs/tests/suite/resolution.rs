//! Two workers with one task: whose claim stands.

use compute_proofs::{
    Hash, ProofError,
    crypto::Host,
    opening::{BatchContext, Claim, NamedReceipt, Resolution, resolve},
    receipt::{Receipt, Receipts},
    task::{Authorisation, Delivery, Grant, Lease, OrderContext},
};
use test_suite::fixtures::{AUTHORISER, COMMIT_BY, COORDINATOR, grant, order, sign};

use super::support::hash;

/// A worker with its receipt in a committed batch.
pub(crate) struct Side {
    worker: &'static str,
    pub(crate) receipts: Receipts,
    pub(crate) named: NamedReceipt,
    committed: u64,
    delivery_signature: Option<[u8; 64]>,
}

/// Leave for `worker` to run task `nonce`.
pub(crate) fn leased(worker: &str, nonce: u64, attempt: u32) -> Grant {
    let authorisation = Authorisation {
        nonce,
        program: Hash([1; 32]),
        input_root: Hash([2; 32]),
        max_ops: 5,
        cum_ops: 5,
        expires: u64::MAX,
    };
    let lease = Lease {
        nonce,
        attempt,
        until: 1_000_000,
    };
    Grant {
        lease_signature: sign(COORDINATOR, &lease.message(&order(), worker)),
        ..grant(authorisation, lease)
    }
}

impl Side {
    /// Attempt `attempt` at task 7, committed at `committed`.
    pub(crate) fn new(worker: &'static str, attempt: u32, committed: u64) -> Self {
        Self::with(worker, leased(worker, 7, attempt), 7, committed)
    }

    /// A receipt of task `nonce` that names this grant, among others.
    pub(crate) fn with(worker: &'static str, grant: Grant, nonce: u64, committed: u64) -> Self {
        let receipt = |nonce| Receipt {
            nonce,
            grant: grant.hash(&order(), worker),
            output_root: hash(3),
            trace_root: hash(4),
            ops: 5,
        };
        let all = [nonce - 2, nonce, nonce + 1].map(receipt);
        let receipts = Receipts::new(all.to_vec(), COMMIT_BY).unwrap();
        Self {
            worker,
            named: NamedReceipt {
                receipt: receipts.prove(nonce).unwrap(),
                grant,
            },
            receipts,
            committed,
            delivery_signature: None,
        }
    }

    /// With the coordinator's word for what it delivered.
    pub(crate) fn delivered(self) -> Self {
        let receipt = &self.named.receipt.receipt;
        let delivery = Delivery {
            nonce: receipt.nonce,
            output_root: receipt.output_root,
        };
        let message = delivery.message(&order(), self.worker);
        self.signed(sign(COORDINATOR, &message))
    }

    fn signed(self, signature: [u8; 64]) -> Self {
        let delivery_signature = Some(signature);
        Self {
            delivery_signature,
            ..self
        }
    }

    pub(crate) fn claim(&self) -> Claim<'_> {
        Claim {
            context: BatchContext {
                order: order(),
                worker: self.worker,
                batch: self.receipts.batch(),
            },
            committed: self.committed,
            named: &self.named,
            delivery_signature: self.delivery_signature,
        }
    }
}

/// What two claims come to, whoever is named first.
pub(crate) fn resolved(first: &Claim<'_>, second: &Claim<'_>) -> Result<Resolution, ProofError> {
    let answer = resolve(&Host, first, second);
    let turned = resolve(&Host, second, first);
    let back = turned.clone().map(|turned| Resolution {
        first_stands: !turned.first_stands,
        ..turned
    });
    assert_eq!(back.is_ok(), answer.is_ok(), "{turned:?}");
    if answer.is_ok() {
        assert_eq!(back, answer, "the order of claims does not matter");
    }
    answer
}

/// What two sides come to: whether the first stands, whether the coordinator is at
/// fault.
fn settle(first: &Side, second: &Side) -> (bool, bool) {
    let resolution = resolved(&first.claim(), &second.claim()).unwrap();
    (resolution.first_stands, resolution.coordinator_at_fault)
}

const TIMES: [(u64, u64); 3] = [(3, 8), (8, 3), (5, 5)];

#[test]
fn an_acknowledged_delivery_stands() {
    // Against a later attempt, and against one that is dated back; committed
    // whenever.
    for (attempt, other) in [(0, 1), (1, 0), (4, u32::MAX), (u32::MAX, 0)] {
        for (committed, others) in TIMES {
            let first = Side::new("wasm1a", attempt, committed).delivered();
            let second = Side::new("wasm1b", other, others);
            assert_eq!(settle(&first, &second), (true, false));
        }
    }
}

#[test]
fn without_deliveries_the_later_attempt_stands() {
    for (committed, others) in TIMES {
        for (attempt, later) in [(0, 1), (3, 9), (0, u32::MAX)] {
            let first = Side::new("wasm1a", attempt, committed);
            let second = Side::new("wasm1b", later, others);
            assert_eq!(settle(&first, &second), (false, false));
        }
    }
}

#[test]
fn one_attempt_leased_twice_is_the_coordinators_fault() {
    for (committed, others) in TIMES {
        let first = Side::new("wasm1a", 3, committed);
        let second = Side::new("wasm1b", 3, others);
        // Of two at once the lower address.
        assert_eq!(settle(&first, &second), (committed <= others, true));
        // A delivery stands all the same.
        let first = first.delivered();
        assert_eq!(settle(&first, &second), (true, true));
    }
}

#[test]
fn two_acknowledgements_are_the_coordinators_fault() {
    for (attempt, other) in [(0, 1), (1, 0), (2, 2)] {
        for (committed, others) in TIMES {
            let first = Side::new("wasm1a", attempt, committed).delivered();
            let second = Side::new("wasm1b", other, others).delivered();
            assert_eq!(settle(&first, &second), (committed <= others, true));
        }
    }
}

#[test]
fn the_word_for_something_else_does_not_count() {
    let (task, root) = (7, hash(3));
    let delivery = |nonce, output_root| Delivery { nonce, output_root };
    let other_order = OrderContext {
        order: order().order + 1,
        ..order()
    };
    let other_keys = OrderContext {
        authoriser: order().coordinator,
        ..order()
    };
    let messages = [
        delivery(task, hash(9)).message(&order(), "wasm1a"),
        delivery(task, root).message(&order(), "wasm1b"),
        delivery(task, root).message(&order(), "wasm1"),
        delivery(task + 1, root).message(&order(), "wasm1a"),
        delivery(task, root).message(&other_order, "wasm1a"),
        delivery(task, root).message(&other_keys, "wasm1a"),
        leased("wasm1a", task, 0).lease.message(&order(), "wasm1a"),
    ];
    let right = delivery(task, root).message(&order(), "wasm1a");
    let mut signatures: Vec<_> = messages.iter().map(|x| sign(COORDINATOR, x)).collect();
    signatures.extend([sign(AUTHORISER, &right), [0; 64], [0xff; 64]]);
    let later = Side::new("wasm1b", 1, 9);
    for signature in signatures {
        let first = Side::new("wasm1a", 0, 1).signed(signature);
        assert_eq!(settle(&first, &later), (false, false));
        // Nor does it make the coordinator contradict itself.
        let acknowledged = Side::new("wasm1b", 1, 9).delivered();
        assert_eq!(settle(&first, &acknowledged), (false, false));
    }
    let first = Side::new("wasm1a", 0, 1).signed(sign(COORDINATOR, &right));
    assert_eq!(settle(&first, &later), (true, false));
}
