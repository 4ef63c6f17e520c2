//! What must hold after every message.

use std::collections::{BTreeMap, BTreeSet};

use compute_api::market::{
    Batch, BatchState, Crank, Deadline, DemandState, Mode, Order, OrderState, Slot, SlotStage,
};
use compute_market::state::{
    BATCHES, DEMANDS, EXPOSURES, HOLDINGS, Holdings, ISSUERS, LAST_HALT, ORDERS, QUEUE, SLOTS,
    TERMS, VOIDS,
};
use cosmwasm_std::{Addr, Order as Sort, StdResult, Uint128};

use super::World;

impl World {
    /// Everything that is cheap, and batches that were touched.
    #[track_caller]
    pub(crate) fn check(&mut self) {
        let orders = self.orders();
        self.check_coins(&orders);
        self.check_queues(&orders);
        self.check_exposures();
        self.check_replay(&orders);
        let touched: BTreeSet<u64> = self.replay.touched.drain(..).collect();
        for batch in touched {
            assert_eq!(self.batch(batch), self.replay.describe(batch));
        }
    }

    /// All that is dear too.
    #[track_caller]
    pub(crate) fn check_all(&mut self) {
        self.check();
        for batch in self.replay.all_batches() {
            assert_eq!(self.batch(batch), self.replay.describe(batch));
        }
        self.check_deadlines();
    }

    pub(crate) fn orders(&self) -> Vec<Order> {
        let storage = self.app.contract_storage(&self.market);
        let all = ORDERS.range(&*storage, None, None, Sort::Ascending);
        all.map(|entry| entry.unwrap().1).collect()
    }

    #[track_caller]
    fn check_coins(&self, orders: &[Order]) {
        let storage = self.app.contract_storage(&self.market);
        let held = HOLDINGS.load(&*storage).unwrap();
        let mut sum = Holdings::default();
        let (mut paid, mut burnt) = (0, 0);
        for order in orders {
            let coins = order.coins;
            let all = coins.spent + coins.reserved + coins.paid_back + coins.free;
            assert_eq!(coins.put_in, all, "order {}", order.order);
            sum.free += coins.free;
            sum.reserved += coins.reserved;
            if let Some(redemption) = &order.redemption {
                sum.fees += redemption.fee_left;
            }
            match order.mode {
                Mode::Pay { .. } => paid += coins.spent.u128(),
                Mode::Redeem { fee, .. } => {
                    burnt += coins.spent.u128();
                    let left = order.redemption.as_ref().unwrap().fee_left;
                    assert!(left <= fee);
                }
            }
            let taken = order.ops.used + order.ops.reserved;
            assert!(taken <= order.ops.total.min(order.ops.authorised));
            if order.state == OrderState::Closed {
                assert!(coins.free.is_zero(), "order {} is closed", order.order);
            }
            if order.open_batches == 0 {
                assert!(order.ops.reserved.is_zero() & coins.reserved.is_zero());
            }
        }
        for entry in DEMANDS.range(&*storage, None, None, Sort::Ascending) {
            let (_, demand) = entry.unwrap();
            if demand.state == DemandState::Open {
                sum.bonds += demand.bond;
            }
        }
        let all = |of: &Holdings| (of.free, of.reserved, of.fees, of.bonds);
        assert_eq!(all(&held), all(&sum));
        drop(storage);
        let held = held.free + held.reserved + held.fees + held.bonds;
        assert_eq!(
            self.balance(&self.market.clone()),
            held.u128() + self.stray,
            "what is held, and what came astray"
        );
        // What has left is where it should be.
        let redeemed: u128 = self
            .issuers
            .iter()
            .map(|issuer| self.redeemed(issuer))
            .sum();
        assert_eq!((redeemed, self.replay.burnt), (burnt, burnt));
        let fees: u128 = self.replay.paid - paid;
        let fees_spent: u128 = orders
            .iter()
            .filter_map(|order| match (&order.mode, &order.redemption) {
                (Mode::Redeem { fee, .. }, Some(_)) => Some(compute_market::money::fee_of(
                    *fee,
                    order.ops.used,
                    order.ops.total,
                )),
                _ => None,
            })
            .map(|fee| fee.unwrap().u128())
            .sum();
        assert_eq!(fees, fees_spent);
        assert_eq!(
            self.distributed(),
            self.replay.paid + self.replay.bonds_paid
        );
    }

