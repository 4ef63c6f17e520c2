//! `ballast deploy`.

mod beacon;
mod parse;
mod show;

use std::path::PathBuf;
use std::process::ExitCode;

use chain_client::keys::DEVNET_PREFIX;
use chain_client::signer::Signer;
use clap::{Args, ValueEnum};
use cosmwasm_std::Coin;
use deployment::deploy::{DeployError, Plan, deploy};
use deployment::{Deployment, Endpoints, Profile, keplr};
use serde::Serialize;

use crate::chain::{self, Context, USAGE, failure, usage};
use crate::output::Failure;

/// Which set of parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ProfileName {
    /// For a network that lasts.
    Production,
    /// For tests and demos: times of seconds, work that a CPU does.
    Devnet,
}

/// Put the four contracts on a chain and write the deployment file. Can be run again
/// after it was interrupted: it goes on and does nothing twice.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The parameters [default: devnet on a chain whose ID begins with ballast-devnet,
    /// production elsewhere].
    #[arg(long, value_enum)]
    profile: Option<ProfileName>,
    /// Print every parameter beside production's, and deploy nothing.
    #[arg(long)]
    show: bool,
    /// Folder of the contracts' .wasm files, as `make wasm` leaves them.
    #[arg(long, value_name = "DIR", default_value = "artifacts")]
    artifacts: PathBuf,
    /// Where randomness comes from: "quicknet" (drand's public network), the URL of a
    /// beacon such as `ballast beacon` runs, or a file with what its /info answers
    /// [default: quicknet; on devnet http://127.0.0.1:8889].
    #[arg(long, value_name = "BEACON")]
    beacon: Option<String>,
    /// Where rounds are fetched, if not at the beacon's own URL; may be repeated.
    #[arg(long = "beacon-url", value_name = "URL")]
    beacon_urls: Vec<String>,
    /// Who owns the contracts: an address or a key's name; a multisig or a DAO in
    /// production [default: the deployer].
    #[arg(long, value_name = "ADDRESS")]
    owner: Option<String>,
    /// Who can veto a re-index and pause for a while [default: the owner].
    #[arg(long, value_name = "ADDRESS")]
    guardian: Option<String>,
    /// Who can migrate the contracts [default: the owner].
    #[arg(long, value_name = "ADDRESS", conflicts_with = "no_admin")]
    admin: Option<String>,
    /// Nobody can migrate the contracts, ever.
    #[arg(long)]
    no_admin: bool,
    /// Tells networks of one deployer on one chain apart.
    #[arg(long, default_value = "ballast")]
    salt: String,
    /// What fees are paid in.
    #[arg(long, value_name = "DENOM", default_value = "ustake")]
    fee_denom: String,
    /// Price of a gas in that, as in 0.025.
    #[arg(long, value_name = "PRICE", default_value = "0", value_parser = parse::micro)]
    gas_price: u64,
    /// What issuers put up for each whole coin, as in 1000000ustake. Production has no
    /// default for it; it may not be the coin itself.
    #[arg(long, value_name = "AMOUNT", value_parser = parse::coin)]
    bond_per_coin: Option<Coin>,
    /// Id of the tier that the peg starts at [default: the lowest].
    #[arg(long, value_name = "TIER")]
    mainstream: Option<String>,
    /// The chain's RPC, for wallets.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:26657")]
    rpc: String,
    /// The chain's REST, for wallets and the faucet.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:1317")]
    rest: String,
}

