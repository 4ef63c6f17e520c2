//! What the market's events alone say, kept as whoever follows them would.

mod batches;
mod orders;

use std::collections::BTreeMap;

use compute_api::market::{
    Batch, BatchState, Commitment, Deadline, Halt, Order, Privacy, Program, RedemptionRecord, Slot,
    SlotStage, Terms, Void, events::MarketEvent,
};
use compute_proofs::{
    Hash,
    opening::{BatchContext, is_challenged},
    receipt,
    task::OrderContext,
};
use cosmwasm_std::{Addr, Event, Uint128};

/// All that is known by events.
#[derive(Clone, Debug, Default)]
pub struct MarketBook {
    /// Orders, by number.
    pub orders: BTreeMap<u64, Order>,
    /// Slots, by number.
    pub slots: BTreeMap<u64, Slot>,
    slot_open: BTreeMap<u64, Deadline>,
    batches: BTreeMap<u64, Known>,
    /// (Batch, nonce) → a claim that does not stand, or may not.
    pub voids: BTreeMap<(u64, u64), Void>,
    /// (Batch, demand) → whether it waits for an answer.
    pub demands: BTreeMap<(u64, u32), bool>,
    /// Programs, by their hash.
    pub programs: BTreeMap<Vec<u8>, Program>,
    /// Operator → what it takes.
    pub terms: BTreeMap<String, Terms>,
    /// Issuer → its queue and record.
    pub queues: BTreeMap<String, RedemptionRecord>,
    /// Worker → unsettled coins and open batches.
    pub exposures: BTreeMap<String, (Uint128, u32)>,
    /// The halt that credit is given for.
    pub halt: Option<Halt>,
    /// Micro-coins that settled batches have paid.
    pub paid: u128,
    /// Micro-coins that settled batches have burnt.
    pub burnt: u128,
    /// Micro-coins of bonds that worker and voters have got.
    pub bonds_paid: u128,
    /// Those of bonds that nobody has answered for yet.
    pub bonds: BTreeMap<(u64, u32), u128>,
    /// Micro-coins that came back to owners.
    pub bonds_returned: u128,
    /// Batches that have changed since the last look.
    pub touched: Vec<u64>,
    /// Orders that have changed since the last look.
    pub touched_orders: Vec<u64>,
}

#[derive(Clone, Debug)]
struct Known {
    order: u64,
    worker: String,
    commitment: Commitment,
    slot: u64,
    time: u64,
    height: u64,
    charge: Uint128,
    opened: u32,
    moved: Option<Deadline>,
    demands: u32,
    open_demands: u32,
    void_ops: Uint128,
    pending_voids: u32,
    end: Option<(BatchState, u64)>,
}

impl MarketBook {
    /// Takes in the market's events of one transaction, in their order.
    ///
    /// # Panics
    /// For what is no event of the market, or contradicts what was told before.
    pub fn take(&mut self, events: &[Event]) {
        for event in events {
            match MarketEvent::parse(event).expect("told of before") {
                Some(MarketEvent::Order(event)) => self.order(event),
                Some(MarketEvent::Batch(event)) => self.batch(event),
                None => panic!("an event that nobody knows: {}", event.ty),
            }
        }
    }

    fn known(&mut self, batch: u64) -> &mut Known {
        self.touched.push(batch);
        self.batches.get_mut(&batch).expect("told of before")
    }

    fn known_order(&mut self, order: u64) -> &mut Order {
        self.touched_orders.push(order);
        self.orders.get_mut(&order).expect("told of before")
    }

    /// As if a slot had been sealed at another rate of challenges.
    ///
    /// # Panics
    /// For a slot that is not known.
    pub fn rate_of(&mut self, slot: u64, one_in: u32) {
        let slot = self.slots.get_mut(&slot).expect("told of before");
        if let SlotStage::Sealed {
            challenge_one_in, ..
        } = &mut slot.stage
        {
            *challenge_one_in = one_in;
        }
    }

    /// The numbers of all batches.
    #[must_use]
    pub fn all_batches(&self) -> Vec<u64> {
        self.batches.keys().copied().collect()
    }

    /// A batch, as the query answers.
    ///
    /// # Panics
    /// For a batch that is not known.
    #[must_use]
    pub fn describe(&self, number: u64) -> Batch {
        let known = &self.batches[&number];
        let state = self.state(known);
        let slot = &self.slots[&known.slot];
        let prove_by = match (&slot.stage, state) {
            (SlotStage::Drawn { .. }, BatchState::Cleared) => None,
            (SlotStage::Drawn { prove_by, .. }, _) => Some(*prove_by),
            _ => None,
        };
        let of_slot = self.slot_open.get(&known.slot).copied();
        let later = |a: Deadline, b: Deadline| Deadline {
            time: a.time.max(b.time),
            height: a.height.max(b.height),
        };
        Batch {
            batch: number,
            order: known.order,
            worker: Addr::unchecked(&known.worker),
            commitment: known.commitment.clone(),
            committed_at: known.time,
            height: known.height,
            slot: known.slot,
            state,
            charge: known.charge,
            opened: known.opened,
            prove_by,
            open_until: of_slot.map(|open| known.moved.map_or(open, |moved| later(open, moved))),
            demands: known.demands,
            open_demands: known.open_demands,
            void_ops: known.void_ops,
            pending_voids: known.pending_voids,
            ended_at: known.end.map(|(_, time)| time),
        }
    }

    fn state(&self, known: &Known) -> BatchState {
        if let Some((state, _)) = known.end {
            return state;
        }
        let order = &self.orders[&known.order];
        match &self.slots[&known.slot].stage {
            SlotStage::Open { .. } => BatchState::Committed,
            SlotStage::Sealed { .. } | SlotStage::Void {} => BatchState::Sealed,
            SlotStage::Drawn {
                randomness,
                challenge_one_in,
                ..
            } => {
                let beacon: [u8; 32] = randomness.as_slice().try_into().expect("told of before");
                if order.privacy == Privacy::Private
                    || !self.challenged(known, &beacon, *challenge_one_in)
                {
                    BatchState::Cleared
                } else if known.opened >= order.samples {
                    BatchState::Proven
                } else {
                    BatchState::Challenged
                }
            }
        }
    }

    fn challenged(&self, known: &Known, beacon: &[u8; 32], one_in: u32) -> bool {
        let commitment = &known.commitment;
        // The draw depends on worker and root alone.
        let context = BatchContext {
            order: OrderContext {
                chain_id: "",
                market: "",
                order: 0,
                authoriser: [0; 32],
                coordinator: [0; 32],
            },
            worker: &known.worker,
            batch: receipt::Batch {
                first_nonce: commitment.first_nonce,
                span: commitment.span,
                ops: commitment.ops.u128(),
                commit_by: commitment.commit_by,
                root: Hash(
                    commitment
                        .root
                        .as_slice()
                        .try_into()
                        .expect("told of before"),
                ),
            },
        };
        is_challenged(&context, beacon, one_in).expect("told of before")
    }
}
