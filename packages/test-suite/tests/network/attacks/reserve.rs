//! Shortfall, default, take-over, and whoever holds the last coins.

use compute_api::oracle::ExecuteMsg;
use cosmwasm_std::Uint128;
use test_suite::network::{
    Builder, Network,
    defaults::{COIN, DAY},
};

use crate::common::refused;

/// Issuer 0 owes 60 000 coins to `holder`, and half of its capacity has left.
fn short() -> (Network, cosmwasm_std::Addr) {
    let mut net = Network::new();
    net.start();
    let holder = net.account("holder");
    net.mint(0, &holder, 60_000 * COIN).unwrap();
    net.leave(0).unwrap();
    // 1 024 ops per second for 30 days are 44 236.8 coins.
    assert_eq!(net.issuer(0).short.u128(), 15_763_200_000);
    (net, holder)
}

/// Seven days after that, nothing mended, it defaults.
fn defaulted() -> (Network, cosmwasm_std::Addr) {
    let (mut net, holder) = short();
    net.flag(0).unwrap();
    net.wait(7 * DAY + 1);
    net.default_issuer(0).unwrap();
    (net, holder)
}

#[test]
fn nobody_is_marked_or_defaulted_who_is_sound() {
    let mut net = Network::new();
    net.start();
    let holder = net.account("holder");
    net.mint(0, &holder, 60_000 * COIN).unwrap();
    refused(net.flag(0), "is not short");
    refused(net.cure(0), "not marked");
    refused(net.default_issuer(0), "not marked");
    assert_eq!(net.issuer(0).bond.u128(), 100_000_000);
    assert_eq!(net.backing().bounty.amount.u128(), 0);
}

#[test]
fn grace_lasts_its_days_and_no_longer() {
    let (mut net, holder) = short();
    refused(net.default_issuer(0), "not marked");
    net.flag(0).unwrap();
    refused(net.mint(0, &holder, 1), "marked as short");
    // To mark it again does not give it more time.
    net.wait(3 * DAY);
    refused(net.flag(0), "already");
    refused(net.cure(0), "still short");
    net.wait(4 * DAY);
    refused(net.default_issuer(0), "cannot be before");
    net.wait(1);
    net.default_issuer(0).unwrap();
    // It owes what is backed, and its bond has paid for the rest.
    let backing = net.backing();
    assert_eq!(net.issuer(0).outstanding.u128(), 44_236_800_000);
    assert_eq!(backing.orphan.u128(), 15_763_200_000);
    assert_eq!(backing.bounty.amount.u128(), 15_763_200);
    assert_eq!(net.issuer(0).bond.u128(), 100_000_000 - 15_763_200);
    assert_eq!(net.balance(&holder), 60_000 * COIN);
    refused(net.default_issuer(0), "not marked");
}

#[test]
fn a_bond_that_is_leaving_still_answers_for_a_default() {
    let mut net = Network::new();
    net.start();
    let holder = net.account("holder");
    let issuer = net.issuers[0].clone();
    // It takes back what no coin stands on, and all its miners leave at once.
    net.mint(0, &holder, 60_000 * COIN).unwrap();
    let withdraw = ExecuteMsg::WithdrawBond {
        amount: Uint128::new(40_000_000),
    };
    net.oracle(&issuer, &withdraw).unwrap();
    net.leave(0).unwrap();
    net.leave(1).unwrap();
    net.flag(0).unwrap();
    net.wait(21 * DAY);
    // Its time has come, and it is short: nothing leaves.
    let claim = ExecuteMsg::ClaimBond {};
    refused(net.oracle(&issuer, &claim), "short of");
    assert_eq!(net.bank(&issuer), 0);
    net.default_issuer(0).unwrap();
    assert_eq!(net.backing().orphan.u128(), 60_000 * COIN);
    assert_eq!(net.backing().bounty.amount.u128(), 60_000_000);
    // What was leaving has paid first; the rest stays, and can be asked back.
    refused(net.oracle(&issuer, &claim), "amount is 0");
    assert_eq!(net.issuer(0).leaving.u128(), 0);
    assert_eq!(net.issuer(0).bond.u128(), 40_000_000);
    net.oracle(&issuer, &withdraw).unwrap();
    net.wait(21 * DAY);
    net.oracle(&issuer, &claim).unwrap();
    assert_eq!(net.bank(&issuer), 40_000_000);
}

