//! Balances and supply: the SDK's x/bank with its keys, encodings, events and gas.

use crate::address;
use crate::auth;
use crate::coins::{Coins, coin};
use crate::context::Context;
use crate::error::{Failure, INSUFFICIENT_FUNDS, INVALID_COINS, Outcome, UNAUTHORIZED};
use crate::event::Event;
use crate::store::{Module, State};
use cosmrs::proto::cosmos::base::v1beta1::Coin as ProtoCoin;

const SUPPLY: u8 = 0;
const BALANCES: u8 = 2;
const BY_DENOM: u8 = 3;
const SEND_ENABLED: u8 = 4;
const PARAMS: &[u8] = &[5];

/// Accounts that cannot be sent to.
const BLOCKED: [&str; 1] = [auth::FEE_COLLECTOR];

fn length_prefixed(address: &[u8]) -> Vec<u8> {
    // Addresses have 20 or 32 bytes.
    let length = u8::try_from(address.len()).unwrap_or(u8::MAX);
    [&[length], address].concat()
}

fn balance_key(address: &[u8], denom: &str) -> Vec<u8> {
    [&[BALANCES], &length_prefixed(address)[..], denom.as_bytes()].concat()
}

fn denom_key(address: &[u8], denom: &str) -> Vec<u8> {
    [
        &[BY_DENOM],
        denom.as_bytes(),
        &[0],
        &length_prefixed(address),
    ]
    .concat()
}

fn supply_key(denom: &str) -> Vec<u8> {
    [&[SUPPLY], denom.as_bytes()].concat()
}

