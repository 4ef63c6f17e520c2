//! `check-wasm FILE…`: would wasmd store these contracts?
//!
//! Prints a table and exits with 1 if it would refuse one, with 2 if a file
//! cannot be read or none is named.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "its output is its purpose"
)]

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, ensure};
use test_suite::chain::{Checked, check_file};

fn main() -> ExitCode {
    let files: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    match check(&files) {
        Ok(checked) => report(&checked),
        Err(error) => {
            eprintln!("check-wasm: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn check(files: &[PathBuf]) -> Result<Vec<Checked>> {
    ensure!(
        !files.is_empty(),
        "no file named; usage: check-wasm FILE..."
    );
    files.iter().map(|file| check_file(file)).collect()
}

fn report(checked: &[Checked]) -> ExitCode {
    let longest = checked.iter().map(|file| file.name.len()).max();
    let width = longest.unwrap_or(0).max("name".len());
    println!("{:width$}  {:>7}  {:64}  result", "name", "bytes", "sha256");
    for file in checked {
        let result = file.problem.as_deref().unwrap_or("ok");
        println!(
            "{:width$}  {:>7}  {}  {result}",
            file.name, file.bytes, file.sha256
        );
    }
    if checked.iter().all(|file| file.problem.is_none()) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
