//! What is kept of the chain's answers between one question and the next.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use compute_proofs::ProofError;

use super::{Censuses, Miner};
use crate::machine::board::Facts;
use crate::machine::draw::{Basis, Lottery};

/// Workers with what they weigh.
type Stakes = Vec<(Arc<str>, u128)>;

/// The stakes that the next draws are made by, census by census.
#[derive(Debug, Default)]
pub struct Snapshots {
    /// Of the census under way: taken when it was first seen.
    pending: Option<(u32, Stakes)>,
    basis: Option<Basis>,
}

impl Snapshots {
    /// Takes note of where censuses stand, and answers what draws depend on now. A
    /// coordinator that was not there when a census opened takes the stakes of when it
    /// came; only stakes that have changed since then differ.
    ///
    /// # Errors
    /// [`ProofError::SumOverflow`] if stakes leave 128 bits.
    pub fn update(
        &mut self,
        censuses: &Censuses,
        miners: &[Miner],
    ) -> Result<Option<Basis>, ProofError> {
        let stakes = || -> Stakes {
            let entries = miners.iter();
            entries
                .map(|miner| (Arc::from(miner.address.as_str()), miner.active_stake))
                .collect()
        };
        if let Some((census, beacon)) = censuses.last
            && self.basis.as_ref().map(|basis| basis.census) != Some(census)
        {
            let taken = match self.pending.take() {
                Some((id, taken)) if id == census => taken,
                _ => stakes(),
            };
            self.basis = Some(Basis {
                census,
                beacon,
                stakes: Lottery::new(taken)?,
                issuers: BTreeMap::new(),
            });
        }
        if let Some(current) = censuses.current
            && self.pending.as_ref().map(|(id, _)| *id) != Some(current)
        {
            self.pending = Some((current, stakes()));
        }
        if let Some(basis) = &mut self.basis {
            basis.issuers = issuers(miners)?;
        }
        Ok(self.basis.clone())
    }
}

fn issuers(miners: &[Miner]) -> Result<BTreeMap<Arc<str>, Lottery>, ProofError> {
    let mut entries: BTreeMap<Arc<str>, Vec<(Arc<str>, u128)>> = BTreeMap::new();
    for miner in miners {
        if let Some(issuer) = &miner.issuer {
            let own = entries.entry(Arc::from(issuer.as_str())).or_default();
            own.push((Arc::from(miner.address.as_str()), miner.rate));
        }
    }
    let lotteries = entries.into_iter();
    lotteries
        .map(|(issuer, own)| Ok((issuer, Lottery::new(own)?)))
        .collect()
}

/// What the board is told of workers.
#[must_use]
pub fn facts(miners: &[Miner]) -> HashMap<Arc<str>, Facts> {
    let facts = miners.iter().map(|miner| {
        let facts = Facts {
            active: miner.active,
            min_price_bps: miner.min_price_bps,
            rate: miner.rate,
        };
        (Arc::from(miner.address.as_str()), facts)
    });
    facts.collect()
}

#[cfg(test)]
mod tests {
    use compute_proofs::Hash;

    use super::*;

    fn miner(address: &str, stake: u128) -> Miner {
        Miner {
            address: address.to_owned(),
            slot: 0,
            signing_key: [0; 32],
            active_stake: stake,
            active: true,
            min_price_bps: 10_000,
            issuer: Some("issuer".to_owned()),
            rate: stake,
        }
    }

    fn censuses(last: Option<u32>, current: Option<u32>) -> Censuses {
        let last = last.map(|id| (id, Hash([u8::try_from(id).unwrap(); 32])));
        Censuses { last, current }
    }

    #[test]
    fn stakes_are_those_of_when_the_census_opened() {
        let mut snapshots = Snapshots::default();
        let none = snapshots.update(&censuses(None, None), &[miner("a", 1)]);
        assert!(none.unwrap().is_none(), "nobody is drawn before a census");
        let opened = snapshots.update(&censuses(None, Some(1)), &[miner("a", 1)]);
        assert!(opened.unwrap().is_none());
        // The stake changes while the census runs.
        let mut update = |last, current, stake| {
            let basis = snapshots.update(&censuses(last, current), &[miner("a", stake)]);
            let basis = basis.unwrap().unwrap();
            (
                basis.census,
                basis.stakes.weight("a"),
                basis.issuers["issuer"].weight("a"),
            )
        };
        assert_eq!(update(Some(1), None, 5), (1, 1, 5));
        assert_eq!(update(Some(1), Some(2), 6), (1, 1, 6));
        assert_eq!(update(Some(2), None, 7), (2, 6, 7));
        // One that was missed.
        assert_eq!(update(Some(4), None, 9), (4, 9, 9));
    }
}
