//! Metrics and health over HTTP.

use std::future::Future;
use std::io;
use std::sync::Arc;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::routing::get;
use tokio::net::TcpListener;

use crate::metrics::{CONTENT_TYPE, Registry, render};

/// `/metrics` with what `text` says, and `/healthz`: "ok", or 503 with what `trouble` says.
pub fn router(
    text: impl Fn() -> String + Clone + Send + Sync + 'static,
    trouble: impl Fn() -> Option<String> + Clone + Send + Sync + 'static,
) -> Router {
    let metrics = get(move || {
        let text = text();
        async move { ([(header::CONTENT_TYPE, CONTENT_TYPE)], text) }
    });
    let health = get(move || {
        let trouble = trouble();
        async move {
            match trouble {
                None => (StatusCode::OK, "ok".to_owned()),
                Some(trouble) => (StatusCode::SERVICE_UNAVAILABLE, trouble),
            }
        }
    });
    Router::new()
        .route("/metrics", metrics)
        .route("/healthz", health)
}

/// Serves a registry's metrics and `/healthz` until `shutdown` is over.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    registry: Arc<Registry>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let router = router(move || render(&registry), || None);
    axum::serve(listener, router)
        .with_graceful_shutdown(shutdown)
        .await
}
