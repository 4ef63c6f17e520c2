//! Messages of contracts as messages of transactions
//! (`x/wasm/keeper/handler_plugin_encoders.go` in wasmd).

use cosmrs::Any;
use cosmrs::proto::cosmos::bank::v1beta1::MsgSend;
use cosmrs::proto::cosmwasm::wasm::v1::{
    MsgClearAdmin, MsgExecuteContract, MsgInstantiateContract, MsgInstantiateContract2,
    MsgMigrateContract, MsgUpdateAdmin,
};
use cosmrs::proto::traits::{Message, Name};
use vm_std::{BankMsg, CosmosMsg, Empty, WasmMsg};

use crate::address;
use crate::coins::{Coins, coin};
use crate::error::{Failure, Outcome, UNKNOWN_MSG};
use crate::router::MsgBurn;

fn any<M: Message + Name>(msg: &M) -> Any {
    Any {
        type_url: format!("/{}", M::full_name()),
        value: msg.encode_to_vec(),
    }
}

/// What `contract` asks for, as a message that it has signed.
pub(super) fn to_any(contract: &[u8], msg: CosmosMsg<Empty>) -> Outcome<Any> {
    let sender = address::humanize(contract)?;
    let unknown = |text: &str| Failure::new(UNKNOWN_MSG, text);
    match msg {
        CosmosMsg::Bank(BankMsg::Send { to_address, amount }) => Ok(any(&MsgSend {
            from_address: sender,
            to_address,
            amount: Coins::normalized(&amount)?.to_proto(),
        })),
        CosmosMsg::Bank(BankMsg::Burn { amount }) => Ok(Any {
            type_url: MsgBurn::TYPE_URL.to_owned(),
            value: MsgBurn {
                from_address: sender,
                amount: amount
                    .iter()
                    .map(|c| coin(&c.denom, amount_of(c)))
                    .collect(),
            }
            .encode_to_vec(),
        }),
        CosmosMsg::Wasm(msg) => wasm(sender, msg),
        CosmosMsg::Any(msg) => Ok(Any {
            type_url: msg.type_url,
            value: msg.value.to_vec(),
        }),
        #[allow(deprecated)]
        CosmosMsg::Stargate { type_url, value } => Ok(Any {
            type_url,
            value: value.to_vec(),
        }),
        _ => Err(unknown("devnet has no module for this message")),
    }
}

fn amount_of(coin: &vm_std::Coin) -> u128 {
    coin.amount.to_string().parse().unwrap_or_default()
}

fn wasm(sender: String, msg: WasmMsg) -> Outcome<Any> {
    Ok(match msg {
        WasmMsg::Execute {
            contract_addr,
            msg,
            funds,
        } => any(&MsgExecuteContract {
            sender,
            contract: contract_addr,
            msg: msg.to_vec(),
            funds: Coins::normalized(&funds)?.to_proto(),
        }),
        WasmMsg::Instantiate {
            admin,
            code_id,
            msg,
            funds,
            label,
        } => any(&MsgInstantiateContract {
            sender,
            admin: admin.unwrap_or_default(),
            code_id,
            label,
            msg: msg.to_vec(),
            funds: Coins::normalized(&funds)?.to_proto(),
        }),
        WasmMsg::Instantiate2 {
            admin,
            code_id,
            label,
            msg,
            funds,
            salt,
        } => any(&MsgInstantiateContract2 {
            sender,
            admin: admin.unwrap_or_default(),
            code_id,
            label,
            msg: msg.to_vec(),
            funds: Coins::normalized(&funds)?.to_proto(),
            salt: salt.to_vec(),
            fix_msg: false,
        }),
        WasmMsg::Migrate {
            contract_addr,
            new_code_id,
            msg,
        } => any(&MsgMigrateContract {
            sender,
            contract: contract_addr,
            code_id: new_code_id,
            msg: msg.to_vec(),
        }),
        WasmMsg::UpdateAdmin {
            contract_addr,
            admin,
        } => any(&MsgUpdateAdmin {
            sender,
            new_admin: admin,
            contract: contract_addr,
        }),
        WasmMsg::ClearAdmin { contract_addr } => any(&MsgClearAdmin {
            sender,
            contract: contract_addr,
        }),
        _ => return Err(Failure::new(UNKNOWN_MSG, "unknown variant of Wasm")),
    })
}