#[test]
fn a_bond_too_small_pays_all_that_it_is() {
    let (mut net, _) = short();
    net.flag(0).unwrap();
    // Fraud of its other miner has taken most of it.
    let key = net.miners[1].key.clone();
    net.fault(&key, compute_api::votes::Fault::Fraud { batch: 1 })
        .unwrap();
    let bond = net.issuer(0).bond.u128();
    let slashed = net.backing().bounty.amount.u128();
    assert_eq!(bond + slashed, 100_000_000);
    assert_eq!(
        bond, 50_000_000,
        "half of all: the only miner that it has left"
    );
    // Now nothing is proven.
    net.wait(7 * DAY + 1);
    net.default_issuer(0).unwrap();
    assert_eq!(net.issuer(0).outstanding.u128(), 0);
    assert_eq!(net.issuer(0).bond.u128(), 0, "60 000 000 were due");
    assert_eq!(net.backing().orphan.u128(), 60_000 * COIN);
    assert_eq!(net.backing().bounty.amount.u128(), 100_000_000);
    // Whoever takes over is paid what the coins' bond was, and no more.
    net.measure(&[(2, 9), (3, 9)]);
    let before = net.bank(&net.issuers[1].clone());
    net.assume(1, 60_000 * COIN).unwrap();
    assert_eq!(net.bank(&net.issuers[1].clone()) - before, 60_000_000);
    assert_eq!(net.backing().bounty.amount.u128(), 40_000_000);
}

/// Issuer 0 gets so many coins of `holder`'s and retires them.
trait Retire {
    fn retire_some(&mut self, holder: &cosmwasm_std::Addr, amount: u128);
}

impl Retire for Network {
    fn retire_some(&mut self, holder: &cosmwasm_std::Addr, amount: u128) {
        let issuer = self.issuers[0].clone();
        self.transfer(holder, &issuer, amount).unwrap();
        self.retire(0, amount).unwrap();
    }
}

#[test]
fn a_take_over_pays_by_part_and_passes_the_gate() {
    let (mut net, holder) = defaulted();
    let issuer = net.issuers[1].clone();
    // The last census is nine days old.
    refused(net.assume(1, COIN), "no census has closed");
    net.measure(&[(1, 9), (2, 9), (3, 9)]);
    refused(net.assume(1, 0), "amount is 0");
    refused(net.assume(1, 15_763_200_001), "amount of orphans");
    refused(net.assume(1, u128::MAX), "by backing");
    net.assume(1, 5_763_200_000).unwrap();
    assert_eq!(net.bank(&issuer), 5_763_200);
    assert_eq!(net.issuer(1).outstanding.u128(), 5_763_200_000);
    // Who has defaulted does not get its own bond back by that.
    net.retire_some(&holder, 40_000 * COIN);
    refused(net.assume(0, COIN), "has defaulted");
    net.mint(1, &holder, 70_000 * COIN).unwrap();
    refused(net.assume(1, 10_000 * COIN), "by backing");
    net.commit_for(1, 2_048, 90 * DAY).unwrap();
    net.assume(1, 8_000 * COIN).unwrap();
    let backing = net.backing();
    assert_eq!(backing.orphan.u128(), 2_000 * COIN);
    assert_eq!(backing.bounty.amount.u128(), 2_000_000);
    assert_eq!(net.bank(&issuer), 13_763_200);
    // The holder has noticed nothing of all that.
    assert_eq!(net.balance(&holder), 90_000 * COIN);
}

#[test]
fn the_last_holder_redeems_until_nothing_is_left() {
    let (mut net, holder) = defaulted();
    let market = net.contracts.market.clone();
    // The other issuer serves the orphans: they are its to serve, its own debt is 0.
    net.transfer(&holder, &market, 60_000 * COIN).unwrap();
    net.redeem(1, 10_000 * COIN).unwrap();
    assert_eq!(net.backing().orphan.u128(), 5_763_200_000);
    assert_eq!(net.issuer(1).outstanding.u128(), 0);
    // More than issuer 0 owes: the rest off the orphans, and nothing is stuck.
    net.redeem(0, 50_000 * COIN).unwrap();
    let backing = net.backing();
    assert_eq!(backing.orphan.u128(), 0);
    assert_eq!((backing.supply.u128(), backing.forgiven.u128()), (0, 0));
    assert_eq!(backing.outstanding.u128(), 0);
    // The bounty stays for the next who takes something over.
    assert_eq!(backing.bounty.amount.u128(), 15_763_200);
    let oracle = net.contracts.oracle.clone();
    assert_eq!(net.bank(&oracle), 200_000_000);
    assert_eq!(net.balance(&oracle), 0);
}

#[test]
fn a_redemption_beyond_all_debts_burns_and_is_forgiven() {
    let mut net = Network::new();
    net.start();
    let holder = net.account("holder");
    let market = net.contracts.market.clone();
    net.mint(0, &holder, 100 * COIN).unwrap();
    net.mint(1, &holder, 50 * COIN).unwrap();
    net.transfer(&holder, &market, 120 * COIN).unwrap();
    // Issuer 0 owes 100, and nobody is orphaned: 20 of issuer 1's are forgiven.
    net.redeem(0, 120 * COIN).unwrap();
    let backing = net.backing();
    assert_eq!(net.issuer(0).outstanding.u128(), 0);
    assert_eq!(net.issuer(1).outstanding.u128(), 50 * COIN);
    assert_eq!(backing.supply.u128(), 30 * COIN);
    assert_eq!(backing.forgiven.u128(), 20 * COIN);
}

