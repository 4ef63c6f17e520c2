//! What apps, workers and whoever turns cranks do with the market.

use compute_api::{
    market::{
        Answer, Authoriser, Crank, ExecuteMsg, Hook, Mode, NewOrder, Privacy, SlotStage, Target,
    },
    oracle,
};
use compute_proofs::{codec::Encode, opening::FraudProof};
use cosmwasm_std::{Addr, HexBinary, Uint128};

use super::{Done, Network, Refused, defaults::DAY};
use crate::{
    fixtures::{AUTHORISER, public_key},
    market::{MATRIX, PIPELINE, Plan, SEEDED, Signed, TALL, Work, registration},
};

/// The app's own key authorises.
#[must_use]
pub fn app_key() -> Authoriser {
    Authoriser::App {
        public_key: HexBinary::from(public_key(AUTHORISER)),
    }
}

impl Network {
    // --- orders ---

    /// An order of a mode for the next month, public, by the app's key, through the
    /// first coordinator.
    #[must_use]
    pub fn new_order(&self, mode: Mode) -> NewOrder {
        NewOrder {
            mode,
            coordinator: self.coordinators[0].key.to_string(),
            authoriser: app_key(),
            privacy: Privacy::Sampled,
            samples: None,
            expires: self.now() + 30 * DAY,
        }
    }

    /// To pay, at par.
    #[must_use]
    pub fn to_pay(&self) -> NewOrder {
        self.new_order(Mode::Pay { price_bps: 10_000 })
    }

    /// To redeem at an issuer.
    #[must_use]
    pub fn to_redeem(&self, issuer: usize, fee: u128) -> NewOrder {
        self.new_order(Mode::Redeem {
            issuer: self.issuers[issuer].to_string(),
            fee: Uint128::new(fee),
        })
    }

