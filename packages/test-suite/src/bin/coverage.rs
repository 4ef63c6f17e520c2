//! `coverage FILE`: adds up an LCOV file of the contracts' tests, prints what no test
//! has run, and writes `docs/data/coverage.json` and the table of `docs/coverage.md`.
//! `make coverage` runs it.
#![allow(
    clippy::print_stdout,
    reason = "a command's result goes to standard output"
)]

use std::{env, fs};

use anyhow::{Context, Result};
use test_suite::{
    coverage,
    figures::{Figures, docs},
    workspace,
};

/// What is not a contract and still worth knowing.
const OTHERS: [&str; 1] = ["packages/contract-kit"];

fn main() -> Result<()> {
    let root = workspace::root();
    let file = env::args().nth(1).context("usage: coverage FILE")?;
    let lcov = fs::read_to_string(&file).with_context(|| format!("reading {file}"))?;
    let packages = coverage::read(root, &lcov, &OTHERS)?;
    print!("{}", coverage::describe(&packages));
    let mut figures = Figures::new("make coverage", root)?;
    figures.rows = coverage::rows(&packages);
    figures.write(&root.join("docs/data/coverage.json"))?;
    docs::update(root)?;
    Ok(())
}
