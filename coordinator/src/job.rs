//! What a worker is told of a job, and what it hands back.

use std::sync::Arc;

use chain_client::keys::SigningKey;
use compute_proofs::Hash;
use compute_proofs::task::{Authorisation, Delivery, Grant, Lease, OrderContext};
use sealing::PublicKey;
use serde::{Deserialize, Serialize};

use crate::machine::board::Task;
use crate::program::{Slot, TensorName};
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
    /// Of a private task: the app's key. Its slots are tensors that are never here, but
    /// come sealed to the worker that has the lease.
    pub reply_key: Option<PublicKey>,
}

/// What fills a job's slots, as it is written down in JSON.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    /// Seeds, and tensors that are kept here.
    Open(Vec<Slot>),
    /// Tensors that come sealed.
    Private {
        /// Whom the result is sealed to, in hex.
        reply_key: String,
        /// What they are.
        sealed: Vec<TensorName>,
    },
}

/// A job's slots in JSON, to be written down.
///
/// # Errors
/// None that occur: it is what [`read_inputs`] reads.
pub fn write_inputs(
    slots: &[Slot],
    reply_key: Option<&PublicKey>,
) -> Result<String, serde_json::Error> {
    let written = match reply_key {
        None => Written::Open(slots.to_vec()),
        Some(key) => Written::Private {
            reply_key: hex::encode(key.0),
            sealed: slots.iter().filter_map(Slot::tensor).cloned().collect(),
        },
    };
    serde_json::to_string(&written)
}

/// A job's slots, and the app's key if it is private.
///
/// # Errors
/// [`StoreError::Damaged`].
pub fn read_inputs(text: &str) -> Result<(Vec<Slot>, Option<PublicKey>), StoreError> {
    let damaged = || StoreError::Damaged {
        what: "jobs.inputs",
    };
    match serde_json::from_str(text).map_err(|_| damaged())? {
        Written::Open(slots) => Ok((slots, None)),
        Written::Private { reply_key, sealed } => {
            let mut key = [0; 32];
            hex::decode_to_slice(reply_key, &mut key).map_err(|_| damaged())?;
            let slots = sealed.into_iter().map(Slot::Tensor).collect();
            Ok((slots, Some(PublicKey(key))))
        }
    }
}

impl Detail {
    /// Whether a slot is filled by this tensor, which is kept here.
    #[must_use]
    pub fn names(&self, object: &Hash) -> bool {
        let wanted = object.to_hex();
        let mut tensors = self.slots.iter().filter_map(Slot::tensor);
        self.reply_key.is_none() && tensors.any(|tensor| tensor.root == wanted)
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
    let (slots, reply_key) = read_inputs(&row.inputs)?;
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
            reply_key,
        }),
        deadline_ms: row.deadline.saturating_mul(1_000),
        attempt: row.lease.as_ref().map_or(0, |(_, _, attempt, _)| *attempt),
        // The lease that it has is not over yet.
        tries: row.tries.saturating_sub(u32::from(leased_before)),
        refused_by: Vec::new(),
        delayed_until: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_read_as_they_were_written() {
        let tensor = Slot::Tensor(TensorName {
            root: "07".repeat(32),
            dtype: "i8".to_owned(),
            rows: 2,
            cols: 3,
        });
        let open = [Slot::Seed("01".repeat(32)), tensor.clone()];
        let text = write_inputs(&open, None).unwrap();
        assert_eq!(read_inputs(&text).unwrap(), (open.to_vec(), None));
        let key = PublicKey([9; 32]);
        let text = write_inputs(std::slice::from_ref(&tensor), Some(&key)).unwrap();
        assert_eq!(read_inputs(&text).unwrap(), (vec![tensor], Some(key)));
        for damaged in [
            "",
            "{}",
            "[{\"seed\": 1}]",
            r#"{"reply_key":"07","sealed":[]}"#,
        ] {
            assert!(read_inputs(damaged).is_err(), "{damaged}");
        }
    }
}
