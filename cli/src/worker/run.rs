//! `ballast worker run`.

use std::{
    fs::File,
    path::PathBuf,
    process::ExitCode,
    time::{Duration, Instant, SystemTime},
};

use clap::Args;
use serde::Serialize;
use worker::{
    job::MatrixJob,
    npy::{self, NpyError},
    store::{Store, TaskId},
};

use super::{device, rate};
use crate::output::{Failure, Output};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The job: a JSON file, see the book's page on the worker.
    job: PathBuf,
    /// Write the result to this `.npy` file.
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Keep what openings need in this folder.
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// For how many seconds; what is older is removed.
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 100_800,
        requires = "keep"
    )]
    keep_for: u64,
    #[command(flatten)]
    device: device::DeviceArguments,
}

#[derive(Debug, Serialize)]
struct Done {
    job: String,
    device: String,
    program: String,
    input_root: String,
    output_root: String,
    trace_root: String,
    ops: String,
    seconds: f64,
    /// Of the arithmetic that was charged, not of what was moved.
    ops_per_second: f64,
    kept_as: Option<String>,
}

pub(super) fn run(arguments: &Arguments, output: &Output) -> ExitCode {
    output.finish("worker run", work(arguments, output), |done| {
        format!(
            "job {} on {}\nprogram     {}\ninput root  {}\noutput root {}\ntrace root  {}\n\
             {} ops in {:.3} s: {}",
            done.job,
            done.device,
            done.program,
            done.input_root,
            done.output_root,
            done.trace_root,
            done.ops,
            done.seconds,
            rate(done.ops_per_second),
        )
    })
}

fn work(arguments: &Arguments, output: &Output) -> Result<Done, Failure> {
    let job = MatrixJob::load(&arguments.job)?;
    let mut backend = arguments.device.open(output)?;
    let task = job.task();
    let start = Instant::now();
    let outcome = backend.run(&task)?;
    let took = start.elapsed();
    let result = outcome.result();
    if let (Some(path), Some(result)) = (&arguments.save, result) {
        let mut file = File::create(path).map_err(NpyError::from)?;
        npy::write(&mut file, &result.tensor).map_err(NpyError::from)?;
    }
    let kept_as = match &arguments.keep {
        Some(dir) => {
            let store = Store::open(dir)?;
            let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
            let now = now.as_ref().map_or(0, Duration::as_secs);
            store.keep(&task, &outcome, now.saturating_add(arguments.keep_for))?;
            let pruned = store.prune(now)?;
            if pruned.tasks > 0 {
                output.say(&format!(
                    "removed {} tasks whose time was over, {} bytes",
                    pruned.tasks, pruned.bytes
                ));
            }
            Some(TaskId::of(&outcome).to_string())
        }
        None => None,
    };
    let measured = worker::bench::Rate::new(job.name.clone(), 1, outcome.header.cost, took);
    Ok(Done {
        device: backend.device().to_string(),
        program: outcome.header.hash().to_hex(),
        input_root: outcome.input_root().to_hex(),
        output_root: result.map_or_else(String::new, |result| result.root.to_hex()),
        trace_root: outcome.trace.root().to_hex(),
        ops: outcome.header.cost.to_string(),
        seconds: measured.seconds,
        ops_per_second: measured.ops_per_second,
        kept_as,
        job: measured.what,
    })
}
