//! What a task is before anyone works on it: its inputs, who authorised it and
//! who was drawn for it. Both signatures are ed25519 over canonical bytes that
//! name the chain, the market and the order.

use alloc::vec::Vec;

use crate::{
    Hash, ProofError,
    codec::{Encode, codec_struct, encode_bytes, encode_list},
    crypto::Crypto,
    hash::{AUTHORISATION, INPUTS, SEED_SLOT},
};

/// The root of a slot that holds a seed.
#[must_use]
pub fn slot_root_of_seed(seed: &[u8; 32]) -> Hash {
    SEED_SLOT.hash(&[seed])
}

/// The root of a task's input, from the roots of its slots.
#[must_use]
pub fn input_root(slots: &[Hash]) -> Hash {
    let mut bytes = Vec::new();
    encode_list(slots, &mut bytes);
    INPUTS.hash(&[&bytes])
}

/// The order that a task is charged to, as every signature names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderContext<'a> {
    /// The chain's id.
    pub chain_id: &'a str,
    /// The market contract's address.
    pub market: &'a str,
    /// The order's number.
    pub order: u64,
    /// Key that may authorise tasks.
    pub authoriser: [u8; 32],
    /// Key of the coordinator that leases them.
    pub coordinator: [u8; 32],
}

impl OrderContext<'_> {
    /// `prefix ‖ chain id ‖ market ‖ order`, strings with their lengths.
    pub(crate) fn message(&self, prefix: &str) -> Vec<u8> {
        let mut message = prefix.as_bytes().to_vec();
        encode_bytes(self.chain_id.as_bytes(), &mut message);
        encode_bytes(self.market.as_bytes(), &mut message);
        self.order.encode(&mut message);
        message
    }
}

/// Leave to run one task, and all that may ever be charged with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Authorisation {
    /// Rises by one with every task of the order.
    pub nonce: u64,
    /// The program's hash.
    pub program: Hash,
    /// The input's root.
    pub input_root: Hash,
    /// The most ops that this task may cost.
    pub max_ops: u128,
    /// The sum of `max_ops` up to and with this task: the highest one seen caps
    /// all that can be charged to the order.
    pub cum_ops: u128,
    /// Seconds since 1970 from which on no new batch may hold it.
    pub expires: u64,
}

codec_struct!(Authorisation {
    nonce,
    program,
    input_root,
    max_ops,
    cum_ops,
    expires,
});

impl Authorisation {
    /// The bytes that the order's authoriser signs.
    #[must_use]
    pub fn message(&self, order: &OrderContext<'_>) -> Vec<u8> {
        let mut message = order.message("ballast/auth/1");
        self.encode(&mut message);
        message
    }
}

/// An authorisation with its signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedAuthorisation {
    /// What is authorised.
    pub authorisation: Authorisation,
    /// By the order's authoriser.
    pub signature: [u8; 64],
}

codec_struct!(SignedAuthorisation {
    authorisation,
    signature,
});

impl SignedAuthorisation {
    /// What a receipt names it by: the hash of the signed message *and* the
    /// signature, so that a worker stands for exactly what it was shown.
    #[must_use]
    pub fn hash(&self, order: &OrderContext<'_>) -> Hash {
        AUTHORISATION.hash(&[&self.authorisation.message(order), &self.signature])
    }

    /// Checks the signature.
    ///
    /// # Errors
    /// [`ProofError::BadSignature`].
    pub fn verify(&self, crypto: &impl Crypto, order: &OrderContext<'_>) -> Result<(), ProofError> {
        let message = self.authorisation.message(order);
        if crypto.ed25519_verify(&message, &self.signature, &order.authoriser) {
            Ok(())
        } else {
            Err(ProofError::BadSignature {
                what: "authorisation",
            })
        }
    }
}

/// The coordinator's word that a task is this worker's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Which task of the order.
    pub nonce: u64,
    /// Place in the worker's sequence for this order.
    pub lane: u64,
    /// How many draws it took.
    pub attempt: u32,
}

codec_struct!(Lease {
    nonce,
    lane,
    attempt
});

impl Lease {
    /// The bytes that the order's coordinator signs for `worker`.
    #[must_use]
    pub fn message(&self, order: &OrderContext<'_>, worker: &str) -> Vec<u8> {
        let mut message = order.message("ballast/lease/1");
        encode_bytes(worker.as_bytes(), &mut message);
        self.encode(&mut message);
        message
    }
}

/// A lease with its signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedLease {
    /// What is leased.
    pub lease: Lease,
    /// By the order's coordinator.
    pub signature: [u8; 64],
}

codec_struct!(SignedLease { lease, signature });

impl SignedLease {
    /// Checks that the coordinator leased this to `worker`.
    ///
    /// # Errors
    /// [`ProofError::BadSignature`].
    pub fn verify(
        &self,
        crypto: &impl Crypto,
        order: &OrderContext<'_>,
        worker: &str,
    ) -> Result<(), ProofError> {
        let message = self.lease.message(order, worker);
        if crypto.ed25519_verify(&message, &self.signature, &order.coordinator) {
            Ok(())
        } else {
            Err(ProofError::BadSignature { what: "lease" })
        }
    }
}

/// What two valid leases of one task to two workers mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaseConflict {
    /// The first lease's attempt is lower: its receipt is void, nobody is
    /// slashed.
    FirstIsVoid,
    /// The second lease's attempt is lower: its receipt is void.
    SecondIsVoid,
    /// Nonce *and* attempt are the same: the coordinator leased it twice.
    CoordinatorAtFault,
}

impl LeaseConflict {
    /// Compares two leases of different workers, whose signatures have been
    /// verified.
    ///
    /// # Errors
    /// [`ProofError::Mismatch`] if they are not of one task.
    pub fn between(first: &Lease, second: &Lease) -> Result<Self, ProofError> {
        crate::error::same("nonce of the second lease", first.nonce, second.nonce)?;
        Ok(match first.attempt.cmp(&second.attempt) {
            core::cmp::Ordering::Less => Self::FirstIsVoid,
            core::cmp::Ordering::Greater => Self::SecondIsVoid,
            core::cmp::Ordering::Equal => Self::CoordinatorAtFault,
        })
    }
}
