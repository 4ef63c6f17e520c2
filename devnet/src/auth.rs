//! Accounts: the SDK's x/auth with its keys, encodings and gas.

use cosmrs::Any;
use cosmrs::proto::cosmos::auth::v1beta1::{BaseAccount, ModuleAccount};
use cosmrs::proto::traits::Message;
use sha2::{Digest, Sha256};

use crate::address;
use crate::context::Context;
use crate::error::{Failure, Outcome, TX_DECODE};
use crate::store::{Module, State};

const PARAMS: &[u8] = &[0];
const BY_ADDRESS: u8 = 1;
const BY_NUMBER: &[u8] = b"accountNumber";

const BASE_TYPE: &str = "/cosmos.auth.v1beta1.BaseAccount";
const MODULE_TYPE: &str = "/cosmos.auth.v1beta1.ModuleAccount";

/// Where fees go.
pub(crate) const FEE_COLLECTOR: &str = "fee_collector";

fn key(address: &[u8]) -> Vec<u8> {
    [&[BY_ADDRESS], address].concat()
}

fn number_key(number: u64) -> Vec<u8> {
    [BY_NUMBER, &number.to_be_bytes()].concat()
}

/// Reads the module's parameters, whose values are constants here, at their price.
pub(crate) fn read_params(ctx: &mut Context) -> Outcome<()> {
    ctx.store(Module::Auth).get(PARAMS)?;
    Ok(())
}

/// Writes the SDK's default parameters.
pub(crate) fn genesis(state: &mut State) -> Outcome<()> {
    // max_memo_characters 256, tx_sig_limit 7, tx_size_cost_per_byte 10,
    // sig_verify_cost_ed25519 590, sig_verify_cost_secp256k1 1000
    let params = [8, 128, 2, 16, 7, 24, 10, 32, 206, 4, 40, 232, 7];
    state.set(Module::Auth, PARAMS, params.to_vec());
    let collector = address::of_module(FEE_COLLECTOR);
    let number = 1_000;
    let account = ModuleAccount {
        base_account: Some(BaseAccount {
            address: address::humanize(&collector)?,
            pub_key: None,
            account_number: number,
            sequence: 0,
        }),
        name: FEE_COLLECTOR.to_owned(),
        permissions: Vec::new(),
    };
    let any = Any {
        type_url: MODULE_TYPE.to_owned(),
        value: account.encode_to_vec(),
    };
    state.set(Module::Auth, &key(&collector), any.encode_to_vec());
    state.set(Module::Auth, &number_key(number), collector);
    Ok(())
}

/// Puts an account there at genesis.
pub(crate) fn add_genesis_account(state: &mut State, address: &[u8], number: u64) -> Outcome<()> {
    let account = BaseAccount {
        address: address::humanize(address)?,
        pub_key: None,
        account_number: number,
        sequence: 0,
    };
    state.set(Module::Auth, &key(address), encode(&account));
    state.set(Module::Auth, &number_key(number), address.to_vec());
    Ok(())
}

fn encode(account: &BaseAccount) -> Vec<u8> {
    let any = Any {
        type_url: BASE_TYPE.to_owned(),
        value: account.encode_to_vec(),
    };
    any.encode_to_vec()
}

/// Reads what is stored: any account as a base account.
fn decode(bytes: &[u8]) -> Outcome<BaseAccount> {
    let corrupt = |error| Failure::new(TX_DECODE, format!("stored account: {error}"));
    let any = Any::decode(bytes).map_err(corrupt)?;
    if any.type_url == MODULE_TYPE {
        let account = ModuleAccount::decode(any.value.as_slice()).map_err(corrupt)?;
        return Ok(account.base_account.unwrap_or_default());
    }
    BaseAccount::decode(any.value.as_slice()).map_err(corrupt)
}

/// The account at `address`.
pub(crate) fn get(ctx: &mut Context, address: &[u8]) -> Outcome<Option<BaseAccount>> {
    let bytes = ctx.store(Module::Auth).get(&key(address))?;
    bytes.map(|bytes| decode(&bytes)).transpose()
}

/// Whether there is an account at `address`.
pub(crate) fn has(ctx: &mut Context, address: &[u8]) -> Outcome<bool> {
    Ok(ctx.store(Module::Auth).has(&key(address))?)
}

/// Stores an account and its entry in the index by number, the way the SDK's
/// collections do.
pub(crate) fn set(ctx: &mut Context, address: &[u8], account: &BaseAccount) -> Outcome<()> {
    let mut store = ctx.store(Module::Auth);
    if let Some(old) = store.get(&key(address))? {
        store.remove(&number_key(decode(&old)?.account_number))?;
    }
    let number = number_key(account.account_number);
    store.has(&number)?;
    store.set(&number, address.to_vec())?;
    store.set(&key(address), encode(account))?;
    Ok(())
}

/// A new account, not yet stored. Its number is drawn as the SDK 0.54 draws it:
/// 64 bits, the top one set.
pub(crate) fn new(ctx: &Context, address: &[u8]) -> Outcome<BaseAccount> {
    let mut hash = Sha256::new();
    hash.update(ctx.block.height.to_be_bytes());
    hash.update(&ctx.block.app_hash);
    let index = ctx.tx.as_ref().map_or(0, |tx| u64::from(tx.index));
    hash.update(index.to_be_bytes());
    hash.update(address);
    let digest: [u8; 32] = hash.finalize().into();
    let [a, b, c, d, e, f, g, h, ..] = digest;
    let number = u64::from_be_bytes([a, b, c, d, e, f, g, h]) | 1 << 63;
    Ok(BaseAccount {
        address: address::humanize(address)?,
        pub_key: None,
        account_number: number,
        sequence: 0,
    })
}

/// What is stored for `address`, as an `Any` and free of charge.
pub(crate) fn any(state: &State, address: &[u8]) -> Option<Any> {
    let bytes = state.get(Module::Auth, &key(address))?;
    Any::decode(bytes).ok()
}

/// The account at `address`, free of charge.
pub(crate) fn peek(state: &State, address: &[u8]) -> Option<BaseAccount> {
    decode(state.get(Module::Auth, &key(address))?).ok()
}

/// All accounts after the address `after`, in the order of their addresses.
pub(crate) fn list(state: &State, after: Option<&[u8]>, limit: usize) -> Vec<(Vec<u8>, Any)> {
    let records = state.prefixed_after(Module::Auth, &[BY_ADDRESS], after, limit);
    let decode =
        |(address, bytes): (Vec<u8>, Vec<u8>)| Some((address, Any::decode(bytes.as_slice()).ok()?));
    records.into_iter().filter_map(decode).collect()
}
