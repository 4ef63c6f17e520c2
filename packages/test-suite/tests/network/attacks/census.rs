//! The census: more capacity than there is, and less trouble than it takes.

use compute_api::{
    oracle::{CensusStage, ExecuteMsg, QueryMsg},
    votes::{self, Standing},
};
use cosmwasm_std::Addr;
use test_suite::network::{
    Builder, Network,
    defaults::{COIN, DAY},
};

use crate::common::refused;

/// Two censuses of all four miners, and miner 0 staked: its owner bonds 100 coins and
/// `voter` votes 100 more.
fn staked() -> (Network, Addr) {
    let mut net = Network::new();
    net.start();
    let voter = net.account("voter");
    net.mint(0, &voter, 1_000 * COIN).unwrap();
    let miner = net.miners[0].clone();
    net.transfer(&voter, &miner.owner, 100 * COIN).unwrap();
    net.bond(&miner, 100 * COIN).unwrap();
    net.vote(&voter, &miner.key, 100 * COIN).unwrap();
    (net, voter)
}

fn allowance(net: &Network, issuer: usize) -> u128 {
    let issuer = net.issuers[issuer].to_string();
    let answer: compute_api::oracle::MintAllowanceResponse =
        net.ask(&QueryMsg::MintAllowance { issuer });
    answer.amount.u128()
}

#[test]
fn one_gpu_behind_fifty_keys_is_one_gpu() {
    // Both issuers have one GPU, which does fifty units in the window: one of them
    // behind fifty keys.
    let mut miners = vec![(1, Some(0)); 50];
    miners.push((1, Some(1)));
    let mut net = Builder::default().with_miners(&miners).build();
    let mut parts: Vec<(usize, u32)> = (0..50).map(|key| (key, 1)).collect();
    parts.push((50, 50));
    net.measure_times(2, &parts);
    let (split, whole) = (net.issuer(0).proven.u128(), net.issuer(1).proven.u128());
    // 8 192 ops in 72 s are 113.7 ops per second: each key rounds down.
    assert_eq!((split, whole), (50 * 113, 5_688));
    for issuer in 0..2 {
        net.post_bond(issuer, 1_000_000_000).unwrap();
        net.commit_for(issuer, 1_000_000, 30 * DAY).unwrap();
    }
    assert!(allowance(&net, 0) <= allowance(&net, 1));
    let miner = net.account("miner");
    let most = allowance(&net, 1);
    refused(net.mint(0, &miner, most), "by backing");
    assert_eq!(net.balance(&miner), 0);
}

#[test]
fn work_of_one_key_is_worth_nothing_under_another() {
    let (mut net, _) = staked();
    net.open();
    let slot = net.under_way().slot;
    // Miner 0 computes once, and miner 1, which has the same GPU, commits the same.
    let (key, other) = (net.miners[0].key.clone(), net.miners[1].key.clone());
    let work = net.compute(&key, 9);
    net.commit_work(&key, slot, work.clone()).unwrap();
    net.commit_work(&other, slot, work).unwrap();
    net.seal().unwrap();
    net.draw().unwrap();
    net.answer(0).unwrap();
    refused(net.answer(1), "");
    // Nor is the first one's answer its.
    let answer = net.answer_of(&key);
    refused(net.carry(&other, answer), "");
    net.close().unwrap();
    assert_eq!(net.issuer(0).proven.u128(), 1_024);
    assert_eq!(net.measured(1).rate.u128(), 0);
}

#[test]
fn a_copied_commitment_costs_its_copier() {
    let (mut net, voter) = staked();
    let copier = net.miners[1].clone();
    net.transfer(&voter, &copier.owner, 100 * COIN).unwrap();
    net.bond(&copier, 100 * COIN).unwrap();
    net.open();
    net.commit(0, 9).unwrap();
    // The root stands in public before the window closes.
    let seen = net.measured(0).commitment.unwrap();
    let copy = ExecuteMsg::CommitCensus {
        slot: seen.slot,
        units: seen.units,
        root: seen.root,
        open: None,
    };
    net.oracle(&copier.key, &copy).unwrap();
    net.seal().unwrap();
    net.draw().unwrap();
    net.answer(0).unwrap();
    let answer = net.answer_of(&net.miners[0].key.clone());
    refused(net.carry(&copier.key, answer), "");
    net.close().unwrap();
    let operator = copier.key.to_string();
    let bond = net.issuer(0).bond.u128();
    net.anyone(&ExecuteMsg::ReportUnanswered { operator })
        .unwrap();
    // One part in a hundred of its stake: a tenth for the stranger who said so.
    assert_eq!(net.staked(&copier.key).stake.u128(), 99 * COIN);
    assert_eq!(net.balance(&net.stranger.clone()), COIN / 10);
    assert_eq!(net.protection(), COIN * 9 / 10);
    assert_eq!(net.staked(&copier.key).standing, Standing::Jailed);
    // And of its share of the bond: 1 024 of 1 024 + 1 024, into the bounty.
    let taken = bond - net.issuer(0).bond.u128();
    assert_eq!(taken, bond / 2 / 100);
    assert_eq!(net.backing().bounty.amount.u128(), taken);
    assert_eq!(net.measured(0).rate.u128(), 1_024);
}

