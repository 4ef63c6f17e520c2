//! Which message does what.

use cosmrs::Any;
use cosmrs::proto::cosmos::bank::v1beta1::{MsgSend, MsgSendResponse};
use cosmrs::proto::cosmos::base::v1beta1::Coin;
use cosmrs::proto::cosmwasm::wasm::v1::{
    MsgClearAdmin, MsgClearAdminResponse, MsgExecuteContract, MsgExecuteContractResponse,
    MsgInstantiateContract, MsgInstantiateContract2, MsgInstantiateContract2Response,
    MsgInstantiateContractResponse, MsgMigrateContract, MsgMigrateContractResponse, MsgStoreCode,
    MsgStoreCodeResponse, MsgUpdateAdmin, MsgUpdateAdminResponse,
};
use cosmrs::proto::traits::{Message, Name};

use crate::address;
use crate::bank;
use crate::coins::Coins;
use crate::context::Context;
use crate::error::*;
use crate::wasm::MAX_CODE;
use crate::wasm::keeper::{self, Instantiate};

/// A message, decoded.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Msg {
    Send(MsgSend),
    Burn(MsgBurn),
    StoreCode(MsgStoreCode),
    Instantiate(MsgInstantiateContract),
    Instantiate2(MsgInstantiateContract2),
    Execute(MsgExecuteContract),
    Migrate(MsgMigrateContract),
    UpdateAdmin(MsgUpdateAdmin),
    ClearAdmin(MsgClearAdmin),
}

/// The SDK's `MsgBurn`, which cosmos-sdk-proto does not have.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct MsgBurn {
    #[prost(string, tag = "1")]
    pub(crate) from_address: String,
    #[prost(message, repeated, tag = "2")]
    pub(crate) amount: Vec<Coin>,
}

impl MsgBurn {
    pub(crate) const TYPE_URL: &str = "/cosmos.bank.v1beta1.MsgBurn";
}

/// The response of a message.
pub(crate) struct Done {
    pub(crate) type_url: String,
    pub(crate) data: Vec<u8>,
}

impl Done {
    fn new<M: Message + Name>(response: &M) -> Self {
        Self {
            type_url: format!("/{}", M::full_name()),
            data: response.encode_to_vec(),
        }
    }
}

fn is<M: Name>(any: &Any) -> bool {
    any.type_url.strip_prefix('/') == Some(M::full_name().as_str())
}

fn read<M: Message + Default>(any: &Any) -> Outcome<M> {
    M::decode(any.value.as_slice())
        .map_err(|error| Failure::new(TX_DECODE, format!("{}: {error}", any.type_url)))
}

impl Msg {
    pub(crate) fn decode(any: &Any) -> Outcome<Self> {
        Ok(match any {
            any if is::<MsgSend>(any) => Self::Send(read(any)?),
            any if any.type_url == MsgBurn::TYPE_URL => Self::Burn(read(any)?),
            any if is::<MsgStoreCode>(any) => Self::StoreCode(read(any)?),
            any if is::<MsgInstantiateContract>(any) => Self::Instantiate(read(any)?),
            any if is::<MsgInstantiateContract2>(any) => Self::Instantiate2(read(any)?),
            any if is::<MsgExecuteContract>(any) => Self::Execute(read(any)?),
            any if is::<MsgMigrateContract>(any) => Self::Migrate(read(any)?),
            any if is::<MsgUpdateAdmin>(any) => Self::UpdateAdmin(read(any)?),
            any if is::<MsgClearAdmin>(any) => Self::ClearAdmin(read(any)?),
            any => {
                let text = format!(
                    "devnet has not implemented messages of type {}",
                    any.type_url
                );
                return Err(Failure::new(UNKNOWN_REQUEST, text));
            }
        })
    }

    /// Who has to sign.
    pub(crate) fn signer(&self) -> &str {
        match self {
            Self::Send(msg) => &msg.from_address,
            Self::Burn(msg) => &msg.from_address,
            Self::StoreCode(msg) => &msg.sender,
            Self::Instantiate(msg) => &msg.sender,
            Self::Instantiate2(msg) => &msg.sender,
            Self::Execute(msg) => &msg.sender,
            Self::Migrate(msg) => &msg.sender,
            Self::UpdateAdmin(msg) => &msg.sender,
            Self::ClearAdmin(msg) => &msg.sender,
        }
    }

