//! Whether the worker takes an offer. Pure: what is checked is what it will be judged by.

use compute_api::market::{Mode, Order, OrderState, Privacy};
use compute_proofs::{
    Hash,
    codec::Decode,
    crypto::Host,
    opening::check_offer,
    program::{Header, MAX_OPERATIONS, Operation, Program},
    task::{Grant, input_root, slot_root_of_seed},
    tensor::TensorSpec,
};
use sealing::PublicKey;
use worker_api::{
    dtype,
    v1::{self, RefuseReason, input},
};

use crate::chain::OrderKeys;

/// Why an offer is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// For the coordinator.
    pub(crate) reason: RefuseReason,
    /// For people.
    pub(crate) detail: String,
}

impl Refusal {
    pub(crate) fn new(reason: RefuseReason, detail: impl Into<String>) -> Self {
        Self {
            reason,
            detail: detail.into(),
        }
    }
}

/// What fills a slot, once it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// A seed.
    Seed([u8; 32]),
    /// A tensor to download.
    Tensor {
        /// Its name.
        root: Hash,
        /// What it has to be.
        spec: TensorSpec,
    },
}

impl Wanted {
    fn root(&self) -> Hash {
        match self {
            Self::Seed(seed) => slot_root_of_seed(seed),
            Self::Tensor { root, .. } => *root,
        }
    }
}

/// An offer, decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Offered {
    /// The coordinator's name for it.
    pub(crate) lease: Vec<u8>,
    /// Whose order.
    pub(crate) order: u64,
    /// The order's keys, as the coordinator says.
    pub(crate) keys: ([u8; 32], [u8; 32]),
    /// By whose leave.
    pub(crate) grant: Grant,
    /// The program, if it came along.
    pub(crate) program: Option<Program>,
    /// What fills its slots.
    pub(crate) inputs: Vec<Wanted>,
    /// Of a private task: whom the result is sealed to. Its inputs come sealed.
    pub(crate) reply_key: Option<PublicKey>,
}

impl Offered {
    /// Reads an offer.
    ///
    /// # Errors
    /// [`Refusal`] for what cannot be read.
    pub(crate) fn decode(task: v1::Task) -> Result<Self, Refusal> {
        let bad =
            |what: &str| Refusal::new(RefuseReason::BadGrant, format!("{what} cannot be read"));
        let grant = Grant::from_bytes(&task.grant).map_err(|_| bad("the grant"))?;
        let key = |key: &[u8]| key.try_into().map_err(|_| bad("a key of the order"));
        let keys = (key(&task.authoriser_key)?, key(&task.coordinator_key)?);
        let slots = u8::try_from(task.slots).map_err(|_| bad("the number of slots"))?;
        let count = u32::try_from(task.operations.len()).unwrap_or(u32::MAX);
        let program = match count {
            0 => None,
            1..=MAX_OPERATIONS => {
                let operations = task
                    .operations
                    .iter()
                    .map(|bytes| Operation::from_bytes(bytes));
                let operations = operations.collect::<Result<_, _>>();
                Some(Program {
                    slots,
                    operations: operations.map_err(|_| bad("an operation"))?,
                })
            }
            _ => return Err(bad("a program of so many operations")),
        };
        let inputs = task.inputs.into_iter().map(|input| match input.input {
            Some(input::Input::Seed(seed)) => {
                let seed = seed.as_slice().try_into();
                seed.map(Wanted::Seed).map_err(|_| bad("a seed"))
            }
            Some(input::Input::Tensor(tensor)) => {
                let (root, spec) = tensor_of(&tensor).ok_or_else(|| bad("a tensor's name"))?;
                Ok(Wanted::Tensor { root, spec })
            }
            None => Err(bad("an input")),
        });
        let reply_key = match task.reply_key.as_slice() {
            [] => None,
            key => Some(PublicKey::from_slice(key).map_err(|_| bad("the app's key"))?),
        };
        Ok(Self {
            lease: task.lease,
            order: task.order,
            keys,
            grant,
            program,
            inputs: inputs.collect::<Result<_, _>>()?,
            reply_key,
        })
    }

    /// The root of its input.
    pub(crate) fn input_root(&self) -> Hash {
        let slots: Vec<Hash> = self.inputs.iter().map(Wanted::root).collect();
        input_root(&slots)
    }
}

/// A tensor's name and what it is.
pub(crate) fn tensor_of(tensor: &v1::TensorRef) -> Option<(Hash, TensorSpec)> {
    let dtype = dtype::parse(&tensor.dtype)?;
    let root = Hash(tensor.root.as_slice().try_into().ok()?);
    let spec = TensorSpec::new(dtype, tensor.rows, tensor.cols).ok()?;
    Some((root, spec))
}

/// The same, as the coordinator is told.
pub(crate) fn tensor_ref(root: Hash, spec: TensorSpec) -> v1::TensorRef {
    v1::TensorRef {
        root: root.0.to_vec(),
        dtype: dtype::name(spec.dtype).to_owned(),
        rows: spec.shape.rows(),
        cols: spec.shape.cols(),
    }
}

/// What an offer is judged by.
#[derive(Debug)]
pub(crate) struct Facts<'a> {
    /// The order, on chain.
    pub(crate) order: &'a Order,
    /// Its keys.
    pub(crate) keys: &'a OrderKeys,
    /// The coordinator at the other end of the session.
    pub(crate) coordinator: &'a str,
    /// The worker.
    pub(crate) worker: &'a str,
    /// The issuer that it counts for.
    pub(crate) issuer: Option<&'a str>,
    /// The program's header, if it is registered.
    pub(crate) header: Option<&'a Header>,
    /// Seconds since 1970.
    pub(crate) now: u64,
    /// Micro-coins that the worker may still have unsettled, what it has not committed
    /// yet taken off.
    pub(crate) room: u64,
    /// Whether it can still claim the task: no receipt of it, no batch around it.
    pub(crate) claimable: bool,
    /// Tasks of the order that it has handed in and that are not acknowledged.
    pub(crate) unacknowledged: u32,
    /// Ops per second that the device has measured; 0 if unknown.
    pub(crate) rate: u64,
}

