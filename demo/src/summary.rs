//! What came of it.

use std::fmt::Write;

use serde::Serialize;

/// The coin before or after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CoinState {
    /// Micro-coins that exist.
    pub supply: u128,
    /// Micro-coins that the measured capacity backs, all issuers together.
    pub backing: u128,
    /// Micro-coins that issuers owe.
    pub outstanding: u128,
}

/// One worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WorkerLine {
    /// Its name.
    pub name: String,
    /// Tasks that it has done.
    pub tasks: u64,
    /// Ops of those.
    pub ops: u128,
    /// Batches that have settled.
    pub settled: u64,
    /// `active`, `jailed` or `tombstoned`.
    pub standing: String,
}

/// The demo's end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Tasks that were handed in, and came back.
    pub tasks: u64,
    /// Results that were compared with a plain product, byte by byte.
    pub compared: u64,
    /// Results that differed: the cheater's.
    pub wrong: u64,
    /// The version of numpy that finds the same right and wrong, if it was asked.
    pub numpy: Option<String>,
    /// The workers.
    pub workers: Vec<WorkerLine>,
    /// Batches that have settled.
    pub settled: u64,
    /// Batches in which fraud was proven.
    pub overturned: u64,
    /// Ops that were settled.
    pub ops: u128,
    /// Gas of settled batches, from commit to settlement.
    pub batch_gas: Vec<u64>,
    /// Tasks in those batches.
    pub batch_tasks: u64,
    /// Micro-coins minted.
    pub minted: u128,
    /// Micro-coins paid.
    pub paid: u128,
    /// Micro-coins burnt.
    pub burnt: u128,
    /// Micro-coins slashed.
    pub slashed: u128,
    /// Ops in one coin.
    pub opc: u128,
    /// The mainstream tier.
    pub tier: String,
    /// The coin after the mint.
    pub before: CoinState,
    /// The coin at the end.
    pub after: CoinState,
}

/// Micro-coins as coins.
#[must_use]
pub fn coins(micro: u128) -> String {
    format!("{}.{:06}", micro / 1_000_000, micro % 1_000_000)
}

/// `part` of `whole` in percent, rounded down; a dash of nothing.
fn percent(part: u128, whole: u128) -> String {
    match part.saturating_mul(100).checked_div(whole) {
        Some(percent) => format!("{percent} %"),
        None => "–".to_owned(),
    }
}

impl Summary {
    /// Gas of one batch on average, and of one task in it.
    #[must_use]
    pub fn gas(&self) -> Option<(u64, u64)> {
        let count = u64::try_from(self.batch_gas.len()).ok()?;
        let all: u64 = self.batch_gas.iter().sum();
        Some((all.checked_div(count)?, all.checked_div(self.batch_tasks)?))
    }

    /// As a table for people.
    #[must_use]
    pub fn to_text(&self) -> String {
        let gas = self.gas().map_or_else(
            || ("–".to_owned(), "–".to_owned()),
            |(batch, task)| (batch.to_string(), task.to_string()),
        );
        let numpy = self.numpy.as_ref().map_or_else(String::new, |version| {
            format!("; numpy {version} says the same")
        });
        let rows = [
            ("tasks done", self.tasks.to_string()),
            (
                "results compared",
                format!("{}, {} wrong{numpy}", self.compared, self.wrong),
            ),
            (
                "batches",
                format!("{} settled, {} overturned", self.settled, self.overturned),
            ),
            ("ops settled", self.ops.to_string()),
            ("gas per batch", gas.0),
            ("gas per task", gas.1),
            ("coins minted", coins(self.minted)),
            ("coins paid", coins(self.paid)),
            ("coins burnt", coins(self.burnt)),
            ("coins slashed", coins(self.slashed)),
            (
                "peg",
                format!("{} ops a coin (tier {})", self.opc, self.tier),
            ),
            (
                "backing, before",
                format!(
                    "{} coins owed, backed {}",
                    coins(self.before.outstanding),
                    percent(self.before.backing, self.before.outstanding)
                ),
            ),
            (
                "backing, after",
                format!(
                    "{} coins owed, backed {}",
                    coins(self.after.outstanding),
                    percent(self.after.backing, self.after.outstanding)
                ),
            ),
        ];
        let mut text = String::new();
        for (name, value) in rows {
            // Writing to a string does not fail.
            let _ = writeln!(text, "  {name:<18} {value}");
        }
        text.push('\n');
        let _ = writeln!(text, "  worker     tasks  settled  standing      ops");
        for worker in &self.workers {
            let _ = writeln!(
                text,
                "  {:<10} {:>5}  {:>7}  {:<12}  {}",
                worker.name, worker.tasks, worker.settled, worker.standing, worker.ops
            );
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_shares_read_as_they_should() {
        assert_eq!(coins(1_500_000), "1.500000");
        assert_eq!(coins(7), "0.000007");
        assert_eq!(percent(150, 100), "150 %");
        assert_eq!(percent(1, 0), "–");
    }
}
