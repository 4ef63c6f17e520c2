//! Certificates of the listeners.
//!
//! Whoever dials has to trust the certificate: a public CA's by itself; a development
//! certificate, which nobody else has signed, by its file (`--trust FILE`). That one is
//! made anew when it runs out or gets other names, always with the same key, so that the
//! file that others have stays good.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::net::IpAddr;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{CertificateParams, DnType, KeyPair};
use time::{Duration, OffsetDateTime};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, pem, pem::PemObject};
use tokio_rustls::rustls::{self, InconsistentKeys, ServerConfig};
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

use crate::config::{Tls, TlsMode};

/// A development certificate in the data folder.
pub(crate) const DEVELOPMENT: &str = "tls/development.pem";

/// Days that a development certificate is good.
const GOOD_DAYS: i64 = 365;

/// Days before its end in which it is made anew.
const ANEW_DAYS: i64 = 30;

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
    #[error(
        "[BL-CRD-072] {} is not the key of {}: {reason}; name the key that the certificate was \
         made with", key.display(), certificate.display()
    )]
    Pair {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's.
        key: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// No certificate could be made.
    #[error("[BL-CRD-073] a development certificate cannot be made: {0}")]
    Make(String),
    /// The certificate is over, or not good yet.
    #[error(
        "[BL-CRD-074] {} is good from {from} to {until}, and it is {now}: renew it, or set the \
         clock", path.display()
    )]
    Time {
        /// Which file.
        path: PathBuf,
        /// When it begins.
        from: String,
        /// When it ends.
        until: String,
        /// The machine's time.
        now: String,
    },
    /// Others can read the key.
    #[error("[BL-CRD-075] others can read {}: chmod 600 it", path.display())]
    Open {
        /// The key's file.
        path: PathBuf,
    },
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> TlsError {
    let path = path.to_owned();
    move |source| TlsError::Io { path, source }
}

fn pem_error<E: ToString>(path: &Path) -> impl FnOnce(E) -> TlsError {
    let path = path.to_owned();
    move |error| TlsError::Pem {
        path,
        reason: error.to_string(),
    }
}

/// A certificate chain with its key, checked.
#[derive(Clone)]
pub(crate) struct Certified(ServerConfig);

impl Certified {
    /// What is configured, made first where it is a development certificate; `None` if
    /// TLS is off. `names` are those that one is for.
    ///
    /// # Errors
    /// [`TlsError`].
    pub(crate) fn load(tls: &Tls, data: &Path, names: &[String]) -> Result<Option<Self>, TlsError> {
        let (certificate, key) = match tls.mode {
            TlsMode::Off => return Ok(None),
            TlsMode::Development => development(data, names)?,
            // That both are there was checked with the configuration.
            TlsMode::Files => (
                tls.certificate.clone().unwrap_or_default(),
                tls.key.clone().unwrap_or_default(),
            ),
        };
        Self::read(&certificate, &key).map(Some)
    }

    fn read(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let chain = CertificateDer::pem_file_iter(certificate)
            .and_then(|chain| chain.collect::<Result<Vec<_>, _>>())
            .map_err(pem_error(certificate))?;
        let leaf = chain
            .first()
            .ok_or(pem::Error::NoItemsFound)
            .map_err(pem_error(certificate))?;
        in_time(certificate, leaf)?;
        let mode = fs::metadata(key)
            .map_err(io_error(key))?
            .permissions()
            .mode();
        if mode & 0o007 != 0 {
            let path = key.to_owned();
            return Err(TlsError::Open { path });
        }
        let secret = PrivateKeyDer::from_pem_file(key).map_err(pem_error(key))?;
        let provider = Arc::new(ring::default_provider());
        let pair = |error: rustls::Error| TlsError::Pair {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
            reason: match error {
                rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
                    "it is another one".to_owned()
                }
                other => other.to_string(),
            },
        };
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|config| config.with_no_client_auth().with_single_cert(chain, secret))
            .map_err(pair)?;
        Ok(Self(config))
    }

    /// For one protocol: `h2` or `http/1.1`.
    pub(crate) fn acceptor(&self, protocol: &[u8]) -> TlsAcceptor {
        let mut config = self.0.clone();
        config.alpn_protocols = vec![protocol.to_vec()];
        TlsAcceptor::from(Arc::new(config))
    }
}

