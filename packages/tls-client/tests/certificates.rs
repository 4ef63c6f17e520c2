//! A real client against servers whose certificates are right and wrong.
#![allow(unreachable_pub, missing_docs)]

use std::net::SocketAddr;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use time::{Duration, OffsetDateTime};
use tls_client::{Trust, explain};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

fn ca() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// Serves nothing but handshakes, with a leaf for `name` that ends in so many days.
async fn serve(ca: &CertifiedIssuer<'static, KeyPair>, name: &str, days: i64) -> SocketAddr {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.not_before = OffsetDateTime::now_utc() - Duration::days(30);
    params.not_after = OffsetDateTime::now_utc() + Duration::days(days);
    let leaf = params.signed_by(&key, ca).unwrap();
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![leaf.der().clone()],
            PrivateKeyDer::Pkcs8(key.serialize_der().into()),
        )
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            open.push(acceptor.accept(stream).await);
        }
    });
    at
}

async fn dial(url: String, trust: &Trust) -> Result<(), String> {
    let endpoint = trust.endpoint(&url).map_err(|error| error.to_string())?;
    let connected = endpoint.connect().await;
    connected
        .map(|_| ())
        .map_err(|error| explain(&error, "--trust FILE"))
}

#[tokio::test]
async fn who_is_not_trusted_is_refused_with_the_cure() {
    let (ours, others) = (ca(), ca());
    let trust = Trust::Pem(ours.pem());
    let good = serve(&ours, "localhost", 30).await;
    let url = |at: SocketAddr| format!("https://localhost:{}", at.port());
    dial(url(good), &trust).await.unwrap();

    let wrong = dial(url(good), &Trust::Pem(others.pem()))
        .await
        .unwrap_err();
    assert!(wrong.contains("with --trust FILE"), "{wrong}");

    let old = serve(&ours, "localhost", -1).await;
    let expired = dial(url(old), &trust).await.unwrap_err();
    assert!(expired.contains("operator has to renew it"), "{expired}");

    let other = serve(&ours, "elsewhere.example", 30).await;
    let misnamed = dial(url(other), &trust).await.unwrap_err();
    assert!(misnamed.contains("by a name that is in it"), "{misnamed}");

    let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = plain.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = plain.accept().await {
            let _ = stream.try_write(b"HTTP/1.1 400 Bad Request\r\n\r\n");
            // Until the client has read it.
            tokio::time::sleep(std::time::Duration::from_secs(5)).await;
        }
    });
    let no_tls = dial(url(at), &trust).await.unwrap_err();
    assert!(no_tls.contains("on loopback use http://"), "{no_tls}");
}

#[tokio::test]
async fn http_trusts_by_the_same_certificates() {
    let (ours, others) = (ca(), ca());
    let at = serve(&ours, "localhost", 30).await;
    let ask = |trust: Trust| async move {
        let client = trust.http().unwrap().build().unwrap();
        let asked = client.get(format!("https://localhost:{}/", at.port()));
        // It speaks no HTTP: what counts is how far one gets.
        let limit = std::time::Duration::from_secs(2);
        let error = asked.timeout(limit).send().await.unwrap_err();
        explain(&error, "--trust FILE")
    };
    let wrong = ask(Trust::Pem(others.pem())).await;
    assert!(wrong.contains("with --trust FILE"), "{wrong}");
    let right = ask(Trust::Pem(ours.pem())).await;
    assert!(!right.contains("certificate"), "{right}");
}
