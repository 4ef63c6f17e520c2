//! What has happened, read back from the chain's own transactions.

use std::collections::BTreeMap;

use chain_client::{Included, SEARCH_LIMIT};
use deployment::Network;

use crate::DemoError;

/// Sums over events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Batches that have settled.
    pub settled: u64,
    /// Batches that fraud was proven in.
    pub overturned: u64,
    /// Batches that have failed.
    pub failed: u64,
    /// Ops that were settled.
    pub ops: u128,
    /// Micro-coins paid to workers, coordinators and the protection pool.
    pub paid: u128,
    /// Micro-coins burnt.
    pub burnt: u128,
    /// Micro-coins slashed of operators and issuers' bonds.
    pub slashed: u128,
}

/// All transactions with events of this type, which always have this attribute.
async fn with_event(network: &Network, kind: &str, key: &str) -> Result<Vec<Included>, DemoError> {
    search(network, &format!("wasm-{kind}.{key} EXISTS")).await
}

async fn search(network: &Network, query: &str) -> Result<Vec<Included>, DemoError> {
    let mut all = Vec::new();
    for page in 1.. {
        let found = network.client().search(query, page).await?;
        let is_last = u64::try_from(found.len()).unwrap_or(u64::MAX) < SEARCH_LIMIT;
        all.extend(found);
        if is_last {
            break;
        }
    }
    Ok(all)
}

/// The numbers in an attribute of all events of a type in these transactions.
fn numbers(found: &[Included], kind: &str, key: &str) -> Vec<u128> {
    let kind = format!("wasm-{kind}");
    let events = found.iter().flat_map(|tx| &tx.events);
    let attributes = events
        .filter(|(name, _)| *name == kind)
        .flat_map(|(_, attributes)| attributes);
    attributes
        .filter(|(name, _)| name == key)
        .filter_map(|(_, value)| value.parse().ok())
        .collect()
}

/// Sums up.
///
/// # Errors
/// When a node does not answer.
pub async fn totals(network: &Network) -> Result<Totals, DemoError> {
    let settled = with_event(network, "batch_settled", "batch").await?;
    let overturned = with_event(network, "batch_overturned", "batch").await?;
    let failed = with_event(network, "batch_failed", "batch").await?;
    let faulted = with_event(network, "operator_faulted", "operator").await?;
    let sum = |key: &str| numbers(&settled, "batch_settled", key).iter().sum::<u128>();
    let count = |found: &[Included], kind: &str| {
        u64::try_from(numbers(found, kind, "batch").len()).unwrap_or(u64::MAX)
    };
    Ok(Totals {
        settled: count(&settled, "batch_settled"),
        overturned: count(&overturned, "batch_overturned"),
        failed: count(&failed, "batch_failed"),
        ops: sum("ops"),
        paid: sum("worker_paid") + sum("coordinator_paid") + sum("protection_paid"),
        burnt: sum("burnt"),
        slashed: numbers(&faulted, "operator_faulted", "slashed")
            .iter()
            .sum(),
    })
}

/// Gas of all transactions that have moved a batch on, from commit to end. What several
/// batches share (seal, draw) is not in it.
///
/// # Errors
/// When a node does not answer.
pub async fn gas_of(network: &Network, batch: u64) -> Result<u64, DemoError> {
    // By hash: one transaction can hold several of the messages.
    let mut gas = BTreeMap::new();
    for kind in ["batch_committed", "samples_opened", "batch_settled"] {
        let query = format!("wasm-{kind}.batch='{batch}'");
        let found = search(network, &query).await?;
        gas.extend(found.into_iter().map(|tx| (tx.hash, tx.gas_used)));
    }
    Ok(gas.values().sum())
}
