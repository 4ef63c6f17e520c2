//! Taking connections: bounded in number, with time-outs before the first byte, in TLS's
//! handshake and in a request's head.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use service_kit::Shutdown;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;

/// How long connections may take to end once all is over.
const END_WITHIN: Duration = Duration::from_secs(5);

/// What is spoken on a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speaks {
    /// HTTP/1.1, to apps.
    Http1,
    /// HTTP/2, to workers.
    Http2,
}

/// A listener's settings.
pub(crate) struct Listen {
    pub(crate) speaks: Speaks,
    pub(crate) tls: Option<TlsAcceptor>,
    pub(crate) max_connections: u32,
    /// For the first byte, the handshake and a request's head.
    pub(crate) patience: Duration,
}

/// Serves until `shutdown`.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    listen: Listen,
    shutdown: Shutdown,
) {
    let listen = Arc::new(listen);
    let most = usize::try_from(listen.max_connections).unwrap_or(usize::MAX);
    let room = Arc::new(Semaphore::new(most.min(Semaphore::MAX_PERMITS)));
    let graceful = GracefulShutdown::new();
    loop {
        // A connection beyond the bound waits in the kernel's queue.
        let permit = tokio::select! {
            () = shutdown.requested() => break,
            permit = room.clone().acquire_owned() => permit,
        };
        let Ok(permit) = permit else {
            break;
        };
        let accepted = tokio::select! {
            () = shutdown.requested() => break,
            accepted = listener.accept() => accepted,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Too many open files, most likely: it passes.
                tracing::warn!(%error, "no connection taken");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let (listen, router, watcher) = (listen.clone(), router.clone(), graceful.watcher());
        tokio::spawn(async move {
            if let Err(error) = connection(stream, router, &listen, watcher).await {
                tracing::debug!(error, "connection ended");
            }
            drop(permit);
        });
    }
    drop(listener);
    // Those that do not end by then are cut off with the process.
    let _ = tokio::time::timeout(END_WITHIN, graceful.shutdown()).await;
}

async fn connection(
    stream: TcpStream,
    router: Router,
    listen: &Listen,
    watcher: Watcher,
) -> Result<(), String> {
    // Small messages both ways.
    let _ = stream.set_nodelay(true);
    let first = tokio::time::timeout(listen.patience, stream.readable()).await;
    first
        .map_err(|_| "it said nothing".to_owned())?
        .map_err(|error: io::Error| error.to_string())?;
    match &listen.tls {
        None => speak(stream, router, listen, watcher).await,
        Some(tls) => {
            let stream = tokio::time::timeout(listen.patience, tls.accept(stream)).await;
            let stream = stream
                .map_err(|_| "its handshake took too long".to_owned())?
                .map_err(|error| error.to_string())?;
            speak(stream, router, listen, watcher).await
        }
    }
}

async fn speak<S>(
    stream: S,
    router: Router,
    listen: &Listen,
    watcher: Watcher,
) -> Result<(), String>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(listen.patience);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Some(Duration::from_secs(20)))
        .keep_alive_timeout(Duration::from_secs(20))
        .max_concurrent_streams(Some(256));
    let builder = match listen.speaks {
        Speaks::Http1 => builder.http1_only(),
        Speaks::Http2 => builder.http2_only(),
    };
    let service = TowerToHyperService::new(router);
    let connection = builder
        .serve_connection(TokioIo::new(stream), service)
        .into_owned();
    watcher
        .watch(connection)
        .await
        .map_err(|error| error.to_string())
}
