//! A transaction as JSON, for another signer: the form that `wasmd tx sign` reads.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use chain_client::{Config, Msg};
use serde_json::{Value, json};

use super::{FAILED, failure};
use crate::output::Failure;

/// Gas limit of a transaction that nobody has simulated, without `--gas`.
const GAS: u64 = 1_000_000;

/// The transaction, without signatures.
///
/// # Errors
/// When a contract's message is no JSON.
pub(super) fn tx(config: &Config, sender: &str, msgs: &[Msg]) -> Result<Value, Failure> {
    let messages: Result<Vec<Value>, Failure> = msgs.iter().map(|msg| one(sender, msg)).collect();
    let gas = config.gas_limit.unwrap_or(GAS);
    let fee = u128::from(gas)
        .saturating_mul(config.gas_price_micro.into())
        .div_ceil(1_000_000);
    let amount = match fee {
        0 => json!([]),
        fee => json!([{ "denom": config.fee_denom, "amount": fee.to_string() }]),
    };
    Ok(json!({
        "body": {
            "messages": messages?,
            "memo": "",
            "timeout_height": "0",
            "extension_options": [],
            "non_critical_extension_options": [],
        },
        "auth_info": {
            "signer_infos": [],
            "fee": { "amount": amount, "gas_limit": gas.to_string(), "payer": "", "granter": "" },
            "tip": null,
        },
        "signatures": [],
    }))
}

fn one(sender: &str, msg: &Msg) -> Result<Value, Failure> {
    let inner = |bytes: &[u8]| {
        serde_json::from_slice::<Value>(bytes).map_err(|error| failure(FAILED, "BL-CLI-003", error))
    };
    let coins = |coins: &[_]| coins.iter().map(coin).collect::<Vec<_>>();
    Ok(match msg {
        Msg::Send { to, coins: amount } => json!({
            "@type": "/cosmos.bank.v1beta1.MsgSend",
            "from_address": sender,
            "to_address": to,
            "amount": coins(amount),
        }),
        Msg::StoreCode { code } => json!({
            "@type": "/cosmwasm.wasm.v1.MsgStoreCode",
            "sender": sender,
            "wasm_byte_code": BASE64.encode(code),
            "instantiate_permission": null,
        }),
        Msg::Instantiate {
            code_id,
            label,
            admin,
            msg,
            funds,
            salt,
        } => {
            let mut made = json!({
                "@type": "/cosmwasm.wasm.v1.MsgInstantiateContract",
                "sender": sender,
                "admin": admin.clone().unwrap_or_default(),
                "code_id": code_id.to_string(),
                "label": label,
                "msg": inner(msg)?,
                "funds": coins(funds),
            });
            if let (Some(salt), Some(fields)) = (salt, made.as_object_mut()) {
                fields.insert(
                    "@type".to_owned(),
                    "/cosmwasm.wasm.v1.MsgInstantiateContract2".into(),
                );
                fields.insert("salt".to_owned(), BASE64.encode(salt).into());
                fields.insert("fix_msg".to_owned(), false.into());
            }
            made
        }
        Msg::Execute {
            contract,
            msg,
            funds,
        } => json!({
            "@type": "/cosmwasm.wasm.v1.MsgExecuteContract",
            "sender": sender,
            "contract": contract,
            "msg": inner(msg)?,
            "funds": coins(funds),
        }),
        Msg::Migrate {
            contract,
            code_id,
            msg,
        } => json!({
            "@type": "/cosmwasm.wasm.v1.MsgMigrateContract",
            "sender": sender,
            "contract": contract,
            "code_id": code_id.to_string(),
            "msg": inner(msg)?,
        }),
    })
}

fn coin(coin: &chain_client::Coin) -> Value {
    json!({ "denom": coin.denom, "amount": coin.amount })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_wasmd_prints() {
        let mut config = Config::new("ballast-1", "ustake");
        config.gas_price_micro = 25_000;
        let msg = Msg::execute("wasm1x", &json!({ "vote": { "operator": "wasm1y" } })).unwrap();
        let tx = tx(&config, "wasm1z", &[msg]).unwrap();
        let expected = json!({
            "@type": "/cosmwasm.wasm.v1.MsgExecuteContract",
            "sender": "wasm1z",
            "contract": "wasm1x",
            "msg": { "vote": { "operator": "wasm1y" } },
            "funds": [],
        });
        assert_eq!(tx["body"]["messages"], json!([expected]));
        assert_eq!(
            tx["auth_info"]["fee"]["amount"],
            json!([{ "denom": "ustake", "amount": "25000" }])
        );
    }
}
