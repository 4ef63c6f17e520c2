//! Which receipts go into which batch, and until when those are to be committed. Pure.
//!
//! On chain the batches of a worker and an order cover disjoint runs of nonces, whatever
//! became of them. So a batch must span no task that the worker may still want to claim
//! later, and none of an earlier batch: runs are cut there.

use std::collections::BTreeSet;

use compute_proofs::receipt::MAX_SPAN;

use crate::journal::Ready;

/// When batches are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Receipts of a batch, at most; so many make one at once.
    pub max_receipts: usize,
    /// Seconds that a receipt waits for others.
    pub max_age: u64,
    /// Seconds that a signed batch has to get on chain. Only after that its receipts can
    /// go into another one.
    pub commit_within: u64,
    /// Seconds that a batch needs to get on chain, at least.
    pub commit_needs: u64,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            max_receipts: 256,
            max_age: 30,
            commit_within: 600,
            commit_needs: 20,
        }
    }
}

impl Policy {
    /// Seconds before its end from which on a receipt waits for nothing any more: time for
    /// a second try has to be left.
    pub(crate) const fn last_call(&self) -> u64 {
        self.commit_within.saturating_mul(2)
    }
}

/// One batch to sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Its tasks, rising.
    pub(crate) nonces: Vec<u64>,
    /// Until when it is to be committed.
    pub(crate) commit_by: u64,
}

/// The batches that are to be signed now. `waiting` are the order's receipts by nonce,
/// `open` tasks that are not done, by whomever, `taken` runs of earlier batches.
/// `flush` waits for no more.
pub(crate) fn plan(
    waiting: &[Ready],
    open: &BTreeSet<u64>,
    taken: &[(u64, u64)],
    now: u64,
    policy: &Policy,
    flush: bool,
) -> Vec<Plan> {
    let mut plans = Vec::new();
    let mut run: Vec<Ready> = Vec::new();
    for ready in waiting {
        let in_time = ready.expires >= now.saturating_add(policy.commit_needs);
        if !ready.claimable || !in_time || open.contains(&ready.nonce) {
            // What waits for its delivery must not be spanned. What is too late can be
            // claimed by nobody any more, so it may be.
            if in_time {
                end(&mut run, now, policy, flush, &mut plans);
            }
            continue;
        }
        let cut = run.last().is_some_and(|last| {
            let between = last.nonce.saturating_add(1)..ready.nonce;
            let first = run.first().map_or(ready.nonce, |first| first.nonce);
            run.len() >= policy.max_receipts
                || ready.nonce.saturating_sub(first) >= u64::from(MAX_SPAN)
                || open.range(between.clone()).next().is_some()
                || taken
                    .iter()
                    .any(|(from, to)| *from < ready.nonce && *to > last.nonce)
        });
        if cut {
            end(&mut run, now, policy, flush, &mut plans);
        }
        run.push(*ready);
    }
    end(&mut run, now, policy, flush, &mut plans);
    plans
}

/// From the first nonce of these batches to the last; nothing if there is none.
pub(crate) fn range(plans: &[Plan]) -> Option<(u64, u64)> {
    let nonces = || plans.iter().flat_map(|plan| &plan.nonces);
    Some((*nonces().min()?, *nonces().max()?))
}

