//! `ballast worker start`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use chain_client::{keys::SigningKey, signer::Signer};
use clap::Args;
use outbox::Outbox;
use serde::Serialize;
use service_kit::config::{self, Settings as _};
use service_kit::{Shutdown, logs};
use tls_client::Trust;
use worker_service::{Config, Identity, ServiceError, Settings, start};

use super::device;
use crate::chain::{self, Context, FAILED, USAGE, failure, named};
use crate::output::{Failure, Output};

/// Work for a network, with the operator key that --from names: take tasks from
/// coordinators, answer every census, commit and prove what was done, answer demands.
///
/// The home folder has the operator's `signing.key`, which was registered with it, the
/// worker's journal and its runs. SIGTERM ends it when what it has begun is handed in;
/// after a crash it goes on where it was. Runs are asked for by the chain for about a day
/// after they were done: do not delete the home before.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Its configuration; worker/service/worker.example.toml has every key with its
    /// default. Variables BALLAST_WORKER__… go over it, and what follows goes over both.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// URL of the one coordinator to work for [default: all that are on chain].
    #[arg(long, value_name = "URL")]
    coordinator: Option<String>,
    /// Tasks that are taken at a time; the device does one, others move their data.
    #[arg(long, value_name = "N")]
    slots: Option<u32>,
    /// The least price that is taken, in parts of 10 000 of par.
    #[arg(long, value_name = "BPS")]
    min_price: Option<u32>,
    /// Receipts of a batch, at most.
    #[arg(long, value_name = "N")]
    batch_size: Option<usize>,
    /// Seconds that a receipt waits for others of its batch, at most.
    #[arg(long, value_name = "SECONDS")]
    batch_after: Option<u64>,
    /// Milliseconds from one look at the worker's batches to the next.
    #[arg(long, value_name = "MS")]
    look: Option<u64>,
    /// Seconds that runs are kept, at least.
    #[arg(long, value_name = "SECONDS")]
    keep_for: Option<u64>,
    /// Seconds that the end may take.
    #[arg(long, value_name = "SECONDS")]
    drain: Option<u64>,
    /// Where to answer what the worker does and why it is idle, as JSON, with /metrics and
    /// /healthz: a loopback address, as in 127.0.0.1:9600.
    #[arg(long, value_name = "ADDRESS")]
    status_listen: Option<SocketAddr>,
    /// File with certificates that a coordinator's is trusted by, in place of the
    /// system's.
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,
    /// What is logged.
    #[arg(long, value_name = "FILTER")]
    log: Option<String>,
    /// Spoil every so many results before they are committed to: how a cheater is
    /// caught can be seen with it.
    #[cfg(feature = "cheat")]
    #[arg(long, value_name = "N")]
    cheat: Option<std::num::NonZeroU32>,
    #[command(flatten)]
    device: device::DeviceArguments,
}

impl Arguments {
    /// The file's settings, with what was named over them.
    pub(crate) fn settings(&self) -> Result<Settings, Failure> {
        let bad = |error| named(USAGE, &error);
        let mut settings: Settings = config::settings(self.config.as_deref()).map_err(bad)?;
        settings.coordinator = self.coordinator.clone().or(settings.coordinator);
        settings.slots = self.slots.unwrap_or(settings.slots);
        settings.min_price_bps = self.min_price.unwrap_or(settings.min_price_bps);
        let batches = &mut settings.batches;
        batches.max_receipts = self.batch_size.unwrap_or(batches.max_receipts);
        batches.max_age_seconds = self.batch_after.unwrap_or(batches.max_age_seconds);
        settings.look_ms = self.look.unwrap_or(settings.look_ms);
        settings.keep_seconds = self.keep_for.unwrap_or(settings.keep_seconds);
        settings.drain_seconds = self.drain.unwrap_or(settings.drain_seconds);
        settings.status_listen = self.status_listen.or(settings.status_listen);
        settings.trust = self.trust.clone().or(settings.trust);
        settings.log = self.log.clone().unwrap_or(settings.log);
        settings.check().map_err(bad)?;
        Ok(settings)
    }
}

