//! The life of the coin, part by part.

use std::{collections::BTreeMap, ops::Range, path::PathBuf, time::Duration};

use compute_api::{
    market::{self, BatchState},
    oracle::{BackingResponse, PegResponse},
    votes::{self, Standing},
};
use deployment::Network;

use crate::{
    DemoError, Summary, Tell,
    app::{App, Job},
    capacity,
    ledger::Ledger,
    orders::{self, Orders},
    people::People,
    processes::Processes,
    services::{self, Places},
    summary::{CoinState, WorkerLine, coins},
    wait::until,
};

/// Parts that are told.
const PARTS: u32 = 8;

/// Micro-coins that the app gets from each issuer.
const FOR_APP: u128 = 14_000_000;

/// Micro-coins of each order.
const ORDER: u128 = 5_000_000;

/// Micro-coins that the app votes with.
const VOTE: u128 = 3_000_000;

/// Keys of the auditors: those of people who do nothing more once orders are open.
const AUDITORS: [(&str, u32); 2] = [("app", 9), ("owner", 0)];

/// The worker that cheats, where one does.
const CHEATER: usize = 3;

/// Tasks that are added at a time, and at most, until the cheater was drawn.
const EXTRA: u32 = 4;
const MOST_EXTRA: u32 = 60;

/// How the demo is run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Folder of `ballast` and `ballast-devnet`.
    pub programs: PathBuf,
    /// Folder of the contracts, as `make wasm` leaves them.
    pub artifacts: PathBuf,
    /// A folder for homes, logs and the chain; empty.
    pub work: PathBuf,
    /// Tasks in each order.
    pub tasks: u32,
    /// Whether the last worker cheats: only programs built for the demo can.
    pub with_cheater: bool,
}

/// What runs at the end, for whoever wants to look further. Dropped, it is killed.
pub struct Running {
    processes: Processes,
    /// Where the coordinator is.
    pub coordinator: String,
    /// The API key of the order to pay.
    pub api_key: String,
    /// The deployment file.
    pub deployment: PathBuf,
}

impl Running {
    /// Ends all processes in order.
    pub async fn end(mut self) {
        self.processes.end().await;
    }

    /// Name and id of each process.
    #[must_use]
    pub fn list(&self) -> Vec<(String, u32)> {
        self.processes.list()
    }
}

/// Runs the demo.
///
/// # Errors
/// [`DemoError`] for the first thing that is not as it must be. All processes are ended.
pub async fn run(options: &Options, tell: &Tell) -> Result<(Summary, Running), DemoError> {
    let mut processes = Processes::new(&options.work.join("logs"))?;
    match live(options, &mut processes, tell).await {
        Ok((summary, coordinator, api_key)) => {
            let running = Running {
                processes,
                coordinator,
                api_key,
                deployment: options.work.join("deployment.json"),
            };
            Ok((summary, running))
        }
        Err(error) => {
            // A process that has ended says more than who has waited for it.
            let error = processes.check().err().unwrap_or(error);
            processes.end().await;
            Err(error)
        }
    }
}

async fn live(
    options: &Options,
    processes: &mut Processes,
    tell: &Tell,
) -> Result<(Summary, String, String), DemoError> {
    let places = Places {
        programs: options.programs.clone(),
        artifacts: options.artifacts.clone(),
        work: options.work.clone(),
    };
    tell.part(1, PARTS, "a chain, a beacon and the four contracts");
    let endpoints = services::devnet(processes, &places).await?;
    let beacon = services::beacon(processes, &places).await?;
    let deployment = services::contracts(&places, &endpoints, beacon, tell).await?;
    let network = Network::connect(deployment)?;
    let people = People::new(&network, &options.work)?;

    tell.part(
        2,
        PARTS,
        "two issuers with four workers, a coordinator, a relayer",
    );
    let at = services::configure_coordinator(&places)?;
    capacity::set_up(&network, &people, &at.url).await?;
    services::relayer(processes, &places)?;
    for (number, worker) in people.workers.iter().enumerate() {
        let cheats = options.with_cheater && number == CHEATER;
        services::worker(processes, &places, worker.person.name, cheats)?;
    }

    tell.part(3, PARTS, "the census measures what the workers can do");
    let peg = capacity::measured(&network, &people, tell).await?;
    processes.check()?;

    tell.part(
        4,
        PARTS,
        "issuers mint against it, operators are bonded, the app votes",
    );
    let minted = capacity::mint_and_bond(&network, &people, FOR_APP).await?;
    capacity::vote(&network, &people, VOTE).await?;
    let before = capacity::backing(&network).await?;
    tell.line(&format!("  {} coins minted", coins(minted)));

    tell.part(5, PARTS, "the app opens an order to pay and one to redeem");
    let orders = orders::open(&network, &people, ORDER).await?;
    services::coordinator(processes, &places, &at).await?;
    let api_key = services::api_key(&places, &at, orders.pay).await?;
    let redeem_key = services::api_key(&places, &at, orders.redeem).await?;

    // One account each: two processes with one key would take each other's sequences.
    let auditors = [
        ("pay", &api_key, AUDITORS[0]),
        ("redeem", &redeem_key, AUDITORS[1]),
    ];
    for (order, key, from) in auditors {
        services::auditor(processes, &places, &at, (order, key), from)?;
    }

    tell.part(6, PARTS, "tasks over HTTP, from files and from seeds");
    let cheater = people.workers.get(CHEATER).filter(|_| options.with_cheater);
    let cheater = cheater.map(|worker| worker.person.address.as_str());
    let work = tasks(options, cheater, &at.url, [&api_key, &redeem_key], tell).await?;
    processes.check()?;

    tell.part(7, PARTS, "batches are proven to the chain, and settle");
    settled(&network, orders, &work, processes).await?;

    tell.part(8, PARTS, "what came of it");
    let after = capacity::backing(&network).await?;
    let summary = summary(
        &network,
        &people,
        &work,
        orders,
        (minted, &peg, &before, &after),
    )
    .await?;
    check(options, &summary)?;
    Ok((summary, at.url, api_key))
}

