//! Redis as a durable queue: what an app and a worker would do with it, each write on disk
//! before it is answered (`appendfsync always`).

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::stats::rate;
use crate::worker;

/// A connection: one command at a time.
pub(crate) struct Redis {
    stream: BufReader<TcpStream>,
}

impl Redis {
    pub(crate) async fn connect(at: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(at).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::new(stream),
        })
    }

    /// Sends commands together and waits for all answers; the last one's text, if any.
    pub(crate) async fn run(&mut self, commands: &[&[&str]]) -> Result<Option<String>> {
        let mut request = String::new();
        for command in commands {
            request += &format!("*{}\r\n", command.len());
            for word in *command {
                request += &format!("${}\r\n{word}\r\n", word.len());
            }
        }
        self.stream.get_mut().write_all(request.as_bytes()).await?;
        let mut last = None;
        for _ in commands {
            last = self.reply().await?;
        }
        Ok(last)
    }

    /// One answer; of a list, its last text.
    async fn reply(&mut self) -> Result<Option<String>> {
        let (mut left, mut last) = (1usize, None);
        while left > 0 {
            left -= 1;
            let mut line = String::new();
            if self.stream.read_line(&mut line).await? == 0 {
                bail!("redis has closed the connection");
            }
            let line = line.trim_end();
            let (kind, rest) = line.split_at_checked(1).context("an empty answer")?;
            match kind {
                "+" | ":" => {}
                "-" => bail!("redis: {rest}"),
                "$" if rest == "-1" => last = None,
                "$" => {
                    let mut bytes = vec![0; rest.parse::<usize>()? + 2];
                    self.stream.read_exact(&mut bytes).await?;
                    bytes.truncate(bytes.len() - 2);
                    last = Some(String::from_utf8(bytes)?);
                }
                "*" if rest == "-1" => last = None,
                "*" => left += rest.parse::<usize>()?,
                _ => bail!("redis: {line}"),
            }
        }
        Ok(last)
    }
}

/// Workers that take tasks from the queue, note that they have them, and answer. They run
/// until they are aborted.
pub(crate) fn workers(
    at: SocketAddr,
    count: usize,
    done: &Arc<AtomicUsize>,
) -> JoinSet<Result<()>> {
    let mut all = JoinSet::new();
    for _ in 0..count {
        let done = done.clone();
        all.spawn(async move {
            let mut redis = Redis::connect(at).await?;
            loop {
                let task = redis.run(&[&["BLMOVE", "queue", "leased", "RIGHT", "LEFT", "0"]]);
                let task = task.await?.context("a task")?;
                let name = task.split(' ').next().unwrap_or_default();
                let answer = format!("result:{name}");
                redis
                    .run(&[
                        &["MULTI"],
                        &["LREM", "leased", "-1", &task],
                        &["LPUSH", &answer, "0123456789abcdef"],
                        &["EXEC"],
                    ])
                    .await?;
                done.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    all
}

/// Tasks a second through the queue, from `apps` connections with one command at a time.
pub(crate) async fn throughput(
    at: SocketAddr,
    apps: usize,
    tasks: usize,
    done: &Arc<AtomicUsize>,
) -> Result<u64> {
    let next = Arc::new(AtomicUsize::new(0));
    let start = Instant::now();
    let mut all = JoinSet::new();
    for _ in 0..apps {
        let next = next.clone();
        all.spawn(async move {
            let mut redis = Redis::connect(at).await?;
            loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= tasks {
                    return anyhow::Ok(());
                }
                redis.run(&[&["LPUSH", "queue", &task(seed)]]).await?;
            }
        });
    }
    while let Some(ended) = all.join_next().await {
        ended??;
    }
    while done.load(Ordering::Relaxed) < tasks {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Ok(rate(tasks, start.elapsed()))
}

/// A task with its name.
pub(crate) fn task(seed: usize) -> String {
    format!("{seed} {}", worker::job(seed as u128))
}
