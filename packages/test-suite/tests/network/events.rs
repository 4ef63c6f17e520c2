//! Everything that the queries show can be rebuilt from events alone.

use std::collections::{BTreeMap, BTreeSet};

use compute_api::{
    coin,
    oracle::{
        Change, ExecuteMsg, PausesResponse, PegAtResponse, PegHistoryResponse, QueryMsg,
        TiersResponse,
    },
    votes::{self, Fault, Hook, Kind, Operator, Payment},
};
use cosmwasm_std::{Addr, Event, Uint128};
use test_suite::network::{
    Builder, Network, Replay,
    defaults::{COIN, DAY, START, oracle_params},
    rules,
};

/// What is shown, by what it is.
type Shown = BTreeMap<String, String>;

fn put(shown: &mut Shown, what: &str, of: impl ToString, value: impl std::fmt::Debug) {
    let before = shown.insert(format!("{what} {}", of.to_string()), format!("{value:?}"));
    assert_eq!(before, None, "{what} of {} twice", of.to_string());
}

/// Moments at which the peg is looked at, the past of a network.
fn moments(now: u64) -> impl Iterator<Item = u64> {
    (0..=20).map(move |part| START + (now - START) * part / 20)
}

/// By queries.
fn shown(net: &Network) -> Shown {
    let mut shown = Shown::new();
    let backing = net.backing();
    put(&mut shown, "orphans", "", backing.orphan);
    put(&mut shown, "bounty", "", backing.bounty.amount);
    put(&mut shown, "supply", "", backing.supply);
    put(&mut shown, "forgiven", "", backing.forgiven);
    put(&mut shown, "census", "", backing.census);
    for issuer in net.all_issuers().issuers {
        let key = issuer.backing.issuer.clone();
        put(&mut shown, "name", &key, issuer.identity.name);
        put(&mut shown, "bond free at", &key, issuer.bond_free_at);
        put(&mut shown, "backing", &key, issuer.backing);
    }
    for time in moments(net.now()) {
        let peg: PegAtResponse = net.ask(&QueryMsg::PegAt { time });
        put(&mut shown, "peg at", time, (peg.tier, peg.opc, peg.target));
    }
    let history: PegHistoryResponse = net.ask(&QueryMsg::PegHistory {
        start_after: None,
        limit: Some(100),
    });
    for step in history.steps {
        let line = (step.tier, step.start, step.target);
        put(&mut shown, "peg step", step.number, line);
    }
    let tiers: TiersResponse = net.ask(&QueryMsg::Tiers {});
    put(&mut shown, "held", "", (tiers.held, tiers.held_for));
    let pauses: PausesResponse = net.ask(&QueryMsg::Pauses {});
    put(&mut shown, "mint paused", "", pauses.mint);
    put(&mut shown, "redeem paused", "", pauses.redeem);
    for operator in net.all_operators() {
        let key = operator.operator;
        let line = (
            operator.issuer.map(String::from),
            operator.invited_by.map(String::from),
        );
        put(&mut shown, "issuer", &key, line);
        let devices = (
            operator.devices,
            operator.pending_devices.map(|x| x.devices),
        );
        put(&mut shown, "devices", &key, devices);
        put(&mut shown, "bound until", &key, operator.bound_until);
    }
    shown_stakes(net, &mut shown);
    shown
}

fn shown_stakes(net: &Network, shown: &mut Shown) {
    for kind in [Kind::Miner, Kind::Coordinator] {
        let operators: votes::OperatorsResponse = net.ask_votes(&votes::QueryMsg::Operators {
            kind,
            start_after: None,
            limit: Some(100),
        });
        let stakes = operators.operators.iter().map(|operator| operator.stake);
        assert!(
            stakes.is_sorted_by(|a, b| a >= b),
            "by stake, the largest first"
        );
        for operator in operators.operators {
            let Operator {
                operator,
                owner,
                slot,
                standing,
                jailed_until,
                stake,
                shares,
                active_stake,
                ..
            } = operator;
            let line = (owner.to_string(), slot, stake, shares, active_stake);
            put(shown, "stake", &operator, line);
            put(
                shown,
                "standing",
                &operator,
                (standing.to_string(), jailed_until),
            );
        }
    }
    put(shown, "protection", "", net.protection());
    for voter in accounts(net) {
        let address = voter.to_string();
        let balance: cw20::BalanceResponse = net.ask_coin(&coin::QueryMsg::Balance {
            address: address.clone(),
        });
        if !balance.balance.is_zero() {
            put(shown, "balance", &voter, balance.balance);
        }
        let votes: votes::VotesResponse = net.ask_votes(&votes::QueryMsg::Votes {
            voter: address.clone(),
            start_after: None,
            limit: Some(100),
        });
        for vote in votes.votes {
            let of = format!("{voter} {}", vote.operator);
            put(shown, "vote", of, (vote.shares, vote.amount));
        }
        let waits: votes::UnbondingResponse = net.ask_votes(&votes::QueryMsg::Unbonding {
            voter: address,
            start_after: None,
            limit: Some(100),
        });
        for wait in waits.unbonding {
            let of = format!("{voter} {} {}", wait.period, wait.operator);
            put(shown, "waiting", of, (wait.shares, wait.amount));
        }
        if let Some(revote) = waits.revote {
            let line = (revote.from.to_string(), revote.to.to_string(), revote.until);
            put(shown, "revote", &voter, line);
        }
    }
}

