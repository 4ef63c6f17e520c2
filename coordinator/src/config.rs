//! The coordinator's configuration: TOML and environment (`BALLAST_COORDINATOR__…`).

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;
use service_kit::config::ConfigError;

use crate::machine::board::Rules;
use crate::machine::bucket::Rate;

/// What variables of the environment begin with.
pub const ENV_PREFIX: &str = "BALLAST_COORDINATOR";

/// Everything that can be set. `coordinator/coordinator.example.toml` has every key with
/// its default and what it is for.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Folder of the database and of objects.
    pub data: PathBuf,
    /// Where apps come to.
    #[serde(default)]
    pub http: Http,
    /// Where workers come to.
    #[serde(default)]
    pub workers: Workers,
    /// How leases are given.
    #[serde(default)]
    pub leases: Leases,
    /// What is taken from apps, at most.
    #[serde(default)]
    pub limits: Limits,
    /// How long things are kept, in seconds.
    #[serde(default)]
    pub keep: Keep,
    /// How often the chain is asked.
    #[serde(default)]
    pub chain: ChainConfig,
    /// TLS of both listeners.
    #[serde(default)]
    pub tls: Tls,
    /// What is logged, as in "info,coordinator=debug".
    #[serde(default = "default_log")]
    pub log: String,
}

fn default_log() -> String {
    "info".to_owned()
}

/// Where apps come to.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct Http {
    /// Address and port; port 0 takes any.
    pub listen: SocketAddr,
    /// Connections at a time.
    pub max_connections: u32,
    /// Seconds for a request's head, and between two parts of its body.
    pub read_seconds: u64,
}

/// Where workers come to.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct Workers {
    /// Address and port; port 0 takes any.
    pub listen: SocketAddr,
    /// The URL that workers are told to dial; `listen` if left out.
    pub public_url: Option<String>,
    /// Sessions at a time.
    pub max_sessions: u32,
    /// Seconds between two heartbeats; silent for three of them is gone.
    pub heartbeat_seconds: u32,
    /// Tasks at a time that one worker is given, at most.
    pub max_slots: u32,
}

/// How leases are given.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct Leases {
    /// Milliseconds to answer an offer.
    pub answer_ms: u64,
    /// Milliseconds that leases outlive their worker's session.
    pub grace_ms: u64,
    /// Seconds that a lease lasts beyond what the work takes.
    pub seconds: u64,
    /// How many times what the work takes at the worker's measured rate.
    pub factor: u64,
    /// Leases after which a job has failed.
    pub max_tries: u32,
    /// Seconds that an app has to seal the input of a private task to its worker. A lease
    /// of one lasts so much longer.
    pub input_seconds: u64,
}

/// What is taken from apps, at most.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Jobs that are not over.
    pub jobs: usize,
    /// Those of one order.
    pub jobs_per_order: u64,
    /// Those of one private order: each may keep a worker waiting for its input.
    pub private_jobs_per_order: u64,
    /// Bytes of a request for a job.
    pub body_bytes: usize,
    /// Bytes of one object, uploaded or produced.
    pub object_bytes: u64,
    /// Bytes of uploads that are in memory at a time.
    pub upload_memory_bytes: u32,
    /// Requests a second of one key or order.
    pub requests_per_second: u32,
    /// Requests of one key or order at once.
    pub burst: u32,
    /// Seconds until a job must be done, if it names none.
    pub deadline_seconds: u64,
    /// The most that a job can name.
    pub max_deadline_seconds: u64,
}

/// How long things are kept.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct Keep {
    /// Jobs that are over, with their draws.
    pub jobs_seconds: u64,
    /// Objects after they were last used. Longer than `limits.max_deadline_seconds`.
    pub objects_seconds: u64,
}

/// How often the chain is asked.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct ChainConfig {
    /// Milliseconds between two looks at workers and censuses.
    pub refresh_ms: u64,
    /// Milliseconds that an order is believed.
    pub order_ms: u64,
}