    /// Opens an order; its number.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn open_order(
        &mut self,
        owner: &Addr,
        amount: u128,
        new: NewOrder,
    ) -> Result<u64, Refused> {
        self.pay_market(owner, amount, &Hook::OpenOrder(new))?;
        Ok(self.last_order())
    }

    /// The number of the last order; 0 without any.
    #[must_use]
    pub fn last_order(&self) -> u64 {
        let orders = &self.replay.market.orders;
        orders.keys().next_back().copied().unwrap_or_default()
    }

    /// The number of the last batch; 0 without any.
    #[must_use]
    pub fn last_batch(&self) -> u64 {
        let batches = self.replay.market.all_batches();
        batches.last().copied().unwrap_or_default()
    }

    /// The number of the last slot; 0 without any.
    #[must_use]
    pub fn last_slot(&self) -> u64 {
        let slots = &self.replay.market.slots;
        slots.keys().next_back().copied().unwrap_or_default()
    }

    /// Registers the programs of all jobs of [`crate::market`].
    ///
    /// # Panics
    /// If they are registered.
    pub fn register_programs(&mut self) {
        let sender = self.stranger.clone();
        for job in [&*SEEDED, &*MATRIX, &*TALL, &*PIPELINE] {
            self.market(&sender, &registration(job)).expect("a program");
        }
    }

    // --- work ---

    /// An order, as signatures name it.
    #[must_use]
    pub fn signed(&self, order: u64) -> Signed {
        let chain_id = self.app.block_info().chain_id;
        let known = &self.replay.market.orders[&order];
        Signed::new(&chain_id, &self.contracts.market, known)
    }

    /// Honest work of a miner on tasks of an order, to be committed within an hour.
    #[must_use]
    pub fn work(&self, order: u64, worker: usize, nonces: &[u64]) -> Work {
        self.work_with(order, worker, nonces, |_| ())
    }

    /// The same but for what `change` is at.
    ///
    /// # Panics
    /// For a coordinator that the suite does not know.
    #[must_use]
    pub fn work_with(
        &self,
        order: u64,
        worker: usize,
        nonces: &[u64],
        change: impl FnOnce(&mut Plan),
    ) -> Work {
        let known = &self.replay.market.orders[&order];
        let mut coordinators = self.coordinators.iter();
        let coordinator = coordinators.find(|found| found.key == known.coordinator);
        let coordinator = coordinator.expect("a coordinator of the suite's").signer;
        let worker = &self.miners[worker];
        let mut plan = Plan::honest(self.now(), worker.signer);
        plan.coordinator = coordinator;
        if known.cap.is_some() {
            plan.authoriser = coordinator;
        }
        change(&mut plan);
        Work::new(self.signed(order), worker.key.clone(), nonces, &plan)
    }

    /// Anybody commits a batch; its number.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn commit_batch(&mut self, work: &Work) -> Result<u64, Refused> {
        self.crankable(&work.commit())?;
        Ok(self.last_batch())
    }

    // --- slots ---

    /// Time passes until a batch's slot has ended, and it is sealed, late or not.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn seal_slot_of(&mut self, batch: u64) -> Done {
        let slot = self.batch(batch).slot;
        let ends_at = self.slot(slot).ends_at;
        self.run((ends_at + 1).saturating_sub(self.now()));
        let done = self.crankable(&ExecuteMsg::SealSlot { slot })?;
        match self.slot(slot).stage {
            // A late one takes two.
            SlotStage::Open { .. } => {
                self.wait(5);
                self.crankable(&ExecuteMsg::SealSlot { slot })
            }
            _ => Ok(done),
        }
    }

    /// The round of a sealed slot is out, posted and drawn by; its randomness.
    ///
    /// # Errors
    /// [`Refused`].
    ///
    /// # Panics
    /// If the slot is not sealed.
    pub fn draw_slot_of(&mut self, batch: u64) -> Result<[u8; 32], Refused> {
        let slot = self.batch(batch).slot;
        let SlotStage::Sealed { round, .. } = self.slot(slot).stage else {
            panic!("slot {slot} is not sealed");
        };
        let time = self.signer.network().time_of(round);
        self.run(time.saturating_sub(self.now()));
        self.post(round);
        self.crankable(&ExecuteMsg::DrawSlot { slot })?;
        Ok(self.signer.randomness(round).expect("a signature"))
    }

    /// Anybody posts a round, if it is not there.
    pub fn post(&mut self, round: u64) {
        let beacon = self.beacon(round);
        let _ = self.anyone(&oracle::ExecuteMsg::PostBeacon { beacon });
    }

    /// A batch's slot is sealed and drawn.
    ///
    /// # Panics
    /// If that is refused.
    pub fn drawn_batch(&mut self, batch: u64) -> [u8; 32] {
        self.seal_slot_of(batch).expect("a seal");
        self.draw_slot_of(batch).expect("a draw")
    }

    // --- batches ---

    /// Anybody opens all samples that are drawn of a batch.
    ///
    /// # Errors
    /// [`Refused`].
    ///
    /// # Panics
    /// If its slot is not drawn.
    pub fn prove_batch(&mut self, batch: u64, work: &Work) -> Done {
        let slot = self.batch(batch).slot;
        let SlotStage::Drawn { randomness, .. } = self.slot(slot).stage else {
            panic!("slot {slot} is not drawn");
        };
        let beacon: [u8; 32] = randomness.as_slice().try_into().expect("32 bytes");
        let samples = self.order(work.signed.order).samples;
        self.crankable(&ExecuteMsg::ProveBatch {
            batch,
            openings: work.openings(&beacon, samples),
        })
    }

    /// A batch is sealed, drawn and proven.
    ///
    /// # Panics
    /// If that is refused.
    pub fn proven_batch(&mut self, batch: u64, work: &Work) {
        self.drawn_batch(batch);
        self.prove_batch(batch, work).expect("a proof");
    }

    /// Time passes until a batch can settle.
    ///
    /// # Panics
    /// If it is not sealed.
    pub fn end_window(&mut self, batch: u64) {
        let until = self.batch(batch).open_until.expect("it is sealed");
        self.pass((until.time, until.height));
    }

    /// Both this time and this height pass.
    pub fn pass(&mut self, (time, height): (u64, u64)) {
        self.run((time + 1).saturating_sub(self.now()));
        self.blocks((height + 1).saturating_sub(self.height()));
    }

    /// Anybody settles a batch.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn settle_batch(&mut self, batch: u64) -> Done {
        self.crankable(&ExecuteMsg::SettleBatch { batch })
    }

    /// A batch is proven, its window passes, it settles.
    ///
    /// # Panics
    /// If any of that is refused.
    pub fn settled_batch(&mut self, batch: u64, work: &Work) {
        self.proven_batch(batch, work);
        self.end_window(batch);
        self.settle_batch(batch).expect("an end");
    }

    /// Anybody fails a batch.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn fail_batch(&mut self, batch: u64) -> Done {
        self.crankable(&ExecuteMsg::FailBatch { batch })
    }

    /// Anybody proves a fraud.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn prove_fraud(&mut self, batch: u64, proof: &FraudProof) -> Done {
        let proof = proof.to_bytes().into();
        self.crankable(&ExecuteMsg::ProveFraud { batch, proof })
    }

    /// An order's owner demands something of a batch.
    ///
    /// # Errors
    /// [`Refused`].
    ///
    /// # Panics
    /// For a batch that is not known.
    pub fn demand(&mut self, batch: u64, target: Target) -> Done {
        let owner = self.order(self.batch(batch).order).owner;
        let params: compute_api::market::Params =
            self.ask_market(&compute_api::market::QueryMsg::Params {});
        let bond = params.demands.bond.u128();
        self.pay_market(&owner, bond, &Hook::Demand { batch, target })
    }

    /// Anybody answers a demand.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn answer_demand(&mut self, batch: u64, demand: u32, answer: Answer) -> Done {
        self.crankable(&ExecuteMsg::AnswerDemand {
            batch,
            demand,
            answer,
        })
    }

    /// A message to the market from somebody without any role.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn crankable(&mut self, msg: &ExecuteMsg) -> Done {
        self.market(&self.stranger.clone(), msg)
    }

    // --- cranks ---

    /// Does what the market lists as due. With a beacon its round is posted before.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn turn(&mut self, crank: Crank, beacon: bool) -> Done {
        let msg = match crank {
            Crank::SealSlot { slot } => ExecuteMsg::SealSlot { slot },
            Crank::DrawSlot { slot } => {
                if let (true, SlotStage::Sealed { round, .. }) = (beacon, self.slot(slot).stage) {
                    self.post(round);
                }
                ExecuteMsg::DrawSlot { slot }
            }
            Crank::FailBatch { batch } => ExecuteMsg::FailBatch { batch },
            Crank::SettleBatch { batch } => ExecuteMsg::SettleBatch { batch },
            Crank::EndOrder { order } => ExecuteMsg::EndOrder { order },
            Crank::CloseOrder { order } => ExecuteMsg::CloseOrder { order },
        };
        self.crankable(&msg)
    }

    /// Time passes and cranks that anyone can turn, taken from the market's list of what
    /// is due and from nowhere else, bring every order and batch to its end: nothing is
    /// held afterwards.
    ///
    /// # Panics
    /// If something is left.
    pub fn drain_market(&mut self, beacon: bool) {
        for _ in 0..100 {
            self.run(DAY);
            self.blocks(2_000);
            self.turn_all(beacon);
            self.check_whole_market();
            if self.due(Some(u64::MAX - 1)).is_empty() {
                break;
            }
        }
        let left = self.due(Some(u64::MAX - 1));
        assert!(left.is_empty(), "left undone: {left:?}");
        let book = &self.replay.market;
        for order in book.orders.values() {
            assert_eq!(order.state, compute_api::market::OrderState::Closed);
            let (coins, open) = (order.coins, order.open_batches);
            assert_eq!((coins.put_in, open), (coins.spent + coins.paid_back, 0));
        }
        for batch in book.all_batches() {
            let batch = book.describe(batch);
            assert!(batch.ended_at.is_some(), "{batch:?}");
        }
        let strays = self.replay.coin.market.strays.u128();
        let held = self.balance(&self.contracts.market);
        assert_eq!(held, strays, "held for nobody");
    }

    /// Does all that is due now; claims that wait are decided first.
    fn turn_all(&mut self, beacon: bool) {
        for _ in 0..10 {
            let voids = self.replay.market.voids.iter();
            let waiting = voids.filter(|(_, void)| void.is_void.is_none());
            let waiting: Vec<(u64, u64)> = waiting.map(|(key, _)| *key).collect();
            for (batch, nonce) in waiting {
                let _ = self.crankable(&ExecuteMsg::DecideVoid { batch, nonce });
            }
            let mut done = false;
            for due in self.due(None) {
                done |= self.turn(due.crank, beacon).is_ok();
                self.wait(5);
            }
            if !done {
                return;
            }
        }
    }
}
