//! One step: mostly what a sensible sender would do, every sixth time anything.

use compute_api::votes::{
    Change, ExecuteMsg, Fault, Hook, Kind, Metadata, Params, Payment, Standing,
};
use cosmwasm_std::{Addr, Decimal, HexBinary, Uint128};
use cw_ownable::Action;

use super::World;
use crate::{
    chain::{PERIOD, TIMELOCK, UNBONDING},
    model::Done,
    setup::{coins, params},
};

impl World {
    fn below(&mut self, bound: u64) -> u64 {
        self.random.below(bound)
    }

    fn one_of(&mut self, people: &[Addr]) -> Addr {
        let at = usize::try_from(self.below(people.len() as u64)).unwrap();
        people[at].clone()
    }

    /// Of every size.
    fn amount(&mut self) -> u128 {
        let size = 10u64.pow(u32::try_from(self.below(9)).unwrap());
        u128::from(1 + self.below(9 * size))
    }

    fn absurd(&mut self) -> u128 {
        match self.below(5) {
            0 => 0,
            1 => 1,
            2 => u128::MAX,
            3 => u128::from(u64::MAX),
            _ => self.amount(),
        }
    }

    pub(super) fn step(&mut self) {
        let seconds = match self.below(60) {
            // As after a halt: nothing was punished meanwhile.
            0 if self.below(2) == 0 => UNBONDING + self.below(3 * UNBONDING),
            1..=6 => self.below(3 * PERIOD),
            // Many messages within one second.
            7..=20 => 0,
            _ => self.below(40),
        };
        self.chain.wait(seconds);
        if self.below(6) == 0 {
            return self.hostile();
        }
        let at = usize::try_from(self.below(self.operators.len() as u64)).unwrap();
        let (key, owner) = self.operators[at].clone();
        let voters = self.voters.clone();
        let voter = self.one_of(&voters);
        let operator = key.to_string();
        let amount = self.amount();
        let some = (self.below(3) > 0).then(|| coins(amount));
        let (market, oracle) = (
            self.chain.contracts.market.clone(),
            self.chain.contracts.oracle.clone(),
        );
        match self.below(100) {
            0..=18 => self.send(&voter, amount, &Hook::Vote { operator }),
            19..=27 => self.send(&owner, amount, &Hook::Bond { operator }),
            28..=37 => {
                let (operator, amount) = self.vote_of(&voter, operator);
                self.execute(&voter, ExecuteMsg::Unvote { operator, amount });
            }
            38..=39 => self.execute(
                &owner,
                ExecuteMsg::Unbond {
                    operator,
                    amount: some,
                },
            ),
            40..=49 => {
                let operators = self.keys();
                let to = self.one_of(&operators).to_string();
                let (from, amount) = self.vote_of(&voter, operator);
                self.execute(&voter, ExecuteMsg::Revote { from, to, amount });
            }
            50..=57 => {
                let limit = [None, Some(3)][usize::from(self.below(2) == 0)];
                self.execute(&voter, ExecuteMsg::Claim { limit });
            }
            58..=59 => self.execute(&owner, ExecuteMsg::Claim { limit: None }),
            60..=64 => {
                let voter = voter.to_string();
                self.execute(&market, ExecuteMsg::Collect { voter });
            }
            65..=72 => self.distribute(&market),
            73..=80 => {
                let who = [&voter, &owner][usize::from(self.below(3) == 0)].clone();
                let operators = self.keys().iter().map(Addr::to_string).collect();
                self.execute(&who, ExecuteMsg::ClaimRewards { operators });
            }
            81..=86 => {
                let key = self.left_lately(key);
                self.fault(&key);
            }
            87..=88 => self.execute(&owner, ExecuteMsg::Unjail { operator }),
            89 => self.execute(&owner, ExecuteMsg::ClaimCommission { operator }),
            90..=91 => {
                let devices = u32::try_from(1 + self.below(3)).unwrap();
                self.execute(&oracle, ExecuteMsg::SetDevices { operator, devices });
            }
            92..=93 => {
                let recipient = voter.to_string();
                let amount = coins(amount);
                self.execute(&market, ExecuteMsg::PayProtection { recipient, amount });
            }
            94..=95 => {
                let rate = Decimal::percent(8 + self.below(5));
                self.execute(&owner, ExecuteMsg::UpdateCommission { operator, rate });
            }
            96 => {
                self.model.issuer_bond = amount;
                self.chain.set_issuer_bond(amount);
            }
            97 => {
                if self.operators.len() < 7 {
                    let kind = [Kind::Miner, Kind::Coordinator][usize::from(self.below(3) == 0)];
                    self.register(kind);
                }
            }
            _ => self.govern(),
        }
    }

