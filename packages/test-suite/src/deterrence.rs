//! What a worker gains and loses that skips a part of its work, by simulation: the
//! library's own draws, production's parameters, and seeds that stay.

use anyhow::{Context, Result, ensure};
use compute_api::{
    market::{self, SplitParams},
    votes,
};
use compute_market::money;
use compute_proofs::{
    Hash,
    opening::{BatchContext, is_challenged, sample},
    receipt::{Receipt, Receipts},
};
use cosmwasm_std::{Decimal, Uint128};
use staking_votes::pool::part_of;

use crate::{
    figures::Row,
    fixtures::{COMMIT_BY, WORKER, order},
    scale::Random,
};

/// Batches of each case.
const TRIALS: u32 = 10_000;
/// Tasks of a batch, all of one operation and of the same ops.
const TASKS: u32 = 1_000;
/// Skipped of those.
const SKIPPED: [(&str, u32); 4] = [("1/100", 10), ("1/10", 100), ("1/2", 500), ("all", 1_000)];
/// One batch in so many is challenged.
const ONE_IN: [u32; 3] = [1, 2, 8];
/// Rates at which the stake is too small for the charges of all that are not drawn.
const LOW: [u32; 2] = [12, 24];
/// Batches that a day of slots has.
const A_DAY: u128 = 144;
/// A seed of nothing in particular.
const SEED: u64 = 0x0ba1_1a57;

/// One worker's way to work, and how it is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// Tasks skipped of a thousand.
    pub skipped: u32,
    /// One batch in so many is challenged.
    pub one_in: u32,
    /// Samples of a challenged batch.
    pub samples: u32,
}

/// What comes of a case, in all of its trials.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Batches that cannot be proven.
    pub caught: u32,
    /// Micro-coins of pay and of what computing costs, without any penalty.
    pub earned: i128,
    /// Micro-coins slashed.
    pub slashed: i128,
    /// Micro-coins that all batches are charged.
    pub charged: i128,
}

impl Outcome {
    /// Gained in all, in parts of a hundred of what was charged; negative is a loss.
    #[must_use]
    pub fn percent(&self) -> f64 {
        rounded(as_f64(self.earned - self.slashed) * 100.0 / as_f64(self.charged))
    }

    /// The least part of its stake that has to be the worker's own, not its voters' or
    /// its issuer's, for skipping to be a loss to itself: of pay it has the highest
    /// commission and its own part of the rest, and computing costs it all of that; of
    /// slashes it has its own part. In parts of a hundred.
    #[must_use]
    pub fn own(&self) -> f64 {
        if self.earned <= 0 {
            return 0.0;
        }
        let commission = votes::Params::production().max_commission.to_string();
        let commission: f64 = commission.parse().unwrap_or(1.0);
        let ratio = as_f64(self.earned) / as_f64(self.slashed);
        rounded(commission * ratio * 100.0 / (1.0 - (1.0 - commission) * ratio))
    }
}

/// Plays a case: `batches` of them fit into what the worker's stake answers for.
///
/// Computing a task costs the worker all that it is paid for it, the most that can be
/// saved by not doing it. A batch of which a skipped task is drawn is not proven.
///
/// # Errors
/// None that can happen with production's parameters.
pub fn play(case: Case, batches: u128) -> Result<Outcome> {
    let (market, votes) = (market::Params::production(), votes::Params::production());
    let slashable = votes.miner_bond;
    let factor = u128::from(market.batches.exposure_factor) * batches;
    let charge = Uint128::new(slashable.u128() / factor);
    let pay = worker_part(&market.split, charge)?;
    let cost = pay * i128::from(TASKS - case.skipped) / i128::from(TASKS);
    let penalty = penalty(&votes, case.one_in, charge, slashable)?;
    let receipts = receipts()?;
    let context = BatchContext {
        order: order(),
        worker: WORKER,
        batch: receipts.batch(),
    };
    let mut random = Random::new(SEED);
    let mut outcome = Outcome::default();
    for _ in 0..TRIALS {
        let mut beacon = [0; 32];
        random.fill(&mut beacon);
        outcome.charged += signed(charge)?;
        outcome.earned -= cost;
        if is_caught(case, &context, &receipts, &beacon)? {
            outcome.caught += 1;
            outcome.slashed += penalty;
        } else {
            outcome.earned += pay;
        }
    }
    Ok(outcome)
}