    /// The module that the SDK names in the message's event.
    pub(crate) fn module(&self) -> &'static str {
        match self {
            Self::Send(_) | Self::Burn(_) => "bank",
            _ => "wasm",
        }
    }

    /// What can be said about it without the state (`ValidateBasic`).
    pub(crate) fn validate(&self) -> Outcome<()> {
        match self {
            Self::Send(_) | Self::Burn(_) => Ok(()),
            Self::StoreCode(msg) => {
                let within = msg.wasm_byte_code.len() as u64 <= MAX_CODE;
                match (msg.wasm_byte_code.is_empty(), within) {
                    (true, _) => Err(Failure::new(EMPTY, "code bytes")),
                    (_, false) => Err(Failure::new(
                        LIMIT,
                        format!("code bytes: cannot be longer than {MAX_CODE} bytes"),
                    )),
                    _ => Ok(()),
                }
            }
            Self::Instantiate(msg) => instantiate(msg.code_id, &msg.label, &msg.msg),
            Self::Instantiate2(msg) => {
                instantiate(msg.code_id, &msg.label, &msg.msg)?;
                match msg.salt.len() {
                    0 => Err(Failure::new(EMPTY, "is required: salt").wrap("salt")),
                    1..=64 => Ok(()),
                    _ => {
                        Err(Failure::new(LIMIT, "cannot be longer than 64 characters").wrap("salt"))
                    }
                }
            }
            Self::Execute(msg) => json(&msg.msg),
            Self::Migrate(msg) => {
                code_id(msg.code_id)?;
                json(&msg.msg)
            }
            Self::UpdateAdmin(msg) => {
                if msg.new_admin == msg.sender {
                    return Err(Failure::new(INVALID, "new admin is the same as the old"));
                }
                Ok(())
            }
            Self::ClearAdmin(_) => Ok(()),
        }
    }
}

fn json(msg: &[u8]) -> Outcome<()> {
    let parsed: Result<serde::de::IgnoredAny, _> = serde_json::from_slice(msg);
    parsed
        .map(|_| ())
        .map_err(|_| Failure::new(INVALID, "invalid").wrap("payload msg"))
}

fn code_id(id: u64) -> Outcome<()> {
    if id == 0 {
        return Err(Failure::new(INVALID_REQUEST, "code id is required"));
    }
    Ok(())
}

fn instantiate(id: u64, label: &str, msg: &[u8]) -> Outcome<()> {
    code_id(id)?;
    let invalid = |text: &str| Failure::new(INVALID_REQUEST, format!("label: {text}"));
    if label.is_empty() {
        return Err(Failure::new(EMPTY, "is required").wrap("label"));
    }
    if label.len() > 128 {
        return Err(Failure::new(LIMIT, "cannot be longer than 128 characters").wrap("label"));
    }
    if label != label.trim() || !label.chars().all(|c| !c.is_control()) {
        return Err(invalid("label must not start or end with whitespaces"));
    }
    json(msg)
}

/// Carries out a message. `signed_by` is the contract that sent it, which must be the
/// one that had to sign; transactions were checked before.
pub(crate) fn handle(ctx: &mut Context, any: &Any, signed_by: Option<&[u8]>) -> Outcome<Done> {
    let msg = Msg::decode(any)?;
    msg.validate()?;
    if let Some(contract) = signed_by
        && address::canonicalize(msg.signer())? != contract
    {
        return Err(Failure::new(
            UNAUTHORIZED,
            "contract doesn't have permission",
        ));
    }
    run(ctx, msg)
}

fn named(what: &str, address: &str) -> Outcome<Vec<u8>> {
    address::canonicalize(address).map_err(|error| error.wrap(what))
}

fn admin(admin: &str) -> Outcome<()> {
    match admin {
        "" => Ok(()),
        admin => named("admin", admin).map(|_| ()),
    }
}

