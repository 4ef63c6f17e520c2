//! Who trades, and what is there already.

use anyhow::{Context, Result, bail};
use compute_api::{
    market::{
        Authoriser, ExecuteMsg, Hook, Mode, NewOrder, Order, Privacy, QueryMsg, SlotStage,
        SlotsResponse,
    },
    oracle, votes,
};
use cosmwasm_std::{Addr, HexBinary, Uint128};

use super::super::{
    FEW as ACCOUNTS,
    fill::issuer,
    params,
    world::{COIN, Call, DAY, World},
};
use crate::{
    chain::address,
    fixtures::{AUTHORISER, COORDINATOR, Job, public_key},
    market::{Plan, SEEDED, SEEDED_AGAIN, Signed, Work, registration},
};

/// The number of the first worker's key; the second one's is the next.
const WORKER: u8 = 3;
/// Coins that an order to pay has for small work.
pub(super) const SMALL: u128 = 1_000 * COIN;
/// Coins of an order that large batches are charged to.
pub(super) const LARGE: u128 = 10_000_000 * COIN;
/// Coins that the issuer has minted.
const MINTED: u128 = 40_000 * COIN;

/// Whose orders they are.
pub(super) fn app() -> String {
    address("an app")
}

/// Who serves it.
pub(super) fn coordinator() -> String {
    address("a coordinator")
}

/// Who works: issuer 0 counts both of them its own.
pub(super) fn worker(at: u8) -> String {
    address(&format!("worker {at}"))
}

/// Whoever turns cranks.
pub(super) fn anyone() -> String {
    address("anyone")
}

impl World {
    /// A chain with so many orders and as many batches that wait to be sealed. All are
    /// the same app's, coordinator's and worker's, and the batches of one order.
    pub(super) fn trading(each: u32) -> Result<Self> {
        let mut world = Self::filled(ACCOUNTS)?;
        world.take_part(&coordinator(), votes::Kind::Coordinator, COORDINATOR)?;
        for at in 0..2 {
            world.take_part(&worker(at), votes::Kind::Miner, WORKER + at)?;
            let operator = worker(at);
            let declare = oracle::ExecuteMsg::DeclareDevices { devices: 1 };
            world.oracle(&operator, &declare)?;
            let invite = oracle::ExecuteMsg::InviteOperator {
                operator: operator.clone(),
            };
            world.oracle(&issuer(0), &invite)?;
            let join = oracle::ExecuteMsg::JoinIssuer { issuer: issuer(0) };
            world.oracle(&operator, &join)?;
        }
        world.endow(&app(), 1_000_000_000 * COIN)?;
        let mint = oracle::ExecuteMsg::Mint {
            recipient: app(),
            amount: Uint128::new(MINTED),
        };
        world.oracle(&issuer(0), &mint)?;
        let terms = compute_api::market::Terms {
            min_price_bps: 1,
            min_fee_bps: 0,
        };
        world.market(&coordinator(), &ExecuteMsg::SetTerms { terms })?;
        world.market(&anyone(), &registration(&SEEDED))?;
        let mut last = 0;
        for _ in 0..each {
            last = world.open_order(SMALL, world.to_pay())?;
        }
        for nonce in 0..u64::from(each) {
            let work = world.work(last, 0, &[&SEEDED_AGAIN], nonce..nonce + 1, |_| ())?;
            world.market(&anyone(), &work.commit())?;
        }
        world.settle();
        Ok(world)
    }

    /// An operator with a bond, whose key is known here.
    fn take_part(&mut self, operator: &str, kind: votes::Kind, key: u8) -> Result<()> {
        let owner = address(&format!("owner of {operator}"));
        let register = params::registration_of(owner.clone(), kind, public_key(key));
        self.votes(operator, &register)?;
        let hook = votes::Hook::Bond {
            operator: operator.to_owned(),
        };
        // Enough for what a batch of 10 000 receipts is charged, twelve times.
        self.arrives(&owner, 200_000_000 * COIN, &hook)
    }

    // --- orders ---

    fn new_order(&self, mode: Mode) -> NewOrder {
        NewOrder {
            mode,
            coordinator: coordinator(),
            authoriser: Authoriser::App {
                public_key: HexBinary::from(public_key(AUTHORISER)),
            },
            privacy: Privacy::Sampled,
            samples: None,
            expires: self.now() + 30 * DAY,
        }
    }

