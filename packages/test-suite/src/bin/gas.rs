//! `make gas`: measures what proofs cost on chain and writes
//! `docs/data/gas.json` and the tables of `docs/gas.md`.
#![allow(
    clippy::print_stdout,
    reason = "a command's result goes to standard output"
)]

use anyhow::Result;
use test_suite::{
    figures::{Figures, docs},
    gas, workspace,
};

fn main() -> Result<()> {
    let root = workspace::root();
    let mut figures = Figures::new("make gas", root)?;
    figures.rows = gas::measure()?;
    figures.write(&root.join("docs/data/gas.json"))?;
    for page in docs::update(root)? {
        println!("{}", page.strip_prefix(root).unwrap_or(&page).display());
    }
    Ok(())
}
