//! `ballast audit`: checks what an order's tasks came to, and proves what is wrong.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use audit::{Auditor, Coordinator, Counts, FollowError, Metrics, OnChain, Settings, Told};
use chain_client::signer::Signer;
use clap::Args;
use serde::Serialize;
use service_kit::{Shutdown, config, exporter, metrics::Registry};
use tls_client::Trust;
use tokio::net::TcpListener;

use crate::chain::{self, Context, FAILED, USAGE, failure, named, usage};
use crate::output::{Failure, Output};
use crate::worker::DeviceArguments;

/// Checks every finished task of an order once: by Freivalds where the program allows it,
/// else by doing it again. A result that is wrong is proven to the market as soon as its
/// batch is there: the worker is slashed and out, the order has its coins back, and the
/// key of --from gets the bounty.
///
/// With --demand and the key of the order's owner, what a proof lacks is demanded from the
/// worker on chain: the receipts that a coordinator withholds, and what went wrong inside
/// of a program. A worker that does not show it loses its batch.
///
/// Runs until it is stopped; then it prints what it has checked.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Its configuration; audit/audit.example.toml has every key. Variables
    /// BALLAST_AUDIT__… go over it, and what follows goes over both.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The coordinator's URL.
    #[arg(long, value_name = "URL")]
    coordinator: Option<String>,
    /// File with the order's API key.
    #[arg(long, value_name = "FILE", env = "BALLAST_API_KEY_FILE")]
    api_key_file: Option<PathBuf>,
    /// File of certificates that the coordinator is trusted by, in place of the
    /// system's.
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,
    /// Milliseconds from one look to the next.
    #[arg(long, value_name = "MS")]
    poll: Option<u64>,
    /// Look once, and end.
    #[arg(long)]
    once: bool,
    /// Demand what a proof lacks, with the bond that the market asks for; a worker that
    /// answers keeps it. Only the order's owner can.
    #[arg(long)]
    demand: bool,
    /// Where to serve /metrics and /healthz.
    #[arg(long, value_name = "ADDRESS")]
    metrics: Option<SocketAddr>,
    #[command(flatten)]
    device: DeviceArguments,
}

impl Arguments {
    /// The file's settings, with what was named over them.
    pub(crate) fn settings(&self) -> Result<Settings, Failure> {
        let bad = |error| named(USAGE, &error);
        let mut settings: Settings = config::settings(self.config.as_deref()).map_err(bad)?;
        if let Some(url) = &self.coordinator {
            settings.coordinator.clone_from(url);
        }
        if let Some(path) = &self.api_key_file {
            settings.api_key_file.clone_from(path);
        }
        settings.trust = self.trust.clone().or(settings.trust);
        settings.poll_ms = self.poll.unwrap_or(settings.poll_ms);
        settings.demand |= self.demand;
        settings.metrics_listen = self.metrics.or(settings.metrics_listen);
        settings.complete().map_err(bad)?;
        Ok(settings)
    }
}

/// What was done.
#[derive(Debug, Serialize)]
struct Audited {
    order: u64,
    checked: u64,
    private: u64,
    wrong: u64,
    unchecked: u64,
    demanded: u64,
    proven: u64,
    failed: u64,
}

impl Audited {
    fn new(order: u64, counts: Counts) -> Self {
        Self {
            order,
            checked: counts.checked,
            private: counts.private,
            wrong: counts.wrong,
            unchecked: counts.unchecked,
            demanded: counts.demanded,
            proven: counts.proven,
            failed: counts.failed,
        }
    }

