//! What an auditor needs of the chain.

use async_trait::async_trait;
use chain_client::{Error, signer::Signer};
use compute_api::{
    market::{
        self, Answer, BatchState, BatchesResponse, Commitment, Demand, DemandParams,
        DemandsResponse, ExecuteMsg, Hook, Order, QueryMsg, Target,
    },
    page,
};
use compute_proofs::{Hash, codec::Encode, opening::FraudProof, receipt::Batch};
use deployment::{Contract, Network};

/// A committed batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// Its number.
    pub number: u64,
    /// Whose work it is.
    pub worker: String,
    /// Where it stands.
    pub state: BatchState,
    /// What the worker has signed.
    pub batch: Batch,
}

/// The chain, as an auditor asks and tells it. [`OnChain`] is the real one.
#[async_trait]
pub trait Chain: Send + Sync {
    /// The chain's id and the market's address, which every signature names.
    fn names(&self) -> (&str, &str);

    /// Who sends: an order's owner can demand, anyone can prove.
    fn address(&self) -> &str;

    /// An order.
    ///
    /// # Errors
    /// When it is not answered.
    async fn order(&self, order: u64) -> Result<Order, Error>;

    /// What goes for demands.
    ///
    /// # Errors
    /// When it is not answered.
    async fn demand_rules(&self) -> Result<DemandParams, Error>;

    /// A worker's batches of an order, ended ones too.
    ///
    /// # Errors
    /// When it is not answered.
    async fn batches(&self, order: u64, worker: &str) -> Result<Vec<Committed>, Error>;

    /// All that was demanded of a batch.
    ///
    /// # Errors
    /// When it is not answered.
    async fn demands(&self, batch: u64) -> Result<Vec<Demand>, Error>;

    /// The answer that a demand has got; none as long as the node has not indexed it.
    ///
    /// # Errors
    /// When it is not answered.
    async fn answer(&self, batch: u64, demand: u32) -> Result<Option<Answer>, Error>;

    /// Makes a demand with its bond, in micro-coins of the sender; the transaction.
    ///
    /// # Errors
    /// When the chain refuses it.
    async fn demand(&self, batch: u64, target: Target, bond: u128) -> Result<String, Error>;

    /// Proves fraud; the transaction.
    ///
    /// # Errors
    /// When the chain refuses it.
    async fn prove(&self, batch: u64, proof: &FraudProof) -> Result<String, Error>;
}

/// The batch among these that can hold this worker's task `nonce`: no two batches of a
/// worker and an order have a place for it.
#[must_use]
pub fn batch_of<'a>(batches: &'a [Committed], worker: &str, nonce: u64) -> Option<&'a Committed> {
    batches.iter().find(|found| {
        let first = found.batch.first_nonce;
        let end = first.saturating_add(u64::from(found.batch.span));
        found.worker == worker && (first..end).contains(&nonce)
    })
}

/// The market on a real chain, told by one signer.
pub struct OnChain {
    network: Network,
    signer: Signer,
}

impl OnChain {
    /// Asks this network and sends with this signer.
    #[must_use]
    pub fn new(network: Network, signer: Signer) -> Self {
        Self { network, signer }
    }

    async fn send(&self, msg: chain_client::Msg) -> Result<String, Error> {
        let included = self.signer.send(vec![msg]).await?;
        Ok(included.hash)
    }
}

#[async_trait]
impl Chain for OnChain {
    fn names(&self) -> (&str, &str) {
        let chain_id = &self.network.deployment().chain_id;
        (chain_id, self.network.address(Contract::Market))
    }

    fn address(&self) -> &str {
        self.signer.address()
    }

    async fn order(&self, order: u64) -> Result<Order, Error> {
        self.network.market(&QueryMsg::Order { order }).await
    }

    async fn demand_rules(&self) -> Result<DemandParams, Error> {
        let params: market::Params = self.network.market(&QueryMsg::Params {}).await?;
        Ok(params.demands)
    }

    async fn batches(&self, order: u64, worker: &str) -> Result<Vec<Committed>, Error> {
        let mut found = Vec::new();
        let mut start_after = None;
        loop {
            let query = QueryMsg::Batches {
                order: Some(order),
                worker: Some(worker.to_owned()),
                state: None,
                start_after,
                limit: Some(page::MAX_LIMIT),
            };
            let page: BatchesResponse = self.network.market(&query).await?;
            found.extend(page.batches.iter().filter_map(committed));
            match page.next {
                Some(next) => start_after = Some(next),
                None => return Ok(found),
            }
        }
    }

    async fn demands(&self, batch: u64) -> Result<Vec<Demand>, Error> {
        let mut demands: Vec<Demand> = Vec::new();
        loop {
            let query = QueryMsg::Demands {
                batch,
                start_after: demands.last().map(|demand| demand.demand),
                limit: Some(page::MAX_LIMIT),
            };
            let next: DemandsResponse = self.network.market(&query).await?;
            if next.demands.is_empty() {
                return Ok(demands);
            }
            demands.extend(next.demands);
        }
    }

    async fn answer(&self, batch: u64, demand: u32) -> Result<Option<Answer>, Error> {
        // The chain keeps that it was answered; with what, the transaction says.
        let query = format!(
            "wasm-demand_answered.batch='{batch}' AND wasm-demand_answered.demand='{demand}'"
        );
        let market = self.network.address(Contract::Market);
        let told = self
            .network
            .client()
            .search_executed(&query, market)
            .await?;
        Ok(told
            .iter()
            .find_map(|msg| match serde_json::from_slice(msg) {
                Ok(ExecuteMsg::AnswerDemand {
                    batch: of,
                    demand: to,
                    answer,
                }) if (of, to) == (batch, demand) => Some(answer),
                _ => None,
            }))
    }

    async fn demand(&self, batch: u64, target: Target, bond: u128) -> Result<String, Error> {
        let hook = Hook::Demand { batch, target };
        let msg = self
            .network
            .send_coins(Contract::Market, bond.into(), &hook)?;
        self.send(msg).await
    }

    async fn prove(&self, batch: u64, proof: &FraudProof) -> Result<String, Error> {
        let msg = ExecuteMsg::ProveFraud {
            batch,
            proof: proof.to_bytes().into(),
        };
        self.send(self.network.to_market(&msg)?).await
    }
}

fn committed(batch: &market::Batch) -> Option<Committed> {
    Some(Committed {
        number: batch.batch,
        worker: batch.worker.to_string(),
        state: batch.state,
        batch: signed(&batch.commitment)?,
    })
}

/// `None` for a root that is no hash, which the market does not take.
fn signed(commitment: &Commitment) -> Option<Batch> {
    Some(Batch {
        first_nonce: commitment.first_nonce,
        span: commitment.span,
        ops: commitment.ops.u128(),
        commit_by: commitment.commit_by,
        root: Hash(commitment.root.as_slice().try_into().ok()?),
    })
}
