//! What has happened, read back from the chain's own transactions.

use std::collections::BTreeMap;

use chain_client::{Included, SEARCH_LIMIT};
use deployment::Network;

use crate::DemoError;

/// What contracts are told; uploads of megabytes are left out.
const QUERY: &str = "message.action='/cosmwasm.wasm.v1.MsgExecuteContract'";

/// Every transaction that tells contracts something, the oldest first.
pub struct Ledger(Vec<Included>);

/// Sums over events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Batches that have settled.
    pub settled: u64,
    /// Batches that fraud was proven in.
    pub overturned: u64,
    /// Ops that were settled.
    pub ops: u128,
    /// Micro-coins paid to workers, coordinators and the protection pool.
    pub paid: u128,
    /// Micro-coins burnt.
    pub burnt: u128,
    /// Micro-coins slashed of operators.
    pub slashed: u128,
}

impl Ledger {
    /// Reads all of it.
    pub async fn read(network: &Network) -> Result<Self, DemoError> {
        let mut all = Vec::new();
        for page in 1.. {
            let found = network.client().search(QUERY, page).await?;
            let is_last = u64::try_from(found.len()).unwrap_or(u64::MAX) < SEARCH_LIMIT;
            all.extend(found);
            if is_last {
                break;
            }
        }
        Ok(Self(all))
    }

    /// The events of a type, each with its transaction and its attributes.
    fn events<'a>(
        &'a self,
        kind: &'a str,
    ) -> impl Iterator<Item = (&'a Included, BTreeMap<&'a str, &'a str>)> {
        self.0.iter().flat_map(move |tx| {
            let own = tx.events.iter().filter(move |(name, _)| {
                name.strip_prefix("wasm-").is_some_and(|name| name == kind)
            });
            own.map(move |(_, attributes)| {
                let pairs = attributes.iter();
                let pairs = pairs.map(|(key, value)| (key.as_str(), value.as_str()));
                (tx, pairs.collect())
            })
        })
    }

    fn count(&self, kind: &str) -> u64 {
        u64::try_from(self.events(kind).count()).unwrap_or(u64::MAX)
    }

    fn sum(&self, kind: &str, key: &str) -> u128 {
        let values = self.events(kind).filter_map(|(_, attributes)| {
            let value = attributes.get(key)?;
            value.parse::<u128>().ok()
        });
        values.sum()
    }

    /// Sums up.
    pub fn totals(&self) -> Totals {
        let settled = |key| self.sum("batch_settled", key);
        Totals {
            settled: self.count("batch_settled"),
            overturned: self.count("batch_overturned"),
            ops: settled("ops"),
            paid: settled("worker_paid") + settled("coordinator_paid") + settled("protection_paid"),
            burnt: settled("burnt"),
            slashed: self.sum("operator_faulted", "slashed"),
        }
    }

    /// Gas of all transactions that have moved a batch on, from commit to settlement. What
    /// several batches share (seal, draw) is not in it; where one transaction has done
    /// something for several, each has its part.
    pub fn gas_of(&self, batch: u64) -> u64 {
        let number = batch.to_string();
        let mut gas = BTreeMap::new();
        for kind in ["batch_committed", "samples_opened", "batch_settled"] {
            for (tx, attributes) in self.events(kind) {
                if attributes.get("batch") == Some(&number.as_str()) {
                    gas.insert(&tx.hash, tx.gas_used / self.shared_by(&tx.hash));
                }
            }
        }
        gas.values().sum()
    }

    /// How many batches a transaction has moved on; at least 1.
    fn shared_by(&self, hash: &str) -> u64 {
        let kinds = ["batch_committed", "samples_opened", "batch_settled"];
        let events = kinds.into_iter().flat_map(|kind| self.events(kind));
        let own = events.filter(|(tx, _)| tx.hash == hash).count();
        u64::try_from(own).unwrap_or(u64::MAX).max(1)
    }
}
