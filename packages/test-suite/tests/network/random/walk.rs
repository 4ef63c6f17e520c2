//! One random run.

use std::collections::BTreeMap;

use compute_api::{
    market::{self, Limit},
    oracle::{Params, Tier},
    votes::{self, Penalty},
};
use cosmwasm_std::{Addr, Decimal, Uint128};
use test_suite::{
    market::Work,
    network::{
        Builder, Network, Operator,
        defaults::{self, COIN, oracle_params, votes_params},
    },
    scale::Random,
};

pub(crate) const MINUTE: u64 = 60;
pub(crate) const HOUR: u64 = 3_600;

/// A network and what happens to it.
pub(crate) struct Walk {
    pub(crate) net: Network,
    pub(crate) random: Random,
    /// Hold coins and vote.
    pub(crate) holders: Vec<Addr>,
    /// What each miner can do in a census.
    pub(crate) units: Vec<u32>,
    /// Who owns the contracts, or is to: oracle, votes, coin, market.
    pub(crate) owners: [Addr; 4],
    /// Whose coins, and who may use some of them.
    pub(crate) grants: Vec<(Addr, Addr)>,
    /// Numbers that names have come to.
    pub(crate) names: u32,
    /// Batches, as their workers know them, and whether they are a lie.
    pub(crate) works: BTreeMap<u64, (Work, bool)>,
    /// The next nonce of each order.
    pub(crate) nonces: BTreeMap<u64, u64>,
    /// Whether rounds for batches are posted at all.
    pub(crate) beacon: bool,
}

/// Production's rules in hours instead of days.
pub(crate) fn params() -> Params {
    let mut params = oracle_params();
    params.census.gap = 10 * MINUTE;
    params.census.draw_within = 5 * MINUTE;
    params.census.answer_within = 5 * MINUTE;
    params.census.answer_blocks = 5;
    params.census.devices_after = 2;
    params.peg.hold = 2;
    params.peg.min_operators = 2;
    params.peg.veto_within = 2 * HOUR;
    params.peg.glide_bps = 500;
    params.peg.glide_period = HOUR;
    params.reserve.horizon = 24 * HOUR;
    params.reserve.census_max_age = 6 * HOUR;
    params.reserve.curing = 4 * HOUR;
    params.reserve.bond_unlock = 5 * HOUR;
    params.reserve.mint_limit = Uint128::new(3_000 * COIN);
    params.reserve.mint_period = HOUR;
    params.pauses.mint_max = HOUR;
    params.pauses.redeem_max = HOUR;
    params.pauses.redeem_every = 7 * HOUR;
    params.timelock = HOUR;
    params
}

/// The same for votes: coins wait for three hours.
pub(crate) fn stakes() -> votes::Params {
    let penalty = |permille, jail| Penalty {
        slash: Decimal::permille(permille),
        jail,
    };
    let mut params = votes_params();
    params.miner_bond = Uint128::new(20 * COIN);
    params.coordinator_bond = Uint128::new(50 * COIN);
    params.unbonding = 6 * HOUR;
    params.unbonding_period = HOUR / 2;
    params.commission_period = HOUR;
    params.faults.missed = penalty(1, HOUR / 2);
    params.faults.unanswered = penalty(10, HOUR / 2);
    params.faults.unproven = penalty(20, HOUR);
    params.bounty_cap = Uint128::new(5 * COIN);
    params.timelock = 8 * HOUR;
    params
}

/// The same for the market: batches stay open for an hour.
pub(crate) fn market_params() -> market::Params {
    let limit = |seconds, blocks| Limit { seconds, blocks };
    let mut params = defaults::market_params();
    params.orders.commit_within = limit(10 * MINUTE, 20);
    params.orders.cap_period = 2 * HOUR;
    params.redemptions.slack = limit(10 * MINUTE, 20);
    params.batches.slot = 2 * MINUTE;
    params.batches.post_within = limit(10 * MINUTE, 10);
    params.batches.prove_within = limit(20 * MINUTE, 20);
    params.batches.window = limit(HOUR, 100);
    params.demands.bond = Uint128::new(1_000);
    params.demands.answer_within = limit(20 * MINUTE, 50);
    params.demands.react_within = limit(10 * MINUTE, 50);
    params.halts.commit_within = 10 * MINUTE;
    params.timelock = 2 * HOUR;
    params
}

/// Ten tiers, each a quarter faster as the one before: there is always one above.
pub(crate) fn tiers() -> Vec<Tier> {
    let mut rate = 100u128;
    let tier = |at: u32| {
        rate += rate / 4;
        Tier {
            id: format!("t{at}"),
            name: format!("Tier {at}"),
            rate: Uint128::new(rate),
            source: "made up for tests".to_owned(),
        }
    };
    (0..10).map(tier).collect()
}

