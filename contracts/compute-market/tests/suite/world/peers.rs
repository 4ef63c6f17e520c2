//! Stand-ins for the market's peers: what they answer can be set, and they keep what
//! they are told.

use compute_api::{
    coin::{self, Coin},
    oracle::{
        self, BeaconNetwork, BeaconResponse, IssuerBacking, IssuerResponse, OperatorResponse,
        PausesResponse, PegResponse, PegStatus, Trust,
    },
    votes::{self, Commission, Fault, Kind, Metadata, Payment, SlashableResponse, Standing},
};
use compute_proofs::beacon::QUICKNET;
use cosmwasm_schema::cw_serde;
use cosmwasm_std::{
    Addr, Binary, Decimal, Deps, DepsMut, Empty, Env, HexBinary, MessageInfo, Response, StdError,
    StdResult, Uint128, from_json, to_json_binary,
};
use cw_multi_test::{Contract, ContractWrapper};
use cw_storage_plus::{Item, Map};

use super::{OPC, PERIOD, START};

pub(crate) fn market_code() -> Box<dyn Contract<Empty>> {
    use compute_market::contract::{execute, instantiate, migrate, query};
    Box::new(ContractWrapper::new(execute, instantiate, query).with_migrate(migrate))
}

pub(crate) fn coin_code() -> Box<dyn Contract<Empty>> {
    use cw20_compute::contract::{execute, instantiate, query};
    Box::new(ContractWrapper::new(execute, instantiate, query))
}

/// The coin contract, as either peer knows it.
pub(crate) const COIN: Item<Addr> = Item::new("coin");

// --- the oracle ---

/// What the oracle answers about an issuer.
#[cw_serde]
pub(crate) struct Issuer {
    pub(crate) outstanding: u128,
    pub(crate) effective: u128,
}

pub(crate) const PEG: Item<Uint128> = Item::new("peg");
pub(crate) const REDEEM_PAUSED: Item<Option<u64>> = Item::new("redeem_paused");
pub(crate) const ISSUERS: Map<&Addr, Issuer> = Map::new("issuers");
pub(crate) const ISSUER_OF: Map<&Addr, Addr> = Map::new("issuer_of");
pub(crate) const ROUNDS: Map<u64, BeaconResponse> = Map::new("rounds");
/// Coins that have come to be burnt, by issuer.
pub(crate) const REDEEMED: Item<Vec<(String, Uint128)>> = Item::new("redeemed");

pub(crate) fn oracle_code() -> Box<dyn Contract<Empty>> {
    Box::new(ContractWrapper::new(
        oracle_execute,
        oracle_instantiate,
        oracle_query,
    ))
}

fn oracle_instantiate(deps: DepsMut, _: Env, _: MessageInfo, _: Empty) -> StdResult<Response> {
    PEG.save(deps.storage, &Uint128::new(OPC))?;
    REDEEM_PAUSED.save(deps.storage, &None)?;
    REDEEMED.save(deps.storage, &Vec::new())?;
    Ok(Response::new())
}

fn oracle_execute(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    msg: oracle::ExecuteMsg,
) -> StdResult<Response> {
    let oracle::ExecuteMsg::Receive(sent) = msg else {
        return Err(StdError::generic_err("the market never sends this"));
    };
    assert_eq!(info.sender, COIN.load(deps.storage)?);
    let oracle::Hook::Redeem { issuer } = from_json(&sent.msg)? else {
        return Err(StdError::generic_err("the market sends no such hook"));
    };
    let paused = REDEEM_PAUSED.load(deps.storage)?;
    if paused.is_some_and(|until| until > env.block.time.seconds()) {
        return Err(StdError::generic_err("redeeming is paused"));
    }
    let mut redeemed = REDEEMED.load(deps.storage)?;
    redeemed.push((issuer.clone(), sent.amount));
    REDEEMED.save(deps.storage, &redeemed)?;
    ISSUERS.update(deps.storage, &Addr::unchecked(issuer), |known| {
        let mut known = known.ok_or_else(|| StdError::generic_err("no such issuer"))?;
        known.outstanding = known.outstanding.saturating_sub(sent.amount.u128());
        StdResult::Ok(known)
    })?;
    let retire = coin::ExecuteMsg::Retire {
        amount: sent.amount,
    };
    let retire = Coin::new(COIN.load(deps.storage)?).execute(&retire)?;
    Ok(Response::new().add_message(retire))
}

