//! What the worker asks the chain.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use compute_api::{market, oracle, page, votes};
use compute_proofs::{Hash, program::Header, task::OrderContext};
use deployment::{Contract, Network};

use crate::ServiceError;

/// How long the state of an order, or of the worker's exposure, is taken for current.
const FRESH: Duration = Duration::from_millis(500);

/// Entries of a cache.
const CACHED: usize = 4_096;

/// By how much a chain's clock may be ahead of ours before it is followed instead: a
/// devnet that has travelled in time.
const AHEAD: u64 = 5;

/// An order's keys and where it is, as every signature names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OrderKeys {
    pub(crate) chain_id: String,
    pub(crate) market: String,
    pub(crate) order: u64,
    pub(crate) authoriser: [u8; 32],
    pub(crate) coordinator: [u8; 32],
}

impl OrderKeys {
    /// As the proof library takes it.
    pub(crate) fn context(&self) -> OrderContext<'_> {
        OrderContext {
            chain_id: &self.chain_id,
            market: &self.market,
            order: self.order,
            authoriser: self.authoriser,
            coordinator: self.coordinator,
        }
    }
}

/// Asks the chain, and remembers for a moment, or for good what cannot change.
pub(crate) struct View {
    network: Network,
    worker: String,
    orders: Mutex<HashMap<u64, (Instant, market::Order)>>,
    programs: Mutex<HashMap<Hash, Header>>,
    exposure: Mutex<Option<(Instant, market::ExposureResponse)>>,
    /// Seconds by which the chain's clock is ahead.
    ahead: Mutex<u64>,
}

impl View {
    pub(crate) fn new(network: Network, worker: &str) -> Self {
        Self {
            network,
            worker: worker.to_owned(),
            orders: Mutex::default(),
            programs: Mutex::default(),
            exposure: Mutex::default(),
            ahead: Mutex::default(),
        }
    }

    pub(crate) fn chain_id(&self) -> &str {
        &self.network.deployment().chain_id
    }

    pub(crate) fn market_address(&self) -> &str {
        self.network.address(Contract::Market)
    }

    pub(crate) fn oracle_address(&self) -> &str {
        self.network.address(Contract::Oracle)
    }

    /// Follows the chain's clock where that is ahead of this machine's.
    pub(crate) async fn watch_clock(&self) -> Result<(), ServiceError> {
        let block = self.network.client().latest_block().await?;
        let ahead = block.time.saturating_sub(unix().as_secs());
        let ahead = if ahead > AHEAD { ahead } else { 0 };
        *self.ahead.lock().unwrap_or_else(PoisonError::into_inner) = ahead;
        Ok(())
    }

    /// Time since 1970, by the chain's clock as far as that is known.
    pub(crate) fn now(&self) -> Duration {
        let ahead = *self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        unix().saturating_add(Duration::from_secs(ahead))
    }

    /// An order, at most [`FRESH`] old.
    pub(crate) async fn order(&self, order: u64) -> Result<market::Order, ServiceError> {
        if let Some((at, found)) = lock(&self.orders).get(&order)
            && at.elapsed() < FRESH
        {
            return Ok(found.clone());
        }
        let found: market::Order = self
            .network
            .market(&market::QueryMsg::Order { order })
            .await?;
        let mut orders = lock(&self.orders);
        if orders.len() >= CACHED {
            orders.clear();
        }
        orders.insert(order, (Instant::now(), found.clone()));
        Ok(found)
    }

    /// An order's keys, which never change.
    pub(crate) async fn keys(&self, order: u64) -> Result<OrderKeys, ServiceError> {
        let known = lock(&self.orders)
            .get(&order)
            .map(|(_, found)| found.clone());
        let found = match known {
            Some(found) => found,
            None => self.order(order).await?,
        };
        self.keys_of(&found)
    }

    /// The keys of an order that is here.
    pub(crate) fn keys_of(&self, order: &market::Order) -> Result<OrderKeys, ServiceError> {
        let bytes = |key: &cosmwasm_std::HexBinary| {
            key.as_slice().try_into().map_err(|_| ServiceError::Local {
                what: format!("a key of order {}", order.order),
                reason: format!("{key} is not 32 bytes; ask another node"),
            })
        };
        Ok(OrderKeys {
            chain_id: self.chain_id().to_owned(),
            market: self.market_address().to_owned(),
            order: order.order,
            authoriser: bytes(&order.authoriser_key)?,
            coordinator: bytes(&order.coordinator_key)?,
        })
    }

    /// A registered program's header; none if it is not registered.
    pub(crate) async fn program(&self, program: Hash) -> Result<Option<Header>, ServiceError> {
        if let Some(header) = lock(&self.programs).get(&program) {
            return Ok(Some(*header));
        }
        let query = market::QueryMsg::Program {
            program: program.0.into(),
        };
        let found: Option<market::Program> = self.network.market(&query).await?;
        let header = found.and_then(|found| {
            let header = Header {
                version: found.version,
                slots: found.slots,
                operations: found.operations,
                cost: found.cost.u128(),
                top: Hash(found.top.as_slice().try_into().ok()?),
            };
            // A node that answers with another program's is not believed.
            (header.hash() == program).then_some(header)
        });
        if let Some(header) = header {
            let mut programs = lock(&self.programs);
            if programs.len() >= CACHED {
                programs.clear();
            }
            programs.insert(program, header);
        }
        Ok(header)
    }

