//! The JSON that is signed in `SIGN_MODE_LEGACY_AMINO_JSON`, which Ledgers show
//! (cosmos-sdk `x/tx/signing/aminojson`).

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use cosmrs::proto::cosmos::base::v1beta1::Coin;
use cosmrs::proto::cosmwasm::wasm::v1::{AccessConfig, AccessType};
use serde_json::{Map, Value, json};

use crate::error::{Failure, INVALID, INVALID_REQUEST, NOT_SUPPORTED, Outcome};
use crate::router::Msg;
use crate::tx::Tx;

/// What a signer of `tx` signs.
pub(super) fn sign_bytes(
    tx: &Tx,
    chain_id: &str,
    account_number: u64,
    sequence: u64,
) -> Outcome<Vec<u8>> {
    let body = &tx.body;
    if !body.extension_options.is_empty() || !body.non_critical_extension_options.is_empty() {
        let text = "SIGN_MODE_LEGACY_AMINO_JSON does not support protobuf extension options";
        return Err(Failure::new(INVALID_REQUEST, text));
    }
    let mut fee = Map::new();
    fee.insert("amount".into(), coins(&tx.fee.amount));
    fee.insert("gas".into(), json!(tx.fee.gas_limit.to_string()));
    some(&mut fee, "payer", &tx.fee.payer);
    some(&mut fee, "granter", &tx.fee.granter);
    let mut doc = Map::new();
    doc.insert("account_number".into(), json!(account_number.to_string()));
    doc.insert("chain_id".into(), json!(chain_id));
    doc.insert("fee".into(), Value::Object(fee));
    doc.insert("memo".into(), json!(body.memo));
    doc.insert("sequence".into(), json!(sequence.to_string()));
    if body.timeout_height > 0 {
        doc.insert(
            "timeout_height".into(),
            json!(body.timeout_height.to_string()),
        );
    }
    let msgs = tx.msgs.iter().map(message).collect::<Outcome<Vec<_>>>()?;
    doc.insert("msgs".into(), Value::Array(msgs));
    let mut text = String::new();
    write(&Value::Object(doc), &mut text);
    Ok(text.into_bytes())
}

fn some(map: &mut Map<String, Value>, key: &str, value: &str) {
    if !value.is_empty() {
        map.insert(key.to_owned(), json!(value));
    }
}

fn coins(coins: &[Coin]) -> Value {
    let coin = |coin: &Coin| json!({ "denom": coin.denom, "amount": coin.amount });
    coins.iter().map(coin).collect()
}

fn inline(msg: &[u8]) -> Outcome<Value> {
    serde_json::from_slice(msg).map_err(|error| Failure::new(INVALID, error.to_string()))
}

fn access(config: &AccessConfig) -> Value {
    let mut map = Map::new();
    if !config.addresses.is_empty() {
        map.insert("addresses".into(), json!(config.addresses));
    }
    let name = match AccessType::try_from(config.permission) {
        Ok(AccessType::Nobody) => "Nobody",
        Ok(AccessType::Everybody) => "Everybody",
        Ok(AccessType::AnyOfAddresses) => "AnyOfAddresses",
        _ => "Unspecified",
    };
    map.insert("permission".into(), json!(name));
    Value::Object(map)
}

