//! A page as a browser gets it.

use std::fs;
use std::path::Path;

use portal_server::{Missing, Site};
use reqwest::Response;
use tempfile::TempDir;
use tokio::net::TcpListener;

/// A folder with a page, a deployment, and something that is not to be seen.
fn site() -> (TempDir, Site) {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("dist/assets")).unwrap();
    fs::write(at("dist/index.html"), "<!doctype html><title>x</title>").unwrap();
    fs::write(at("dist/assets/main-1.js"), "const x = 1;\n".repeat(1_000)).unwrap();
    fs::write(at("deployment.json"), r#"{"version":1}"#).unwrap();
    fs::write(at("deployment-keplr.json"), r#"{"chainId":"x"}"#).unwrap();
    fs::write(at("secret.txt"), "seed words").unwrap();
    let site = Site::new(&at("dist"), &at("deployment.json")).unwrap();
    (folder, site)
}

async fn serve(site: &Site) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = site.router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

fn header<'r>(response: &'r Response, name: &str) -> &'r str {
    let value = response.headers().get(name);
    value.map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn the_page_and_the_network_beside_it_are_served() {
    let (folder, site) = site();
    let url = serve(&site).await;
    let page = reqwest::get(&url).await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(header(&page, "content-type").starts_with("text/html"));
    assert_eq!(header(&page, "cache-control"), "no-cache");
    assert_eq!(header(&page, "x-content-type-options"), "nosniff");
    assert_eq!(
        header(&page, "content-security-policy"),
        "frame-ancestors 'none'"
    );
    assert!(page.text().await.unwrap().contains("<title>x</title>"));

    let found = reqwest::get(format!("{url}/deployment.json"))
        .await
        .unwrap();
    assert_eq!(header(&found, "content-type"), "application/json");
    assert_eq!(found.text().await.unwrap(), r#"{"version":1}"#);
    let entry = reqwest::get(format!("{url}/deployment-keplr.json"));
    assert_eq!(
        entry.await.unwrap().text().await.unwrap(),
        r#"{"chainId":"x"}"#
    );

    // A network that is deployed anew is seen at once; one that is gone is missing.
    fs::write(folder.path().join("deployment.json"), r#"{"version":2}"#).unwrap();
    let found = reqwest::get(format!("{url}/deployment.json"))
        .await
        .unwrap();
    assert_eq!(found.text().await.unwrap(), r#"{"version":2}"#);
    fs::remove_file(folder.path().join("deployment.json")).unwrap();
    let gone = reqwest::get(format!("{url}/deployment.json"))
        .await
        .unwrap();
    assert_eq!(gone.status(), 404);
}

#[tokio::test]
async fn assets_are_compressed_and_kept() {
    let (_folder, site) = site();
    let url = serve(&site).await;
    let asset = format!("{url}/assets/main-1.js");
    let client = reqwest::Client::new();
    let request = client.get(&asset).header("accept-encoding", "gzip");
    let response = request.send().await.unwrap();
    assert_eq!(header(&response, "content-encoding"), "gzip");
    assert!(header(&response, "cache-control").contains("immutable"));
    assert!(response.bytes().await.unwrap().len() < 1_000);
    let missing = client.get(format!("{url}/assets/main-2.js"));
    let missing = missing.send().await.unwrap();
    assert_eq!(missing.status(), 404);
    assert_eq!(header(&missing, "cache-control"), "no-cache");
}

#[tokio::test]
async fn nothing_else_is_served() {
    let (_folder, site) = site();
    let url = serve(&site).await;
    for path in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/secret.txt",
    ] {
        let mut stream = tokio::net::TcpStream::connect(url.trim_start_matches("http://"))
            .await
            .unwrap();
        // Past the client's own tidying of paths.
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        tokio::io::AsyncWriteExt::write_all(&mut stream, request.as_bytes())
            .await
            .unwrap();
        let mut answer = String::new();
        tokio::io::AsyncReadExt::read_to_string(&mut stream, &mut answer)
            .await
            .unwrap();
        assert!(!answer.contains("seed words"), "{path}: {answer}");
        assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
    }
}

#[test]
fn what_is_missing_is_named() {
    let (folder, _) = site();
    let at = |name: &str| folder.path().join(name);
    let no_page = Site::new(Path::new("/nowhere"), &at("deployment.json"));
    assert!(matches!(no_page, Err(Missing::Page(path)) if path == Path::new("/nowhere")));
    let no_network = Site::new(&at("dist"), &at("none.json")).unwrap_err();
    let text = no_network.to_string();
    assert!(
        text.contains("none.json") && text.contains("ballast deploy"),
        "{text}"
    );
}
