//! What each message does to everybody's amounts.

use compute_api::votes::{Change, ExecuteMsg, Hook, Payment, events::VotesEvent};
use cosmwasm_std::Uint128;
use num_traits::Zero;

use super::{
    Amount, Debt, Entry, Exact, Model, Operator, Place,
    amount::{about, exact, part, touch_all},
};
use crate::chain::PERIOD;

/// One accepted message.
pub(crate) struct Done<'a> {
    pub(crate) sender: &'a str,
    pub(crate) now: u64,
    /// What the contract has said. The model takes from it which records are gone
    /// for being worth nothing, and checks the parts and bounties that it names.
    pub(crate) events: &'a [VotesEvent],
}

impl<'a> Done<'a> {
    /// What a collection has said, and what came after it.
    fn phases(&self) -> (&'a [VotesEvent], &'a [VotesEvent]) {
        let is_end = |event: &VotesEvent| matches!(event, VotesEvent::Collected { .. });
        let end = self.events.iter().position(is_end);
        self.events.split_at(end.map_or(0, |end| end + 1))
    }
}

/// Shares that a vote has at the end, if it has changed.
fn vote_shares(events: &[VotesEvent], (voter, key): &Place) -> Option<Uint128> {
    events.iter().rev().find_map(|event| match event {
        VotesEvent::VoteChanged {
            voter: v,
            operator,
            shares,
            ..
        } if (v, operator) == (voter, key) => Some(*shares),
        _ => None,
    })
}

/// The same of coins that wait.
fn entry_shares(events: &[VotesEvent], (voter, period, key): &Entry) -> Option<Uint128> {
    events.iter().rev().find_map(|event| match event {
        VotesEvent::UnbondingChanged {
            voter: v,
            operator,
            period: p,
            shares,
            ..
        } if (v, p, operator) == (voter, period, key) => Some(*shares),
        _ => None,
    })
}

impl Model {
    pub(crate) fn execute(&mut self, done: &Done<'_>, msg: &ExecuteMsg) {
        let sender = done.sender.to_owned();
        match msg {
            ExecuteMsg::Announce { change } => {
                let Change::Params(params) = change.clone();
                let id = done.events.iter().find_map(|event| match event {
                    VotesEvent::Announced { id, .. } => Some(*id),
                    _ => None,
                });
                self.announced.insert(id.unwrap(), params);
            }
            ExecuteMsg::Apply { id } => self.params = self.announced.remove(id).unwrap(),
            ExecuteMsg::Cancel { id } => {
                self.announced.remove(id).unwrap();
            }
            ExecuteMsg::Register {
                owner,
                kind,
                commission,
                ..
            } => {
                let operator = Operator {
                    owner: owner.clone(),
                    kind: *kind,
                    rate: commission.rate,
                    devices: 0,
                    commission: 0,
                };
                self.operators.insert(sender, operator);
            }
            ExecuteMsg::UpdateCommission { operator, rate } => {
                self.operators.get_mut(operator).unwrap().rate = *rate;
            }
            ExecuteMsg::SetDevices { operator, devices } => {
                self.operators.get_mut(operator).unwrap().devices = *devices;
            }
            ExecuteMsg::ClaimCommission { operator } => {
                let operator = self.operators.get_mut(operator).unwrap();
                let (owner, amount) = (operator.owner.clone(), operator.commission);
                operator.commission = 0;
                self.purse(&owner).add(&Amount::of(amount));
            }
            ExecuteMsg::Unvote { operator, amount } | ExecuteMsg::Unbond { operator, amount } => {
                self.collect(done, &sender);
                let taken = self.take_out(done, &sender, operator, amount.map(|x| x.u128()));
                let period = self.open(operator, done.now);
                self.touch_waiting(operator, period);
                let entry = (sender, period, operator.clone());
                let before = self.waiting.contains_key(&entry);
                let waiting = self.waiting.entry(entry.clone()).or_default();
                waiting.add(&taken);
                waiting.touch();
                let shares = entry_shares(done.phases().1, &entry);
                if shares.map_or(!before, |shares| shares.is_zero()) {
                    self.drop_waiting(&entry);
                }
            }
            ExecuteMsg::Revote { from, to, amount } => {
                self.collect(done, &sender);
                let taken = self.take_out(done, &sender, from, amount.map(|x| x.u128()));
                let period = self.open(from, done.now);
                touch_all(self.moved(from, period));
                let mut answers = taken.clone();
                answers.touch();
                let debt = Debt {
                    from: from.clone(),
                    to: to.clone(),
                    period,
                    answers,
                    owed: Exact::zero(),
                };
                assert!(self.debts.insert(sender.clone(), debt).is_none());
                self.put_in(&sender, to, &taken);
            }
            ExecuteMsg::Claim { limit } => self.claim(done, *limit),
            ExecuteMsg::ClaimRewards { operators } => {
                for key in operators {
                    let place = (sender.clone(), key.clone());
                    let reward = self.rewards.remove(&place).unwrap_or_default();
                    self.purse(&sender).add(&reward);
                    // What is less than a micro-coin is gone.
                    self.purse(&sender).touch();
                    let rest = Amount {
                        slack: reward.slack + 1.0,
                        ..Amount::default()
                    };
                    self.rewards.insert(place, rest);
                }
            }
            ExecuteMsg::Collect { voter } => self.collect(done, voter),
            ExecuteMsg::ReportFault {
                operator,
                fault,
                reporter,
            } => self.fault(done, operator, fault, reporter.as_deref()),
            ExecuteMsg::PayProtection { recipient, amount } => {
                let there = &self.protection;
                let paid = there.exact.clone().min(exact(amount.u128()));
                let paid = Amount {
                    exact: paid,
                    slack: there.slack + 1.0,
                };
                self.protection.take(&paid);
                self.purse(recipient).add(&paid);
            }
            ExecuteMsg::Activate { .. }
            | ExecuteMsg::UpdateOwnership(_)
            | ExecuteMsg::UpdateOperator { .. }
            | ExecuteMsg::Unjail { .. }
            | ExecuteMsg::Receive(_) => {}
        }
        self.forget_empty();
    }