#[derive(Debug, Serialize)]
struct Deployed {
    #[serde(flatten)]
    deployment: Deployment,
    /// The deployment file.
    file: String,
    /// The entry for wallets.
    keplr: String,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> ExitCode {
    if arguments.show {
        let shown = profile(arguments, context).map(|profile| show::Shown::new(&profile));
        let output = context.output();
        return output.finish("deploy --show", shown, show::Shown::text);
    }
    let deployed = chain::run(put(arguments, context));
    context.output().finish("deploy", deployed, text)
}

async fn put(arguments: &Arguments, context: &Context) -> Result<Deployed, Failure> {
    let options = context.options();
    if options.generate_only || options.dry_run || options.no_wait {
        return Err(usage(
            "a deployment is several transactions, each waited for: it knows neither \
             --generate-only nor --dry-run nor --no-wait; --show prints its parameters",
        ));
    }
    let chain_id = chain_id(context);
    let context = &context.for_chain(&chain_id);
    let key = context.key()?;
    let deployer = key.address().to_owned();
    let owner = match &arguments.owner {
        Some(owner) => context.address(owner)?,
        None => deployer.clone(),
    };
    let guardian = match &arguments.guardian {
        Some(guardian) => context.address(guardian)?,
        None => owner.clone(),
    };
    let admin = match &arguments.admin {
        Some(admin) => Some(context.address(admin)?),
        None => (!arguments.no_admin).then(|| owner.clone()),
    };
    let (beacon, beacons) = beacon::of(arguments, is_devnet(&chain_id)).await?;
    let plan = Plan {
        profile: profile(arguments, context)?,
        owner,
        guardian,
        admin,
        beacon,
        beacons,
        endpoints: Endpoints {
            grpc: context.nodes(),
            rpc: arguments.rpc.clone(),
            rest: arguments.rest.clone(),
        },
        salt: arguments.salt.clone(),
        artifacts: arguments.artifacts.clone(),
        file: context.deployment_path(),
    };
    let client = context.client_of(
        &chain_id,
        &context.nodes(),
        &arguments.fee_denom,
        arguments.gas_price,
    )?;
    context.confirm(&format!(
        "deploy with the {} profile to {chain_id}, signed by {deployer}, owned by {}",
        plan.profile.name, plan.owner
    ))?;
    let signer = Signer::start(client.clone(), key);
    let output = context.output();
    let tell = |step: &deployment::deploy::Step| output.say(&step.to_string());
    let deployment = deploy(&client, &signer, &plan, tell).await?;
    Ok(Deployed {
        deployment,
        keplr: keplr::path(&plan.file).display().to_string(),
        file: plan.file.display().to_string(),
    })
}

/// The chain that was named, else devnet: there is no file yet that says which.
fn chain_id(context: &Context) -> String {
    let named = context.options().chain_id.clone();
    named.unwrap_or_else(|| chain::DEFAULT_CHAIN.to_owned())
}

fn is_devnet(chain_id: &str) -> bool {
    chain_id.starts_with(DEVNET_PREFIX)
}

fn profile(arguments: &Arguments, context: &Context) -> Result<Profile, Failure> {
    let name = match arguments.profile {
        Some(name) => name,
        None if is_devnet(&chain_id(context)) => ProfileName::Devnet,
        None => ProfileName::Production,
    };
    let mut profile = match (name, &arguments.bond_per_coin) {
        (ProfileName::Devnet, None) => Profile::devnet(&arguments.fee_denom),
        (ProfileName::Devnet, Some(bond)) => {
            let mut profile = Profile::devnet(&bond.denom);
            profile.oracle.reserve.bond_per_coin = bond.clone();
            profile
        }
        (ProfileName::Production, Some(bond)) => Profile::production(bond.clone()),
        (ProfileName::Production, None) => {
            return Err(usage(
                "say what issuers put up for each whole coin with --bond-per-coin, as in \
                 1000000ustake: that has a price in money, so there is no default",
            ));
        }
    };
    if let Some(mainstream) = &arguments.mainstream {
        if profile.tiers.iter().all(|tier| tier.id != *mainstream) {
            let ids: Vec<&str> = profile.tiers.iter().map(|tier| tier.id.as_str()).collect();
            return Err(usage(format!(
                "there is no tier {mainstream:?}; the {} profile has {}",
                profile.name,
                ids.join(", ")
            )));
        }
        profile.mainstream.clone_from(mainstream);
    }
    Ok(profile)
}

fn text(deployed: &Deployed) -> String {
    let contracts = &deployed.deployment.contracts;
    format!(
        "coin    {}\noracle  {}\nvotes   {}\nmarket  {}\n\nwritten {}\n        {}",
        contracts.coin,
        contracts.oracle,
        contracts.votes,
        contracts.market,
        deployed.file,
        deployed.keplr
    )
}

impl From<DeployError> for Failure {
    fn from(error: DeployError) -> Self {
        match error {
            DeployError::Chain(error) => error.into(),
            DeployError::File(error) => error.into(),
            DeployError::NoCodeId { .. } | DeployError::Unexpected { .. } => {
                chain::named(chain::REJECTED, &error)
            }
            error => chain::named(USAGE, &error),
        }
    }
}

/// A file or an answer that is no beacon's.
fn no_beacon(text: String) -> Failure {
    failure(USAGE, "BL-DEP-011", text)
}