    /// Where somebody votes, or where it was to; all of it, or a part.
    fn vote_of(&mut self, voter: &Addr, otherwise: String) -> (String, Option<Uint128>) {
        let votes = self.model.votes.iter();
        let mut votes = votes.filter(|((v, _), vote)| v == voter.as_str() && vote.whole() > 0);
        let found = votes.nth(usize::try_from(self.random.below(3)).unwrap());
        let Some(((_, key), vote)) = found else {
            return (otherwise, None);
        };
        let (key, has) = (key.clone(), vote.whole());
        let part = has * u128::from(1 + self.below(1_000)) / 1_000;
        let amount = (self.below(3) > 0).then(|| coins(part));
        (key, amount)
    }

    /// An operator that coins have left and may still answer for, or the one it was to be.
    fn left_lately(&mut self, otherwise: Addr) -> Addr {
        let waiting = self.model.waiting.keys().map(|(_, _, key)| key);
        let moved = self.model.debts.values().map(|debt| &debt.from);
        let left: Vec<Addr> = waiting.chain(moved).map(Addr::unchecked).collect();
        if left.is_empty() || self.below(3) == 0 {
            return otherwise;
        }
        self.one_of(&left)
    }

    fn keys(&self) -> Vec<Addr> {
        self.operators.iter().map(|(key, _)| key.clone()).collect()
    }

    pub(super) fn send(&mut self, sender: &Addr, amount: u128, hook: &Hook) {
        let outcome = self.chain.send(sender, amount, hook);
        self.follow(outcome, |model, events, now| {
            let sender = sender.as_str();
            let done = Done {
                sender,
                now,
                events,
            };
            model.send(&done, amount, hook);
        });
    }

    fn distribute(&mut self, sender: &Addr) {
        let keys = self.keys();
        let mut payments = Vec::new();
        let mut sum = self.amount();
        for _ in 0..=self.below(4) {
            let amount = self.amount();
            sum += amount;
            payments.push(Payment {
                operator: self.one_of(&keys).to_string(),
                amount: coins(amount),
            });
        }
        payments.truncate(4);
        self.send(sender, sum, &Hook::Distribute { payments });
        assert_eq!(self.refused, None, "rewards are never refused");
    }

    fn fault(&mut self, key: &Addr) {
        let amount = self.amount() / 4;
        let (batch, census) = (1, 1);
        let fault = match self.below(40) {
            0 => Fault::Fraud { batch },
            1..=12 => Fault::Missed { census },
            13..=24 => Fault::Unanswered { census },
            _ => Fault::Unproven {
                batch,
                amount: coins(amount),
            },
        };
        let contracts = &self.chain.contracts;
        let sender = match fault {
            Fault::Missed { .. } | Fault::Unanswered { .. } => contracts.oracle.clone(),
            _ => contracts.market.clone(),
        };
        let people = self.people.clone();
        let reporter = (self.below(2) == 0).then(|| self.one_of(&people).to_string());
        let msg = ExecuteMsg::ReportFault {
            operator: key.to_string(),
            fault,
            reporter,
        };
        self.execute(&sender, msg);
        assert_eq!(self.refused, None, "faults are never refused");
        if self.chain.show(key).standing == Standing::Tombstoned {
            self.operators.retain(|(other, _)| other != key);
            self.register(Kind::Miner);
        }
    }

