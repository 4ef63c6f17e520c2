//! Orders, batches and their proofs, right and wrong.

use compute_api::{
    market::{
        Authoriser, BatchState, Change, ExecuteMsg, ExposureResponse, Hook, Mode, NewOrder, Order,
        OrderState, Privacy, QueryMsg, SlotStage, Terms,
    },
    timelock::AnnouncedResponse,
};
use cosmwasm_std::{Addr, Uint128};
use test_suite::{
    fixtures::Job,
    market::{LIE, MATRIX, PIPELINE, SEEDED, SEEDED_AGAIN, TALL, registration},
    network::app_key,
};

use super::walk::{HOUR, Walk, market_params};

impl Walk {
    pub(crate) fn market(&mut self) {
        match self.random.below(36) {
            0..=2 => self.open_order(),
            3 => self.top_up(),
            4 => self.change_order(),
            5 | 6 => self.call(),
            7..=10 => {
                self.commit_batch();
            }
            11 | 12 => self.carry(),
            13 | 14 => self.slots(),
            15..=18 => self.prove(),
            19 | 20 => self.demand(),
            21 | 22 => self.answer_demand(),
            23 => self.fraud(),
            24..=26 => self.claims_of_tasks(),
            27 => self.ends(),
            28 => self.odd_messages(),
            _ => self.due(),
        }
    }

    // --- orders ---

    fn open_order(&mut self) {
        let mode = match self.one_in(2) {
            true => Mode::Pay {
                price_bps: self.pick(&[10_000, 2_000, 1_000, 1_234, 999_999, 0]),
            },
            false => {
                let issuers = self.net.issuers.clone();
                Mode::Redeem {
                    issuer: self.pick(&issuers).to_string(),
                    fee: Uint128::new(u128::from(self.random.below(100_000))),
                }
            }
        };
        let authoriser = match self.one_in(4) {
            true => Authoriser::Coordinator {
                daily_cap: Uint128::new(u128::from(self.random.below(200_000_000))),
            },
            false => app_key(),
        };
        let now = self.net.now();
        let new = NewOrder {
            authoriser,
            privacy: self.pick(&[Privacy::Sampled, Privacy::Sampled, Privacy::Private]),
            samples: self.pick(&[None, None, Some(1), Some(3), Some(64), Some(65)]),
            expires: now + HOUR + self.random.below(20 * HOUR),
            ..self.net.new_order(mode)
        };
        let task = SEEDED.run.header.cost * 1_000_000 / self.net.opc();
        let tasks = 4 + u128::from(self.random.below(20));
        let amount = match self.random.below(12) {
            0 => self.amount(task),
            _ => task * tasks,
        };
        let owner = self.holder_with(amount);
        let _ = self.net.open_order(&owner, amount, new);
    }

    /// A holder of so many coins, or any.
    fn holder_with(&mut self, amount: u128) -> Addr {
        let holders = self.holders.clone();
        let able: Vec<Addr> = holders
            .iter()
            .filter(|holder| self.net.balance(holder) >= amount)
            .cloned()
            .collect();
        match able.is_empty() {
            true => self.pick(&holders),
            false => self.pick(&able),
        }
    }

    fn an_order(&mut self) -> Option<u64> {
        // Mostly one that takes batches.
        let orders = &self.net.replay.market.orders;
        let has_room = |order: &&Order| {
            let taken = order.ops.used + order.ops.reserved;
            order.ops.total - taken > Uint128::new(3 * SEEDED.run.header.cost)
        };
        let open = orders
            .values()
            .filter(|order| order.state == OrderState::Open)
            .filter(has_room);
        let open: Vec<u64> = open.map(|order| order.order).collect();
        let last = self.net.last_order();
        if last == 0 {
            return None;
        }
        if open.is_empty() && !self.one_in(4) {
            self.open_order();
            return None;
        }
        Some(match open.is_empty() || self.one_in(12) {
            true => 1 + self.random.below(last),
            false => self.pick(&open),
        })
    }

