//! The coin as its events tell it, and what has to hold after every message.

use std::collections::{BTreeMap, BTreeSet};

use compute_api::events::attribute;
use cosmwasm_std::{Addr, Event, Order, Storage, Uint256};
use cw20::AllowanceResponse;
use cw20_base::state::{ALLOWANCES, ALLOWANCES_SPENDER, BALANCES, TOKEN_INFO};
use cw20_compute::state::FORGIVEN;

use crate::world::World;

/// All that events say, kept by somebody who sees nothing else.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    pub(crate) balances: BTreeMap<Addr, u128>,
    pub(crate) supply: u128,
    pub(crate) forgiven: u128,
    /// (Owner, spender) → what the spender may use, were there no expiries.
    pub(crate) allowances: BTreeMap<(Addr, Addr), u128>,
    /// Allowances that were changed after they had expired. Noted by `World`: events
    /// do not say it.
    pub(crate) lapsed: BTreeSet<(Addr, Addr)>,
    minted: Uint256,
    retired: Uint256,
    pub(crate) minter: Option<String>,
}

impl Told {
    /// Takes in the events of one transaction.
    pub(crate) fn follow(&mut self, coin: &Addr, events: &[Event]) {
        for event in events {
            let of_coin = attribute(event, "_contract_address") == Some(coin.as_str());
            if of_coin && event.ty == "wasm" {
                self.take(event);
            }
        }
    }

    fn take(&mut self, event: &Event) {
        let text = |key: &str| {
            let found = attribute(event, key);
            found.unwrap_or_else(|| panic!("no {key} in {event:?}"))
        };
        let account = |key: &str| Addr::unchecked(text(key));
        let number = |key: &str| text(key).parse::<u128>().unwrap();
        // `_contract_address` is in front of it.
        assert_eq!(event.attributes[1].key, "action");
        match text("action") {
            "activate" => self.minter = Some(text("oracle").to_owned()),
            "mint" => {
                self.supply += number("amount");
                self.minted += Uint256::from(number("amount"));
                *self.balances.entry(account("to")).or_default() += number("amount");
            }
            "transfer" | "send" => self.pay(account("from"), account("to"), number("amount")),
            "transfer_from" | "send_from" => {
                self.lower(account("from"), account("by"), number("amount"));
                self.pay(account("from"), account("to"), number("amount"));
            }
            "burn" | "burn_from" | "retire" => {
                let action = text("action");
                let amount = number("amount");
                if action == "burn_from" {
                    self.lower(account("from"), account("by"), amount);
                }
                if action == "retire" {
                    assert_eq!(Some(text("from")), self.minter.as_deref());
                    self.retired += Uint256::from(amount);
                }
                *self.balances.entry(account("from")).or_default() -= amount;
                self.supply = number("supply");
                self.forgiven = number("forgiven");
            }
            "increase_allowance" => {
                let pair = (account("owner"), account("spender"));
                let told = self.allowances.entry(pair).or_default();
                *told = told.saturating_add(number("amount"));
            }
            "decrease_allowance" => {
                self.lower(account("owner"), account("spender"), number("amount"));
            }
            "update_ownership" | "update_marketing" | "upload_logo" => {}
            other => panic!("an event of an unknown action: {other}"),
        }
    }

    fn pay(&mut self, from: Addr, to: Addr, amount: u128) {
        *self.balances.entry(from).or_default() -= amount;
        *self.balances.entry(to).or_default() += amount;
    }

    fn lower(&mut self, owner: Addr, spender: Addr, amount: u128) {
        let told = self.allowances.entry((owner, spender)).or_default();
        *told = told.saturating_sub(amount);
    }
}

/// Balances, as stored.
pub(crate) fn balances(storage: &dyn Storage) -> BTreeMap<Addr, u128> {
    BALANCES
        .range(storage, None, None, Order::Ascending)
        .map(|entry| entry.map(|(account, balance)| (account, balance.u128())))
        .collect::<Result<_, _>>()
        .unwrap()
}

/// (Owner, spender) → allowance, as stored in the first of the two maps.
pub(crate) fn allowances(storage: &dyn Storage) -> BTreeMap<(Addr, Addr), AllowanceResponse> {
    ALLOWANCES
        .range(storage, None, None, Order::Ascending)
        .collect::<Result<_, _>>()
        .unwrap()
}

impl World {
    pub(crate) fn check(&self) {
        let storage = &*self.storage();
        let told = &self.told;
        let balances = balances(storage);
        assert_eq!(balances, told.balances);

        let token = TOKEN_INFO.load(storage).unwrap();
        let supply = token.total_supply.u128();
        let forgiven = FORGIVEN.load(storage).unwrap().u128();
        assert_eq!((supply, forgiven), (told.supply, told.forgiven));
        assert_eq!(balances.values().sum::<u128>(), supply);
        let owed = Uint256::from(supply) + Uint256::from(forgiven);
        assert_eq!(owed, told.minted - told.retired);
        assert!(owed <= Uint256::from(u128::MAX));
        let minter = token.mint.as_ref().map(|mint| mint.minter.to_string());
        assert_eq!(minter, told.minter);
        assert_eq!(token.mint.and_then(|mint| mint.cap), None);

        let allowances = allowances(storage);
        let mirrored: BTreeMap<_, _> = ALLOWANCES_SPENDER
            .range(storage, None, None, Order::Ascending)
            .map(|entry| entry.map(|((spender, owner), found)| ((owner, spender), found)))
            .collect::<Result<_, _>>()
            .unwrap();
        assert_eq!(allowances, mirrored);
        for (pair, told_allowance) in &told.allowances {
            let found = allowances.get(pair);
            let found = found.map_or(0, |found| found.allowance.u128());
            if told.lapsed.contains(pair) {
                assert!(found <= *told_allowance, "{pair:?}");
            } else {
                assert_eq!(found, *told_allowance, "{pair:?}");
            }
        }
        let told_of = |pair| told.allowances.contains_key(pair);
        assert!(allowances.keys().all(told_of));
    }
}