/// TLS of both listeners.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct Tls {
    /// See [`TlsMode`].
    pub mode: TlsMode,
    /// Certificate chain in PEM, for "files".
    pub certificate: Option<PathBuf>,
    /// Its key in PEM, for "files".
    pub key: Option<PathBuf>,
    /// Names and addresses that a development certificate is for, beside loopback's and
    /// those of the listeners and of `workers.public_url`.
    pub names: Vec<String>,
}

/// Where the certificate comes from.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum TlsMode {
    /// A self-signed one for development is made in the data folder.
    Development,
    /// From `certificate` and `key`.
    Files,
    /// None: on loopback alone, as for a proxy on this machine that has one.
    Off,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8_080)),
            max_connections: 4_096,
            read_seconds: 10,
        }
    }
}

impl Default for Workers {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8_081)),
            public_url: None,
            max_sessions: 10_000,
            heartbeat_seconds: 5,
            max_slots: 64,
        }
    }
}

impl Default for Leases {
    fn default() -> Self {
        Self {
            answer_ms: 2_000,
            grace_ms: 10_000,
            seconds: 30,
            factor: 4,
            max_tries: 8,
            input_seconds: 30,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            jobs: 100_000,
            jobs_per_order: 20_000,
            private_jobs_per_order: 16,
            body_bytes: 1 << 20,
            object_bytes: 64 << 20,
            upload_memory_bytes: 256 << 20,
            requests_per_second: 500,
            burst: 1_000,
            deadline_seconds: 3_600,
            max_deadline_seconds: 86_400,
        }
    }
}

impl Default for Keep {
    fn default() -> Self {
        Self {
            jobs_seconds: 172_800,
            objects_seconds: 259_200,
        }
    }
}

impl Default for ChainConfig {
    fn default() -> Self {
        Self {
            refresh_ms: 2_000,
            order_ms: 2_000,
        }
    }
}

impl Default for Tls {
    fn default() -> Self {
        Self {
            mode: TlsMode::Development,
            certificate: None,
            key: None,
            names: Vec::new(),
        }
    }
}

impl Config {
    /// Defaults, with data in `data`.
    #[must_use]
    pub fn new(data: PathBuf) -> Self {
        Self {
            data,
            http: Http::default(),
            workers: Workers::default(),
            leases: Leases::default(),
            limits: Limits::default(),
            keep: Keep::default(),
            chain: ChainConfig::default(),
            tls: Tls::default(),
            log: default_log(),
        }
    }

    /// Checks what one value cannot say alone.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`], naming the keys and the cure.
    pub fn check(&self) -> Result<(), ConfigError> {
        let invalid = |what, reason: &str| Err(ConfigError::invalid(what, reason));
        if self.keep.objects_seconds <= self.limits.max_deadline_seconds {
            return invalid(
                "keep.objects_seconds",
                "a live job needs its objects: make it more than limits.max_deadline_seconds",
            );
        }
        if self.limits.deadline_seconds > self.limits.max_deadline_seconds {
            return invalid(
                "limits.deadline_seconds",
                "it is above limits.max_deadline_seconds: lower it",
            );
        }
        if u64::from(self.limits.upload_memory_bytes) < self.limits.object_bytes {
            return invalid(
                "limits.upload_memory_bytes",
                "not even one object fits: make it at least limits.object_bytes",
            );
        }
        let zero = [
            ("workers.heartbeat_seconds", self.workers.heartbeat_seconds),
            ("leases.max_tries", self.leases.max_tries),
            (
                "limits.requests_per_second",
                self.limits.requests_per_second,
            ),
            ("limits.burst", self.limits.burst),
        ];
        for (what, value) in zero {
            if value == 0 {
                return invalid(what, "0 would refuse everything: make it 1 or more");
            }
        }
        let files = self.tls.certificate.is_some() && self.tls.key.is_some();
        if self.tls.mode == TlsMode::Files && !files {
            return invalid(
                "tls",
                "mode \"files\" needs `certificate` and `key`; \"development\" makes its own",
            );
        }
        let listeners = [
            ("http.listen", self.http.listen),
            ("workers.listen", self.workers.listen),
        ];
        for (what, listen) in listeners {
            if self.tls.mode == TlsMode::Off && !listen.ip().is_loopback() {
                let reason = format!(
                    "without TLS everybody on the way reads along: listen on 127.0.0.1 instead of \
                     {}, or set tls.mode to \"files\" or \"development\"",
                    listen.ip()
                );
                return Err(ConfigError::invalid(what, reason));
            }
        }
        Ok(())
    }

