//! `ballast worker`.

mod bench;
mod device;
mod devices;
mod run;
mod start;
mod verify;

use std::process::ExitCode;

use clap::Subcommand;
use worker::{WorkerError, job::JobError, npy::NpyError, store::StoreError};

pub(crate) use device::DeviceArguments;

use crate::chain::Context;
use crate::output::{Failure, Output};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Work for a network: take tasks, answer every census, be paid.
    Start(Box<start::Arguments>),
    /// List devices, each with its self-test and, if asked, its rate.
    Devices(devices::Arguments),
    /// Run a matrix job and print its roots and rate.
    Run(run::Arguments),
    /// Check the result of a matrix job, cheaply or by running it again.
    Verify(verify::Arguments),
    /// Measure a device: the census rate and matrix jobs.
    Bench(bench::Arguments),
}

pub(crate) fn run(command: Command, context: &Context, output: &Output) -> ExitCode {
    match command {
        Command::Start(arguments) => start::run(&arguments, context, output),
        Command::Devices(arguments) => devices::run(&arguments, output),
        Command::Run(arguments) => run::run(&arguments, output),
        Command::Verify(arguments) => verify::run(&arguments, output),
        Command::Bench(arguments) => bench::run(&arguments, output),
    }
}

const USAGE: u8 = 1;
const FAILED: u8 = 5;
const WRONG: u8 = 6;

impl From<WorkerError> for Failure {
    fn from(error: WorkerError) -> Self {
        let exit = match error {
            WorkerError::UnknownDevice { .. } => USAGE,
            WorkerError::WrongBits { .. } => WRONG,
            _ => FAILED,
        };
        Self {
            exit,
            code: error.code().into(),
            error: Box::new(error),
        }
    }
}

impl From<JobError> for Failure {
    fn from(error: JobError) -> Self {
        Self {
            exit: USAGE,
            code: "BL-WRK-010".into(),
            error: Box::new(error),
        }
    }
}

impl From<NpyError> for Failure {
    fn from(error: NpyError) -> Self {
        Self {
            exit: USAGE,
            code: "BL-WRK-011".into(),
            error: Box::new(error),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self {
            exit: FAILED,
            code: "BL-WRK-012".into(),
            error: Box::new(error),
        }
    }
}

/// Operations per second, for people.
fn rate(ops_per_second: f64) -> String {
    let units = [(1e12, "TOPS"), (1e9, "GOPS"), (1e6, "MOPS")];
    let unit = units.iter().find(|(size, _)| ops_per_second >= *size);
    let (size, name) = unit.copied().unwrap_or((1.0, "ops/s"));
    format!("{:.2} {name}", ops_per_second / size)
}