fn oracle_query(deps: Deps, _: Env, msg: oracle::QueryMsg) -> StdResult<Binary> {
    match msg {
        oracle::QueryMsg::Peg {} => {
            let opc = PEG.load(deps.storage)?;
            to_json_binary(&PegResponse {
                tier: "small".into(),
                opc,
                target: opc,
                glide_ends_at: None,
                reindex: None,
                last_census: None,
                status: PegStatus::Ok,
                reason: String::new(),
            })
        }
        oracle::QueryMsg::Pauses {} => to_json_binary(&PausesResponse {
            mint: None,
            redeem: REDEEM_PAUSED.load(deps.storage)?,
            next_redeem_pause: 0,
        }),
        oracle::QueryMsg::Issuer { issuer } => {
            let issuer = Addr::unchecked(issuer);
            let known = ISSUERS.load(deps.storage, &issuer)?;
            to_json_binary(&issuer_response(issuer, &known))
        }
        oracle::QueryMsg::Operator { operator } => {
            let operator = Addr::unchecked(operator);
            let issuer = ISSUER_OF.may_load(deps.storage, &operator)?;
            to_json_binary(&operator_response(operator, issuer))
        }
        oracle::QueryMsg::BeaconNetwork {} => to_json_binary(&BeaconNetwork {
            public_key: QUICKNET.public_key.into(),
            genesis: START,
            period: PERIOD,
            trust: Trust::Public,
        }),
        oracle::QueryMsg::Beacon { round } => {
            to_json_binary(&ROUNDS.may_load(deps.storage, round)?)
        }
        _ => Err(StdError::generic_err("the market never asks this")),
    }
}

fn issuer_response(issuer: Addr, known: &Issuer) -> IssuerResponse {
    let zero = Uint128::zero();
    IssuerResponse {
        identity: oracle::Identity {
            name: "One".into(),
            jurisdiction: "Nowhere".into(),
            url: String::new(),
            contact: String::new(),
        },
        backing: IssuerBacking {
            issuer,
            outstanding: known.outstanding.into(),
            committed: known.effective.into(),
            until: u64::MAX,
            proven: known.effective.into(),
            effective: known.effective.into(),
            backing: zero,
            bond: zero,
            leaving: zero,
            bond_cap: zero,
            short: zero,
            curing_until: None,
        },
        bond_free_at: None,
        admitted_at: START,
    }
}

fn operator_response(operator: Addr, issuer: Option<Addr>) -> OperatorResponse {
    OperatorResponse {
        operator,
        issuer,
        invited_by: None,
        bound_until: None,
        standing: Standing::Active,
        devices: 1,
        pending_devices: None,
        rate: Uint128::zero(),
        tier: None,
        results: Vec::new(),
        commitment: None,
        bond_share: Uint128::zero(),
        bond_share_coins: Uint128::zero(),
    }
}

// --- votes ---

/// What votes answers about an operator.
#[cw_serde]
pub(crate) struct Operator {
    pub(crate) kind: Kind,
    pub(crate) key: HexBinary,
    pub(crate) standing: Standing,
    pub(crate) slashable: u128,
}

/// What votes was told.
#[cw_serde]
pub(crate) enum Told {
    Paid {
        payments: Vec<Payment>,
        protection: Uint128,
    },
    Reported {
        operator: String,
        fault: Fault,
        reporter: Option<String>,
    },
    Compensated {
        recipient: String,
        amount: Uint128,
    },
}

pub(crate) const OPERATORS: Map<&Addr, Operator> = Map::new("operators");
pub(crate) const TOLD: Item<Vec<Told>> = Item::new("told");
/// All coins that have come.
pub(crate) const DISTRIBUTED: Item<Uint128> = Item::new("distributed");
const PROTECTION: Item<Uint128> = Item::new("protection");

pub(crate) fn votes_code() -> Box<dyn Contract<Empty>> {
    Box::new(ContractWrapper::new(
        votes_execute,
        votes_instantiate,
        votes_query,
    ))
}

