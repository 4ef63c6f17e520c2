//! What a fault does to everybody's amounts.

use std::collections::BTreeMap;

use compute_api::votes::{Fault, Kind, events::VotesEvent};
use cosmwasm_std::Decimal;
use num_traits::Signed;

use super::{
    Amount, Done, Model,
    amount::{about, exact, part, touch_all},
};

impl Model {
    pub(super) fn fault(
        &mut self,
        done: &Done<'_>,
        key: &str,
        fault: &Fault,
        reporter: Option<&str>,
    ) {
        let said = done.events.iter().find_map(|event| match event {
            VotesEvent::Faulted {
                fraction, bounty, ..
            } => Some((*fraction, *bounty)),
            _ => None,
        });
        let (fraction, bounty) = said.unwrap();
        let faults = &self.params.faults;
        let (least, amount) = match fault {
            Fault::Missed { .. } => (faults.missed.slash, 0),
            Fault::Unanswered { .. } => (faults.unanswered.slash, 0),
            Fault::Unproven { amount, .. } => (faults.unproven.slash, amount.u128()),
            Fault::Fraud { .. } => (faults.fraud, 0),
        };
        self.check_fraction(done.now, key, fraction, least, amount);

        let mut slashed = Amount::default();
        let cut = part(fraction);
        if !fraction.is_zero() {
            for mut pool in self.answering(done.now, key) {
                for amount in &mut pool {
                    let lost = &amount.exact * &cut;
                    amount.exact -= &lost;
                    slashed.exact += lost;
                    slashed.slack += amount.slack * about(&cut);
                }
                slashed.touch();
                touch_all(pool);
            }
            for period in self.periods(done.now, key) {
                for debt in self.debts.values_mut() {
                    if (debt.from.as_str(), debt.period) == (key, period) {
                        let lost = &debt.answers.exact * &cut;
                        debt.answers.exact -= &lost;
                        debt.owed += lost;
                    }
                }
                touch_all(self.moved(key, period));
            }
        }
        let Some(reporter) = reporter else {
            assert!(bounty.is_zero());
            return self.protection.add(&slashed);
        };
        let cap = exact(self.params.bounty_cap.u128());
        let due = (&slashed.exact * part(self.params.bounty)).min(cap);
        let due = Amount {
            exact: due,
            slack: slashed.slack + 1.0,
        };
        due.assert_near(bounty, "bounty", &key);
        slashed.take(&due);
        self.protection.add(&slashed);
        self.purse(reporter).add(&due);
    }

    /// A fraction is its fault's, or what the amount is of all that answers.
    fn check_fraction(&self, now: u64, key: &str, found: Decimal, least: Decimal, amount: u128) {
        let votes = self.votes.iter().filter(|((_, o), _)| o == key);
        let waiting = self.waiting.iter().filter(|((_, period, o), _)| {
            o == key && self.free_at[&(key.to_owned(), *period)] > now
        });
        let debts = self
            .debts
            .values()
            .filter(|debt| debt.from == key && self.free_at[&(key.to_owned(), debt.period)] > now);
        let mut total = Amount::default();
        let amounts = votes.map(|(_, amount)| amount);
        let amounts = amounts.chain(waiting.map(|(_, amount)| amount));
        for amount in amounts.chain(debts.map(|debt| &debt.answers)) {
            total.add(amount);
        }
        let operator = &self.operators[key];
        if operator.kind == Kind::Miner && operator.devices > 0 {
            total.add(&Amount::of(self.issuer_bond));
        }
        // As much of the total as the amount, within what either may be off.
        let taken = part(found) * &total.exact;
        let asked = exact(amount).min(total.exact.clone());
        let asked = asked.max(part(least) * &total.exact);
        let off = about(&(taken - asked).abs());
        assert!(
            off <= total.slack + 1.0,
            "{found} for {amount} of {total:?}"
        );
        assert!(found >= least);
    }

    /// What a slash of an operator reaches at once, pool by pool.
    fn answering(&mut self, now: u64, key: &str) -> Vec<Vec<&mut Amount>> {
        let periods = self.periods(now, key);
        let mut pools: BTreeMap<u64, Vec<&mut Amount>> = BTreeMap::new();
        for ((_, period, o), amount) in &mut self.waiting {
            if o == key && periods.contains(period) {
                pools.entry(*period).or_default().push(amount);
            }
        }
        let votes = self.votes.iter_mut().filter(|((_, o), _)| o == key);
        let votes = votes.map(|(_, amount)| amount).collect();
        pools.into_values().chain([votes]).collect()
    }

    /// Periods that an operator's slashes reach.
    fn periods(&self, now: u64, key: &str) -> Vec<u64> {
        let all = self.free_at.iter();
        all.filter(|((o, _), free_at)| o == key && **free_at > now)
            .map(|((_, period), _)| *period)
            .collect()
    }

    pub(super) fn moved(&mut self, key: &str, period: u64) -> Vec<&mut Amount> {
        let debts = self.debts.values_mut();
        debts
            .filter(|debt| (debt.from.as_str(), debt.period) == (key, period))
            .map(|debt| &mut debt.answers)
            .collect()
    }
}