#[test]
fn a_withheld_answer_costs_capacity_and_stake() {
    let (mut net, voter) = staked();
    net.drawn_census(&[(0, 9), (1, 9), (2, 9)]);
    // Miner 0 does not like its draw.
    net.answer(1).unwrap();
    net.answer(2).unwrap();
    net.close().unwrap();
    assert_eq!(net.measured(0).rate.u128(), 0);
    assert_eq!(net.issuer(0).proven.u128(), 1_024);
    let key = net.miners[0].key.clone();
    let operator = key.to_string();
    let report = ExecuteMsg::ReportUnanswered { operator };
    net.anyone(&report).unwrap();
    // Its voters have lost a hundredth with it, and it is out for a day.
    assert_eq!(net.worth(&voter, &key), 99 * COIN);
    assert_eq!(net.staked(&key).active_stake.u128(), 0);
    refused(net.anyone(&report), "unreported");
    net.open();
    refused(net.commit(0, 9), "jail");
    // This one it misses, too: two of the last eight are 0.
    net.seal().unwrap();
    net.draw().unwrap();
    net.close().unwrap();
    let owner = net.miners[0].owner.clone();
    net.wait(DAY);
    let unjail = votes::ExecuteMsg::Unjail {
        operator: key.to_string(),
    };
    net.votes(&owner, &unjail).unwrap();
    net.measure(&[(0, 9), (1, 9)]);
    assert_eq!(
        net.measured(0).rate.u128(),
        0,
        "two of the last eight are 0"
    );
}

#[test]
fn late_commitments_do_not_count() {
    let mut net = Network::new();
    net.start();
    net.open();
    let CensusStage::Committing { until, .. } = net.under_way().stage else {
        panic!("nobody has sealed");
    };
    net.at(until);
    net.commit(0, 9).unwrap();
    net.at(until + 1);
    refused(net.commit(1, 9), "took commitments until");
    refused(net.commit(0, 90), "took commitments until");
    net.anyone(&ExecuteMsg::SealCensus {}).unwrap();
    refused(net.commit(1, 9), "took commitments until");
    net.draw().unwrap();
    // Now the draw is known.
    refused(net.commit(1, 9), "took commitments until");
    net.answer(0).unwrap();
    net.close().unwrap();
    assert_eq!(net.issuer(0).proven.u128(), 1_024);
    let commit = ExecuteMsg::CommitCensus {
        slot: 1,
        units: 1,
        root: [0; 32].into(),
        open: None,
    };
    let key = net.miners[1].key.clone();
    refused(net.oracle(&key, &commit), "no census is under way");
}

#[test]
fn the_last_of_replaced_commitments_counts() {
    let mut net = Network::new();
    net.start();
    net.open();
    let key = net.miners[0].key.clone();
    let slot = net.under_way().slot;
    let first = net.compute(&key, 30);
    net.commit_work(&key, slot, first.clone()).unwrap();
    net.commit(0, 9).unwrap();
    net.seal().unwrap();
    net.draw().unwrap();
    let CensusStage::Answering { round, .. } = net.under_way().stage else {
        panic!("drawn");
    };
    let sampling = net.signer.randomness(round).unwrap();
    let answer = first.answer(&sampling, 4).unwrap();
    refused(net.carry(&key, answer.into()), "");
    net.answer(0).unwrap();
    net.close().unwrap();
    let results = net.measured(0).results;
    assert_eq!(results.last().unwrap().rate.u128(), 1_024);
}

#[test]
fn a_wrong_opening_is_refused_and_no_fault() {
    let (mut net, voter) = staked();
    net.drawn_census(&[(0, 9), (1, 9)]);
    let key = net.miners[0].key.clone();
    let right = net.answer_of(&key);
    for at in [0, right.len() / 2, right.len() - 1] {
        let mut wrong = right.to_vec();
        wrong[at] ^= 1;
        refused(net.carry(&key, wrong.into()), "");
    }
    refused(net.carry(&key, right[..right.len() - 1].into()), "");
    // Whoever carries it, and however often it was carried wrong.
    net.carry(&key, right.clone()).unwrap();
    refused(net.carry(&key, right), "answered census");
    net.answer(1).unwrap();
    net.close().unwrap();
    let operator = key.to_string();
    let report = net.anyone(&ExecuteMsg::ReportUnanswered { operator });
    refused(report, "no commitment that is unanswered");
    assert_eq!(net.worth(&voter, &key), 100 * COIN);
    assert_eq!(net.measured(0).rate.u128(), 1_024);
}

