//! Both listeners over TLS: a certificate that is made, one that is given, and those that
//! are wrong.

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use common::chain::{COORDINATOR, Script, key};
use common::{Network, config};
use coordinator::config::TlsMode;
use coordinator::{Config, StartError, TlsError};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use reqwest::StatusCode;
use service_kit::Shutdown;
use time::{Duration, OffsetDateTime};
use tls_client::{Trust, explain};
use worker_api::v1::ChallengeRequest;
use worker_api::v1::coordinator_client::CoordinatorClient;

/// Asks both listeners something, as apps and workers do.
async fn ask(network: &Network, trust: &Trust) -> Result<(), String> {
    let url = format!(
        "https://localhost:{}/healthz",
        network.running.http().port()
    );
    let http = trust.http().unwrap().build().unwrap();
    let asked = http.get(url).send().await;
    let asked = asked.map_err(|error| explain(&error, "--trust FILE"))?;
    assert_eq!(asked.status(), StatusCode::OK);
    let url = format!("https://localhost:{}", network.running.workers().port());
    let dialled = trust.endpoint(&url).unwrap().connect().await;
    let channel = dialled.map_err(|error| explain(&error, "--trust FILE"))?;
    let worker = "alice".to_owned();
    let mut client = CoordinatorClient::new(channel);
    let answer = client.challenge(ChallengeRequest { worker });
    assert_eq!(answer.await.unwrap().into_inner().challenge.len(), 32);
    Ok(())
}

async fn refused(config: Config) -> TlsError {
    let chain = Arc::new(Script::with_miners(&[]));
    let started = coordinator::start(config, key(COORDINATOR), chain, Shutdown::new()).await;
    match started.err().expect("it does not start") {
        StartError::Tls(error) => error,
        other => panic!("{other}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_development_certificate_is_made_once_and_trusted_by_its_file() {
    let development = |config: &mut Config| config.tls.mode = TlsMode::Development;
    let network = Network::start(&["alice"], development).await;
    let (folder, chain) = (network.folder.clone(), network.chain.clone());
    let file = folder.path().join("tls/development.pem");
    let secret = file.with_extension("key");
    let mode = fs::metadata(&secret).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let trust = Trust::load(Some(&file)).unwrap();
    ask(&network, &trust).await.unwrap();
    let unknown = ask(&network, &Trust::Pem(ca().pem())).await.unwrap_err();
    assert!(unknown.contains("with --trust FILE"), "{unknown}");

    // Started anew it is the same; with another name it is another, by the same key.
    let made = fs::read_to_string(&file).unwrap();
    network.running.stop().await;
    let network = Network::on(folder.clone(), chain.clone(), development).await;
    assert_eq!(fs::read_to_string(&file).unwrap(), made);
    network.running.stop().await;
    let network = Network::on(folder.clone(), chain, |config| {
        development(config);
        config.tls.names = vec!["api.example.org".to_owned()];
    })
    .await;
    assert_ne!(fs::read_to_string(&file).unwrap(), made);
    ask(&network, &trust).await.expect("the old file is good");
    network.running.stop().await;

    // A key that others can read is none.
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o644)).unwrap();
    let mut open = config(folder.path());
    development(&mut open);
    assert!(matches!(refused(open).await, TlsError::Open { .. }));
}

fn ca() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A leaf by a CA, from so many days ago, good for so many; the files of it and its key.
fn leaf(folder: &Path, ca: &CertifiedIssuer<'static, KeyPair>, days: (i64, i64)) -> [PathBuf; 2] {
    let pair = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params.not_before = OffsetDateTime::now_utc() - Duration::days(days.0);
    params.not_after = params.not_before + Duration::days(days.1);
    let name = format!("{}-{}", days.0, days.1);
    let files = ["pem", "key"].map(|kind| folder.join(&name).with_extension(kind));
    let made = params.signed_by(&pair, ca).unwrap();
    fs::write(&files[0], made.pem()).unwrap();
    fs::write(&files[1], pair.serialize_pem()).unwrap();
    fs::set_permissions(&files[1], fs::Permissions::from_mode(0o600)).unwrap();
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn a_given_certificate_is_checked_before_anyone_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let (ours, others) = (ca(), ca());
    let good = leaf(folder.path(), &ours, (1, 30));
    let files = |certificate: &Path, key: &Path| {
        let (certificate, key) = (certificate.to_owned(), key.to_owned());
        move |config: &mut Config| {
            config.tls.mode = TlsMode::Files;
            config.tls.certificate = Some(certificate);
            config.tls.key = Some(key);
        }
    };
    let network = Network::start(&["alice"], files(&good[0], &good[1])).await;
    ask(&network, &Trust::Pem(ours.pem())).await.unwrap();
    let wrong = ask(&network, &Trust::Pem(others.pem())).await.unwrap_err();
    assert!(wrong.contains("with --trust FILE"), "{wrong}");

    let data = tempfile::tempdir().unwrap();
    let with = |certificate: &Path, key: &Path| {
        let mut config = config(data.path());
        files(certificate, key)(&mut config);
        config
    };
    for days in [(30, 20), (-2, 30)] {
        let bad = leaf(folder.path(), &ours, days);
        let error = refused(with(&bad[0], &bad[1])).await;
        assert!(matches!(error, TlsError::Time { .. }), "{error}");
        assert!(error.to_string().contains("renew it"), "{error}");
    }
    let other = leaf(folder.path(), &ours, (2, 30));
    let error = refused(with(&good[0], &other[1])).await;
    assert!(matches!(error, TlsError::Pair { .. }), "{error}");
    assert!(error.to_string().contains("is not the key of"), "{error}");
    // The key's file in the certificate's place.
    let error = refused(with(&good[1], &good[1])).await;
    assert!(matches!(error, TlsError::Pem { .. }), "{error}");
    let missing = refused(with(&good[0], Path::new("/nowhere/at-all.key"))).await;
    assert!(matches!(missing, TlsError::Io { .. }), "{missing}");
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_is_for_loopback_alone() {
    let data = tempfile::tempdir().unwrap();
    let mut open = config(data.path());
    open.http.listen = ([0, 0, 0, 0], 0).into();
    let chain = Arc::new(Script::with_miners(&[]));
    let started = coordinator::start(open, key(COORDINATOR), chain, Shutdown::new()).await;
    let error = started.err().expect("it does not start").to_string();
    assert!(error.contains("http.listen"), "{error}");
    assert!(
        error.contains("everybody on the way reads along"),
        "{error}"
    );
}
