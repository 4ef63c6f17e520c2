//! `ballast audit`: checks what an order's tasks came to, and proves what is wrong.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use audit::{Auditor, Coordinator, Counts, FollowError, Told};
use chain_client::signer::Signer;
use clap::Args;
use serde::Serialize;
use service_kit::Shutdown;

use crate::chain::{self, Context, FAILED, failure, named, usage};
use crate::output::{Failure, Output};
use crate::worker::DeviceArguments;

/// Checks every finished task of an order once: by Freivalds where the program allows it,
/// else by doing it again. A result that is wrong is proven to the market as soon as its
/// batch is there: the worker is slashed and out, the order has its coins back, and the
/// key of --from gets the bounty.
///
/// Runs until it is stopped; then it prints what it has checked.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The coordinator's URL.
    #[arg(long, value_name = "URL")]
    coordinator: String,
    /// File with the order's API key.
    #[arg(long, value_name = "FILE", env = "BALLAST_API_KEY_FILE")]
    api_key_file: PathBuf,
    /// Milliseconds from one look to the next.
    #[arg(long, value_name = "MS", default_value_t = 2_000, value_parser = clap::value_parser!(u64).range(100..=600_000))]
    poll: u64,
    /// Look once, and end.
    #[arg(long)]
    once: bool,
    #[command(flatten)]
    device: DeviceArguments,
}

/// What was done.
#[derive(Debug, Serialize)]
struct Audited {
    order: u64,
    checked: u64,
    wrong: u64,
    proven: u64,
}

impl Audited {
    fn new(order: u64, counts: Counts) -> Self {
        Self {
            order,
            checked: counts.checked,
            wrong: counts.wrong,
            proven: counts.proven,
        }
    }

    fn text(&self) -> String {
        format!(
            "order {}: {} tasks checked, {} wrong, {} proven",
            self.order, self.checked, self.wrong, self.proven
        )
    }
}

pub(crate) fn run(arguments: &Arguments, context: &Context, output: &Output) -> ExitCode {
    let audited = chain::run(follow(arguments, context, output));
    output.finish("audit", audited, Audited::text)
}

async fn follow(
    arguments: &Arguments,
    context: &Context,
    output: &Output,
) -> Result<Audited, Failure> {
    let path = &arguments.api_key_file;
    let key = fs::read_to_string(path)
        .map_err(|error| usage(format!("API key file {}: {error}", path.display())))?;
    let shutdown = Shutdown::on_signals().map_err(|error| failure(FAILED, "BL-CLI-004", error))?;
    let backend = tokio::task::block_in_place(|| arguments.device.open(output))?;
    let network = context.network()?;
    let signer = Signer::start(network.client().clone(), context.key()?);
    let coordinator = Coordinator::new(&arguments.coordinator, key.trim());
    let auditor = Auditor::new(network, coordinator, signer, backend).await;
    let mut auditor = auditor.map_err(|error| fails(&error))?;
    loop {
        match auditor.round().await {
            Ok(told) => told.iter().for_each(|told| output.say(&text(told))),
            Err(error) if arguments.once => return Err(fails(&error)),
            // The next look may find what this one did not.
            Err(error) => output.say(&format!("audit: {error}")),
        }
        let audited = Audited::new(auditor.order(), auditor.counts());
        if arguments.once {
            return Ok(audited);
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(arguments.poll)) => {}
            () = shutdown.requested() => return Ok(audited),
        }
    }
}

fn text(told: &Told) -> String {
    match told {
        Told::Found {
            nonce,
            worker,
            finding,
        } => format!("task {nonce} of {worker} is wrong: {finding:?}"),
        Told::Proven {
            nonce,
            worker,
            batch,
            tx,
        } => format!("batch {batch} of {worker} is overturned for task {nonce}: {tx}"),
        Told::NotProven { nonce, reason } => format!("task {nonce} was not proven: {reason}"),
    }
}

fn fails(error: &FollowError) -> Failure {
    named(FAILED, error)
}
