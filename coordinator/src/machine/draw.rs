//! Whom the beacon draws for a task: `compute_proofs::stake`, over what the chain says
//! that workers weigh.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use compute_proofs::stake::{Snapshot, sample, task_seed};
use compute_proofs::{Hash, ProofError};

/// Workers with weights, in the chain's order.
#[derive(Clone, Debug)]
pub struct Lottery {
    holders: Vec<Arc<str>>,
    weights: HashMap<Arc<str>, u128>,
    tree: Snapshot,
}

impl Lottery {
    /// A draw among `entries`, in this order: that of the chain's slots.
    ///
    /// # Errors
    /// [`ProofError::SumOverflow`] if the weights leave 128 bits.
    pub fn new(entries: impl IntoIterator<Item = (Arc<str>, u128)>) -> Result<Self, ProofError> {
        // Whoever weighs nothing is never drawn, wherever it stands.
        let entries = entries.into_iter().filter(|(_, weight)| *weight > 0);
        let (holders, weights): (Vec<_>, Vec<_>) = entries.unzip();
        let tree = Snapshot::new(&weights)?;
        let weights = holders.iter().cloned().zip(weights).collect();
        Ok(Self {
            holders,
            weights,
            tree,
        })
    }

    /// Who holds a share, in order.
    pub fn holders(&self) -> impl Iterator<Item = &Arc<str>> {
        self.holders.iter()
    }

    /// What a worker weighs; 0 if it is not in it.
    #[must_use]
    pub fn weight(&self, worker: &str) -> u128 {
        self.weights.get(worker).copied().unwrap_or(0)
    }

    /// Who is drawn; nobody if nobody weighs anything.
    #[must_use]
    pub fn draw(&self, seed: &[u8; 32]) -> Option<&Arc<str>> {
        let slots = sample(&self.tree, seed, 1).ok()?;
        let slot = usize::try_from(*slots.first()?).ok()?;
        self.holders.get(slot)
    }
}

/// All that draws depend on between two censuses.
#[derive(Clone, Debug)]
pub struct Basis {
    /// The census whose beacon it is.
    pub census: u32,
    /// Its randomness.
    pub beacon: Hash,
    /// All workers by stake, as of when that census opened.
    pub stakes: Lottery,
    /// Workers of each issuer by the rate that they have proven.
    pub issuers: BTreeMap<Arc<str>, Lottery>,
}

impl Basis {
    /// Who may be drawn: an issuer's workers for its redemptions, else all.
    #[must_use]
    pub fn lottery(&self, issuer: Option<&str>) -> Option<&Lottery> {
        match issuer {
            Some(issuer) => self.issuers.get(issuer),
            None => Some(&self.stakes),
        }
    }

    /// Who is drawn for attempt `attempt` of a task.
    #[must_use]
    pub fn draw(
        &self,
        issuer: Option<&str>,
        order: u64,
        nonce: u64,
        attempt: u32,
    ) -> Option<&Arc<str>> {
        let seed = task_seed(&self.beacon.0, order, nonce, attempt);
        self.lottery(issuer)?.draw(&seed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lottery(entries: &[(&str, u128)]) -> Lottery {
        Lottery::new(entries.iter().map(|(name, w)| (Arc::from(*name), *w))).unwrap()
    }

    #[test]
    fn it_is_the_chains_draw_whatever_weighs_nothing() {
        let all = lottery(&[("a", 5), ("b", 0), ("c", 7), ("d", 0), ("e", 1)]);
        let stakes = Snapshot::new(&[5, 0, 7, 0, 1]).unwrap();
        let names = ["a", "b", "c", "d", "e"];
        for attempt in 0..200 {
            let seed = task_seed(&[3; 32], 1, 2, attempt);
            let slot = sample(&stakes, &seed, 1).unwrap()[0];
            let expected = names[usize::try_from(slot).unwrap()];
            assert_eq!(all.draw(&seed).unwrap().as_ref(), expected);
        }
        assert_eq!(all.weight("c"), 7);
        assert_eq!(all.weight("b"), 0);
        assert!(lottery(&[("a", 0)]).draw(&[0; 32]).is_none());
    }

    #[test]
    fn redemptions_draw_among_their_issuers_own() {
        let basis = Basis {
            census: 1,
            beacon: Hash([9; 32]),
            stakes: lottery(&[("a", 1_000_000), ("b", 1)]),
            issuers: BTreeMap::from([(Arc::from("issuer"), lottery(&[("b", 10)]))]),
        };
        for attempt in 0..20 {
            let drawn = basis.draw(Some("issuer"), 1, 1, attempt).unwrap();
            assert_eq!(drawn.as_ref(), "b");
        }
        assert!(basis.draw(Some("stranger"), 1, 1, 0).is_none());
    }
}
