//! From nothing to coins: issuers are admitted, workers registered, their capacity
//! measured, and coins minted against it.

use std::time::Duration;

use chain_client::Msg;
use compute_api::{
    oracle::{self, BackingResponse, CensusResponse, Identity, MintAllowanceResponse, PegResponse},
    votes::{self, Commission, Kind, Metadata},
};
use cosmrs::proto::cosmos::base::v1beta1::Coin;
use cosmwasm_std::{Decimal, Uint128};
use deployment::{Contract, Network};

use crate::{
    DemoError, Tell,
    people::{Operator, People, Person},
    wait::until,
};

/// Part of the demo's money that an issuer bonds, in the bond's denom.
const BOND: u128 = 100_000_000_000;

/// Ops per second that an issuer commits to: more than it can prove, so that what is
/// measured bounds what it mints.
const COMMITTED: u128 = 1_000_000_000_000_000;

fn coins(denom: &str, amount: u128) -> Vec<Coin> {
    vec![Coin {
        denom: denom.to_owned(),
        amount: amount.to_string(),
    }]
}

/// Registers an operator that `owner` owns.
async fn register(
    network: &Network,
    operator: &Operator,
    owner: &Person,
    kind: Kind,
    url: &str,
) -> Result<(), DemoError> {
    let percent = Decimal::percent;
    let msg = network.to_votes(&votes::ExecuteMsg::Register {
        owner: owner.address.clone(),
        kind,
        signing_key: operator.signing_key.into(),
        commission: Commission {
            rate: percent(10),
            max_rate: percent(20),
            max_change: percent(1),
        },
        metadata: Metadata {
            name: operator.person.name.to_owned(),
            url: url.to_owned(),
            contact: String::new(),
        },
    })?;
    operator.person.send("registers", vec![msg]).await?;
    Ok(())
}

/// Admits both issuers, with bond, commitment and two workers each, and registers the
/// coordinator, reached at `url`.
///
/// # Errors
/// [`DemoError`], at the first step that is refused.
pub async fn set_up(network: &Network, people: &People, url: &str) -> Result<(), DemoError> {
    let denom = &network.deployment().bond_denom;
    let block = network.client().latest_block().await?;
    let params: oracle::Params = network.oracle(&oracle::QueryMsg::Params {}).await?;
    for (issuer, jurisdiction) in people.issuers.iter().zip(["DE", "SG"]) {
        let identity = Identity {
            name: issuer.name.to_owned(),
            jurisdiction: jurisdiction.to_owned(),
            url: String::new(),
            contact: String::new(),
        };
        let admit = oracle::ExecuteMsg::AdmitIssuer {
            issuer: issuer.address.clone(),
            identity,
        };
        let msgs = vec![network.to_oracle(&admit)?];
        people.owner.send("admits an issuer", msgs).await?;
        let commit = network.to_oracle(&oracle::ExecuteMsg::Commit {
            rate: Uint128::new(COMMITTED),
            until: block.time + 2 * params.reserve.horizon,
        })?;
        let bond = with_funds(
            network.to_oracle(&oracle::ExecuteMsg::PostBond { issuer: None })?,
            coins(denom, BOND),
        );
        issuer
            .send("posts its bond and commits", vec![bond, commit])
            .await?;
    }
    for (at, worker) in people.workers.iter().enumerate() {
        let issuer = people.issuer_of(at);
        register(network, worker, issuer, Kind::Miner, "").await?;
        // The oracle knows an operator once it has declared its devices.
        let devices = network.to_oracle(&oracle::ExecuteMsg::DeclareDevices { devices: 1 })?;
        worker
            .person
            .send("declares its device", vec![devices])
            .await?;
        let invite = network.to_oracle(&oracle::ExecuteMsg::InviteOperator {
            operator: worker.person.address.clone(),
        })?;
        issuer.send("invites a worker", vec![invite]).await?;
        let join = network.to_oracle(&oracle::ExecuteMsg::JoinIssuer {
            issuer: issuer.address.clone(),
        })?;
        worker.person.send("joins its issuer", vec![join]).await?;
    }
    register(
        network,
        &people.coordinator,
        &people.owner,
        Kind::Coordinator,
        url,
    )
    .await
}

fn with_funds(msg: Msg, coins: Vec<Coin>) -> Msg {
    match msg {
        Msg::Execute { contract, msg, .. } => Msg::Execute {
            contract,
            msg,
            funds: coins,
        },
        other => other,
    }
}

