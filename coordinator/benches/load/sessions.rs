//! What open sessions cost a coordinator: memory, and processor time of a task.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use test_suite::figures::Row;
use tokio::task::JoinSet;

use crate::assignment::COUNTS;
use crate::http::Http;
use crate::proc::Coordinator;
use crate::stats::rate;
use crate::worker::{self, Taken};

/// Connections of apps.
const APPS: usize = 64;

/// Adds a line for each number of sessions: real ones, each over a connection of its own.
pub(crate) async fn measure(short: bool, to: &mut Vec<Row>) -> Result<()> {
    for count in COUNTS {
        eprintln!("{count} sessions");
        let coordinator = Coordinator::start(count).await?;
        let before = coordinator.memory()?;
        let done = Arc::new(AtomicUsize::new(0));
        let counts = done.clone();
        let taken: Taken = Arc::new(move || {
            counts.fetch_add(1, Ordering::Relaxed);
        });
        let (cpu, start) = (coordinator.cpu()?, Instant::now());
        worker::fleet(coordinator.workers, count, &taken).await?;
        let opened = coordinator.cpu()?.saturating_sub(cpu) / u32::try_from(count)?;
        let opening = start.elapsed();
        let memory = coordinator.memory()?.saturating_sub(before);
        let tasks = if short { 1_000 } else { 10_000 };
        let (cpu, start) = (coordinator.cpu()?, Instant::now());
        submit(&coordinator, tasks).await?;
        while done.load(Ordering::Relaxed) < tasks {
            let seen = done.load(Ordering::Relaxed);
            ensure!(
                start.elapsed() < Duration::from_secs(60),
                "{seen} of {tasks} tasks are done with {count} sessions"
            );
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let (took, cpu) = (start.elapsed(), coordinator.cpu()?.saturating_sub(cpu));
        let name = |column: &str| format!("sessions/{count} workers/{column}");
        to.push(Row::new(name("tasks"), rate(tasks, took), "a second"));
        let each = cpu.as_micros() as u64 / tasks as u64;
        to.push(Row::new(name("a task"), each, "µs"));
        to.push(Row::new(name("opened"), rate(count, opening), "a second"));
        to.push(Row::new(name("opening"), opened.as_micros() as u64, "µs"));
        to.push(Row::new(name("memory"), memory / 1024, "MiB"));
        coordinator.stop().await?;
    }
    Ok(())
}

async fn submit(coordinator: &Coordinator, tasks: usize) -> Result<()> {
    let (at, next) = (coordinator.http, Arc::new(AtomicUsize::new(0)));
    let mut apps = JoinSet::new();
    for _ in 0..APPS {
        let (next, key) = (next.clone(), coordinator.key.clone());
        apps.spawn(async move {
            let mut http = Http::connect(at, &key).await?;
            loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= tasks {
                    return anyhow::Ok(());
                }
                let (status, body) = http.post("/v1/jobs", &worker::job(seed as u128)).await?;
                let text = String::from_utf8_lossy(&body);
                ensure!(status == 202, "{status}: {text}");
            }
        });
    }
    while let Some(ended) = apps.join_next().await {
        ended??;
    }
    Ok(())
}
