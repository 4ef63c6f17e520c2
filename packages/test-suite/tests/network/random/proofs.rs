//! What is demanded of batches, and what is shown of them.

use compute_api::market::{Answer, DemandsResponse, ExecuteMsg, Hook, QueryMsg, Target, Tree};
use compute_proofs::{
    codec::Encode,
    opening::{FraudProof, Place},
};
use cosmwasm_std::Binary;
use test_suite::market::{Work, answer_to};

use super::walk::Walk;

impl Walk {
    fn target(&mut self, work: &Work) -> Target {
        let batch = work.receipts.batch();
        let nonce = batch.first_nonce + self.random.below(u64::from(batch.span) + 1);
        let small = |walk: &mut Self, bound| u32::try_from(walk.random.below(bound)).unwrap();
        let operation = small(self, 6);
        match self.random.below(5) {
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
                leaf: self.random.below(12),
            },
            _ => Target::Nodes {
                nonce,
                tree: Tree::Trace {},
                level: 0,
                first: self.random.below(6),
                count: small(self, 9),
            },
        }
    }

    fn is_open(walk: &Self, batch: u64) -> bool {
        walk.net.replay.market.describe(batch).ended_at.is_none()
    }

    pub(crate) fn demand(&mut self) {
        let Some(batch) = self.a_batch_that(Self::is_open) else {
            return;
        };
        let work = self.works[&batch].0.clone();
        let target = self.target(&work);
        let owner = self.net.order(work.signed.order).owner;
        let sender = self.sender(&owner);
        let amount = self.pick(&[1_000, 1_000, 1_000, 999]);
        let hook = Hook::Demand { batch, target };
        let done = self.net.pay_market(&sender, amount, &hook);
        assert!(sender == owner || done.is_err(), "a stranger's demand");
    }

    pub(crate) fn answer_demand(&mut self) {
        let open: Vec<(u64, u32)> = self.net.replay.market.bonds.keys().copied().collect();
        if open.is_empty() {
            return;
        }
        let (batch, demand) = self.pick(&open);
        let work = self.works[&batch].0.clone();
        let all: DemandsResponse = self.net.ask_market(&QueryMsg::Demands {
            batch,
            start_after: Some(demand - 1),
            limit: Some(1),
        });
        let answer = match self.one_in(5) {
            true => Answer::Receipt {
                receipt: Binary::from(vec![1, 2, 3]),
            },
            false => answer_to(&work, &all.demands[0].target),
        };
        let _ = self.net.answer_demand(batch, demand, answer);
    }

    pub(crate) fn fraud(&mut self) {
        let lie = |walk: &Self, batch| walk.works[&batch].1 && Self::is_open(walk, batch);
        let Some(batch) = self.a_batch_that(lie) else {
            return;
        };
        let (work, lie) = self.works[&batch].clone();
        let nonce = work.tasks[0].nonce;
        let place = Place {
            output: 0,
            row: 1,
            col: 1,
        };
        let proof = match self.random.below(4) {
            0 => FraudProof::Receipt(work.named(nonce)),
            1 => FraudProof::OutputCount(work.traced(nonce, 0)),
            _ => FraudProof::Element(work.evidence(nonce, 0, place)),
        };
        let owner = self.net.order(work.signed.order).owner;
        let sender = self.sender(&owner);
        let proof = proof.to_bytes().into();
        let done = self
            .net
            .market(&sender, &ExecuteMsg::ProveFraud { batch, proof });
        assert!(lie || done.is_err(), "honest work was overturned");
        if done.is_ok() {
            let miners = self.net.miners.clone();
            let mut miners = miners.iter().filter(|miner| miner.key == work.worker);
            if let Some(gone) = miners.next() {
                self.replace(gone);
            }
        }
    }

    pub(crate) fn claims_of_tasks(&mut self) {
        if self.one_in(2) {
            let voids = self.net.replay.market.voids.iter();
            let waiting = voids.filter(|(_, void)| void.is_void.is_none());
            let waiting: Vec<(u64, u64)> = waiting.map(|(key, _)| *key).collect();
            if !waiting.is_empty() {
                let (batch, nonce) = self.pick(&waiting);
                let decide = ExecuteMsg::DecideVoid { batch, nonce };
                let _ = self.net.crankable(&decide);
            }
            return;
        }
        // Two batches of one order that have a task in common.
        let young: Vec<(u64, &Work)> = self
            .works
            .iter()
            .rev()
            .take(15)
            .map(|(batch, (work, _))| (*batch, work))
            .collect();
        let mut pairs = Vec::new();
        for (a, first) in &young {
            for (b, second) in &young {
                let theirs = |nonce| second.tasks.iter().any(|other| other.nonce == nonce);
                let mut shared = first.tasks.iter().filter(|task| theirs(task.nonce));
                if a < b && first.signed.order == second.signed.order {
                    pairs.extend(shared.next().map(|task| (*a, *b, task.nonce)));
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
        let resolve = ExecuteMsg::ResolveClaims { first, second };
        let _ = self.net.crankable(&resolve);
    }
}
