//! `kill -9` at any moment: each message is executed once.

mod common;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use chain_client::signer::Signer;
use chain_client::transport::Failover;
use chain_client::{Client, Config};
use common::*;
use deployment::{Deployment, Network};
use devnet::node::{Blocks, Config as ChainConfig, Node};
use devnet::server::{Ports, serve};
use outbox::Outbox;

/// Where the child finds its files.
const HOME: &str = "BALLAST_TEST_OUTBOX_HOME";
const MESSAGES: u64 = 40;

/// Not a test of its own: what the other one starts and kills.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child() {
    let Some(home) = std::env::var_os(HOME).map(PathBuf::from) else {
        return;
    };
    let outbox = open(&home).await;
    let deployment = Deployment::load(&home.join("deployment.json")).unwrap();
    let network = Network::connect(deployment).unwrap();
    for number in 0..MESSAGES {
        let message = transfer(&format!("t/{number}"), 1);
        // Some share transactions, some do not.
        let message = match number % 4 {
            0 => message.on_lane("single"),
            _ => message.on_lane("many").batched(),
        };
        outbox.put(message).await.unwrap();
    }
    let signer = Signer::start(network.client().clone(), key(1));
    outbox
        .run(network, signer, std::future::pending())
        .await
        .unwrap();
}

fn spawn(home: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child"])
        .env(HOME, home)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_killed_at_any_moment_does_nothing_twice() {
    let node = Node::start(ChainConfig {
        blocks: Blocks::Every(Duration::from_millis(100)),
        ..ChainConfig::default()
    })
    .unwrap();
    let server = serve(Arc::new(node), Ports::free()).await.unwrap();
    let url = format!("http://{}", server.grpc);
    let chain = Config {
        poll: Duration::from_millis(50),
        ..Config::new("ballast-devnet-1", "ustake")
    };
    let failover = Failover::grpc("ballast-devnet-1", std::slice::from_ref(&url)).unwrap();
    let client = Client::new(chain, failover);
    let deployment = deploy(&client, &url).await;
    let home = tempfile::tempdir().unwrap();
    deployment
        .save(&home.path().join("deployment.json"))
        .unwrap();
    let network = Network::new(client, deployment);
    // Each life is a little longer than the one before, so that one gets far enough.
    let (mut left, mut cut_short) = (usize::MAX, 0);
    for life in 0..60_u64 {
        let mut child = spawn(home.path());
        tokio::time::sleep(Duration::from_millis(120 + 37 * life)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        let outbox = open(home.path()).await;
        left = outbox.undecided("").await.unwrap().len();
        let put = left + outbox.verdicts("").await.unwrap().len();
        drop(outbox);
        if put == usize::try_from(MESSAGES).unwrap() && left == 0 {
            break;
        }
        cut_short += usize::from(put > 0);
    }
    assert_eq!(left, 0);
    assert!(
        cut_short > 0,
        "no life was cut short in the midst of its work"
    );
    assert_eq!(moved(&network).await, MESSAGES);
    let outbox = Outbox::open(&home.path().join("outbox.sqlite"))
        .await
        .unwrap();
    for (key, verdict) in outbox.verdicts("").await.unwrap() {
        assert!(
            matches!(verdict, outbox::Verdict::Done(_)),
            "{key}: {verdict:?}"
        );
    }
}
