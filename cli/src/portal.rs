//! `ballast portal`: the page for holders and voters.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use portal_server::Site;
use serde::Serialize;
use service_kit::Shutdown;
use tokio::net::TcpListener;

use crate::chain::{self, Context, FAILED, failure, named, usage};
use crate::output::{Failure, Output};

/// Serves the portal on this machine: peg, backing, operators, votes with Keplr.
///
/// The page asks the deployment's nodes by itself; nothing passes through here. Whatever
/// else serves the same files will do.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Folder of the built page.
    #[arg(
        long,
        value_name = "DIR",
        default_value = "portal/dist",
        env = "BALLAST_PORTAL"
    )]
    page: PathBuf,
    /// Where to listen; port 0 for any that is free.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8900")]
    listen: SocketAddr,
}

/// Where it is.
#[derive(Debug, Serialize)]
struct Served {
    url: String,
    chain_id: String,
}

/// Does it.
pub(crate) fn run(arguments: &Arguments, context: &Context, output: &Output) -> ExitCode {
    let served = chain::run(serve(arguments, context, output));
    match served {
        Ok(code) => code,
        Err(failure) => output.finish::<()>("portal", Err(failure), |()| String::new()),
    }
}

async fn serve(
    arguments: &Arguments,
    context: &Context,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let chain_id = context.deployment()?.chain_id.clone();
    let site = Site::new(&arguments.page, &context.deployment_path());
    let site = site.map_err(|error| named(FAILED, &error))?;
    let listener = TcpListener::bind(arguments.listen).await;
    let listener = listener.map_err(|error| {
        usage(format!(
            "cannot listen at {}: {error}; name another with --listen",
            arguments.listen
        ))
    })?;
    let address = listener.local_addr();
    let address = address.map_err(|error| failure(FAILED, "BL-PRT-003", error))?;
    let shown = Served {
        url: format!("http://{address}"),
        chain_id,
    };
    let shutdown = Shutdown::on_signals().map_err(|error| failure(FAILED, "BL-CLI-004", error))?;
    let code = output.finish("portal", Ok(shown), |shown| {
        format!("{} shows {}; Ctrl-C ends it", shown.url, shown.chain_id)
    });
    let serving = axum::serve(listener, site.router());
    let serving = serving.with_graceful_shutdown(async move { shutdown.requested().await });
    serving
        .await
        .map_err(|error| failure(FAILED, "BL-PRT-003", error))?;
    Ok(code)
}
