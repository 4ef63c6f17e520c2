//! `ballast job`: an AI app's side of a coordinator.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use ::worker::job::MatrixJob;
use ::worker::npy;
use app_client::{App, AppError, Finished, Trust};
use clap::{Args, Subcommand};
use compute_api::market::Privacy;
use serde::Serialize;

use crate::chain::{self, Context, FAILED, NOT_REACHABLE, named, usage};
use crate::output::{Failure, Output};

/// Exit code where a check has found a wrong result.
const WRONG: u8 = 6;

/// Have matrix jobs done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Submit a job, wait for its result, check it and write it.
    Run(RunArguments),
}

/// A job is written as for `ballast worker run`: JSON that names .npy files (docs/worker.md).
///
/// If the order is private, the coordinator sees sizes and roots alone: the matrices are
/// sealed to the worker that is drawn, whose key is checked by the chain, and the result is
/// sealed to a key of this command's own. Every result is checked before it is written.
#[derive(Debug, Args)]
pub(crate) struct RunArguments {
    /// The job's file.
    #[arg(value_name = "JOB")]
    job: PathBuf,
    /// The coordinator's URL.
    #[arg(long, value_name = "URL")]
    coordinator: String,
    /// File with the order's API key.
    #[arg(long, value_name = "FILE", env = "BALLAST_API_KEY_FILE")]
    api_key_file: PathBuf,
    /// File with certificates that the coordinator's is trusted by, in place of the
    /// system's.
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,
    /// Where the result goes, as .npy.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Seconds until the result must be there.
    #[arg(long, value_name = "SECONDS", default_value_t = 600, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    wait: u64,
    /// Fail rather than send anything in the open: the order has to be private.
    #[arg(long)]
    private: bool,
}

/// What was done.
#[derive(Debug, Serialize)]
struct Done {
    job: String,
    order: u64,
    nonce: u64,
    privacy: String,
    worker: String,
    ops: String,
    output: String,
    root: String,
    sealings: usize,
}

impl Done {
    fn text(&self) -> String {
        let sealed = match self.sealings {
            0 => String::new(),
            count => format!("\nsealed   to {count} worker(s)"),
        };
        format!(
            "job      {}\norder    {}, task {}, {}\nworker   {}\nops      {}\nresult   {}, \
             checked\nroot     {}{sealed}",
            self.job,
            self.order,
            self.nonce,
            self.privacy,
            self.worker,
            self.ops,
            self.output,
            self.root
        )
    }
}

pub(crate) fn run(command: &Command, context: &Context, output: &Output) -> ExitCode {
    let Command::Run(arguments) = command;
    let done = chain::run(run_job(arguments, context, output));
    output.finish("job run", done, Done::text)
}

async fn run_job(
    arguments: &RunArguments,
    context: &Context,
    output: &Output,
) -> Result<Done, Failure> {
    let path = &arguments.api_key_file;
    let key = fs::read_to_string(path)
        .map_err(|error| usage(format!("API key file {}: {error}", path.display())))?;
    let job = MatrixJob::load(&arguments.job).map_err(|error| usage(error.to_string()))?;
    let trust =
        Trust::load(arguments.trust.as_deref()).map_err(|error| usage(error.to_string()))?;
    let network = Arc::new(context.network()?);
    let app = App::connect(network, &arguments.coordinator, &key, &trust).await;
    let app = app.map_err(fails)?;
    let order = app.order();
    if arguments.private && order.privacy != Privacy::Private {
        return Err(usage(format!(
            "order {} is not private: open one with `--privacy private`",
            order.order
        )));
    }
    output.say(&format!(
        "order {}, {}: submitting",
        order.order, order.privacy
    ));
    let patience = Duration::from_secs(arguments.wait);
    let finished: Finished = app.run(&job, patience).await.map_err(fails)?;
    let out = &arguments.out;
    let written = File::create(out).and_then(|mut file| npy::write(&mut file, &finished.output));
    written.map_err(|error| usage(format!("--out {}: {error}", out.display())))?;
    Ok(Done {
        job: finished.id,
        order: order.order,
        nonce: finished.receipt.nonce,
        privacy: order.privacy.to_string(),
        worker: finished.worker,
        ops: finished.receipt.ops.to_string(),
        output: format!("{} in {}", finished.output.spec(), out.display()),
        root: finished.receipt.output_root.to_hex(),
        sealings: finished.sealings,
    })
}

fn fails(error: AppError) -> Failure {
    match error {
        AppError::Chain(error) => error.into(),
        AppError::Check(error) => error.into(),
        AppError::Unreachable(_) => named(NOT_REACHABLE, &error),
        AppError::Wrong { .. } => named(WRONG, &error),
        other => named(FAILED, &other),
    }
}
