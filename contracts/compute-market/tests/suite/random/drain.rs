//! Everything comes to an end by cranks that anyone can turn.

use compute_api::market::{Crank, ExecuteMsg, OrderState, QueryMsg, VoidsResponse};

use super::Run;

impl Run {
    /// Time passes, and what is due is done, until nothing is left.
    pub(super) fn drain(&mut self) {
        for _ in 0..60 {
            self.world.later(86_400);
            self.turn();
            self.world.check_all();
            if self.world.deadlines(Some(u64::MAX - 1)).is_empty() {
                break;
            }
        }
        let world = &self.world;
        for order in world.orders() {
            let at = (order.order, order.state, order.open_batches);
            assert_eq!(at, (order.order, OrderState::Closed, 0));
            let coins = order.coins;
            assert_eq!(coins.put_in, coins.spent + coins.paid_back);
            let fee_left = order
                .redemption
                .map(|redemption| redemption.fee_left.u128());
            assert_eq!(fee_left.unwrap_or_default(), 0);
        }
        for batch in 1..=world.last_batch() {
            assert!(world.batch(batch).ended_at.is_some(), "batch {batch}");
        }
        let held = world.holdings();
        let held = held.free + held.reserved + held.fees + held.bonds;
        assert!(held.is_zero(), "{held} are held for nobody");
        assert_eq!(world.balance(&world.market.clone()), world.stray);
        assert!(world.deadlines(Some(u64::MAX - 1)).is_empty());
        for queue in world.replay.queues.values() {
            assert!((queue.open + queue.queued_ops).is_zero());
        }
    }

    /// Does all that is due now.
    fn turn(&mut self) {
        for _ in 0..10 {
            let due = self.world.deadlines(None);
            let mut done = false;
            for due in due {
                if let Crank::SettleBatch { batch } = due.crank {
                    self.decide(batch);
                }
                done |= self.crank(due.crank);
                self.world.next();
            }
            if !done {
                return;
            }
        }
    }

    /// Claims that wait are decided first.
    fn decide(&mut self, batch: u64) {
        let query = QueryMsg::Voids {
            batch,
            start_after: None,
            limit: Some(100),
        };
        let answer: VoidsResponse = self.world.query(&query).unwrap();
        for void in answer.voids {
            if void.is_void.is_none() {
                let nonce = void.nonce;
                let _ = self.world.anyone(&ExecuteMsg::DecideVoid { batch, nonce });
            }
        }
    }
}
