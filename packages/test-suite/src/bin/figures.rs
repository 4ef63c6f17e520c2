//! `figures`: writes the tables in the docs from `docs/data/*.json`.
#![allow(clippy::print_stdout, reason = "it names the pages it has changed")]

use anyhow::Result;
use test_suite::{figures::docs, workspace};

fn main() -> Result<()> {
    let changed = docs::update(workspace::root())?;
    for page in &changed {
        println!("{}", page.display());
    }
    println!("{} pages changed", changed.len());
    Ok(())
}
