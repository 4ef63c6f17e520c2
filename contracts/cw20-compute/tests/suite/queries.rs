//! What can be asked, also by the `cw20` client.

use compute_api::coin::{QueryMsg, SupplyResponse};
use cosmwasm_std::{Addr, to_json_string};
use cw_multi_test::Executor;
use cw20::{
    AllAccountsResponse, AllAllowancesResponse, AllSpenderAllowancesResponse, Cw20Contract,
    Cw20ExecuteMsg, Expiration,
};

use crate::world::{World, burn, coins, increase};

fn sorted(world: &World, names: &[&str]) -> Vec<Addr> {
    let mut accounts: Vec<_> = names.iter().map(|name| world.account(name)).collect();
    accounts.sort();
    accounts
}

/// Pages of one entry.
fn walk<T>(world: &World, page: impl Fn(&World, Option<String>) -> Vec<(String, T)>) -> Vec<T> {
    let mut all = Vec::new();
    let mut last = None;
    loop {
        let mut entries = page(world, last.take());
        assert!(entries.len() <= 1);
        let Some((key, entry)) = entries.pop() else {
            return all;
        };
        all.push(entry);
        last = Some(key);
    }
}

#[test]
fn lists_accounts_by_page() {
    let mut world = World::new();
    let accounts = sorted(&world, &["one", "two", "three"]);
    for account in &accounts {
        world.mint(account, 1);
    }
    let listed = walk(&world, |world, start_after| {
        let limit = Some(1);
        let page: AllAccountsResponse = world.ask(&QueryMsg::AllAccounts { start_after, limit });
        let entries = page.accounts.into_iter();
        entries
            .map(|account| (account.clone(), Addr::unchecked(account)))
            .collect()
    });
    assert_eq!(listed, accounts);
    let limit = None;
    let start_after = None;
    let page: AllAccountsResponse = world.ask(&QueryMsg::AllAccounts { start_after, limit });
    assert_eq!(page.accounts.len(), 3);
}

#[test]
fn lists_allowances_by_page_from_either_side() {
    let mut world = World::new();
    let accounts = sorted(&world, &["one", "two", "three"]);
    let centre = world.account("centre");
    for (amount, account) in (1..).zip(&accounts) {
        world.ok(&centre, &increase(account, amount, None));
        world.ok(account, &increase(&centre, 10 * amount, None));
    }
    let given = walk(&world, |world, start_after| {
        let page: AllAllowancesResponse = world.ask(&QueryMsg::AllAllowances {
            owner: centre.to_string(),
            start_after,
            limit: Some(1),
        });
        let entries = page.allowances.into_iter();
        entries
            .map(|entry| (entry.spender.clone(), (entry.spender, entry.allowance)))
            .collect()
    });
    let expected = |unit: u128| -> Vec<_> {
        let amounts = (1..).map(|amount| coins(amount * unit));
        accounts.iter().map(Addr::to_string).zip(amounts).collect()
    };
    assert_eq!(given, expected(1));
    let got = walk(&world, |world, start_after| {
        let page: AllSpenderAllowancesResponse = world.ask(&QueryMsg::AllSpenderAllowances {
            spender: centre.to_string(),
            start_after,
            limit: Some(1),
        });
        let entries = page.allowances.into_iter();
        entries
            .map(|entry| (entry.owner.clone(), (entry.owner, entry.allowance)))
            .collect()
    });
    assert_eq!(got, expected(10));
}

#[test]
fn refuses_what_is_no_address() {
    let world = World::new();
    let alice = world.account("alice").to_string();
    let bad = || "nobody".to_owned();
    for query in [
        QueryMsg::Balance { address: bad() },
        QueryMsg::Allowance {
            owner: bad(),
            spender: alice.clone(),
        },
        QueryMsg::Allowance {
            owner: alice,
            spender: bad(),
        },
        QueryMsg::AllAllowances {
            owner: bad(),
            start_after: None,
            limit: None,
        },
        QueryMsg::AllSpenderAllowances {
            spender: bad(),
            start_after: None,
            limit: None,
        },
    ] {
        let error = world.try_ask::<serde::de::IgnoredAny>(&query).unwrap_err();
        assert!(error.to_string().contains("bech32"), "{query:?}: {error}");
    }
}

#[test]
fn the_supply_is_as_told() {
    let mut world = World::new();
    let alice = world.account("alice");
    world.mint(&alice, 9);
    world.ok(&alice, &burn(2));
    let told: SupplyResponse = world.ask(&QueryMsg::Supply {});
    assert_eq!(
        to_json_string(&told).unwrap(),
        r#"{"supply":"7","forgiven":"2"}"#
    );
}

#[test]
fn the_cw20_client_works() {
    let mut world = World::new();
    let (alice, bob) = (world.account("alice"), world.account("bob"));
    world.mint(&alice, 100);
    let coin = Cw20Contract(world.contracts.coin.clone());
    let spender = bob.to_string();
    for msg in [
        Cw20ExecuteMsg::Transfer {
            recipient: bob.to_string(),
            amount: coins(10),
        },
        Cw20ExecuteMsg::IncreaseAllowance {
            spender,
            amount: coins(20),
            expires: None,
        },
    ] {
        let msg = coin.call(msg).unwrap();
        world.app.execute(alice.clone(), msg).unwrap();
    }
    let querier = world.app.wrap();
    assert_eq!(coin.balance(&querier, &alice).unwrap(), coins(90));
    assert_eq!(coin.meta(&querier).unwrap().total_supply, coins(100));
    let allowance = coin.allowance(&querier, &alice, &bob).unwrap();
    assert_eq!(allowance.allowance, coins(20));
    assert_eq!(allowance.expires, Expiration::Never {});
    let minter = coin.minter(&querier).unwrap().unwrap();
    assert_eq!(minter.minter, world.contracts.oracle.to_string());
    assert!(coin.is_mintable(&querier) && coin.has_allowance(&querier));
}
