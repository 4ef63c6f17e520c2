//! Sums are what operators' answers add up to, whatever happens in which order, and
//! events tell the same.

use std::collections::BTreeMap;

use compute_api::{
    oracle::{CensusStage, events::OracleEvent},
    votes::Standing,
};
use cosmwasm_std::{Addr, Order, Uint128};
use cw_multi_test::AppResponse;
use reserve_oracle::{
    ContractError,
    state::{CENSUS, CENSUSES, ISSUERS, LAST_CENSUS, MEMBERS, OPERATORS, Operator},
};

use super::world::{World, events};

/// What events have said of issuers: (issuer, census) → proven.
type Told = BTreeMap<(String, u32), Uint128>;

/// A small generator (xorshift64*), so that a failure can be run again.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let drawn = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(drawn).unwrap() % bound
    }
}

struct Run {
    world: World,
    random: Random,
    told: Told,
    /// Units that operators have committed to.
    units: BTreeMap<usize, u32>,
    /// Answers that have added something.
    counted: u32,
}

impl Run {
    fn note(&mut self, done: Result<AppResponse, ContractError>) {
        let Ok(done) = done else {
            return;
        };
        for event in events(&done) {
            match event {
                OracleEvent::ProvenChanged {
                    issuer,
                    census,
                    proven,
                    ..
                } => drop(self.told.insert((issuer, census), proven)),
                OracleEvent::CensusAnswered { rate, .. } if !rate.is_zero() => self.counted += 1,
                _ => {}
            }
        }
    }

    fn step(&mut self) {
        let at = self.random.below(self.world.operators.len());
        let issuer = self.random.below(2);
        let rarely = self.random.below(8) == 0;
        let done = match self.random.below(20) {
            0..6 => return self.census_step(),
            6..12 => return self.answer(at),
            12..14 => self.world.invite(issuer, at),
            14..16 => self.world.accept(issuer, at),
            16 if rarely => self.world.leave(at),
            17 if rarely => Ok(self.world.set_standing(at, Standing::Jailed)),
            18 if rarely => Ok(self.world.set_standing(at, Standing::Unbonded)),
            19 if rarely && issuer == 0 => Ok(self.world.set_standing(at, Standing::Tombstoned)),
            19 if rarely => return self.world.after(30 * 86_400),
            _ => Ok(self.world.set_standing(at, Standing::Active)),
        };
        self.note(done);
    }

    fn census_step(&mut self) {
        let world = &mut self.world;
        let Some(census) = world.census().current else {
            world.open();
            self.units.clear();
            return;
        };
        match census.stage {
            CensusStage::Committing { until, seal_by } if world.now() <= until => {
                if self.units.is_empty() {
                    for at in 0..world.operators.len() {
                        let units = 9 * u32::try_from(1 + self.random.below(4)).unwrap();
                        if self.random.below(40) > 0 && world.commit(at, units).is_ok() {
                            self.units.insert(at, units);
                        }
                    }
                } else if self.random.below(16) == 0 {
                    world.at(seal_by + 1);
                } else {
                    world.seal_in_time();
                }
            }
            CensusStage::Committing { .. } => {
                world.close().unwrap();
            }
            CensusStage::Sealed { post_by, .. } => {
                if world.now() > post_by || self.random.below(16) == 0 {
                    world.at((post_by + 1).max(world.now()));
                    world.close().unwrap();
                } else {
                    world.post_draw();
                }
            }
            CensusStage::Answering { .. } if self.random.below(4) > 0 => {
                for at in 0..self.world.operators.len() {
                    if self.random.below(40) > 0 {
                        self.answer(at);
                    }
                }
            }
            CensusStage::Answering { until, .. } => {
                if world.now() > until {
                    world.blocks(11);
                    world.close().unwrap();
                } else {
                    world.close_in_time();
                }
            }
        }
    }

    fn answer(&mut self, at: usize) {
        let current = self.world.census().current;
        let answering = current.is_some_and(|x| matches!(x.stage, CensusStage::Answering { .. }));
        let Some(units) = self.units.get(&at).copied().filter(|_| answering) else {
            return;
        };
        let done = self.world.answer(at, units);
        self.note(done);
    }

    fn check(&self) {
        let storage = self.world.app.contract_storage(&self.world.oracle);
        let storage = &*storage;
        let operators: Vec<(Addr, Operator)> = OPERATORS
            .range(storage, None, None, Order::Ascending)
            .collect::<Result<_, _>>()
            .unwrap();
        let sum = |census: u32, which: &dyn Fn(&reserve_oracle::state::Counted) -> bool| {
            let counted = operators.iter().flat_map(|(_, operator)| &operator.counted);
            let counted = counted.filter(|x| (x.census == census) & which(x));
            counted.map(|x| x.rate).sum::<Uint128>()
        };
        let last = LAST_CENSUS.load(storage).unwrap();
        let closed = CENSUSES.may_load(storage, last).unwrap().map(|x| {
            let by_tier = x.by_tier.into_iter().map(|tier| tier.rate).collect();
            (x.id, x.rate, by_tier)
        });
        let building = CENSUS.may_load(storage).unwrap();
        let building = building.map(|x| (x.id, x.rate, x.by_tier));
        let shown: Vec<(u32, Uint128, Vec<Uint128>)> = closed.into_iter().chain(building).collect();
        for (census, rate, by_tier) in shown {
            assert_eq!(rate, sum(census, &|_| true), "census {census}");
            for (at, tier) in by_tier.into_iter().enumerate() {
                let at = u32::try_from(at).ok();
                assert_eq!(tier, sum(census, &|x| x.tier == at), "census {census}");
            }
            for issuer in &self.world.issuers {
                let proven = ISSUERS.load(storage, issuer).unwrap().proven.of(census);
                let members = sum(census, &|x| x.issuer.as_ref() == Some(issuer));
                assert_eq!(proven, members, "{issuer} in census {census}");
                let told = self.told.get(&(issuer.to_string(), census)).copied();
                assert_eq!(proven, told.unwrap_or_default(), "{issuer} in {census}");
            }
        }
        for (key, operator) in &operators {
            for issuer in &self.world.issuers {
                let listed = MEMBERS.has(storage, (issuer, key));
                assert_eq!(listed, operator.issuer.as_ref() == Some(issuer), "{key}");
            }
            assert!(operator.results.len() <= 8 && operator.counted.len() <= 2);
            let issuers = operator.counted.iter().filter_map(|x| x.issuer.as_ref());
            assert!(
                issuers
                    .into_iter()
                    .all(|x| operator.issuer.as_ref() == Some(x))
            );
        }
    }
}

#[test]
fn sums_are_what_answers_add_up_to() {
    for seed in 1..=4 {
        let mut run = Run {
            world: World::new(),
            random: Random(seed),
            told: Told::new(),
            units: BTreeMap::new(),
            counted: 0,
        };
        run.check();
        for _ in 0..600 {
            run.step();
            run.check();
        }
        let census = run.world.census().last.unwrap().id;
        assert!(census > 8, "seed {seed}: {census}");
        assert!(run.counted > 20, "seed {seed}: {}", run.counted);
    }
}
