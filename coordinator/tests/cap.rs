//! The daily cap of orders whose tasks the coordinator authorises.

mod common;

use std::time::{SystemTime, UNIX_EPOCH};

use common::{Network, seeded};
use compute_api::market::{Authoriser, CapUse};
use cosmwasm_std::Uint128;
use reqwest::StatusCode;
use serde_json::Value;

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap().as_secs()
}

/// Changes order 1 as the chain has it.
fn set(network: &Network, coins: u128, on_chain: Option<CapUse>) {
    let mut state = network.chain.0.lock().unwrap();
    state.orders[0].authoriser = Authoriser::Coordinator {
        daily_cap: Uint128::new(coins),
    };
    state.orders[0].cap = on_chain;
}

/// Submits; the status, the seconds to wait, the answer.
async fn submit(network: &Network, seed: u8) -> (StatusCode, Option<u64>, Value) {
    let request = network.http.post(network.url("/v1/jobs"));
    let request = request.bearer_auth(&network.key).json(&seeded(seed));
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    let wait = headers.get("retry-after");
    let wait = wait.map(|wait| wait.to_str().unwrap().parse().unwrap());
    (status, wait, answer.json().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_beyond_the_cap_are_refused_until_it_frees_also_after_a_restart() {
    let network = Network::start(&["alice"], |_| ()).await;
    let (status, _, job) = submit(&network, 1).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{job}");
    // A coin buys a million ops at par, so a task costs its ops in micro-coins.
    let cost: u128 = job["ops"].as_str().unwrap().parse().unwrap();
    let cap = 2 * cost + cost / 2;
    set(&network, cap, None);
    assert_eq!(submit(&network, 2).await.0, StatusCode::ACCEPTED);
    let network = network.again().await;
    let (status, wait, refused) = submit(&network, 3).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS, "{refused}");
    let error = &refused["error"];
    assert_eq!(error["code"], "daily_cap_reached");
    assert_eq!(error["type"], "rate_limit_error");
    let message = error["message"].as_str().unwrap();
    for named in [cap, 2 * cost, cost] {
        assert!(message.contains(&named.to_string()), "{named}: {message}");
    }
    // The script's day, less what the test has taken so far.
    assert!((80_000..=86_400).contains(&wait.unwrap()), "{wait:?}");
    let (_, usage) = network.get("/v1/usage").await;
    let shown = &usage["daily_cap"];
    assert_eq!(shown["cap"], cap.to_string());
    assert_eq!(shown["used"], (2 * cost).to_string());
    let resets = shown["resets"].as_u64().unwrap();
    assert!(message.contains(&resets.to_string()), "{message}");
    // A higher cap, and it goes on.
    set(&network, 3 * cost, None);
    assert_eq!(submit(&network, 3).await.0, StatusCode::ACCEPTED);
    let (status, wait, refused) = submit(&network, 4).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS, "{wait:?} {refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_chain_has_counted_leaves_no_room_here_either() {
    let network = Network::start(&["alice"], |_| ()).await;
    let full = CapUse {
        reserved: Uint128::new(1_000_000_000),
        resets_at: now() + 50,
    };
    set(&network, 1_000_000_000, Some(full));
    let (status, wait, refused) = submit(&network, 1).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS, "{refused}");
    assert!(wait.unwrap() <= 50, "{wait:?}");
    // A period that is over counts no more.
    let over = CapUse {
        resets_at: now() - 1,
        ..full
    };
    set(&network, 1_000_000_000, Some(over));
    assert_eq!(submit(&network, 1).await.0, StatusCode::ACCEPTED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_above_every_cap_is_told_so() {
    let network = Network::start(&["alice"], |_| ()).await;
    set(&network, 5, None);
    let (status, wait, refused) = submit(&network, 1).await;
    assert_eq!(status, StatusCode::PAYMENT_REQUIRED, "{refused}");
    assert_eq!(refused["error"]["code"], "daily_cap_too_low");
    assert_eq!(wait, None, "waiting does not help");
    // It was not counted.
    set(&network, 1_000_000_000, None);
    let (_, usage) = network.get("/v1/usage").await;
    assert_eq!(usage["daily_cap"]["used"], "0");
    assert_eq!(usage["jobs"]["accepted"], 0);
}
