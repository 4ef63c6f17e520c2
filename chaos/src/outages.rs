//! Kills and starts again, as planned; measures how long it takes until each serves; and
//! starts again what has ended by itself, as a system's supervisor would.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use chain_client::Client as Chain;
use demo::Tell;
use processes::{ProcessError, Processes};
use reqwest::Client;
use serde::Deserialize;
use tokio::task::{AbortHandle, JoinSet};

use crate::{ChaosError, How, Outage, Victim, network::Site};

/// Between two looks.
const TICK: Duration = Duration::from_millis(20);

/// Between two questions whether it serves again.
const ASK: Duration = Duration::from_millis(50);

/// How long it may take to serve again.
const BACK: Duration = Duration::from_secs(60);

/// After what time something is started again that has ended by itself.
const SUPERVISE: Duration = Duration::from_millis(500);

/// One process that was killed, and started again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Recovered {
    pub(crate) victim: Victim,
    pub(crate) how: How,
    /// From its start until it served; nothing if that took too long.
    pub(crate) served_after: Option<Duration>,
}

/// Whoever kills and starts again.
pub(crate) struct Killer<'a> {
    site: &'a Site,
    processes: &'a mut Processes,
    tell: Tell,
    http: Client,
    begin: Instant,
    /// What is down, and when it is started again.
    down: Vec<(Instant, Outage)>,
    waiting: JoinSet<Recovered>,
    /// Those of `waiting`, so that none waits for what is killed again.
    waits: BTreeMap<Victim, AbortHandle>,
    /// How often each was killed, and how.
    pub(crate) kills: BTreeMap<(Victim, How), u64>,
    /// What has ended by itself, and how often.
    pub(crate) ended: BTreeMap<String, u32>,
    pub(crate) recovered: Vec<Recovered>,
}

impl<'a> Killer<'a> {
    pub(crate) fn new(site: &'a Site, processes: &'a mut Processes, tell: &Tell) -> Self {
        Self {
            site,
            processes,
            tell: tell.clone(),
            http: Client::new(),
            begin: Instant::now(),
            down: Vec::new(),
            waiting: JoinSet::new(),
            waits: BTreeMap::new(),
            kills: BTreeMap::new(),
            ended: BTreeMap::new(),
            recovered: Vec::new(),
        }
    }

    /// Carries out all outages; when it returns, everything serves.
    pub(crate) async fn run(&mut self, outages: &[Outage]) -> Result<(), ChaosError> {
        let mut next = outages.iter().peekable();
        self.begin = Instant::now();
        loop {
            while let Some(outage) = next.next_if(|at| at.at <= self.begin.elapsed()) {
                self.kill(*outage).await?;
            }
            self.look().await?;
            if next.peek().is_none() && self.down.is_empty() && self.waiting.is_empty() {
                return Ok(());
            }
            tokio::time::sleep(TICK).await;
        }
    }

    /// Starts again what is due or has ended by itself.
    pub(crate) async fn look(&mut self) -> Result<(), ChaosError> {
        let now = Instant::now();
        let (due, down): (Vec<_>, Vec<_>) = self.down.drain(..).partition(|(at, _)| *at <= now);
        self.down = down;
        for (_, outage) in due {
            self.start(outage).await?;
        }
        if let Err(error) = self.processes.check() {
            let ProcessError::Ended {
                name, status, tail, ..
            } = error
            else {
                return Err(error.into());
            };
            let last = tail.lines().last().unwrap_or_default();
            self.tell
                .line(&format!("  {name} has ended by itself ({status}): {last}"));
            *self.ended.entry(name.clone()).or_default() += 1;
            tokio::time::sleep(SUPERVISE).await;
            self.processes.restart(&name).await?;
        }
        while let Some(ended) = self.waiting.try_join_next() {
            match ended {
                Ok(recovered) => self.recovered.push(recovered),
                // It was killed again before it served.
                Err(error) if error.is_cancelled() => {}
                Err(error) => return Err(ChaosError::Wrong(error.to_string())),
            }
        }
        Ok(())
    }

    async fn kill(&mut self, outage: Outage) -> Result<(), ChaosError> {
        let name = self.site.name(outage.victim);
        let at = self.begin.elapsed();
        self.tell.line(&format!(
            "  {:5.1} s  kill -9 {name}, {}, for {:.1} s",
            at.as_secs_f64(),
            outage.how,
            outage.down.as_secs_f64()
        ));
        self.processes.kill(&name).await?;
        if let Some(waits) = self.waits.remove(&outage.victim) {
            waits.abort();
        }
        *self.kills.entry((outage.victim, outage.how)).or_default() += 1;
        self.down.push((Instant::now() + outage.down, outage));
        Ok(())
    }

    async fn start(&mut self, outage: Outage) -> Result<(), ChaosError> {
        let name = self.site.name(outage.victim);
        self.processes.restart(&name).await?;
        let serves = Serves {
            http: self.http.clone(),
            url: self.site.coordinator.url.clone(),
            chain: self.site.network.client().clone(),
            relayer: self.site.relayer.clone(),
            worker: match outage.victim {
                Victim::Worker(number) => {
                    let worker = self.site.people.workers.get(number);
                    worker.map(|worker| worker.person.address.clone())
                }
                _ => None,
            },
        };
        let waits = self.waiting.spawn(async move {
            Recovered {
                victim: outage.victim,
                how: outage.how,
                served_after: serves.again(outage.victim).await,
            }
        });
        self.waits.insert(outage.victim, waits);
        Ok(())
    }
}

/// How it shows that something serves again.
struct Serves {
    http: Client,
    url: String,
    chain: Chain,
    relayer: String,
    worker: Option<String>,
}

#[derive(Deserialize)]
struct Workers {
    data: Vec<Worker>,
}

#[derive(Deserialize)]
struct Worker {
    address: String,
    connected: bool,
}

impl Serves {
    /// How long it takes until it serves; nothing if that is too long.
    async fn again(&self, victim: Victim) -> Option<Duration> {
        let started = Instant::now();
        // As soon as the chain can be asked.
        let mut sent_before = None;
        while started.elapsed() < BACK {
            let serves = match victim {
                // It answers, and makes blocks.
                Victim::Chain => self.chain.latest_block().await.is_ok(),
                // It answers, and has read the chain.
                Victim::Coordinator => self.ready().await,
                // It has sent something.
                Victim::Relayer => match self.sent().await {
                    Some(now) => now > *sent_before.get_or_insert(now),
                    None => false,
                },
                // It has a session.
                Victim::Worker(_) => self.connected().await,
            };
            if serves {
                return Some(started.elapsed());
            }
            tokio::time::sleep(ASK).await;
        }
        None
    }

    async fn ready(&self) -> bool {
        let answer = self.http.get(format!("{}/readyz", self.url)).send().await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    /// Transactions that the relayer has sent.
    async fn sent(&self) -> Option<u64> {
        let account = self.chain.account(&self.relayer).await.ok()?;
        Some(account.sequence)
    }

    async fn connected(&self) -> bool {
        let answer = self
            .http
            .get(format!("{}/v1/workers", self.url))
            .send()
            .await;
        let Ok(answer) = answer else {
            return false;
        };
        let workers = answer.json::<Workers>().await;
        workers.is_ok_and(|workers| {
            workers
                .data
                .iter()
                .any(|worker| worker.connected && Some(&worker.address) == self.worker.as_ref())
        })
    }
}
