//! `ballast worker verify`.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use serde::Serialize;
use worker::{
    job::MatrixJob,
    npy,
    verify::{self, Verdict},
};

use super::{FAILED, WRONG, device};
use crate::output::{Failure, Output};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The job: a JSON file.
    job: PathBuf,
    /// Its claimed result: an `.npy` file.
    result: PathBuf,
    /// Run the job again in place of Freivalds' check; always done for a
    /// requantised result.
    #[arg(long)]
    rerun: bool,
    #[command(flatten)]
    device: device::DeviceArguments,
}

#[derive(Debug, Serialize)]
struct Checked {
    job: String,
    method: &'static str,
    right: bool,
}

pub(super) fn run(arguments: &Arguments, output: &Output) -> ExitCode {
    output.finish("worker verify", check(arguments, output), |checked| {
        format!("job {}: right, by {}", checked.job, checked.method)
    })
}

fn check(arguments: &Arguments, output: &Output) -> Result<Checked, Failure> {
    let job = MatrixJob::load(&arguments.job)?;
    let claimed = npy::read(&arguments.result)?;
    let cheaply = !arguments.rerun && verify::can_be_checked_cheaply(&job);
    let (method, verdict) = if cheaply {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|error| Failure {
            exit: FAILED,
            code: "BL-WRK-013".into(),
            error: format!("no randomness from the system: {error}").into(),
        })?;
        let verdict = verify::freivalds(&job, &claimed, &secret)?;
        ("Freivalds' check", verdict)
    } else {
        let mut backend = arguments.device.open(output)?;
        ("a re-run", verify::rerun(&mut *backend, &job, &claimed)?)
    };
    match verdict {
        Verdict::Right => Ok(Checked {
            job: job.name,
            method,
            right: true,
        }),
        Verdict::Wrong => Err(Failure {
            exit: WRONG,
            code: "BL-WRK-014".into(),
            error: format!("job {}: the result is WRONG, by {method}", job.name).into(),
        }),
    }
}
