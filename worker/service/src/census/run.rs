//! The census's task.

use std::time::Duration;

use compute_api::oracle::{CensusParams, CensusStage, ExecuteMsg, OpenCensus};
use compute_proofs::{
    Hash, ProofError,
    census::{Commitment, Entry, Work, positions},
    codec::Encode,
};
use deployment::Contract;
use worker::census::Lane;

use super::plan::{Step, step};
use crate::{ServiceError, carrier::Verdict, journal::Measured, service::Shared};

/// Between two looks at the chain, at most; shorter for short windows.
const LOOK: Duration = Duration::from_secs(2);

/// Answers to one draw that are sent, at most: each after the last was refused.
const MAX_ANSWERS: u32 = 5;

/// Takes part in every census until the worker ends.
pub(crate) async fn run(shared: std::sync::Arc<Shared>) {
    let mut wait = Duration::ZERO;
    // The answer that was sent last: it is worked out once.
    let mut sent = None;
    while shared.wait(wait).await {
        match look(&shared, &mut sent).await {
            Ok(next) => {
                wait = next;
                shared.status.well("census");
            }
            Err(error) => {
                wait = LOOK;
                tracing::warn!(%error, "census");
                shared.status.trouble("census", &error);
            }
        }
    }
}

/// Answers a draw that waits, before the worker goes away.
pub(crate) async fn last_word(shared: &Shared) -> Result<(), ServiceError> {
    let params = shared.view.census_params().await?;
    let Some(census) = shared.view.census().await?.current else {
        return Ok(());
    };
    let measured = shared.journal.measured(census.slot)?;
    if let (CensusStage::Answering { round, .. }, Some(measured)) = (&census.stage, measured) {
        answer(shared, &params, &census, &measured, (*round, &mut None)).await?;
    }
    Ok(())
}

/// Does what the census asks for now; when to look again.
async fn look(shared: &Shared, sent: &mut Option<String>) -> Result<Duration, ServiceError> {
    shared.view.watch_clock().await?;
    let params = shared.view.census_params().await?;
    let window = Duration::from_secs(params.slot);
    let again = (window / 20).clamp(Duration::from_millis(100), LOOK);
    let Some(census) = shared.view.census().await?.current else {
        return Ok(again);
    };
    let measured = shared.journal.measured(census.slot)?;
    let commits = measured.as_ref().map_or(0, |measured| measured.commits);
    match step(&census, window, commits, shared.view.now()) {
        Step::Rest => Ok(again),
        Step::Measure { until } => {
            measure(shared, &params, &census, measured, until).await?;
            // At once: the second part of the window follows the first.
            Ok(Duration::ZERO)
        }
        Step::Answer { round } => {
            if let Some(measured) = measured {
                answer(shared, &params, &census, &measured, (round, sent)).await?;
            }
            Ok(again)
        }
    }
}

/// Works until then and commits.
async fn measure(
    shared: &Shared,
    params: &CensusParams,
    census: &OpenCensus,
    measured: Option<Measured>,
    until: Duration,
) -> Result<(), ServiceError> {
    let entry = entry(shared, params, census)?;
    let (work, challenge) = (entry.work, entry.challenge());
    // What was done for another challenge (the slot was opened anew) is worth nothing.
    let measured = measured.filter(|measured| measured.challenge == challenge);
    let mut measured = measured.unwrap_or_else(|| Measured {
        slot: census.slot,
        challenge,
        ..Measured::default()
    });
    let _reserved = shared.engine.reserve();
    let _busy = shared.status.measuring(census.id);
    let mut lane = Lane::resume(work, challenge, std::mem::take(&mut measured.roots));
    let view = std::sync::Arc::clone(&shared.view);
    let lane = shared
        .engine
        .census(move |backend| {
            lane.run_until(backend, || view.now(), until, |_| ())?;
            Ok(lane)
        })
        .await?;
    // The lane stops early where another batch of units would not fit.
    let left = until.saturating_sub(shared.view.now());
    tokio::time::sleep(left).await;
    measured.roots = lane.roots().to_vec();
    measured.commits = measured.commits.saturating_add(1);
    shared.journal.measure(&measured)?;
    if lane.units() == 0 {
        tracing::warn!(
            census = census.id,
            "not one unit was done in time: nothing is committed"
        );
        return Ok(());
    }
    let commitment = lane.commitment()?;
    tracing::info!(
        census = census.id,
        units = commitment.units,
        "census: committed"
    );
    let msg = ExecuteMsg::CommitCensus {
        slot: census.slot,
        units: commitment.units,
        root: commitment.root.0.into(),
        open: None,
    };
    let key = format!("census/{}/{}/commit", census.slot, measured.commits);
    shared.put(&key, Contract::Oracle, &msg).await
}

