//! [`Chain`] over a deployment's contracts.

use std::collections::HashMap;

use async_trait::async_trait;
use chain_client::Error;
use compute_api::{market, oracle, votes};
use compute_proofs::Hash;
use compute_proofs::codec::Encode;
use compute_proofs::program::Program;
use compute_proofs::task::Authorisation;
use cosmwasm_std::{Binary, HexBinary, Uint128};
use deployment::{Contract, Network};
use outbox::{Message, Outbox, Verdict};
use serde::de::DeserializeOwned;

use super::{Censuses, Chain, ChainError, Miner, OrderRules, Registered};

/// Entries of a page.
const PAGE: u32 = 100;

/// Pages of one list, at most: a list that goes on is a node that lies.
const MAX_PAGES: u32 = 10_000;

/// Bytes of operations in one message of a registration.
const CHUNK_BYTES: usize = 96 * 1024;

/// What an operator takes that has declared nothing: par.
const PAR: u32 = 10_000;

/// The contracts, asked through `network`, told through `outbox`.
pub struct OnChain {
    network: Network,
    outbox: Outbox,
    address: String,
    market: String,
}

impl OnChain {
    /// The coordinator at `address`. Somebody has to run the outbox with its key.
    #[must_use]
    pub fn new(network: Network, outbox: Outbox, address: String) -> Self {
        let market = network.address(Contract::Market).to_owned();
        Self {
            network,
            outbox,
            address,
            market,
        }
    }

    async fn votes<A: DeserializeOwned>(&self, query: votes::QueryMsg) -> Result<A, ChainError> {
        self.network.votes(&query).await.map_err(failed)
    }

    async fn oracle<A: DeserializeOwned>(&self, query: oracle::QueryMsg) -> Result<A, ChainError> {
        self.network.oracle(&query).await.map_err(failed)
    }

    async fn market<A: DeserializeOwned>(&self, query: market::QueryMsg) -> Result<A, ChainError> {
        self.network.market(&query).await.map_err(failed)
    }

    async fn tell(&self, key: &str, msg: &market::ExecuteMsg) -> Result<(), ChainError> {
        let refused = |error: outbox::Error| ChainError::Refused(error.to_string());
        let message = Message::new(key, Contract::Market, msg).map_err(refused)?;
        self.outbox.put(message).await.map_err(refused)?;
        match self.outbox.verdict(key).await.map_err(refused)? {
            Verdict::Done(_) => Ok(()),
            Verdict::Refused(verdict) => {
                // Why may be over by the next time, which then needs the key.
                self.outbox
                    .forget(vec![key.to_owned()])
                    .await
                    .map_err(refused)?;
                Err(ChainError::Refused(verdict.reason))
            }
        }
    }

    async fn operators(&self) -> Result<Vec<votes::Operator>, ChainError> {
        let mut all: Vec<votes::Operator> = Vec::new();
        for _ in 0..MAX_PAGES {
            let last = all.last();
            let query = votes::QueryMsg::Operators {
                kind: votes::Kind::Miner,
                start_after: last.map(|last| (last.stake, last.operator.to_string())),
                limit: Some(PAGE),
            };
            let page: votes::OperatorsResponse = self.votes(query).await?;
            let is_last = page.operators.is_empty();
            all.extend(page.operators);
            if is_last {
                break;
            }
        }
        // A stake that changed between two pages can show an operator twice.
        all.sort_by_key(|operator| operator.slot);
        all.dedup_by_key(|operator| operator.slot);
        Ok(all)
    }

    /// Issuer and rate of every operator that the oracle knows.
    async fn rates(&self) -> Result<HashMap<String, (Option<String>, u128)>, ChainError> {
        let mut all = HashMap::new();
        let mut last = None;
        for _ in 0..MAX_PAGES {
            let query = oracle::QueryMsg::Operators {
                issuer: None,
                start_after: last.clone(),
                limit: Some(PAGE),
            };
            let page: oracle::OperatorsResponse = self.oracle(query).await?;
            let Some(end) = page.operators.last() else {
                break;
            };
            last = Some(end.operator.to_string());
            for operator in page.operators {
                let issuer = operator.issuer.map(String::from);
                all.insert(operator.operator.into(), (issuer, operator.rate.u128()));
            }
        }
        Ok(all)
    }

    /// The least price of every operator that has declared one.
    async fn terms(&self) -> Result<HashMap<String, u32>, ChainError> {
        let mut all = HashMap::new();
        let mut last = None;
        for _ in 0..MAX_PAGES {
            let query = market::QueryMsg::AllTerms {
                start_after: last.clone(),
                limit: Some(PAGE),
            };
            let page: market::AllTermsResponse = self.market(query).await?;
            let Some(end) = page.terms.last() else {
                break;
            };
            last = Some(end.operator.to_string());
            for terms in page.terms {
                all.insert(terms.operator.into(), terms.terms.min_price_bps);
            }
        }
        Ok(all)
    }
}

fn failed(error: Error) -> ChainError {
    match error {
        Error::Query { text, .. } => ChainError::Refused(text),
        Error::Unreadable { what, reason } => ChainError::Unreadable { what, reason },
        other => ChainError::Away(other.to_string()),
    }
}

