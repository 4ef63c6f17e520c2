//! What people do, in a word.

use compute_api::market::{
    Answer, Authoriser, ExecuteMsg, Hook, Mode, NewOrder, Privacy, SlotStage, Target,
};
use cosmwasm_std::HexBinary;
use cw_multi_test::AppResponse;

use super::{AUTHORISER, Outcome, Work, World, public_key};

/// The app's own key authorises.
pub(crate) fn app_key() -> Authoriser {
    Authoriser::App {
        public_key: HexBinary::from(public_key(AUTHORISER)),
    }
}

/// An order of a mode for the next month, public, by the app's key.
pub(crate) fn new_order(world: &World, mode: Mode) -> NewOrder {
    NewOrder {
        mode,
        coordinator: world.coordinator.to_string(),
        authoriser: app_key(),
        privacy: Privacy::Sampled,
        samples: None,
        expires: world.now() + 30 * 86_400,
    }
}

/// To pay, at par.
pub(crate) fn pay(world: &World) -> NewOrder {
    new_order(world, Mode::Pay { price_bps: 10_000 })
}

/// To redeem at the first issuer.
pub(crate) fn redeem(world: &World, fee: u128) -> NewOrder {
    let issuer = world.issuers[0].to_string();
    new_order(
        world,
        Mode::Redeem {
            issuer,
            fee: fee.into(),
        },
    )
}

impl World {
    /// Opens an order of the app's; its number.
    #[track_caller]
    pub(crate) fn open(&mut self, amount: u128, new: NewOrder) -> u64 {
        let owner = self.app_owner.clone();
        let opened = self.send(&owner, amount, &Hook::OpenOrder(new));
        opened.unwrap_or_else(|error| panic!("{error}"));
        self.last_order()
    }

    pub(crate) fn last_order(&self) -> u64 {
        let storage = self.app.contract_storage(&self.market);
        compute_market::state::LAST_ORDER.load(&*storage).unwrap()
    }

    pub(crate) fn last_batch(&self) -> u64 {
        let storage = self.app.contract_storage(&self.market);
        compute_market::state::LAST_BATCH.load(&*storage).unwrap()
    }

    pub(crate) fn last_slot(&self) -> u64 {
        let storage = self.app.contract_storage(&self.market);
        compute_market::state::LAST_SLOT.load(&*storage).unwrap()
    }

    /// Opens an order to pay of ten coins, at par.
    pub(crate) fn open_pay(&mut self) -> u64 {
        self.open(10_000_000, pay(self))
    }

    /// Commits a batch; its number.
    #[track_caller]
    pub(crate) fn commit(&mut self, work: &Work) -> u64 {
        let sender = self.stranger.clone();
        self.ok(&sender, &work.commit());
        self.last_batch()
    }

    pub(crate) fn try_commit(&mut self, work: &Work) -> Outcome {
        self.anyone(&work.commit())
    }

    pub(crate) fn seal(&mut self, slot: u64) -> Outcome {
        self.anyone(&ExecuteMsg::SealSlot { slot })
    }

    pub(crate) fn draw(&mut self, slot: u64) -> Outcome {
        self.anyone(&ExecuteMsg::DrawSlot { slot })
    }

    pub(crate) fn prove(&mut self, batch: u64, work: &Work) -> Outcome {
        let slot = self.slot(self.batch(batch).slot);
        let SlotStage::Drawn { randomness, .. } = slot.stage else {
            panic!("slot {} is not drawn", slot.slot);
        };
        let beacon: [u8; 32] = randomness.as_slice().try_into().unwrap();
        self.prove_with(batch, work, beacon)
    }

    /// Opens all samples that a beacon would draw.
    pub(crate) fn prove_with(&mut self, batch: u64, work: &Work, beacon: [u8; 32]) -> Outcome {
        let samples = self.order(work.signed.order).samples;
        self.anyone(&ExecuteMsg::ProveBatch {
            batch,
            openings: work.openings(&beacon, samples),
        })
    }

    pub(crate) fn settle(&mut self, batch: u64) -> Outcome {
        self.anyone(&ExecuteMsg::SettleBatch { batch })
    }

    pub(crate) fn fail(&mut self, batch: u64) -> Outcome {
        self.anyone(&ExecuteMsg::FailBatch { batch })
    }

    pub(crate) fn end(&mut self, order: u64) -> Outcome {
        self.anyone(&ExecuteMsg::EndOrder { order })
    }

    pub(crate) fn close(&mut self, order: u64) -> Outcome {
        self.anyone(&ExecuteMsg::CloseOrder { order })
    }

    pub(crate) fn cancel(&mut self, order: u64) -> Outcome {
        let owner = self.app_owner.clone();
        self.execute(&owner, &ExecuteMsg::CancelOrder { order })
    }

    pub(crate) fn demand(&mut self, batch: u64, target: Target) -> Outcome {
        let owner = self.app_owner.clone();
        let bond = self.params().demands.bond.u128();
        self.send(&owner, bond, &Hook::Demand { batch, target })
    }

    pub(crate) fn answer(&mut self, batch: u64, demand: u32, answer: Answer) -> Outcome {
        self.anyone(&ExecuteMsg::AnswerDemand {
            batch,
            demand,
            answer,
        })
    }

    /// Time passes until a slot has ended, and it is sealed, late or not.
    #[track_caller]
    pub(crate) fn seal_in_time(&mut self, slot: u64) -> AppResponse {
        let ends_at = self.slot(slot).ends_at;
        if self.now() <= ends_at {
            self.until(ends_at + 1);
        }
        let sender = self.stranger.clone();
        let seal = ExecuteMsg::SealSlot { slot };
        let response = self.ok(&sender, &seal);
        match self.slot(slot).stage {
            // A late one takes two.
            SlotStage::Open { .. } => {
                self.next();
                self.ok(&sender, &seal)
            }
            _ => response,
        }
    }

    /// The round of a sealed slot is out, posted and drawn by.
    #[track_caller]
    pub(crate) fn draw_in_time(&mut self, slot: u64) -> [u8; 32] {
        let SlotStage::Sealed { round, .. } = self.slot(slot).stage else {
            panic!("slot {slot} is not sealed");
        };
        self.later(40);
        let beacon = self.post(round);
        let sender = self.stranger.clone();
        self.ok(&sender, &ExecuteMsg::DrawSlot { slot });
        beacon
    }

    /// A batch's slot is sealed and drawn.
    #[track_caller]
    pub(crate) fn drawn(&mut self, batch: u64) -> [u8; 32] {
        let slot = self.batch(batch).slot;
        self.seal_in_time(slot);
        self.draw_in_time(slot)
    }

    /// A batch is drawn and proven.
    #[track_caller]
    pub(crate) fn proven(&mut self, batch: u64, work: &Work) {
        self.drawn(batch);
        self.prove(batch, work).unwrap();
    }

    /// Time passes until a batch can settle.
    pub(crate) fn window(&mut self, batch: u64) {
        let open_until = self.batch(batch).open_until.expect("it is sealed");
        let seconds = (open_until.time + 1).saturating_sub(self.now());
        let blocks = (open_until.height + 1).saturating_sub(self.height());
        self.pass(seconds.max(blocks), blocks.max(seconds / 6));
    }
}
