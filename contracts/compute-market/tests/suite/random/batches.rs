//! Batches, and what is shown of them.

use compute_api::market::{Answer, BatchState, ExecuteMsg, Hook, Opening, SlotStage, Target, Tree};
use compute_proofs::{
    codec::Encode,
    opening::{FraudProof, Place},
};
use cosmwasm_std::Binary;
use test_suite::fixtures::Job;

use super::{Run, answer::answer_to};
use crate::world::{COORDINATOR, LIE, Work};

impl Run {
    pub(super) fn commit(&mut self) {
        if self.world.last_order() == 0 {
            return;
        }
        let order = self.an_order();
        let by_coordinator = self.world.order(order).cap.is_some();
        let worker = usize::try_from(self.below(4)).unwrap();
        let next = *self.nonces.entry(order).or_default();
        // New tasks, or such as others have, or that do not fit.
        let first = match self.below(2) {
            0 => self.below(next + 2),
            _ => next,
        };
        let count = 1 + self.below(3);
        let gap = 1 + self.below(2);
        let nonces: Vec<u64> = (0..count).map(|at| first + at * gap).collect();
        let (lie, forged) = (self.one_in(6), self.one_in(12));
        let attempt = u32::try_from(self.below(3)).unwrap();
        let job: &'static Job = if lie { &LIE } else { self.job() };
        let within = self.pick(&[0, 600, 3_600, 86_400]);
        let cum_ops = match self.below(10) {
            0 | 1 => Some(u128::MAX),
            2 => Some(u128::from(self.below(1_000_000))),
            _ => None,
        };
        let work = self.world.work_with(order, worker, &nonces, |plan| {
            plan.jobs = vec![job];
            plan.attempt = attempt;
            plan.commit_by += within;
            plan.expires += within;
            plan.cum_ops = cum_ops;
            if by_coordinator {
                plan.authoriser = COORDINATOR;
            }
            if forged {
                match attempt {
                    0 => plan.worker = 99,
                    1 => plan.authoriser = 99,
                    _ => plan.coordinator = 99,
                }
            }
        });
        let late = self.one_in(6);
        if late {
            self.time();
        }
        let outcome = self.world.anyone(&work.commit());
        assert!(!(forged && outcome.is_ok()), "a forged signature");
        if self.note("commit", outcome) {
            let last = nonces.last().copied().unwrap_or_default();
            let next = self.nonces.entry(order).or_default();
            *next = (*next).max(last + 1);
            self.works.insert(self.world.last_batch(), (work, lie));
        }
    }

    /// A batch that a state has, or any.
    pub(super) fn a_batch_that(&mut self, is: impl Fn(&Self, u64) -> bool) -> u64 {
        let all: Vec<u64> = self.works.keys().rev().take(20).copied().collect();
        let fit: Vec<u64> = all.into_iter().filter(|batch| is(self, *batch)).collect();
        match fit.is_empty() || self.one_in(8) {
            true => self.a_batch(),
            false => self.pick(&fit),
        }
    }

    pub(super) fn prove(&mut self) {
        let challenged = |run: &Self, batch| {
            run.world.batch(batch).state == BatchState::Challenged && !run.works[&batch].1
        };
        let batch = self.a_batch_that(challenged);
        let Some((work, lie)) = self.works.get(&batch).cloned() else {
            return;
        };
        let SlotStage::Drawn { randomness, .. } =
            self.world.slot(self.world.batch(batch).slot).stage
        else {
            return;
        };
        let beacon: [u8; 32] = randomness.as_slice().try_into().unwrap();
        let samples = self.world.order(work.signed.order).samples;
        let from = u32::try_from(self.below(2)).unwrap() * u32::try_from(self.below(4)).unwrap();
        let of = match self.one_in(8) {
            true => self.a_batch(),
            false => batch,
        };
        let mut openings: Vec<Opening> = work.openings(&beacon, samples);
        openings.drain(..usize::try_from(from).unwrap().min(openings.len() - 1));
        let outcome = self.world.anyone(&ExecuteMsg::ProveBatch {
            batch: of,
            openings,
        });
        assert!(of == batch || outcome.is_err(), "another batch's openings");
        assert!(!(lie && outcome.is_ok()), "all of its elements are wrong");
        self.note("prove", outcome);
    }