/// Everybody that events have named.
fn accounts(net: &Network) -> BTreeSet<Addr> {
    let values = net.events.iter().flat_map(|event| &event.attributes);
    let addresses = values.filter(|found| found.value.starts_with("cosmwasm1"));
    addresses
        .map(|found| Addr::unchecked(&found.value))
        .collect()
}

/// By events.
fn told(replay: &Replay, now: u64) -> Shown {
    let mut told = Shown::new();
    let oracle = &replay.oracle;
    put(&mut told, "orphans", "", oracle.orphan);
    put(&mut told, "bounty", "", oracle.bounty);
    put(&mut told, "supply", "", replay.coin.supply());
    put(&mut told, "forgiven", "", replay.coin.forgiven);
    put(&mut told, "census", "", oracle.census);
    for backing in oracle.backing(now) {
        put(&mut told, "backing", backing.issuer.clone(), backing);
    }
    for (key, issuer) in &oracle.issuers {
        put(&mut told, "name", key, &issuer.name);
        put(&mut told, "bond free at", key, issuer.free_at);
    }
    for time in moments(now) {
        let step = oracle.step(time);
        put(
            &mut told,
            "peg at",
            time,
            (&step.tier, step.opc(time), step.target),
        );
    }
    for (number, step) in oracle.steps.iter().enumerate() {
        put(
            &mut told,
            "peg step",
            number,
            (&step.tier, step.start, step.target),
        );
    }
    put(&mut told, "held", "", &oracle.held);
    for (what, name) in [("mint paused", "mint"), ("redeem paused", "redeem")] {
        let until = oracle.pauses.get(name).filter(|until| **until > now);
        put(&mut told, what, "", until);
    }
    for (key, operator) in &oracle.operators {
        put(
            &mut told,
            "issuer",
            key,
            (&operator.issuer, &operator.invited_by),
        );
        let devices = (
            operator.devices,
            operator.pending_devices.map(|(devices, _)| devices),
        );
        put(&mut told, "devices", key, devices);
        let bound = Some(operator.bound_until).filter(|until| *until > now);
        put(&mut told, "bound until", key, bound);
    }
    let votes = &replay.votes;
    for (key, pool) in &votes.operators {
        let line = (
            &pool.owner,
            pool.slot,
            pool.stake,
            pool.shares,
            pool.active_stake,
        );
        put(&mut told, "stake", key, line);
        put(
            &mut told,
            "standing",
            key,
            (&pool.standing, pool.jailed_until),
        );
    }
    put(&mut told, "protection", "", votes.protection.u128());
    for (account, balance) in &replay.coin.balances {
        put(&mut told, "balance", account, balance);
    }
    for ((voter, operator), shares) in &votes.votes {
        let pool = votes.operators.get(operator).cloned().unwrap_or_default();
        let amount = rules::worth(*shares, pool.stake, pool.shares);
        put(
            &mut told,
            "vote",
            format!("{voter} {operator}"),
            (shares, amount),
        );
    }
    for ((voter, period, operator), shares) in &votes.entries {
        let pool = votes.waiting.get(&(operator.clone(), *period));
        let (coins, all) = pool.copied().unwrap_or_default();
        let amount = rules::worth(*shares, coins, all);
        let of = format!("{voter} {period} {operator}");
        put(&mut told, "waiting", of, (shares, amount));
    }
    for (voter, revote) in &votes.revotes {
        put(&mut told, "revote", voter, revote);
    }
    told
}

/// Everything that the queries show is what the events tell.
pub(crate) fn everything_shown_is_told(net: &Network) {
    let mut replay = Replay::new(net.contracts.clone());
    replay.hear(&net.events);
    let (shown, told) = (shown(net), told(&replay, net.now()));
    for (what, value) in &shown {
        assert_eq!(told.get(what), Some(value), "{what}");
    }
    assert_eq!(shown.len(), told.len());
}

