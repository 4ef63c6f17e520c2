//! `ballast-devnet`: an embedded chain on loopback ports.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::Parser;
use devnet::genesis;
use devnet::node::{Blocks, Clock, Config, Node};
use devnet::server::{Ports, Server, serve};

/// A CosmWasm chain for development, tests and demos. One node, no consensus, keys
/// that everybody knows: never put anything of worth on it.
#[derive(Parser)]
#[command(version)]
struct Args {
    /// The chain's ID
    #[arg(long, default_value = "ballast-devnet-1")]
    chain_id: String,
    /// A denom that the funded accounts have; the first pays fees
    #[arg(long = "denom", default_value = "ustake")]
    denoms: Vec<String>,
    /// Least gas price, in units of the fee denom (as in 0.025)
    #[arg(long, default_value = "0")]
    min_gas_price: String,
    /// Most gas of a block, and of a transaction
    #[arg(long, default_value_t = Config::default().max_gas)]
    max_gas: u64,
    /// "instant" for one block a transaction, or an interval as in "500ms" or "2s"
    #[arg(long, default_value = "instant")]
    blocks: String,
    /// Block times that depend on nothing but the number of blocks: unix seconds of the
    /// first block; each is a second (or the interval) later
    #[arg(long, value_name = "SECONDS")]
    fixed_time: Option<u64>,
    /// Keep the chain in this file and go on with it
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Forget what is in the file and begin anew
    #[arg(long, requires = "state")]
    reset: bool,
    /// Port of gRPC; 0 for any
    #[arg(long, default_value_t = Ports::default().grpc)]
    grpc_port: u16,
    /// Port of CometBFT's RPC; 0 for any
    #[arg(long, default_value_t = Ports::default().rpc)]
    rpc_port: u16,
    /// Port of REST, faucet and controls; 0 for any
    #[arg(long, default_value_t = Ports::default().rest)]
    rest_port: u16,
    /// Print one line of JSON with the addresses and nothing else
    #[arg(long)]
    json: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<()> {
    let blocks = interval(&args.blocks)?;
    let step = match blocks {
        Blocks::Instant => 1_000_000_000,
        Blocks::Every(interval) => u64::try_from(interval.as_nanos())?,
    };
    let clock = match args.fixed_time {
        None => Clock::System,
        Some(seconds) => Clock::Steps {
            start: seconds.saturating_mul(1_000_000_000),
            step,
        },
    };
    let config = Config {
        chain_id: args.chain_id,
        denoms: args.denoms,
        min_gas_price_micro: micro(&args.min_gas_price)?,
        max_gas: args.max_gas,
        blocks,
        clock,
        state: args.state,
    };
    let node = Arc::new(Node::start(config)?);
    if args.reset {
        node.reset()?;
    }
    let ports = Ports {
        grpc: args.grpc_port,
        rpc: args.rpc_port,
        rest: args.rest_port,
    };
    let server = serve(Arc::clone(&node), ports).await?;
    if args.json {
        say(&addresses(&node, &server).to_string());
    } else {
        greet(&node, &server)?;
    }
    tokio::signal::ctrl_c().await?;
    Ok(())
}

fn addresses(node: &Node, server: &Server) -> serde_json::Value {
    serde_json::json!({
        "chain_id": node.config().chain_id,
        "grpc": format!("http://{}", server.grpc),
        "rpc": format!("http://{}", server.rpc),
        "rest": format!("http://{}", server.rest),
        "height": node.latest().block.height.to_string(),
    })
}

fn greet(node: &Node, server: &Server) -> Result<()> {
    say("ballast-devnet: FOR DEVELOPMENT ONLY. One node, no consensus, known keys.\n");
    say(&format!("chain     {}", node.config().chain_id));
    say(&format!("gRPC      http://{}", server.grpc));
    say(&format!("RPC       http://{}", server.rpc));
    say(&format!("REST      http://{}", server.rest));
    say(&format!(
        "faucet    POST http://{}/faucet {{\"address\":\"wasm1…\"}}",
        server.rest
    ));
    match &node.config().state {
        Some(path) => say(&format!("state     {}", path.display())),
        None => say("state     in memory (--state FILE keeps it)"),
    }
    say(&format!("height    {}\n", node.latest().block.height));
    let denoms = node.config().denoms.join(", ");
    say(&format!(
        "Accounts with {} of each of {denoms}, from the mnemonic",
        genesis::FUNDS
    ));
    say(&format!("  {}", genesis::MNEMONIC));
    for account in genesis::accounts()? {
        say(&format!("  {}  {}", account.index, account.address));
    }
    Ok(())
}

/// The interval that the text names.
fn interval(text: &str) -> Result<Blocks> {
    if text == "instant" {
        return Ok(Blocks::Instant);
    }
    let (number, unit) = match (text.strip_suffix("ms"), text.strip_suffix('s')) {
        (Some(number), _) => (number, 1),
        (None, Some(number)) => (number, 1_000),
        (None, None) => ("", 0),
    };
    match number.parse::<u64>() {
        Ok(number) if number > 0 => Ok(Blocks::Every(Duration::from_millis(
            number.saturating_mul(unit),
        ))),
        _ => bail!(
            "--blocks is {text:?}; it takes \"instant\" or an interval as in \"500ms\" or \"2s\""
        ),
    }
}

/// A decimal number in millionths.
fn micro(text: &str) -> Result<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let padded = format!("{whole}{fraction:0<6}");
    match padded.parse() {
        Ok(micro) if fraction.len() <= 6 => Ok(micro),
        _ => bail!(
            "--min-gas-price is {text:?}; it takes a number with up to six decimals, as in 0.025"
        ),
    }
}

#[allow(clippy::print_stdout)]
fn say(text: &str) {
    println!("{text}");
}

#[allow(clippy::print_stderr)]
fn complain(text: &str) {
    eprintln!("{text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_and_prices_are_read_or_refused() {
        assert_eq!(interval("instant").unwrap(), Blocks::Instant);
        assert_eq!(
            interval("500ms").unwrap(),
            Blocks::Every(Duration::from_millis(500))
        );
        assert_eq!(
            interval("2s").unwrap(),
            Blocks::Every(Duration::from_secs(2))
        );
        for bad in ["", "0s", "5", "-1s", "ms", "1m"] {
            assert!(interval(bad).is_err(), "{bad}");
        }
        assert_eq!(
            [
                micro("0").unwrap(),
                micro("0.025").unwrap(),
                micro("1").unwrap()
            ],
            [0, 25_000, 1_000_000]
        );
        for bad in ["x", "0.0000001", "-1", "1.2.3"] {
            assert!(micro(bad).is_err(), "{bad}");
        }
    }
}
