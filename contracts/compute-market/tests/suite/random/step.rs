//! One random message, or what happens beside.

use compute_api::{
    market::{Change, Crank, ExecuteMsg, SlotStage, Terms},
    votes::Standing,
};
use cosmwasm_std::Addr;
use test_suite::fixtures::Job;

use super::Run;
use crate::world::{Issuer, Outcome, registration};

/// What runs have to do often.
pub(super) const KINDS: [&str; 21] = [
    "open", "top up", "extend", "cancel", "end", "close", "call", "commit", "seal", "draw",
    "prove", "demand", "answer", "fraud", "resolve", "decide", "fail", "settle", "terms", "tick",
    "register",
];

impl Run {
    pub(super) fn step(&mut self) {
        if self.one_in(6) {
            // Somebody else takes the place of one that is out.
            for operator in self.everybody() {
                self.world
                    .change_operator(&operator, |x| x.standing = Standing::Active);
            }
        }
        match self.below(34) {
            0..=4 => self.time(),
            5 | 6 => self.open(),
            7 => self.top_up(),
            8 => self.change_order(),
            9 | 10 => self.call(),
            11..=16 => self.commit(),
            17 | 18 => self.slots(),
            19..=21 => self.prove(),
            22 => self.demand(),
            23 | 24 => self.answer(),
            25 => self.fraud(),
            26 | 27 => self.claims(),
            28 => self.ends(),
            29 => self.peers(),
            30 => self.others(),
            _ => self.due(),
        }
    }

    pub(super) fn note(&mut self, what: &'static str, outcome: Outcome) -> bool {
        if outcome.is_ok() {
            *self.done.entry(what).or_default() += 1;
        }
        outcome.is_ok()
    }

    /// Somebody: the order's owner one time in two.
    pub(super) fn somebody(&mut self) -> Addr {
        let others = [
            self.world.stranger.clone(),
            self.world.coordinator.clone(),
            self.world.workers[0].clone(),
            self.world.owner.clone(),
        ];
        match self.one_in(2) {
            true => self.world.app_owner.clone(),
            false => self.pick(&others),
        }
    }

    pub(super) fn everybody(&self) -> Vec<Addr> {
        let mut all = self.world.workers.clone();
        all.push(self.world.coordinator.clone());
        all
    }

    pub(super) fn an_order(&mut self) -> u64 {
        // Rather a young one.
        let last = self.world.last_order().max(1);
        let back = match self.one_in(4) {
            true => self.below(last),
            false => self.below(last.min(4)),
        };
        last - back
    }

    pub(super) fn a_batch(&mut self) -> u64 {
        // Rather a young one.
        let last = self.world.last_batch().max(1);
        let back = self.below(last.min(12));
        last - back
    }

    pub(super) fn time(&mut self) {
        let (seconds, blocks) = match self.below(40) {
            0..=15 => (6, 1),
            16..=25 => (120, 20),
            26..=33 => (601, 100),
            34 | 35 => (3_601, 601),
            36 => (21_600, 3_600),
            // A halt, and blocks that come too fast.
            37 => (self.below(100_000), 1),
            _ => (self.below(600), 300),
        };
        self.world.pass(seconds, blocks);
    }

    pub(super) fn slots(&mut self) {
        let slot = self.world.last_slot().saturating_sub(self.below(3)).max(1);
        if self.world.last_slot() == 0 {
            return;
        }
        if let SlotStage::Sealed { round, .. } = self.world.slot(slot).stage {
            if self.beacon && self.below(4) != 0 {
                self.world.post(round);
            }
            let outcome = self.world.draw(slot);
            self.note("draw", outcome);
        } else {
            let outcome = self.world.seal(slot);
            self.note("seal", outcome);
        }
    }

    pub(super) fn ends(&mut self) {
        let batch = self.a_batch();
        let (what, outcome) = match self.one_in(2) {
            true => ("fail", self.world.fail(batch)),
            false => ("settle", self.world.settle(batch)),
        };
        self.note(what, outcome);
    }

    /// The world beside changes.
    pub(super) fn peers(&mut self) {
        let at = self.pick(&[0usize, 1, 2, 3]);
        let worker = self.world.workers[at].clone();
        let issuer = self.pick(&self.world.issuers.clone());
        match self.below(7) {
            0 => {
                let standing = self.pick(&[Standing::Active, Standing::Jailed]);
                self.world
                    .change_operator(&worker, |x| x.standing = standing);
            }
            1 | 2 => {
                let first = self.world.issuers[0].clone();
                self.world.set_issuer_of(&worker, &first);
            }
            3 => {
                let slashable = self.pick(&[0, 30_000_000, 1_000_000_000_000, 1_000_000_000_000]);
                self.world
                    .change_operator(&worker, |x| x.slashable = slashable);
            }
            4 => {
                let opc = self.pick(&[1_000_000, 1_234_567, 3_000_001]);
                self.world.set_opc(opc);
            }
            5 => {
                let effective = self.pick(&[0, 1, 1_000, 1_000_000]);
                let outstanding = self.pick(&[0, 10_000_000, 1_000_000_000_000]);
                self.world.set_issuer(
                    &issuer,
                    Issuer {
                        outstanding,
                        effective,
                    },
                );
            }
            _ => {
                self.world.set_issuer_of(&worker, &issuer);
                let until = self.pick(&[None, None, Some(5)]);
                self.world.pause_redeeming(until);
            }
        }
    }

    pub(super) fn others(&mut self) {
        let sender = self.somebody();
        let (what, msg) = match self.below(5) {
            0 => (
                "terms",
                ExecuteMsg::SetTerms {
                    terms: Terms {
                        min_price_bps: self.pick(&[1, 10_000]),
                        min_fee_bps: self.pick(&[0, 5]),
                    },
                },
            ),
            1 => ("tick", ExecuteMsg::Tick {}),
            2 => {
                let seed = self.below(1 << 40);
                let job = Job::seeded(seed, 1 + u32::try_from(seed % 7).unwrap(), 2, 3).unwrap();
                ("register", registration(&job))
            }
            3 => (
                "announce",
                ExecuteMsg::Announce {
                    change: Change::Params(self.world.params()),
                },
            ),
            _ => ("apply", ExecuteMsg::Apply { id: 1 }),
        };
        let outcome = self.world.execute(&sender, &msg);
        self.note(what, outcome);
    }

    /// What is due, by anyone.
    pub(super) fn due(&mut self) {
        let due = self.world.deadlines(None);
        if due.is_empty() {
            return;
        }
        let crank = self.pick(&due).crank;
        self.crank(crank);
    }

    pub(super) fn crank(&mut self, crank: Crank) -> bool {
        let (what, msg) = match crank {
            Crank::SealSlot { slot } => ("seal", ExecuteMsg::SealSlot { slot }),
            Crank::DrawSlot { slot } => {
                if let (true, SlotStage::Sealed { round, .. }) =
                    (self.beacon, self.world.slot(slot).stage)
                {
                    self.world.post(round);
                }
                ("draw", ExecuteMsg::DrawSlot { slot })
            }
            Crank::FailBatch { batch } => ("fail", ExecuteMsg::FailBatch { batch }),
            Crank::SettleBatch { batch } => ("settle", ExecuteMsg::SettleBatch { batch }),
            Crank::EndOrder { order } => ("end", ExecuteMsg::EndOrder { order }),
            Crank::CloseOrder { order } => ("close", ExecuteMsg::CloseOrder { order }),
        };
        let outcome = self.world.anyone(&msg);
        self.note(what, outcome)
    }
}
