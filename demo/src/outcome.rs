//! What came of it: read back from the chain, and held against what must hold.

use std::time::Duration;

use compute_api::{
    market::{self, BatchState},
    oracle::{BackingResponse, PegResponse},
    votes::{self, Standing},
};
use deployment::Network;
use processes::Processes;

use crate::{
    DemoError, Summary,
    ledger::Ledger,
    life::{CHEATER, Work},
    orders::{self, Orders},
    people::People,
    summary::{CoinState, WorkerLine},
    wait::until,
};

/// Waits until every task is in a batch, and every batch has come to its end. A worker
/// that is out commits nothing more.
pub(crate) async fn settled(
    network: &Network,
    orders: Orders,
    work: &Work,
    processes: &mut Processes,
) -> Result<(), DemoError> {
    let what = "all batches have come to their end";
    until(what, Duration::from_secs(240), async || {
        processes.check()?;
        let batches = all_batches(network, orders).await?;
        if !batches.iter().all(orders::has_ended) {
            return Ok(None);
        }
        for (worker, (_, ops)) in &work.by_worker {
            let own = batches.iter().filter(|at| at.worker.as_str() == worker);
            let committed: u128 = own.map(|at| at.commitment.ops.u128()).sum();
            if committed < *ops && standing(network, worker).await? != Standing::Tombstoned {
                return Ok(None);
            }
        }
        Ok(Some(()))
    })
    .await?;
    // A node's index of transactions can be a block behind.
    let height = network.client().latest_block().await?.height;
    until("two more blocks", Duration::from_secs(60), async || {
        let block = network.client().latest_block().await?;
        Ok((block.height >= height + 2).then_some(()))
    })
    .await
}

async fn all_batches(network: &Network, orders: Orders) -> Result<Vec<market::Batch>, DemoError> {
    let mut batches = orders::batches(network, orders.pay).await?;
    batches.extend(orders::batches(network, orders.redeem).await?);
    Ok(batches)
}

async fn standing(network: &Network, operator: &str) -> Result<Standing, DemoError> {
    let operator = operator.to_owned();
    let query = votes::QueryMsg::Operator { operator };
    let operator: votes::Operator = network.votes(&query).await?;
    Ok(operator.standing)
}

/// Sums up.
pub(crate) async fn summary(
    network: &Network,
    people: &People,
    work: &Work,
    orders: Orders,
    (minted, peg, before, after): (u128, &PegResponse, &BackingResponse, &BackingResponse),
) -> Result<Summary, DemoError> {
    let ledger = Ledger::read(network).await?;
    let totals = ledger.totals();
    let batches = all_batches(network, orders).await?;
    let settled: Vec<_> = batches
        .iter()
        .filter(|batch| batch.state == BatchState::Settled)
        .collect();
    let mut batch_gas = Vec::new();
    let mut batch_ops = 0;
    for batch in &settled {
        batch_gas.push(ledger.gas_of(batch.batch));
        batch_ops += batch.commitment.ops.u128();
    }
    let mut workers = Vec::new();
    for worker in &people.workers {
        let address = &worker.person.address;
        let standing = standing(network, address).await?;
        let (tasks, _) = work.by_worker.get(address).copied().unwrap_or_default();
        let own = settled.iter().filter(|at| at.worker.as_str() == address);
        let ops = own.clone().map(|at| at.commitment.ops.u128()).sum();
        workers.push(WorkerLine {
            name: worker.person.name.to_owned(),
            tasks,
            ops,
            settled: u64::try_from(own.count()).unwrap_or(u64::MAX),
            standing: standing.to_string(),
        });
    }
    Ok(Summary {
        tasks: work.tasks,
        compared: work.tasks,
        wrong: u64::try_from(work.wrong.len()).unwrap_or(u64::MAX),
        numpy: work.numpy.clone(),
        workers,
        settled: totals.settled,
        overturned: totals.overturned,
        ops: totals.ops,
        batch_gas,
        batch_tasks: tasks_in(batch_ops, work),
        minted,
        paid: totals.paid,
        burnt: totals.burnt,
        slashed: totals.slashed,
        opc: peg.opc.u128(),
        tier: peg.tier.clone(),
        before: coin_state(before),
        after: coin_state(after),
    })
}

/// How many tasks these ops are: all cost alike.
fn tasks_in(ops: u128, work: &Work) -> u64 {
    let tasks = ops.saturating_mul(work.tasks.into()).checked_div(work.ops);
    tasks
        .and_then(|tasks| u64::try_from(tasks).ok())
        .unwrap_or_default()
}

fn coin_state(backing: &BackingResponse) -> CoinState {
    let backed = backing
        .issuers
        .iter()
        .map(|at| at.backing.u128())
        .sum::<u128>();
    CoinState {
        supply: backing.supply.u128(),
        // In ops; a coin is opc of them.
        backing: backed
            .saturating_mul(1_000_000)
            .checked_div(backing.opc.u128())
            .unwrap_or_default(),
        outstanding: backing.outstanding.u128(),
    }
}

/// That all of it is as it must be: a demo that only looks good is none.
///
/// # Errors
/// [`DemoError::Unexpected`] with what is wrong.
pub(crate) fn check(with_cheater: bool, summary: &Summary) -> Result<(), DemoError> {
    let unexpected = |text: String| Err(DemoError::Unexpected(text));
    if summary.settled == 0 || summary.paid == 0 || summary.burnt == 0 {
        return unexpected(format!("nothing was paid or burnt: {summary:?}"));
    }
    // All that the cheater did is wrong, and nothing that others did.
    let cheater = summary.workers.get(CHEATER).filter(|_| with_cheater);
    let cheated = cheater.map_or(0, |at| at.tasks);
    if summary.wrong != cheated {
        return unexpected(format!(
            "{} results are wrong, the cheater has done {cheated} tasks",
            summary.wrong
        ));
    }
    let has_cheated = cheated > 0;
    if has_cheated != (summary.overturned > 0) || has_cheated != (summary.slashed > 0) {
        return unexpected(format!(
            "{} results are wrong, {} batches overturned, {} micro-coins slashed",
            summary.wrong, summary.overturned, summary.slashed
        ));
    }
    for (number, worker) in summary.workers.iter().enumerate() {
        let expected = if has_cheated && number == CHEATER {
            Standing::Tombstoned
        } else {
            Standing::Active
        };
        if worker.standing != expected.to_string() {
            return unexpected(format!(
                "{} is {} and should be {expected}",
                worker.name, worker.standing
            ));
        }
    }
    Ok(())
}
