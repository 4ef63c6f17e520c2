//! `ballast localnet`: real wasmd on this machine, by the script in `localnet/`.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command as Process, ExitCode, Stdio};

use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};

use crate::chain::{FAILED, failure, usage};
use crate::output::{Failure, Output};

/// Runs real wasmd on this machine, from a checkout of Ballast. For development: the
/// keys are known to everybody.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start one node, or go on with it; returns when it makes blocks.
    One(Start),
    /// Start four validators.
    Four(Start),
    /// Stop the nodes; their chain stays.
    Stop(Place),
    /// Where the nodes listen, and which of them run.
    Status(Place),
}

/// Where a chain is kept.
#[derive(Debug, Args)]
pub(crate) struct Place {
    /// The folder with the chain (target/localnet of the checkout if left out).
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

/// How a chain is started.
#[derive(Debug, Args)]
pub(crate) struct Start {
    #[command(flatten)]
    place: Place,
    /// Forget the chain that is there and begin anew.
    #[arg(long)]
    reset: bool,
    /// Ports of each node, P2P:RPC:GRPC:REST, with commas between nodes.
    #[arg(long, value_name = "LIST")]
    ports: Option<String>,
    /// From a block to the next.
    #[arg(long, default_value = "500ms", value_name = "TIME")]
    blocks: String,
    /// One more denom that the accounts have; ustake pays fees.
    #[arg(long = "denom", value_name = "DENOM")]
    denoms: Vec<String>,
}

/// A chain on this machine.
#[derive(Debug, Deserialize, Serialize)]
struct Chain {
    chain_id: String,
    home: String,
    nodes: Vec<Node>,
}

/// Where a node listens, and its process; 0 if it does not run.
#[derive(Debug, Deserialize, Serialize)]
struct Node {
    rpc: String,
    grpc: String,
    rest: String,
    pid: u32,
}

/// Does it.
pub(crate) fn run(command: &Command, output: &Output) -> ExitCode {
    let result = env::current_dir()
        .map_err(|error| failure(FAILED, "BL-NET-001", error))
        .and_then(|here| execute(command, &here, output));
    output.finish("localnet", result, text)
}

fn execute(command: &Command, here: &Path, output: &Output) -> Result<Chain, Failure> {
    let script = checkout(here)?.join("localnet/localnet.sh");
    let place = place(command);
    let printed = call(&script, &arguments(command), output)?;
    // Stopping prints nothing: what is there then is asked for.
    let printed = match command {
        Command::Stop(_) => call(&script, &with_place("status", place), output)?,
        _ => printed,
    };
    serde_json::from_str(&printed).map_err(|error| {
        let text = format!("{} printed {printed:?}: {error}", script.display());
        failure(FAILED, "BL-NET-002", text)
    })
}

/// The checkout that the folder is in.
pub(crate) fn checkout(here: &Path) -> Result<PathBuf, Failure> {
    localnet::checkout(here).ok_or_else(|| {
        usage("wasmd is built from a checkout of Ballast: run this in one, or take devnet")
    })
}

fn place(command: &Command) -> &Place {
    match command {
        Command::One(start) | Command::Four(start) => &start.place,
        Command::Stop(place) | Command::Status(place) => place,
    }
}

fn with_place(verb: &str, place: &Place) -> Vec<String> {
    let mut arguments = vec![verb.to_owned(), "--json".to_owned()];
    if let Some(folder) = &place.folder {
        arguments.push("--home".to_owned());
        arguments.push(folder.display().to_string());
    }
    arguments
}

/// As the script takes them.
fn arguments(command: &Command) -> Vec<String> {
    let (verb, start) = match command {
        Command::One(start) => ("one", Some(start)),
        Command::Four(start) => ("four", Some(start)),
        Command::Stop(_) => ("stop", None),
        Command::Status(_) => ("status", None),
    };
    let mut arguments = with_place(verb, place(command));
    let Some(start) = start else {
        return arguments;
    };
    if start.reset {
        arguments.push("--reset".to_owned());
    }
    let mut option = |name: &str, value: &str| {
        arguments.push(name.to_owned());
        arguments.push(value.to_owned());
    };
    option("--blocks", &start.blocks);
    if let Some(ports) = &start.ports {
        option("--ports", ports);
    }
    for denom in &start.denoms {
        option("--denom", denom);
    }
    arguments
}

/// What the script prints. What it says on the way is passed on.
fn call(script: &Path, arguments: &[String], output: &Output) -> Result<String, Failure> {
    let failed = |error: std::io::Error| {
        failure(
            FAILED,
            "BL-NET-001",
            format!("{}: {error}", script.display()),
        )
    };
    let mut process = Process::new(script)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let mut reason = "it does not say why".to_owned();
    if let Some(stderr) = process.stderr.take() {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            match line.strip_prefix("error: ") {
                Some(error) => error.clone_into(&mut reason),
                None => output.say(&line),
            }
        }
    }
    let done = process.wait_with_output().map_err(failed)?;
    if done.status.success() {
        Ok(String::from_utf8_lossy(&done.stdout).trim().to_owned())
    } else {
        Err(failure(FAILED, "BL-NET-003", reason))
    }
}

fn text(chain: &Chain) -> String {
    let mut lines = vec![
        format!("chain   {}: wasmd, for development only", chain.chain_id),
        format!("folder  {}", chain.home),
    ];
    for (index, node) in chain.nodes.iter().enumerate() {
        let state = match node.pid {
            0 => "stopped".to_owned(),
            pid => format!("process {pid}"),
        };
        let Node {
            rpc, grpc, rest, ..
        } = node;
        lines.push(format!(
            "node {index}  RPC {rpc}  gRPC {grpc}  REST {rest}  {state}"
        ));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Place {
        Place {
            folder: Some("/a b".into()),
        }
    }

    #[test]
    fn the_script_gets_what_was_asked_for() {
        let start = Command::Four(Start {
            place: place(),
            reset: true,
            ports: Some("1:2:3:4".to_owned()),
            blocks: "2s".to_owned(),
            denoms: vec!["ubond".to_owned()],
        });
        let expected = "four|--json|--home|/a b|--reset|--blocks|2s|--ports|1:2:3:4|--denom|ubond";
        assert_eq!(arguments(&start).join("|"), expected);
        let stop = Command::Stop(place());
        assert_eq!(arguments(&stop).join("|"), "stop|--json|--home|/a b");
    }

    #[test]
    fn outside_of_a_checkout_it_says_where_to_go() {
        let error = checkout(Path::new("/")).unwrap_err();
        assert!(error.error.to_string().contains("checkout of Ballast"));
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert_eq!(checkout(package).unwrap(), package.parent().unwrap());
    }

    #[test]
    fn what_the_script_prints_is_read() {
        let line =
            r#"{"chain_id":"c","home":"/h","nodes":[{"rpc":"r","grpc":"g","rest":"e","pid":0}]}"#;
        let chain: Chain = serde_json::from_str(line).unwrap();
        assert!(text(&chain).ends_with("node 0  RPC r  gRPC g  REST e  stopped"));
    }
}
