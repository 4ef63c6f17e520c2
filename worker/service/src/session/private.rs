//! Private tasks: the input comes sealed to a key of the lease's own, the result goes
//! sealed to the app's.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use compute_proofs::Hash;
use compute_proofs::tensor::TensorSpec;
use sealing::{
    Bond, OpeningKey, Part, PublicKey, SealError, open_inputs, seal_result, sealed_inputs_bytes,
    sealed_spec,
};
use tokio::sync::oneshot;
use worker::task::{SlotInput, Tensor};
use worker_api::BAD_INPUT;
use worker_api::v1::{Sealed, SealingKey};

use super::offer::{Offered, Wanted, tensor_of};
use super::task::{Broken, Link, tensor};
use crate::journal::Sealing;
use crate::{ServiceError, service::Shared};

/// Leases of a session whose input is waited for.
#[derive(Clone, Default)]
pub(super) struct Waiting(Arc<Mutex<HashMap<Vec<u8>, oneshot::Sender<Sealed>>>>);

impl Waiting {
    fn lock(&self) -> MutexGuard<'_, HashMap<Vec<u8>, oneshot::Sender<Sealed>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self, lease: &[u8]) -> oneshot::Receiver<Sealed> {
        let (sender, receiver) = oneshot::channel();
        self.lock().insert(lease.to_vec(), sender);
        receiver
    }

    /// The input of a lease is there.
    pub(super) fn came(&self, sealed: Sealed) {
        // One that nobody waits for is nobody's.
        if let Some(waits) = self.lock().remove(&sealed.lease) {
            let _ = waits.send(sealed);
        }
    }

    /// A lease is not wanted any more.
    pub(super) fn cancel(&self, lease: &[u8]) {
        self.lock().remove(lease);
    }
}

/// A private task that was taken.
pub(super) struct Private {
    sealing: Sealing,
    bond: Bond,
    input: oneshot::Receiver<Sealed>,
    waiting: Waiting,
    lease: Vec<u8>,
}

impl Drop for Private {
    fn drop(&mut self) {
        self.waiting.cancel(&self.lease);
    }
}

impl Private {
    /// Makes the lease's key, and begins to wait for the input.
    pub(super) fn begin(
        link: &Link,
        offer: &Offered,
        grant: Hash,
        reply_key: PublicKey,
    ) -> Result<Self, SealError> {
        Ok(Self {
            sealing: Sealing {
                key: OpeningKey::generate()?,
                reply_key,
            },
            bond: Bond { grant, reply_key },
            input: link.waiting.wait(&offer.lease),
            waiting: link.waiting.clone(),
            lease: offer.lease.clone(),
        })
    }

    /// What the app needs to seal the input, signed for it.
    pub(super) fn key(&self, shared: &Shared) -> SealingKey {
        let key = self.sealing.key.public();
        let signature = shared.me.signing.sign(&self.bond.key_message(&key));
        SealingKey {
            public_key: key.0.to_vec(),
            signature: signature.to_vec(),
        }
    }

    /// The keys, to seal the result with.
    pub(super) fn sealing(&self) -> &Sealing {
        &self.sealing
    }

    /// Waits for the input and opens it; nothing if it was cancelled, or its lease is over.
    pub(super) async fn inputs(
        &mut self,
        shared: &Shared,
        link: &Link,
        offer: &Offered,
    ) -> Result<Option<Vec<SlotInput>>, Broken> {
        let left = offer.grant.lease.until.saturating_sub(shared.now_seconds());
        let waited = tokio::time::timeout(Duration::from_secs(left), &mut self.input).await;
        let Ok(Ok(sealed)) = waited else {
            return Ok(None);
        };
        let wanted: Vec<(Hash, TensorSpec)> = offer
            .inputs
            .iter()
            .filter_map(|wanted| match wanted {
                Wanted::Tensor { root, spec } => Some((*root, *spec)),
                Wanted::Seed(_) => None,
            })
            .collect();
        let parts: Vec<Part<u64>> = wanted
            .iter()
            .map(|(root, spec)| Part {
                root: *root,
                content: spec.bytes(),
            })
            .collect();
        let expected = sealed_inputs_bytes(parts.iter().map(|part| part.content));
        let object = sealed.object.as_ref().and_then(tensor_of);
        let (root, spec) = object
            .filter(|(_, spec)| expected.and_then(sealed_spec) == Some(*spec))
            .ok_or_else(|| bad_input(&"it has another length than its parts"))?;
        let mut client = link.client.clone();
        let sealed = tensor(&mut client, link, root, spec).await?;
        let (bond, key) = (self.bond, self.sealing.key.clone());
        // Opening and hashing is work: not on the threads that answer.
        let opened = tokio::task::spawn_blocking(move || {
            let opened = open_inputs(&bond, &key, &parts, sealed.bytes())?;
            let mut inputs = Vec::new();
            for (part, (mut bytes, (root, spec))) in (0..).zip(opened.into_iter().zip(wanted)) {
                let other = SealError::OtherContent { part };
                let tensor = Tensor::new(spec, std::mem::take(&mut *bytes)).map_err(|_| other)?;
                if tensor.root() != root {
                    return Err(other);
                }
                inputs.push(SlotInput::Tensor(tensor));
            }
            Ok(inputs)
        });
        let opened = opened.await.map_err(|_| ServiceError::Stopped)?;
        opened
            .map(Some)
            .map_err(|error: SealError| bad_input(&error))
    }
}

fn bad_input(error: &dyn std::fmt::Display) -> Broken {
    Broken {
        code: BAD_INPUT.to_owned(),
        detail: format!("the sealed input: {error}"),
    }
}

/// A result as it travels: sealed, if its task is private.
pub(super) async fn seal(
    sealing: Sealing,
    (grant, root): (Hash, Hash),
    result: Tensor,
) -> Result<Tensor, ServiceError> {
    let fail = |error: SealError| ServiceError::Local {
        what: "sealing a result".to_owned(),
        reason: error.to_string(),
    };
    let sealed = tokio::task::spawn_blocking(move || {
        let bond = Bond {
            grant,
            reply_key: sealing.reply_key,
        };
        let part = Part {
            root,
            content: result.bytes(),
        };
        let sealed = seal_result(&bond, &sealing.key, part)?;
        let spec = u64::try_from(sealed.len()).ok().and_then(sealed_spec);
        let tensor = spec.and_then(|spec| Tensor::new(spec, sealed).ok());
        tensor.ok_or(SealError::Failed)
    });
    let sealed = sealed.await.map_err(|_| ServiceError::Stopped)?;
    sealed.map_err(fail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_input_goes_to_whoever_waits_for_it_once() {
        let waiting = Waiting::default();
        let (one, two) = (waiting.wait(b"one"), waiting.wait(b"two"));
        let sealed = |lease: &[u8]| Sealed {
            lease: lease.to_vec(),
            object: None,
        };
        waiting.came(sealed(b"another"));
        waiting.came(sealed(b"one"));
        waiting.came(sealed(b"one"));
        assert_eq!(one.await.unwrap().lease, b"one");
        waiting.cancel(b"two");
        assert!(two.await.is_err(), "cancelled");
    }
}
