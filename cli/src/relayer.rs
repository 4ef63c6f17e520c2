//! `ballast relayer`: carries beacons to the chain and turns every crank.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use chain_client::signer::Signer;
use clap::Args;
use outbox::Outbox;
use relayer::{Metrics, Relayer, Settings};
use serde::Serialize;
use service_kit::config::{self, Settings as _};
use service_kit::metrics::Registry;
use service_kit::{Shutdown, exporter, logs};
use tokio::net::TcpListener;

use crate::chain::{self, Context, FAILED, USAGE, failure, named, usage};
use crate::output::{Failure, Output};

/// Opens censuses, posts beacons, and seals, draws, fails, settles and closes what is
/// due, so that nobody has to wait for anybody's goodwill. Anyone may run one; several
/// do no harm.
///
/// The key of --from pays for gas. Nothing is lost if it is killed: what is to be done
/// stands on the chain, and what was sent stands in its outbox.
#[derive(Debug, Args)]
pub(crate) struct Command {
    /// Its configuration; relayer/relayer.example.toml has every key with its default.
    /// Variables BALLAST_RELAYER__… go over it, and what follows goes over both.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Base URLs of drand's HTTP API [default: the deployment's].
    #[arg(long = "beacon", value_name = "URL", value_delimiter = ',')]
    beacons: Vec<String>,
    /// The outbox [default: relayer.sqlite in the home folder].
    #[arg(long, value_name = "FILE")]
    outbox: Option<PathBuf>,
    /// Milliseconds from one look at the chain to the next, at most.
    #[arg(long, value_name = "MS")]
    poll: Option<u64>,
    /// Seconds after which an idle market is told the time; 0 for never.
    #[arg(long, value_name = "SECONDS")]
    tick: Option<u64>,
    /// Where to serve /metrics and /healthz.
    #[arg(long, value_name = "ADDRESS")]
    metrics: Option<SocketAddr>,
    /// What is logged.
    #[arg(long, value_name = "FILTER")]
    log: Option<String>,
}

impl Command {
    /// The file's settings, with what was named over them.
    pub(crate) fn settings(&self) -> Result<Settings, Failure> {
        let bad = |error| named(USAGE, &error);
        let mut settings: Settings = config::settings(self.config.as_deref()).map_err(bad)?;
        if !self.beacons.is_empty() {
            settings.beacons.clone_from(&self.beacons);
        }
        settings.outbox = self.outbox.clone().or(settings.outbox);
        settings.poll_ms = self.poll.unwrap_or(settings.poll_ms);
        settings.tick_seconds = self.tick.unwrap_or(settings.tick_seconds);
        settings.metrics_listen = self.metrics.or(settings.metrics_listen);
        settings.log = self.log.clone().unwrap_or(settings.log);
        settings.check().map_err(bad)?;
        Ok(settings)
    }
}

/// What it does, said when it begins.
#[derive(Debug, Serialize)]
struct Started {
    chain_id: String,
    address: String,
    outbox: String,
    beacons: Vec<String>,
    metrics: Option<String>,
}

impl Started {
    fn text(&self) -> String {
        let metrics = self.metrics.as_deref().unwrap_or("not served");
        format!(
            "chain    {}\nkey      {}\noutbox   {}\nbeacons  {}\nmetrics  {metrics}",
            self.chain_id,
            self.address,
            self.outbox,
            self.beacons.join(", ")
        )
    }
}

/// Does it.
pub(crate) fn run(command: &Command, context: &Context, output: &Output) -> ExitCode {
    let served = chain::run(relay(command, context, output));
    match served {
        Ok(code) => code,
        Err(failure) => output.finish::<()>("relayer", Err(failure), |()| String::new()),
    }
}

async fn relay(command: &Command, context: &Context, output: &Output) -> Result<ExitCode, Failure> {
    let settings = command.settings()?;
    logs::init(&settings.log).map_err(|error| named(FAILED, &error))?;
    let network = context.network()?;
    let key = context.key()?;
    let path = settings.outbox.clone();
    let path = path.unwrap_or_else(|| context.home().join("relayer.sqlite"));
    let outbox = Outbox::open(&path)
        .await
        .map_err(|error| named(FAILED, &error))?;
    let beacons = match settings.beacons.as_slice() {
        [] => network.deployment().beacons.clone(),
        named => named.to_vec(),
    };
    let shutdown = Shutdown::on_signals().map_err(|error| failure(FAILED, "BL-CLI-004", error))?;
    let mut registry = Registry::with_prefix("ballast_relayer");
    let metrics = Metrics::register(&mut registry);
    let mut started = Started {
        chain_id: network.deployment().chain_id.clone(),
        address: key.address().to_owned(),
        outbox: path.display().to_string(),
        beacons: beacons.clone(),
        metrics: None,
    };
    if let Some(address) = settings.metrics_listen {
        let listener = TcpListener::bind(address).await.map_err(|error| {
            usage(format!(
                "listening on {address}: {error}; choose another with --metrics"
            ))
        })?;
        let at = listener.local_addr().unwrap_or(address);
        started.metrics = Some(format!("http://{at}/metrics"));
        let ending = shutdown.clone();
        let registry = Arc::new(registry);
        tokio::spawn(async move {
            // Metrics that fail are no reason to stop the work.
            let _ =
                exporter::serve(listener, registry, async move { ending.requested().await }).await;
        });
    }
    chain::until_there(&network, &shutdown, output).await?;
    let client = network.client().clone();
    let relayer = Relayer::new(network, &beacons, outbox, settings.config(), metrics)
        .await
        .map_err(|error| named(FAILED, &error))?;
    let code = output.finish("relayer", Ok(started), Started::text);
    let ended = relayer.run(Signer::start(client, key), shutdown).await;
    ended.map_err(|error| named(FAILED, &error))?;
    Ok(code)
}