    fn top_up(&mut self) {
        let order = self.an_order().unwrap_or(1);
        let sender = self.holder_with(1_000_000);
        let amount = self.amount(self.net.balance(&sender) / 16);
        let _ = self.net.pay_market(&sender, amount, &Hook::TopUp { order });
    }

    fn change_order(&mut self) {
        let Some(order) = self.an_order() else {
            return;
        };
        let owner = self.net.order(order).owner;
        let sender = self.sender(&owner);
        let expires = self.net.now() + self.random.below(12 * HOUR);
        let (of_owner, msg) = match self.random.below(7) {
            0..=2 => (true, ExecuteMsg::ExtendOrder { order, expires }),
            3 => (true, ExecuteMsg::CancelOrder { order }),
            4 => (false, ExecuteMsg::EndOrder { order }),
            _ => (false, ExecuteMsg::CloseOrder { order }),
        };
        let done = self.net.market(&sender, &msg);
        if of_owner && sender != owner {
            assert!(done.is_err(), "{msg:?} from {sender}");
        }
    }

    fn call(&mut self) {
        let Some(order) = self.an_order() else {
            return;
        };
        let nonce = self.random.below(12);
        let forged = self.one_in(8);
        let work = self.net.work_with(order, 0, &[nonce], |plan| {
            if forged {
                plan.authoriser = 250;
            }
        });
        let done = self.net.crankable(&work.call(nonce));
        assert!(!(forged && done.is_ok()), "a forged call");
    }

    // --- batches ---

    fn job(&mut self) -> &'static Job {
        let jobs: [&'static Job; 6] = [&SEEDED, &SEEDED, &SEEDED_AGAIN, &MATRIX, &TALL, &PIPELINE];
        self.pick(&jobs)
    }

    /// A batch goes its way as it should, up to some point.
    fn carry(&mut self) {
        let Some(batch) = self.commit_batch() else {
            return;
        };
        if self.one_in(2) {
            self.rival(batch);
        }
        let slot = self.net.batch(batch).slot;
        for _ in 0..3 {
            let msg = match self.net.slot(slot).stage {
                SlotStage::Open { .. } => {
                    let ends_at = self.net.slot(slot).ends_at;
                    let wait = (ends_at + 1).saturating_sub(self.net.now());
                    self.net.run(wait);
                    ExecuteMsg::SealSlot { slot }
                }
                SlotStage::Sealed { round, .. } if self.beacon => {
                    let time = self.net.signer.network().time_of(round);
                    let wait = time.saturating_sub(self.net.now());
                    self.net.run(wait);
                    self.net.post(round);
                    ExecuteMsg::DrawSlot { slot }
                }
                _ => break,
            };
            let _ = self.net.crankable(&msg);
            self.net.wait(5);
        }
        for _ in 0..3 {
            self.prove();
        }
        match self.random.below(4) {
            0 => self.demand(),
            1 => {
                self.demand();
                self.answer_demand();
            }
            2 => self.claims_of_tasks(),
            _ => {}
        }
        if self.one_in(3) {
            if let Some(until) = self.net.batch(batch).open_until {
                self.net.pass((until.time, until.height));
            }
            for batch in self.works.keys().rev().take(3).copied().collect::<Vec<_>>() {
                let _ = self.net.settle_batch(batch);
            }
        }
    }

    /// Another worker has done the same tasks.
    fn rival(&mut self, batch: u64) {
        let (work, lie) = self.works[&batch].clone();
        let order = work.signed.order;
        let nonces: Vec<u64> = work.tasks.iter().map(|task| task.nonce).collect();
        let worker = self.worker_for(order);
        let attempt = u32::try_from(self.random.below(3)).unwrap();
        let rival = self.net.work_with(order, worker, &nonces, |plan| {
            plan.jobs = work.tasks.iter().map(|task| task.job).collect();
            plan.attempt = attempt;
        });
        if let Ok(second) = self.net.commit_batch(&rival) {
            self.works.insert(second, (rival, lie));
            let nonce = nonces[0];
            let (first, second) = (
                self.works[&batch].0.claim(batch, nonce, false),
                self.works[&second].0.claim(second, nonce, false),
            );
            let resolve = ExecuteMsg::ResolveClaims { first, second };
            let _ = self.net.crankable(&resolve);
        }
    }

