//! What is served, on loopback: gRPC, CometBFT's RPC and REST.

mod control;
mod grpc;
mod json;
mod rest;
mod rpc;
mod socket;

use std::future::IntoFuture;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::node::{Blocks, Node};

/// The ports to listen on; 0 for any that is free.
#[derive(Clone, Copy, Debug)]
pub struct Ports {
    /// gRPC.
    pub grpc: u16,
    /// CometBFT's RPC.
    pub rpc: u16,
    /// REST, faucet and controls.
    pub rest: u16,
}

impl Default for Ports {
    /// Those of every Cosmos chain.
    fn default() -> Self {
        Self {
            grpc: 9_090,
            rpc: 26_657,
            rest: 1_317,
        }
    }
}

impl Ports {
    /// Any that are free.
    pub fn free() -> Self {
        Self {
            grpc: 0,
            rpc: 0,
            rest: 0,
        }
    }
}

/// A chain that is served until this is dropped.
pub struct Server {
    /// Where gRPC is.
    pub grpc: SocketAddr,
    /// Where CometBFT's RPC is.
    pub rpc: SocketAddr,
    /// Where REST is.
    pub rest: SocketAddr,
    tasks: Vec<JoinHandle<()>>,
}

impl Drop for Server {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// Serves `node`, and makes its blocks where they come at intervals.
///
/// # Errors
/// When a port is taken.
pub async fn serve(node: Arc<Node>, ports: Ports) -> Result<Server> {
    let (grpc_listener, grpc) = listen(ports.grpc, "gRPC", "--grpc-port").await?;
    let (rpc_listener, rpc) = listen(ports.rpc, "RPC", "--rpc-port").await?;
    let (rest_listener, rest) = listen(ports.rest, "REST", "--rest-port").await?;
    let mut tasks = vec![
        run(grpc_listener, grpc::router(Arc::clone(&node))),
        run(rpc_listener, rpc::router(Arc::clone(&node), rpc)),
        run(rest_listener, rest::router(Arc::clone(&node))),
    ];
    if let Blocks::Every(interval) = node.config().blocks {
        tasks.push(tokio::spawn(make_blocks(node, interval)));
    }
    Ok(Server {
        grpc,
        rpc,
        rest,
        tasks,
    })
}

async fn listen(port: u16, what: &str, flag: &str) -> Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    let listener = listener.with_context(|| {
        format!("listening for {what} on port {port}: is it taken? choose another with {flag}")
    })?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

fn run(listener: TcpListener, router: Router) -> JoinHandle<()> {
    let serving = axum::serve(listener, router).into_future();
    tokio::spawn(async move {
        // Never ends but with the task.
        let _ = serving.await;
    })
}

async fn make_blocks(node: Arc<Node>, interval: Duration) {
    let mut ticks = tokio::time::interval(interval);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    ticks.tick().await;
    loop {
        ticks.tick().await;
        let node = Arc::clone(&node);
        // A block that cannot be kept is tried again at the next tick.
        let _ = blocking(move || node.mine(1)).await;
    }
}

/// Runs what computes or waits for the disk apart from the threads that serve.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .context("the task was stopped")
}