/// Waits until both issuers can mint: that takes two censuses in which their workers
/// answer.
///
/// # Errors
/// [`DemoError::TooLong`].
pub async fn measured(
    network: &Network,
    people: &People,
    tell: &Tell,
) -> Result<PegResponse, DemoError> {
    let mut told = 0;
    until(
        "both issuers' capacity is measured",
        Duration::from_secs(240),
        async || {
            tell_census(network, &mut told, tell).await?;
            for issuer in &people.issuers {
                if allowance(network, issuer).await?.by_backing.is_zero() {
                    return Ok(None);
                }
            }
            Ok(Some(()))
        },
    )
    .await?;
    tell_census(network, &mut told, tell).await?;
    Ok(network.oracle(&oracle::QueryMsg::Peg {}).await?)
}

/// Tells of the last census, unless that was told. An operator that was not there for the one
/// before has no rate yet: what it has not answered counts as 0.
async fn tell_census(network: &Network, told: &mut u32, tell: &Tell) -> Result<(), DemoError> {
    let census: CensusResponse = network.oracle(&oracle::QueryMsg::Census {}).await?;
    let Some(last) = census.last.filter(|last| last.id > *told) else {
        return Ok(());
    };
    *told = last.id;
    let rate = if last.rate.is_zero() {
        "; a rate takes two censuses".to_owned()
    } else {
        format!(", {} ops/s proven", last.rate)
    };
    tell.line(&format!(
        "  census {}: {} workers{rate}",
        last.id, last.operators
    ));
    Ok(())
}

/// What an issuer can mint now.
///
/// # Errors
/// When the oracle does not answer.
pub async fn allowance(
    network: &Network,
    issuer: &Person,
) -> Result<MintAllowanceResponse, DemoError> {
    let issuer = issuer.address.clone();
    let query = oracle::QueryMsg::MintAllowance { issuer };
    Ok(network.oracle(&query).await?)
}

/// All that stands behind the coin.
///
/// # Errors
/// When the oracle does not answer.
pub async fn backing(network: &Network) -> Result<BackingResponse, DemoError> {
    let query = oracle::QueryMsg::Backing {
        start_after: None,
        limit: None,
    };
    Ok(network.oracle(&query).await?)
}

/// Each issuer mints a quarter of what it can, since the rate of a busy machine falls, and gives `app` coins of that. Then the owners
/// bond for their operators, and the app votes for the first worker. What was minted.
///
/// # Errors
/// [`DemoError`], at the first step that is refused.
pub async fn mint_and_bond(
    network: &Network,
    people: &People,
    for_app: u128,
) -> Result<u128, DemoError> {
    let params: votes::Params = network.votes(&votes::QueryMsg::Params {}).await?;
    // Bonds come first: a slow machine backs few coins.
    let own_bonds = params.miner_bond.u128() * 2;
    let to_owner = params.coordinator_bond.u128().div_ceil(2);
    let mut minted = 0;
    for issuer in &people.issuers {
        let most = allowance(network, issuer).await?.amount.u128();
        let needed = own_bonds + to_owner + for_app / 2;
        let amount = (most / 4).max(needed).min(most);
        let rest = amount.saturating_sub(own_bonds + to_owner);
        let to_app = for_app.min(rest);
        let mint = |recipient: &str, amount: u128| {
            network.to_oracle(&oracle::ExecuteMsg::Mint {
                recipient: recipient.to_owned(),
                amount: Uint128::new(amount),
            })
        };
        let msgs = vec![
            mint(&people.owner.address, to_owner)?,
            mint(&people.app.address, to_app)?,
            mint(&issuer.address, own_bonds + (rest - to_app))?,
        ];
        issuer.send("mints", msgs).await?;
        minted += own_bonds + to_owner + rest;
    }
    for (at, worker) in people.workers.iter().enumerate() {
        let bond = send_to_votes(
            network,
            params.miner_bond,
            &votes::Hook::Bond {
                operator: worker.person.address.clone(),
            },
        )?;
        people
            .issuer_of(at)
            .send("bonds for a worker", vec![bond])
            .await?;
    }
    let coordinator = people.coordinator.person.address.clone();
    let bond = send_to_votes(
        network,
        params.coordinator_bond,
        &votes::Hook::Bond {
            operator: coordinator,
        },
    )?;
    people
        .owner
        .send("bonds for the coordinator", vec![bond])
        .await?;
    Ok(minted)
}

fn send_to_votes(network: &Network, amount: Uint128, hook: &votes::Hook) -> Result<Msg, DemoError> {
    Ok(network.send_coins(Contract::Votes, amount, hook)?)
}

/// The app votes for the first worker.
///
/// # Errors
/// [`DemoError::Step`].
pub async fn vote(network: &Network, people: &People, amount: u128) -> Result<(), DemoError> {
    let [first, ..] = people.workers.as_slice() else {
        return Ok(());
    };
    let vote = votes::Hook::Vote {
        operator: first.person.address.clone(),
    };
    let msg = send_to_votes(network, Uint128::new(amount), &vote)?;
    people.app.send("votes for worker-1", vec![msg]).await?;
    Ok(())
}
