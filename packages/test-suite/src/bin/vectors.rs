//! `make vectors`: writes the test vectors of the kernels and the proof library,
//! and the inputs that fuzzing starts from, anew.
#![allow(
    clippy::print_stdout,
    reason = "a command's result goes to standard output"
)]

use std::fs;

use anyhow::Result;
use test_suite::{fuzz, vectors, workspace};

fn main() -> Result<()> {
    fs::create_dir_all(vectors::folder())?;
    for (name, vectors) in vectors::generate()? {
        let text = serde_json::to_string_pretty(&vectors)? + "\n";
        fs::write(vectors::folder().join(name), text)?;
        println!("{name}: {} steps", vectors.steps.len());
    }
    for (target, seeds) in fuzz::seeds()? {
        let folder = workspace::root().join("fuzz/corpus").join(target);
        fs::create_dir_all(&folder)?;
        for (number, seed) in seeds.iter().enumerate() {
            fs::write(folder.join(format!("seed-{number}")), seed)?;
        }
        println!("fuzz/corpus/{target}: {} seeds", seeds.len());
    }
    Ok(())
}