    fn commit_batch(&mut self) -> Option<u64> {
        let order = self.an_order()?;
        let worker = self.worker_for(order);
        let next = *self.nonces.entry(order).or_default();
        // New tasks, or such as others have, or that do not fit.
        let first = match self.one_in(2) {
            true => self.random.below(next + 2),
            false => next,
        };
        let count = 1 + self.random.below(3);
        let gap = 1 + self.random.below(2);
        let nonces: Vec<u64> = (0..count).map(|at| first + at * gap).collect();
        let (lie, forged) = (self.one_in(8), self.one_in(12));
        let attempt = u32::try_from(self.random.below(3)).unwrap();
        let job: &'static Job = if lie { &LIE } else { self.job() };
        let within = self.pick(&[0, 600, 3_600]);
        let cum_ops = match self.random.below(10) {
            0 | 1 => Some(u128::MAX),
            2 => Some(u128::from(self.random.below(1_000_000))),
            _ => None,
        };
        let work = self.net.work_with(order, worker, &nonces, |plan| {
            plan.jobs = vec![job];
            plan.attempt = attempt;
            plan.commit_by += within;
            plan.expires += within;
            plan.cum_ops = cum_ops;
            if forged {
                match attempt {
                    0 => plan.worker = 250,
                    1 => plan.authoriser = 250,
                    _ => plan.coordinator = 250,
                }
            }
        });
        if self.one_in(8) {
            let seconds = self.random.below(2 * HOUR);
            self.net.run(seconds);
        }
        let done = self.net.commit_batch(&work);
        assert!(!(forged && done.is_ok()), "a forged signature");
        let batch = done.ok();
        if let Some(batch) = batch {
            let last = nonces.last().copied().unwrap_or_default();
            let next = self.nonces.entry(order).or_default();
            *next = (*next).max(last + 1);
            self.works.insert(batch, (work, lie));
        }
        batch
    }

    /// Of a redemption mostly one of its issuer's.
    fn worker_for(&mut self, order: u64) -> usize {
        let known = self.net.replay.market.orders[&order].mode.clone();
        let all = self.net.miners.len();
        let mut fit: Vec<usize> = (0..all).collect();
        if let Mode::Redeem { issuer, .. } = known {
            let operators = &self.net.replay.oracle.operators;
            fit.retain(|at| {
                let key = self.net.miners[*at].key.as_str();
                operators[key].issuer.as_ref() == Some(&issuer)
            });
        }
        if !self.one_in(10) {
            fit.retain(|at| {
                let worker = self.net.miners[*at].key.to_string();
                let exposure: ExposureResponse =
                    self.net.ask_market(&QueryMsg::Exposure { worker });
                !exposure.room.is_zero()
            });
        }
        match fit.is_empty() || self.one_in(10) {
            true => self.index(all),
            false => self.pick(&fit),
        }
    }

    fn slots(&mut self) {
        let last = self.net.last_slot();
        if last == 0 {
            return;
        }
        let slot = last.saturating_sub(self.random.below(3)).max(1);
        let msg = match self.net.slot(slot).stage {
            SlotStage::Sealed { round, .. } => {
                if self.beacon && !self.one_in(4) {
                    let time = self.net.signer.network().time_of(round);
                    let wait = time.saturating_sub(self.net.now());
                    self.net.run(wait);
                    self.net.post(round);
                }
                ExecuteMsg::DrawSlot { slot }
            }
            _ => ExecuteMsg::SealSlot { slot },
        };
        let _ = self.net.crankable(&msg);
    }

