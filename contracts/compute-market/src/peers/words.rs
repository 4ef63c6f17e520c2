//! What the market says to the other contracts, word for word. Only what it does say:
//! each whole enum of theirs would be some kilobytes of code.

use compute_api::votes::{Fault, Kind, Payment, Standing};
use cosmwasm_std::{
    Addr, Binary, ContractResult, CosmosMsg, HexBinary, QuerierWrapper, StdError, StdResult,
    SystemResult, Uint128, WasmMsg, from_json, to_json_binary, to_json_vec,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// A message.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Message<'a> {
    /// Of [`compute_api::coin::ExecuteMsg`].
    Transfer { recipient: &'a str, amount: Uint128 },
    /// The same.
    Send {
        contract: &'a str,
        amount: Uint128,
        msg: Binary,
    },
    /// Of [`compute_api::votes::ExecuteMsg`].
    ReportFault {
        operator: &'a str,
        fault: Fault,
        reporter: Option<&'a str>,
    },
    /// The same.
    PayProtection { recipient: &'a str, amount: Uint128 },
}

/// What coins are sent for.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Hook<'a> {
    /// Of [`compute_api::votes::Hook`].
    Distribute { payments: Vec<Payment> },
    /// Of [`compute_api::oracle::Hook`].
    Redeem { issuer: &'a str },
}

/// A question.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Query<'a> {
    /// Of [`compute_api::votes::QueryMsg`], and of [`compute_api::oracle::QueryMsg`].
    Operator { operator: &'a str },
    /// Of [`compute_api::votes::QueryMsg`].
    Slashable { operator: &'a str },
    /// Of [`compute_api::oracle::QueryMsg`].
    Peg {},
    /// The same.
    Issuer { issuer: &'a str },
    /// The same.
    Pauses {},
    /// The same.
    Beacon { round: u64 },
    /// The same.
    BeaconNetwork {},
}

/// Has a contract execute a message, without funds.
pub(crate) fn execute(contract: &Addr, message: &Message<'_>) -> StdResult<CosmosMsg> {
    Ok(WasmMsg::Execute {
        contract_addr: contract.to_string(),
        msg: to_json_binary(message)?,
        funds: Vec::new(),
    }
    .into())
}

/// Asks a contract.
pub(super) fn ask<T: DeserializeOwned>(
    querier: QuerierWrapper<'_>,
    contract: &Addr,
    query: &Query<'_>,
) -> StdResult<T> {
    from_json(answer(querier, contract, query)?)
}

/// A question as the chain takes it: of [`cosmwasm_std::QueryRequest`].
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Request<'a> {
    Wasm(Wasm<'a>),
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Wasm<'a> {
    Smart { contract_addr: &'a str, msg: Binary },
}

fn request(contract: &Addr, query: &Query<'_>) -> StdResult<Vec<u8>> {
    to_json_vec(&Request::Wasm(Wasm::Smart {
        contract_addr: contract.as_str(),
        msg: to_json_binary(query)?,
    }))
}

fn answer(querier: QuerierWrapper<'_>, contract: &Addr, query: &Query<'_>) -> StdResult<Binary> {
    let refused =
        |by: &str, why: String| Err(StdError::generic_err(format!("Querier {by}: {why}")));
    match querier.raw_query(&request(contract, query)?) {
        SystemResult::Ok(ContractResult::Ok(answer)) => Ok(answer),
        SystemResult::Ok(ContractResult::Err(error)) => refused("contract error", error),
        SystemResult::Err(error) => refused("system error", error.to_string()),
    }
}

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
    /// Of [`compute_api::votes::Operator`].
    Operator { operator: Addr, kind: Kind, standing: Standing, signing_key: HexBinary }
}
read! {
    /// Of [`compute_api::oracle::IssuerBacking`].
    Backing { outstanding: Uint128, effective: Uint128 }
}
read! {
    /// Of [`compute_api::oracle::IssuerResponse`].
    Issuer { backing: Backing }
}
read! {
    /// Of [`compute_api::oracle::PegResponse`].
    Peg { opc: Uint128 }
}
read! {
    /// Of [`compute_api::oracle::OperatorResponse`].
    Member { issuer: Option<Addr> }
}
read! {
    /// Of [`compute_api::oracle::PausesResponse`].
    Pauses { redeem: Option<u64> }
}
read! {
    /// Of [`compute_api::oracle::BeaconResponse`].
    Beacon { randomness: HexBinary }
}
read! {
    /// Of [`compute_api::votes::SlashableResponse`].
    Slashable { total: Uint128 }
}

#[cfg(test)]
mod tests {
    use compute_api::{coin, oracle, votes};
    use cosmwasm_std::{QueryRequest, WasmQuery};

    use super::*;

    #[track_caller]
    fn same(ours: &impl Serialize, theirs: &impl Serialize) {
        assert_eq!(
            to_json_binary(ours).unwrap(),
            to_json_binary(theirs).unwrap()
        );
    }

    fn amount() -> Uint128 {
        Uint128::new(12_345_678_901_234_567_890)
    }

    #[test]
    fn messages_are_those_of_the_contracts() {
        let (name, text) = ("ballast1operator", String::from("ballast1operator"));
        let hook = Binary::from(br#"{"x":{}}"#);
        same(
            &Message::Transfer {
                recipient: name,
                amount: amount(),
            },
            &coin::ExecuteMsg::Transfer {
                recipient: text.clone(),
                amount: amount(),
            },
        );
        same(
            &Message::Send {
                contract: name,
                amount: amount(),
                msg: hook.clone(),
            },
            &coin::ExecuteMsg::Send {
                contract: text.clone(),
                amount: amount(),
                msg: hook,
            },
        );
        for (fault, reporter) in [
            (Fault::Fraud { batch: 7 }, Some(name)),
            (
                Fault::Unproven {
                    batch: u64::MAX,
                    amount: amount(),
                },
                None,
            ),
        ] {
            same(
                &Message::ReportFault {
                    operator: name,
                    fault: fault.clone(),
                    reporter,
                },
                &votes::ExecuteMsg::ReportFault {
                    operator: text.clone(),
                    fault,
                    reporter: reporter.map(str::to_owned),
                },
            );
        }
        same(
            &Message::PayProtection {
                recipient: name,
                amount: amount(),
            },
            &votes::ExecuteMsg::PayProtection {
                recipient: text,
                amount: amount(),
            },
        );
    }

    #[test]
    fn hooks_are_those_of_the_contracts() {
        let payment = Payment {
            operator: String::from("ballast1operator"),
            amount: amount(),
        };
        for payments in [
            vec![],
            vec![payment.clone()],
            vec![payment.clone(), payment],
        ] {
            same(
                &Hook::Distribute {
                    payments: payments.clone(),
                },
                &votes::Hook::Distribute { payments },
            );
        }
        same(
            &Hook::Redeem { issuer: "issuer" },
            &oracle::Hook::Redeem {
                issuer: String::from("issuer"),
            },
        );
    }

    #[test]
    fn questions_are_those_of_the_contracts() {
        let (name, text) = ("ballast1operator", String::from("ballast1operator"));
        let operator = Query::Operator { operator: name };
        same(
            &operator,
            &votes::QueryMsg::Operator {
                operator: text.clone(),
            },
        );
        same(
            &operator,
            &oracle::QueryMsg::Operator {
                operator: text.clone(),
            },
        );
        same(
            &Query::Slashable { operator: name },
            &votes::QueryMsg::Slashable {
                operator: text.clone(),
            },
        );
        same(&Query::Peg {}, &oracle::QueryMsg::Peg {});
        same(
            &Query::Issuer { issuer: name },
            &oracle::QueryMsg::Issuer {
                issuer: text.clone(),
            },
        );
        same(&Query::Pauses {}, &oracle::QueryMsg::Pauses {});
        same(
            &Query::Beacon { round: u64::MAX },
            &oracle::QueryMsg::Beacon { round: u64::MAX },
        );
        same(
            &Query::BeaconNetwork {},
            &oracle::QueryMsg::BeaconNetwork {},
        );

        let contract = Addr::unchecked(name);
        let theirs: QueryRequest = WasmQuery::Smart {
            contract_addr: text,
            msg: to_json_binary(&operator).unwrap(),
        }
        .into();
        let ours = request(&contract, &operator).unwrap();
        assert_eq!(ours, to_json_vec(&theirs).unwrap());
    }
}
