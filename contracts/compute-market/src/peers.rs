//! What the market asks of the other contracts, and tells them.

use compute_api::{
    oracle::{self, BeaconNetwork, Oracle},
    votes::{self, Fault, Kind, Payment, Standing, Votes},
};
use compute_proofs::{beacon::Network, crypto::G2_BYTES};
use cosmwasm_std::{Addr, HexBinary, QuerierWrapper, StdError, StdResult, Uint128};
use serde::Deserialize;

use crate::{ContractError, context::Context, money::Split, state::BEACON_NETWORK};

/// What of another contract's answer the market reads. The rest is not parsed: half
/// of the contract would be code for it.
macro_rules! read {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Deserialize)]
        pub(crate) struct $name {
            $(pub(crate) $field: $type,)+
        }
    };
}

read! {
    /// Of [`votes::Operator`].
    Operator { operator: Addr, kind: Kind, standing: Standing, signing_key: HexBinary }
}
read! {
    /// Of [`oracle::IssuerBacking`].
    Backing { outstanding: Uint128, effective: Uint128 }
}
read! {
    /// Of [`oracle::IssuerResponse`].
    Issuer { backing: Backing }
}
read! {
    /// Of [`oracle::PegResponse`].
    Peg { opc: Uint128 }
}
read! {
    /// Of [`oracle::OperatorResponse`].
    Member { issuer: Option<Addr> }
}
read! {
    /// Of [`oracle::PausesResponse`].
    Pauses { redeem: Option<u64> }
}
read! {
    /// Of [`oracle::BeaconResponse`].
    Beacon { randomness: HexBinary }
}
read! {
    /// Of [`votes::SlashableResponse`].
    Slashable { total: Uint128 }
}

/// An operator, as votes knows it.
pub(crate) fn operator(
    querier: QuerierWrapper<'_>,
    votes: &Addr,
    operator: &str,
) -> StdResult<Operator> {
    let query = votes::QueryMsg::Operator {
        operator: operator.to_owned(),
    };
    Votes::new(votes.clone()).query(querier, &query)
}

/// Micro-coins that can be slashed of an operator.
pub(crate) fn slashable(
    querier: QuerierWrapper<'_>,
    votes: &Addr,
    operator: &Addr,
) -> StdResult<Uint128> {
    let query = votes::QueryMsg::Slashable {
        operator: operator.to_string(),
    };
    let slashable: Slashable = Votes::new(votes.clone()).query(querier, &query)?;
    Ok(slashable.total)
}

/// Ops in one coin, now.
pub(crate) fn opc(querier: QuerierWrapper<'_>, oracle: &Addr) -> StdResult<Uint128> {
    let peg: Peg = Oracle::new(oracle.clone()).query(querier, &oracle::QueryMsg::Peg {})?;
    Ok(peg.opc)
}

/// What an issuer owes and has, as the oracle knows it.
pub(crate) fn issuer(
    querier: QuerierWrapper<'_>,
    oracle: &Addr,
    issuer: &str,
) -> StdResult<Backing> {
    let query = oracle::QueryMsg::Issuer {
        issuer: issuer.to_owned(),
    };
    let issuer: Issuer = Oracle::new(oracle.clone()).query(querier, &query)?;
    Ok(issuer.backing)
}

/// The issuer that an operator counts for.
pub(crate) fn issuer_of(
    querier: QuerierWrapper<'_>,
    oracle: &Addr,
    operator: &Addr,
) -> StdResult<Option<Addr>> {
    let query = oracle::QueryMsg::Operator {
        operator: operator.to_string(),
    };
    let member: Member = Oracle::new(oracle.clone()).query(querier, &query)?;
    Ok(member.issuer)
}

/// Until when redeeming is paused.
pub(crate) fn redeem_paused(querier: QuerierWrapper<'_>, oracle: &Addr) -> StdResult<Option<u64>> {
    let query = oracle::QueryMsg::Pauses {};
    let pauses: Pauses = Oracle::new(oracle.clone()).query(querier, &query)?;
    Ok(pauses.redeem)
}

/// A round, if anyone has posted it.
pub(crate) fn beacon(
    querier: QuerierWrapper<'_>,
    oracle: &Addr,
    round: u64,
) -> StdResult<Option<Beacon>> {
    Oracle::new(oracle.clone()).query(querier, &oracle::QueryMsg::Beacon { round })
}

/// The oracle's beacon network, asked for once.
pub(crate) fn network(ctx: &mut Context<'_>) -> Result<Network, ContractError> {
    let network = match BEACON_NETWORK.may_load(ctx.storage)? {
        Some(network) => network,
        None => {
            let oracle = Oracle::new(ctx.contracts.oracle.clone());
            let query = oracle::QueryMsg::BeaconNetwork {};
            let network: BeaconNetwork = oracle.query(ctx.querier, &query)?;
            BEACON_NETWORK.save(ctx.storage, &network)?;
            network
        }
    };
    let key = <[u8; G2_BYTES]>::try_from(network.public_key.as_slice())
        .map_err(|_| StdError::invalid_data_size(G2_BYTES, network.public_key.len()))?;
    Ok(Network {
        public_key: key,
        genesis: network.genesis,
        period: network.period,
    })
}

/// Pays worker, coordinator and protection pool, through votes.
pub(crate) fn distribute(
    ctx: &mut Context<'_>,
    worker: &Addr,
    coordinator: &Addr,
    split: Split,
) -> Result<(), ContractError> {
    let payments = [(worker, split.worker), (coordinator, split.coordinator)];
    let all = split
        .worker
        .checked_add(split.coordinator)?
        .checked_add(split.protection)?;
    let payments = payments
        .into_iter()
        .filter(|(_, amount)| !amount.is_zero())
        .map(|(operator, amount)| Payment {
            operator: operator.to_string(),
            amount,
        });
    let hook = votes::Hook::Distribute {
        payments: payments.collect(),
    };
    let votes = ctx.contracts.votes.clone();
    ctx.hand(&votes, all, &hook)
}

/// Burns redeemed coins, through the oracle.
pub(crate) fn redeem(
    ctx: &mut Context<'_>,
    issuer: &str,
    amount: Uint128,
) -> Result<(), ContractError> {
    let hook = oracle::Hook::Redeem {
        issuer: issuer.to_owned(),
    };
    let oracle = ctx.contracts.oracle.clone();
    ctx.hand(&oracle, amount, &hook)
}

/// Has votes punish an operator.
pub(crate) fn report(
    ctx: &mut Context<'_>,
    operator: &Addr,
    fault: Fault,
    reporter: Option<&Addr>,
) -> Result<(), ContractError> {
    tell(
        ctx,
        &votes::ExecuteMsg::ReportFault {
            operator: operator.to_string(),
            fault,
            reporter: reporter.map(Addr::to_string),
        },
    )
}

/// Has the protection pool pay, as far as it reaches.
pub(crate) fn compensate(
    ctx: &mut Context<'_>,
    recipient: &Addr,
    amount: Uint128,
) -> Result<(), ContractError> {
    if amount.is_zero() {
        return Ok(());
    }
    tell(
        ctx,
        &votes::ExecuteMsg::PayProtection {
            recipient: recipient.to_string(),
            amount,
        },
    )
}

fn tell(ctx: &mut Context<'_>, msg: &votes::ExecuteMsg) -> Result<(), ContractError> {
    let msg = Votes::new(ctx.contracts.votes.clone()).execute(msg)?;
    ctx.send(msg);
    Ok(())
}
