//! Whom TLS servers are trusted by: the same for gRPC ([`Trust::endpoint`]) and HTTP
//! ([`Trust::http`]), so that a coordinator, or a node, is trusted in one place.
//!
//! The system's certificates are trusted by default. Those of a file take their place:
//! a coordinator's development certificate, or a private CA's. Nothing is ever trusted
//! unseen, and no check can be switched off.
//!
//! [`explain`] says what is wrong with a connection, and the cure.
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

mod explain;

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use rustls::pki_types::{CertificateDer, pem::PemObject};
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint, Uri};

pub use explain::explain;

/// Why nobody can be dialled so.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// The file of trusted certificates.
    #[error("[BL-TLS-001] trusted certificates in {}: {reason}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why, with the cure.
        reason: String,
    },
    /// No URL of a server.
    #[error("[BL-TLS-002] {url:?} is no address to dial, as in https://api.example.org: {reason}")]
    Url {
        /// What was given.
        url: String,
        /// Why.
        reason: String,
    },
    /// Without TLS everybody on the way reads along.
    #[error(
        "[BL-TLS-003] {url} is without TLS, which is for this machine's loopback alone: use \
         https://"
    )]
    Plain {
        /// What was given.
        url: String,
    },
    /// The machine's TLS cannot be set up.
    #[error("[BL-TLS-004] TLS to {url}: {reason}")]
    Setup {
        /// Where to.
        url: String,
        /// Why.
        reason: String,
    },
}

/// Whom servers are trusted by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// The system's certificates.
    #[default]
    System,
    /// These alone, in PEM: certificates of CAs, or a server's own.
    Pem(String),
}

impl Trust {
    /// The certificates of a file, in PEM; the system's without one.
    ///
    /// # Errors
    /// [`TrustError::File`].
    pub fn load(path: Option<&Path>) -> Result<Self, TrustError> {
        let Some(path) = path else {
            return Ok(Self::System);
        };
        let fail = |reason: String| TrustError::File {
            path: path.to_owned(),
            reason,
        };
        let pem = std::fs::read_to_string(path).map_err(|error| fail(error.to_string()))?;
        match CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<Vec<_>, _>>() {
            Ok(found) if !found.is_empty() => Ok(Self::Pem(pem)),
            Ok(_) => Err(fail(
                "there is none; it has to be PEM, which begins with -----BEGIN CERTIFICATE-----"
                    .to_owned(),
            )),
            Err(error) => Err(fail(format!("{error}; it has to be PEM"))),
        }
    }

    /// Dials gRPC at a URL of http or https.
    ///
    /// # Errors
    /// [`TrustError::Url`], [`TrustError::Setup`].
    pub fn endpoint(&self, url: &str) -> Result<Endpoint, TrustError> {
        let (uri, _) = parse(url)?;
        let endpoint = Endpoint::from(uri.clone());
        if uri.scheme_str() != Some("https") {
            return Ok(endpoint);
        }
        let tls = ClientTlsConfig::new();
        let tls = match self {
            Self::System => tls.with_native_roots(),
            Self::Pem(pem) => tls.ca_certificate(Certificate::from_pem(pem)),
        };
        endpoint.tls_config(tls).map_err(|error| TrustError::Setup {
            url: url.to_owned(),
            reason: chain(&error),
        })
    }

    /// An HTTP client's builder.
    ///
    /// # Errors
    /// [`TrustError::Setup`].
    pub fn http(&self) -> Result<reqwest::ClientBuilder, TrustError> {
        let builder = reqwest::Client::builder();
        let Self::Pem(pem) = self else {
            return Ok(builder);
        };
        let roots = reqwest::Certificate::from_pem_bundle(pem.as_bytes());
        let roots = roots.map_err(|error| TrustError::Setup {
            url: "HTTP servers".to_owned(),
            reason: chain(&error),
        })?;
        // In place of the system's.
        let builder = builder.tls_built_in_root_certs(false);
        Ok(roots
            .into_iter()
            .fold(builder, reqwest::ClientBuilder::add_root_certificate))
    }
}

/// Refuses a URL that would send what is private over a network in the open.
///
/// # Errors
/// [`TrustError::Url`], [`TrustError::Plain`].
pub fn private(url: &str) -> Result<(), TrustError> {
    let (uri, host) = parse(url)?;
    if uri.scheme_str() == Some("https") || is_loopback(&host) {
        return Ok(());
    }
    Err(TrustError::Plain {
        url: url.to_owned(),
    })
}

/// The URL, and its host.
fn parse(url: &str) -> Result<(Uri, String), TrustError> {
    let fail = |reason: String| TrustError::Url {
        url: url.to_owned(),
        reason,
    };
    let uri = url
        .parse::<Uri>()
        .map_err(|error| fail(error.to_string()))?;
    match (uri.scheme_str(), uri.host()) {
        (Some("http" | "https"), Some(host)) => {
            let host = host.trim_matches(['[', ']']).to_owned();
            Ok((uri, host))
        }
        _ => Err(fail("it begins with http:// or https://".to_owned())),
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

/// An error with all that is behind it.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        // Many repeat what is behind them.
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_goes_without_tls() {
        for good in [
            "https://api.example.org",
            "http://localhost:8080",
            "http://127.0.0.1:1",
            "http://[::1]:8080/x",
            "https://10.0.0.1:1",
        ] {
            private(good).unwrap();
        }
        for open in ["http://api.example.org", "http://10.0.0.1:8080"] {
            let error = private(open).unwrap_err().to_string();
            assert!(error.contains("use https://"), "{error}");
        }
        for no_url in ["", "localhost:1", "ftp://localhost", "https://"] {
            assert!(
                matches!(private(no_url), Err(TrustError::Url { .. })),
                "{no_url}"
            );
        }
    }

    #[test]
    fn a_file_without_certificates_is_named() {
        let path = std::env::temp_dir().join(format!("no-certificates-{}", std::process::id()));
        std::fs::write(&path, "nothing").unwrap();
        let error = Trust::load(Some(&path)).unwrap_err().to_string();
        std::fs::remove_file(&path).unwrap();
        assert!(error.contains("BEGIN CERTIFICATE"), "{error}");
        let missing = Trust::load(Some(Path::new("/nowhere/at-all.pem")));
        assert!(matches!(missing, Err(TrustError::File { .. })));
        assert_eq!(Trust::load(None).unwrap(), Trust::System);
    }
}
