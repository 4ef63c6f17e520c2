//! The beacon's configuration: TOML and environment (`BALLAST_BEACON__…`).

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;
use service_kit::config::{self, ConfigError};

/// Everything that can be set. `relayer/beacon.example.toml` has every key with its
/// default and what it is for.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Folder of the key and the times; `beacon` in the home folder if left out.
    pub folder: Option<PathBuf>,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Time of round 1 in seconds since 1970, at the first start; now if left out.
    pub genesis: Option<u64>,
    /// Seconds between rounds, at the first start; 1 if left out.
    pub period: Option<u64>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            folder: None,
            listen: SocketAddr::from(([127, 0, 0, 1], 8_889)),
            genesis: None,
            period: None,
        }
    }
}

impl config::Settings for Settings {
    const PREFIX: &'static str = "BALLAST_BEACON";

    fn check(&self) -> Result<(), ConfigError> {
        match self.period {
            Some(0) => Err(ConfigError::invalid(
                "period",
                "rounds need time between them: take 1 or more",
            )),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use service_kit::config::{Settings as _, parse};

    use super::*;

    const EXAMPLE: &str = include_str!("../../beacon.example.toml");

    #[test]
    fn the_example_says_every_default() {
        let file = (Path::new("beacon.example.toml"), EXAMPLE);
        let parsed: Settings = parse(Some(file), Settings::PREFIX, []).unwrap();
        assert_eq!(parsed, Settings::default());
        parsed.check().unwrap();
        let none = Settings {
            period: Some(0),
            ..parsed
        };
        assert!(none.check().unwrap_err().to_string().contains("period"));
    }
}