fn message(msg: &Msg) -> Outcome<Value> {
    let mut map = Map::new();
    let kind = match msg {
        Msg::Send(msg) => {
            some(&mut map, "from_address", &msg.from_address);
            some(&mut map, "to_address", &msg.to_address);
            map.insert("amount".into(), coins(&msg.amount));
            "cosmos-sdk/MsgSend"
        }
        Msg::Burn(_) => {
            return Err(Failure::new(
                NOT_SUPPORTED,
                "devnet has not implemented amino for burns",
            ));
        }
        Msg::StoreCode(msg) => {
            some(&mut map, "sender", &msg.sender);
            some(
                &mut map,
                "wasm_byte_code",
                &BASE64.encode(&msg.wasm_byte_code),
            );
            if let Some(config) = &msg.instantiate_permission {
                map.insert("instantiate_permission".into(), access(config));
            }
            "wasm/MsgStoreCode"
        }
        Msg::Instantiate(msg) => {
            some(&mut map, "sender", &msg.sender);
            some(&mut map, "admin", &msg.admin);
            some(&mut map, "code_id", &msg.code_id.to_string());
            some(&mut map, "label", &msg.label);
            map.insert("msg".into(), inline(&msg.msg)?);
            map.insert("funds".into(), coins(&msg.funds));
            "wasm/MsgInstantiateContract"
        }
        Msg::Instantiate2(msg) => {
            some(&mut map, "sender", &msg.sender);
            some(&mut map, "admin", &msg.admin);
            some(&mut map, "code_id", &msg.code_id.to_string());
            some(&mut map, "label", &msg.label);
            map.insert("msg".into(), inline(&msg.msg)?);
            map.insert("funds".into(), coins(&msg.funds));
            some(&mut map, "salt", &BASE64.encode(&msg.salt));
            if msg.fix_msg {
                map.insert("fix_msg".into(), json!(true));
            }
            "wasm/MsgInstantiateContract2"
        }
        Msg::Execute(msg) => {
            some(&mut map, "sender", &msg.sender);
            some(&mut map, "contract", &msg.contract);
            map.insert("msg".into(), inline(&msg.msg)?);
            map.insert("funds".into(), coins(&msg.funds));
            "wasm/MsgExecuteContract"
        }
        Msg::Migrate(msg) => {
            some(&mut map, "sender", &msg.sender);
            some(&mut map, "contract", &msg.contract);
            some(&mut map, "code_id", &msg.code_id.to_string());
            map.insert("msg".into(), inline(&msg.msg)?);
            "wasm/MsgMigrateContract"
        }
        Msg::UpdateAdmin(msg) => {
            some(&mut map, "sender", &msg.sender);
            some(&mut map, "new_admin", &msg.new_admin);
            some(&mut map, "contract", &msg.contract);
            "wasm/MsgUpdateAdmin"
        }
        Msg::ClearAdmin(msg) => {
            some(&mut map, "sender", &msg.sender);
            some(&mut map, "contract", &msg.contract);
            "wasm/MsgClearAdmin"
        }
    };
    Ok(json!({ "type": kind, "value": map }))
}

/// Writes JSON as Go's `encoding/json` does, keys sorted, without spaces.
fn write(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => out.push_str(&go_number(number)),
        Value::String(text) => quote(text, out),
        Value::Array(items) => {
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(key, _)| key.as_bytes());
            out.push('{');
            for (place, (key, value)) in entries.into_iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                quote(key, out);
                out.push(':');
                write(value, out);
            }
            out.push('}');
        }
    }
}

/// Go reads numbers as 64-bit floats, so larger ones come out rounded.
fn go_number(number: &serde_json::Number) -> String {
    let Some(float) = number.as_f64() else {
        return number.to_string();
    };
    let magnitude = float.abs();
    if magnitude != 0.0 && !(1e-6..1e21).contains(&magnitude) {
        // Rust writes 1e21, Go 1e+21.
        let text = format!("{float:e}");
        return if text.contains("e-") {
            text
        } else {
            text.replace('e', "e+")
        };
    }
    format!("{float}")
}

/// Go escapes what could end a script in HTML.
fn quote(text: &str, out: &mut String) {
    let quoted = Value::String(text.to_owned()).to_string();
    for letter in quoted.chars() {
        match letter {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            letter => out.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: &Value) -> String {
        let mut out = String::new();
        write(value, &mut out);
        out
    }

    #[test]
    fn json_is_what_go_writes() {
        let value = json!({ "b": [1, -2.5, true, null], "a": { "z": "<&>\u{2028}\"", "y": "" } });
        let expected = r#"{"a":{"y":"","z":"\u003c\u0026\u003e\u2028\""},"b":[1,-2.5,true,null]}"#;
        assert_eq!(written(&value), expected);
    }

    #[test]
    fn large_numbers_are_rounded_as_floats_are() {
        assert_eq!(
            written(&json!(9_007_199_254_740_993_u64)),
            "9007199254740992"
        );
        assert_eq!(written(&json!(1e21)), "1e+21");
        assert_eq!(written(&json!(1e-7)), "1e-7");
        assert_eq!(written(&json!(0)), "0");
    }
}