fn key(bytes: &HexBinary, whose: &str) -> Result<[u8; 32], ChainError> {
    bytes.to_array().map_err(|_| ChainError::Unreadable {
        what: format!("the signing key of {whose}"),
        reason: format!("{} bytes, not 32", bytes.len()),
    })
}

/// What contracts say of something that is not there.
fn is_missing(text: &str) -> bool {
    text.contains("there is no")
}

#[async_trait]
impl Chain for OnChain {
    fn names(&self) -> (&str, &str) {
        (&self.network.deployment().chain_id, &self.market)
    }

    fn address(&self) -> &str {
        &self.address
    }

    async fn myself(&self) -> Result<Option<Registered>, ChainError> {
        let operator = self.address.clone();
        let found: votes::Operator = match self.votes(votes::QueryMsg::Operator { operator }).await
        {
            Ok(found) => found,
            Err(ChainError::Refused(text)) if is_missing(&text) => return Ok(None),
            Err(error) => return Err(error),
        };
        Ok(Some(Registered {
            signing_key: key(&found.signing_key, &self.address)?,
            active: found.standing == votes::Standing::Active,
        }))
    }

    async fn order(&self, order: u64) -> Result<Option<market::Order>, ChainError> {
        match self.market(market::QueryMsg::Order { order }).await {
            Ok(order) => Ok(Some(order)),
            Err(ChainError::Refused(text)) if is_missing(&text) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn order_rules(&self) -> Result<OrderRules, ChainError> {
        let params: market::Params = self.market(market::QueryMsg::Params {}).await?;
        Ok(OrderRules {
            commit_within: params.orders.commit_within.seconds,
            cap_period: params.orders.cap_period,
        })
    }

    async fn miners(&self) -> Result<Vec<Miner>, ChainError> {
        let (operators, rates) = (self.operators().await?, self.rates().await?);
        let terms = self.terms().await?;
        let miners = operators.into_iter().map(|operator| {
            let address = String::from(operator.operator);
            let (issuer, rate) = rates.get(&address).cloned().unwrap_or_default();
            // An issuer's operators are answered for by its bond: the census gives them
            // work without stake of their own.
            let stands = match operator.standing {
                votes::Standing::Active => true,
                votes::Standing::Unbonded => issuer.is_some(),
                votes::Standing::Jailed | votes::Standing::Tombstoned => false,
            };
            Ok(Miner {
                signing_key: key(&operator.signing_key, &address)?,
                slot: operator.slot,
                active_stake: operator.active_stake.u128(),
                active: stands,
                min_price_bps: terms.get(&address).copied().unwrap_or(PAR),
                issuer,
                rate,
                address,
            })
        });
        miners.collect()
    }

    async fn censuses(&self) -> Result<Censuses, ChainError> {
        let found: oracle::CensusResponse = self.oracle(oracle::QueryMsg::Census {}).await?;
        let last = match found.last {
            None => None,
            Some(last) => {
                let beacon = last.beacon.to_array().map_err(|_| ChainError::Unreadable {
                    what: format!("census {}", last.id),
                    reason: "its beacon has no 32 bytes".to_owned(),
                })?;
                Some((last.id, Hash(beacon)))
            }
        };
        Ok(Censuses {
            last,
            current: found.current.map(|current| current.id),
        })
    }

    async fn has_program(&self, program: &Hash) -> Result<bool, ChainError> {
        let program = HexBinary::from(&program.0[..]);
        let query = market::QueryMsg::Program { program };
        let found: Option<market::Program> = self.market(query).await?;
        Ok(found.is_some())
    }

    async fn register_program(&self, program: &Program) -> Result<(), ChainError> {
        let header = program.header().map_err(|error| ChainError::Unreadable {
            what: "a program".to_owned(),
            reason: error.to_string(),
        })?;
        let hash = header.hash();
        let mut chunks: Vec<Vec<Binary>> = vec![Vec::new()];
        let mut bytes = 0usize;
        for operation in &program.operations {
            let encoded = operation.to_bytes();
            if bytes.saturating_add(encoded.len()) > CHUNK_BYTES && bytes > 0 {
                chunks.push(Vec::new());
                bytes = 0;
            }
            bytes = bytes.saturating_add(encoded.len());
            if let Some(chunk) = chunks.last_mut() {
                chunk.push(Binary::from(encoded));
            }
        }
        let (mut first, count) = (0u32, chunks.len());
        for (at, operations) in chunks.into_iter().enumerate() {
            let added = u32::try_from(operations.len()).unwrap_or(u32::MAX);
            let msg = market::ExecuteMsg::RegisterProgram {
                program: HexBinary::from(&hash.0[..]),
                slots: program.slots,
                first,
                operations,
                last: at.saturating_add(1) == count,
            };
            self.tell(&format!("program/{hash}/{first}"), &msg).await?;
            first = first.saturating_add(added);
        }
        Ok(())
    }

    async fn call_order(
        &self,
        order: u64,
        authorisation: &Authorisation,
        signature: &[u8; 64],
    ) -> Result<(), ChainError> {
        let msg = market::ExecuteMsg::CallOrder {
            order,
            authorisation: Binary::from(authorisation.to_bytes()),
            signature: HexBinary::from(&signature[..]),
        };
        let called = Uint128::new(authorisation.cum_ops);
        self.tell(&format!("call/{order}/{called}"), &msg).await
    }
}
