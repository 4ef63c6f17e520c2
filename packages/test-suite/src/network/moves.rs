//! What messages of the reserve may do, worked out apart from the contract: checked
//! after each that has succeeded.

use compute_api::oracle::{BackingResponse, ExecuteMsg, Hook, IssuerBacking};
use cosmwasm_std::{Addr, Uint128};

use super::{Network, rules};

/// What stood before a message, and whose account it moves.
pub(super) struct Before {
    backing: BackingResponse,
    issuer: String,
}

impl Before {
    fn issuer(&self) -> &IssuerBacking {
        find(&self.backing, &self.issuer)
    }
}

fn find<'a>(backing: &'a BackingResponse, issuer: &str) -> &'a IssuerBacking {
    let mut issuers = backing.issuers.iter();
    let found = issuers.find(|found| found.issuer.as_str() == issuer);
    found.expect("an admitted issuer")
}

impl Network {
    /// What stands before a message that moves an issuer's account.
    pub(super) fn before(&self, sender: &Addr, msg: &ExecuteMsg) -> Option<Before> {
        let issuer = match msg {
            ExecuteMsg::Flag { issuer }
            | ExecuteMsg::Cure { issuer }
            | ExecuteMsg::Default { issuer } => issuer.clone(),
            ExecuteMsg::Commit { .. }
            | ExecuteMsg::WithdrawBond { .. }
            | ExecuteMsg::ClaimBond {} => sender.to_string(),
            _ => return None,
        };
        self.before_of(issuer)
    }

    fn before_of(&self, issuer: String) -> Option<Before> {
        if !self.replay.oracle.issuers.contains_key(&issuer) {
            return None;
        }
        let backing = self.backing();
        Some(Before { backing, issuer })
    }

    /// The same before coins are sent to the oracle.
    pub(super) fn before_hook(&self, sender: &Addr, hook: &Hook) -> Option<Before> {
        self.before_of(match hook {
            Hook::Retire {} => sender.to_string(),
            Hook::Redeem { issuer } => issuer.clone(),
        })
    }

    /// Compares what a message has done with what it may do.
    pub(super) fn moved(&self, msg: &ExecuteMsg, before: &Before) {
        let was = before.issuer();
        let after = self.backing();
        let is = find(&after, &before.issuer);
        let params = self.params().reserve;
        let now = self.now();
        let bond_for = |coins| rules::bond_for(coins, params.bond_per_coin.amount);
        match msg {
            ExecuteMsg::Flag { .. } => {
                assert!(
                    was.curing_until.is_none() && !was.short.is_zero(),
                    "{was:?}"
                );
                assert_eq!(is.curing_until, Some(now + params.curing));
            }
            ExecuteMsg::Cure { .. } => {
                assert!(was.curing_until.is_some() && was.short.is_zero(), "{was:?}");
                assert_eq!(is.curing_until, None);
            }
            ExecuteMsg::Default { .. } => {
                assert!(was.curing_until.is_some_and(|until| now > until), "{was:?}");
                assert!(!was.short.is_zero(), "{was:?}");
                assert_eq!(is.outstanding, was.outstanding - was.short);
                assert_eq!(after.orphan, before.backing.orphan + was.short);
                let due = bond_for(was.short).min(was.bond);
                assert_eq!(is.bond, was.bond - due);
                assert_eq!(is.leaving, was.leaving.saturating_sub(due));
                assert_eq!(after.bounty.amount, before.backing.bounty.amount + due);
                assert!(is.short.is_zero() && is.curing_until.is_none());
            }
            ExecuteMsg::Commit { rate, until } => {
                let less = *rate < was.committed || *until < was.until;
                assert!(!less || is.short.is_zero(), "less, and short: {is:?}");
                assert_eq!((is.committed, is.until), (*rate, *until));
            }
            ExecuteMsg::WithdrawBond { amount } => {
                assert_eq!(is.leaving, was.leaving + amount);
                assert!(is.bond - is.leaving >= bond_for(is.outstanding), "{is:?}");
            }
            ExecuteMsg::ClaimBond {} => {
                assert!(was.short.is_zero() && was.curing_until.is_none(), "{was:?}");
                assert_eq!(
                    (is.bond, is.leaving),
                    (was.bond - was.leaving, Uint128::zero())
                );
                assert!(is.bond >= bond_for(is.outstanding), "{is:?}");
            }
            _ => {}
        }
    }

    /// The same for coins that were sent to the oracle.
    pub(super) fn burnt(&self, hook: &Hook, amount: u128, before: &Before) {
        let was = before.issuer();
        let after = self.backing();
        let is = find(&after, &before.issuer);
        let amount = Uint128::new(amount);
        let owed = amount.min(was.outstanding);
        let orphaned = (amount - owed).min(before.backing.orphan);
        let forgiven = amount - owed - orphaned;
        if *hook == (Hook::Retire {}) {
            assert_eq!(owed, amount, "an issuer retires what it owes");
        }
        assert_eq!(is.outstanding, was.outstanding - owed);
        assert_eq!(after.orphan, before.backing.orphan - orphaned);
        assert_eq!(after.forgiven, before.backing.forgiven + forgiven);
        assert_eq!(after.supply, before.backing.supply - amount);
    }
}
