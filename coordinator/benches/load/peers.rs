//! The same requests through nginx as a reverse proxy, and the same tasks through Redis as
//! a durable queue, on the same machine in the same run. Where one is not found it is
//! left out, and that is said.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::body::Bytes;
use axum::http::{StatusCode, header::CONTENT_TYPE};
use axum::routing::post;
use processes::{Launch, Process, free_port};
use test_suite::figures::Row;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::http::Http;
use crate::load::steadily;
use crate::redis::{self, Redis};
use crate::stats::{rate, rows};
use crate::worker;

/// Connections of apps.
const APPS: usize = 64;

/// Connections of Redis's workers: each has one task at a time.
const WORKERS: usize = 64;

/// Adds the rows of both, with latencies at `a_second` requests.
pub(crate) async fn measure(a_second: u64, short: bool, to: &mut Vec<Row>) -> Result<()> {
    let beside = std::env::current_exe()?;
    let beside = beside.parent().context("where this binary is")?;
    let folder = tempfile::tempdir_in(beside)?;
    match program("nginx") {
        Some(program) => nginx(&program, folder.path(), a_second, short, to).await?,
        None => eprintln!("nginx is not found: no reverse proxy beside it"),
    }
    match program("redis-server") {
        Some(program) => queue(&program, folder.path(), a_second, short, to).await?,
        None => eprintln!("redis-server is not found: no queue beside it"),
    }
    Ok(())
}

/// On the path.
fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let mut all = std::env::split_paths(&path).map(|folder| folder.join(name));
    all.find(|program| program.is_file())
}

/// What stands behind the proxy: takes a job and answers at once.
async fn backend() -> Result<SocketAddr> {
    const ANSWER: &str = "{\"id\":\"job_0123456789abcdef0123456789abcdef\",\"object\":\"job\",\
        \"status\":\"queued\",\"order\":1,\"nonce\":1,\"ops\":\"1\"}";
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let at = listener.local_addr()?;
    let json = [(CONTENT_TYPE, "application/json")];
    let answer = move |_: Bytes| async move { (StatusCode::ACCEPTED, json, ANSWER) };
    let router = Router::new().route("/v1/jobs", post(answer));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(at)
}

async fn nginx(
    program: &Path,
    folder: &Path,
    a_second: u64,
    short: bool,
    to: &mut Vec<Row>,
) -> Result<()> {
    eprintln!("nginx");
    let behind = backend().await?;
    let port = free_port()?;
    let at = SocketAddr::from(([127, 0, 0, 1], port));
    let place = folder.display();
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("{name}_temp_path {place}/{name};"))
        .join(" ");
    let config = format!(
        "daemon off; worker_processes 2; pid {place}/nginx.pid; error_log stderr;
         events {{ worker_connections 4096; }}
         http {{
           access_log off; {temporary} keepalive_requests 1000000;
           upstream behind {{ server {behind}; keepalive 256; keepalive_requests 1000000; }}
           server {{
             listen {at};
             location / {{
               proxy_pass http://behind; proxy_http_version 1.1;
               proxy_set_header Connection \"\";
             }}
           }}
         }}"
    );
    let file = folder.join("nginx.conf");
    std::fs::write(&file, config)?;
    let (prefix, file) = (place.to_string(), file.display().to_string());
    let arguments = ["-p", &prefix, "-e", "stderr", "-c", &file];
    let mut process = Process::start(Launch::new("nginx", program, &arguments, folder))?;
    answers(&mut process, || async move {
        Http::connect(at, "").await?.post("/v1/jobs", "{}").await
    })
    .await?;
    let requests = if short { 5_000 } else { 50_000 };
    let next = Arc::new(AtomicUsize::new(0));
    let start = Instant::now();
    let mut apps = JoinSet::new();
    for _ in 0..APPS {
        let next = next.clone();
        apps.spawn(async move {
            let mut http = Http::connect(at, "").await?;
            loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= requests {
                    return anyhow::Ok(());
                }
                let (status, _) = http.post("/v1/jobs", &worker::job(seed as u128)).await?;
                ensure!(status == 202, "nginx: {status}");
            }
        });
    }
    while let Some(ended) = apps.join_next().await {
        ended??;
    }
    let name = "rate/beside it: requests through nginx";
    to.push(Row::new(
        name,
        rate(requests, start.elapsed()),
        "requests a second",
    ));
    let took = Arc::new(Mutex::new(Vec::new()));
    let seconds = if short { 2 } else { 8 };
    steadily(at, "", a_second, seconds, |mut http, start, counts| {
        let took = took.clone();
        async move {
            let (status, _) = http.post("/v1/jobs", &worker::job(1)).await?;
            ensure!(status == 202, "nginx: {status}");
            if counts {
                let elapsed = start.elapsed();
                took.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(elapsed);
            }
            Ok(http)
        }
    })
    .await?;
    let took = std::mem::take(&mut *took.lock().unwrap_or_else(PoisonError::into_inner));
    to.extend(rows("latency/beside it: a request through nginx", took));
    process.stop().await;
    Ok(())
}