/// Amounts are stored as decimal text.
fn amount(bytes: &[u8]) -> u128 {
    let text = std::str::from_utf8(bytes).ok();
    text.and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// Writes the default parameters: everything can be sent.
pub(crate) fn genesis(state: &mut State) {
    state.set(Module::Bank, PARAMS, vec![16, 1]);
}

/// Creates coins at `address`, free of charge: genesis and the faucet.
pub(crate) fn mint(state: &mut State, address: &[u8], denom: &str, more: u128) -> Outcome<()> {
    let keys = [balance_key(address, denom), supply_key(denom)];
    for key in keys {
        let old = state.get(Module::Bank, &key).map_or(0, amount);
        let sum = old.checked_add(more);
        let sum = sum.ok_or_else(|| Failure::new(INVALID_COINS, format!("{old} + {more}")))?;
        state.set(Module::Bank, &key, sum.to_string().into_bytes());
    }
    state.set(Module::Bank, &denom_key(address, denom), Vec::new());
    Ok(())
}

/// The balance at `address`.
pub(crate) fn balance(ctx: &mut Context, address: &[u8], denom: &str) -> Outcome<u128> {
    let bytes = ctx.store(Module::Bank).get(&balance_key(address, denom))?;
    Ok(bytes.map_or(0, |bytes| amount(&bytes)))
}

fn set_balance(ctx: &mut Context, address: &[u8], denom: &str, amount: u128) -> Outcome<()> {
    let mut store = ctx.store(Module::Bank);
    let (index, key) = (denom_key(address, denom), balance_key(address, denom));
    if amount == 0 {
        store.remove(&index)?;
        store.remove(&key)?;
    } else {
        store.set(&index, Vec::new())?;
        store.set(&key, amount.to_string().into_bytes())?;
    }
    Ok(())
}

/// Sends coins that a message asks to send.
pub(crate) fn send_checked(
    ctx: &mut Context,
    from: &[u8],
    to: &[u8],
    coins: &Coins,
) -> Outcome<()> {
    ctx.store(Module::Bank).get(PARAMS)?;
    for (denom, _) in coins.iter() {
        let key = [&[SEND_ENABLED], denom.as_bytes()].concat();
        ctx.store(Module::Bank).get(&key)?;
    }
    if BLOCKED.iter().any(|name| address::of_module(name) == to) {
        let to = address::humanize(to)?;
        let text = format!("{to} is not allowed to receive funds");
        return Err(Failure::new(UNAUTHORIZED, text));
    }
    send(ctx, from, to, coins)
}

/// Sends coins; makes the account that receives them.
pub(crate) fn send(ctx: &mut Context, from: &[u8], to: &[u8], coins: &Coins) -> Outcome<()> {
    let (sender, recipient) = (address::humanize(from)?, address::humanize(to)?);
    let shown = coins.to_string();
    // Vesting accounts, of which there are none here, are looked for there.
    auth::get(ctx, from)?;
    for (denom, amount) in coins.iter() {
        let balance = balance(ctx, from, denom)?;
        let Some(left) = balance.checked_sub(amount) else {
            let text =
                format!("spendable balance {balance}{denom} is smaller than {amount}{denom}");
            return Err(Failure::new(INSUFFICIENT_FUNDS, text));
        };
        set_balance(ctx, from, denom, left)?;
    }
    ctx.emit(Event::new(
        "coin_spent",
        [("spender", &sender), ("amount", &shown)],
    ));
    for (denom, amount) in coins.iter() {
        let balance = balance(ctx, to, denom)?;
        let sum = balance.checked_add(amount);
        let sum = sum.ok_or_else(|| Failure::new(INVALID_COINS, shown.as_str()))?;
        set_balance(ctx, to, denom, sum)?;
    }
    ctx.emit(Event::new(
        "coin_received",
        [("receiver", &recipient), ("amount", &shown)],
    ));
    if !auth::has(ctx, to)? {
        let account = auth::new(ctx, to)?;
        auth::set(ctx, to, &account)?;
    }
    let transfer = [
        ("recipient", &*recipient),
        ("sender", &*sender),
        ("amount", &*shown),
    ];
    ctx.emit(Event::new("transfer", transfer));
    ctx.emit(Event::new("message", [("sender", &sender)]));
    Ok(())
}

/// Destroys coins of `from`, as a contract's `burn` does.
pub(crate) fn burn(ctx: &mut Context, from: &[u8], coins: &Coins) -> Outcome<()> {
    let owner = address::humanize(from)?;
    auth::get(ctx, from)?;
    for (denom, amount) in coins.iter() {
        let balance = balance(ctx, from, denom)?;
        let Some(left) = balance.checked_sub(amount) else {
            let text =
                format!("spendable balance {balance}{denom} is smaller than {amount}{denom}");
            return Err(Failure::new(INSUFFICIENT_FUNDS, text));
        };
        set_balance(ctx, from, denom, left)?;
        let key = supply_key(denom);
        let mut store = ctx.store(Module::Bank);
        let supply = store.get(&key)?.map_or(0, |bytes| self::amount(&bytes));
        let supply = supply.saturating_sub(amount);
        store.set(&key, supply.to_string().into_bytes())?;
    }
    let shown = coins.to_string();
    ctx.emit(Event::new(
        "coin_spent",
        [("spender", &owner), ("amount", &shown)],
    ));
    ctx.emit(Event::new("burn", [("burner", &owner), ("amount", &shown)]));
    Ok(())
}

/// The balance at `address`, free of charge.
pub(crate) fn peek(state: &State, address: &[u8], denom: &str) -> u128 {
    state
        .get(Module::Bank, &balance_key(address, denom))
        .map_or(0, amount)
}

/// Balances at `address` with denoms after `after`.
pub(crate) fn balances(
    state: &State,
    address: &[u8],
    after: Option<&[u8]>,
    limit: usize,
) -> Vec<ProtoCoin> {
    let prefix = balance_key(address, "");
    listed(state.prefixed_after(Module::Bank, &prefix, after, limit))
}

/// The supply of `denom`.
pub(crate) fn supply_of(state: &State, denom: &str) -> u128 {
    state
        .get(Module::Bank, &supply_key(denom))
        .map_or(0, amount)
}

/// All coins that exist, of denoms after `after`.
pub(crate) fn supply(state: &State, after: Option<&[u8]>, limit: usize) -> Vec<ProtoCoin> {
    listed(state.prefixed_after(Module::Bank, &[SUPPLY], after, limit))
}

fn listed(records: Vec<(Vec<u8>, Vec<u8>)>) -> Vec<ProtoCoin> {
    let read =
        |(denom, bytes): (Vec<u8>, Vec<u8>)| coin(&String::from_utf8_lossy(&denom), amount(&bytes));
    records.into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::context;

    #[test]
    fn sending_moves_coins_makes_accounts_and_says_so() {
        let mut ctx = context();
        mint(&mut ctx.state, &[1; 20], "uatom", 10).unwrap();
        let three = Coins::from_proto(&[coin("uatom", 3)]).unwrap();
        send_checked(&mut ctx, &[1; 20], &[2; 20], &three).unwrap();
        assert_eq!(peek(&ctx.state, &[1; 20], "uatom"), 7);
        assert_eq!(peek(&ctx.state, &[2; 20], "uatom"), 3);
        assert!(auth::peek(&ctx.state, &[2; 20]).unwrap().account_number >= 1 << 63);
        let kinds: Vec<_> = ctx.events.iter().map(|event| event.kind.as_str()).collect();
        assert_eq!(
            kinds,
            ["coin_spent", "coin_received", "transfer", "message"]
        );
        assert_eq!(ctx.events[2].get("amount"), Some("3uatom"));
    }

    #[test]
    fn nobody_sends_what_they_do_not_have_or_to_a_module() {
        let mut ctx = context();
        mint(&mut ctx.state, &[1; 20], "uatom", 2).unwrap();
        let three = Coins::from_proto(&[coin("uatom", 3)]).unwrap();
        let error = send_checked(&mut ctx, &[1; 20], &[2; 20], &three).unwrap_err();
        assert_eq!((error.codespace, error.code), ("sdk", 5));
        let text = "spendable balance 2uatom is smaller than 3uatom: insufficient funds";
        assert_eq!(error.text, text);
        let collector = address::of_module(auth::FEE_COLLECTOR);
        let error = send_checked(&mut ctx, &[1; 20], &collector, &three).unwrap_err();
        assert_eq!(error.code, 4);
    }

    #[test]
    fn an_emptied_balance_leaves_no_record_and_burning_lowers_the_supply() {
        let mut ctx = context();
        mint(&mut ctx.state, &[1; 20], "uatom", 3).unwrap();
        mint(&mut ctx.state, &[1; 20], "ustake", 5).unwrap();
        let three = Coins::from_proto(&[coin("uatom", 3)]).unwrap();
        burn(&mut ctx, &[1; 20], &three).unwrap();
        assert_eq!(balances(&ctx.state, &[1; 20], None, 9), [coin("ustake", 5)]);
        assert_eq!(supply_of(&ctx.state, "uatom"), 0);
        assert_eq!(burn(&mut ctx, &[1; 20], &three).unwrap_err().code, 5);
    }
}