    #[track_caller]
    fn check_queues(&self, orders: &[Order]) {
        let storage = self.app.contract_storage(&self.market);
        let mut open: BTreeMap<String, (Uint128, Uint128)> = BTreeMap::new();
        let mut queued = BTreeSet::new();
        for order in orders {
            let Mode::Redeem { issuer, .. } = &order.mode else {
                continue;
            };
            let entry = open.entry(issuer.clone()).or_default();
            entry.0 += order.coins.free + order.coins.reserved;
            let redemption = order.redemption.as_ref().unwrap();
            let Some(call) = redemption.call else {
                continue;
            };
            assert_eq!(order.state, OrderState::Open);
            let taken = order.ops.used + order.ops.reserved;
            let left = redemption.called.checked_sub(taken).unwrap();
            assert!(!left.is_zero(), "a call that is served has left the queue");
            entry.1 += left;
            queued.insert((issuer.clone(), call.place, order.order));
        }
        for entry in ISSUERS.range(&*storage, None, None, Sort::Ascending) {
            let (issuer, queue) = entry.unwrap();
            let sum = open.remove(issuer.as_str()).unwrap_or_default();
            assert_eq!((queue.open, queue.queued_ops), sum, "{issuer}");
            let told = &self.replay.queues[issuer.as_str()];
            let stored = (
                queue.open,
                queue.queued_ops,
                queue.served_calls,
                queue.late_calls,
                queue.late_ops,
            );
            let told = (
                told.open,
                told.queued_ops,
                told.served_calls,
                told.late_calls,
                told.late_ops,
            );
            assert_eq!(stored, told, "{issuer} by events");
        }
        assert!(open.is_empty());
        let stored: StdResult<BTreeSet<_>> = QUEUE
            .range(&*storage, None, None, Sort::Ascending)
            .map(|entry| entry.map(|((issuer, place), order)| (issuer.into(), place, order)))
            .collect();
        assert_eq!(stored.unwrap(), queued);
    }

    #[track_caller]
    fn check_exposures(&self) {
        let storage = self.app.contract_storage(&self.market);
        let mut open: BTreeMap<Addr, (Uint128, u32)> = BTreeMap::new();
        let mut open_batches: BTreeMap<u64, (Uint128, u32)> = BTreeMap::new();
        for entry in BATCHES.range(&*storage, None, None, Sort::Ascending) {
            let (_, batch) = entry.unwrap();
            let worker = open.entry(batch.worker).or_default();
            if batch.end.is_none() {
                worker.0 += batch.charge;
                worker.1 += 1;
                let order = open_batches.entry(batch.order).or_default();
                order.0 += batch.commitment.ops - batch.void_ops;
                order.1 += 1;
            }
        }
        for entry in EXPOSURES.range(&*storage, None, None, Sort::Ascending) {
            let (worker, exposure) = entry.unwrap();
            let stored = (exposure.unsettled, exposure.open_batches);
            assert_eq!(stored, open.remove(&worker).unwrap(), "{worker}");
            assert_eq!(stored, self.replay.exposures[worker.as_str()]);
        }
        assert!(open.is_empty());
        for entry in ORDERS.range(&*storage, None, None, Sort::Ascending) {
            let (number, order) = entry.unwrap();
            let sum = open_batches.remove(&number).unwrap_or_default();
            assert_eq!((order.ops.reserved, order.open_batches), sum);
        }
    }

    #[track_caller]
    fn check_replay(&self, orders: &[Order]) {
        assert_eq!(orders.len(), self.replay.orders.len());
        for order in orders {
            assert_eq!(*order, self.replay.orders[&order.order]);
        }
        let storage = self.app.contract_storage(&self.market);
        assert_eq!(LAST_HALT.may_load(&*storage).unwrap(), self.replay.halt);
        let mut count = 0;
        for entry in SLOTS.range(&*storage, None, None, Sort::Ascending) {
            let (number, slot) = entry.unwrap();
            let told = &self.replay.slots[&number];
            let told = (
                told.opened_at,
                told.ends_at,
                told.last_height,
                told.first_batch,
                told.batches,
                &told.stage,
            );
            let stored = (
                slot.opened_at,
                slot.ends_at,
                slot.last_height,
                slot.first_batch,
                slot.batches,
                &slot.stage,
            );
            assert_eq!(stored, told, "slot {number}");
            count += 1;
        }
        assert_eq!(count, self.replay.slots.len());
        for entry in VOIDS.range(&*storage, None, None, Sort::Ascending) {
            let (key, void) = entry.unwrap();
            assert_eq!(void, self.replay.voids[&key]);
        }
        for entry in TERMS.range(&*storage, None, None, Sort::Ascending) {
            let (operator, declared) = entry.unwrap();
            assert_eq!(declared.terms, self.replay.terms[operator.as_str()]);
        }
    }