async fn queue(
    program: &Path,
    folder: &Path,
    a_second: u64,
    short: bool,
    to: &mut Vec<Row>,
) -> Result<()> {
    eprintln!("redis");
    let port = free_port()?;
    let at = SocketAddr::from(([127, 0, 0, 1], port));
    let (port, place) = (port.to_string(), folder.display().to_string());
    let arguments = [
        "--port",
        &port,
        "--bind",
        "127.0.0.1",
        "--dir",
        &place,
        "--save",
        "",
        "--appendonly",
        "yes",
        "--appendfsync",
        "always",
    ];
    let mut process = Process::start(Launch::new("redis", program, &arguments, folder))?;
    answers(&mut process, || async move {
        Redis::connect(at).await?.run(&[&["PING"]]).await
    })
    .await?;
    let tasks = if short { 5_000 } else { 30_000 };
    let done = Arc::new(AtomicUsize::new(0));
    let mut workers = redis::workers(at, WORKERS, &done);
    let found = redis::throughput(at, APPS, tasks, &done).await?;
    let name = "rate/beside it: tasks through redis, each write on disk";
    to.push(Row::new(name, found, "tasks a second"));
    let took = latencies(at, a_second, if short { 2 } else { 8 }, tasks).await?;
    to.extend(rows(
        "latency/beside it: a task through redis, until the app has its result",
        took,
    ));
    workers.abort_all();
    while let Some(ended) = workers.join_next().await {
        // Only those that were not aborted have something to say.
        if let Ok(ended) = ended {
            ended?;
        }
    }
    process.stop().await;
    Ok(())
}

/// How long tasks take at a steady rate, the first second left out.
async fn latencies(
    at: SocketAddr,
    a_second: u64,
    seconds: u64,
    first: usize,
) -> Result<Vec<Duration>> {
    let pool = Arc::new(Mutex::new(Vec::<Redis>::new()));
    let mut calls = JoinSet::new();
    let mut tick = tokio::time::interval(Duration::from_millis(1));
    let (start, mut sent, mut all) = (Instant::now(), 0u64, Vec::new());
    while start.elapsed() < Duration::from_secs(seconds + 1) {
        tick.tick().await;
        let due = (start.elapsed().as_secs_f64() * a_second as f64) as u64;
        while sent < due {
            let task = redis::task(first + sent as usize);
            sent += 1;
            let pool = pool.clone();
            let (called, counts) = (Instant::now(), start.elapsed() > Duration::from_secs(1));
            let idle = pool.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut redis = match idle {
                Some(redis) => redis,
                None => Redis::connect(at).await?,
            };
            calls.spawn(async move {
                let name = task.split(' ').next().unwrap_or_default();
                redis.run(&[&["LPUSH", "queue", &task]]).await?;
                let answer = format!("result:{name}");
                let found = redis.run(&[&["BRPOP", &answer, "60"]]).await?;
                ensure!(found.is_some(), "no result of task {name}");
                let took = called.elapsed();
                pool.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(redis);
                Ok(counts.then_some(took))
            });
        }
        while let Some(ended) = calls.try_join_next() {
            all.extend(ended??);
        }
    }
    while let Some(ended) = calls.join_next().await {
        all.extend(ended??);
    }
    Ok(all)
}

/// Waits until a server answers.
async fn answers<T, F>(process: &mut Process, ask: impl Fn() -> F) -> Result<()>
where
    F: Future<Output = Result<T>>,
{
    let start = Instant::now();
    loop {
        process.check()?;
        match ask().await {
            Ok(_) => return Ok(()),
            Err(error) if start.elapsed() > Duration::from_secs(10) => {
                return Err(error.context(format!("{}: {}", process.name(), process.tail())));
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}
