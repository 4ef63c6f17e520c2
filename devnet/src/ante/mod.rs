//! What a transaction has to pass before its messages run, in the order and at the
//! prices of wasmd's ante handler (`app/ante.go`).

mod amino;
mod signature;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use cosmrs::proto::traits::Message;

use crate::address;
use crate::auth;
use crate::bank;
use crate::coins::Coins;
use crate::context::{Context, TxPlace};
use crate::error::*;
use crate::event::Event;
use crate::gas::{MAX_MEMO, PER_TX_BYTE, VERIFY_SECP256K1};
use crate::store::Module;
use crate::tx::{self, Tx};
use crate::wasm::keys::TX_COUNTER;

pub(crate) use signature::public_key;

/// What a transaction is run for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// To see whether it may enter the mempool; its messages do not run.
    Check,
    /// To see what it would cost; signatures are not checked.
    Simulate,
    /// In a block.
    Deliver,
}

/// Runs the ante handler; what it changed stays even if the messages fail. `min_fee`
/// says whether a fee for this much gas gets into the mempool.
pub(crate) fn run(
    ctx: &mut Context,
    tx: &Tx,
    mode: Mode,
    min_fee: impl Fn(&Coins, u64) -> Outcome<()>,
) -> Outcome<()> {
    let simulate = mode == Mode::Simulate;
    if !simulate {
        count(ctx, tx)?;
    }
    ctx.loaded = Some(Default::default());
    tx.signatures()?;
    let timeout = tx.body.timeout_height;
    if timeout > 0 && ctx.block.height > timeout {
        let height = ctx.block.height;
        let text = format!("block height: {height}, timeout height: {timeout}");
        return Err(Failure::new(TX_TIMEOUT_HEIGHT, text));
    }
    check_memo(ctx, &tx.body.memo)?;
    auth::read_params(ctx)?;
    let size = tx.bytes.len() as u64;
    ctx.gas.consume(PER_TX_BYTE * size, "txSize")?;
    if simulate {
        missing_signature_bytes(ctx, tx)?;
    }
    deduct_fee(ctx, tx, simulate, mode == Mode::Check, min_fee)?;
    let signers = tx.signers()?;
    set_keys(ctx, tx, &signers, simulate)?;
    auth::read_params(ctx)?;
    auth::read_params(ctx)?;
    for signer in signers.iter().take(tx.raw.signatures.len()) {
        signer_account(ctx, signer)?;
        ctx.gas
            .consume(VERIFY_SECP256K1, "ante verify: secp256k1")?;
    }
    signature::verify(ctx, tx, &signers, simulate)?;
    for signer in &signers {
        let mut account = signer_account(ctx, signer)?;
        account.sequence = account.sequence.saturating_add(1);
        auth::set(ctx, signer, &account)?;
    }
    Ok(())
}

/// The place of the transaction in its block, kept in the store as wasmd does.
fn count(ctx: &mut Context, tx: &Tx) -> Outcome<()> {
    let height = ctx.block.height.to_be_bytes();
    let stored = ctx.store(Module::Wasm).get(TX_COUNTER)?;
    let same = stored.as_ref().filter(|stored| stored.starts_with(&height));
    let index = same.and_then(|stored| stored.get(8..)?.try_into().ok());
    let index = index.map_or(0, u32::from_be_bytes);
    let next = [&height[..], &index.saturating_add(1).to_be_bytes()].concat();
    ctx.store(Module::Wasm).set(TX_COUNTER, next)?;
    ctx.tx = Some(TxPlace {
        index,
        hash: tx::hash(&tx.bytes),
    });
    Ok(())
}

fn check_memo(ctx: &mut Context, memo: &str) -> Outcome<()> {
    if memo.is_empty() {
        return Ok(());
    }
    auth::read_params(ctx)?;
    let length = memo.len();
    if length > MAX_MEMO {
        let text =
            format!("maximum number of characters is {MAX_MEMO} but received {length} characters");
        return Err(Failure::new(MEMO_TOO_LARGE, text));
    }
    Ok(())
}

