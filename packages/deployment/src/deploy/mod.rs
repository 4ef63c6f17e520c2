//! Putting the four contracts on a chain.
//!
//! 1. each `.wasm` is uploaded, unless the chain has it already
//! 2. one transaction makes all four at addresses that are known beforehand
//!    (`instantiate2`), each with the others' addresses and its final owner. So there is
//!    never half a network, and never one whose owner is the deployer's key
//! 3. each is asked whether it is what was to be made, and the file is written
//!
//! What has been done is in `FILE.partial`, each transaction before it is sent. A run
//! after a `kill -9` first finds out what became of the last one, then goes on; it
//! uploads nothing twice and makes nothing twice.

mod chain;
mod error;
mod messages;
mod partial;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use chain_client::signer::Signer;
use chain_client::{Client, Error, Included, Msg, keys};
use compute_api::Contracts;
use compute_api::oracle::BeaconNetwork;
use sha2::{Digest, Sha256};

pub use error::DeployError;
use partial::{Keeper, Partial};

use crate::keplr;
use crate::{Contract, Deployment, Endpoints, Profile};

/// What is to be deployed.
#[derive(Clone, Debug)]
pub struct Plan {
    /// All parameters.
    pub profile: Profile,
    /// Who owns the contracts: a multisig or a DAO in production.
    pub owner: String,
    /// Who can veto a re-index and pause for a while.
    pub guardian: String,
    /// Who can migrate the contracts; nobody if there is none.
    pub admin: Option<String>,
    /// Where randomness comes from.
    pub beacon: BeaconNetwork,
    /// Where its rounds are fetched: base URLs of drand's HTTP API.
    pub beacons: Vec<String>,
    /// Where nodes are, for the file.
    pub endpoints: Endpoints,
    /// Tells networks of one deployer on one chain apart: 1 to 64 bytes. The addresses
    /// depend on it, on the code and on the deployer.
    pub salt: String,
    /// Folder of the four `.wasm` files, as `make wasm` leaves them.
    pub artifacts: PathBuf,
    /// The deployment file to write.
    pub file: PathBuf,
}

/// What a deployment is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The file and all that it names are there: nothing is to be done.
    There,
    /// Goes on after an earlier run.
    Resuming,
    /// The chain has this code already.
    Found {
        /// Whose.
        contract: Contract,
        /// Its id.
        code: u64,
    },
    /// Uploads.
    Uploading {
        /// Which.
        contract: Contract,
        /// Bytes, before compression.
        bytes: usize,
    },
    /// Has uploaded.
    Uploaded {
        /// Which.
        contract: Contract,
        /// Its id.
        code: u64,
        /// Gas used.
        gas: u64,
    },
    /// Makes the contracts.
    Making,
    /// Has made them.
    Made {
        /// Gas used.
        gas: u64,
    },
    /// Asks each whether it is as planned.
    Checking,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::There => f.write_str("deployed already, nothing to do"),
            Self::Resuming => f.write_str("going on after an earlier run"),
            Self::Found { contract, code } => write!(f, "{contract}: code {code} is there"),
            Self::Uploading { contract, bytes } => write!(f, "{contract}: uploading {bytes} bytes"),
            Self::Uploaded {
                contract,
                code,
                gas,
            } => write!(f, "{contract}: code {code}, {gas} gas"),
            Self::Making => f.write_str("making all four contracts"),
            Self::Made { gas } => write!(f, "made all four contracts, {gas} gas"),
            Self::Checking => f.write_str("asking each whether it is as planned"),
        }
    }
}

/// One of the four, read from disk.
struct Code {
    contract: Contract,
    bytes: Vec<u8>,
    checksum: [u8; 32],
}

