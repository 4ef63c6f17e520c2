//! `ballast status`.

use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use compute_api::oracle::{self, BeaconNetwork, PegResponse, Trust};
use deployment::{Contract, Network};
use serde::Serialize;

use crate::chain::{self, Context};
use crate::output::Failure;
use crate::text::{self, Facts};

/// How the node, the contracts and the peg are.
#[derive(Debug, Serialize)]
struct Status {
    chain_id: String,
    nodes: Vec<String>,
    height: u64,
    /// Seconds since 1970.
    block_time: u64,
    /// Nothing where nothing is deployed.
    network: Option<NetworkStatus>,
}

#[derive(Debug, Serialize)]
struct NetworkStatus {
    contracts: Vec<ContractStatus>,
    peg: PegResponse,
    beacon: BeaconNetwork,
}

#[derive(Debug, Serialize)]
struct ContractStatus {
    name: Contract,
    address: String,
    code_id: u64,
}

pub(crate) fn run(context: &Context) -> ExitCode {
    let status = chain::run(ask(context));
    context.output().finish("status", status, text)
}

async fn ask(context: &Context) -> Result<Status, Failure> {
    let client = context.client()?;
    let block = client.latest_block().await?;
    let (nodes, network) = match context.deployment_if_any()? {
        None => (context.nodes(), None),
        Some(deployment) => {
            let nodes = deployment.endpoints.grpc.clone();
            let network = Network::new(client.clone(), deployment);
            (nodes, Some(of_network(&network).await?))
        }
    };
    Ok(Status {
        chain_id: client.config().chain_id.clone(),
        nodes,
        height: block.height,
        block_time: block.time,
        network,
    })
}

async fn of_network(network: &Network) -> Result<NetworkStatus, Failure> {
    let one = |name: Contract| ContractStatus {
        name,
        address: network.address(name).to_owned(),
        code_id: *name.of(&network.deployment().codes),
    };
    Ok(NetworkStatus {
        contracts: Contract::ALL.map(one).into(),
        peg: network.oracle(&oracle::QueryMsg::Peg {}).await?,
        beacon: network.oracle(&oracle::QueryMsg::BeaconNetwork {}).await?,
    })
}

fn text(status: &Status) -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let now = now.as_ref().map_or(0, Duration::as_secs);
    let mut facts = Facts::default();
    facts
        .add("chain", &status.chain_id)
        .add("node", status.nodes.join(", "))
        .add("height", text::whole(status.height))
        .add("block time", text::time(status.block_time, now));
    let Some(network) = &status.network else {
        facts.add("network", "nothing is deployed: `ballast deploy` does");
        return facts.text();
    };
    for contract in &network.contracts {
        let at = format!("{} (code {})", contract.address, contract.code_id);
        facts.add(&contract.name.to_string(), at);
    }
    facts.add("peg", peg(&network.peg));
    let beacon = match network.beacon.trust {
        Trust::Public => "public, of many",
        Trust::Operator => "TRUSTED: one operator holds its key and could fake every proof",
    };
    facts.add("beacon", beacon);
    facts.text()
}

/// One line: what a coin is, and how far that can be trusted.
fn peg(peg: &PegResponse) -> String {
    let status = serde_json::to_value(peg.status).unwrap_or_default();
    let status = status.as_str().unwrap_or_default().to_owned();
    let reason = match peg.reason.as_str() {
        "" => String::new(),
        reason => format!(" ({reason})"),
    };
    let per_coin = text::ops(peg.opc.u128());
    format!("1 coin = {per_coin}, tier {}; {status}{reason}", peg.tier)
}