fn votes_instantiate(deps: DepsMut, _: Env, _: MessageInfo, _: Empty) -> StdResult<Response> {
    TOLD.save(deps.storage, &Vec::new())?;
    DISTRIBUTED.save(deps.storage, &Uint128::zero())?;
    PROTECTION.save(deps.storage, &Uint128::zero())?;
    Ok(Response::new())
}

fn votes_execute(
    deps: DepsMut,
    _: Env,
    info: MessageInfo,
    msg: votes::ExecuteMsg,
) -> StdResult<Response> {
    let mut response = Response::new();
    let told = match msg {
        votes::ExecuteMsg::Receive(sent) => {
            assert_eq!(info.sender, COIN.load(deps.storage)?);
            let votes::Hook::Distribute { payments } = from_json(&sent.msg)? else {
                return Err(StdError::generic_err("the market sends no such hook"));
            };
            let mut rest = sent.amount;
            for payment in &payments {
                rest = rest.checked_sub(payment.amount)?;
                if payment.amount.is_zero() {
                    return Err(StdError::generic_err("a payment of nothing"));
                }
                OPERATORS.load(deps.storage, &Addr::unchecked(&payment.operator))?;
            }
            PROTECTION.update(deps.storage, |there| StdResult::Ok(there + rest))?;
            DISTRIBUTED.update(deps.storage, |all| StdResult::Ok(all + sent.amount))?;
            Told::Paid {
                payments,
                protection: rest,
            }
        }
        votes::ExecuteMsg::ReportFault {
            operator,
            fault,
            reporter,
        } => {
            OPERATORS.update(deps.storage, &Addr::unchecked(&operator), |known| {
                let mut known = known.ok_or_else(|| StdError::generic_err("no such operator"))?;
                known.standing = match (&fault, known.standing) {
                    (Fault::Fraud { .. }, _) | (_, Standing::Tombstoned) => Standing::Tombstoned,
                    _ => Standing::Jailed,
                };
                StdResult::Ok(known)
            })?;
            Told::Reported {
                operator,
                fault,
                reporter,
            }
        }
        votes::ExecuteMsg::PayProtection { recipient, amount } => {
            let there = PROTECTION.load(deps.storage)?;
            let paid = there.min(amount);
            PROTECTION.save(deps.storage, &(there - paid))?;
            if !paid.is_zero() {
                let pay = coin::ExecuteMsg::Transfer {
                    recipient: recipient.clone(),
                    amount: paid,
                };
                response = response.add_message(Coin::new(COIN.load(deps.storage)?).execute(&pay)?);
            }
            Told::Compensated { recipient, amount }
        }
        _ => return Err(StdError::generic_err("the market never sends this")),
    };
    let mut all = TOLD.load(deps.storage)?;
    all.push(told);
    TOLD.save(deps.storage, &all)?;
    Ok(response)
}

fn votes_query(deps: Deps, _: Env, msg: votes::QueryMsg) -> StdResult<Binary> {
    match msg {
        votes::QueryMsg::Operator { operator } => {
            let operator = Addr::unchecked(operator);
            let known = OPERATORS.load(deps.storage, &operator)?;
            to_json_binary(&described(operator, &known))
        }
        votes::QueryMsg::Slashable { operator } => {
            let known = OPERATORS.load(deps.storage, &Addr::unchecked(operator))?;
            to_json_binary(&SlashableResponse {
                stake: known.slashable.into(),
                issuer_bond: Uint128::zero(),
                total: known.slashable.into(),
            })
        }
        _ => Err(StdError::generic_err("the market never asks this")),
    }
}

fn described(operator: Addr, known: &Operator) -> votes::Operator {
    let zero = Uint128::zero();
    votes::Operator {
        owner: operator.clone(),
        operator,
        kind: known.kind,
        slot: 0,
        signing_key: known.key.clone(),
        commission: Commission {
            rate: Decimal::zero(),
            max_rate: Decimal::zero(),
            max_change: Decimal::zero(),
        },
        commission_changed_at: START,
        metadata: Metadata {
            name: "One".into(),
            url: String::new(),
            contact: String::new(),
        },
        standing: known.standing,
        jailed_until: None,
        devices: 1,
        self_bond: known.slashable.into(),
        required_bond: zero,
        stake: known.slashable.into(),
        shares: zero,
        active_stake: zero,
        unclaimed_commission: zero,
    }
}