/// What the worker takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Parts of 10 000 of par, at least, from an order to pay.
    pub min_price_bps: u32,
    /// Tasks of an order that may wait for their acknowledgement.
    pub max_unacknowledged: u32,
    /// Seconds that a task may take: the device does one at a time, and a census does
    /// not wait.
    pub max_seconds: u64,
    /// Seconds that must be left to commit when the task is done.
    pub commit_needs: u64,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            min_price_bps: 1,
            max_unacknowledged: 16,
            max_seconds: 20,
            commit_needs: 60,
        }
    }
}

/// Judges an offer: what it will be charged, rounded up, if the worker takes it.
///
/// # Errors
/// [`Refusal`], the first reason.
pub(crate) fn judge(offer: &Offered, facts: &Facts<'_>, terms: &Terms) -> Result<u64, Refusal> {
    let grant = |detail: String| Err(Refusal::new(RefuseReason::BadGrant, detail));
    let unfit = |detail: String| Err(Refusal::new(RefuseReason::Terms, detail));
    let Facts { order, keys, .. } = facts;
    let number = offer.order;
    if order.order != number || (keys.authoriser, keys.coordinator) != offer.keys {
        return grant(format!("the keys are not those of order {number} on chain"));
    }
    if order.coordinator.as_str() != facts.coordinator {
        return grant(format!("order {number} is served by {}", order.coordinator));
    }
    if order.state != OrderState::Open || order.expires <= facts.now {
        return unfit(format!("order {number} has ended"));
    }
    let is_private = order.privacy == Privacy::Private;
    if is_private != offer.reply_key.is_some() {
        return grant(format!(
            "order {number} is {}, and the task is not",
            order.privacy
        ));
    }
    let is_seed = |input: &Wanted| matches!(input, Wanted::Seed(_));
    if is_private && offer.inputs.iter().any(is_seed) {
        return grant("a private task's inputs are tensors that come sealed".to_owned());
    }
    let authorisation = &offer.grant.authorisation;
    let Some(header) = facts.header else {
        return grant(format!(
            "program {} is not registered",
            authorisation.program
        ));
    };
    // Time to run it, and then to get it on chain.
    let seconds = match facts.rate {
        0 => 0,
        rate => u64::try_from(header.cost / u128::from(rate)).unwrap_or(u64::MAX),
    };
    if seconds > terms.max_seconds {
        let most = terms.max_seconds;
        let detail =
            format!("it takes about {seconds} s on this device, which gives a task {most}");
        return Err(Refusal::new(RefuseReason::TooLarge, detail));
    }
    let commit_by = facts
        .now
        .saturating_add(seconds)
        .saturating_add(terms.commit_needs);
    let (context, input) = (keys.context(), offer.input_root());
    let checked = check_offer(
        &Host,
        &context,
        facts.worker,
        &offer.grant,
        header,
        &input,
        commit_by,
    );
    if let Err(error) = checked {
        return grant(error.to_string());
    }
    if let Some(program) = &offer.program
        && program.header().map(|header| header.hash()) != Ok(authorisation.program)
    {
        return grant("the operations are not those of the program".to_owned());
    }
    if offer.inputs.len() != usize::from(header.slots) {
        return grant(format!("the program has {} input slots", header.slots));
    }
    if offer.grant.lease.until <= facts.now.saturating_add(seconds) {
        return unfit("the lease ends before the task could be done".to_owned());
    }
    if !facts.claimable {
        let nonce = authorisation.nonce;
        return unfit(format!(
            "task {nonce} lies within what this worker has claimed or committed"
        ));
    }
    if facts.unacknowledged >= terms.max_unacknowledged {
        let waiting = facts.unacknowledged;
        return unfit(format!(
            "{waiting} results of the order wait for their acknowledgement"
        ));
    }
    // All that is authorised up to here has to fit the order: then this does.
    if authorisation.cum_ops > order.ops.total.u128() {
        return unfit(format!("order {number} has no ops left for it"));
    }
    let price_bps = match &order.mode {
        Mode::Pay { price_bps } if *price_bps < terms.min_price_bps => {
            let least = terms.min_price_bps;
            return unfit(format!(
                "{price_bps} bps of par are offered, {least} are taken"
            ));
        }
        Mode::Pay { price_bps } => *price_bps,
        Mode::Redeem { issuer, .. } if facts.issuer != Some(issuer.as_str()) => {
            return unfit(format!("only operators of {issuer} serve its redemptions"));
        }
        Mode::Redeem { .. } => 10_000,
    };
    let charge = charge(header.cost, order.opc.u128(), price_bps);
    match charge {
        Some(charge) if charge <= facts.room => Ok(charge),
        _ => unfit(format!(
            "it would be charged more than the {} micro-coins that this worker's stake leaves \
             room for",
            facts.room
        )),
    }
}

/// Micro-coins for so many ops, rounded up; none beyond 2^64, which no stake covers.
fn charge(ops: u128, opc: u128, price_bps: u32) -> Option<u64> {
    let coins = ops.checked_mul(u128::from(price_bps))?.checked_mul(100)?;
    let charge = coins.checked_div(opc)?;
    let rounded = u128::from(charge.saturating_mul(opc) < coins);
    u64::try_from(charge.saturating_add(rounded)).ok()
}

#[cfg(test)]
#[path = "offer_tests.rs"]
mod tests;