    pub(super) fn target(&mut self, work: &Work) -> Target {
        let batch = work.receipts.batch();
        let nonce = batch.first_nonce + self.below(u64::from(batch.span) + 1);
        let small = |run: &mut Self, bound| u32::try_from(run.below(bound)).unwrap();
        let operation = small(self, 6);
        match self.below(5) {
            0 => Target::Receipt { nonce },
            1 => Target::Outputs { nonce, operation },
            2 => Target::Element {
                nonce,
                operation,
                output: 0,
                row: small(self, 12),
                col: small(self, 12),
            },
            3 => Target::Leaf {
                nonce,
                operation,
                output: 0,
                leaf: self.below(12),
            },
            _ => Target::Nodes {
                nonce,
                tree: Tree::Trace {},
                level: 0,
                first: self.below(6),
                count: small(self, 9),
            },
        }
    }

    pub(super) fn demand(&mut self) {
        let open = |run: &Self, batch| run.world.batch(batch).ended_at.is_none();
        let batch = self.a_batch_that(open);
        let Some((work, _)) = self.works.get(&batch).cloned() else {
            return;
        };
        let target = self.target(&work);
        let sender = self.somebody();
        let amount = self.pick(&[1_000, 1_000, 1_000, 999]);
        let outcome = self
            .world
            .send(&sender, amount, &Hook::Demand { batch, target });
        self.note("demand", outcome);
    }

    pub(super) fn answer(&mut self) {
        let open: Vec<(u64, u32)> = self.world.replay.bonds.keys().copied().collect();
        if open.is_empty() {
            return;
        }
        let (batch, demand) = self.pick(&open);
        let work = self.works[&batch].0.clone();
        let target = {
            let market = self.world.market.clone();
            let storage = self.world.app.contract_storage(&market);
            let demands = compute_market::state::DEMANDS;
            demands.load(&*storage, (batch, demand)).unwrap().target
        };
        let answer = match self.one_in(5) {
            true => Answer::Receipt {
                receipt: Binary::from(vec![1, 2, 3]),
            },
            false => answer_to(&work, &target),
        };
        let outcome = self.world.answer(batch, demand, answer);
        self.note("answer", outcome);
    }

    pub(super) fn fraud(&mut self) {
        let lie =
            |run: &Self, batch| run.works[&batch].1 && run.world.batch(batch).ended_at.is_none();
        let batch = self.a_batch_that(lie);
        let Some((work, lie)) = self.works.get(&batch).cloned() else {
            return;
        };
        let nonce = work.tasks[0].nonce;
        let proof = match self.below(3) {
            0 => FraudProof::Receipt(work.named(nonce)),
            1 => FraudProof::OutputCount(work.traced(nonce, 0)),
            _ => FraudProof::Element(work.evidence(
                nonce,
                0,
                Place {
                    output: 0,
                    row: 1,
                    col: 1,
                },
            )),
        };
        let sender = self.somebody();
        let outcome = self.world.execute(
            &sender,
            &ExecuteMsg::ProveFraud {
                batch,
                proof: proof.to_bytes().into(),
            },
        );
        assert!(lie || outcome.is_err(), "honest work was overturned");
        self.note("fraud", outcome);
    }

    pub(super) fn claims(&mut self) {
        if self.one_in(2) {
            let voids = self.world.replay.voids.iter();
            let waiting = voids.filter(|(_, void)| void.is_void.is_none());
            let voids: Vec<(u64, u64)> = waiting.map(|(key, _)| *key).collect();
            if voids.is_empty() {
                return;
            }
            let (batch, nonce) = self.pick(&voids);
            let outcome = self.world.anyone(&ExecuteMsg::DecideVoid { batch, nonce });
            self.note("decide", outcome);
            return;
        }
        // Two batches of one order that have a task in common.
        let mut pairs = Vec::new();
        for (a, (first, _)) in self.works.iter().rev().take(15) {
            for (b, (second, _)) in self.works.iter().rev().take(15) {
                let shared = first
                    .tasks
                    .iter()
                    .find(|task| second.tasks.iter().any(|other| other.nonce == task.nonce));
                if let (true, Some(task)) = (a < b, shared) {
                    if first.signed.order == second.signed.order {
                        pairs.push((*a, *b, task.nonce));
                    }
                }
            }
        }
        if pairs.is_empty() {
            return;
        }
        let (a, b, nonce) = self.pick(&pairs);
        let (one, other) = (self.one_in(3), self.one_in(3));
        let first = self.works[&a].0.claim(a, nonce, one);
        let second = self.works[&b].0.claim(b, nonce, other);
        let outcome = self
            .world
            .anyone(&ExecuteMsg::ResolveClaims { first, second });
        self.note("resolve", outcome);
    }
}
