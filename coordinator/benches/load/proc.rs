//! The coordinator under test: this binary again, as a process of its own, so that its
//! memory and its time are its own.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use compute_api::market::Authoriser;
use coordinator::config::TlsMode;
use coordinator::{ApiKey, Config};
use cosmwasm_std::Uint128;
use processes::{Launch, Process};
use serde_json::{Value, json};
use service_kit::Shutdown;

use crate::chain::{COORDINATOR, Script, key};
use crate::worker;

/// The argument that makes this binary a coordinator.
pub(crate) const CHILD: &str = "--coordinator";

/// Runs a coordinator until it is asked to end; prints where it listens.
pub(crate) async fn serve(data: PathBuf, workers: usize) -> Result<()> {
    let names: Vec<String> = (0..workers).map(worker::name).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let script = Script::with_miners(&names);
    if let Ok(state) = script.0.lock().as_mut() {
        for order in &mut state.orders {
            if let Authoriser::Coordinator { daily_cap } = &mut order.authoriser {
                *daily_cap = Uint128::MAX;
            }
        }
    }
    let mut config = Config::new(data);
    config.http.listen = ([127, 0, 0, 1], 0).into();
    config.workers.listen = ([127, 0, 0, 1], 0).into();
    config.workers.max_sessions = 20_000;
    config.tls.mode = TlsMode::Off;
    config.limits.requests_per_second = 1_000_000;
    config.limits.burst = 1_000_000;
    let shutdown = Shutdown::on_signals()?;
    let running = coordinator::start(config, key(COORDINATOR), Arc::new(script), shutdown).await?;
    let api_key = ApiKey::new()?;
    let store = running.store();
    store.add_key(&api_key, 1, "bench".to_owned(), 1).await?;
    let ready = json!({
        "http": running.http(),
        "workers": running.workers(),
        "key": api_key.reveal(),
    });
    println!("{ready}");
    running.run(Duration::from_secs(1)).await;
    Ok(())
}

/// One that runs.
pub(crate) struct Coordinator {
    process: Process,
    pub(crate) http: SocketAddr,
    pub(crate) workers: SocketAddr,
    pub(crate) key: String,
    _folder: tempfile::TempDir,
}

impl Coordinator {
    /// Whose chain knows so many workers. Its data lie below the target folder, on the
    /// disk that the checkout is on: a temporary folder may be in memory.
    pub(crate) async fn start(workers: usize) -> Result<Self> {
        let program = std::env::current_exe()?;
        let beside = program.parent().context("where this binary is")?;
        let folder = tempfile::tempdir_in(beside)?;
        let data = folder.path().join("data").display().to_string();
        let workers = workers.to_string();
        let arguments = ["--bench", CHILD, &data, "--workers", &workers];
        let launch = Launch::new("coordinator", &program, &arguments, folder.path());
        let (process, line) = Process::start_and_read(launch).await?;
        let ready: Value = serde_json::from_str(&line).context(line)?;
        let text = |name: &str| ready[name].as_str().context("where it listens");
        Ok(Self {
            http: text("http")?.parse()?,
            workers: text("workers")?.parse()?,
            key: text("key")?.to_owned(),
            process,
            _folder: folder,
        })
    }

    /// Memory that it has in use, in KiB.
    pub(crate) fn memory(&self) -> Result<u64> {
        let id = self.process.id().context("it runs")?;
        memory(&id.to_string())
    }

    /// Processor time that it has taken.
    pub(crate) fn cpu(&self) -> Result<Duration> {
        let id = self.process.id().context("it runs")?;
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat"))?;
        // The name, in brackets, may hold anything.
        let (_, rest) = stat.rsplit_once(')').context("stat")?;
        let mut fields = rest.split_whitespace().skip(11);
        let mut ticks = || -> Result<u64> { Ok(fields.next().context("stat")?.parse()?) };
        let ticks = ticks()? + ticks()?;
        // Linux counts it in hundredths of a second for whoever reads it.
        Ok(Duration::from_millis(ticks * 10))
    }

    pub(crate) async fn stop(mut self) -> Result<()> {
        self.process.check().context("the coordinator has ended")?;
        self.process.stop().await;
        Ok(())
    }
}

/// Memory in use of a process ("self" is this one), in KiB.
pub(crate) fn memory(id: &str) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix("kB"));
    Ok(kibibytes.context("VmRSS")?.trim().parse()?)
}
