//! Metrics and health over HTTP.

use std::future::Future;
use std::io;
use std::sync::Arc;

use axum::Router;
use axum::http::header;
use axum::routing::get;
use service_kit::metrics::{CONTENT_TYPE, Registry, render};
use tokio::net::TcpListener;

/// Serves `/metrics` and `/healthz` until `shutdown` is over.
///
/// # Errors
/// When the listener fails.
pub async fn serve_metrics(
    listener: TcpListener,
    registry: Arc<Registry>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let metrics = get(move || {
        let text = render(&registry);
        async move { ([(header::CONTENT_TYPE, CONTENT_TYPE)], text) }
    });
    let router = Router::new()
        .route("/metrics", metrics)
        .route("/healthz", get(|| async { "ok" }));
    axum::serve(listener, router)
        .with_graceful_shutdown(shutdown)
        .await
}