    pub(crate) fn send(&mut self, done: &Done<'_>, amount: u128, hook: &Hook) {
        self.purse(done.sender).take(&Amount::of(amount));
        match hook {
            Hook::Bond { operator } | Hook::Vote { operator } => {
                self.collect(done, done.sender);
                self.put_in(done.sender, operator, &Amount::of(amount));
            }
            Hook::Distribute { payments } => self.distribute(amount, payments),
        }
        self.forget_empty();
    }

    fn put_in(&mut self, voter: &str, key: &str, amount: &Amount) {
        self.settle(voter, key);
        self.touch(key);
        let place = (voter.to_owned(), key.to_owned());
        let vote = self.votes.entry(place).or_default();
        vote.add(amount);
        vote.touch();
    }

    /// All of it where no amount is given.
    fn take_out(
        &mut self,
        done: &Done<'_>,
        voter: &str,
        key: &str,
        amount: Option<u128>,
    ) -> Amount {
        self.settle(voter, key);
        self.touch(key);
        let place = (voter.to_owned(), key.to_owned());
        let vote = self.votes.entry(place.clone()).or_default();
        let taken = amount.map_or_else(|| vote.clone(), Amount::of);
        vote.take(&taken);
        vote.touch();
        self.drop_vote_if_gone(done.phases().1, &place);
        taken
    }

    fn claim(&mut self, done: &Done<'_>, limit: Option<u32>) {
        let voter = done.sender.to_owned();
        self.collect(done, &voter);
        let mine = self.waiting.keys().filter(|(v, ..)| *v == voter);
        let seen_all = mine.count() <= limit.unwrap_or(30) as usize;
        for event in done.phases().1 {
            let VotesEvent::UnbondingChanged {
                voter: v,
                operator,
                period,
                shares,
                ..
            } = event
            else {
                continue;
            };
            let entry = (v.clone(), *period, operator.clone());
            if !shares.is_zero() || !self.waiting.contains_key(&entry) {
                continue;
            }
            assert!(self.free_at[&(operator.clone(), *period)] <= done.now);
            let paid = self.waiting.remove(&entry).unwrap();
            self.touch_waiting(operator, *period);
            self.purse(&voter).add(&paid);
            self.purse(&voter).touch();
        }
        let due = |key: &str, period| self.free_at[&(key.to_owned(), period)] <= done.now;
        let mut left = self.waiting.keys();
        let left = left.any(|(v, period, key)| *v == voter && due(key, *period));
        assert!(!(seen_all && left), "{voter} was not paid all that is due");
    }

