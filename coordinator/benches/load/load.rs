//! The coordinator under load: how many tasks a second, how much memory, how long each.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use test_suite::figures::Row;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::http::Http;
use crate::proc::Coordinator;
use crate::stats::{rate, rows};
use crate::worker::{self, Taken};

/// Connections of apps, each with one request at a time.
const APPS: usize = 64;

/// Workers, each with a session of its own.
const WORKERS: usize = 16;

/// Tasks that are accepted and not done, at most, in the long run.
const WINDOW: usize = 2_000;

/// Longest that a phase is waited for.
const PATIENCE: Duration = Duration::from_secs(240);

/// Where apps are, and what they have seen.
struct Load {
    at: SocketAddr,
    key: String,
    /// Seeds that are used.
    next: AtomicUsize,
    done: AtomicUsize,
    window: Semaphore,
    /// Answers that asked to come again.
    again: AtomicUsize,
}

/// Tasks a second that a coordinator is to do at least; latencies are to be short at half of
/// that.
const TARGET: u64 = 2_000;

/// What it is to do later.
const LATER: u64 = 5_000;

/// Adds all rows of the coordinator alone. The rate at which others are measured beside it.
pub(crate) async fn measure(tasks: usize, short: bool, to: &mut Vec<Row>) -> Result<u64> {
    let coordinator = Coordinator::start(WORKERS).await?;
    let load = Arc::new(Load {
        at: coordinator.http,
        key: coordinator.key.clone(),
        next: AtomicUsize::new(0),
        done: AtomicUsize::new(0),
        window: Semaphore::new(0),
        again: AtomicUsize::new(0),
    });
    let mut memory = vec![(0, coordinator.memory()?)];

    let backlog = if short { 2_000 } else { 10_000 };
    eprintln!("accepting {backlog} tasks, with no worker there");
    load.window.add_permits(backlog);
    let start = Instant::now();
    let took = submit(&load, backlog).await?;
    let accepted = rate(backlog, start.elapsed());
    to.push(Row::new(
        "rate/accepted, no worker there",
        accepted,
        "tasks a second",
    ));
    to.extend(rows(
        "latency/coordinator at full speed, until it is accepted",
        took,
    ));

    eprintln!("doing them");
    let counts = load.clone();
    let taken: Taken = Arc::new(move || {
        counts.done.fetch_add(1, Ordering::Relaxed);
        counts.window.add_permits(1);
    });
    let start = Instant::now();
    worker::fleet(coordinator.workers, WORKERS, &taken).await?;
    until_done(&load, backlog).await?;
    let finished = rate(backlog, start.elapsed());
    let name = "rate/dispatched and receipted, from a backlog";
    to.push(Row::new(name, finished, "tasks a second"));
    memory.push((backlog, coordinator.memory()?));

    eprintln!("both at once, {tasks} tasks");
    load.window.forget_permits(usize::MAX);
    load.window.add_permits(WINDOW);
    let (cpu, start) = (coordinator.cpu()?, Instant::now());
    let long = tokio::spawn({
        let load = load.clone();
        async move { submit(&load, tasks).await }
    });
    let (first, step) = (backlog, (tasks / 10).max(1));
    for tenth in 1..=10 {
        until_done(&load, first + tenth * step).await?;
        memory.push((first + tenth * step, coordinator.memory()?));
    }
    long.await??;
    until_done(&load, first + tasks).await?;
    let (took, cpu) = (start.elapsed(), coordinator.cpu()?.saturating_sub(cpu));
    let both = rate(tasks, took);
    let name = "rate/accepted, dispatched and receipted";
    to.push(Row::new(name, both, "tasks a second").at_least(TARGET));
    let each = cpu.as_micros() as u64 / tasks as u64;
    let name = "rate/processor time of the coordinator";
    to.push(Row::new(name, each, "µs a task"));
    for (tasks, kibibytes) in memory {
        let name = format!("memory/after {tasks} tasks");
        to.push(Row::new(name, kibibytes / 1024, "MiB"));
    }

    let seconds = if short { 4 } else { 15 };
    for a_second in [TARGET / 2, LATER / 2] {
        let at = format!("{a_second} a second");
        eprintln!("{at}");
        let done = load.done.load(Ordering::Relaxed);
        let taken = latencies(&load, a_second, seconds).await?;
        until_done(&load, done + taken.sent).await?;
        let name = |until: &str| format!("latency/coordinator at {at}, until {until}");
        to.extend(rows(&name("it is accepted"), taken.accepted));
        let mut result = rows(&name("the app has its result"), taken.done);
        let p99 = result.iter_mut().find(|row| row.name.ends_with("p99"));
        if let Some(p99) = p99.filter(|_| a_second == TARGET / 2) {
            *p99 = p99.clone().at_most(20u64);
        }
        to.extend(result);
    }
    let again = load.again.load(Ordering::Relaxed);
    if again > 0 {
        eprintln!("{again} answers asked to come again");
    }
    coordinator.stop().await?;
    Ok(LATER / 2)
}

