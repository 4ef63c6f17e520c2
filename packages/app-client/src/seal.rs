//! Sealing the input of a private job to whoever has the lease.

use compute_proofs::Hash;
use compute_proofs::codec::Decode;
use compute_proofs::crypto::Host;
use compute_proofs::task::{Grant, OrderContext};
use sealing::{Bond, Part, PublicKey, check_key, seal_inputs};
use serde::Deserialize;
use worker::job::MatrixJob;
use worker::task::SlotInput;

use crate::AppError;

/// What the coordinator says of a lease whose worker waits for the input.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Seal {
    pub(crate) lease: String,
    pub(crate) worker: String,
    grant: String,
    public_key: String,
    signature: String,
}

/// A lease that the input was sealed for: what its result has to come by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sealed {
    pub(crate) grant: Hash,
    pub(crate) worker_key: PublicKey,
}

/// What the task has to be.
pub(crate) struct Wanted<'a> {
    pub(crate) order: OrderContext<'a>,
    pub(crate) program: Hash,
    pub(crate) input_root: Hash,
    pub(crate) reply_key: PublicKey,
}

fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    hex::decode_to_slice(text, &mut bytes).ok()?;
    Some(bytes)
}

impl Seal {
    /// Checks a lease: it is of this task, by the order's keys, and the key is the
    /// worker's. `miner_key` is what the chain has of the worker.
    pub(crate) fn check(
        &self,
        wanted: &Wanted<'_>,
        miner_key: Option<&[u8]>,
    ) -> Result<Sealed, AppError> {
        let bad = |reason: String| AppError::BadLease {
            worker: self.worker.clone(),
            reason,
        };
        let grant = hex::decode(&self.grant).map_err(|error| bad(error.to_string()))?;
        let grant = Grant::from_bytes(&grant).map_err(|error| bad(error.to_string()))?;
        let authorised = &grant.authorisation;
        if (authorised.program, authorised.input_root) != (wanted.program, wanted.input_root) {
            return Err(bad("it is for another program or input".to_owned()));
        }
        grant
            .verify(&Host, &wanted.order, &self.worker)
            .map_err(|error| bad(error.to_string()))?;
        let bond = Bond {
            grant: grant.hash(&wanted.order, &self.worker),
            reply_key: wanted.reply_key,
        };
        let swapped = || AppError::KeySwapped {
            worker: self.worker.clone(),
            lease: self.lease.clone(),
        };
        let key = PublicKey(bytes(&self.public_key).ok_or_else(swapped)?);
        let signature = bytes(&self.signature).ok_or_else(swapped)?;
        let miner_key = miner_key.and_then(|key| <[u8; 32]>::try_from(key).ok());
        let miner_key = miner_key.ok_or_else(|| bad("the chain has no such miner".to_owned()))?;
        if !check_key(&bond, &key, &signature, &miner_key) {
            return Err(swapped());
        }
        Ok(Sealed {
            grant: bond.grant,
            worker_key: key,
        })
    }
}

impl Sealed {
    /// What everything of the lease is bound to.
    pub(crate) fn bond(&self, reply_key: PublicKey) -> Bond {
        Bond {
            grant: self.grant,
            reply_key,
        }
    }

    /// The job's input, for this lease's worker alone.
    pub(crate) fn input(&self, job: &MatrixJob, reply_key: PublicKey) -> Result<Vec<u8>, AppError> {
        let parts: Vec<Part<&[u8]>> = job
            .inputs
            .iter()
            .filter_map(|slot| match slot {
                SlotInput::Tensor(tensor) => Some(Part {
                    root: tensor.root(),
                    content: tensor.bytes(),
                }),
                SlotInput::Seed(_) => None,
            })
            .collect();
        let sealed = seal_inputs(&self.bond(reply_key), &self.worker_key, &parts);
        sealed.map_err(AppError::seal("the input"))
    }
}
