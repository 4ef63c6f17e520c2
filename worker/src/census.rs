//! The census lane: as many units as fit the window, one commitment, and any
//! sample opened later (`compute_proofs::census`).

use std::{collections::BTreeMap, time::Duration};

use compute_proofs::{
    Hash, ProofError,
    census::{Answer, Census, Commitment, MAX_UNITS, TilePosition, UnitTree, Work},
};

use crate::{Backend, WorkerError};

const TASK: &str = "census";

/// What one submission to the device should take: long enough that its start
/// does not count, short enough that little is lost when the window closes.
const BATCH: Duration = Duration::from_millis(400);

/// One operator's part in one census.
#[derive(Clone, Debug)]
pub struct Lane {
    work: Work,
    challenge: [u8; 32],
    roots: Vec<Hash>,
}

impl Lane {
    /// A census of this work; the challenge is
    /// [`Entry::challenge`](compute_proofs::census::Entry::challenge).
    #[must_use]
    pub fn new(work: Work, challenge: [u8; 32]) -> Self {
        Self {
            work,
            challenge,
            roots: Vec::new(),
        }
    }

    /// A part that was begun before: the roots of units 0, 1, …, as [`Self::roots`]
    /// gave them.
    #[must_use]
    pub fn resume(work: Work, challenge: [u8; 32], roots: Vec<Hash>) -> Self {
        Self {
            work,
            challenge,
            roots,
        }
    }

    /// Roots of the units that are done, in order.
    #[must_use]
    pub fn roots(&self) -> &[Hash] {
        &self.roots
    }

    /// Units that are done.
    #[must_use]
    pub fn units(&self) -> u32 {
        u32::try_from(self.roots.len()).unwrap_or(u32::MAX)
    }

    /// Works until `now` has come to `deadline`, or until another batch would
    /// end after it. It can be called again to go on. `progress` hears the
    /// number of units after every batch.
    ///
    /// # Errors
    /// What the device fails with; the units that were done stay.
    pub fn run_until(
        &mut self,
        backend: &mut dyn Backend,
        now: impl Fn() -> Duration,
        deadline: Duration,
        mut progress: impl FnMut(u32),
    ) -> Result<(), WorkerError> {
        let mut batch = 1u32;
        // Of the last batch; nothing is known before the first.
        let mut per_unit = Duration::ZERO;
        loop {
            let start = now();
            let left = deadline.saturating_sub(start);
            if per_unit > Duration::ZERO {
                let fit = (left.as_nanos() / per_unit.as_nanos()).min(u128::from(batch));
                batch = u32::try_from(fit).unwrap_or(batch);
            }
            batch = batch.min(MAX_UNITS.saturating_sub(self.units()));
            if left.is_zero() || batch == 0 {
                return Ok(());
            }
            let first = self.units();
            let units = first..first.saturating_add(batch);
            let roots = backend.census_roots(self.work, &self.challenge, units)?;
            self.roots.extend(roots);
            progress(self.units());
            per_unit = now().saturating_sub(start) / batch;
            per_unit = per_unit.max(Duration::from_nanos(1));
            // At most twice as many as before: one fast batch is no promise.
            let wanted = BATCH.as_nanos() / per_unit.as_nanos();
            let wanted = u32::try_from(wanted).unwrap_or(u32::MAX);
            batch = wanted.clamp(1, batch.saturating_mul(2));
        }
    }

    /// What goes to the chain.
    ///
    /// # Errors
    /// [`WorkerError::Invalid`] if no unit was done.
    pub fn commitment(&self) -> Result<Commitment, WorkerError> {
        Ok(self.census()?.commitment())
    }

