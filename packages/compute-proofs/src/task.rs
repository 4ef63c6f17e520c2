//! What a task is before anyone works on it: its inputs, who authorised it and
//! who was drawn for it. Both signatures are ed25519 over canonical bytes that
//! name the chain, the market, the order and its keys.

use alloc::vec::Vec;

use crate::{
    Hash, ProofError,
    codec::{Encode, codec_struct, encode_bytes, encode_list},
    crypto::Crypto,
    error::same,
    hash::{GRANT, INPUTS, SEED_SLOT},
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

/// The order that a task is charged to, as every signature names it: keys
/// included, so that what was signed under one key is never judged by another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderContext<'a> {
    /// The chain's id.
    pub chain_id: &'a str,
    /// The market contract's address.
    pub market: &'a str,
    /// The order's number.
    pub order: u64,
    /// Key that may authorise tasks, as fixed when the order was opened.
    pub authoriser: [u8; 32],
    /// Key of the coordinator that leases them, as fixed then too.
    pub coordinator: [u8; 32],
}

impl OrderContext<'_> {
    /// `prefix ‖ chain id ‖ market ‖ order ‖ keys`, strings with their lengths.
    pub(crate) fn message(&self, prefix: &str) -> Vec<u8> {
        let mut message = prefix.as_bytes().to_vec();
        encode_bytes(self.chain_id.as_bytes(), &mut message);
        encode_bytes(self.market.as_bytes(), &mut message);
        self.order.encode(&mut message);
        self.authoriser.encode(&mut message);
        self.coordinator.encode(&mut message);
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
    /// Seconds since 1970 after which no batch that holds it may be committed.
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

/// The coordinator's word that a task is one worker's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Which task of the order.
    pub nonce: u64,
    /// How many draws came before this one.
    pub attempt: u32,
    /// Seconds since 1970 until which the coordinator waits for the result.
    pub until: u64,
}

codec_struct!(Lease {
    nonce,
    attempt,
    until
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

/// Everything that a worker has been given before it starts: what a task is, and
/// that it is its own. Nobody's further word is needed to prove the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// What is authorised.
    pub authorisation: Authorisation,
    /// By the order's authoriser.
    pub authorisation_signature: [u8; 64],
    /// To whom it is leased.
    pub lease: Lease,
    /// By the order's coordinator.
    pub lease_signature: [u8; 64],
}

codec_struct!(Grant {
    authorisation,
    authorisation_signature,
    lease,
    lease_signature,
});

impl Grant {
    /// What a receipt names it by: the hash of both messages *and* both
    /// signatures, so that a worker stands for exactly what it was shown.
    #[must_use]
    pub fn hash(&self, order: &OrderContext<'_>, worker: &str) -> Hash {
        GRANT.hash(&[
            &self.authorisation.message(order),
            &self.authorisation_signature,
            &self.lease.message(order, worker),
            &self.lease_signature,
        ])
    }

    /// Checks that the order's authoriser and coordinator have granted this task
    /// to `worker`.
    ///
    /// # Errors
    /// [`ProofError::BadSignature`] naming the signature;
    /// [`ProofError::Mismatch`] if the lease is of another task;
    /// [`ProofError::HostFailed`].
    pub fn verify(
        &self,
        crypto: &impl Crypto,
        order: &OrderContext<'_>,
        worker: &str,
    ) -> Result<(), ProofError> {
        same(
            "nonce of the lease",
            self.authorisation.nonce,
            self.lease.nonce,
        )?;
        let signatures = [
            (
                "authorisation",
                self.authorisation.message(order),
                &self.authorisation_signature,
                &order.authoriser,
            ),
            (
                "lease",
                self.lease.message(order, worker),
                &self.lease_signature,
                &order.coordinator,
            ),
        ];
        for (what, message, signature, key) in signatures {
            if !crypto.ed25519_verify(&message, signature, key)? {
                return Err(ProofError::BadSignature { what });
            }
        }
        Ok(())
    }
}

/// The coordinator's word that it has received a worker's result. A worker asks
/// for it before it goes on working for that coordinator: no lease that is signed
/// later, to whomever, takes the task from whoever holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Which task of the order.
    pub nonce: u64,
    /// The result's root.
    pub output_root: Hash,
}

codec_struct!(Delivery { nonce, output_root });

impl Delivery {
    /// The bytes that the order's coordinator signs for `worker`.
    #[must_use]
    pub fn message(&self, order: &OrderContext<'_>, worker: &str) -> Vec<u8> {
        let mut message = order.message("ballast/delivery/1");
        encode_bytes(worker.as_bytes(), &mut message);
        self.encode(&mut message);
        message
    }

    /// Whether the coordinator has signed it.
    ///
    /// # Errors
    /// [`ProofError::HostFailed`].
    pub fn is_signed(
        &self,
        crypto: &impl Crypto,
        order: &OrderContext<'_>,
        worker: &str,
        signature: &[u8; 64],
    ) -> Result<bool, ProofError> {
        let message = self.message(order, worker);
        crypto.ed25519_verify(&message, signature, &order.coordinator)
    }
}