/// Opens what was drawn of the commitment that is on chain.
async fn answer(
    shared: &Shared,
    params: &CensusParams,
    census: &OpenCensus,
    measured: &Measured,
    (round, sent): (u64, &mut Option<String>),
) -> Result<(), ServiceError> {
    let Some(key) = next_key(shared, census.slot).await? else {
        return Ok(());
    };
    if sent.as_ref() == Some(&key) {
        return Ok(());
    }
    let on_chain = shared.view.capacity().await?.commitment;
    let Some(on_chain) = on_chain.filter(|found| found.slot == census.slot) else {
        return not_committed(shared, measured).await;
    };
    if on_chain.answered {
        return Ok(());
    }
    let Some(sampling) = shared.view.beacon(round).await? else {
        return Ok(());
    };
    let entry = entry(shared, params, census)?;
    // The chain may have taken the first commitment only: to fewer units.
    let units = usize::try_from(on_chain.units).unwrap_or(usize::MAX);
    let roots: Vec<Hash> = measured.roots.iter().take(units).copied().collect();
    let lane = Lane::resume(entry.work, measured.challenge, roots);
    let commitment = lane.commitment()?;
    check(&commitment, on_chain.units, on_chain.root.as_slice())?;
    let drawn = positions(&entry, &commitment, &sampling, params.samples);
    let drawn = drawn.map_err(ServiceError::proof("draw of a census"))?;
    let opened = shared
        .engine
        .census(move |backend| lane.open(backend, &drawn));
    let msg = ExecuteMsg::AnswerCensus {
        operator: shared.me.address.clone(),
        answer: opened.await?.to_bytes().into(),
    };
    tracing::info!(census = census.id, "census: answered");
    shared.put(&key, Contract::Oracle, &msg).await?;
    shared.status.well("census commit");
    *sent = Some(key);
    Ok(())
}

/// Says why nothing of the worker's is on chain, as far as that is known.
async fn not_committed(shared: &Shared, measured: &Measured) -> Result<(), ServiceError> {
    for commit in 1..=measured.commits {
        let key = format!("census/{}/{commit}/commit", measured.slot);
        if let Some(Verdict::Refused(reason)) = shared.carrier.verdict(&key).await? {
            shared.status.trouble("census commit", &reason);
        }
    }
    Ok(())
}

/// The key of the next answer to a slot's draw; none while one is on its way, or when
/// it is hopeless.
async fn next_key(shared: &Shared, slot: u64) -> Result<Option<String>, ServiceError> {
    for attempt in 0..MAX_ANSWERS {
        let key = format!("census/{slot}/answer/{attempt}");
        match shared.carrier.verdict(&key).await? {
            Some(Verdict::Refused(reason)) => {
                tracing::warn!(slot, %reason, "the answer to the census was refused");
            }
            Some(Verdict::Done) => return Ok(None),
            // Not sent yet, or on its way: the carrier sends it once.
            None => return Ok(Some(key)),
        }
    }
    Ok(None)
}

fn check(commitment: &Commitment, units: u32, root: &[u8]) -> Result<(), ServiceError> {
    if commitment.units == units && commitment.root.0 == root {
        return Ok(());
    }
    let error = ProofError::Missing {
        what: "work of the commitment that is on chain; was it made by another machine?",
    };
    Err(ServiceError::proof("census")(error))
}

fn entry<'a>(
    shared: &'a Shared,
    params: &CensusParams,
    census: &OpenCensus,
) -> Result<Entry<'a>, ServiceError> {
    let proof = || ServiceError::proof("work of a census");
    let beacon = census.beacon.as_slice().try_into();
    let missing = ProofError::Missing {
        what: "32 bytes of randomness",
    };
    Ok(Entry {
        work: Work::new(params.matrix, params.tile).map_err(proof())?,
        chain_id: shared.view.chain_id(),
        contract: shared.view.oracle_address(),
        beacon: beacon.map_err(|_| missing).map_err(proof())?,
        operator: &shared.me.address,
    })
}
