//! A chain that answers from a script.

use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use audit::{Chain, Committed};
use chain_client::{Error, Stage};
use compute_api::market::{
    Answer, Authoriser, BatchState, Deadline, Demand, DemandParams, DemandState, Limit, Mode,
    Order, OrderCoins, OrderOps, OrderState, Privacy, Target,
};
use compute_proofs::{
    crypto::Host,
    opening::{FraudProof, verify_fraud},
};
use cosmwasm_std::{Addr, HexBinary, Uint128};
use test_suite::{
    fixtures::{AUTHORISER, COORDINATOR, public_key},
    market::Work,
};

use super::{CHAIN_ID, MARKET, ORDER, OWNER};

/// One batch of the script.
pub struct Batch {
    pub number: u64,
    pub state: BatchState,
    pub work: Work,
    pub demands: Vec<Demand>,
}

#[derive(Default)]
pub struct State {
    pub batches: Vec<Batch>,
    /// No endpoint answers.
    pub is_away: bool,
    /// Workers answer no demand.
    pub is_silent: bool,
    /// Answers are on chain, and not yet in the node's index.
    pub is_behind: bool,
    pub proofs: u32,
}

/// The chain; clones share it.
#[derive(Clone)]
pub struct Script {
    pub state: Arc<Mutex<State>>,
    pub sender: &'static str,
}

impl Script {
    /// Told by the order's owner.
    pub fn new() -> Self {
        Self {
            state: Arc::default(),
            sender: OWNER,
        }
    }

    pub fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// A batch gets on chain.
    pub fn commit(&self, number: u64, work: &Work) {
        self.lock().batches.push(Batch {
            number,
            state: BatchState::Committed,
            work: work.clone(),
            demands: Vec::new(),
        });
    }

    pub fn moved(&self, number: u64, to: BatchState) {
        let mut state = self.lock();
        let mut batches = state.batches.iter_mut();
        batches.find(|batch| batch.number == number).unwrap().state = to;
    }

    pub fn state_of(&self, number: u64) -> BatchState {
        let state = self.lock();
        let mut batches = state.batches.iter();
        batches.find(|batch| batch.number == number).unwrap().state
    }

    pub fn targets(&self, number: u64) -> Vec<Target> {
        let state = self.lock();
        let mut batches = state.batches.iter();
        let batch = batches.find(|batch| batch.number == number).unwrap();
        batch.demands.iter().map(|demand| demand.target).collect()
    }

    fn ask<T>(&self, answer: impl FnOnce(&mut State) -> Result<T, Error>) -> Result<T, Error> {
        let mut state = self.lock();
        if state.is_away {
            return Err(Error::Unreachable {
                reasons: "away".to_owned(),
            });
        }
        answer(&mut state)
    }

    fn of<T>(
        &self,
        number: u64,
        answer: impl FnOnce(&mut Batch, bool, bool) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.ask(|state| {
            let (silent, behind) = (state.is_silent, state.is_behind);
            let mut batches = state.batches.iter_mut();
            match batches.find(|batch| batch.number == number) {
                Some(batch) => answer(batch, silent, behind),
                None => Err(refused("no such batch")),
            }
        })
    }
}

fn refused(log: &str) -> Error {
    Error::Rejected {
        stage: Stage::Simulation,
        codespace: "wasm".to_owned(),
        code: 5,
        log: log.to_owned(),
        hash: String::new(),
    }
}

const LIMIT: Limit = Limit {
    seconds: 60,
    blocks: 10,
};

#[async_trait]
impl Chain for Script {
    fn names(&self) -> (&str, &str) {
        (CHAIN_ID, MARKET)
    }

    fn address(&self) -> &str {
        self.sender
    }

    async fn order(&self, order: u64) -> Result<Order, Error> {
        self.ask(|_| match order {
            ORDER => Ok(the_order()),
            _ => Err(refused("no such order")),
        })
    }