    /// What the worker has unsettled and may have, at most [`FRESH`] old.
    pub(crate) async fn exposure(&self) -> Result<market::ExposureResponse, ServiceError> {
        if let Some((at, found)) = &*lock(&self.exposure)
            && at.elapsed() < FRESH
        {
            return Ok(found.clone());
        }
        let query = market::QueryMsg::Exposure {
            worker: self.worker.clone(),
        };
        let found: market::ExposureResponse = self.network.market(&query).await?;
        *lock(&self.exposure) = Some((Instant::now(), found.clone()));
        Ok(found)
    }

    /// What the market goes by.
    pub(crate) async fn market_params(&self) -> Result<market::Params, ServiceError> {
        Ok(self.network.market(&market::QueryMsg::Params {}).await?)
    }

    /// The worker's batches by number, after `start_after`: a page, and what comes after.
    pub(crate) async fn batches(
        &self,
        start_after: Option<u64>,
    ) -> Result<market::BatchesResponse, ServiceError> {
        let query = market::QueryMsg::Batches {
            order: None,
            worker: Some(self.worker.clone()),
            state: None,
            start_after,
            limit: Some(page::MAX_LIMIT),
        };
        Ok(self.network.market(&query).await?)
    }

    /// What a batch has to open.
    pub(crate) async fn openings(
        &self,
        batch: u64,
    ) -> Result<market::OpeningsResponse, ServiceError> {
        Ok(self
            .network
            .market(&market::QueryMsg::Openings { batch })
            .await?)
    }

    /// All that was demanded of a batch.
    pub(crate) async fn demands(&self, batch: u64) -> Result<Vec<market::Demand>, ServiceError> {
        let mut demands: Vec<market::Demand> = Vec::new();
        loop {
            let query = market::QueryMsg::Demands {
                batch,
                start_after: demands.last().map(|demand| demand.demand),
                limit: Some(page::MAX_LIMIT),
            };
            let next: market::DemandsResponse = self.network.market(&query).await?;
            if next.demands.is_empty() {
                return Ok(demands);
            }
            demands.extend(next.demands);
        }
    }

    /// One batch.
    pub(crate) async fn batch(&self, batch: u64) -> Result<market::Batch, ServiceError> {
        let query = market::QueryMsg::Batch { batch };
        Ok(self.network.market(&query).await?)
    }

    /// Claims of a batch that others stand against.
    pub(crate) async fn voids(&self, batch: u64) -> Result<Vec<market::Void>, ServiceError> {
        let mut voids: Vec<market::Void> = Vec::new();
        loop {
            let query = market::QueryMsg::Voids {
                batch,
                start_after: voids.last().map(|void| void.nonce),
                limit: Some(page::MAX_LIMIT),
            };
            let next: market::VoidsResponse = self.network.market(&query).await?;
            if next.voids.is_empty() {
                return Ok(voids);
            }
            voids.extend(next.voids);
        }
    }

    /// The messages that have brought up another claim against this one.
    pub(crate) async fn resolutions(
        &self,
        batch: u64,
        nonce: u64,
    ) -> Result<Vec<market::ExecuteMsg>, ServiceError> {
        let query =
            format!("wasm-claim_resolved.batch='{batch}' AND wasm-claim_resolved.nonce='{nonce}'");
        let client = self.network.client();
        let told = client.search_executed(&query, self.market_address());
        let told = told.await?.into_iter();
        // The newest first: that is what stands.
        let read = told
            .rev()
            .filter_map(|msg| serde_json::from_slice(&msg).ok());
        Ok(read.collect())
    }

    /// The census.
    pub(crate) async fn census(&self) -> Result<oracle::CensusResponse, ServiceError> {
        Ok(self.network.oracle(&oracle::QueryMsg::Census {}).await?)
    }

    /// How censuses are taken.
    pub(crate) async fn census_params(&self) -> Result<oracle::CensusParams, ServiceError> {
        let params: oracle::Params = self.network.oracle(&oracle::QueryMsg::Params {}).await?;
        Ok(params.census)
    }

    /// The worker, as the oracle knows it.
    pub(crate) async fn capacity(&self) -> Result<oracle::OperatorResponse, ServiceError> {
        let query = oracle::QueryMsg::Operator {
            operator: self.worker.clone(),
        };
        Ok(self.network.oracle(&query).await?)
    }

    /// A posted round's randomness.
    pub(crate) async fn beacon(&self, round: u64) -> Result<Option<[u8; 32]>, ServiceError> {
        let query = oracle::QueryMsg::Beacon { round };
        let found: Option<oracle::BeaconResponse> = self.network.oracle(&query).await?;
        Ok(found.and_then(|found| found.randomness.as_slice().try_into().ok()))
    }

    /// An operator, as votes knows it.
    pub(crate) async fn operator(&self, operator: &str) -> Result<votes::Operator, ServiceError> {
        let query = votes::QueryMsg::Operator {
            operator: operator.to_owned(),
        };
        Ok(self.network.votes(&query).await?)
    }

    /// Coordinators that can be dialled.
    pub(crate) async fn coordinators(&self) -> Result<Vec<votes::Operator>, ServiceError> {
        let mut found: Vec<votes::Operator> = Vec::new();
        loop {
            let last = found.last();
            let query = votes::QueryMsg::Operators {
                kind: votes::Kind::Coordinator,
                start_after: last.map(|last| (last.stake, last.operator.to_string())),
                limit: Some(page::MAX_LIMIT),
            };
            let next: votes::OperatorsResponse = self.network.votes(&query).await?;
            if next.operators.is_empty() {
                break;
            }
            found.extend(next.operators);
        }
        found.retain(|operator| {
            operator.standing == votes::Standing::Active && !operator.metadata.url.is_empty()
        });
        Ok(found)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// This machine's time since 1970.
fn unix() -> Duration {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    // A clock before 1970 is refused by everything that has a deadline.
    now.unwrap_or_default()
}