/// What it does, said when it begins.
#[derive(Debug, Serialize)]
struct Started {
    chain_id: String,
    worker: String,
    device: String,
    home: String,
    coordinator: Option<String>,
    status: Option<String>,
}

impl Started {
    fn text(&self) -> String {
        let coordinator = self.coordinator.as_deref().unwrap_or("all on chain");
        let status = self.status.as_deref().unwrap_or("not served");
        format!(
            "chain        {}\nworker       {}\ndevice       {}\nhome         {}\n\
             coordinator  {coordinator}\nstatus       {status}",
            self.chain_id, self.worker, self.device, self.home
        )
    }
}

/// Does it.
pub(super) fn run(arguments: &Arguments, context: &Context, output: &Output) -> ExitCode {
    match chain::run(work(arguments, context, output)) {
        Ok(code) => code,
        Err(failure) => output.finish::<()>("worker start", Err(failure), |()| String::new()),
    }
}

async fn work(
    arguments: &Arguments,
    context: &Context,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let settings = arguments.settings()?;
    logs::init(&settings.log).map_err(|error| named(FAILED, &error))?;
    let network = context.network()?;
    let (key, chain_id) = (context.key()?, network.deployment().chain_id.clone());
    let signing = SigningKey::load(context.home(), &chain_id, &context.backend()?)?;
    let config = configure(arguments, &settings, context)?;
    let shutdown = Shutdown::on_signals().map_err(|error| failure(FAILED, "BL-CLI-004", error))?;
    let device = arguments.device.or(&settings.device);
    // Kernels are compiled and tested: not on the threads that answer.
    let backend = tokio::task::block_in_place(|| device.open(output))?;
    let device = backend.device().to_string();
    chain::until_there(&network, &shutdown, output).await?;
    let outbox = Outbox::open(&context.home().join("worker-outbox.sqlite")).await;
    let outbox = outbox.map_err(|error| named(FAILED, &error))?;
    let me = Identity {
        address: key.address().to_owned(),
        signing: Arc::new(signing),
    };
    // The outbox ends after the worker: its last words go through it.
    let sending = Shutdown::new();
    let signer = Signer::start(network.client().clone(), key);
    let running = tokio::spawn({
        let (outbox, network, sending) = (outbox.clone(), network.clone(), sending.clone());
        async move {
            outbox
                .run(network, signer, async move { sending.requested().await })
                .await
        }
    });
    let mut started = Started {
        chain_id,
        worker: me.address.clone(),
        device,
        home: context.home().display().to_string(),
        coordinator: config.coordinator.clone(),
        status: None,
    };
    let worker = start(
        config,
        network,
        me,
        backend,
        Arc::new(outbox),
        shutdown.clone(),
    )
    .await;
    let worker = worker.map_err(fails)?;
    started.status = worker.status_address.map(|at| format!("http://{at}/"));
    let code = output.finish("worker start", Ok(started), Started::text);
    let ended = worker.ended();
    tokio::pin!(ended);
    tokio::pin!(running);
    tokio::select! {
        () = &mut ended => {
            sending.trigger();
            let _ = running.await;
            Ok(code)
        }
        // It ends by itself only if it cannot send any more.
        failed = &mut running => {
            shutdown.trigger();
            ended.await;
            match failed {
                Ok(Err(error)) => Err(named(FAILED, &error)),
                _ => Err(failure(FAILED, "BL-CLI-004", "the outbox has ended")),
            }
        }
    }
}

fn configure(
    arguments: &Arguments,
    settings: &Settings,
    context: &Context,
) -> Result<Config, Failure> {
    let mut config = settings.config(context.home().join("worker"));
    let trust = Trust::load(settings.trust.as_deref()).map_err(|error| named(USAGE, &error))?;
    if let Trust::Pem(pem) = trust {
        config.trust = Some(pem);
    }
    #[cfg(feature = "cheat")]
    {
        config.cheat = arguments.cheat;
    }
    #[cfg(not(feature = "cheat"))]
    let _ = arguments;
    Ok(config)
}

/// The chain's own errors have exit codes of their own.
fn fails(error: ServiceError) -> Failure {
    match error {
        ServiceError::Chain(error) => error.into(),
        ServiceError::Device(error) => error.into(),
        other => named(FAILED, &other),
    }
}
