//! What the chain is told.

use std::io::Write;

use chain_client::{Error, Msg};
use compute_api::{Contracts, coin, market, oracle, votes};
use flate2::{Compression, write::GzEncoder};
use serde::Serialize;

use super::Plan;
use crate::Contract;

/// Code as it is uploaded: each byte that is not sent saves gas.
///
/// # Errors
/// Never in practice: it is written to memory.
pub(super) fn compressed(code: &[u8]) -> Result<Vec<u8>, Error> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let written = encoder.write_all(code).and_then(|()| encoder.finish());
    written.map_err(|error| Error::Invalid(format!("compressing code: {error}")))
}

/// One message for each contract, which is active at once: it knows the others.
///
/// # Errors
/// When a message has no JSON.
pub(super) fn make(
    plan: &Plan,
    codes: &Contracts<u64>,
    contracts: &Contracts,
) -> Result<Vec<Msg>, Error> {
    let profile = &plan.profile;
    let known = Some(contracts.clone());
    let owner = plan.owner.clone();
    let coin = coin::InstantiateMsg {
        name: profile.coin_name.clone(),
        symbol: profile.symbol.clone(),
        owner: owner.clone(),
        marketing: None,
        contracts: known.clone(),
    };
    let oracle = oracle::InstantiateMsg {
        owner: owner.clone(),
        guardian: plan.guardian.clone(),
        beacon: plan.beacon.clone(),
        params: profile.oracle.clone(),
        tiers: profile.tiers.clone(),
        mainstream: profile.mainstream.clone(),
        contracts: known.clone(),
    };
    let votes = votes::InstantiateMsg {
        owner: owner.clone(),
        params: profile.votes.clone(),
        contracts: known.clone(),
    };
    let market = market::InstantiateMsg {
        owner,
        params: profile.market.clone(),
        contracts: known,
    };
    Ok(vec![
        one(plan, Contract::Coin, codes, &coin)?,
        one(plan, Contract::Oracle, codes, &oracle)?,
        one(plan, Contract::Votes, codes, &votes)?,
        one(plan, Contract::Market, codes, &market)?,
    ])
}

fn one(
    plan: &Plan,
    contract: Contract,
    codes: &Contracts<u64>,
    msg: &impl Serialize,
) -> Result<Msg, Error> {
    let msg = serde_json::to_vec(msg)
        .map_err(|error| Error::Invalid(format!("{contract}'s message as JSON: {error}")))?;
    Ok(Msg::Instantiate {
        code_id: *contract.of(codes),
        label: format!("{} {contract}", plan.salt),
        admin: plan.admin.clone(),
        msg,
        funds: Vec::new(),
        salt: Some(plan.salt.clone().into_bytes()),
    })
}