    async fn demand_rules(&self) -> Result<DemandParams, Error> {
        self.ask(|_| {
            Ok(DemandParams {
                per_batch: 4,
                bond: Uint128::new(1_000_000),
                answer_within: LIMIT,
                react_within: LIMIT,
                max_nodes: 1_024,
            })
        })
    }

    async fn batches(&self, _: u64, worker: &str) -> Result<Vec<Committed>, Error> {
        self.ask(|state| {
            let batches = state.batches.iter();
            let of_worker = batches.filter(|batch| batch.work.worker.as_str() == worker);
            Ok(of_worker
                .map(|batch| Committed {
                    number: batch.number,
                    worker: worker.to_owned(),
                    state: batch.state,
                    batch: batch.work.receipts.batch(),
                })
                .collect())
        })
    }

    async fn demands(&self, number: u64) -> Result<Vec<Demand>, Error> {
        self.of(number, |batch, _, _| Ok(batch.demands.clone()))
    }

    async fn answer(&self, number: u64, demand: u32) -> Result<Option<Answer>, Error> {
        self.of(number, |batch, _, is_behind| {
            let mut demands = batch.demands.iter();
            let demand = demands.find(|found| found.demand == demand).unwrap();
            assert_eq!(demand.state, DemandState::Answered);
            Ok((!is_behind).then(|| super::answer(&batch.work, &demand.target)))
        })
    }

    async fn demand(&self, number: u64, target: Target, bond: u128) -> Result<String, Error> {
        assert_eq!((self.sender, bond), (OWNER, 1_000_000));
        self.of(number, |batch, is_silent, _| {
            if batch.demands.len() == 4 {
                return Err(refused("no more are taken"));
            }
            let demand = u32::try_from(batch.demands.len() + 1).unwrap();
            batch.demands.push(Demand {
                demand,
                target,
                bond: bond.into(),
                made_at: 0,
                answer_by: Deadline { time: 1, height: 1 },
                state: match is_silent {
                    true => DemandState::Open,
                    false => DemandState::Answered,
                },
                answered_by: None,
            });
            Ok("TX".to_owned())
        })
    }

    async fn prove(&self, number: u64, proof: &FraudProof) -> Result<String, Error> {
        self.of(number, |batch, _, _| {
            if batch.state == BatchState::Overturned {
                return Err(refused("it has ended"));
            }
            let task = batch.work.tasks.iter();
            let mut headers = task.map(|task| task.job.run.header);
            let header = headers.find(|header| header.hash() == proof.program());
            verify_fraud(&Host, &batch.work.context(), header.as_ref(), proof)
                .map_err(|error| refused(&error.to_string()))?;
            batch.state = BatchState::Overturned;
            Ok(())
        })?;
        self.lock().proofs += 1;
        Ok("TX".to_owned())
    }
}

fn the_order() -> Order {
    let coins = OrderCoins {
        put_in: Uint128::new(1),
        spent: Uint128::zero(),
        reserved: Uint128::zero(),
        paid_back: Uint128::zero(),
        free: Uint128::new(1),
    };
    let ops = OrderOps {
        total: Uint128::MAX,
        authorised: Uint128::zero(),
        reserved: Uint128::zero(),
        used: Uint128::zero(),
    };
    let authoriser_key = HexBinary::from(public_key(AUTHORISER));
    Order {
        order: ORDER,
        owner: Addr::unchecked(OWNER),
        mode: Mode::Pay { price_bps: 10_000 },
        coordinator: Addr::unchecked("wasm1coordinator"),
        coordinator_key: HexBinary::from(public_key(COORDINATOR)),
        authoriser: Authoriser::App {
            public_key: authoriser_key.clone(),
        },
        authoriser_key,
        privacy: Privacy::Sampled,
        samples: 16,
        opc: Uint128::new(1_000_000),
        opened_at: 0,
        expires: 4_000_000_000,
        state: OrderState::Open,
        end_cause: None,
        closes: None,
        coins,
        ops,
        open_batches: 0,
        cap: None,
        redemption: None,
    }
}
