//! Nothing, everything and more than there is.

use compute_api::{
    coin, oracle,
    votes::{self, Hook, Payment},
};
use cosmwasm_std::{Addr, Uint128, coin as coin_of, to_json_binary};
use test_suite::network::{
    Network,
    defaults::{BOND_DENOM, COIN, DAY},
};

use crate::common::refused;

/// Somebody with coins in each place where there can be some.
fn rich() -> (Network, Addr, Addr) {
    let mut net = Network::new();
    net.start();
    let holder = net.account("holder");
    net.mint(0, &holder, 1_000 * COIN).unwrap();
    let miner = net.miners[0].clone();
    net.transfer(&holder, &miner.owner, 200 * COIN).unwrap();
    net.bond(&miner, 100 * COIN).unwrap();
    net.vote(&holder, &miner.key, 100 * COIN).unwrap();
    (net, holder, miner.key)
}

/// Everything that anybody has.
fn money(net: &Network) -> impl PartialEq + std::fmt::Debug + use<> {
    let backing = net.backing();
    let banks: Vec<u128> = net.issuers.iter().map(|issuer| net.bank(issuer)).collect();
    (net.replay.coin.balances.clone(), backing, banks)
}

#[test]
fn amounts_that_cannot_be_change_nothing() {
    let (mut net, holder, key) = rich();
    let issuer = net.issuers[0].clone();
    let market = net.contracts.market.clone();
    net.transfer(&holder, &market, 50 * COIN).unwrap();
    net.transfer(&holder, &issuer, 50 * COIN).unwrap();
    let owner = net.miners[0].owner.clone();
    let before = money(&net);
    for amount in [0, u128::MAX - 1, u128::MAX] {
        let mint = net.mint(0, &holder, amount);
        assert!(mint.is_err());
        assert!(net.assume(0, amount).is_err());
        assert!(net.retire(0, amount).is_err());
        assert!(net.redeem(0, amount).is_err());
        assert!(net.vote(&holder, &key, amount).is_err());
        assert!(net.unvote(&holder, &key, Some(amount)).is_err());
        let other = net.miners[1].key.clone();
        assert!(net.revote(&holder, &key, &other, Some(amount)).is_err());
        let units = Uint128::new(amount);
        let withdraw = oracle::ExecuteMsg::WithdrawBond { amount: units };
        assert!(net.oracle(&issuer, &withdraw).is_err());
        let unbond = votes::ExecuteMsg::Unbond {
            operator: key.to_string(),
            amount: Some(units),
        };
        assert!(net.votes(&owner, &unbond).is_err());
        // The coin takes 0 as cw20-base does in the version of the lock file; no
        // more than there is in any.
        if amount > 0 {
            assert!(net.transfer(&holder, &market, amount).is_err());
            let burn = coin::ExecuteMsg::Burn { amount: units };
            assert!(net.coin(&holder, &burn).is_err());
        }
    }
    assert_eq!(money(&net), before);
}

#[test]
fn one_more_than_all_is_refused_and_all_is_not() {
    let (mut net, holder, key) = rich();
    let has = net.balance(&holder);
    let market = net.contracts.market.clone();
    refused(net.transfer(&holder, &market, has + 1), "Cannot Sub");
    refused(net.vote(&holder, &key, has + 1), "Cannot Sub");
    refused(
        net.unvote(&holder, &key, Some(100 * COIN + 1)),
        "micro-coins",
    );
    net.unvote(&holder, &key, Some(100 * COIN)).unwrap();
    refused(net.unvote(&holder, &key, None), "no vote of this sender");
    net.transfer(&holder, &market, has).unwrap();
    let owed = net.issuer(0).outstanding.u128();
    assert_eq!(owed, 1_000 * COIN);
    net.redeem(0, has).unwrap();
    assert_eq!(net.issuer(0).outstanding.u128(), owed - has);
    let withdraw = |amount: u128| oracle::ExecuteMsg::WithdrawBond {
        amount: Uint128::new(amount),
    };
    let issuer = net.issuers[1].clone();
    refused(net.oracle(&issuer, &withdraw(100_000_001)), "amount is");
    net.oracle(&issuer, &withdraw(100_000_000)).unwrap();
    net.wait(21 * DAY);
    net.oracle(&issuer, &oracle::ExecuteMsg::ClaimBond {})
        .unwrap();
    assert_eq!(net.bank(&issuer), 100_000_000);
}

#[test]
fn sums_of_payments_do_not_wrap() {
    let (mut net, holder, key) = rich();
    let market = net.contracts.market.clone();
    net.transfer(&holder, &market, 100 * COIN).unwrap();
    let before = money(&net);
    let payment = |amount: u128| Payment {
        operator: key.to_string(),
        amount: Uint128::new(amount),
    };
    for payments in [
        vec![payment(u128::MAX), payment(2 + 50 * COIN)],
        vec![payment(50 * COIN), payment(1)],
        vec![payment(1); 5],
    ] {
        let hook = Hook::Distribute { payments };
        assert!(net.pay_votes(&market, 50 * COIN, &hook).is_err());
    }
    assert_eq!(money(&net), before);
    // All of it to one, and nothing listed at all.
    let payments = vec![payment(50 * COIN)];
    net.pay_votes(&market, 50 * COIN, &Hook::Distribute { payments })
        .unwrap();
    let payments = Vec::new();
    net.pay_votes(&market, 50 * COIN, &Hook::Distribute { payments })
        .unwrap();
    assert_eq!(net.protection(), 50 * COIN);
}

