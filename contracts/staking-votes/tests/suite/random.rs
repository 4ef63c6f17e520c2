//! Random runs of every message, from the right sender and from everybody else, with
//! absurd amounts, long waits, halts, and slashes amid unbonding. After each step the
//! books balance (`Chain::check`) and all amounts are the model's (`model`); at the
//! end of each run cranks alone end every wait (`drain`).

mod drain;
mod step;

use std::collections::{BTreeMap, BTreeSet};

use compute_api::{
    events::attribute,
    votes::{ExecuteMsg, Hook, Kind, events::VotesEvent},
};
use cosmwasm_std::Addr;
use test_suite::scale::{Plan, Random};

use crate::{
    chain::Chain,
    model::{Done, Model},
    setup::{params, registration},
};

/// Steps of one run: the model's fractions get longer with each slash and payment.
const STEPS: u64 = 500;

struct World {
    random: Random,
    chain: Chain,
    model: Model,
    /// Operators that are not tombstoned, and their owners.
    operators: Vec<(Addr, Addr)>,
    /// Everybody.
    people: Vec<Addr>,
    voters: Vec<Addr>,
    /// What has been done, and how often.
    seen: BTreeMap<&'static str, u32>,
    /// Why the last message was refused, if it was.
    refused: Option<String>,
    refusals: BTreeSet<String>,
}

impl World {
    fn new(random: Random) -> Self {
        let mut chain = Chain::new();
        let voters: Vec<Addr> = (0..5).map(|n| chain.account(&format!("v{n}"))).collect();
        let contracts = chain.contracts.clone();
        let people = [
            chain.owner.clone(),
            chain.account("stranger"),
            chain.account("market"),
            contracts.oracle,
        ];
        let mut world = Self {
            random,
            model: Model::new(params()),
            operators: Vec::new(),
            people: voters.iter().chain(&people).cloned().collect(),
            voters,
            seen: BTreeMap::new(),
            refused: None,
            refusals: BTreeSet::new(),
            chain,
        };
        for who in world.people.clone() {
            world.meet(&who);
        }
        for kind in [Kind::Miner, Kind::Miner, Kind::Miner, Kind::Coordinator] {
            world.register(kind);
        }
        world
    }

    fn meet(&mut self, who: &Addr) {
        let coins = self.chain.balance(who);
        self.model.meet(who.as_str(), coins);
    }

    fn register(&mut self, kind: Kind) {
        let name = format!("operator{}", self.people.len());
        let key = self.chain.account(&name);
        let owner = self.chain.account(&format!("{name}-owner"));
        self.meet(&key);
        self.meet(&owner);
        let mut msg = registration(&owner, kind);
        if let ExecuteMsg::Register { commission, .. } = &mut msg {
            let most = self.model.params.max_commission;
            commission.rate = commission.rate.min(most);
            commission.max_rate = commission.max_rate.min(most);
        }
        self.execute(&key, msg);
        assert_eq!(self.refused, None, "who registers");
        if kind == Kind::Miner {
            let oracle = self.chain.contracts.oracle.clone();
            let (operator, devices) = (key.to_string(), 1);
            self.execute(&oracle, ExecuteMsg::SetDevices { operator, devices });
        }
        // So much that one micro-coin more or less is no part of a reward.
        let operator = key.to_string();
        self.send(&owner, 10_000_000_000, &Hook::Bond { operator });
        self.people.extend([key.clone(), owner.clone()]);
        self.operators.push((key, owner));
    }

    /// Sends a message to the contract, and to the model if it is taken.
    fn execute(&mut self, sender: &Addr, msg: ExecuteMsg) {
        let outcome = self.chain.try_(sender, &msg);
        self.follow(outcome, |model, events, now| {
            let sender = sender.as_str();
            let done = Done {
                sender,
                now,
                events,
            };
            model.execute(&done, &msg);
        });
    }

    fn follow(
        &mut self,
        outcome: cw_multi_test::error::AnyResult<cw_multi_test::AppResponse>,
        act: impl FnOnce(&mut Model, &[VotesEvent], u64),
    ) {
        match outcome {
            Ok(response) => {
                self.refused = None;
                let events = response.events.iter();
                let said: Vec<_> = events
                    .filter_map(|event| VotesEvent::parse(event).unwrap())
                    .collect();
                for event in &response.events {
                    if let Some(name) = NAMES.iter().find(|name| event.ty == **name) {
                        *self.seen.entry(*name).or_default() += 1;
                    }
                    // A revote that has come to its end.
                    let over = attribute(event, "over") == Some("true");
                    *self.seen.entry("over").or_default() += u32::from(over);
                }
                let now = self.chain.now();
                act(&mut self.model, &said, now);
                self.model.compare(&self.chain);
            }
            Err(error) => {
                let error = error.root_cause().to_string();
                self.refused = Some(error.clone());
                self.refusals.insert(error);
            }
        }
    }
}

/// Events that a run of any length has to show.
const NAMES: [&str; 16] = [
    "wasm-votes_announced",
    "wasm-votes_applied",
    "wasm-votes_cancelled",
    "wasm-operator_registered",
    "wasm-operator_updated",
    "wasm-vote_changed",
    "wasm-unbonding_slashed",
    "wasm-revoted",
    "wasm-collected",
    "wasm-claimed",
    "wasm-reward_paid",
    "wasm-rewards_claimed",
    "wasm-commission_claimed",
    "wasm-operator_faulted",
    "wasm-jail_changed",
    "wasm-devices_set",
];

/// All runs of one number in four, so that tests run beside each other.
#[expect(clippy::print_stdout, reason = "shown where a run fails")]
fn runs(number: u64) {
    let plan = Plan::from_env().unwrap();
    let runs = plan.pick(10_000, 200_000) / STEPS / 4;
    let mut seen: BTreeMap<&'static str, u32> = BTreeMap::new();
    for run in 0..runs {
        let label = format!("votes {number} {run}");
        println!("{} run {label:?}", plan.describe());
        let mut world = World::new(plan.random(&label));
        for _ in 0..STEPS {
            world.step();
        }
        for (name, count) in &world.seen {
            *seen.entry(name).or_default() += count;
        }
        world.drain();
        // Sums leave 128 bits for nobody's sensible message.
        for error in &world.refusals {
            let arithmetic = error.contains("verflow") || error.contains("Cannot");
            assert!(
                !arithmetic || error.contains("Cannot Sub with given"),
                "{error}"
            );
        }
    }
    for name in NAMES.iter().chain(&["over"]) {
        assert!(seen.contains_key(name), "no {name} in {seen:?}");
    }
}

#[test]
fn first_quarter() {
    runs(0);
}

#[test]
fn second_quarter() {
    runs(1);
}

#[test]
fn third_quarter() {
    runs(2);
}

#[test]
fn fourth_quarter() {
    runs(3);
}