/// Deploys, or goes on with a deployment that was interrupted, or finds that all is
/// there. Writes the deployment file and beside it the entry for Keplr
/// (`*-keplr.json`). `tell` hears of each step.
///
/// # Errors
/// [`DeployError`]. What has been done until then is kept, and the next run goes on.
pub async fn deploy(
    client: &Client,
    signer: &Signer,
    plan: &Plan,
    tell: impl Fn(&Step),
) -> Result<Deployment, DeployError> {
    let chain_id = client.config().chain_id.clone();
    if plan.profile.name == "devnet" && !chain_id.starts_with(keys::DEVNET_PREFIX) {
        return Err(DeployError::NotDevnet { chain_id });
    }
    if plan.salt.is_empty() || plan.salt.len() > 64 {
        return Err(DeployError::Salt(plan.salt.clone()));
    }
    if plan.file.exists() {
        let deployment = Deployment::load(&plan.file)?;
        chain::there(client, &deployment, &plan.file).await?;
        tell(&Step::There);
        return Ok(deployment);
    }
    let codes = read(&plan.artifacts)?;
    let mut keeper = Keeper::open(
        &plan.file,
        Partial::new(&chain_id, signer.address(), plan, &codes),
    )?;
    if keeper.is_resumed() {
        tell(&Step::Resuming);
    }
    settle(signer, &mut keeper).await?;

    let mut ids = Contracts {
        coin: 0,
        oracle: 0,
        votes: 0,
        market: 0,
    };
    for code in &codes {
        let id = upload(client, signer, &mut keeper, code, &tell).await?;
        *code.contract.of_mut(&mut ids) = id;
    }

    let address = |at: usize| {
        chain::address(
            client,
            codes.get(at),
            signer.address(),
            plan.salt.as_bytes(),
        )
    };
    let contracts = Contracts {
        coin: address(0).await?,
        oracle: address(1).await?,
        votes: address(2).await?,
        market: address(3).await?,
    };
    if chain::contract(client, &contracts.coin).await?.is_none() {
        tell(&Step::Making);
        let msgs = messages::make(plan, &ids, &contracts)?;
        let made = send(signer, &mut keeper, "making the contracts", msgs).await?;
        tell(&Step::Made { gas: made.gas_used });
    }

    tell(&Step::Checking);
    chain::check(client, plan, &ids, &contracts).await?;
    let config = client.config();
    let deployment = Deployment {
        version: Deployment::current_version(),
        chain_id,
        fee_denom: config.fee_denom.clone(),
        gas_price_micro: config.gas_price_micro,
        bond_denom: plan.profile.bond_denom().to_owned(),
        endpoints: plan.endpoints.clone(),
        contracts,
        codes: ids,
        beacons: plan.beacons.clone(),
    };
    keplr::save(&deployment, &plan.profile, &keplr::path(&plan.file))?;
    deployment.save(&plan.file)?;
    keeper.forget()?;
    Ok(deployment)
}

/// The four files, in the order in which they are uploaded.
fn read(folder: &Path) -> Result<Vec<Code>, DeployError> {
    let one = |contract: Contract| {
        let path = folder.join(format!("{}.wasm", contract.artifact()));
        let bytes = fs::read(&path).map_err(|source| DeployError::Artifact { path, source })?;
        Ok(Code {
            contract,
            checksum: Sha256::digest(&bytes).into(),
            bytes,
        })
    };
    Contract::ALL.into_iter().map(one).collect()
}

/// The code's id: the one that the chain has, else of an upload.
async fn upload(
    client: &Client,
    signer: &Signer,
    keeper: &mut Keeper,
    code: &Code,
    tell: &impl Fn(&Step),
) -> Result<u64, DeployError> {
    let contract = code.contract;
    if let Some(id) = chain::code(client, signer.address(), &code.checksum).await? {
        tell(&Step::Found { contract, code: id });
        return Ok(id);
    }
    let bytes = code.bytes.len();
    tell(&Step::Uploading { contract, bytes });
    let msgs = vec![Msg::StoreCode {
        code: messages::compressed(&code.bytes)?,
    }];
    let sent = send(signer, keeper, &format!("uploading {contract}"), msgs).await?;
    let id = sent.attribute("store_code", "code_id");
    let id = id.and_then(|id| id.parse().ok());
    let id = id.ok_or_else(|| DeployError::NoCodeId {
        contract,
        hash: sent.hash.clone(),
    })?;
    let gas = sent.gas_used;
    tell(&Step::Uploaded {
        contract,
        code: id,
        gas,
    });
    Ok(id)
}

/// Sends one transaction that is on disk before a node has it.
async fn send(
    signer: &Signer,
    keeper: &mut Keeper,
    what: &str,
    msgs: Vec<Msg>,
) -> Result<Included, DeployError> {
    let sent = signer.send_witnessed(msgs, keeper.witness(what)).await;
    match sent {
        Ok(included) => {
            keeper.settled()?;
            Ok(included)
        }
        // It may still be included: the next run finds out.
        Err(error @ Error::TimedOut { .. }) => Err(error.into()),
        Err(error) => {
            keeper.settled()?;
            Err(error.into())
        }
    }
}

/// Finds out what became of the transaction that the last run may have sent.
async fn settle(signer: &Signer, keeper: &mut Keeper) -> Result<(), DeployError> {
    let Some(signed) = keeper.pending()? else {
        return Ok(());
    };
    let settled: Result<Included, Error> = signer.settle(signed).await;
    match settled {
        // What the chain has is looked up anyway, and what it lacks is sent anew.
        Ok(_) | Err(Error::Expired { .. } | Error::Rejected { .. } | Error::OutOfGas { .. }) => {
            keeper.settled()
        }
        Err(error) => Err(error.into()),
    }
}