#[test]
fn the_largest_capacity_bond_and_devices_overflow_nothing() {
    let mut net = Network::new();
    net.start();
    let holder = net.account("holder");
    // All native units that there can be, less what is out already.
    let rest = u128::MAX - 200_000_000;
    net.post_bond(0, rest).unwrap();
    net.commit_for(0, u128::MAX, 3_650 * DAY).unwrap();
    assert_eq!(net.issuer(0).bond.u128(), u128::MAX - 100_000_000);
    assert_eq!(
        net.issuer(0).bond_cap.u128(),
        u128::MAX,
        "as far as it can be counted"
    );
    assert_eq!(net.issuer(0).effective.u128(), 2_048);
    net.mint(0, &holder, COIN).unwrap();
    refused(net.mint(0, &holder, u128::MAX), "by backing");
    let key = net.miners[0].key.clone();
    for devices in [0, 1_000_001, u32::MAX] {
        let declare = oracle::ExecuteMsg::DeclareDevices { devices };
        refused(net.oracle(&key, &declare), "devices is");
    }
    let most = oracle::ExecuteMsg::DeclareDevices { devices: 1_000_000 };
    net.oracle(&key, &most).unwrap();
    // A fraud takes half of its half of that.
    net.fault(&key, votes::Fault::Fraud { batch: 0 }).unwrap();
    let bounty = net.backing().bounty.amount.u128();
    assert_eq!(bounty, (u128::MAX - 100_000_000).div_ceil(4));
}

#[test]
fn the_most_units_cannot_be_claimed_out_of_nothing() {
    let mut net = Network::new();
    net.start();
    net.open();
    let slot = net.under_way().slot;
    let key = net.miners[0].key.clone();
    let commit = |units| oracle::ExecuteMsg::CommitCensus {
        slot,
        units,
        root: [1; 32].into(),
        open: None,
    };
    for units in [0, (1 << 24) + 1, u32::MAX] {
        refused(net.oracle(&key, &commit(units)), "units is");
    }
    net.oracle(&key, &commit(1 << 24)).unwrap();
    net.commit(1, 9).unwrap();
    net.seal().unwrap();
    net.draw().unwrap();
    refused(net.carry(&key, vec![0; 100].into()), "");
    net.answer(1).unwrap();
    net.close().unwrap();
    assert_eq!(net.issuer(0).proven.u128(), 1_024);
}

#[test]
fn funds_go_where_they_belong_or_back() {
    let mut net = Network::new();
    let issuer = net.issuers[0].clone();
    net.fund(&issuer, 1_000);
    let mint = cw_multi_test::BankSudo::Mint {
        to_address: issuer.to_string(),
        amount: vec![coin_of(500, "uother")],
    };
    net.app.sudo(cw_multi_test::SudoMsg::Bank(mint)).unwrap();
    let post = oracle::ExecuteMsg::PostBond { issuer: None };
    let (bond, other) = (coin_of(10, BOND_DENOM), coin_of(10, "uother"));
    for funds in [vec![], vec![other.clone()], vec![bond.clone(), other]] {
        refused(
            net.oracle_with(&issuer, &post, &funds),
            "posted in ubond alone",
        );
    }
    let commit = oracle::ExecuteMsg::ClaimBond {};
    refused(
        net.oracle_with(&issuer, &commit, std::slice::from_ref(&bond)),
        "takes no funds",
    );
    // Whoever likes posts for another.
    let stranger = net.stranger.clone();
    net.fund(&stranger, 10);
    let for_another = oracle::ExecuteMsg::PostBond {
        issuer: Some(issuer.to_string()),
    };
    net.oracle_with(&stranger, &for_another, std::slice::from_ref(&bond))
        .unwrap();
    let for_nobody = oracle::ExecuteMsg::PostBond {
        issuer: Some(stranger.to_string()),
    };
    net.fund(&stranger, 10);
    refused(
        net.oracle_with(&stranger, &for_nobody, &[bond]),
        "no issuer",
    );
    assert_eq!((net.bank(&issuer), net.bank(&stranger)), (1_000, 10));
    assert_eq!(net.issuer(0).bond.u128(), 10);
}

#[test]
fn hooks_that_are_none_bring_the_coins_back() {
    let (mut net, holder, _) = rich();
    let before = money(&net);
    let contracts = net.contracts.clone();
    let nobody = Hook::Vote {
        operator: "nobody".to_owned(),
    };
    for (contract, msg) in [
        (&contracts.oracle, b"".into()),
        (&contracts.votes, b"{}".into()),
        (&contracts.oracle, to_json_binary(&nobody).unwrap()),
        (&contracts.votes, to_json_binary(&nobody).unwrap()),
        (&contracts.coin, to_json_binary(&nobody).unwrap()),
    ] {
        let send = coin::ExecuteMsg::Send {
            contract: contract.to_string(),
            amount: Uint128::new(COIN),
            msg,
        };
        assert!(net.coin(&holder, &send).is_err());
    }
    assert_eq!(money(&net), before);
}
