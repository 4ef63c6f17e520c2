//! Talking to the contracts.

use std::fmt;
use std::sync::Arc;

use chain_client::{Client, Config, Error, Msg, transport::Failover};
use compute_api::{Contracts, coin, market, oracle, votes};
use cosmwasm_std::{Uint128, to_json_binary};
use serde::{Serialize, de::DeserializeOwned};

use crate::Deployment;

/// One of the four.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Contract {
    /// `cw20-compute`.
    Coin,
    /// `reserve-oracle`.
    Oracle,
    /// `staking-votes`.
    Votes,
    /// `compute-market`.
    Market,
}

impl Contract {
    /// All four, in the order in which they are deployed.
    pub const ALL: [Self; 4] = [Self::Coin, Self::Oracle, Self::Votes, Self::Market];

    /// The name of its `.wasm` file.
    #[must_use]
    pub const fn artifact(self) -> &'static str {
        match self {
            Self::Coin => "cw20_compute",
            Self::Oracle => "reserve_oracle",
            Self::Votes => "staking_votes",
            Self::Market => "compute_market",
        }
    }

    /// This contract's part of something that there is one of for each.
    #[must_use]
    pub const fn of<A>(self, all: &Contracts<A>) -> &A {
        match self {
            Self::Coin => &all.coin,
            Self::Oracle => &all.oracle,
            Self::Votes => &all.votes,
            Self::Market => &all.market,
        }
    }

    pub(crate) const fn of_mut<A>(self, all: &mut Contracts<A>) -> &mut A {
        match self {
            Self::Coin => &mut all.coin,
            Self::Oracle => &mut all.oracle,
            Self::Votes => &mut all.votes,
            Self::Market => &mut all.market,
        }
    }
}

impl fmt::Display for Contract {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Coin => "coin",
            Self::Oracle => "oracle",
            Self::Votes => "votes",
            Self::Market => "market",
        })
    }
}

/// A network's contracts, asked and told in their own messages. Clones share
/// everything.
#[derive(Clone)]
pub struct Network {
    client: Client,
    deployment: Arc<Deployment>,
}

impl Network {
    /// By the deployment's gRPC endpoints.
    ///
    /// # Errors
    /// When an endpoint is no URL.
    pub fn connect(deployment: Deployment) -> Result<Self, Error> {
        let node = Failover::grpc(&deployment.chain_id, &deployment.endpoints.grpc)?;
        let mut config = Config::new(&deployment.chain_id, &deployment.fee_denom);
        config.gas_price_micro = deployment.gas_price_micro;
        Ok(Self::new(Client::new(config, node), deployment))
    }

    /// By a client that is there.
    #[must_use]
    pub fn new(client: Client, deployment: Deployment) -> Self {
        Self {
            client,
            deployment: Arc::new(deployment),
        }
    }

    /// The client.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Where all is.
    #[must_use]
    pub fn deployment(&self) -> &Deployment {
        &self.deployment
    }

    /// A contract's address.
    #[must_use]
    pub fn address(&self, contract: Contract) -> &str {
        contract.of::<String>(&self.deployment.contracts)
    }

    /// Asks the coin. The answer's type stands at the query.
    ///
    /// # Errors
    /// When it is not answered, or not so.
    pub async fn coin<A: DeserializeOwned>(&self, query: &coin::QueryMsg) -> Result<A, Error> {
        self.ask(Contract::Coin, query).await
    }

    /// Asks the oracle.
    ///
    /// # Errors
    /// As [`Self::coin`].
    pub async fn oracle<A: DeserializeOwned>(&self, query: &oracle::QueryMsg) -> Result<A, Error> {
        self.ask(Contract::Oracle, query).await
    }

    /// Asks the votes.
    ///
    /// # Errors
    /// As [`Self::coin`].
    pub async fn votes<A: DeserializeOwned>(&self, query: &votes::QueryMsg) -> Result<A, Error> {
        self.ask(Contract::Votes, query).await
    }

    /// Asks the market.
    ///
    /// # Errors
    /// As [`Self::coin`].
    pub async fn market<A: DeserializeOwned>(&self, query: &market::QueryMsg) -> Result<A, Error> {
        self.ask(Contract::Market, query).await
    }

    async fn ask<A: DeserializeOwned>(
        &self,
        contract: Contract,
        query: &impl Serialize,
    ) -> Result<A, Error> {
        self.client.query(self.address(contract), query).await
    }

    /// A message to the oracle, without funds.
    ///
    /// # Errors
    /// When it has no JSON.
    pub fn to_oracle(&self, msg: &oracle::ExecuteMsg) -> Result<Msg, Error> {
        Msg::execute(self.address(Contract::Oracle), msg)
    }

    /// A message to the votes.
    ///
    /// # Errors
    /// As [`Self::to_oracle`].
    pub fn to_votes(&self, msg: &votes::ExecuteMsg) -> Result<Msg, Error> {
        Msg::execute(self.address(Contract::Votes), msg)
    }

    /// A message to the market.
    ///
    /// # Errors
    /// As [`Self::to_oracle`].
    pub fn to_market(&self, msg: &market::ExecuteMsg) -> Result<Msg, Error> {
        Msg::execute(self.address(Contract::Market), msg)
    }

    /// Sends micro-coins of the signer to a contract, with the hook that says what for.
    ///
    /// # Errors
    /// As [`Self::to_oracle`].
    pub fn send_coins(
        &self,
        to: Contract,
        amount: Uint128,
        hook: &impl Serialize,
    ) -> Result<Msg, Error> {
        let msg = to_json_binary(hook)
            .map_err(|error| Error::Invalid(format!("hook as JSON: {error}")))?;
        let send = cw20::Cw20ExecuteMsg::Send {
            contract: self.address(to).to_owned(),
            amount,
            msg,
        };
        Msg::execute(self.address(Contract::Coin), &send)
    }
}