    /// Names and addresses that a development certificate is for.
    #[must_use]
    pub fn certificate_names(&self) -> Vec<String> {
        let mut names = ["localhost", "127.0.0.1", "::1"]
            .map(str::to_owned)
            .to_vec();
        for listen in [self.http.listen, self.workers.listen] {
            if !listen.ip().is_unspecified() {
                names.push(listen.ip().to_string());
            }
        }
        let url = self.workers.public_url.as_deref();
        let host = url.and_then(|url| url.parse::<axum::http::Uri>().ok());
        let host = host.as_ref().and_then(axum::http::Uri::host);
        names.extend(host.map(|host| host.trim_matches(['[', ']']).to_owned()));
        names.extend(self.tls.names.iter().cloned());
        let mut seen = std::collections::BTreeSet::new();
        names.retain(|name| seen.insert(name.clone()));
        names
    }

    /// What the board goes by.
    #[must_use]
    pub fn rules(&self) -> Rules {
        Rules {
            answer_ms: self.leases.answer_ms,
            grace_ms: self.leases.grace_ms,
            lease_ms: self.leases.seconds.saturating_mul(1_000),
            lease_factor: self.leases.factor,
            max_tries: self.leases.max_tries,
            max_slots: self.workers.max_slots,
            input_ms: self.leases.input_seconds.saturating_mul(1_000),
        }
    }

    /// How fast keys may ask.
    #[must_use]
    pub fn rate(&self) -> Rate {
        Rate {
            per_second: self.limits.requests_per_second,
            burst: self.limits.burst,
        }
    }
}

impl service_kit::config::Settings for Config {
    const PREFIX: &'static str = ENV_PREFIX;

    fn check(&self) -> Result<(), ConfigError> {
        Self::check(self)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const EXAMPLE: &str = include_str!("../coordinator.example.toml");

    #[test]
    fn the_example_says_every_default() {
        let file = (Path::new("coordinator.example.toml"), EXAMPLE);
        let parsed: Config = service_kit::config::parse(Some(file), ENV_PREFIX, []).unwrap();
        let data = PathBuf::from("/var/lib/ballast/coordinator");
        assert_eq!(parsed, Config::new(data));
        parsed.check().unwrap();
    }

    #[test]
    fn values_that_do_not_go_together_are_named() {
        let mut config = Config::new(PathBuf::from("x"));
        config.keep.objects_seconds = 1;
        let error = config.check().unwrap_err().to_string();
        assert!(error.contains("keep.objects_seconds"), "{error}");
        let mut config = Config::new(PathBuf::from("x"));
        config.tls.mode = TlsMode::Files;
        let error = config.check().unwrap_err().to_string();
        assert!(error.contains("certificate"), "{error}");
        let mut config = Config::new(PathBuf::from("x"));
        config.tls.mode = TlsMode::Off;
        config.check().unwrap();
        config.workers.listen = ([0, 0, 0, 0], 8_081).into();
        let error = config.check().unwrap_err().to_string();
        assert!(
            error.contains("workers.listen") && error.contains("127.0.0.1"),
            "{error}"
        );
        config.tls.mode = TlsMode::Development;
        config.check().unwrap();
    }

    #[test]
    fn a_development_certificate_is_for_every_name_that_is_dialled() {
        let mut config = Config::new(PathBuf::from("x"));
        config.http.listen = ([10, 0, 0, 1], 8_080).into();
        config.workers.public_url = Some("https://workers.example.org:8081".to_owned());
        config.tls.names = vec!["api.example.org".to_owned(), "localhost".to_owned()];
        let names = [
            "localhost",
            "127.0.0.1",
            "::1",
            "10.0.0.1",
            "workers.example.org",
            "api.example.org",
        ];
        assert_eq!(config.certificate_names(), names);
    }
}
