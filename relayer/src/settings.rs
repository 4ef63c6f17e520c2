//! The relayer's configuration: TOML and environment (`BALLAST_RELAYER__…`).

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;
use service_kit::config::{self, ConfigError, within};

use crate::Config;

/// Everything that can be set. `relayer/relayer.example.toml` has every key with its
/// default and what it is for.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Base URLs of drand's HTTP API; the deployment's if there is none.
    pub beacons: Vec<String>,
    /// The outbox; `relayer.sqlite` in the home folder if left out.
    pub outbox: Option<PathBuf>,
    /// Milliseconds from one look at the chain to the next, at most.
    pub poll_ms: u64,
    /// Seconds after which an idle market is told the time; 0 for never.
    pub tick_seconds: u64,
    /// Milliseconds that an endpoint of the beacon may take to answer.
    pub beacon_ms: u64,
    /// Where to serve `/metrics` and `/healthz`; nowhere if left out.
    pub metrics_listen: Option<SocketAddr>,
    /// What is logged.
    pub log: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            beacons: Vec::new(),
            outbox: None,
            poll_ms: 5_000,
            tick_seconds: 600,
            beacon_ms: 5_000,
            metrics_listen: None,
            log: "info".to_owned(),
        }
    }
}

impl config::Settings for Settings {
    const PREFIX: &'static str = "BALLAST_RELAYER";

    fn check(&self) -> Result<(), ConfigError> {
        within("poll_ms", self.poll_ms, 100, 60_000)?;
        within("beacon_ms", self.beacon_ms, 100, 60_000)?;
        let is_url = |url: &&String| url.starts_with("http://") || url.starts_with("https://");
        match self.beacons.iter().find(|url| !is_url(url)) {
            Some(url) => Err(ConfigError::invalid(
                "beacons",
                format!("{url:?} is no URL: it begins with http:// or https://"),
            )),
            None => Ok(()),
        }
    }
}

impl Settings {
    /// How the relayer behaves.
    #[must_use]
    pub fn config(&self) -> Config {
        Config {
            poll: Duration::from_millis(self.poll_ms),
            tick: (self.tick_seconds > 0).then(|| Duration::from_secs(self.tick_seconds)),
            beacon_patience: Duration::from_millis(self.beacon_ms),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use service_kit::config::{Settings as _, parse};

    use super::*;

    const EXAMPLE: &str = include_str!("../relayer.example.toml");

    #[test]
    fn the_example_says_every_default() {
        let file = (Path::new("relayer.example.toml"), EXAMPLE);
        let parsed: Settings = parse(Some(file), Settings::PREFIX, []).unwrap();
        assert_eq!(parsed, Settings::default());
        assert_eq!(parsed.config(), Config::default());
        parsed.check().unwrap();
    }

    #[test]
    fn what_does_not_do_is_named() {
        let mut settings = Settings {
            poll_ms: 5,
            ..Settings::default()
        };
        let error = settings.check().unwrap_err().to_string();
        assert!(error.contains("poll_ms"), "{error}");
        settings.poll_ms = 500;
        settings.beacons = vec!["drand.sh".to_owned()];
        let error = settings.check().unwrap_err().to_string();
        assert!(error.contains("https://"), "{error}");
        settings.beacons.clear();
        settings.tick_seconds = 0;
        settings.check().unwrap();
        assert_eq!(settings.config().tick, None);
    }
}
