//! Attacks on orders and batches, with the real four contracts: what comes of each, and
//! where the money is at the end. `docs/attacks.md` lists them.

mod claims;
mod demands;
mod edges;
mod fraud;
mod orders;
mod signatures;
mod slots;

use compute_api::{
    market::{BatchState, ExecuteMsg, NewOrder},
    votes::Hook,
};
use cosmwasm_std::Addr;
use test_suite::{
    market::{Plan, SEEDED, Work},
    network::{Builder, Money, Network, defaults::COIN},
};

/// What the app puts into its order.
const PUT_IN: u128 = 100 * COIN;
/// Staked with each miner: 1 000 of its own, 500 of a voter's.
const STAKE: i128 = 1_500_000_000;
/// An operator's share of its issuer's bond of 100 000 000.
const BOND_SHARE: i128 = 50_000_000;

/// A network with one order to pay, and where everybody's coins were before anything
/// was committed.
struct Case {
    net: Network,
    app: Addr,
    order: u64,
    before: Money,
}

/// Nobody has gained or lost anything.
const NOTHING: Money = Money {
    owner: 0,
    reporter: 0,
    worker_stake: 0,
    worker_rewards: 0,
    coordinator_stake: 0,
    coordinator_rewards: 0,
    pool: 0,
    market: 0,
    supply: 0,
    bond: 0,
};

impl Case {
    fn new() -> Self {
        Self::with(Builder::default())
    }

    fn with(builder: Builder) -> Self {
        Self::of(builder, Network::to_pay)
    }

    /// One whose order is such.
    fn of(builder: Builder, order: impl FnOnce(&Network) -> NewOrder) -> Self {
        let mut net = builder.with_coordinators(1).build();
        net.start();
        net.register_programs();
        let [app, voter] = ["app", "voter"].map(|name| net.account(name));
        let market = net.contracts.market.clone();
        net.mint(0, &app, 1_000 * COIN).unwrap();
        net.mint(0, &voter, 20_000 * COIN).unwrap();
        let operators = net.miners.clone().into_iter();
        for operator in operators.chain(net.coordinators.clone()) {
            net.transfer(&voter, &operator.owner, 1_000 * COIN).unwrap();
            net.bond(&operator, 1_000 * COIN).unwrap();
            net.vote(&voter, &operator.key, 500 * COIN).unwrap();
        }
        // The protection pool has something to pay from.
        net.transfer(&voter, &market, 50 * COIN).unwrap();
        let payments = Vec::new();
        net.pay_votes(&market, 50 * COIN, &Hook::Distribute { payments })
            .unwrap();
        let order = order(&net);
        let order = net.open_order(&app, PUT_IN, order).unwrap();
        let mut case = Self {
            net,
            app,
            order,
            before: Money::default(),
        };
        case.before = case.money();
        case
    }

    fn money(&self) -> Money {
        let (worker, coordinator) = (&self.net.miners[0].key, &self.net.coordinators[0].key);
        self.net.money(&self.app, worker, coordinator)
    }

    /// What has changed since nothing was committed.
    fn moved(&self) -> Money {
        self.money().since(&self.before)
    }

    /// The first miner's batch of these tasks, with what `change` is at.
    fn committed(&mut self, nonces: &[u64], change: impl FnOnce(&mut Plan)) -> (u64, Work) {
        let work = self.net.work_with(self.order, 0, nonces, change);
        (self.net.commit_batch(&work).unwrap(), work)
    }

    fn state(&self, batch: u64) -> BatchState {
        self.net.batch(batch).state
    }

    /// What a batch is charged.
    fn charge(&self, batch: u64) -> i128 {
        i128::try_from(self.net.batch(batch).charge.u128()).unwrap()
    }

    /// The order ends and closes: what it has free is the app's again.
    fn close(&mut self) {
        let order = self.order;
        let expires = self.net.order(order).expires;
        self.net.pass((expires, 0));
        self.net.crankable(&ExecuteMsg::EndOrder { order }).unwrap();
        self.close_ended();
    }

    /// The same for one that has ended.
    fn close_ended(&mut self) {
        let order = self.order;
        let closes = self.net.order(order).closes.unwrap();
        self.net.pass((closes.time, closes.height));
        self.net
            .crankable(&ExecuteMsg::CloseOrder { order })
            .unwrap();
    }

    /// Nothing is left to do and nothing is held.
    fn drained(mut self) {
        self.net.drain_market(true);
    }
}

/// What a settled charge of the first order does to everybody: 85 % for the worker, 10 %
/// for the coordinator, the rest for the pool.
fn paid(charge: i128) -> Money {
    let (worker, coordinator) = (charge * 85 / 100, charge / 10);
    Money {
        worker_rewards: worker,
        coordinator_rewards: coordinator,
        pool: charge - worker - coordinator,
        market: -charge,
        ..NOTHING
    }
}

/// What a proven fraud does: half of all that can be slashed, a tenth of the coins for
/// whoever has shown it, and a tenth of the charge from the pool for the order's owner.
fn overturned(charge: i128) -> Money {
    let (slashed, compensation) = (STAKE / 2, charge / 10);
    Money {
        owner: compensation,
        reporter: slashed / 10,
        worker_stake: -slashed,
        pool: slashed - slashed / 10 - compensation,
        bond: -BOND_SHARE / 2,
        ..NOTHING
    }
}

/// What a batch that is not proven or shown does: a fiftieth of all that can be slashed,
/// which is more than any charge here.
fn failed() -> Money {
    Money {
        worker_stake: -STAKE / 50,
        pool: STAKE / 50,
        bond: -BOND_SHARE / 50,
        ..NOTHING
    }
}

/// Both together.
fn and(one: Money, other: Money) -> Money {
    Money {
        owner: one.owner + other.owner,
        reporter: one.reporter + other.reporter,
        worker_stake: one.worker_stake + other.worker_stake,
        worker_rewards: one.worker_rewards + other.worker_rewards,
        coordinator_stake: one.coordinator_stake + other.coordinator_stake,
        coordinator_rewards: one.coordinator_rewards + other.coordinator_rewards,
        pool: one.pool + other.pool,
        market: one.market + other.market,
        supply: one.supply + other.supply,
        bond: one.bond + other.bond,
    }
}

/// The order has its coins back.
fn returned() -> Money {
    let put_in = i128::try_from(PUT_IN).unwrap();
    Money {
        owner: put_in,
        market: -put_in,
        ..NOTHING
    }
}

/// Ops of one task of the seeded program.
fn cost() -> u128 {
    SEEDED.run.header.cost
}
