//! `cargo bench -p coordinator --bench load [-- --write] [--tasks N] [--short] [--servers]`: what one
//! coordinator does on this machine, with work that is next to nothing.
//!
//! 1. tasks a second accepted; dispatched and receipted from a backlog; and both at once,
//!    with memory over all of them
//! 2. latency at steady rates, beside nginx as a reverse proxy and Redis as a durable
//!    queue (skipped where they are not found)
//! 3. what a draw costs, and what sessions cost, with 10, 1 000 and 10 000 workers
//!
//! The coordinator is a process of its own, with its real database on disk, HTTP and
//! gRPC; the chain is a script that answers at once. Apps and workers are in this process,
//! on the same cores: they speak the real protocols, and hand in outputs without
//! computing them. `scripts/bench-coordinator.sh` does all of it; `--write` puts the
//! figures into `docs/data/coordinator.json`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command's result goes to standard output"
)]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "figures: none is near 2^53"
)]

mod assignment;
#[path = "../../tests/common/chain.rs"]
#[allow(dead_code, unreachable_pub, reason = "shared with the tests")]
mod chain;
mod http;
mod load;
mod peers;
mod proc;
mod redis;
mod sessions;
mod stats;
mod worker;

use std::path::PathBuf;

use anyhow::{Context, Result};
use test_suite::figures::{Figures, Row};
use test_suite::workspace;

/// Tasks of the long run.
const TASKS: usize = 100_000;

/// Tasks of the long run with `--short`.
const SHORT: usize = 10_000;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --all-targets` runs it too, without this.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let after = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name);
        at.and_then(|at| arguments.get(at + 1))
    };
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    let runtime = tokio::runtime::Runtime::new()?;
    if let Some(data) = after(proc::CHILD) {
        let workers = after("--workers").context("--workers")?.parse()?;
        return runtime.block_on(proc::serve(PathBuf::from(data), workers));
    }
    let short = has("--short");
    let tasks = match after("--tasks") {
        Some(tasks) => tasks.parse()?,
        None if short => SHORT,
        None => TASKS,
    };
    let mut figures = Figures::new("make bench-coordinator", workspace::root())?;
    runtime.block_on(async {
        let a_second = load::measure(tasks, short, &mut figures.rows).await?;
        if !has("--alone") {
            peers::measure(a_second, short, &mut figures.rows).await?;
            assignment::measure(short, &mut figures.rows)?;
            sessions::measure(short, &mut figures.rows).await?;
        }
        anyhow::Ok(())
    })?;
    let text = |row: &Row| {
        let note = row.note.as_ref().map(|note| format!(" ({note})"));
        format!(
            "{}: {} {}{}",
            row.name,
            row.value,
            row.unit,
            note.unwrap_or_default()
        )
    };
    for row in &figures.rows {
        println!("{}", text(row));
    }
    if has("--write") {
        figures.write(&workspace::root().join("docs/data/coordinator.json"))?;
    }
    Ok(())
}
