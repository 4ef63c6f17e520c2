//! `ballast coordinator`: serves AI apps, and keeps their API keys.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use ::coordinator::config::{ENV_PREFIX, TlsMode};
use ::coordinator::{ApiKey, Config, OnChain, StartError, open_store, start};
use chain_client::keys::SigningKey;
use chain_client::signer::Signer;
use clap::{Args, Subcommand};
use outbox::Outbox;
use serde::Serialize;
use service_kit::{Shutdown, config, logs};

use crate::chain::{self, Context, FAILED, REJECTED, USAGE, failure, named};
use crate::output::{Failure, Output};

/// Serve AI apps, draw workers by stake, keep API keys.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a coordinator: the operator of --from, with the signing key of the home folder.
    Start(StartArguments),
    /// Keep the API keys of apps.
    #[command(subcommand)]
    Keys(KeysCommand),
}

/// A coordinator takes jobs over HTTP, leases them to drawn workers over gRPC, checks
/// results and hands them out. What it has accepted survives it: SIGTERM drains it, and
/// started anew it goes on.
#[derive(Debug, Args)]
pub(crate) struct StartArguments {
    #[command(flatten)]
    place: Place,
    /// Where apps come to, in place of the file's.
    #[arg(long, value_name = "ADDRESS")]
    http: Option<SocketAddr>,
    /// Where workers come to, in place of the file's.
    #[arg(long, value_name = "ADDRESS")]
    workers: Option<SocketAddr>,
    /// No TLS: on loopback, or behind a proxy that has it.
    #[arg(long)]
    no_tls: bool,
    /// Seconds that workers get to hand in what they have, when it is told to end.
    #[arg(long, value_name = "SECONDS", default_value_t = 20)]
    drain: u64,
}

/// Where a coordinator's data is.
#[derive(Debug, Args)]
pub(crate) struct Place {
    /// Its configuration; coordinator/coordinator.example.toml has every key. Variables
    /// BALLAST_COORDINATOR__… go over it [default: data in the home folder, all else as
    /// in the example].
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Make a key that spends an order, and print it: once, it is not kept.
    Add {
        #[command(flatten)]
        place: Place,
        /// The order; its authoriser must be the coordinator.
        #[arg(long, value_name = "NUMBER")]
        order: u64,
        /// What to call it.
        #[arg(long, value_name = "TEXT", default_value = "")]
        label: String,
    },
    /// Show all keys, by the beginning of their hash.
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Revoke a key. It works for three seconds more, at most.
    Revoke {
        #[command(flatten)]
        place: Place,
        /// Its hash as `keys list` shows it.
        #[arg(value_name = "HASH", value_parser = hash_prefix)]
        hash: String,
    },
}

/// What it does, said when it begins.
#[derive(Debug, Serialize)]
struct Started {
    chain_id: String,
    address: String,
    http: String,
    workers: String,
    data: String,
}

impl Started {
    fn text(&self) -> String {
        format!(
            "chain    {}\naddress  {}\napps     {}\nworkers  {}\ndata     {}",
            self.chain_id, self.address, self.http, self.workers, self.data
        )
    }
}

#[derive(Debug, Serialize)]
struct Made {
    key: String,
    order: u64,
    hash: String,
}

#[derive(Debug, Serialize)]
struct Kept {
    hash: String,
    order: u64,
    label: String,
    created: u64,
    revoked: Option<u64>,
}

/// Digits of a hash that name a key.
const HASH_DIGITS: usize = 12;

fn hash_prefix(text: &str) -> Result<String, String> {
    let is_hash = text.len() >= HASH_DIGITS && text.bytes().all(|b| b.is_ascii_hexdigit());
    if is_hash {
        Ok(text.to_owned())
    } else {
        Err(format!(
            "{HASH_DIGITS} or more digits of a hash, as `keys list` shows it"
        ))
    }
}

/// Does it.
pub(crate) fn run(command: &Command, context: &Context, output: &Output) -> ExitCode {
    match command {
        Command::Start(arguments) => {
            let served = chain::run(serve(arguments, context, output));
            served.unwrap_or_else(|failure| {
                output.finish::<()>("coordinator start", Err(failure), |()| String::new())
            })
        }
        Command::Keys(KeysCommand::Add {
            place,
            order,
            label,
        }) => {
            let made = chain::run(add(place, *order, label, context));
            output.finish("coordinator keys add", made, |made| {
                format!("{}\nIt is not kept: note it down now.", made.key)
            })
        }
        Command::Keys(KeysCommand::List { place }) => {
            let kept = chain::run(list(place, context));
            output.finish("coordinator keys list", kept, |kept| {
                let lines = kept.iter().map(|key| {
                    let state = if key.revoked.is_some() {
                        "revoked"
                    } else {
                        "good"
                    };
                    format!("{}  order {}  {state}  {}", key.hash, key.order, key.label)
                });
                lines.collect::<Vec<_>>().join("\n")
            })
        }
        Command::Keys(KeysCommand::Revoke { place, hash }) => {
            let revoked = chain::run(revoke(place, hash, context));
            output.finish("coordinator keys revoke", revoked, |count| {
                format!("{count} revoked")
            })
        }
    }
}

