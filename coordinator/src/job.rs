//! What a worker is told of a job, and what it hands back.

use std::sync::Arc;

use chain_client::keys::SigningKey;
use compute_proofs::Hash;
use compute_proofs::task::{Authorisation, Delivery, Grant, Lease, OrderContext};

use crate::machine::board::Task;
use crate::program::Slot;
use crate::store::{JobRow, StoreError};

/// An app's signature over its authorisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AppSigned {
    /// The order's authoriser.
    pub key: [u8; 32],
    /// Its signature.
    pub signature: [u8; 64],
}

/// What does not change of a job.
#[derive(Clone, Debug)]
pub struct Detail {
    /// What is authorised.
    pub authorisation: Authorisation,
    /// Whose signature it has, if it is not the coordinator's.
    pub app: Option<AppSigned>,
    /// What fills its slots.
    pub slots: Vec<Slot>,
}

impl Detail {
    /// Whether a slot is filled by this tensor.
    #[must_use]
    pub fn names(&self, object: &Hash) -> bool {
        let wanted = object.to_hex();
        self.slots.iter().any(|slot| match slot {
            Slot::Tensor(tensor) => tensor.root == wanted,
            Slot::Seed(_) => false,
        })
    }
}

/// The coordinator's signing key, and what its signatures name.
pub struct Signatory {
    key: SigningKey,
    chain_id: String,
    market: String,
}

impl Signatory {
    /// Signs for this market on this chain.
    #[must_use]
    pub fn new(key: SigningKey, chain_id: &str, market: &str) -> Self {
        Self {
            key,
            chain_id: chain_id.to_owned(),
            market: market.to_owned(),
        }
    }

    /// The coordinator's key.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        self.key.public()
    }

    /// Chain and market.
    #[must_use]
    pub fn names(&self) -> (&str, &str) {
        (&self.chain_id, &self.market)
    }

    /// The order as every signature names it.
    #[must_use]
    pub fn context(&self, order: u64, app: Option<&AppSigned>) -> OrderContext<'_> {
        OrderContext {
            chain_id: &self.chain_id,
            market: &self.market,
            order,
            authoriser: app.map_or(self.key.public(), |app| app.key),
            coordinator: self.key.public(),
        }
    }

    /// The signature over a task's authorisation: the app's, or the coordinator's own,
    /// which is the same each time it is made.
    #[must_use]
    pub fn authorise(
        &self,
        order: u64,
        authorisation: &Authorisation,
        app: Option<&AppSigned>,
    ) -> [u8; 64] {
        match app {
            Some(app) => app.signature,
            None => self
                .key
                .sign(&authorisation.message(&self.context(order, None))),
        }
    }

    /// A lease of a job to a worker. The same lease is signed alike each time.
    #[must_use]
    pub fn grant(
        &self,
        order: u64,
        detail: &Detail,
        worker: &str,
        attempt: u32,
        until: u64,
    ) -> Grant {
        let context = self.context(order, detail.app.as_ref());
        let lease = Lease {
            nonce: detail.authorisation.nonce,
            attempt,
            until,
        };
        Grant {
            authorisation: detail.authorisation,
            authorisation_signature: self.authorise(
                order,
                &detail.authorisation,
                detail.app.as_ref(),
            ),
            lease,
            lease_signature: self.key.sign(&lease.message(&context, worker)),
        }
    }

    /// The signature that says that a worker's result is here.
    #[must_use]
    pub fn deliver(
        &self,
        order: u64,
        app: Option<&AppSigned>,
        worker: &str,
        nonce: u64,
        output_root: Hash,
    ) -> [u8; 64] {
        let delivery = Delivery { nonce, output_root };
        self.key
            .sign(&delivery.message(&self.context(order, app), worker))
    }
}

/// A job that was written down, as the board takes it.
///
/// # Errors
/// [`StoreError::Damaged`].
pub fn task_of(row: &JobRow) -> Result<Task, StoreError> {
    let slots = serde_json::from_str(&row.inputs);
    let slots = slots.map_err(|_| StoreError::Damaged {
        what: "jobs.inputs",
    })?;
    let leased_before = row.lease.is_some();
    Ok(Task {
        job: row.id,
        seq: row.seq,
        order: row.order,
        nonce: row.authorisation.nonce,
        issuer: row.issuer.as_deref().map(Arc::from),
        price_bps: row.price_bps,
        ops: row.authorisation.max_ops,
        memory: row.memory,
        program: row.authorisation.program,
        detail: Arc::new(Detail {
            authorisation: row.authorisation,
            app: row.app,
            slots,
        }),
        deadline_ms: row.deadline.saturating_mul(1_000),
        attempt: row.lease.as_ref().map_or(0, |(_, _, attempt, _)| *attempt),
        // The lease that it has is not over yet.
        tries: row.tries.saturating_sub(u32::from(leased_before)),
        refused_by: Vec::new(),
        delayed_until: None,
    })
}
