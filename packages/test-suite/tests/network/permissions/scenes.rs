//! Networks in which whoever may send a message has it succeed.

use compute_api::{
    coin,
    oracle::{CensusStage, Change, ExecuteMsg, Pausable},
    votes::{self, Fault, Hook, Payment},
};
use cosmwasm_std::{Addr, Uint128};
use cw_ownable::Action;
use test_suite::network::{
    Network,
    defaults::{COIN, DAY, oracle_params, votes_params},
};

use super::{market, people};

/// Everybody has coins, a bond, votes, rewards, allowances; changes are announced and
/// their time has come.
fn busy() -> Network {
    let mut net = Network::new();
    net.start();
    net.commit_for(0, 2_000, 300 * DAY).unwrap();
    let everybody: Vec<Addr> = people(&net).into_iter().map(|(_, who)| who).collect();
    for who in &everybody {
        net.mint(0, who, 1_000 * COIN).unwrap();
    }
    let allow = |spender: &Addr| coin::ExecuteMsg::IncreaseAllowance {
        spender: spender.to_string(),
        amount: Uint128::new(COIN),
        expires: None,
    };
    let holder = net.account("holder");
    for who in &everybody {
        let stranger = net.stranger.clone();
        if *who != stranger {
            net.coin(who, &allow(&stranger)).unwrap();
        }
        if *who != holder {
            net.coin(&holder, &allow(who)).unwrap();
        }
    }
    let (voter, miner) = (net.account("voter"), net.miners[0].clone());
    net.bond(&miner, 500 * COIN).unwrap();
    net.vote(&voter, &miner.key, 500 * COIN).unwrap();
    let payments = vec![Payment {
        operator: miner.key.to_string(),
        amount: Uint128::new(100 * COIN),
    }];
    let market = net.contracts.market.clone();
    net.pay_votes(&market, 200 * COIN, &Hook::Distribute { payments })
        .unwrap();
    net.unvote(&voter, &miner.key, Some(100 * COIN)).unwrap();
    let issuer = net.issuers[0].clone();
    let withdraw = ExecuteMsg::WithdrawBond {
        amount: Uint128::new(1_000_000),
    };
    net.oracle(&issuer, &withdraw).unwrap();
    let owner = net.owner.clone();
    let change = Change::Params(oracle_params());
    net.oracle(&owner, &ExecuteMsg::Announce { change })
        .unwrap();
    let change = votes::Change::Params(votes_params());
    net.votes(&owner, &votes::ExecuteMsg::Announce { change })
        .unwrap();
    net.wait(28 * DAY);
    net.measure(&[(0, 9), (1, 9), (2, 9), (3, 9)]);
    net
}

/// The scene of a kind of message.
pub(super) fn scene(kind: &str) -> Network {
    if let Some(name) = kind.strip_prefix("market.") {
        return market::scene(name);
    }
    match kind {
        "oracle.open_census" => {
            let mut net = busy();
            let round = net.round_of(net.next_slot());
            let time = net.signer.network().time_of(round);
            net.at(time);
            net
        }
        "oracle.commit_census" => {
            let mut net = busy();
            net.open();
            net
        }
        "oracle.seal_census" => {
            let mut net = busy();
            net.open();
            let CensusStage::Committing { until, .. } = net.under_way().stage else {
                panic!("open");
            };
            net.at(until + 1);
            net
        }
        "oracle.answer_census" => {
            let mut net = busy();
            net.drawn_census(&[(0, 9)]);
            net
        }
        "oracle.close_census" => {
            let mut net = busy();
            net.drawn_census(&[(0, 9)]);
            net.wait(3_601);
            net.blocks(101);
            net
        }
        "oracle.report_missed" => {
            let mut net = busy();
            net.measure_times(4, &[(1, 9)]);
            net
        }
        "oracle.report_unanswered" => {
            let mut net = busy();
            net.drawn_census(&[(0, 9)]);
            net.close().unwrap();
            net
        }
        "oracle.propose_reindex" => grown(),
        "oracle.veto_reindex" | "oracle.apply_reindex" => {
            let mut net = grown();
            net.anyone(&ExecuteMsg::ProposeReindex {}).unwrap();
            net.wait(3 * DAY);
            net
        }
        "oracle.flag" => short(),
        "oracle.default" => {
            let mut net = short();
            net.flag(0).unwrap();
            net.wait(7 * DAY + 1);
            net
        }
        "oracle.cure" => {
            let mut net = short();
            net.flag(0).unwrap();
            net.commit_for(0, 2_000, 60 * DAY).unwrap();
            net
        }
        "oracle.assume" => orphans(),
        "oracle.join_issuer" => {
            let mut net = busy();
            net.leave(0).unwrap();
            let operator = net.miners[0].key.to_string();
            let issuer = net.issuers[0].clone();
            let invite = ExecuteMsg::InviteOperator { operator };
            net.oracle(&issuer, &invite).unwrap();
            net.wait(30 * DAY);
            net
        }
        "oracle.resume" => {
            let mut net = busy();
            let pause = ExecuteMsg::Pause {
                what: Pausable::Mint,
                seconds: 60,
            };
            let guardian = net.guardian.clone();
            net.oracle(&guardian, &pause).unwrap();
            net
        }
        "votes.unjail" => {
            let mut net = busy();
            let key = net.miners[0].key.clone();
            let fault = Fault::Unproven {
                batch: 1,
                amount: Uint128::zero(),
            };
            net.fault(&key, fault).unwrap();
            net.wait(DAY);
            net
        }
        "votes.collect" => {
            let mut net = busy();
            let (from, to) = (net.miners[0].key.clone(), net.miners[2].key.clone());
            net.revote(&net.account("voter"), &from, &to, None).unwrap();
            net
        }
        _ if kind.ends_with(".accept_ownership") => offered(),
        _ => busy(),
    }
}

/// All capacity is of a higher tier, for long enough.
fn grown() -> Network {
    let mut net = busy();
    net.measure_times(11, &[(0, 40), (1, 40), (2, 40), (3, 40)]);
    net
}

/// Issuer 0 owes more than its commitment backs: that is nearly over.
fn short() -> Network {
    let mut net = busy();
    let until = net.issuer(0).until;
    net.at(until - 9 * DAY);
    net.measure(&[(0, 9), (1, 9), (2, 9), (3, 9)]);
    net.wait(8 * DAY);
    assert!(!net.issuer(0).short.is_zero());
    net
}

/// Issuer 1 has defaulted, issuer 0 is sound.
fn orphans() -> Network {
    let mut net = busy();
    net.commit_for(1, 2_000, 40 * DAY).unwrap();
    let holder = net.account("holder");
    net.mint(1, &holder, 1_000 * COIN).unwrap();
    net.leave(2).unwrap();
    net.leave(3).unwrap();
    net.flag(1).unwrap();
    net.wait(7 * DAY + 1);
    net.default_issuer(1).unwrap();
    net.measure(&[(0, 9), (1, 9)]);
    net
}

/// All three contracts are offered to the guardian.
fn offered() -> Network {
    let mut net = busy();
    let owner = net.owner.clone();
    let offer = Action::TransferOwnership {
        new_owner: net.guardian.to_string(),
        expiry: None,
    };
    let oracle = ExecuteMsg::UpdateOwnership(offer.clone());
    net.oracle(&owner, &oracle).unwrap();
    let coin = coin::ExecuteMsg::UpdateOwnership(offer.clone());
    net.coin(&owner, &coin).unwrap();
    let votes = votes::ExecuteMsg::UpdateOwnership(offer);
    net.votes(&owner, &votes).unwrap();
    net
}