    /// A batch that fits, or any.
    pub(crate) fn a_batch_that(&mut self, is: impl Fn(&Self, u64) -> bool) -> Option<u64> {
        let young: Vec<u64> = self.works.keys().rev().take(20).copied().collect();
        let fit: Vec<u64> = young
            .iter()
            .copied()
            .filter(|batch| is(self, *batch))
            .collect();
        if young.is_empty() {
            return None;
        }
        Some(match fit.is_empty() || self.one_in(8) {
            true => self.pick(&young),
            false => self.pick(&fit),
        })
    }

    fn prove(&mut self) {
        let challenged = |walk: &Self, batch| {
            let state = walk.net.replay.market.describe(batch).state;
            state == BatchState::Challenged && !walk.works[&batch].1
        };
        let Some(batch) = self.a_batch_that(challenged) else {
            return;
        };
        let (work, lie) = self.works[&batch].clone();
        let slot = self.net.batch(batch).slot;
        let SlotStage::Drawn { randomness, .. } = self.net.slot(slot).stage else {
            return;
        };
        let beacon: [u8; 32] = randomness.as_slice().try_into().unwrap();
        let samples = self.net.order(work.signed.order).samples;
        let mut openings = work.openings(&beacon, samples);
        if self.one_in(3) {
            let from = self.index(openings.len());
            openings.drain(..from);
        }
        let of = match self.one_in(10) {
            true => self.a_batch_that(|_, _| false).unwrap_or(batch),
            false => batch,
        };
        let prove = ExecuteMsg::ProveBatch {
            batch: of,
            openings,
        };
        let done = self.net.crankable(&prove);
        assert!(of == batch || done.is_err(), "another batch's openings");
        assert!(!(lie && done.is_ok()), "all of its elements are wrong");
    }

    fn ends(&mut self) {
        let Some(batch) = self.a_batch_that(|_, _| true) else {
            return;
        };
        let _ = match self.one_in(2) {
            true => self.net.fail_batch(batch),
            false => self.net.settle_batch(batch),
        };
    }

    /// What is due, by anyone.
    fn due(&mut self) {
        let due = self.net.due(None);
        if due.is_empty() {
            return;
        }
        let crank = self.pick(&due).crank;
        let _ = self.net.turn(crank, self.beacon);
    }

    // --- beside ---

    fn odd_messages(&mut self) {
        let sender = self.anybody();
        match self.random.below(6) {
            0 => {
                let operator = self.operator().key;
                let sender = self.sender(&operator);
                let terms = Terms {
                    min_price_bps: self.pick(&[1, 10_000]),
                    min_fee_bps: self.pick(&[0, 5]),
                };
                let _ = self.net.market(&sender, &ExecuteMsg::SetTerms { terms });
            }
            1 | 2 => {
                let _ = self.net.market(&sender, &ExecuteMsg::Tick {});
            }
            3 => {
                let seed = self.random.below(1 << 40);
                let rows = 1 + u32::try_from(seed % 7).unwrap();
                let job = Job::seeded(seed, rows, 2, 3).unwrap();
                let _ = self.net.market(&sender, &registration(&job));
            }
            _ => self.market_changes(),
        }
    }

    pub(crate) fn market_changes(&mut self) {
        let announced: AnnouncedResponse<Change> = self.net.ask_market(&QueryMsg::Announced {
            start_after: None,
            limit: None,
        });
        let id = announced.announced.first().map_or(1, |first| first.id);
        let owner = self.owners[3].clone();
        let sender = self.sender(&owner);
        let none = announced.announced.is_empty() && !self.one_in(5);
        let msg = match self.random.below(6) {
            0 => self.market_change(),
            _ if none => self.market_change(),
            1 => ExecuteMsg::Cancel { id },
            _ => ExecuteMsg::Apply { id },
        };
        let _ = self.net.market(&sender, &msg);
    }

    fn market_change(&mut self) -> ExecuteMsg {
        let mut next = market_params();
        next.batches.challenge_one_in = self.pick(&[1, 1, 2, 8]);
        next.batches.max_seals = self.pick(&[1, 2, 3]);
        next.split.worker_bps = self.pick(&[8_500, 7_000, 10_001]);
        let change = Change::Params(next);
        ExecuteMsg::Announce { change }
    }
}