/// In a simulation, signatures that are not there yet cost what they will: 10 gas for
/// each byte of an amino `StdSignature` (105 with a secp256k1 key) and 6 more.
fn missing_signature_bytes(ctx: &mut Context, tx: &Tx) -> Outcome<()> {
    let signatures = tx.raw.signatures.iter().map(Vec::is_empty);
    let missing: Vec<bool> = signatures.collect();
    for (place, signer) in tx.signers()?.iter().enumerate() {
        if missing.get(place).copied().unwrap_or(true) {
            auth::get(ctx, signer)?;
            ctx.gas.consume(PER_TX_BYTE * (105 + 6), "txSize")?;
        }
    }
    Ok(())
}

fn deduct_fee(
    ctx: &mut Context,
    tx: &Tx,
    simulate: bool,
    check: bool,
    min_fee: impl Fn(&Coins, u64) -> Outcome<()>,
) -> Outcome<()> {
    if !simulate && tx.fee.gas_limit == 0 {
        return Err(Failure::new(INVALID_GAS_LIMIT, "must provide positive gas"));
    }
    if !tx.fee.granter.is_empty() {
        return Err(Failure::new(
            NOT_SUPPORTED,
            "devnet has not implemented fee grants",
        ));
    }
    let fee = Coins::from_proto(&tx.fee.amount).map_err(|error| {
        Failure::new(
            INSUFFICIENT_FEE,
            format!("invalid fee amount: {}", error.text),
        )
    })?;
    if check {
        min_fee(&fee, tx.fee.gas_limit)?;
    }
    let payer = tx.payer()?;
    let human = address::humanize(&payer)?;
    if auth::get(ctx, &payer)?.is_none() {
        let text = format!("fee payer address: {human} does not exist");
        return Err(Failure::new(UNKNOWN_ADDRESS, text));
    }
    if !fee.is_empty() {
        let collector = address::of_module(auth::FEE_COLLECTOR);
        auth::get(ctx, &collector)?;
        bank::send(ctx, &payer, &collector, &fee).map_err(|error| {
            if error.gas.is_some() {
                return error;
            }
            Failure::new(INSUFFICIENT_FUNDS, error.text)
        })?;
    }
    ctx.emit(Event::new(
        "tx",
        [("fee", &fee.to_string()), ("fee_payer", &human)],
    ));
    Ok(())
}

fn signer_account(
    ctx: &mut Context,
    signer: &[u8],
) -> Outcome<cosmrs::proto::cosmos::auth::v1beta1::BaseAccount> {
    match auth::get(ctx, signer)? {
        Some(account) => Ok(account),
        None => {
            let human = address::humanize(signer)?;
            Err(Failure::new(
                UNKNOWN_ADDRESS,
                format!("account {human} does not exist"),
            ))
        }
    }
}

/// Keeps the keys of accounts that have not signed before, and tells who signed what.
fn set_keys(ctx: &mut Context, tx: &Tx, signers: &[Vec<u8>], simulate: bool) -> Outcome<()> {
    let infos = &tx.auth.signer_infos;
    for (info, signer) in infos.iter().zip(signers) {
        let Some(any) = &info.public_key else {
            if !simulate {
                continue;
            }
            let mut account = signer_account(ctx, signer)?;
            if account.pub_key.is_none() {
                account.pub_key = Some(signature::simulated_key());
                auth::set(ctx, signer, &account)?;
            }
            continue;
        };
        let key = public_key(any)?;
        if !simulate && address::of_key(&key)[..] != signer[..] {
            let human = address::humanize(signer)?;
            let text = format!("pubKey does not match signer address {human} with signer index: 0");
            return Err(Failure::new(INVALID_PUB_KEY, text));
        }
        let mut account = signer_account(ctx, signer)?;
        if account.pub_key.is_none() {
            account.pub_key = Some(any.clone());
            auth::set(ctx, signer, &account)?;
        }
    }
    for ((info, _, signature), signer) in tx.signatures()?.into_iter().zip(signers) {
        let place = format!("{}/{}", address::humanize(signer)?, info.sequence);
        ctx.emit(Event::new("tx", [("acc_seq", &place)]));
        ctx.emit(Event::new("tx", [("signature", &BASE64.encode(signature))]));
    }
    Ok(())
}

/// `AuthInfo` and body as they stand, for the sign bytes.
pub(super) fn encoded<M: Message>(message: &M) -> Vec<u8> {
    message.encode_to_vec()
}