fn is_caught(
    case: Case,
    context: &BatchContext<'_>,
    receipts: &Receipts,
    beacon: &[u8; 32],
) -> Result<bool> {
    if !is_challenged(context, beacon, case.one_in)? {
        return Ok(false);
    }
    for d in 0..case.samples {
        let position = sample(context, beacon, d)?.position();
        let (nonce, _) = receipts.locate(position).context("a drawn task")?;
        if nonce < u64::from(case.skipped) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn receipts() -> Result<Receipts> {
    let receipt = |nonce| Receipt {
        nonce,
        grant: Hash::ZERO,
        output_root: Hash::ZERO,
        trace_root: Hash::ZERO,
        ops: 1_000_000,
    };
    let all = (0..u64::from(TASKS)).map(receipt).collect();
    Ok(Receipts::new(all, COMMIT_BY)?)
}

/// The worker's and its voters' part of a charge.
fn worker_part(split: &SplitParams, charge: Uint128) -> Result<i128> {
    signed(money::split(split, charge)?.worker)
}

/// What a batch that is not proven costs, as the market asks for it and votes takes it.
fn penalty(
    votes: &votes::Params,
    one_in: u32,
    charge: Uint128,
    slashable: Uint128,
) -> Result<i128> {
    let amount = charge.checked_mul(Uint128::from(one_in))?;
    let fraction: Decimal = votes.faults.unproven.slash.max(part_of(amount, slashable)?);
    signed(slashable.mul_floor(fraction))
}

fn signed(amount: Uint128) -> Result<i128> {
    Ok(i128::try_from(amount.u128())?)
}

#[allow(clippy::cast_precision_loss, reason = "two places are shown")]
fn as_f64(amount: i128) -> f64 {
    amount as f64
}

fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// All cases, as rows of `docs/data/deterrence.json`.
///
/// # Errors
/// If honest work is caught.
pub fn measure() -> Result<Vec<Row>> {
    let market = market::Params::production();
    let samples = [market.batches.samples, market.batches.min_samples];
    let mut rows = Vec::new();
    for samples in samples {
        for one_in in ONE_IN {
            let honest = Case {
                skipped: 0,
                one_in,
                samples,
            };
            ensure!(play(honest, 1)? == honest_outcome()?, "honest work pays");
            for (part, skipped) in SKIPPED {
                let case = Case { skipped, ..honest };
                rows.extend(of(case, part)?);
            }
        }
    }
    for one_in in LOW {
        let lowest = Case {
            skipped: TASKS,
            one_in,
            samples: market.batches.samples,
        };
        let low = of_section(lowest, "all", "low rates")?;
        // Not a promise: what the page says of them is that they do not suffice.
        rows.extend(low.map(|row| Row {
            target: None,
            ..row
        }));
    }
    Ok(rows)
}

/// Nothing is caught or slashed, and the pay is what the work costs.
fn honest_outcome() -> Result<Outcome> {
    let (market, votes) = (market::Params::production(), votes::Params::production());
    let factor = u128::from(market.batches.exposure_factor);
    let charge = Uint128::new(votes.miner_bond.u128() / factor);
    Ok(Outcome {
        charged: signed(charge)? * i128::from(TRIALS),
        ..Outcome::default()
    })
}

fn of(case: Case, part: &str) -> Result<[Row; 4]> {
    of_section(case, part, &format!("{} samples", case.samples))
}

fn of_section(case: Case, part: &str, section: &str) -> Result<[Row; 4]> {
    let (one, many) = (play(case, 1)?, play(case, A_DAY)?);
    let one_in = case.one_in;
    let name =
        |column: &str| format!("{section}/{part} skipped, 1 in {one_in} challenged/{column}");
    let caught = rounded(f64::from(one.caught) * 100.0 / f64::from(TRIALS));
    Ok([
        Row::new(name("caught"), caught, "% of batches"),
        Row::new(name("one"), one.percent(), "% of charges").at_most(0.0),
        Row::new(name("many"), many.percent(), "% of charges").at_most(0.0),
        Row::new(name("own"), one.own(), "% of the stake"),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_batch_by_hand() {
        // All of it is skipped and challenged: every batch is caught, nothing is spent,
        // and each costs a twelfth of the stake, which is its charge, or a little more.
        let case = Case {
            skipped: TASKS,
            one_in: 1,
            samples: 16,
        };
        let outcome = play(case, 1).unwrap();
        assert_eq!((outcome.caught, outcome.earned), (TRIALS, 0));
        assert!((outcome.percent() + 100.0).abs() < 0.01, "{outcome:?}");
        assert!(outcome.own().abs() < f64::EPSILON);
        // In a day's many batches a fiftieth of the stake is 34.56 charges.
        let many = play(case, A_DAY).unwrap();
        assert!((many.percent() + 3_456.0).abs() < 0.1, "{many:?}");
    }

    #[test]
    fn what_is_caught_is_what_the_draw_says() {
        // 1 − 0.9^6 = 46.9 %, of half of the batches.
        let case = Case {
            skipped: 100,
            one_in: 2,
            samples: 6,
        };
        let caught = f64::from(play(case, 1).unwrap().caught) / f64::from(TRIALS);
        assert!((caught - 0.469 / 2.0).abs() < 0.015, "{caught}");
    }
}
