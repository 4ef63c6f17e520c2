//! The life of the coin, part by part.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    path::PathBuf,
};

use deployment::Network;
use processes::Processes;

use crate::{
    DemoError, Summary, Tell,
    app::{App, Job},
    books::Books,
    capacity,
    chain::Chain,
    numpy::Numpy,
    orders, outcome,
    people::People,
    services::{self, Places},
    summary::coins,
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
pub(crate) const CHEATER: usize = 3;

/// Tasks that are added at a time, and at most, until the cheater was drawn.
const EXTRA: u32 = 4;
const MOST_EXTRA: u32 = 60;

/// How the demo is run.
#[derive(Clone, Debug)]
pub struct Options {
    /// The chain that it runs on.
    pub chain: Chain,
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
    /// A Python with numpy, whose products all results are compared with too.
    pub python: Option<PathBuf>,
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
    // Ctrl-C is for the caller, who ends all in order.
    let mut processes = Processes::new(&options.work.join("logs"))?.in_own_groups();
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
            let error = processes.check().err().map_or(error, DemoError::from);
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
    let chain = options.chain.name();
    tell.part(
        1,
        PARTS,
        &format!("{chain}, a beacon and the four contracts"),
    );
    let endpoints = options.chain.start(processes, &places).await?;
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
    outcome::settled(&network, orders, &work, processes).await?;

    tell.part(8, PARTS, "what came of it");
    let after = capacity::backing(&network).await?;
    let figures = (minted, &peg, &before, &after);
    let summary = outcome::summary(&network, &people, &work, orders, figures).await?;
    outcome::check(options.with_cheater, &summary)?;
    Books::read(&network, orders).await?.check(&summary)?;
    Ok((summary, at.url, api_key))
}

/// What the app has handed in and got back.
#[derive(Default)]
pub(crate) struct Work {
    /// How many tasks.
    pub(crate) tasks: u64,
    /// Those with a wrong result.
    pub(crate) wrong: BTreeSet<String>,
    /// The version of numpy that says the same of each, if it was asked.
    pub(crate) numpy: Option<String>,
    /// Ops of all tasks.
    pub(crate) ops: u128,
    /// Tasks, and their ops, by worker.
    pub(crate) by_worker: BTreeMap<String, (u64, u128)>,
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
    let numpy = match &options.python {
        Some(python) => Some(Numpy::new(python, options.work.join("products"))?),
        None => None,
    };
    let [pay, redeem] = keys.map(|key| App::new(url, key, numpy.as_ref()));
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
        work.tasks,
        work.wrong.len()
    ));
    some_tasks(&redeem, 1, 0..options.tasks, &mut work).await?;
    tell.line(&format!("  {} redeemed tasks are back", options.tasks));
    if let Some(numpy) = &numpy {
        compare(numpy, &mut work).await?;
        tell.line("  numpy's products are the same, byte by byte");
    }
    Ok(work)
}

/// That numpy finds the same results right, and the same ones wrong.
async fn compare(numpy: &Numpy, work: &mut Work) -> Result<(), DemoError> {
    let opinion = numpy.opinion().await?;
    let wrong: BTreeSet<_> = opinion.wrong.iter().cloned().collect();
    let all = opinion.right.len() + opinion.wrong.len();
    if wrong != work.wrong || u64::try_from(all).ok() != Some(work.tasks) {
        return Err(DemoError::Unexpected(format!(
            "of {} results we find {:?} wrong, numpy of {all} {wrong:?}",
            work.tasks, work.wrong
        )));
    }
    work.numpy = Some(opinion.numpy);
    Ok(())
}

/// Hands in tasks, half of them as files and half as seeds, then waits for all.
async fn some_tasks(
    app: &App<'_>,
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
        if !done.is_right {
            work.wrong.insert(job.id.clone());
        }
        let (tasks, ops) = work.by_worker.entry(done.worker).or_default();
        *tasks += 1;
        *ops += done.ops;
    }
    Ok(())
}
