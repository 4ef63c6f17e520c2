//! `make vectors`: writes the test vectors of the kernels and the proof library
//! anew.
#![allow(
    clippy::print_stdout,
    reason = "a command's result goes to standard output"
)]

use std::fs;

use anyhow::Result;
use test_suite::vectors;

fn main() -> Result<()> {
    fs::create_dir_all(vectors::folder())?;
    for (name, vectors) in vectors::generate()? {
        let text = serde_json::to_string_pretty(&vectors)? + "\n";
        fs::write(vectors::folder().join(name), text)?;
        println!("{name}: {} steps", vectors.steps.len());
    }
    Ok(())
}