    /// Opens the tiles at these positions; their units are computed again.
    ///
    /// # Errors
    /// [`WorkerError::Invalid`] for a position that there is not;
    /// [`WorkerError::WrongBits`] if the device now gives another product than
    /// when it committed; what else it fails with.
    pub fn open(
        &self,
        backend: &mut dyn Backend,
        positions: &[TilePosition],
    ) -> Result<Answer, WorkerError> {
        let mut trees = BTreeMap::new();
        for position in positions {
            let unit = position.unit;
            if !trees.contains_key(&unit) && unit < self.units() {
                trees.insert(unit, self.tree(backend, unit)?);
            }
        }
        let census = self.census()?;
        let found = |unit| {
            let tree: Option<&UnitTree> = trees.get(&unit);
            tree.cloned().ok_or(ProofError::OutOfTree {
                tree: "census units",
                first: u64::from(unit),
                count: 1,
                leaves: u64::from(self.units()),
            })
        };
        census
            .open(positions, found)
            .map_err(WorkerError::invalid(TASK))
    }

    fn census(&self) -> Result<Census, WorkerError> {
        Census::new(self.work, self.roots.clone()).map_err(WorkerError::invalid(TASK))
    }

    fn tree(&self, backend: &mut dyn Backend, unit: u32) -> Result<UnitTree, WorkerError> {
        let product = backend.census_product(self.work, &self.challenge, unit)?;
        let tree = UnitTree::new(self.work, unit, &product).map_err(WorkerError::invalid(TASK))?;
        let element = usize::try_from(unit).unwrap_or(usize::MAX);
        match self.roots.get(element) {
            Some(root) if *root != tree.root() => Err(WorkerError::WrongBits {
                device: backend.device().to_string(),
                kernel: "census unit",
                element,
                expected: root.to_hex(),
                actual: tree.root().to_hex(),
            }),
            _ => Ok(tree),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        ops::Range,
        sync::{
            Arc,
            atomic::{AtomicU64, Ordering},
        },
    };

    use compute_proofs::census::{Entry, positions, verify};

    use super::*;
    use crate::{
        Device,
        cpu::CpuBackend,
        task::{Outcome, Task, Tensor},
    };

    fn entry() -> Entry<'static> {
        Entry {
            work: Work::new(32, 8).unwrap(),
            chain_id: "ballast-1",
            contract: "wasm1oracle",
            beacon: [7; 32],
            operator: "wasm1miner",
        }
    }

    /// A device whose every unit takes 100 ms of a clock that stands still
    /// otherwise.
    struct Steady {
        cpu: CpuBackend,
        clock: Arc<AtomicU64>,
        batches: Vec<u32>,
        flips: bool,
    }

    impl Steady {
        fn new() -> Self {
            Self {
                cpu: CpuBackend::default(),
                clock: Arc::default(),
                batches: Vec::new(),
                flips: false,
            }
        }

        fn clock(&self) -> impl Fn() -> Duration + use<> {
            let clock = Arc::clone(&self.clock);
            move || Duration::from_millis(clock.load(Ordering::Relaxed))
        }
    }

    impl Backend for Steady {
        fn device(&self) -> &Device {
            self.cpu.device()
        }

        fn run(&mut self, task: &Task<'_>) -> Result<Outcome, WorkerError> {
            self.cpu.run(task)
        }

        fn product(&mut self, a: &Tensor, b: &Tensor) -> Result<Tensor, WorkerError> {
            self.cpu.product(a, b)
        }

        fn census_roots(
            &mut self,
            work: Work,
            challenge: &[u8; 32],
            units: Range<u32>,
        ) -> Result<Vec<Hash>, WorkerError> {
            let count = units.end - units.start;
            self.batches.push(count);
            self.clock
                .fetch_add(100 * u64::from(count), Ordering::Relaxed);
            self.cpu.census_roots(work, challenge, units)
        }

        fn census_product(
            &mut self,
            work: Work,
            challenge: &[u8; 32],
            unit: u32,
        ) -> Result<Vec<i32>, WorkerError> {
            let mut c = self.cpu.census_product(work, challenge, unit)?;
            c[0] ^= i32::from(self.flips);
            Ok(c)
        }
    }