/// Ends a run: it becomes a batch if it is due.
fn end(run: &mut Vec<Ready>, now: u64, policy: &Policy, flush: bool, plans: &mut Vec<Plan>) {
    let run = std::mem::take(run);
    let oldest = run.iter().map(|ready| ready.done_at).min();
    let expires = run.iter().map(|ready| ready.expires).min();
    let (Some(oldest), Some(expires)) = (oldest, expires) else {
        return;
    };
    let full = run.len() >= policy.max_receipts;
    let old = now.saturating_sub(oldest) >= policy.max_age;
    let late = expires < now.saturating_add(policy.last_call());
    if full || old || late || flush {
        plans.push(Plan {
            nonces: run.iter().map(|ready| ready.nonce).collect(),
            commit_by: expires.min(now.saturating_add(policy.commit_within)),
        });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const POLICY: Policy = Policy {
        max_receipts: 3,
        max_age: 10,
        commit_within: 100,
        commit_needs: 5,
    };

    fn ready(nonce: u64) -> Ready {
        Ready {
            nonce,
            expires: 10_000,
            done_at: 1_000,
            claimable: true,
        }
    }

    fn nonces(plans: &[Plan]) -> Vec<&[u64]> {
        plans.iter().map(|plan| plan.nonces.as_slice()).collect()
    }

    #[test]
    fn receipts_wait_for_others_until_they_are_many_or_old() {
        let two = [ready(4), ready(6)];
        let none = BTreeSet::new();
        assert_eq!(plan(&two, &none, &[], 1_009, &POLICY, false), []);
        let old = plan(&two, &none, &[], 1_010, &POLICY, false);
        assert_eq!(nonces(&old), [[4, 6]]);
        assert_eq!(old[0].commit_by, 1_110);
        assert_eq!(
            nonces(&plan(&two, &none, &[], 1_000, &POLICY, true)),
            [[4, 6]]
        );
        let many = [ready(1), ready(2), ready(3), ready(4)];
        let full = plan(&many, &none, &[], 1_000, &POLICY, false);
        assert_eq!(nonces(&full), [[1, 2, 3]]);
    }

    #[test]
    fn a_batch_ends_before_what_may_still_be_claimed() {
        let all = [ready(1), ready(2), ready(5), ready(8)];
        let leased = BTreeSet::from([3]);
        let cut = plan(&all, &leased, &[(6, 7)], 2_000, &POLICY, false);
        assert_eq!(nonces(&cut), [&[1, 2][..], &[5], &[8]]);
        let mut undelivered = all;
        undelivered[1].claimable = false;
        let cut = plan(&undelivered, &BTreeSet::new(), &[], 2_000, &POLICY, false);
        assert_eq!(nonces(&cut), [&[1][..], &[5, 8]]);
    }

    #[test]
    fn time_to_commit_is_kept() {
        let mut soon = [ready(1), ready(2)];
        soon[0].expires = 1_150;
        let none = BTreeSet::new();
        let plans = plan(&soon, &none, &[], 1_001, &POLICY, false);
        assert_eq!(plans[0].commit_by, 1_101, "it is late: no waiting");
        let plans = plan(&soon, &none, &[], 1_100, &POLICY, false);
        assert_eq!(plans[0].commit_by, 1_150);
        let plans = plan(&soon, &none, &[], 1_146, &POLICY, true);
        assert_eq!(
            nonces(&plans),
            [[2]],
            "the first is lost, and spanned by nobody"
        );
    }

    proptest! {
        #[test]
        fn no_two_batches_touch_and_none_spans_what_is_open(
            waiting in prop::collection::btree_map(0..60u64, (any::<bool>(), 900..1_400u64), 0..30),
            in_flight in prop::collection::btree_set(0..60u64, 0..6),
            runs in prop::collection::btree_set(0..20u64, 0..4),
            now in 1_000..1_300u64,
            flush: bool,
        ) {
            // Runs of three nonces, apart from each other; nothing waits in them.
            let taken: Vec<_> = runs.iter().map(|at| (at * 3, at * 3 + 2)).collect();
            let free = |nonce: u64| !taken.iter().any(|(a, b)| (*a..=*b).contains(&nonce));
            let waiting: Vec<_> = waiting
                .into_iter()
                .filter(|(nonce, _)| free(*nonce) && !in_flight.contains(nonce))
                .map(|(nonce, (claimable, expires))| Ready { nonce, expires, done_at: 990, claimable })
                .collect();
            let plans = plan(&waiting, &in_flight, &taken, now, &POLICY, flush);
            let mut last = None;
            for plan in &plans {
                let (first, end) = (plan.nonces[0], *plan.nonces.last().unwrap());
                prop_assert!(last.is_none_or(|last| last < first));
                last = Some(end);
                prop_assert!(plan.nonces.len() <= POLICY.max_receipts);
                prop_assert!(plan.nonces.is_sorted_by(|a, b| a < b));
                prop_assert!(!in_flight.range(first..=end).any(|_| true));
                prop_assert!(!taken.iter().any(|(a, b)| *a <= end && *b >= first));
                for ready in &waiting {
                    let inside = (first..=end).contains(&ready.nonce);
                    let in_it = plan.nonces.contains(&ready.nonce);
                    if in_it {
                        prop_assert!(ready.claimable && ready.expires >= plan.commit_by);
                    } else if inside {
                        prop_assert!(ready.expires < now + POLICY.commit_needs);
                    }
                }
                prop_assert!(plan.commit_by >= now + POLICY.commit_needs);
            }
        }
    }
}
