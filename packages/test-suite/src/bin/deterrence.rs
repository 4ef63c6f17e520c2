//! `deterrence`: plays what lazy workers gain and lose, and writes
//! `docs/data/deterrence.json` and the tables of `docs/deterrence.md`.
#![allow(
    clippy::print_stdout,
    reason = "a command's result goes to standard output"
)]

use anyhow::Result;
use test_suite::{
    deterrence,
    figures::{Figures, docs},
    workspace,
};

fn main() -> Result<()> {
    let root = workspace::root();
    let mut figures = Figures::new("cargo run -p test-suite --bin deterrence", root)?;
    figures.rows = deterrence::measure()?;
    figures.write(&root.join("docs/data/deterrence.json"))?;
    for page in docs::update(root)? {
        println!("{}", page.strip_prefix(root).unwrap_or(&page).display());
    }
    Ok(())
}
