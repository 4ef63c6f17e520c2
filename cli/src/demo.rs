//! `ballast demo`.

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use demo::{Chain, DemoError, Options, Running, Summary, Tell};
use tokio::signal::unix::{SignalKind, signal};

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
    /// The chain that it runs on.
    #[arg(long, value_enum, default_value_t = ChainName::Devnet)]
    chain: ChainName,
    /// A Python with numpy, which then multiplies everything too.
    #[arg(long, value_name = "PROGRAM", env = "BALLAST_PYTHON")]
    python: Option<PathBuf>,
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

/// A chain on this machine.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum ChainName {
    /// The embedded one.
    Devnet,
    /// Real wasmd, from a checkout of Ballast; it is built first where it is not yet.
    Wasmd,
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
        chain: chain(arguments.chain)?,
        python: arguments.python.clone(),
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
        () = interrupted() => Err(DemoError::Stopped),
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
    interrupted().await;
}

fn chain(name: ChainName) -> Result<Chain, Failure> {
    match name {
        ChainName::Devnet => Ok(Chain::Devnet),
        ChainName::Wasmd => {
            let here = env::current_dir();
            let here = here.map_err(|error| failure(FAILED, "BL-DEM-002", error))?;
            let checkout = crate::localnet::checkout(&here)?;
            Ok(Chain::Wasmd { checkout })
        }
    }
}

/// Waits for Ctrl-C, or whatever else asks a program to end. Where signals cannot be waited
/// for, there is nothing to wait for.
async fn interrupted() {
    let kinds = [
        SignalKind::interrupt(),
        SignalKind::terminate(),
        SignalKind::hangup(),
    ];
    let [Ok(mut interrupt), Ok(mut terminate), Ok(mut hangup)] = kinds.map(signal) else {
        return;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
}
