//! Certificates of the listeners.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};

use crate::config::{Tls, TlsMode};

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read or written.
    #[error("[BL-CRD-070] {}: {source}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is no certificate or key.
    #[error("[BL-CRD-071] {}: {reason}; it must be PEM", path.display())]
    Pem {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Certificate and key do not go together.
    #[error("[BL-CRD-072] certificate and key: {0}")]
    Rustls(String),
    /// No certificate could be made.
    #[error("[BL-CRD-073] a development certificate cannot be made: {0}")]
    Make(String),
}

/// TLS as it is configured, for one protocol (`h2` or `http/1.1`); `None` if it is off.
///
/// # Errors
/// [`TlsError`].
pub(crate) fn acceptor(
    tls: &Tls,
    data: &Path,
    protocol: &[u8],
) -> Result<Option<TlsAcceptor>, TlsError> {
    let (certificate, key) = match tls.mode {
        TlsMode::Off => return Ok(None),
        TlsMode::Development => development(&data.join("tls"))?,
        // That both are there was checked with the configuration.
        TlsMode::Files => (
            tls.certificate.clone().unwrap_or_default(),
            tls.key.clone().unwrap_or_default(),
        ),
    };
    let pem = |path: &Path| {
        let path = path.to_owned();
        move |error: tokio_rustls::rustls::pki_types::pem::Error| TlsError::Pem {
            path,
            reason: error.to_string(),
        }
    };
    let chain = CertificateDer::pem_file_iter(&certificate).map_err(pem(&certificate))?;
    let chain = chain
        .collect::<Result<Vec<_>, _>>()
        .map_err(pem(&certificate))?;
    let key = PrivateKeyDer::from_pem_file(&key).map_err(pem(&key))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(
        tokio_rustls::rustls::crypto::ring::default_provider(),
    ))
    .with_safe_default_protocol_versions()
    .map_err(|error| TlsError::Rustls(error.to_string()))?
    .with_no_client_auth()
    .with_single_cert(chain, key)
    .map_err(|error| TlsError::Rustls(error.to_string()))?;
    config.alpn_protocols = vec![protocol.to_vec()];
    Ok(Some(TlsAcceptor::from(Arc::new(config))))
}

/// A self-signed certificate for this machine's loopback names, made on first use.
fn development(folder: &Path) -> Result<(PathBuf, PathBuf), TlsError> {
    let (certificate, key) = (
        folder.join("development.pem"),
        folder.join("development.key"),
    );
    if certificate.exists() && key.exists() {
        return Ok((certificate, key));
    }
    let names = ["localhost", "127.0.0.1", "::1"]
        .map(str::to_owned)
        .to_vec();
    let made = rcgen::generate_simple_self_signed(names)
        .map_err(|error| TlsError::Make(error.to_string()))?;
    let io = |path: &Path| {
        let path = path.to_owned();
        move |source| TlsError::Io { path, source }
    };
    fs::create_dir_all(folder).map_err(io(folder))?;
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&key)
        .map_err(io(&key))?;
    file.write_all(made.signing_key.serialize_pem().as_bytes())
        .map_err(io(&key))?;
    fs::write(&certificate, made.cert.pem()).map_err(io(&certificate))?;
    Ok((certificate, key))
}