    #[test]
    fn it_fills_the_window_and_not_more() {
        let mut device = Steady::new();
        let now = device.clock();
        let mut lane = Lane::new(entry().work, entry().challenge());
        let mut heard = Vec::new();
        let window = Duration::from_millis(1_550);
        lane.run_until(&mut device, &now, window, |units| heard.push(units))
            .unwrap();
        assert_eq!(device.batches, [1, 2, 4, 4, 4]);
        assert_eq!(heard, [1, 3, 7, 11, 15]);
        assert_eq!(now(), Duration::from_millis(1_500));
        // A commitment can be replaced by a larger one until the end.
        let first = lane.commitment().unwrap();
        let window = Duration::from_millis(2_200);
        lane.run_until(&mut device, &now, window, |_| ()).unwrap();
        assert_eq!(lane.commitment().unwrap().units, 22);
        assert_eq!(first.units, 15);
        lane.run_until(&mut device, &now, window, |_| ()).unwrap();
        assert_eq!(lane.units(), 22);
    }

    #[test]
    fn what_is_drawn_is_opened_as_the_contract_checks_it() {
        let mut device = Steady::new();
        let now = device.clock();
        let mut lane = Lane::new(entry().work, entry().challenge());
        let window = Duration::from_secs(1);
        lane.run_until(&mut device, &now, window, |_| ()).unwrap();
        let commitment = lane.commitment().unwrap();
        let drawn = positions(&entry(), &commitment, &[3; 32], 16).unwrap();
        let answer = lane.open(&mut device, &drawn).unwrap();
        verify(&entry(), &commitment, &[3; 32], 16, &answer).unwrap();
        let beyond = TilePosition { unit: 10, tile: 0 };
        let error = lane.open(&mut device, &[beyond]).unwrap_err();
        assert!(matches!(error, WorkerError::Invalid { .. }), "{error}");
    }

    #[test]
    fn a_part_that_was_begun_before_goes_on_where_it_was() {
        let mut device = Steady::new();
        let now = device.clock();
        let mut lane = Lane::new(entry().work, entry().challenge());
        let until = Duration::from_millis(800);
        lane.run_until(&mut device, &now, until, |_| ()).unwrap();
        let roots = lane.roots().to_vec();
        let mut resumed = Lane::resume(entry().work, entry().challenge(), roots.clone());
        assert_eq!(resumed.commitment().unwrap(), lane.commitment().unwrap());
        let until = Duration::from_millis(1_600);
        resumed.run_until(&mut device, &now, until, |_| ()).unwrap();
        assert!(resumed.units() > lane.units());
        assert!(resumed.roots().starts_with(&roots));
        // What only the first commitment has is opened from its part of the roots.
        let commitment = lane.commitment().unwrap();
        let units = usize::try_from(commitment.units).unwrap();
        let part = resumed.roots().iter().take(units).copied().collect();
        let part = Lane::resume(entry().work, entry().challenge(), part);
        let drawn = positions(&entry(), &commitment, &[3; 32], 16).unwrap();
        let answer = part.open(&mut device, &drawn).unwrap();
        verify(&entry(), &commitment, &[3; 32], 16, &answer).unwrap();
    }

    #[test]
    fn a_device_that_changes_its_mind_is_found_before_the_chain_does() {
        let mut device = Steady::new();
        let now = device.clock();
        let mut lane = Lane::new(entry().work, entry().challenge());
        let error = lane.commitment().unwrap_err();
        assert!(matches!(error, WorkerError::Invalid { .. }), "{error}");
        let window = Duration::from_millis(300);
        lane.run_until(&mut device, &now, window, |_| ()).unwrap();
        device.flips = true;
        let drawn = TilePosition { unit: 2, tile: 1 };
        let error = lane.open(&mut device, &[drawn]).unwrap_err();
        assert!(
            matches!(error, WorkerError::WrongBits { element: 2, .. }),
            "{error}"
        );
    }
}