/// A network in which nearly everything has happened.
fn rich() -> Network {
    let mut net = Builder::default().with_coordinators(1).build();
    net.start();
    let (holder, market) = (net.account("holder"), net.contracts.market.clone());
    for issuer in 0..2 {
        net.mint(issuer, &holder, 20_000 * COIN).unwrap();
    }
    let owner = net.owner.clone();
    let mut params = oracle_params();
    params.reserve.bond_per_coin.amount = Uint128::new(1_500);
    let change = Change::Params(params);
    net.oracle(&owner, &ExecuteMsg::Announce { change })
        .unwrap();
    // Stakes: a bond, votes, some that wait, some that moved, rewards.
    let miners = net.miners.clone();
    for miner in &miners[..2] {
        net.transfer(&holder, &miner.owner, 200 * COIN).unwrap();
        net.bond(miner, 150 * COIN).unwrap();
        net.vote(&holder, &miner.key, 1_000 * COIN).unwrap();
    }
    net.unvote(&holder, &miners[0].key, Some(300 * COIN))
        .unwrap();
    let (first, third) = (&miners[0].key, &miners[2].key);
    net.revote(&holder, first, third, Some(200 * COIN)).unwrap();
    net.transfer(&holder, &market, 3_000 * COIN).unwrap();
    let payments = vec![Payment {
        operator: first.to_string(),
        amount: Uint128::new(90 * COIN),
    }];
    net.pay_votes(&market, 100 * COIN, &Hook::Distribute { payments })
        .unwrap();
    let rewards = votes::ExecuteMsg::ClaimRewards {
        operators: vec![first.to_string()],
    };
    net.votes(&holder, &rewards).unwrap();
    // A fault, a fraud, and what is owed for them.
    let fault = Fault::Unproven {
        batch: 1,
        amount: Uint128::new(50 * COIN),
    };
    net.fault(first, fault).unwrap();
    let collect = votes::ExecuteMsg::Collect {
        voter: holder.to_string(),
    };
    let stranger = net.stranger.clone();
    net.votes(&stranger, &collect).unwrap();
    net.fault(&miners[3].key, Fault::Fraud { batch: 2 })
        .unwrap();
    // Issuer 1 has one miner left and leaves a default behind.
    net.leave(2).unwrap();
    net.flag(1).unwrap();
    let invite = ExecuteMsg::InviteOperator {
        operator: third.to_string(),
    };
    let issuer = net.issuers[0].clone();
    net.oracle(&issuer, &invite).unwrap();
    net.wait(8 * DAY);
    net.anyone(&ExecuteMsg::Apply { id: 1 }).unwrap();
    net.default_issuer(1).unwrap();
    let unjail = votes::ExecuteMsg::Unjail {
        operator: first.to_string(),
    };
    net.votes(&miners[0].owner, &unjail).unwrap();
    // The peg moves, and an issuer takes over.
    net.measure_times(11, &[(0, 20), (1, 40)]);
    let third_comes = net.add_miner("one more", 2).unwrap();
    net.join(third_comes, 0).unwrap();
    net.measure_times(8, &[(0, 40), (1, 40), (third_comes, 90)]);
    net.anyone(&ExecuteMsg::ProposeReindex {}).unwrap();
    net.wait(3 * DAY);
    net.anyone(&ExecuteMsg::ApplyReindex {}).unwrap();
    net.wait(5 * DAY);
    net.measure(&[(0, 40), (1, 40), (third_comes, 90)]);
    net.commit_for(0, 12_000, 90 * DAY).unwrap();
    net.assume(0, 5_000 * COIN).unwrap();
    net.redeem(0, 1_000 * COIN).unwrap();
    let burn = coin::ExecuteMsg::Burn {
        amount: Uint128::new(COIN),
    };
    net.coin(&holder, &burn).unwrap();
    let withdraw = ExecuteMsg::WithdrawBond {
        amount: Uint128::new(1_000),
    };
    net.oracle(&issuer, &withdraw).unwrap();
    let pause = ExecuteMsg::Pause {
        what: compute_api::oracle::Pausable::Redeem,
        seconds: DAY,
    };
    net.oracle(&net.guardian.clone(), &pause).unwrap();
    net.assume(0, COIN).unwrap();
    net
}

#[test]
fn backing_and_all_stakes_are_told() {
    everything_shown_is_told(&rich());
}

/// What makes a difference, so that the test above is no formality: without the last
/// event of any of these kinds something is shown that was not told.
#[test]
fn no_event_is_dispensable() {
    let net = rich();
    let shown = shown(&net);
    let kinds = [
        "operator_invited",
        "operator_left",
        "issuer_bond_changed",
        "issuer_committed",
        "issuer_proven_changed",
        "census_closed",
        "reindex_applied",
        "issuer_defaulted",
        "orphans_assumed",
        "oracle_paused",
        "stake_changed",
        "vote_changed",
        "unbonding_changed",
        "unbonding_slashed",
        "revoted",
        "protection_changed",
        "jail_changed",
    ];
    for kind in kinds {
        // Some are made up for by a later one of their kind: one of all matters.
        let places = net.events.iter().enumerate();
        let places = places.filter(|(_, event)| event.ty == format!("wasm-{kind}"));
        let places: Vec<usize> = places.map(|(at, _)| at).collect();
        assert!(!places.is_empty(), "{kind} has not happened");
        let matters = places.iter().rev().any(|without| {
            let mut events = net.events.clone();
            events.remove(*without);
            differs(&net, &events, &shown)
        });
        assert!(matters, "{kind}");
    }
}

/// Whether these events tell something else, or contradict each other.
fn differs(net: &Network, events: &[Event], shown: &Shown) -> bool {
    let (contracts, now) = (net.contracts.clone(), net.now());
    let replayed = std::panic::catch_unwind(|| {
        let mut replay = Replay::new(contracts);
        replay.hear(events);
        told(&replay, now)
    });
    replayed.map_or(true, |told| told != *shown)
}