/// Refuses a certificate that every client would refuse.
fn in_time(path: &Path, certificate: &CertificateDer<'_>) -> Result<(), TlsError> {
    let (_, parsed) = X509Certificate::from_der(certificate).map_err(pem_error(path))?;
    let validity = parsed.validity();
    let now = OffsetDateTime::now_utc();
    let (from, until) = (
        validity.not_before.to_datetime(),
        validity.not_after.to_datetime(),
    );
    if from <= now && now <= until {
        return Ok(());
    }
    let day = |at: OffsetDateTime| at.date().to_string();
    Err(TlsError::Time {
        path: path.to_owned(),
        from: day(from),
        until: day(until),
        now: day(now),
    })
}

/// A self-signed certificate and its key, in the data folder.
fn development(data: &Path, names: &[String]) -> Result<(PathBuf, PathBuf), TlsError> {
    let certificate = data.join(DEVELOPMENT);
    let key = certificate.with_extension("key");
    if certificate.exists() && key.exists() && is_good(&certificate, names) {
        return Ok((certificate, key));
    }
    if let Some(folder) = certificate.parent() {
        fs::create_dir_all(folder).map_err(io_error(folder))?;
    }
    let make = |error: rcgen::Error| TlsError::Make(error.to_string());
    let pair = if key.exists() {
        let pem = fs::read_to_string(&key).map_err(io_error(&key))?;
        KeyPair::from_pem(&pem).map_err(pem_error(&key))?
    } else {
        let pair = KeyPair::generate().map_err(make)?;
        write_new(&key, 0o600, &pair.serialize_pem())?;
        pair
    };
    let mut params = CertificateParams::new(names).map_err(make)?;
    let now = OffsetDateTime::now_utc();
    // Clocks differ a little.
    params.not_before = now.saturating_sub(Duration::days(1));
    params.not_after = now.saturating_add(Duration::days(GOOD_DAYS));
    params
        .distinguished_name
        .push(DnType::CommonName, "Ballast coordinator, for development");
    let made = params.self_signed(&pair).map_err(make)?;
    write_new(&certificate, 0o644, &made.pem())?;
    Ok((certificate, key))
}

/// Whether a development certificate is good for a while, and for these names. One that
/// cannot be read is not.
fn is_good(path: &Path, names: &[String]) -> bool {
    let Ok(leaf) = CertificateDer::from_pem_file(path) else {
        return false;
    };
    let Ok((_, parsed)) = X509Certificate::from_der(&leaf) else {
        return false;
    };
    let soon = OffsetDateTime::now_utc().saturating_add(Duration::days(ANEW_DAYS));
    let found = parsed.subject_alternative_name().ok().flatten();
    let found = found.map_or(&[][..], |found| found.value.general_names.as_slice());
    let has = |name: &String| {
        found
            .iter()
            .any(|found| match (found, name.parse::<IpAddr>()) {
                (GeneralName::DNSName(found), Err(_)) => found == name,
                (GeneralName::IPAddress(found), Ok(IpAddr::V4(ip))) => **found == ip.octets(),
                (GeneralName::IPAddress(found), Ok(IpAddr::V6(ip))) => **found == ip.octets(),
                _ => false,
            })
    };
    parsed.validity().not_after.to_datetime() > soon && names.iter().all(has)
}

/// Writes a whole file or none.
fn write_new(path: &Path, mode: u32, text: &str) -> Result<(), TlsError> {
    let part = path.with_extension("part");
    let written = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(mode)
        .open(&part)
        .and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&part, path));
    written.map_err(io_error(path))
}
