//! What the market asks of the other contracts, and tells them.

mod words;

use compute_api::{
    oracle::BeaconNetwork,
    votes::{Fault, Payment},
};
use compute_proofs::{beacon::Network, crypto::G2_BYTES};
use cosmwasm_std::{Addr, QuerierWrapper, StdError, StdResult, Uint128, to_json_binary};

pub(crate) use self::words::{Backing, Beacon, Operator};
use self::words::{Hook, Issuer, Member, Message, Pauses, Peg, Query, Slashable, ask, execute};
use crate::{ContractError, context::Context, money::Split, state::BEACON_NETWORK};

/// An operator, as votes knows it.
pub(crate) fn operator(
    querier: QuerierWrapper<'_>,
    votes: &Addr,
    operator: &str,
) -> StdResult<Operator> {
    ask(querier, votes, &Query::Operator { operator })
}

/// Micro-coins that can be slashed of an operator.
pub(crate) fn slashable(
    querier: QuerierWrapper<'_>,
    votes: &Addr,
    operator: &Addr,
) -> StdResult<Uint128> {
    let operator = operator.as_str();
    let slashable: Slashable = ask(querier, votes, &Query::Slashable { operator })?;
    Ok(slashable.total)
}

/// Ops in one coin, now.
pub(crate) fn opc(querier: QuerierWrapper<'_>, oracle: &Addr) -> StdResult<Uint128> {
    let peg: Peg = ask(querier, oracle, &Query::Peg {})?;
    Ok(peg.opc)
}

/// What an issuer owes and has, as the oracle knows it.
pub(crate) fn issuer(
    querier: QuerierWrapper<'_>,
    oracle: &Addr,
    issuer: &str,
) -> StdResult<Backing> {
    let issuer: Issuer = ask(querier, oracle, &Query::Issuer { issuer })?;
    Ok(issuer.backing)
}

/// The issuer that an operator counts for.
pub(crate) fn issuer_of(
    querier: QuerierWrapper<'_>,
    oracle: &Addr,
    operator: &Addr,
) -> StdResult<Option<Addr>> {
    let operator = operator.as_str();
    let member: Member = ask(querier, oracle, &Query::Operator { operator })?;
    Ok(member.issuer)
}

/// Until when redeeming is paused.
pub(crate) fn redeem_paused(querier: QuerierWrapper<'_>, oracle: &Addr) -> StdResult<Option<u64>> {
    let pauses: Pauses = ask(querier, oracle, &Query::Pauses {})?;
    Ok(pauses.redeem)
}

/// A round, if anyone has posted it.
pub(crate) fn beacon(
    querier: QuerierWrapper<'_>,
    oracle: &Addr,
    round: u64,
) -> StdResult<Option<Beacon>> {
    ask(querier, oracle, &Query::Beacon { round })
}

/// The oracle's beacon network, asked for once.
pub(crate) fn network(ctx: &mut Context<'_>) -> Result<Network, ContractError> {
    let network = match BEACON_NETWORK.may_load(ctx.storage)? {
        Some(network) => network,
        None => {
            let oracle = &ctx.contracts.oracle;
            let network: BeaconNetwork = ask(ctx.querier, oracle, &Query::BeaconNetwork {})?;
            BEACON_NETWORK.save(ctx.storage, &network);
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
    let hook = Hook::Distribute {
        payments: payments.collect(),
    };
    let votes = ctx.contracts.votes.clone();
    hand(ctx, &votes, all, &hook)
}

/// Burns redeemed coins, through the oracle.
pub(crate) fn redeem(
    ctx: &mut Context<'_>,
    issuer: &str,
    amount: Uint128,
) -> Result<(), ContractError> {
    let oracle = ctx.contracts.oracle.clone();
    hand(ctx, &oracle, amount, &Hook::Redeem { issuer })
}

/// Has votes punish an operator.
pub(crate) fn report(
    ctx: &mut Context<'_>,
    operator: &Addr,
    fault: Fault,
    reporter: Option<&Addr>,
) -> Result<(), ContractError> {
    let message = Message::ReportFault {
        operator: operator.as_str(),
        fault,
        reporter: reporter.map(Addr::as_str),
    };
    ctx.send(execute(&ctx.contracts.votes, &message)?);
    Ok(())
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
    let message = Message::PayProtection {
        recipient: recipient.as_str(),
        amount,
    };
    ctx.send(execute(&ctx.contracts.votes, &message)?);
    Ok(())
}

/// Pays coins to an account; none is no transfer, since the coin refuses it.
pub(crate) fn pay(
    ctx: &mut Context<'_>,
    recipient: &Addr,
    amount: Uint128,
) -> Result<(), ContractError> {
    if amount.is_zero() {
        return Ok(());
    }
    let message = Message::Transfer {
        recipient: recipient.as_str(),
        amount,
    };
    ctx.send(execute(&ctx.contracts.coin, &message)?);
    Ok(())
}

/// Sends coins to another contract's hook.
fn hand(
    ctx: &mut Context<'_>,
    contract: &Addr,
    amount: Uint128,
    hook: &Hook<'_>,
) -> Result<(), ContractError> {
    if amount.is_zero() {
        return Ok(());
    }
    let message = Message::Send {
        contract: contract.as_str(),
        amount,
        msg: to_json_binary(hook)?,
    };
    ctx.send(execute(&ctx.contracts.coin, &message)?);
    Ok(())
}