    /// To pay. Far below par, for the censuses here prove so little that a coin is few
    /// ops.
    pub(super) fn to_pay(&self) -> NewOrder {
        self.new_order(Mode::Pay { price_bps: 1 })
    }

    /// To redeem, with a fee of one coin.
    pub(super) fn to_redeem(&self) -> NewOrder {
        self.new_order(Mode::Redeem {
            issuer: issuer(0),
            fee: Uint128::new(COIN),
        })
    }

    /// Coins of the app's to the market.
    pub(super) fn pay(&self, amount: u128, hook: &Hook) -> Result<Call> {
        self.send(&app(), &self.contracts.market, amount, hook)
    }

    /// Opens an order, natively; its number.
    pub(super) fn open_order(&mut self, amount: u128, new: NewOrder) -> Result<u64> {
        let call = self.pay(amount, &Hook::OpenOrder(new))?;
        self.run(call)?;
        self.orders += 1;
        Ok(self.orders)
    }

    fn order(&self, order: u64) -> Result<Order> {
        self.ask(&self.contracts.market, &QueryMsg::Order { order })
    }

    // --- batches ---

    /// Work of worker `at` on tasks of an order, to be committed within an hour.
    pub(super) fn work(
        &self,
        order: u64,
        at: u8,
        jobs: &[&'static Job],
        nonces: std::ops::Range<u64>,
        change: impl FnOnce(&mut Plan),
    ) -> Result<Work> {
        let market = Addr::unchecked(&self.contracts.market);
        let signed = Signed::new(self.chain_id(), &market, &self.order(order)?);
        let mut plan = Plan::honest(self.now(), WORKER + at);
        plan.jobs = jobs.to_vec();
        change(&mut plan);
        let nonces: Vec<u64> = nonces.collect();
        let worker = Addr::unchecked(worker(at));
        Ok(Work::new(signed, worker, &nonces, &plan))
    }

    /// Commits work, natively; the batch's number.
    pub(super) fn committed(&mut self, work: &Work) -> Result<u64> {
        self.market(&anyone(), &work.commit())?;
        let newest = self.newest_slot()?;
        Ok(newest.first_batch + u64::from(newest.batches) - 1)
    }

    fn newest_slot(&self) -> Result<compute_api::market::Slot> {
        let query = QueryMsg::Slots {
            start_after: None,
            limit: Some(1),
        };
        let slots: SlotsResponse = self.ask(&self.contracts.market, &query)?;
        slots.slots.into_iter().next().context("no slot")
    }

    /// Waits until the slot that takes batches can be sealed; the message.
    pub(super) fn sealing(&mut self) -> Result<Call> {
        let newest = self.newest_slot()?;
        self.at(newest.ends_at + 1);
        self.to_market(&anyone(), &ExecuteMsg::SealSlot { slot: newest.slot })
    }

    /// Seals it and posts its round, natively; the message that draws it, and what
    /// was drawn.
    pub(super) fn drawing(&mut self) -> Result<(Call, [u8; 32])> {
        let seal = self.sealing()?;
        self.run(seal)?;
        let newest = self.newest_slot()?;
        let SlotStage::Sealed { round, .. } = newest.stage else {
            bail!("slot {} is not sealed: {:?}", newest.slot, newest.stage);
        };
        self.at(self.signer.network().time_of(round) + 5);
        let beacon = self.signer.round(round)?;
        self.oracle(&anyone(), &oracle::ExecuteMsg::PostBeacon { beacon })?;
        let draw = ExecuteMsg::DrawSlot { slot: newest.slot };
        let call = self.to_market(&anyone(), &draw)?;
        Ok((call, self.signer.randomness(round)?))
    }

    /// Draws it, natively.
    pub(super) fn drawn(&mut self) -> Result<[u8; 32]> {
        let (draw, beacon) = self.drawing()?;
        self.run(draw)?;
        Ok(beacon)
    }

    /// The message that opens the samples of a batch.
    pub(super) fn proving(
        &self,
        batch: u64,
        work: &Work,
        beacon: &[u8; 32],
        samples: u32,
    ) -> Result<Call> {
        let openings = work.openings(beacon, samples);
        self.to_market(&anyone(), &ExecuteMsg::ProveBatch { batch, openings })
    }

    /// Waits until a proven batch can settle; the message.
    pub(super) fn settling(&mut self, batch: u64) -> Result<Call> {
        self.wait(DAY + 1);
        self.to_market(&anyone(), &ExecuteMsg::SettleBatch { batch })
    }
}
