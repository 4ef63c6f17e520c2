//! `ballast demo`.

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use demo::{DemoError, Options, Running, Summary, Tell};

use crate::chain::{FAILED, failure, run as block_on, usage};
use crate::output::{Failure, Output};

/// Runs the whole life of the coin on this machine: a chain, issuers, workers, a
/// coordinator and an app, from the census to the last settled batch. It takes some
/// minutes and leaves nothing behind.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Tasks in each of the two orders.
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    tasks: u32,
    /// Folder of the contracts, as `make wasm` leaves them.
    #[arg(long, value_name = "DIR", default_value = "artifacts")]
    artifacts: PathBuf,
    /// An empty folder for logs, keys and the chain [default: a temporary one].
    #[arg(long, value_name = "DIR")]
    work: Option<PathBuf>,
    /// Leave everything running at the end, until Ctrl-C.
    #[arg(long)]
    keep: bool,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> ExitCode {
    let ended = block_on(demo(arguments, output));
    output.finish("demo", ended, Summary::to_text)
}

async fn demo(arguments: &Arguments, output: &Output) -> Result<Summary, Failure> {
    let program = env::current_exe().map_err(|error| failure(FAILED, "BL-DEM-002", error))?;
    let programs = program.parent().map(PathBuf::from).unwrap_or_default();
    let (work, _temporary) = match &arguments.work {
        Some(named) => (named.clone(), None),
        None => {
            let made = tempfile::tempdir();
            let made = made.map_err(|error| failure(FAILED, "BL-DEM-002", error))?;
            (made.path().to_owned(), Some(made))
        }
    };
    let is_used = work
        .read_dir()
        .is_ok_and(|mut files| files.next().is_some());
    if is_used {
        return Err(usage(format!(
            "{} is not empty; name a new folder with --work",
            work.display()
        )));
    }
    let options = Options {
        programs,
        artifacts: arguments.artifacts.clone(),
        work,
        tasks: arguments.tasks,
        with_cheater: cfg!(feature = "cheat"),
    };
    let out = *output;
    let tell = Tell::new(move |line| out.say(line));
    let ended = tokio::select! {
        ended = demo::run(&options, &tell) => ended,
        // Dropping the run kills its processes.
        _ = tokio::signal::ctrl_c() => Err(DemoError::Stopped),
    };
    let (summary, running) = ended.map_err(|error| failure(FAILED, "BL-DEM-001", error))?;
    if arguments.keep {
        keep(&running, &summary, output).await;
    }
    running.end().await;
    Ok(summary)
}

/// Says how to look further, and waits for Ctrl-C.
async fn keep(running: &Running, summary: &Summary, output: &Output) {
    output.say(&summary.to_text());
    output.say("still running; Ctrl-C ends it all. To look further:");
    let deployment = running.deployment.display();
    output.say(&format!(
        "  export BALLAST_DEPLOYMENT={deployment}\n  ballast query peg\n  ballast query backing\n  \
         ballast query batches"
    ));
    output.say(&format!(
        "  curl {}/v1/usage -H 'Authorization: Bearer {}'",
        running.coordinator, running.api_key
    ));
    for (name, id) in running.list() {
        output.say(&format!("  {name}: process {id}"));
    }
    // If signals cannot be waited for, there is nothing to wait for.
    let _ = tokio::signal::ctrl_c().await;
}