fn run(ctx: &mut Context, msg: Msg) -> Outcome<Done> {
    match msg {
        Msg::Send(msg) => {
            let from = named("invalid from address", &msg.from_address)?;
            let to = named("invalid to address", &msg.to_address)?;
            let coins = positive(&msg.amount)?;
            bank::send_checked(ctx, &from, &to, &coins)?;
            Ok(Done::new(&MsgSendResponse {}))
        }
        Msg::Burn(msg) => {
            let from = named("invalid from address", &msg.from_address)?;
            bank::burn(ctx, &from, &positive(&msg.amount)?)?;
            Ok(Done {
                type_url: "/cosmos.bank.v1beta1.MsgBurnResponse".to_owned(),
                data: Vec::new(),
            })
        }
        Msg::StoreCode(msg) => {
            named("sender", &msg.sender)?;
            let code = &msg.wasm_byte_code;
            let (code_id, checksum) =
                keeper::store_code(ctx, &msg.sender, code, msg.instantiate_permission)?;
            Ok(Done::new(&MsgStoreCodeResponse { code_id, checksum }))
        }
        Msg::Instantiate(msg) => {
            admin(&msg.admin)?;
            let (contract, data) = keeper::instantiate(
                ctx,
                &Instantiate {
                    code_id: msg.code_id,
                    creator: &named("sender", &msg.sender)?,
                    admin: &msg.admin,
                    msg: &msg.msg,
                    label: &msg.label,
                    funds: &Coins::from_proto(&msg.funds)?,
                    salt: None,
                },
            )?;
            Ok(Done::new(&MsgInstantiateContractResponse {
                address: address::humanize(&contract)?,
                data: data.unwrap_or_default().to_vec(),
            }))
        }
        Msg::Instantiate2(msg) => {
            admin(&msg.admin)?;
            let (contract, data) = keeper::instantiate(
                ctx,
                &Instantiate {
                    code_id: msg.code_id,
                    creator: &named("sender", &msg.sender)?,
                    admin: &msg.admin,
                    msg: &msg.msg,
                    label: &msg.label,
                    funds: &Coins::from_proto(&msg.funds)?,
                    salt: Some((&msg.salt, msg.fix_msg)),
                },
            )?;
            Ok(Done::new(&MsgInstantiateContract2Response {
                address: address::humanize(&contract)?,
                data: data.unwrap_or_default().to_vec(),
            }))
        }
        Msg::Execute(msg) => {
            let sender = named("sender", &msg.sender)?;
            let contract = named("contract", &msg.contract)?;
            let funds = Coins::from_proto(&msg.funds)?;
            let data = keeper::execute(ctx, &contract, &sender, &msg.msg, &funds)?;
            let data = data.unwrap_or_default().to_vec();
            Ok(Done::new(&MsgExecuteContractResponse { data }))
        }
        Msg::Migrate(msg) => {
            let sender = named("sender", &msg.sender)?;
            let contract = named("contract", &msg.contract)?;
            let data = keeper::migrate(ctx, &contract, &sender, msg.code_id, &msg.msg)?;
            let data = data.unwrap_or_default().to_vec();
            Ok(Done::new(&MsgMigrateContractResponse { data }))
        }
        Msg::UpdateAdmin(msg) => {
            let contract = named("contract", &msg.contract)?;
            named("new admin", &msg.new_admin)?;
            keeper::set_admin(ctx, &contract, &msg.sender, &msg.new_admin)?;
            Ok(Done::new(&MsgUpdateAdminResponse {}))
        }
        Msg::ClearAdmin(msg) => {
            let contract = named("contract", &msg.contract)?;
            keeper::set_admin(ctx, &contract, &msg.sender, "")?;
            Ok(Done::new(&MsgClearAdminResponse {}))
        }
    }
}

fn positive(coins: &[Coin]) -> Outcome<Coins> {
    let coins = Coins::from_proto(coins)?;
    if coins.is_empty() {
        return Err(Failure::new(INVALID_COINS, ""));
    }
    Ok(coins)
}
