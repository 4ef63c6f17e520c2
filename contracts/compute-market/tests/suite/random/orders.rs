//! Orders.

use compute_api::market::{Authoriser, ExecuteMsg, Hook, Mode, NewOrder, Privacy};
use test_suite::fixtures::Job;

use super::Run;
use crate::world::{
    COORDINATOR, MATRIX, PIPELINE, SEEDED, SEEDED_AGAIN, TALL, app_key, coins, new_order,
};

impl Run {
    pub(super) fn open(&mut self) {
        let mode = match self.one_in(2) {
            true => Mode::Pay {
                price_bps: self.pick(&[10_000, 10_000, 12_345, 999_999, 0]),
            },
            false => Mode::Redeem {
                issuer: self.pick(&self.world.issuers.clone()).to_string(),
                fee: coins(u128::from(self.below(1_000))),
            },
        };
        let authoriser = match self.one_in(4) {
            true => Authoriser::Coordinator {
                daily_cap: coins(u128::from(self.below(1_000_000))),
            },
            false => app_key(),
        };
        let new = NewOrder {
            authoriser,
            privacy: self.pick(&[Privacy::Sampled, Privacy::Sampled, Privacy::Private]),
            samples: self.pick(&[None, None, Some(1), Some(3), Some(3), Some(64), Some(65)]),
            expires: self.world.now() + self.below(10 * 86_400),
            ..new_order(&self.world, mode)
        };
        let amount = self.pick(&[1, 1_000, 3_000_000, 20_000_000, 60_000_000, 60_000_000]);
        let owner = self.world.app_owner.clone();
        let outcome = self.world.send(&owner, amount, &Hook::OpenOrder(new));
        self.note("open", outcome);
    }

    pub(super) fn top_up(&mut self) {
        let (sender, order) = (self.world.stranger.clone(), self.an_order());
        if self.one_in(10) {
            self.world.stray(3);
            return;
        }
        let amount = 1 + u128::from(self.below(1_000_000));
        let outcome = self.world.send(&sender, amount, &Hook::TopUp { order });
        self.note("top up", outcome);
    }

    pub(super) fn change_order(&mut self) {
        let (sender, order) = (self.somebody(), self.an_order());
        let expires = self.world.now() + self.below(12 * 86_400);
        let (what, msg) = match self.below(7) {
            0..=2 => ("extend", ExecuteMsg::ExtendOrder { order, expires }),
            3 => ("cancel", ExecuteMsg::CancelOrder { order }),
            4 => ("end", ExecuteMsg::EndOrder { order }),
            _ => ("close", ExecuteMsg::CloseOrder { order }),
        };
        let outcome = self.world.execute(&sender, &msg);
        if matches!(what, "extend" | "cancel") && sender != self.world.app_owner {
            assert!(outcome.is_err(), "{msg:?} from {sender}");
        }
        self.note(what, outcome);
    }

    pub(super) fn job(&mut self) -> &'static Job {
        let jobs: [&'static Job; 5] = [&SEEDED, &SEEDED_AGAIN, &MATRIX, &TALL, &PIPELINE];
        self.pick(&jobs)
    }

    pub(super) fn call(&mut self) {
        let order = self.an_order();
        if self.world.last_order() == 0 {
            return;
        }
        let nonce = self.below(40);
        let forged = self.one_in(8);
        let by_coordinator = self.world.order(order).cap.is_some();
        let work = self.world.work_with(order, 0, &[nonce], |plan| {
            plan.authoriser = match (forged, by_coordinator) {
                (true, _) => 99,
                (_, true) => COORDINATOR,
                _ => plan.authoriser,
            };
        });
        let outcome = self.world.anyone(&work.call(nonce));
        assert!(!(forged && outcome.is_ok()));
        self.note("call", outcome);
    }
}
