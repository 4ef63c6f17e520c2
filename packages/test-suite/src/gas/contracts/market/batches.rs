//! Whole batches: committed, proven, settled.

use std::sync::LazyLock;

use anyhow::{Context, Result};

use super::{
    super::{growth::ratio, world::World},
    trade::{LARGE, anyone},
};
use crate::{chain::Gas, figures::Row, fixtures::Job, market::registration};

/// The bound of a whole batch of seeded work.
const TARGET: u64 = 1_500_000;
/// How much dearer ten times as many receipts may be.
const FLAT: f64 = 1.1;

static SEEDED: LazyLock<Job> = LazyLock::new(|| Job::seeded(2, 64, 256, 4096).expect("a job"));
static SHORT: LazyLock<Job> = LazyLock::new(|| Job::matrix(3, 64, 256, 384).expect("a job"));
static LONG: LazyLock<Job> = LazyLock::new(|| Job::matrix(3, 64, 256, 4096).expect("a job"));

/// A kind of batch.
struct Kind {
    name: &'static str,
    job: &'static Job,
    receipts: u64,
    samples: u32,
    target: Option<u64>,
}

/// One line for each message of a batch, and one for all of them.
pub(super) fn rows(world: &World) -> Result<Vec<Row>> {
    let seeded = |name, receipts| Kind {
        name,
        job: &SEEDED,
        receipts,
        samples: 16,
        target: Some(TARGET),
    };
    let committed = |name, job| Kind {
        name,
        job,
        receipts: 1_000,
        samples: 6,
        target: None,
    };
    let (thousand, ten_thousand) = (
        seeded("1 000 receipts of seeded work, K = 4096", 1_000),
        seeded("10 000 receipts of seeded work, K = 4096", 10_000),
    );
    let (rows, small) = thousand.rows(world)?;
    let mut all = rows;
    let (rows, large) = ten_thousand.rows(world)?;
    all.extend(rows);
    let name = "batch-growth/10 000 receipts over 1 000";
    all.push(Row::new(name, ratio(large, small), "").at_most(FLAT));
    for (name, job) in [
        ("1 000 receipts of committed operands, K = 384", &*SHORT),
        ("1 000 receipts of committed operands, K = 4096", &*LONG),
    ] {
        all.extend(committed(name, job).rows(world)?.0);
    }
    Ok(all)
}

impl Kind {
    fn rows(&self, world: &World) -> Result<(Vec<Row>, u64)> {
        let [commit, prove, settle] = self.gas(world).with_context(|| self.name)?;
        let mut rows = Vec::new();
        let proven = format!("prove_batch, {} samples", self.samples);
        for (message, gas) in [
            ("commit_batch", commit),
            (proven.as_str(), prove),
            ("settle_batch", settle),
        ] {
            rows.extend(gas.rows(&format!("batches/{}: {message}", self.name), None));
        }
        let total = commit.total() + prove.total() + settle.total();
        let row = Row::new(format!("batch/{}", self.name), total, "SDK gas");
        rows.push(match self.target {
            Some(target) => row.at_most(target),
            None => row,
        });
        Ok((rows, total))
    }

    fn gas(&self, world: &World) -> Result<[Gas; 3]> {
        let mut world = world.clone();
        let job = self.job;
        // The small seeded one is registered already: this has another shape.
        world.market(&anyone(), &registration(job))?;
        let mut new = world.to_pay();
        new.samples = Some(self.samples);
        let order = world.open_order(LARGE, new)?;
        let work = world.work(order, 0, &[job], 0..self.receipts, |_| ())?;
        let commit = world.to_market(&anyone(), &work.commit())?;
        let committed = world.measure(&commit)?.gas;
        let batch = world.committed(&work)?;
        let beacon = world.drawn()?;
        let prove = world.proving(batch, &work, &beacon, self.samples)?;
        let proven = world.measure(&prove)?.gas;
        world.run(prove)?;
        let settle = world.settling(batch)?;
        let settled = world.measure(&settle)?.gas;
        Ok([committed, proven, settled])
    }
}