    /// New parameters, and their fate.
    fn govern(&mut self) {
        let owner = self.chain.owner.clone();
        let last = self.model.announced.keys().next_back().copied();
        match (self.below(3), last) {
            (0, Some(id)) => {
                self.chain.wait(TIMELOCK);
                self.execute(&owner, ExecuteMsg::Apply { id });
            }
            (1, Some(id)) if self.below(2) == 0 => self.execute(&owner, ExecuteMsg::Cancel { id }),
            _ => {
                let params = Params {
                    unbonding: PERIOD * (1 + self.below(21)),
                    max_commission: Decimal::percent(5 + self.below(46)),
                    miner_bond: Uint128::new(self.amount()),
                    bounty: Decimal::percent(self.below(51)),
                    bounty_cap: Uint128::new(self.amount()),
                    ..params()
                };
                let change = Change::Params(params);
                self.execute(&owner, ExecuteMsg::Announce { change });
            }
        }
    }

    /// Anything from anybody.
    fn hostile(&mut self) {
        let people = self.people.clone();
        let (sender, other) = (self.one_of(&people), self.one_of(&people).to_string());
        // Mostly no operator at all.
        let operator = match self.below(2) {
            0 => {
                let keys = self.keys();
                self.one_of(&keys).to_string()
            }
            _ => other.clone(),
        };
        let amount = coins(self.absurd());
        let some = (self.below(2) == 0).then_some(amount);
        let batch = 1;
        let msg = match self.below(20) {
            0 => ExecuteMsg::Activate {
                contracts: self.chain.peers(),
            },
            1 => ExecuteMsg::Announce {
                change: Change::Params(Params {
                    faults: compute_api::votes::FaultParams {
                        fraud: Decimal::one(),
                        ..params().faults
                    },
                    timelock: 1,
                    ..params()
                }),
            },
            2 => ExecuteMsg::Apply { id: self.below(20) },
            3 => ExecuteMsg::Cancel { id: self.below(20) },
            4 => ExecuteMsg::UpdateOwnership(Action::AcceptOwnership),
            5 => ExecuteMsg::UpdateOperator {
                operator,
                metadata: Some(Metadata {
                    name: "x".into(),
                    url: String::new(),
                    contact: String::new(),
                }),
                signing_key: Some(HexBinary::from([9; 32])),
            },
            6 => ExecuteMsg::Unjail { operator },
            7 => ExecuteMsg::ClaimCommission { operator },
            8 => ExecuteMsg::Unvote {
                operator,
                amount: some,
            },
            9 => ExecuteMsg::Unbond {
                operator,
                amount: some,
            },
            10 => ExecuteMsg::Revote {
                from: operator,
                to: other,
                amount: some,
            },
            11 => ExecuteMsg::Claim {
                limit: Some(u32::try_from(self.below(300)).unwrap()),
            },
            12 => ExecuteMsg::ClaimRewards {
                operators: vec![operator; usize::try_from(self.below(120)).unwrap()],
            },
            13 => ExecuteMsg::Collect { voter: other },
            14 => ExecuteMsg::ReportFault {
                operator,
                fault: Fault::Unproven { batch, amount },
                reporter: Some(other),
            },
            15 => ExecuteMsg::SetDevices {
                operator,
                devices: u32::MAX,
            },
            16 => ExecuteMsg::PayProtection {
                recipient: other,
                amount,
            },
            17 => return self.send(&sender, amount.u128(), &Hook::Bond { operator }),
            18 => return self.send(&sender, amount.u128(), &Hook::Vote { operator }),
            _ => {
                let payments = vec![Payment { operator, amount }; 2];
                let sum = amount.u128().saturating_mul(2);
                return self.send(&sender, sum, &Hook::Distribute { payments });
            }
        };
        // The other contracts are no enemies.
        let ours = [
            &self.chain.contracts.market,
            &self.chain.contracts.oracle,
            &self.chain.owner,
        ];
        if ours.contains(&&sender) && !matches!(msg.role(), compute_api::Role::Anyone) {
            return;
        }
        self.execute(&sender, msg);
    }
}
