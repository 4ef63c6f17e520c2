//! A node behind TLS.

mod common;

use std::sync::Arc;

use chain_client::transport::{Failover, Trust};
use chain_client::{Client, Error};
use common::{config, instant};
use devnet::server::{Ports, Server, serve};
use rcgen::{CertificateParams, KeyPair};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// A node, what is in front of it, and the certificate there.
async fn served() -> (Server, String, Trust) {
    let server = serve(Arc::new(instant()), Ports::free()).await.unwrap();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let made = params.self_signed(&key).unwrap();
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![made.der().clone()],
            PrivateKeyDer::Pkcs8(key.serialize_der().into()),
        )
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let node = server.grpc;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut outside) = acceptor.accept(stream).await else {
                    return;
                };
                let mut inside = TcpStream::connect(node).await.unwrap();
                // It ends as its client does.
                let _ = tokio::io::copy_bidirectional(&mut outside, &mut inside).await;
            });
        }
    });
    let url = format!("https://localhost:{port}");
    (server, url, Trust::Pem(made.pem()))
}

fn client(url: &str, trust: &Trust) -> Client {
    let urls = [url.to_owned()];
    let node = Failover::grpc_trusting("ballast-devnet-1", &urls, trust).unwrap();
    Client::new(config(), node)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_is_asked_over_tls_if_it_is_trusted() {
    let (_server, url, trust) = served().await;
    let block = client(&url, &trust).latest_block().await.unwrap();
    assert!(block.height > 0);

    let other = KeyPair::generate().unwrap();
    let other = CertificateParams::new(vec!["localhost".to_owned()])
        .unwrap()
        .self_signed(&other)
        .unwrap();
    let error = client(&url, &Trust::Pem(other.pem())).latest_block().await;
    let error = error.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error}");
    assert!(error.to_string().contains("--node-trust FILE"), "{error}");

    // Without TLS there is nobody.
    let plain = url.replace("https://", "http://");
    let error = client(&plain, &Trust::System).latest_block().await;
    assert!(matches!(error, Err(Error::Unreachable { .. })), "{error:?}");
}
