//! One run, from nothing to its report.

use std::{
    path::PathBuf,
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use demo::{Tell, services::Places};
use processes::Processes;
use reqwest::Client;
use test_suite::scale::Random;

use crate::{
    ChaosError, Report, check,
    client::{App, Tries},
    left,
    load::{self, Done, Load, ORDERS},
    network,
    outages::Killer,
    plan,
    report::Outages,
};

/// Tasks of one cycle of outages.
const TASKS_A_CYCLE: u32 = 500;

/// How long all batches may take to end, once all tasks are done.
const SETTLED: Duration = Duration::from_secs(240);

/// What is run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Folder of `ballast` and `ballast-devnet`.
    pub programs: PathBuf,
    /// Folder of the contracts, as `make wasm` leaves them.
    pub artifacts: PathBuf,
    /// A folder for homes, logs and the chain; empty.
    pub work: PathBuf,
    /// Decides about tasks and outages.
    pub seed: u64,
    /// How many tasks.
    pub tasks: u32,
}

/// Brings a network up, loads it, kills its parts, and checks what must hold.
///
/// # Errors
/// [`ChaosError`] for the first thing that does not hold. All processes are ended.
pub async fn run(options: &Options, tell: &Tell) -> Result<Report, ChaosError> {
    let begin = Instant::now();
    let mut processes = Processes::new(&options.work.join("logs"))?;
    let ran = under_load(options, &mut processes, tell).await;
    processes.end().await;
    let mut report = ran?;
    left::check(&options.work)?;
    report.all = begin.elapsed();
    Ok(report)
}

async fn under_load(
    options: &Options,
    processes: &mut Processes,
    tell: &Tell,
) -> Result<Report, ChaosError> {
    let places = Places {
        programs: options.programs.clone(),
        artifacts: options.artifacts.clone(),
        work: options.work.clone(),
    };
    let site = network::start(processes, &places, tell).await?;
    let http = Client::builder().timeout(Duration::from_secs(40)).build()?;
    let tries = Arc::new(Tries::default());
    let app = |key: &String| App::new(&http, &site.coordinator.url, key, &tries);
    let [pay, redeem] = &site.keys;
    let apps = [app(pay), app(redeem)];

    let cycles = options.tasks.div_ceil(TASKS_A_CYCLE).max(1);
    let workers = site.people.workers.len();
    let planned = plan::outages(&mut Random::new(options.seed), workers, cycles);
    let load = Load {
        seed: options.seed,
        tasks: options.tasks,
        time: plan::CYCLE * cycles,
        kills: planned.iter().map(|outage| outage.at).collect(),
    };
    tell.line(&format!(
        "{} tasks in {} s, {} times kill -9",
        load.tasks,
        load.time.as_secs(),
        planned.len()
    ));
    let started = Instant::now();
    let mut killer = Killer::new(&site, processes, tell);
    let loaded = load::run(&load, apps.clone());
    let (done, ()) = tokio::try_join!(loaded, killer.run(&planned))?;
    let took = started.elapsed();
    tell.line(&format!(
        "all {} tasks are done after {:.1} s, and right",
        done.len(),
        took.as_secs_f64()
    ));
    processes::until("all batches have ended", SETTLED, async || {
        killer.look().await?;
        Ok::<_, ChaosError>(check::all_ended(&site, &done).await?.then_some(()))
    })
    .await?;
    let batches = check::tasks(&site, &done).await?;
    tell.line(&format!(
        "each is in exactly one of {batches} settled batches"
    ));
    for done in &done {
        let app = apps.get(done.order).unwrap_or(&apps[0]);
        load::compare(app, &done.job, &done.task).await?;
    }
    tell.line("all are answered with the same bytes again");
    check::close(&site, async || killer.look().await).await?;
    let mut found = check::coins(&site, &done).await?;
    found.batches = batches;
    check::operators(&site).await?;
    tell.line("both orders are closed, every coin is accounted for, nobody was punished");
    let mut report = report(options.seed, &done, found);
    report.load = took;
    report.broken = tries.broken.load(Ordering::Relaxed);
    report.later = tries.later.load(Ordering::Relaxed);
    report.ended = std::mem::take(&mut killer.ended);
    for ((victim, how), kills) in &killer.kills {
        let key = ((*victim).into(), *how);
        report.outages.entry(key).or_default().kills += kills;
    }
    for recovered in &killer.recovered {
        let Some(after) = recovered.served_after else {
            let name = site.name(recovered.victim);
            return Err(ChaosError::Wrong(format!("{name} did not serve again")));
        };
        let key = (recovered.victim.into(), recovered.how);
        let outages: &mut Outages = report.outages.entry(key).or_default();
        outages.served_after.push(after);
        outages.served_after.sort();
    }
    audited(processes, &done).await?;
    tell.line("the auditors have found nothing wrong");
    Ok(report)
}

/// Ends the auditors: each says what it has checked.
async fn audited(processes: &mut Processes, done: &[Done]) -> Result<(), ChaosError> {
    for (place, order) in ORDERS.iter().enumerate() {
        let tasks = done.iter().filter(|done| done.order == place).count();
        let auditor = processes.named(&format!("auditor-{order}"))?;
        auditor.stop().await;
        let said = auditor.tail();
        if !said.contains(&format!("{tasks} tasks checked, 0 wrong")) {
            let text =
                format!("the auditor of {tasks} tasks of the order to {order} says:\n{said}");
            return Err(ChaosError::Wrong(text));
        }
    }
    Ok(())
}

fn report(seed: u64, done: &[Done], found: check::Found) -> Report {
    let mut took: Vec<_> = done.iter().map(|done| done.took).collect();
    took.sort();
    let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    Report {
        seed,
        tasks: count(done.len()),
        leased_again: count(done.iter().filter(|done| done.leases > 1).count()),
        took,
        batches: found.batches,
        paid: found.paid,
        burnt: found.burnt,
        ..Report::default()
    }
}