impl StartArguments {
    /// What it would be configured by.
    #[cfg(test)]
    pub(crate) fn settings(&self) -> Result<Config, Failure> {
        let config = load(&self.place, Path::new("home"))?;
        config.check().map_err(|error| named(USAGE, &error))?;
        Ok(config)
    }
}

fn load(place: &Place, home: &Path) -> Result<Config, Failure> {
    let loaded = match &place.config {
        Some(path) => config::settings(Some(path)),
        None => {
            let data = home.join("coordinator").display().to_string();
            let text = format!("data = {data:?}");
            let defaults = (Path::new("the defaults"), text.as_str());
            config::parse(Some(defaults), ENV_PREFIX, std::env::vars())
        }
    };
    loaded.map_err(|error| named(USAGE, &error))
}

async fn serve(
    arguments: &StartArguments,
    context: &Context,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let mut config = load(&arguments.place, context.home())?;
    if let Some(http) = arguments.http {
        config.http.listen = http;
    }
    if let Some(workers) = arguments.workers {
        config.workers.listen = workers;
    }
    if arguments.no_tls {
        config.tls.mode = TlsMode::Off;
    }
    logs::init(&config.log).map_err(|error| named(FAILED, &error))?;
    let network = context.network()?;
    let key = context.key()?;
    let address = key.address().to_owned();
    let chain_id = network.deployment().chain_id.clone();
    let signing = SigningKey::load(context.home(), &chain_id, &context.backend()?)?;
    let data = config.data.clone();
    std::fs::create_dir_all(&data).map_err(|error| failure(FAILED, "BL-CRD-002", error))?;
    let outbox = Outbox::open(&data.join("outbox.sqlite"))
        .await
        .map_err(|error| named(FAILED, &error))?;
    let shutdown = Shutdown::on_signals().map_err(|error| failure(FAILED, "BL-CLI-004", error))?;
    let sending = Shutdown::new();
    let sender = {
        let (outbox, network, sending) = (outbox.clone(), network.clone(), sending.clone());
        let signer = Signer::start(network.client().clone(), key);
        tokio::spawn(async move {
            outbox
                .run(network, signer, async move { sending.requested().await })
                .await
        })
    };
    let scheme = match config.tls.mode {
        TlsMode::Off => "http",
        TlsMode::Development | TlsMode::Files => "https",
    };
    let chain = Arc::new(OnChain::new(network, outbox, address.clone()));
    let running = start(config, signing, chain, shutdown)
        .await
        .map_err(|error| start_failed(&error))?;
    let started = Started {
        chain_id,
        address,
        http: format!("{scheme}://{}", running.http()),
        workers: format!("{scheme}://{}", running.workers()),
        data: data.display().to_string(),
    };
    let code = output.finish("coordinator start", Ok(started), Started::text);
    tokio::select! {
        () = running.run(Duration::from_secs(arguments.drain)) => {
            sending.trigger();
            Ok(code)
        }
        ended = sender => match ended {
            Ok(Err(error)) => Err(named(FAILED, &error)),
            _ => Err(failure(FAILED, "BL-CRD-005", "the outbox has ended by itself")),
        },
    }
}

fn start_failed(error: &StartError) -> Failure {
    let exit = match error {
        StartError::Config(_) => USAGE,
        StartError::NotRegistered { .. } | StartError::OtherKey { .. } => REJECTED,
        _ => FAILED,
    };
    named(exit, error)
}

async fn add(place: &Place, order: u64, label: &str, context: &Context) -> Result<Made, Failure> {
    let config = load(place, context.home())?;
    let store = open_store(&config.data).map_err(|error| start_failed(&error))?;
    let key = ApiKey::new().map_err(|error| named(FAILED, &error))?;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let now = now.map_or(0, |since| since.as_secs());
    store
        .add_key(&key, order, label.to_owned(), now)
        .await
        .map_err(|error| named(FAILED, &error))?;
    Ok(Made {
        key: key.reveal(),
        order,
        hash: hex::encode(key.hash()),
    })
}

async fn list(place: &Place, context: &Context) -> Result<Vec<Kept>, Failure> {
    let config = load(place, context.home())?;
    let store = open_store(&config.data).map_err(|error| start_failed(&error))?;
    let keys = store.keys().await.map_err(|error| named(FAILED, &error))?;
    let kept = keys.into_iter().map(|key| Kept {
        hash: hex::encode(key.hash).chars().take(HASH_DIGITS).collect(),
        order: key.order,
        label: key.label,
        created: key.created,
        revoked: key.revoked,
    });
    Ok(kept.collect())
}

async fn revoke(place: &Place, hash: &str, context: &Context) -> Result<usize, Failure> {
    let config = load(place, context.home())?;
    let store = open_store(&config.data).map_err(|error| start_failed(&error))?;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let now = now.map_or(0, |since| since.as_secs());
    store
        .revoke_keys(hash.to_owned(), now)
        .await
        .map_err(|error| named(FAILED, &error))
}
