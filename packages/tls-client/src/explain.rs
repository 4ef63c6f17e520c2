//! What is wrong with a connection, and the cure.

use std::error::Error;
use std::io;

use rustls::{CertificateError, InvalidMessage};

use crate::chain;

/// An error with all that is behind it and, where it is about certificates, what to do.
/// `option` is where the reader names trusted certificates, as in `--trust FILE`.
#[must_use]
pub fn explain(error: &(dyn Error + 'static), option: &str) -> String {
    let text = chain(error);
    let Some(tls) = tls_error(error) else {
        return text;
    };
    let cure = match tls {
        rustls::Error::InvalidCertificate(certificate) => match certificate {
            // The latter where two CAs are called the same.
            CertificateError::UnknownIssuer | CertificateError::BadSignature => format!(
                "nobody who is trusted has signed its certificate: name its CA's, or its own, \
                 with {option}"
            ),
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                "its certificate has expired: its operator has to renew it (and this machine's \
                 clock has to be right)"
                    .to_owned()
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "its certificate is not valid yet: set this machine's clock".to_owned()
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "its certificate is for another name: dial it by a name that is in it".to_owned()
            }
            _ => "its operator has to mend its certificate".to_owned(),
        },
        rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType) => {
            "it does not speak TLS: on loopback use http://".to_owned()
        }
        _ => return text,
    };
    format!("{text}; {cure}")
}

/// The TLS error at the bottom, if it is one. An I/O error hides what it holds from
/// `source`.
fn tls_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    let mut next: Option<&'a (dyn Error + 'static)> = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<rustls::Error>() {
            return Some(found);
        }
        next = match error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
        {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}