#[test]
fn nobody_but_the_market_redeems_and_nobody_retires_more_than_it_owes() {
    let mut net = Network::new();
    net.start();
    let (holder, issuer) = (net.account("holder"), net.issuers[0].clone());
    net.mint(0, &holder, 100 * COIN).unwrap();
    net.mint(1, &issuer, 50 * COIN).unwrap();
    let hook = compute_api::oracle::Hook::Redeem {
        issuer: net.issuers[1].to_string(),
    };
    refused(net.pay_oracle(&holder, COIN, &hook), "may not send this");
    refused(net.pay_oracle(&issuer, COIN, &hook), "may not send this");
    let retire = compute_api::oracle::Hook::Retire {};
    refused(net.pay_oracle(&holder, COIN, &retire), "may not send this");
    net.transfer(&holder, &issuer, 100 * COIN).unwrap();
    refused(net.retire(0, 100 * COIN + 1), "amount to retire");
    net.retire(0, 100 * COIN).unwrap();
    assert_eq!(net.balance(&issuer), 50 * COIN);
    assert_eq!(net.issuer(0).outstanding.u128(), 0);
    assert_eq!(net.issuer(1).outstanding.u128(), 50 * COIN);
    assert_eq!(net.backing().forgiven.u128(), 0);
}

#[test]
fn a_burn_forgives_and_helps_no_issuer() {
    let (mut net, holder) = short();
    net.flag(0).unwrap();
    let burn = compute_api::coin::ExecuteMsg::Burn {
        amount: Uint128::new(20_000 * COIN),
    };
    net.coin(&holder, &burn).unwrap();
    assert_eq!(net.issuer(0).outstanding.u128(), 60_000 * COIN);
    refused(net.cure(0), "still short");
    net.wait(7 * DAY + 1);
    net.default_issuer(0).unwrap();
    assert_eq!(net.backing().orphan.u128(), 15_763_200_000);
    assert_eq!(net.backing().forgiven.u128(), 20_000 * COIN);
}

#[test]
fn a_tiny_default_does_not_win_a_slashed_bounty() {
    // A fraud has put half of issuer 1's bond into the bounty.
    let mut net = Builder::default()
        .with_issuers(3)
        .with_miners(&[(1, Some(0)), (1, Some(0)), (1, Some(1))])
        .build();
    net.measure_times(2, &[(0, 9), (1, 9), (2, 9)]);
    for issuer in 0..2 {
        net.post_bond(issuer, 100_000_000).unwrap();
        net.commit_for(issuer, 2_000, 60 * DAY).unwrap();
    }
    let key = net.miners[2].key.clone();
    net.fault(&key, compute_api::votes::Fault::Fraud { batch: 1 })
        .unwrap();
    assert_eq!(net.backing().bounty.amount.u128(), 50_000_000);
    // An issuer mints one coin, lets it default and takes it over elsewhere: it
    // wins what that coin's bond was, its own money.
    let accomplice = net.account("accomplice");
    net.mint(0, &accomplice, COIN).unwrap();
    net.leave(0).unwrap();
    net.leave(1).unwrap();
    net.flag(0).unwrap();
    net.wait(7 * DAY + 1);
    net.default_issuer(0).unwrap();
    assert_eq!(net.backing().bounty.amount.u128(), 50_001_000);
    let miner = net.add_miner("another", 1).unwrap();
    net.join(miner, 2).unwrap();
    net.post_bond(2, 1_000_000).unwrap();
    net.commit_for(2, 1_000, 60 * DAY).unwrap();
    net.measure_times(9, &[(miner, 9)]);
    net.assume(2, COIN).unwrap();
    assert_eq!(net.bank(&net.issuers[2].clone()), 1_000);
    assert_eq!(net.backing().bounty.amount.u128(), 50_000_000);
}

#[test]
fn coins_and_bond_money_sent_astray_change_no_book() {
    let mut net = Network::new();
    net.start();
    let holder = net.account("holder");
    net.mint(0, &holder, 100 * COIN).unwrap();
    let contracts = net.contracts.clone();
    net.transfer(&holder, &contracts.oracle, 10 * COIN).unwrap();
    net.transfer(&holder, &contracts.votes, 10 * COIN).unwrap();
    net.fund(&holder, 77);
    net.stray_bond(&holder, 77).unwrap();
    // They are lost to whoever sent them, still owed, and burnt by nobody.
    assert_eq!(net.issuer(0).outstanding.u128(), 100 * COIN);
    let market = contracts.market.clone();
    net.transfer(&holder, &market, 80 * COIN).unwrap();
    net.redeem(0, 80 * COIN).unwrap();
    assert_eq!(net.issuer(0).outstanding.u128(), 20 * COIN);
    assert_eq!(net.balance(&contracts.oracle), 10 * COIN);
    assert_eq!(net.balance(&contracts.votes), 10 * COIN);
    assert_eq!(net.bank(&contracts.oracle), 200_000_077);
}