#[test]
fn a_halt_in_the_window_voids_the_census() {
    let (mut net, voter) = staked();
    let results = net.measured(0).results;
    net.open();
    net.commit(0, 9).unwrap();
    // The chain stands still for ten minutes: enough to compute ten times as much,
    // or to see the draw.
    net.wait(600);
    refused(net.commit(1, 90), "took commitments until");
    net.anyone(&ExecuteMsg::SealCensus {}).unwrap();
    assert_eq!(net.census().current, None);
    // No result and no miss: everything is as it was.
    assert_eq!(net.measured(0).results, results);
    assert_eq!(net.issuer(0).proven.u128(), 2_048);
    let operator = net.miners[0].key.to_string();
    for report in [
        ExecuteMsg::ReportUnanswered {
            operator: operator.clone(),
        },
        ExecuteMsg::ReportMissed { operator },
    ] {
        refused(net.anyone(&report), "");
    }
    assert_eq!(net.worth(&voter, &net.miners[0].key.clone()), 100 * COIN);
    net.measure(&[(0, 9), (1, 9), (2, 9), (3, 9)]);
    assert_eq!(net.issuer(0).proven.u128(), 2_048);
}

#[test]
fn a_seal_fixes_a_draw_that_nobody_knows_yet() {
    let mut net = Network::new();
    net.start();
    net.open();
    let CensusStage::Committing { until, .. } = net.under_way().stage else {
        panic!("nobody has sealed");
    };
    net.at(until);
    net.commit(0, 9).unwrap();
    // In the same block, though its time is over: who commits must not choose the
    // draw by sealing.
    net.same_height_after(1);
    refused(net.anyone(&ExecuteMsg::SealCensus {}), "above height");
    net.blocks(1);
    net.anyone(&ExecuteMsg::SealCensus {}).unwrap();
    let CensusStage::Sealed { round, post_by } = net.under_way().stage else {
        panic!("sealed");
    };
    let time = net.signer.network().time_of(round);
    assert!(time >= net.now() + 30 && time < net.now() + 33);
    // After a halt up to the last moment the same round is posted, and late nothing.
    net.wait(post_by - net.now());
    let beacon = net.beacon(round);
    net.anyone(&ExecuteMsg::PostBeacon { beacon }).unwrap();
    net.answer(0).unwrap();
    net.close().unwrap();
    assert_eq!(net.issuer(0).proven.u128(), 1_024);
}

#[test]
fn a_draw_that_nobody_posts_in_time_voids_the_census() {
    let mut net = Network::new();
    net.start();
    net.open();
    net.commit(0, 9).unwrap();
    net.seal().unwrap();
    let CensusStage::Sealed { round, post_by } = net.under_way().stage else {
        panic!("sealed");
    };
    refused(net.anyone(&ExecuteMsg::CloseCensus {}), "closed after");
    net.wait(post_by + 1 - net.now());
    let beacon = net.beacon(round);
    net.anyone(&ExecuteMsg::PostBeacon { beacon }).unwrap();
    // Posted too late, it draws nothing.
    let key = net.miners[0].key.clone();
    refused(net.carry(&key, b"".into()), "waits for round");
    net.anyone(&ExecuteMsg::CloseCensus {}).unwrap();
    let operator = key.to_string();
    refused(net.anyone(&ExecuteMsg::ReportUnanswered { operator }), "");
    assert_eq!(net.issuer(0).proven.u128(), 2_048);
}

#[test]
fn a_late_or_forged_slot_never_existed() {
    let mut net = Builder::default()
        .with_params(|params| params.census.one_in = 5)
        .build();
    let slot = net.next_slot();
    let round = net.round_of(slot);
    let time = net.signer.network().time_of(round);
    net.at(time);
    let forged = net.signer.forger().round(round).unwrap();
    let open = ExecuteMsg::OpenCensus { beacon: forged };
    refused(net.anyone(&open), "");
    let not_first = net.beacon(round + 1);
    let open = ExecuteMsg::OpenCensus { beacon: not_first };
    refused(net.anyone(&open), "not the first of its slot");
    // A slot that does not fire: four in five do not.
    let quiet = (1..).map(|n| slot - n).find(|slot| {
        let randomness = net.signer.randomness(net.round_of(*slot)).unwrap();
        !compute_proofs::census::fires(&randomness, 5).unwrap()
    });
    let late = net.open_slot(quiet.unwrap());
    refused(late, "could be opened until");
    net.at(time + 21);
    refused(net.open_slot(slot), "could be opened until");
    // The gap counts from the last opened one, so the next that fires can be.
    let next = net.open();
    assert!(next > slot && next < slot + 100);
}