    /// What a revote owes, out of the votes where it went to and then what has left
    /// there since.
    fn collect(&mut self, done: &Done<'_>, voter: &str) {
        let Some(mut debt) = self.debts.remove(voter) else {
            return;
        };
        let free_at = self.free_at[&(debt.from.clone(), debt.period)];
        let collected = done.events.iter().find_map(|event| match event {
            VotesEvent::Collected { voter: v, over, .. } if v == voter => Some(*over),
            _ => None,
        });
        assert_eq!(
            collected == Some(true),
            free_at <= done.now,
            "when it is over"
        );
        let Some(over) = collected else {
            assert!(about(&debt.owed) <= debt.answers.slack + 1.0);
            self.debts.insert(voter.to_owned(), debt);
            return;
        };
        let to = debt.to.clone();
        let mut rest = Amount {
            exact: core::mem::take(&mut debt.owed),
            slack: debt.answers.slack + 1.0,
        };
        let place = (voter.to_owned(), to.clone());
        if let Some(vote) = self.votes.get_mut(&place) {
            let taken = vote.give(&mut rest);
            vote.touch();
            self.protection.add(&taken);
            self.settle(voter, &to);
            self.touch(&to);
            self.drop_vote_if_gone(done.phases().0, &place);
        }
        let since: Vec<_> = self.waiting.keys().cloned().collect();
        for entry in since {
            if entry.0 == voter && entry.2 == to && entry.1 >= debt.period {
                let taken = self.waiting.get_mut(&entry).unwrap().give(&mut rest);
                self.protection.add(&taken);
                self.touch_waiting(&to, entry.1);
                let shares = entry_shares(done.phases().0, &entry);
                if shares.is_some_and(|shares| shares.is_zero()) {
                    self.drop_waiting(&entry);
                }
            }
        }
        if !over {
            debt.answers.touch();
            self.debts.insert(voter.to_owned(), debt);
        }
    }

    fn distribute(&mut self, amount: u128, payments: &[Payment]) {
        let mut rest = amount;
        for payment in payments {
            let key = &payment.operator;
            let amount = payment.amount.u128();
            rest -= amount;
            let places: Vec<_> = self.votes.keys().cloned().collect();
            let places: Vec<_> = places.into_iter().filter(|(_, o)| o == key).collect();
            let total: Exact = places.iter().map(|place| &self.votes[place].exact).sum();
            let off: f64 = places.iter().map(|place| self.votes[place].slack).sum();
            let operator = self.operators.get_mut(key).unwrap();
            if places.is_empty() {
                operator.commission += amount;
                continue;
            }
            let rate = part(operator.rate.min(self.params.max_commission));
            let commission = (rate * exact(amount)).floor();
            let voters = exact(amount) - &commission;
            operator.commission += u128::try_from(commission.to_integer()).unwrap();
            // The contract's total may be as much smaller.
            let least = about(&total) - off;
            for place in places {
                let vote = &self.votes[&place];
                let reward = self.rewards.entry(place.clone()).or_default();
                if least <= 0.0 {
                    reward.slack += about(&voters);
                    continue;
                }
                let share = &vote.exact / &total;
                let wrong = vote.slack + about(&share) * off;
                reward.exact += &voters * share;
                reward.slack += about(&voters) * wrong / least;
            }
        }
        self.protection.add(&Amount::of(rest));
    }

    /// The period that takes what leaves an operator now. The first fixes its end.
    fn open(&mut self, key: &str, now: u64) -> u64 {
        let period = now / PERIOD;
        let free_at = (period + 1) * PERIOD + self.params.unbonding;
        let place = (key.to_owned(), period);
        self.free_at.entry(place).or_insert(free_at);
        period
    }

    /// A period's end is forgotten with the last that waits for it.
    fn forget_empty(&mut self) {
        let Self { waiting, debts, .. } = self;
        self.free_at.retain(|(key, period), _| {
            waiting.keys().any(|(_, p, o)| (p, o) == (period, key))
                || debts
                    .values()
                    .any(|debt| (&debt.period, &debt.from) == (period, key))
        });
    }

    /// The contract rounds a voter's rewards down before each change of its vote.
    fn settle(&mut self, voter: &str, key: &str) {
        let place = (voter.to_owned(), key.to_owned());
        self.rewards.entry(place).or_default().touch();
    }

    /// Somebody's rounding in an operator's pool is to the others' good.
    fn touch(&mut self, key: &str) {
        let votes = self.votes.iter_mut().filter(|((_, o), _)| o == key);
        touch_all(votes.map(|(_, amount)| amount).collect());
    }

    fn touch_waiting(&mut self, key: &str, period: u64) {
        let entries = self.waiting.iter_mut();
        let pool = entries.filter(|((_, p, o), _)| (p, o.as_str()) == (&period, key));
        touch_all(pool.map(|(_, amount)| amount).collect());
    }

    fn drop_vote_if_gone(&mut self, events: &[VotesEvent], place: &Place) {
        let shares = vote_shares(events, place);
        if shares.is_some_and(|shares| shares.is_zero()) {
            let dust = self.votes.remove(place).unwrap();
            assert!(dust.is_dust(), "{dust:?} is lost");
        }
    }

    fn drop_waiting(&mut self, entry: &Entry) {
        let dust = self.waiting.remove(entry).unwrap();
        assert!(dust.is_dust(), "{dust:?} is lost");
    }
}