    /// What anyone can do now, worked out from what stands.
    pub(crate) fn actionable(&self) -> Vec<Crank> {
        let (now, height) = (self.now(), self.height());
        let passed = |by: Deadline| now > by.time && height > by.height;
        let mut cranks = Vec::new();
        for order in self.orders() {
            let number = order.order;
            let late = order.redemption.as_ref().and_then(|x| x.call);
            let late = late.is_some_and(|call| passed(call.serve_by));
            match order.state {
                OrderState::Open if late || now > order.expires => {
                    cranks.push(Crank::EndOrder { order: number });
                }
                OrderState::Ending if passed(order.closes.unwrap()) => {
                    cranks.push(Crank::CloseOrder { order: number });
                }
                _ => {}
            }
        }
        for slot in 1..=self.last_slot() {
            cranks.extend(self.actionable_slot(&self.slot(slot), passed));
        }
        for batch in 1..=self.last_batch() {
            cranks.extend(self.actionable_batch(&self.batch(batch), passed));
        }
        cranks
    }

    fn actionable_slot(&self, slot: &Slot, passed: impl Fn(Deadline) -> bool) -> Option<Crank> {
        let number = slot.slot;
        match slot.stage {
            SlotStage::Open { late_at } => {
                let after = Deadline {
                    time: slot.ends_at,
                    height: late_at.unwrap_or(slot.last_height),
                };
                passed(after).then_some(Crank::SealSlot { slot: number })
            }
            SlotStage::Sealed { round, post_by, .. } => {
                if self.is_posted(round) {
                    return Some(Crank::DrawSlot { slot: number });
                }
                passed(post_by).then_some(Crank::SealSlot { slot: number })
            }
            SlotStage::Drawn { .. } | SlotStage::Void {} => None,
        }
    }

    fn actionable_batch(&self, batch: &Batch, passed: impl Fn(Deadline) -> bool) -> Option<Crank> {
        if batch.ended_at.is_some() {
            return None;
        }
        let number = batch.batch;
        let storage = self.app.contract_storage(&self.market);
        let unanswered = (1..=batch.demands).any(|demand| {
            let demand = DEMANDS.load(&*storage, (number, demand)).unwrap();
            demand.state == DemandState::Open && passed(demand.answer_by)
        });
        let unproven = batch.state == BatchState::Challenged && passed(batch.prove_by.unwrap());
        drop(storage);
        let is_void = matches!(self.slot(batch.slot).stage, SlotStage::Void {});
        if unanswered || unproven || is_void {
            return Some(Crank::FailBatch { batch: number });
        }
        let done = matches!(batch.state, BatchState::Cleared | BatchState::Proven);
        let settles = done && batch.open_demands == 0 && passed(batch.open_until.unwrap());
        settles.then_some(Crank::SettleBatch { batch: number })
    }

    /// The list of what is due has all that anyone can do, and nothing whose time and
    /// height have come that nobody can do. A round can be waited for.
    #[track_caller]
    pub(crate) fn check_deadlines(&self) {
        let (now, height) = (self.now(), self.height());
        let listed = self.deadlines(None);
        let early = listed.iter().find(|due| due.after.time > now);
        assert_eq!(early, None, "up to now");
        let due = listed
            .iter()
            .filter(|due| now > due.after.time && height > due.after.height);
        let mut due: Vec<Crank> = due.map(|due| due.crank).collect();
        let mut can = self.actionable();
        due.retain(|crank| match crank {
            Crank::DrawSlot { slot } => match self.slot(*slot).stage {
                SlotStage::Sealed { round, .. } => self.is_posted(round),
                _ => true,
            },
            _ => true,
        });
        let key = |crank: &Crank| format!("{crank:?}");
        due.sort_by_key(key);
        // A posted round is drawn by even before its time.
        can.retain(|crank| match crank {
            Crank::DrawSlot { .. } => due.contains(crank) || self.is_early(*crank) == Some(false),
            _ => true,
        });
        can.sort_by_key(key);
        assert_eq!(due, can, "listed, and possible");
    }

    /// Whether the round of a slot to be drawn is not out yet.
    fn is_early(&self, crank: Crank) -> Option<bool> {
        let Crank::DrawSlot { slot } = crank else {
            return None;
        };
        match self.slot(slot).stage {
            SlotStage::Sealed { round, .. } => {
                Some(super::START + (round - 1) * super::PERIOD >= self.now())
            }
            _ => None,
        }
    }
}
