//! Sessions with coordinators: dialled by the worker, again and again.

mod dial;
mod links;
pub(crate) mod offer;
mod private;
mod stream;
mod task;
mod transfer;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tls_client::{Trust, explain};
use worker_api::NetworkInfo;

pub(crate) use links::Links;

use crate::{ServiceError, service::Shared};

/// Where whom to trust is named.
const TRUST: &str = "--trust FILE";

/// From one look for coordinators to the next.
const DISCOVER: Duration = Duration::from_secs(60);

/// From one try to reach a coordinator to the next: doubles from the first to the last.
const RETRY: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(30));

/// Keeps a session with every coordinator, or the one that is named, until the worker
/// ends.
pub(crate) async fn run(shared: Arc<Shared>) {
    let mut sessions: HashMap<String, tokio::task::JoinHandle<()>> = HashMap::new();
    loop {
        match discover(&shared).await {
            Ok(urls) => {
                if urls.is_empty() {
                    shared
                        .status
                        .idle("chain", "no active coordinator names a URL on chain");
                }
                for url in urls {
                    if sessions
                        .get(&url)
                        .is_none_or(tokio::task::JoinHandle::is_finished)
                    {
                        let session = keep(Arc::clone(&shared), url.clone());
                        sessions.insert(url, tokio::spawn(session));
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "no coordinators can be looked for"),
        }
        let again = if sessions.is_empty() {
            RETRY.0 * 8
        } else {
            DISCOVER
        };
        if !shared.wait(again).await {
            break;
        }
    }
    for session in sessions.into_values() {
        // Each ends by the same signal, when all is handed in.
        let _ = session.await;
    }
}

/// URLs of coordinators.
async fn discover(shared: &Shared) -> Result<Vec<String>, ServiceError> {
    if let Some(url) = &shared.config.coordinator {
        return Ok(vec![url.clone()]);
    }
    let coordinators = shared.view.coordinators().await?;
    Ok(coordinators
        .into_iter()
        .map(|found| found.metadata.url)
        .collect())
}

/// Keeps one session: dials again with a growing pause, cut at random so that a
/// coordinator that comes back is not overrun.
async fn keep(shared: Arc<Shared>, url: String) {
    let mut pause = RETRY.0;
    loop {
        let mut opened = false;
        match once(&shared, &url, &mut opened).await {
            Ok(()) => tracing::info!(%url, "session ended"),
            Err(error) => {
                shared.status.idle(&url, &error.to_string());
                tracing::warn!(%url, %error, "session");
            }
        }
        if opened {
            pause = RETRY.0;
        }
        if !shared.wait(jittered(pause)).await {
            return;
        }
        pause = pause.saturating_mul(2).min(RETRY.1);
    }
}

/// One session, from the first word to its end.
async fn once(shared: &Arc<Shared>, url: &str, opened: &mut bool) -> Result<(), ServiceError> {
    let info = info(shared, url).await?;
    let session = dial::dial(shared, &info).await?;
    *opened = true;
    shared.status.opened(url, &info.coordinator);
    shared.links.opened(&session);
    let (coordinator, name) = (session.coordinator.clone(), session.id.clone());
    let ended = stream::serve(shared, session, url).await;
    shared.links.closed(&coordinator, &name);
    shared.status.closed(url);
    ended
}

/// Whom coordinators are trusted by.
fn trust(shared: &Shared) -> Trust {
    shared
        .config
        .trust
        .clone()
        .map_or(Trust::System, Trust::Pem)
}

/// What a coordinator says of itself.
async fn info(shared: &Shared, url: &str) -> Result<NetworkInfo, ServiceError> {
    let fail = |reason: String| ServiceError::Coordinator {
        coordinator: url.to_owned(),
        reason,
    };
    let address = format!("{}/v1/network", url.trim_end_matches('/'));
    tls_client::private(url).map_err(|error| fail(error.to_string()))?;
    let client = trust(shared)
        .http()
        .map_err(|error| fail(error.to_string()))?
        .timeout(Duration::from_secs(10))
        .build()
        .map_err(|error| fail(error.to_string()))?;
    let answer = client.get(&address).send().await;
    let answer = answer.and_then(reqwest::Response::error_for_status);
    let answer =
        answer.map_err(|error| fail(format!("is it running? {}", explain(&error, TRUST))))?;
    answer
        .json()
        .await
        .map_err(|error| fail(format!("{address} answers no network: {error}")))
}

/// Between half of a time and all of it.
fn jittered(time: Duration) -> Duration {
    let mut byte = [0];
    // Without randomness there is no jitter, which is no reason to stop.
    let _ = getrandom::fill(&mut byte);
    let [byte] = byte;
    (time / 2).saturating_add((time / 512).saturating_mul(byte.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_are_cut_by_half_at_most() {
        let time = Duration::from_secs(8);
        for _ in 0..100 {
            let pause = jittered(time);
            assert!(pause >= time / 2 && pause <= time, "{pause:?}");
        }
    }
}
