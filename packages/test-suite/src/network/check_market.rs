//! What always holds of the market's coins, orders and batches.

use std::collections::BTreeMap;

use compute_api::market::{HoldingsResponse, Mode, OrderState, QueryMsg};
use compute_market::money::fee_of;
use cosmwasm_std::Uint128;

use super::Network;

/// What orders and demands have put in, taken out and still have.
#[derive(Default)]
struct Sums {
    put_in: Uint128,
    free: Uint128,
    reserved: Uint128,
    paid_back: Uint128,
    /// Spent by orders to pay, and by redemptions.
    paid: Uint128,
    burnt: Uint128,
    /// Fees of redemptions: all, earned, left.
    fees: Uint128,
    earned: Uint128,
    fees_left: Uint128,
}

impl Network {
    /// Coins in are coins out and held, each for what it was; no order has been charged
    /// for more than was authorised; what has changed is what the events tell.
    pub(super) fn check_market(&mut self) {
        self.check_flows();
        self.check_queues();
        let book = &mut self.replay.market;
        let orders = std::mem::take(&mut book.touched_orders);
        let batches = std::mem::take(&mut book.touched);
        for order in orders {
            assert_eq!(self.order(order), self.replay.market.orders[&order]);
        }
        for batch in batches {
            assert_eq!(self.batch(batch), self.replay.market.describe(batch));
        }
    }

    fn sums(&self) -> Sums {
        let mut sums = Sums::default();
        for order in self.replay.market.orders.values() {
            let (coins, ops) = (order.coins, order.ops);
            let all = coins.spent + coins.reserved + coins.paid_back + coins.free;
            assert_eq!(coins.put_in, all, "order {}", order.order);
            let taken = ops.used + ops.reserved;
            assert!(taken <= ops.total.min(ops.authorised), "{order:?}");
            if order.state == OrderState::Closed {
                assert!(coins.free.is_zero(), "order {} is closed", order.order);
            }
            if order.open_batches == 0 {
                assert!((ops.reserved + coins.reserved).is_zero(), "{order:?}");
            }
            sums.put_in += coins.put_in;
            sums.free += coins.free;
            sums.reserved += coins.reserved;
            sums.paid_back += coins.paid_back;
            match (&order.mode, &order.redemption) {
                (Mode::Redeem { fee, .. }, Some(redemption)) => {
                    sums.burnt += coins.spent;
                    sums.fees += *fee;
                    sums.earned += fee_of(*fee, ops.used, ops.total).expect("a part");
                    sums.fees_left += redemption.fee_left;
                }
                _ => sums.paid += coins.spent,
            }
        }
        sums
    }

    fn check_flows(&self) {
        let (book, coins) = (&self.replay.market, &self.replay.coin.market);
        let sums = self.sums();
        let of = Uint128::new;
        let open_bonds = of(book.bonds.values().sum());
        let bonds = open_bonds + of(book.bonds_paid) + of(book.bonds_returned);
        assert_eq!(coins.sent, sums.put_in + sums.fees + bonds, "coins in");
        assert_eq!(of(book.paid), sums.paid + sums.earned, "paid by orders");
        assert_eq!(coins.to_votes, of(book.paid) + of(book.bonds_paid), "paid");
        assert_eq!(of(book.burnt), sums.burnt, "burnt by orders");
        assert_eq!(coins.to_oracle, sums.burnt, "burnt");
        let fees_back = sums.fees - sums.earned - sums.fees_left;
        let back = sums.paid_back + fees_back + of(book.bonds_returned);
        assert_eq!(coins.to_others, back, "back to owners");
        let held: HoldingsResponse = self.ask_market(&QueryMsg::Holdings {});
        let told = (sums.free, sums.reserved, sums.fees_left, open_bonds);
        assert_eq!(
            (held.free, held.reserved, held.fees, held.bonds),
            told,
            "held, for each purpose"
        );
        let held = held.free + held.reserved + held.fees + held.bonds;
        assert_eq!(
            self.replay.coin.balance(&self.contracts.market),
            held + coins.strays,
            "coins with the market"
        );
    }

    /// Queues and exposures are the sums over orders and batches.
    fn check_queues(&self) {
        let book = &self.replay.market;
        let mut queues: BTreeMap<&str, (Uint128, Uint128)> = BTreeMap::new();
        for order in book.orders.values() {
            let (Mode::Redeem { issuer, .. }, Some(redemption)) = (&order.mode, &order.redemption)
            else {
                continue;
            };
            let queue = queues.entry(issuer).or_default();
            queue.0 += order.coins.free + order.coins.reserved;
            if redemption.call.is_some() {
                let taken = order.ops.used + order.ops.reserved;
                queue.1 += redemption.called - taken;
            }
        }
        for (issuer, told) in &book.queues {
            let sum = queues.remove(issuer.as_str()).unwrap_or_default();
            assert_eq!((told.open, told.queued_ops), sum, "the queue of {issuer}");
        }
        assert!(queues.is_empty(), "{queues:?}");
    }

    /// All of the market's books are what the events tell: dear, so now and then.
    ///
    /// # Panics
    /// Where something does not hold.
    pub fn check_whole_market(&self) {
        let book = &self.replay.market;
        let mut exposures: BTreeMap<String, (Uint128, u32)> = BTreeMap::new();
        for (number, order) in &book.orders {
            assert_eq!(self.order(*number), *order);
        }
        for number in book.all_batches() {
            let batch = self.batch(number);
            assert_eq!(batch, book.describe(number));
            let worker = exposures.entry(batch.worker.into()).or_default();
            if batch.ended_at.is_none() {
                worker.0 += batch.charge;
                worker.1 += 1;
            }
        }
        assert_eq!(exposures, book.exposures, "what workers have unsettled");
        for (number, slot) in &book.slots {
            assert_eq!(self.slot(*number), *slot);
        }
    }
}
