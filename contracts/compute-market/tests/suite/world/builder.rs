//! How worlds differ.

use compute_api::{
    coin,
    market::{
        BatchParams, DemandParams, ExecuteMsg, HaltParams, InstantiateMsg, Limit, OrderParams,
        Params, RedemptionParams, SplitParams,
    },
    votes::{Kind, Standing},
};
use cosmwasm_std::{Addr, Empty, Timestamp, Uint128};
use cw_multi_test::{App, Contract, Executor};

use super::{
    COORDINATOR, SLASHABLE, START, World,
    jobs::public_key,
    peers::{self, Issuer, Operator, coin_code, market_code, oracle_code, votes_code},
    replay::Replay,
};

/// Production's rules with times of minutes.
pub(crate) fn params() -> Params {
    Params {
        orders: OrderParams {
            min_pay: Uint128::new(1_000),
            min_price_bps: 1,
            max_price_bps: 1_000_000,
            max_life: 90 * 86_400,
            commit_within: limit(3_600, 100),
            cap_period: 86_400,
        },
        redemptions: RedemptionParams {
            min_amount: Uint128::new(1_000),
            pace_bps: 10_000,
            slack: limit(3_600, 100),
        },
        batches: BatchParams {
            slot: 600,
            draw_after: 30,
            late_after: 60,
            post_within: limit(3_600, 100),
            max_seals: 3,
            challenge_one_in: 1,
            samples: 4,
            min_samples: 1,
            max_samples: 64,
            prove_within: limit(7_200, 200),
            window: limit(86_400, 2_000),
            exposure_factor: 12,
        },
        demands: DemandParams {
            per_batch: 4,
            bond: Uint128::new(1_000),
            answer_within: limit(21_600, 600),
            react_within: limit(21_600, 600),
            max_nodes: 1_024,
        },
        split: SplitParams {
            worker_bps: 8_500,
            coordinator_bps: 1_000,
            fee_coordinator_bps: 6_667,
            compensation_bps: 1_000,
        },
        halts: HaltParams {
            block_seconds: 10,
            commit_within: 3_600,
        },
        timelock: 7 * 86_400,
    }
}

pub(crate) const fn limit(seconds: u64, blocks: u64) -> Limit {
    Limit { seconds, blocks }
}

/// How a [`World`] is made.
pub(crate) struct Builder {
    params: Params,
    active: bool,
    programs: bool,
    workers: usize,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            params: params(),
            active: true,
            programs: true,
            workers: 4,
        }
    }
}

impl Builder {
    /// Changes the parameters.
    pub(crate) fn with_params(mut self, change: impl FnOnce(&mut Params)) -> Self {
        change(&mut self.params);
        self
    }

    /// No program is registered.
    pub(crate) fn without_programs(mut self) -> Self {
        self.programs = false;
        self
    }

    /// Not activated.
    pub(crate) fn inactive(mut self) -> Self {
        self.active = false;
        self.programs = false;
        self
    }

    /// Makes the world.
    pub(crate) fn build(self) -> World {
        let mut app = App::default();
        app.update_block(|block| block.time = Timestamp::from_seconds(START));
        let named = |name: &str| app.api().addr_make(name);
        let [owner, app_owner, coordinator, stranger] =
            ["owner", "app", "coordinator", "stranger"].map(named);
        let issuers = ["issuer", "other issuer"].map(named).to_vec();
        let workers = (0..self.workers).map(|at| named(&format!("worker {at}")));
        let workers: Vec<Addr> = workers.collect();

        let peer = |app: &mut App, code: Box<dyn Contract<Empty>>, name: &str| {
            let code = app.store_code(code);
            app.instantiate_contract(code, owner.clone(), &Empty {}, &[], name, None)
                .unwrap()
        };
        let oracle = peer(&mut app, oracle_code(), "oracle");
        let votes = peer(&mut app, votes_code(), "votes");
        let code = app.store_code(coin_code());
        let message = coin::InstantiateMsg {
            name: "Minute of compute".into(),
            symbol: "MIN".into(),
            owner: owner.to_string(),
            marketing: None,
            contracts: None,
        };
        let coin = app
            .instantiate_contract(code, owner.clone(), &message, &[], "coin", None)
            .unwrap();
        let code = app.store_code(market_code());
        let message = InstantiateMsg {
            owner: owner.to_string(),
            params: self.params.clone(),
            contracts: None,
        };
        let admin = Some(owner.to_string());
        let market = app
            .instantiate_contract(code, owner.clone(), &message, &[], "market", admin)
            .unwrap();
        for peer in [&oracle, &votes] {
            let mut storage = app.contract_storage_mut(peer);
            peers::COIN.save(&mut *storage, &coin).unwrap();
        }
        let mut world = World {
            app,
            owner,
            app_owner,
            coordinator,
            stranger,
            issuers,
            workers,
            coin,
            oracle,
            votes,
            market,
            market_code: code,
            stray: 0,
            minted: 0,
            replay: Replay::default(),
        };
        let contracts = world.contracts();
        let activate = coin::ExecuteMsg::Activate {
            contracts: contracts.clone(),
        };
        world
            .app
            .execute_contract(world.owner.clone(), world.coin.clone(), &activate, &[])
            .unwrap();
        world.set_up_peers();
        if self.active {
            let activate = ExecuteMsg::Activate { contracts };
            world.ok(&world.owner.clone(), &activate);
        }
        if self.programs {
            world.register_all();
        }
        world
    }
}

impl World {
    fn set_up_peers(&mut self) {
        let known = |kind, who| Operator {
            kind,
            key: public_key(who).into(),
            standing: Standing::Active,
            slashable: SLASHABLE,
        };
        let coordinator = self.coordinator.clone();
        self.set_operator(&coordinator, known(Kind::Coordinator, COORDINATOR));
        for at in 0..self.workers.len() {
            let worker = self.workers[at].clone();
            self.set_operator(&worker, known(Kind::Miner, super::worker_key(at)));
            let issuer = self.issuers[0].clone();
            let oracle = self.oracle.clone();
            let mut storage = self.app.contract_storage_mut(&oracle);
            peers::ISSUER_OF
                .save(&mut *storage, &worker, &issuer)
                .unwrap();
        }
        for issuer in self.issuers.clone() {
            self.set_issuer(
                &issuer,
                Issuer {
                    outstanding: 1_000_000_000_000,
                    effective: 1_000,
                },
            );
        }
        for account in [&self.app_owner, &self.stranger].map(Addr::clone) {
            self.mint(&account, 1_000_000_000_000);
        }
    }
}
