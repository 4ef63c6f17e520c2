//! A beacon served over HTTP, and rounds fetched from good and bad ones.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use relayer::beacon::{Info, Round, Secret, Server, Source, SourceError};
use tokio::task::JoinHandle;

/// Rounds that are out when a test begins.
const OUT: u64 = 100;

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap().as_secs()
}

struct Served {
    url: String,
    server: Server,
    task: JoinHandle<()>,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A beacon with a round each hour, so that none comes while a test runs.
async fn serve(key: u8) -> Served {
    let mut bytes = [0; 32];
    bytes[0] = key;
    let secret = Secret::from_bytes(&bytes).unwrap();
    let hour = 3_600;
    // In the middle between two rounds.
    let genesis = now() - (OUT - 1) * hour - hour / 2;
    let server = Server::new(secret, genesis, hour).unwrap();
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let listener = Server::listen(any).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let running = server.clone();
    let task = tokio::spawn(async move {
        running
            .serve(listener, std::future::pending())
            .await
            .unwrap();
    });
    Served { url, server, task }
}

fn source(of: &Served, urls: &[&str]) -> Source {
    let urls: Vec<String> = urls.iter().map(|url| (*url).to_owned()).collect();
    Source::new(of.server.network(), &urls, Duration::from_secs(10)).unwrap()
}

#[tokio::test]
async fn it_speaks_as_drand_does() {
    let served = serve(1).await;
    let get = |path: String| async move { reqwest::get(path).await.unwrap() };
    let url = &served.url;
    let info: Info = get(format!("{url}/info")).await.json().await.unwrap();
    assert_eq!(&info, served.server.info());
    assert_eq!(info.network(), Some(served.server.network()));
    assert_eq!(info.scheme, "bls-unchained-g1-rfc9380");
    let hash = &info.hash;
    let chains: Vec<String> = get(format!("{url}/chains")).await.json().await.unwrap();
    assert_eq!(&chains, std::slice::from_ref(hash));
    let latest: Round = get(format!("{url}/{hash}/public/latest"))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(latest.round, OUT);
    let same: Round = get(format!("{url}/public/{OUT}"))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(same, latest);
    // No round before its time, no round 0, and no nonsense.
    for (round, status) in [
        ("101", 404),
        ("0", 404),
        ("18446744073709551615", 404),
        ("x", 400),
    ] {
        let answer = get(format!("{url}/public/{round}")).await;
        assert_eq!(answer.status().as_u16(), status, "{round}");
    }
    let other = format!("{url}/{}/info", "0".repeat(64));
    assert_eq!(get(other).await.status().as_u16(), 404);
}

#[tokio::test]
async fn a_source_believes_signatures_and_no_endpoint() {
    let (good, liar) = (serve(1).await, serve(2).await);
    let chain = format!("{}/{}/", good.url, good.server.info().hash);
    let nobody = "http://127.0.0.1:9";
    // The liar signs with another key; the last one answers under its chain hash.
    let all = source(&good, &[nobody, &liar.url, &chain]);
    let (round, randomness) = all.round(7).await.unwrap();
    assert_eq!(round.round, 7);
    let direct = source(&good, &[&good.url]).round(7).await.unwrap();
    assert_eq!(direct, (round, randomness));
    // What nobody has yet, with everybody's reason.
    let error = all.round(OUT + 1).await.unwrap_err();
    let SourceError::Missing { reasons, .. } = &error else {
        panic!("{error}");
    };
    assert!(reasons.contains("(yet)"), "{reasons}");
    let lied = source(&good, &[&liar.url]).round(7).await.unwrap_err();
    assert!(lied.to_string().contains("not the network's"), "{lied}");
    let none = Source::new(good.server.network(), &[], Duration::from_secs(1)).unwrap_err();
    assert_eq!(none, SourceError::NoUrl);
}