impl Walk {
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let mut builder = Builder::default()
            .with_params(|known| {
                *known = params();
                known.census.one_in = 1 + random.below(3);
                known.census.missed_limit = 2 + u32::try_from(random.below(3)).unwrap();
                known.reserve.margin_bps = u32::try_from(random.below(1_000)).unwrap();
            })
            .with_votes_params(|known| *known = stakes())
            .with_market_params(|known| {
                *known = market_params();
                known.batches.challenge_one_in = match random.below(4) {
                    0 => 8,
                    1 => 2,
                    _ => 1,
                };
                known.batches.max_seals = 1 + u32::try_from(random.below(3)).unwrap();
            })
            .with_tiers(tiers(), "t0")
            .with_issuers(3)
            .with_miners(&[0, 0, 1, 1, 2, 2].map(|issuer| (1, Some(issuer))))
            .with_coordinators(1);
        if random.below(2) == 0 {
            builder = builder.with_known_addresses();
        }
        let mut net = builder.build();
        net.register_programs();
        let units: Vec<u32> = net.miners.iter().map(|_| 3).collect();
        let parts: Vec<(usize, u32)> = units.iter().copied().enumerate().collect();
        net.measure_times(2, &parts);
        for issuer in 0..3 {
            net.post_bond(issuer, 20_000_000).unwrap();
            net.commit_for(issuer, 1_000, 60 * HOUR).unwrap();
        }
        let holders: Vec<Addr> = (0..4)
            .map(|at| net.account(&format!("holder {at}")))
            .collect();
        for (at, holder) in holders.iter().enumerate() {
            net.mint(at % 3, holder, 700 * COIN).unwrap();
        }
        let owners = [&net.miners[0], &net.miners[3], &net.coordinators[0]];
        for operator in owners.map(Operator::clone) {
            net.transfer(&holders[0], &operator.owner, 160 * COIN)
                .unwrap();
            net.bond(&operator, 150 * COIN).unwrap();
        }
        let owner = net.owner.clone();
        let beacon = random.below(8) != 0;
        Self {
            net,
            random,
            holders,
            units,
            owners: [0; 4].map(|_| owner.clone()),
            grants: Vec::new(),
            names: 0,
            works: BTreeMap::new(),
            nonces: BTreeMap::new(),
            beacon,
        }
    }

    /// Goes on until so many messages are sent, and returns how many were.
    pub(crate) fn go(&mut self, messages: u64) -> u64 {
        while self.sent() < messages {
            self.pass_time();
            self.act();
        }
        self.sent()
    }

    pub(crate) fn sent(&self) -> u64 {
        self.net.kinds.counts.values().map(|(tried, _)| tried).sum()
    }

    /// Blocks of seconds; sometimes none, sometimes the chain halts for hours.
    fn pass_time(&mut self) {
        match self.random.below(200) {
            0 => {
                let halt = self.random.below(8 * HOUR);
                self.net.wait(halt);
            }
            1..=4 => {
                let jump = self.random.below(2 * HOUR);
                self.net.run(jump);
            }
            5..=60 => {}
            _ => {
                let seconds = self.random.below(90);
                self.net.run(seconds);
            }
        }
        self.net.check();
    }

    fn act(&mut self) {
        match self.random.below(100) {
            0..=4 => self.census(),
            5..=24 => self.issuers(),
            25..=29 => self.owner(),
            30..=47 => self.stakes(),
            48..=53 => self.coins(),
            _ => self.market(),
        }
    }

    // --- choices ---

    pub(crate) fn one_in(&mut self, bound: u64) -> bool {
        self.random.below(bound) == 0
    }

    pub(crate) fn pick<T: Clone>(&mut self, all: &[T]) -> T {
        let at = self.random.below(u64::try_from(all.len()).unwrap());
        all[usize::try_from(at).unwrap()].clone()
    }

    pub(crate) fn index(&mut self, len: usize) -> usize {
        let at = self.random.below(u64::try_from(len).unwrap());
        usize::try_from(at).unwrap()
    }

    /// An amount of what there is: now and then nothing, too much, or all there can
    /// be.
    pub(crate) fn amount(&mut self, there: u128) -> u128 {
        match self.random.below(40) {
            0 => 0,
            1 => 1,
            2 => u128::MAX,
            3 => there.saturating_add(1),
            4..=6 => there,
            _ => {
                let parts = 1 + u128::from(self.random.below(1_000));
                (there / 1_000).saturating_mul(parts).max(1)
            }
        }
    }

    /// An amount of coins that the market has and nobody owns: what it sends in its own
    /// name is its own business.
    pub(crate) fn stray(&mut self, parts: u128) -> u128 {
        let market = self.net.contracts.market.clone();
        if self.net.replay.coin.market.strays.u128() < 1_000 {
            self.feed(&market);
        }
        let strays = self.net.replay.coin.market.strays.u128();
        match self.amount(strays / parts) {
            amount if amount > self.net.balance(&market) => amount,
            amount => amount.min(strays),
        }
    }

    pub(crate) fn people(&self) -> Vec<Addr> {
        let net = &self.net;
        let mut people = vec![
            net.owner.clone(),
            net.guardian.clone(),
            net.stranger.clone(),
        ];
        people.extend(net.issuers.iter().cloned());
        people.extend(self.holders.iter().cloned());
        for operator in self.operators() {
            people.extend([operator.key, operator.owner]);
        }
        people
    }

    pub(crate) fn anybody(&mut self) -> Addr {
        let people = self.people();
        self.pick(&people)
    }

    /// Whoever may, or now and then somebody else.
    pub(crate) fn sender(&mut self, may: &Addr) -> Addr {
        match self.random.below(12) {
            0 => self.anybody(),
            _ => may.clone(),
        }
    }

    pub(crate) fn operators(&self) -> Vec<Operator> {
        let coordinators = self.net.coordinators.iter();
        self.net
            .miners
            .iter()
            .chain(coordinators)
            .cloned()
            .collect()
    }

    pub(crate) fn operator(&mut self) -> Operator {
        let operators = self.operators();
        self.pick(&operators)
    }

    pub(crate) fn name(&mut self, of: &str) -> String {
        self.names += 1;
        format!("{of} {}", self.names)
    }
}
