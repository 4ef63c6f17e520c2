//! What an app has to know of the chain.

use async_trait::async_trait;
use chain_client::Error;
use compute_api::market::{self, Order};
use compute_api::votes::{self, Operator};
use deployment::{Contract, Network};

/// The chain, as an app asks it.
#[async_trait]
pub trait Chain: Send + Sync {
    /// The chain's id and the market's address, which every signature names.
    fn names(&self) -> (&str, &str);

    /// An order.
    ///
    /// # Errors
    /// When it is not answered.
    async fn order(&self, order: u64) -> Result<Order, Error>;

    /// An operator's registered ed25519 key, as bytes; none if it is no miner.
    ///
    /// # Errors
    /// When it is not answered.
    async fn miner_key(&self, operator: &str) -> Result<Option<Vec<u8>>, Error>;
}

#[async_trait]
impl Chain for Network {
    fn names(&self) -> (&str, &str) {
        (&self.deployment().chain_id, self.address(Contract::Market))
    }

    async fn order(&self, order: u64) -> Result<Order, Error> {
        self.market(&market::QueryMsg::Order { order }).await
    }

    async fn miner_key(&self, operator: &str) -> Result<Option<Vec<u8>>, Error> {
        let query = votes::QueryMsg::Operator {
            operator: operator.to_owned(),
        };
        let found: Operator = self.votes(&query).await?;
        let is_miner = found.kind == votes::Kind::Miner;
        Ok(is_miner.then(|| found.signing_key.to_vec()))
    }
}
