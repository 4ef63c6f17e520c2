//! A chain with the contract, its coin and a mock oracle.

use compute_api::{
    Contracts, oracle,
    votes::{
        Commission, ExecuteMsg, Fault, FaultParams, InstantiateMsg, Kind, Metadata, Params,
        Penalty, Standing,
    },
};
use cosmwasm_std::{
    Addr, Binary, Decimal, Empty, HexBinary, Response, StdResult, Uint128, to_json_binary,
};
use cw_multi_test::{App, ContractWrapper, Executor};
use cw_storage_plus::Item;
use serde::Serialize;

use crate::{
    books::Told,
    chain::{Chain, PERIOD, PURSE, TIMELOCK, UNBONDING},
};

/// Messages that the oracle has got.
pub(crate) const LOG: Item<Vec<oracle::ExecuteMsg>> = Item::new("log");
/// What it answers as every operator's share of a bond.
pub(crate) const BOND: Item<Uint128> = Item::new("bond");

pub(crate) fn coins(amount: u128) -> Uint128 {
    Uint128::new(amount)
}

pub(crate) fn params() -> Params {
    let penalty = |slash, jail| Penalty {
        slash: Decimal::percent(slash),
        jail,
    };
    Params {
        miner_bond: coins(1_000),
        coordinator_bond: coins(5_000),
        unbonding: UNBONDING,
        unbonding_period: PERIOD,
        max_commission: Decimal::percent(50),
        commission_period: 1_000,
        faults: FaultParams {
            missed: penalty(1, 300),
            unanswered: penalty(2, 600),
            unproven: penalty(5, 600),
            fraud: Decimal::percent(80),
        },
        bounty: Decimal::percent(10),
        bounty_cap: coins(150),
        timelock: TIMELOCK,
    }
}

pub(crate) fn fault(name: &str) -> Fault {
    match name {
        "missed" => Fault::Missed { census: 1 },
        "unanswered" => Fault::Unanswered { census: 1 },
        "fraud" => Fault::Fraud { batch: 1 },
        _ => unproven(0),
    }
}

pub(crate) fn unproven(amount: u128) -> Fault {
    Fault::Unproven {
        batch: 1,
        amount: coins(amount),
    }
}

pub(crate) fn registration(owner: &Addr, kind: Kind) -> ExecuteMsg {
    ExecuteMsg::Register {
        owner: owner.to_string(),
        kind,
        signing_key: HexBinary::from([7u8; 32]),
        commission: Commission {
            rate: Decimal::percent(10),
            max_rate: Decimal::percent(20),
            max_change: Decimal::percent(2),
        },
        metadata: Metadata {
            name: "miner".into(),
            url: String::new(),
            contact: String::new(),
        },
    }
}

impl Chain {
    /// Not active yet.
    pub(crate) fn set_up(params: Params) -> Self {
        let mut app = App::default();
        let owner = app.api().addr_make("owner");
        let market = app.api().addr_make("market");
        let bank = app.api().addr_make("bank");
        let coin = app.store_code(Box::new(ContractWrapper::new(
            cw20_base::contract::execute,
            cw20_base::contract::instantiate,
            cw20_base::contract::query,
        )));
        let coin = cw20_base::msg::InstantiateMsg {
            name: "Compute".into(),
            symbol: "COMPUTE".into(),
            decimals: 6,
            initial_balances: vec![cw20::Cw20Coin {
                address: bank.to_string(),
                amount: coins(PURSE * 1_000),
            }],
            mint: None,
            marketing: None,
        }
        .instantiate(&mut app, coin, &owner);
        let oracle = app.store_code(Box::new(ContractWrapper::new(
            |deps, _, _, msg: oracle::ExecuteMsg| -> StdResult<Response> {
                let mut log = LOG.may_load(deps.storage)?.unwrap_or_default();
                log.push(msg);
                LOG.save(deps.storage, &log)?;
                Ok(Response::new())
            },
            |_, _, _, _: Empty| -> StdResult<Response> { Ok(Response::new()) },
            |deps, _, msg: oracle::QueryMsg| -> StdResult<Binary> {
                let oracle::QueryMsg::Operator { operator } = msg else {
                    panic!("only this is asked: {msg:?}");
                };
                to_json_binary(&oracle::OperatorResponse {
                    operator: Addr::unchecked(operator),
                    issuer: None,
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
                    bond_share_coins: BOND.may_load(deps.storage)?.unwrap_or_default(),
                })
            },
        )));
        let oracle = Empty {}.instantiate(&mut app, oracle, &owner);
        let votes = app.store_code(Box::new(
            ContractWrapper::new(
                staking_votes::contract::execute,
                staking_votes::contract::instantiate,
                staking_votes::contract::query,
            )
            .with_migrate(staking_votes::contract::migrate),
        ));
        let msg = InstantiateMsg {
            owner: owner.to_string(),
            params,
            contracts: None,
        };
        let votes = msg.instantiate(&mut app, votes, &owner);
        Self {
            app,
            contracts: Contracts {
                coin,
                oracle,
                votes,
                market,
            },
            owner,
            told: Told::default(),
        }
    }
}

/// A message that makes a contract.
trait Instantiate: Serialize + Sized {
    fn instantiate(&self, app: &mut App, code: u64, owner: &Addr) -> Addr {
        app.instantiate_contract(
            code,
            owner.clone(),
            self,
            &[],
            "it",
            Some(owner.to_string()),
        )
        .unwrap()
    }
}

impl<T: Serialize> Instantiate for T {}
