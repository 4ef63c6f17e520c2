//! The worker's configuration: TOML and environment (`BALLAST_WORKER__…`).

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;
use service_kit::config::{self, ConfigError, within};

use crate::{Config, Policy, Terms};

/// Everything that can be set. `worker/service/worker.example.toml` has every key with
/// its default and what it is for.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// URL of the one coordinator to work for; all that are on chain if left out.
    pub coordinator: Option<String>,
    /// File of certificates in PEM that coordinators are trusted by, in place of the
    /// system's.
    pub trust: Option<PathBuf>,
    /// Tasks that are taken at a time.
    pub slots: u32,
    /// The least price that is taken, in parts of 10 000 of par.
    pub min_price_bps: u32,
    /// Seconds that runs are kept, at least.
    pub keep_seconds: u64,
    /// Milliseconds from one look at the worker's batches to the next.
    pub look_ms: u64,
    /// Seconds that the end may take.
    pub drain_seconds: u64,
    /// Where to answer what it does, with `/metrics` and `/healthz`: a loopback address;
    /// nowhere if left out.
    pub status_listen: Option<SocketAddr>,
    /// What is logged.
    pub log: String,
    /// When batches are made.
    pub batches: Batches,
    /// What works.
    pub device: Device,
}

/// When batches are made.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Batches {
    /// Receipts of a batch, at most.
    pub max_receipts: usize,
    /// Seconds that a receipt waits for others of its batch, at most.
    pub max_age_seconds: u64,
}

/// What works. What is left out is chosen.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Device {
    /// The device's id, as `ballast worker devices` prints it.
    pub id: Option<String>,
    /// How it must be driven.
    pub backend: Option<Driven>,
    /// What tasks may take of its memory, in MiB.
    pub memory_mib: Option<u32>,
}

/// How a device is driven.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Driven {
    /// By the CPU's own instructions.
    Cpu,
    /// By wgpu.
    Wgpu,
}

impl Default for Batches {
    fn default() -> Self {
        let policy = Policy::default();
        Self {
            max_receipts: policy.max_receipts,
            max_age_seconds: policy.max_age,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            coordinator: None,
            trust: None,
            slots: 2,
            min_price_bps: Terms::default().min_price_bps,
            // The market's day, a proof's hours and a demand's, and some.
            keep_seconds: 28 * 3_600,
            look_ms: 1_000,
            drain_seconds: 60,
            status_listen: None,
            log: "info".to_owned(),
            batches: Batches::default(),
            device: Device::default(),
        }
    }
}

impl config::Settings for Settings {
    const PREFIX: &'static str = "BALLAST_WORKER";

    fn check(&self) -> Result<(), ConfigError> {
        within("slots", self.slots, 1, 64)?;
        within("min_price_bps", self.min_price_bps, 0, 1_000_000)?;
        within("look_ms", self.look_ms, 50, 60_000)?;
        within("drain_seconds", self.drain_seconds, 0, 86_400)?;
        let batches = &self.batches;
        within("batches.max_receipts", batches.max_receipts, 1, 100_000)?;
        if let Some(url) = &self.coordinator {
            tls_client::private(url)
                .map_err(|error| ConfigError::invalid("coordinator", error.to_string()))?;
        }
        match self.status_listen {
            Some(listen) if !listen.ip().is_loopback() => Err(ConfigError::invalid(
                "status_listen",
                format!("{listen} can be reached from outside: take 127.0.0.1 and a port"),
            )),
            _ => Ok(()),
        }
    }
}

impl Settings {
    /// How a worker behaves whose journal and runs are in this folder, but for the
    /// certificates, which are in a file.
    #[must_use]
    pub fn config(&self, home: PathBuf) -> Config {
        let mut config = Config::new(home);
        config.coordinator.clone_from(&self.coordinator);
        config.slots = self.slots;
        config.terms.min_price_bps = self.min_price_bps;
        config.batches.max_receipts = self.batches.max_receipts;
        config.batches.max_age = self.batches.max_age_seconds;
        config.look = Duration::from_millis(self.look_ms);
        config.keep_for = self.keep_seconds;
        config.drain = Duration::from_secs(self.drain_seconds);
        config.status_listen = self.status_listen;
        config
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use service_kit::config::{Settings as _, parse};

    use super::*;

    const EXAMPLE: &str = include_str!("../worker.example.toml");

    #[test]
    fn the_example_says_every_default() {
        let file = (Path::new("worker.example.toml"), EXAMPLE);
        let parsed: Settings = parse(Some(file), Settings::PREFIX, []).unwrap();
        assert_eq!(parsed, Settings::default());
        parsed.check().unwrap();
    }

    #[test]
    fn what_does_not_do_is_named_with_the_cure() {
        let check = |text: &str| {
            let file = (Path::new("worker.toml"), text);
            let parsed: Settings = parse(Some(file), Settings::PREFIX, []).unwrap();
            parsed.check().unwrap_err().to_string()
        };
        assert!(check("slots = 0").contains("take 1 to 64"));
        assert!(check("status_listen = \"0.0.0.0:9600\"").contains("127.0.0.1"));
        assert!(check("coordinator = \"http://api.example.org\"").contains("https://"));
        let none = check("[batches]\nmax_receipts = 0");
        assert!(none.contains("batches.max_receipts"), "{none}");
        let file = (Path::new("worker.toml"), "[device]\nbackend = \"cuda\"");
        let error = parse::<Settings>(Some(file), Settings::PREFIX, []).unwrap_err();
        assert!(error.to_string().contains("line 2"), "{error}");
    }
}
