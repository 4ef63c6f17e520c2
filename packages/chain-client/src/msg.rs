//! Messages of a transaction.

use cosmrs::Any;
use cosmrs::proto::cosmos::bank::v1beta1::MsgSend;
use cosmrs::proto::cosmos::base::v1beta1::Coin;
use cosmrs::proto::cosmwasm::wasm::v1::{
    MsgExecuteContract, MsgInstantiateContract, MsgInstantiateContract2, MsgMigrateContract,
    MsgStoreCode,
};
use cosmrs::proto::traits::{Message, Name};
use serde::Serialize;

use crate::Error;

/// A message whose sender is whoever signs.
#[derive(Clone, Debug, PartialEq)]
pub enum Msg {
    /// Send coins.
    Send {
        /// To whom.
        to: String,
        /// What.
        coins: Vec<Coin>,
    },
    /// Upload code.
    StoreCode {
        /// The `.wasm`, as it is or in gzip.
        code: Vec<u8>,
    },
    /// Make a contract.
    Instantiate {
        /// Of which code.
        code_id: u64,
        /// Its name for people.
        label: String,
        /// Who may migrate it; nobody if there is none.
        admin: Option<String>,
        /// JSON.
        msg: Vec<u8>,
        /// Coins for it.
        funds: Vec<Coin>,
        /// With a salt, the address depends on code, creator and salt alone.
        salt: Option<Vec<u8>>,
    },
    /// Execute a contract.
    Execute {
        /// Its address.
        contract: String,
        /// JSON.
        msg: Vec<u8>,
        /// Coins for it.
        funds: Vec<Coin>,
    },
    /// Give a contract other code.
    Migrate {
        /// Its address.
        contract: String,
        /// The code.
        code_id: u64,
        /// JSON.
        msg: Vec<u8>,
    },
}

/// JSON of a contract's message.
pub(crate) fn json(msg: &impl Serialize) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(msg).map_err(|error| Error::Invalid(format!("message as JSON: {error}")))
}

impl Msg {
    /// Executes `contract` without coins.
    ///
    /// # Errors
    /// When `msg` has no JSON.
    pub fn execute(contract: &str, msg: &impl Serialize) -> Result<Self, Error> {
        Ok(Self::Execute {
            contract: contract.to_owned(),
            msg: json(msg)?,
            funds: Vec::new(),
        })
    }

    /// Makes a contract of `code_id` without coins, with `admin`.
    ///
    /// # Errors
    /// When `msg` has no JSON.
    pub fn instantiate(
        code_id: u64,
        label: &str,
        admin: &str,
        msg: &impl Serialize,
    ) -> Result<Self, Error> {
        Ok(Self::Instantiate {
            code_id,
            label: label.to_owned(),
            admin: Some(admin.to_owned()),
            msg: json(msg)?,
            funds: Vec::new(),
            salt: None,
        })
    }

    /// As `sender` signs it.
    pub(crate) fn to_any(&self, sender: &str) -> Any {
        let sender = sender.to_owned();
        match self.clone() {
            Self::Send { to, coins } => any(&MsgSend {
                from_address: sender,
                to_address: to,
                amount: coins,
            }),
            Self::StoreCode { code } => any(&MsgStoreCode {
                sender,
                wasm_byte_code: code,
                instantiate_permission: None,
            }),
            Self::Instantiate {
                code_id,
                label,
                admin,
                msg,
                funds,
                salt,
            } => {
                let admin = admin.unwrap_or_default();
                match salt {
                    None => any(&MsgInstantiateContract {
                        sender,
                        admin,
                        code_id,
                        label,
                        msg,
                        funds,
                    }),
                    Some(salt) => any(&MsgInstantiateContract2 {
                        sender,
                        admin,
                        code_id,
                        label,
                        msg,
                        funds,
                        salt,
                        fix_msg: false,
                    }),
                }
            }
            Self::Execute {
                contract,
                msg,
                funds,
            } => any(&MsgExecuteContract {
                sender,
                contract,
                msg,
                funds,
            }),
            Self::Migrate {
                contract,
                code_id,
                msg,
            } => any(&MsgMigrateContract {
                sender,
                contract,
                code_id,
                msg,
            }),
        }
    }
}

fn any<M: Message + Name>(msg: &M) -> Any {
    Any {
        type_url: format!("/{}", M::full_name()),
        value: msg.encode_to_vec(),
    }
}
