//! `ballast beacon`: randomness for a closed network, from one key.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;
use relayer::beacon::{self, Server, Settings};
use serde::Serialize;
use service_kit::Shutdown;
use service_kit::config::{self, Settings as _};

use crate::chain::{self, Context, FAILED, USAGE, failure, named, usage};
use crate::output::{Failure, Output};

/// Serves rounds of randomness that one key signs, as drand's HTTP API does.
///
/// For devnets and closed networks: whoever has the key knows every round beforehand
/// and could fake every proof, so everybody is told that the beacon is trusted. The key
/// is made at the first start. Prints what `ballast deploy` has to be told, then serves
/// until it is stopped.
#[derive(Debug, Args)]
pub(crate) struct Command {
    /// Its configuration; relayer/beacon.example.toml has every key with its default.
    /// Variables BALLAST_BEACON__… go over it, and what follows goes over both.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Folder of the key and the times [default: beacon in the home folder].
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Where to listen; port 0 for any that is free [default: 127.0.0.1:8889].
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Time of round 1 in seconds since 1970, at the first start [default: now].
    #[arg(long, value_name = "SECONDS")]
    genesis: Option<u64>,
    /// Seconds between rounds, at the first start [default: 1].
    #[arg(long, value_name = "SECONDS")]
    period: Option<u64>,
    /// Print what it would serve, and end.
    #[arg(long)]
    show: bool,
}

impl Command {
    /// The file's settings, with what was named over them.
    pub(crate) fn settings(&self) -> Result<Settings, Failure> {
        let bad = |error| named(USAGE, &error);
        let mut settings: Settings = config::settings(self.config.as_deref()).map_err(bad)?;
        settings.folder = self.folder.clone().or(settings.folder);
        settings.listen = self.listen.unwrap_or(settings.listen);
        settings.genesis = self.genesis.or(settings.genesis);
        settings.period = self.period.or(settings.period);
        settings.check().map_err(bad)?;
        Ok(settings)
    }
}

/// What a deployment has to be told.
#[derive(Debug, Serialize)]
struct Beacon {
    public_key: String,
    genesis: u64,
    period: u64,
    hash: String,
    /// Where it is served; null if it is only shown.
    url: Option<String>,
}

impl Beacon {
    fn new(server: &Server, url: Option<String>) -> Self {
        let info = server.info();
        Self {
            public_key: info.public_key.clone(),
            genesis: info.genesis_time,
            period: info.period,
            hash: info.hash.clone(),
            url,
        }
    }

    fn text(&self) -> String {
        let url = self.url.as_deref().unwrap_or("(not served)");
        format!(
            "public key  {}\ngenesis     {}\nperiod      {} s\nchain hash  {}\nserved at   {url}",
            self.public_key, self.genesis, self.period, self.hash
        )
    }
}

/// Does it.
pub(crate) fn run(command: &Command, context: &Context, output: &Output) -> ExitCode {
    let served = chain::run(async {
        let settings = command.settings()?;
        let folder = settings.folder;
        let folder = folder.unwrap_or_else(|| context.home().join("beacon"));
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = since.map_or(0, |since| since.as_secs());
        let server = beacon::open(&folder, settings.genesis, settings.period, now)
            .map_err(|error| named(FAILED, &error))?;
        if command.show {
            let shown = Beacon::new(&server, None);
            return Ok(output.finish("beacon", Ok(shown), Beacon::text));
        }
        let listener = Server::listen(settings.listen)
            .await
            .map_err(|error| usage(error.to_string()))?;
        let address = listener.local_addr();
        let address = address.map_err(|error| failure(FAILED, "BL-BCN-006", error))?;
        let shown = Beacon::new(&server, Some(format!("http://{address}")));
        let code = output.finish("beacon", Ok(shown), Beacon::text);
        let shutdown =
            Shutdown::on_signals().map_err(|error| failure(FAILED, "BL-CLI-004", error))?;
        let serving = server.serve(listener, async move { shutdown.requested().await });
        serving
            .await
            .map_err(|error| failure(FAILED, "BL-BCN-006", error))?;
        Ok(code)
    });
    finish(served, output)
}

/// A service has printed its result when it began.
fn finish(served: Result<ExitCode, Failure>, output: &Output) -> ExitCode {
    match served {
        Ok(code) => code,
        Err(failure) => output.finish::<()>("beacon", Err(failure), |()| String::new()),
    }
}
