//! The auditor's configuration: TOML and environment (`BALLAST_AUDIT__…`).

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;
use service_kit::config::{self, ConfigError, within};

/// Everything that can be set. `audit/audit.example.toml` has every key with its default
/// and what it is for.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The coordinator's URL.
    pub coordinator: String,
    /// File with the order's API key.
    pub api_key_file: PathBuf,
    /// File of certificates in PEM that the coordinator is trusted by, in place of the
    /// system's.
    pub trust: Option<PathBuf>,
    /// Milliseconds from one look to the next.
    pub poll_ms: u64,
    /// Demand what a proof lacks, with bonds of the order's owner.
    pub demand: bool,
    /// Where to serve `/metrics` and `/healthz`; nowhere if left out.
    pub metrics_listen: Option<SocketAddr>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            coordinator: String::new(),
            api_key_file: PathBuf::new(),
            trust: None,
            poll_ms: 2_000,
            demand: false,
            metrics_listen: None,
        }
    }
}

impl config::Settings for Settings {
    const PREFIX: &'static str = "BALLAST_AUDIT";

    /// What may come from a flag is missed by [`Settings::complete`].
    fn check(&self) -> Result<(), ConfigError> {
        within("poll_ms", self.poll_ms, 100, 600_000)
    }
}

impl Settings {
    /// Checks that all is there that an auditor cannot do without.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`], naming the key and the flag.
    pub fn complete(&self) -> Result<(), ConfigError> {
        config::Settings::check(self)?;
        let url = &self.coordinator;
        if url.is_empty() {
            let reason = "name the coordinator's URL with --coordinator";
            return Err(ConfigError::invalid("coordinator", reason));
        }
        tls_client::private(url)
            .map_err(|error| ConfigError::invalid("coordinator", error.to_string()))?;
        if self.api_key_file.as_os_str().is_empty() {
            let reason = "name the file with the order's API key with --api-key-file";
            return Err(ConfigError::invalid("api_key_file", reason));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use service_kit::config::{Settings as _, parse};

    use super::*;

    const EXAMPLE: &str = include_str!("../audit.example.toml");

    #[test]
    fn the_example_says_every_default() {
        let file = (Path::new("audit.example.toml"), EXAMPLE);
        let parsed: Settings = parse(Some(file), Settings::PREFIX, []).unwrap();
        parsed.complete().unwrap();
        let expected = Settings {
            coordinator: "https://api.example.org".to_owned(),
            api_key_file: PathBuf::from("/etc/ballast/api-key"),
            ..Settings::default()
        };
        assert_eq!(parsed, expected);
    }

    #[test]
    fn what_is_missing_is_named_with_its_flag() {
        let mut settings = Settings::default();
        let missing = |settings: &Settings| settings.complete().unwrap_err().to_string();
        assert!(missing(&settings).contains("--coordinator"));
        settings.coordinator = "http://127.0.0.1:8080".to_owned();
        assert!(missing(&settings).contains("--api-key-file"));
        settings.api_key_file = PathBuf::from("key");
        settings.complete().unwrap();
        settings.poll_ms = 1;
        assert!(missing(&settings).contains("poll_ms"));
    }
}