    fn text(&self) -> String {
        let mut text = format!(
            "order {}: {} tasks checked, {} wrong, {} proven",
            self.order, self.checked, self.wrong, self.proven
        );
        for (count, what) in [
            (self.private, "private ones by what is public"),
            (self.failed, "failed by themselves"),
            (self.demanded, "demands made"),
            (self.unchecked, "could not be checked"),
        ] {
            if count > 0 {
                text.push_str(&format!(", {count} {what}"));
            }
        }
        text
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
    let settings = arguments.settings()?;
    let path = &settings.api_key_file;
    let key = fs::read_to_string(path)
        .map_err(|error| usage(format!("API key file {}: {error}", path.display())))?;
    let trust = Trust::load(settings.trust.as_deref()).map_err(|error| named(USAGE, &error))?;
    let shutdown = Shutdown::on_signals().map_err(|error| failure(FAILED, "BL-CLI-004", error))?;
    let backend = tokio::task::block_in_place(|| arguments.device.open(output))?;
    let network = context.network()?;
    chain::until_there(&network, &shutdown, output).await?;
    let signer = Signer::start(network.client().clone(), context.key()?);
    let coordinator = Coordinator::new(&settings.coordinator, key.trim(), &trust);
    let coordinator = coordinator.map_err(|error| fails(&error.into()))?;
    let address = signer.address().to_owned();
    let chain = Box::new(OnChain::new(network, signer));
    let auditor = Auditor::new(chain, coordinator, backend, settings.demand).await;
    let mut auditor = auditor.map_err(|error| fails(&error))?;
    if settings.demand && !auditor.demands() {
        let order = auditor.order();
        return Err(usage(format!(
            "--demand: {address} does not own order {order}; name its owner's key with --from"
        )));
    }
    let metrics = measure(&settings, &shutdown, output).await?;
    loop {
        let mut told = Vec::new();
        let round = auditor.round(&mut told).await;
        metrics.note(&auditor, round.is_ok());
        told.iter().for_each(|told| output.say(&text(told)));
        match round {
            Ok(()) => {}
            Err(error) if arguments.once => return Err(fails(&error)),
            // The next look may find what this one did not.
            Err(error) => output.say(&format!("audit: {error}")),
        }
        let audited = Audited::new(auditor.order(), auditor.counts());
        if arguments.once {
            return Ok(audited);
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(settings.poll_ms)) => {}
            () = shutdown.requested() => return Ok(audited),
        }
    }
}

/// What is measured, served if it is asked for.
async fn measure(
    settings: &Settings,
    shutdown: &Shutdown,
    output: &Output,
) -> Result<Metrics, Failure> {
    let mut registry = Registry::with_prefix("ballast_audit");
    let metrics = Metrics::register(&mut registry);
    if let Some(listen) = settings.metrics_listen {
        let listener = TcpListener::bind(listen).await;
        let listener = listener.map_err(|error| {
            usage(format!(
                "listening on {listen}: {error}; choose another with --metrics"
            ))
        })?;
        let at = listener.local_addr().unwrap_or(listen);
        output.say(&format!("metrics: http://{at}/metrics"));
        let (registry, ending) = (Arc::new(registry), shutdown.clone());
        tokio::spawn(async move {
            // Metrics that fail are no reason to stop the work.
            let ended = async move { ending.requested().await };
            let _ = exporter::serve(listener, registry, ended).await;
        });
    }
    Ok(metrics)
}

fn text(told: &Told) -> String {
    match told {
        Told::Found {
            nonce,
            worker,
            finding,
        } => format!("task {nonce} of {worker} is wrong: {finding:?}"),
        Told::Unchecked {
            nonce,
            reason,
            given_up,
        } => {
            let again = if *given_up {
                "it is given up"
            } else {
                "it is tried again"
            };
            format!("task {nonce} cannot be checked, {again}: {reason}")
        }
        Told::Demanded {
            nonce,
            batch,
            target,
            bond,
        } => {
            format!("task {nonce}: demanded of batch {batch} for {bond} micro-coins: {target:?}")
        }
        Told::Proven {
            nonce,
            worker,
            batch,
            tx,
        } => format!("batch {batch} of {worker} is overturned for task {nonce}: {tx}"),
        Told::Failed {
            nonce,
            worker,
            batch,
        } => format!("batch {batch} of {worker} has failed: nothing was shown of task {nonce}"),
        Told::NotProven { nonce, reason } => format!("task {nonce} was not proven: {reason}"),
    }
}

fn fails(error: &FollowError) -> Failure {
    named(FAILED, error)
}