/// What the app has handed in and got back.
#[derive(Default)]
struct Work {
    tasks: u64,
    wrong: u64,
    /// Ops of all tasks.
    ops: u128,
    /// Tasks, and their ops, by worker.
    by_worker: BTreeMap<String, (u64, u128)>,
}

/// Hands in all tasks, waits for them and compares. Where a worker cheats, the order to
/// pay goes on until it was drawn: the draw is by stake, so that can take a while.
async fn tasks(
    options: &Options,
    cheater: Option<&str>,
    url: &str,
    keys: [&str; 2],
    tell: &Tell,
) -> Result<Work, DemoError> {
    let mut work = Work::default();
    let [pay, redeem] = keys.map(|key| App::new(url, key));
    some_tasks(&pay, 0, 0..options.tasks, &mut work).await?;
    let mut next = options.tasks;
    while let Some(cheater) = cheater
        && !work.by_worker.contains_key(cheater)
    {
        if next > options.tasks.saturating_add(MOST_EXTRA) {
            return Err(DemoError::Unexpected(format!(
                "{cheater} was drawn for none of {next} tasks"
            )));
        }
        some_tasks(&pay, 0, next..next + EXTRA, &mut work).await?;
        next += EXTRA;
    }
    tell.line(&format!(
        "  {} paid tasks are back, {} of them wrong",
        work.tasks, work.wrong
    ));
    some_tasks(&redeem, 1, 0..options.tasks, &mut work).await?;
    tell.line(&format!("  {} redeemed tasks are back", options.tasks));
    Ok(work)
}

/// Hands in tasks, half of them as files and half as seeds, then waits for all.
async fn some_tasks(
    app: &App,
    order: u8,
    numbers: Range<u32>,
    work: &mut Work,
) -> Result<(), DemoError> {
    let mut jobs: Vec<Job> = Vec::new();
    for number in numbers {
        let seed = u64::from(order) << 32 | u64::from(number);
        jobs.push(if number % 2 == 0 {
            app.submit_files(seed).await?
        } else {
            let mut bytes = [order; 32];
            let [low, high, ..] = number.to_le_bytes();
            (bytes[0], bytes[1]) = (low, high);
            app.submit_seeded(bytes).await?
        });
    }
    for job in &jobs {
        let done = app.finish(job).await?;
        work.tasks += 1;
        work.ops += done.ops;
        work.wrong += u64::from(!done.is_right);
        let (tasks, ops) = work.by_worker.entry(done.worker).or_default();
        *tasks += 1;
        *ops += done.ops;
    }
    Ok(())
}

/// Waits until every task is in a batch, and every batch has come to its end. A worker
/// that is out commits nothing more.
async fn settled(
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

async fn summary(
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
        wrong: work.wrong,
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
fn check(options: &Options, summary: &Summary) -> Result<(), DemoError> {
    let wrong = |text: String| Err(DemoError::Unexpected(text));
    if summary.settled == 0 || summary.paid == 0 || summary.burnt == 0 {
        return wrong(format!("nothing was paid or burnt: {summary:?}"));
    }
    let burnt = summary.before.supply.saturating_sub(summary.after.supply);
    if burnt != summary.burnt {
        return wrong(format!(
            "the supply fell by {burnt} and batches have burnt {}",
            summary.burnt
        ));
    }
    let cheater = summary.workers.get(CHEATER);
    let is_out = cheater.is_some_and(|at| at.standing == Standing::Tombstoned.to_string());
    let has_cheated = options.with_cheater && summary.wrong > 0;
    if has_cheated != is_out || has_cheated != (summary.overturned > 0) {
        return wrong(format!(
            "{} results are wrong, {} batches overturned, the cheater is out: {is_out}",
            summary.wrong, summary.overturned
        ));
    }
    Ok(())
}
