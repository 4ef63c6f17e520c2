//! Where randomness comes from.

use compute_api::oracle::{BeaconNetwork, Trust};
use compute_proofs::beacon::{Network, QUICKNET};
use serde::Deserialize;

use super::{Arguments, no_beacon};
use crate::chain::{NOT_REACHABLE, failure, usage};
use crate::output::Failure;

/// The scheme that the oracle verifies.
const SCHEME: &str = "bls-unchained-g1-rfc9380";

/// Where quicknet's rounds are: drand's own relays, by the network's hash.
const QUICKNET_URLS: [&str; 2] = [
    "https://api.drand.sh/52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
    "https://drand.cloudflare.com/52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
];

/// Where `ballast beacon` listens.
const DEVNET_URL: &str = "http://127.0.0.1:8889";

/// What drand's `/info` answers, as far as it matters.
#[derive(Debug, Deserialize)]
struct Info {
    public_key: String,
    period: u64,
    genesis_time: u64,
    #[serde(rename = "schemeID", default)]
    scheme: Option<String>,
}

/// The beacon, and where its rounds are fetched.
pub(super) async fn of(
    arguments: &Arguments,
    is_devnet: bool,
) -> Result<(BeaconNetwork, Vec<String>), Failure> {
    let urls = |default: Vec<String>| match arguments.beacon_urls.as_slice() {
        [] => default,
        named => named.to_vec(),
    };
    let named = arguments.beacon.as_deref();
    match named.or(is_devnet.then_some(DEVNET_URL)) {
        None | Some("quicknet") => Ok((
            network(&QUICKNET, Trust::Public),
            urls(QUICKNET_URLS.map(str::to_owned).into()),
        )),
        Some(url) if url.starts_with("http://") || url.starts_with("https://") => {
            let url = url.trim_end_matches('/');
            let info = fetch(&format!("{url}/info")).await?;
            Ok((read(&info, url)?, urls(vec![url.to_owned()])))
        }
        Some(file) => {
            let text = std::fs::read_to_string(file);
            let text = text.map_err(|error| {
                no_beacon(format!(
                    "{file}: {error}; --beacon takes quicknet, a URL or a file"
                ))
            })?;
            let urls = urls(Vec::new());
            if urls.is_empty() {
                return Err(usage("say where rounds are fetched with --beacon-url"));
            }
            Ok((read(&text, file)?, urls))
        }
    }
}

async fn fetch(url: &str) -> Result<String, Failure> {
    let lost = |error: reqwest::Error| {
        let text = format!(
            "{url} does not answer: {error}; start `ballast beacon`, or take --beacon quicknet"
        );
        failure(NOT_REACHABLE, "BL-DEP-012", text)
    };
    let answer = reqwest::get(url).await.map_err(lost)?;
    let answer = answer.error_for_status().map_err(lost)?;
    answer.text().await.map_err(lost)
}

/// Quicknet is public; whoever else signs is trusted alone.
fn read(text: &str, from: &str) -> Result<BeaconNetwork, Failure> {
    let wrong = |reason: String| no_beacon(format!("{from}: no beacon that can be used: {reason}"));
    let info: Info = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
    if let Some(scheme) = info.scheme.filter(|scheme| scheme != SCHEME) {
        return Err(wrong(format!("its scheme is {scheme}, not {SCHEME}")));
    }
    let key = hex::decode(&info.public_key).ok();
    let key = key.and_then(|key| <[u8; 96]>::try_from(key).ok());
    let public_key = key.ok_or_else(|| wrong("its key is no point of G2".to_owned()))?;
    let found = Network {
        public_key,
        genesis: info.genesis_time,
        period: info.period,
    };
    found.validate().map_err(|error| wrong(error.to_string()))?;
    let trust = if found == QUICKNET {
        Trust::Public
    } else {
        Trust::Operator
    };
    Ok(network(&found, trust))
}

fn network(network: &Network, trust: Trust) -> BeaconNetwork {
    BeaconNetwork {
        public_key: network.public_key.into(),
        genesis: network.genesis,
        period: network.period,
        trust,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_info_says_is_read_or_refused() {
        let key = hex::encode(QUICKNET.public_key);
        let info = |key: &str, scheme: &str| {
            format!(
                r#"{{"public_key":"{key}","period":3,"genesis_time":1692803367,"schemeID":"{scheme}"}}"#
            )
        };
        let quicknet = read(&info(&key, SCHEME), "it").unwrap();
        assert_eq!(quicknet.trust, Trust::Public);
        let later = info(&key, SCHEME).replace("1692803367", "1692803370");
        assert_eq!(read(&later, "it").unwrap().trust, Trust::Operator);
        for (bad, reason) in [
            (info(&key, "pedersen-bls-chained"), "its scheme"),
            (info("00", SCHEME), "no point of G2"),
            ("{}".to_owned(), "missing field"),
        ] {
            let error = read(&bad, "it").unwrap_err().error.to_string();
            assert!(error.contains(reason), "{error}");
        }
    }
}