/// Submits so many tasks over all apps' connections; how long each took.
async fn submit(load: &Arc<Load>, tasks: usize) -> Result<Vec<Duration>> {
    let end = load.next.load(Ordering::Relaxed) + tasks;
    let mut apps = JoinSet::new();
    for _ in 0..APPS {
        let load = load.clone();
        apps.spawn(async move {
            let mut http = Http::connect(load.at, &load.key).await?;
            let mut took = Vec::new();
            loop {
                let seed = load.next.fetch_add(1, Ordering::Relaxed);
                if seed >= end {
                    // Given back: the next phase counts on.
                    load.next.fetch_sub(1, Ordering::Relaxed);
                    return anyhow::Ok(took);
                }
                load.window.acquire().await?.forget();
                let start = Instant::now();
                post(&load, &mut http, seed).await?;
                took.push(start.elapsed());
            }
        });
    }
    let mut all = Vec::new();
    while let Some(took) = apps.join_next().await {
        all.extend(took??);
    }
    Ok(all)
}

/// Submits one task; its answer.
async fn post(load: &Load, http: &mut Http, seed: usize) -> Result<Value> {
    let job = worker::job(seed as u128);
    loop {
        let (status, body) = http.post("/v1/jobs", &job).await?;
        match status {
            202 => return Ok(serde_json::from_slice(&body)?),
            429 | 503 => {
                load.again.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            _ => anyhow::bail!("{status}: {}", String::from_utf8_lossy(&body)),
        }
    }
}

async fn until_done(load: &Load, count: usize) -> Result<()> {
    let start = Instant::now();
    while load.done.load(Ordering::Relaxed) < count {
        let done = load.done.load(Ordering::Relaxed);
        ensure!(
            start.elapsed() < PATIENCE,
            "{done} of {count} tasks are done after {PATIENCE:?}"
        );
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Ok(())
}

/// How long tasks took.
#[derive(Default)]
struct Latencies {
    sent: usize,
    accepted: Vec<Duration>,
    done: Vec<Duration>,
}

/// Sends tasks at a steady rate, whether earlier ones are done or not, and fetches each
/// result. The first second is not counted.
async fn latencies(load: &Arc<Load>, a_second: u64, seconds: u64) -> Result<Latencies> {
    let seen = Arc::new(Mutex::new(Latencies::default()));
    let (at, key) = (load.at, load.key.clone());
    let sent = steadily(at, &key, a_second, seconds, {
        let (load, seen) = (load.clone(), seen.clone());
        move |mut http, start, counts| {
            let (load, seen) = (load.clone(), seen.clone());
            async move {
                let seed = load.next.fetch_add(1, Ordering::Relaxed);
                let job = post(&load, &mut http, seed).await?;
                let accepted = start.elapsed();
                let id = job["id"].as_str().context("a job without a name")?;
                let path = format!("/v1/jobs/{id}/result?wait=60");
                let (status, _) = http.get(&path).await?;
                ensure!(status == 200, "the result of {id}: {status}");
                let done = start.elapsed();
                if counts {
                    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
                    seen.accepted.push(accepted);
                    seen.done.push(done);
                }
                Ok(http)
            }
        }
    })
    .await?;
    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(Latencies {
        sent,
        ..std::mem::take(&mut *seen)
    })
}

/// Calls `once` at a steady rate, each time with a connection that nobody else uses, the
/// time of the call, and whether it counts; how often.
pub(crate) async fn steadily<F>(
    at: SocketAddr,
    key: &str,
    a_second: u64,
    seconds: u64,
    once: impl Fn(Http, Instant, bool) -> F,
) -> Result<usize>
where
    F: Future<Output = Result<Http>> + Send + 'static,
{
    let pool = Arc::new(Mutex::new(Vec::new()));
    let mut calls = JoinSet::new();
    let mut tick = tokio::time::interval(Duration::from_millis(1));
    let start = Instant::now();
    let mut sent = 0u64;
    while start.elapsed() < Duration::from_secs(seconds + 1) {
        tick.tick().await;
        let due = (start.elapsed().as_secs_f64() * a_second as f64) as u64;
        while sent < due {
            sent += 1;
            let counts = start.elapsed() > Duration::from_secs(1);
            let idle = pool.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let called = Instant::now();
            let http = match idle {
                Some(http) => http,
                None => Http::connect(at, key).await?,
            };
            let (call, pool) = (once(http, called, counts), pool.clone());
            calls.spawn(async move {
                let http = call.await?;
                pool.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(http);
                anyhow::Ok(())
            });
        }
        while let Some(ended) = calls.try_join_next() {
            ended??;
        }
    }
    while let Some(ended) = calls.join_next().await {
        ended??;
    }
    Ok(sent as usize)
}
