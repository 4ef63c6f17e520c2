//! `make gas`: measures what proofs and messages cost on chain and writes
//! `docs/data/gas.json`, `docs/data/contracts-gas.json` and the tables of
//! `docs/gas.md`.
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
    for (name, rows) in gas::measure()? {
        let mut figures = Figures::new("make gas", root)?;
        figures.rows = rows;
        figures.write(&root.join("docs/data").join(name))?;
    }
    for page in docs::update(root)? {
        println!("{}", page.strip_prefix(root).unwrap_or(&page).display());
    }
    Ok(())
}
