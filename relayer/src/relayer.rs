//! The relayer's loop: read, plan, put into the outbox, learn what came of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chain_client::signer::Signer;
use compute_api::oracle::{BeaconNetwork, BeaconRound, QueryMsg as Oracle};
use compute_proofs::beacon::Network as Beacon;
use compute_proofs::census::fires;
use deployment::Network;
use outbox::{Outbox, Verdict};
use service_kit::Shutdown;
use service_kit::metrics::{Counters, Gauge, Registry, gauge};
use thiserror::Error;

use crate::beacon::{Source, SourceError};
use crate::plan::{self, Action, Lane, Moment, Plan};
use crate::watch::{Watch, overdue};

/// Messages in the outbox from which on the market's wait: it is read anew anyway.
const FULL: u64 = 500;

/// How long what was refused is left alone first; each further time twice as long.
const FIRST_HOLD: u64 = 2;

/// The longest, in seconds.
const MAX_HOLD: u64 = 600;

/// Rounds that are remembered.
const ROUNDS: usize = 256;

/// Why the relayer ends.
#[derive(Debug, Error)]
pub enum RelayerError {
    /// The oracle's beacon cannot be learned.
    #[error("[BL-RLY-001] the oracle's beacon cannot be learned: {0}")]
    Beacon(String),
    /// The outbox.
    #[error(transparent)]
    Outbox(#[from] outbox::Error),
    /// Rounds.
    #[error(transparent)]
    Source(#[from] SourceError),
}

/// How the relayer behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The longest time from one look at the chain to the next.
    pub poll: Duration,
    /// How long the market may go without a message of this relayer before it gets an
    /// empty one, so that a halt of the chain shows for what it was; none for never.
    pub tick: Option<Duration>,
    /// How long an endpoint of the beacon may take to answer.
    pub beacon_patience: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            poll: Duration::from_secs(5),
            tick: Some(Duration::from_secs(600)),
            beacon_patience: Duration::from_secs(5),
        }
    }
}

/// What is measured.
#[derive(Clone, Debug)]
pub struct Metrics {
    /// Cranks with a verdict, by kind and outcome: `done`, or `refused`, which mostly
    /// means that somebody else was faster.
    pub cranks: Counters<2>,
    /// Looks at the chain that failed, by what was looked at.
    pub failures: Counters<1>,
    /// Messages in the outbox without a verdict.
    pub waiting: Gauge,
    /// Seconds since which the oldest crank of the market has been due.
    pub overdue: Gauge,
}

impl Metrics {
    /// Metrics that `registry` shows.
    pub fn register(registry: &mut Registry) -> Self {
        Self {
            cranks: Counters::register(
                registry,
                "cranks",
                "Cranks with a verdict, by kind and outcome",
                ["kind", "outcome"],
            ),
            failures: Counters::register(
                registry,
                "failures",
                "Looks at the chain or the beacon that failed, by what was looked at",
                ["what"],
            ),
            waiting: gauge(registry, "waiting", "Messages without a verdict"),
            overdue: gauge(
                registry,
                "overdue_seconds",
                "Seconds since which the market's oldest crank has been due",
            ),
        }
    }
}

/// Carries beacons to the chain and does what anyone may do when its time has come. It
/// keeps nothing of its own but the outbox: what is to be done stands on the chain, so
/// after an outage of any length it catches up.
pub struct Relayer {
    network: Network,
    source: Source,
    outbox: Outbox,
    config: Config,
    metrics: Metrics,
    /// Rounds that were fetched, with their randomness.
    rounds: BTreeMap<u64, (BeaconRound, [u8; 32])>,
    /// What was refused: how often in a row, and until when it is left alone.
    held: HashMap<String, (u32, u64)>,
    /// The last census after which operators were looked at.
    reported: u32,
    /// When this relayer last sent the market a message.
    last_market: u64,
}

impl Relayer {
    /// A relayer of `network` that fetches rounds from `beacons`, base URLs of drand's
    /// HTTP API. The outbox must be its own.
    ///
    /// # Errors
    /// When the oracle does not tell its beacon, or there is no URL.
    pub async fn new(
        network: Network,
        beacons: &[String],
        outbox: Outbox,
        config: Config,
        metrics: Metrics,
    ) -> Result<Self, RelayerError> {
        let told: BeaconNetwork = network
            .oracle(&Oracle::BeaconNetwork {})
            .await
            .map_err(|error| RelayerError::Beacon(error.to_string()))?;
        let public_key = told.public_key.as_slice().try_into();
        let beacon = Beacon {
            public_key: public_key
                .map_err(|_| RelayerError::Beacon("its key has not 96 bytes".to_owned()))?,
            genesis: told.genesis,
            period: told.period,
        };
        let source = Source::new(beacon, beacons, config.beacon_patience)?;
        Ok(Self {
            network,
            source,
            outbox,
            config,
            metrics,
            rounds: BTreeMap::new(),
            held: HashMap::new(),
            reported: 0,
            last_market: 0,
        })
    }

    /// Works until `shutdown`. `signer` pays for it.
    ///
    /// # Errors
    /// When the outbox fails; everything else is tried again.
    pub async fn run(mut self, signer: Signer, shutdown: Shutdown) -> Result<(), RelayerError> {
        let outbox = self.outbox.clone();
        let network = self.network.clone();
        let sending = outbox.run(network, signer, shutdown.requested());
        tokio::select! {
            ended = sending => Ok(ended?),
            ended = self.watch() => ended,
        }
    }

    async fn watch(&mut self) -> Result<(), RelayerError> {
        loop {
            self.learn().await?;
            let wake_at = self.turn().await?;
            let until_then = wake_at.map(|time| Duration::from_secs(time.saturating_sub(clock())));
            let wait = until_then.map_or(self.config.poll, |wait| wait.min(self.config.poll));
            // A little late rather than a little early.
            self.outbox.news(wait + Duration::from_millis(50)).await;
        }
    }

    /// Takes note of verdicts, and forgets them: the chain is what counts.
    async fn learn(&mut self) -> Result<(), RelayerError> {
        let verdicts = self.outbox.verdicts("").await?;
        let now = clock();
        for (key, verdict) in &verdicts {
            let kind = key.split('/').next().unwrap_or_default();
            match verdict {
                Verdict::Done(done) => {
                    self.held.remove(key);
                    self.metrics.cranks.inc([kind, "done"]);
                    tracing::info!(key, height = done.height, tx = done.hash, "done");
                }
                Verdict::Refused(refused) => {
                    let (times, until) = self.held.entry(key.clone()).or_insert((0, 0));
                    let hold = FIRST_HOLD.saturating_mul(2_u64.saturating_pow(*times));
                    *times = times.saturating_add(1);
                    *until = now.saturating_add(hold.min(MAX_HOLD));
                    self.metrics.cranks.inc([kind, "refused"]);
                    tracing::debug!(key, reason = refused.reason, "refused: done by others?");
                }
            }
        }
        self.held
            .retain(|_, (_, until)| until.saturating_add(MAX_HOLD) > now);
        let keys = verdicts.into_iter().map(|(key, _)| key).collect();
        self.outbox.forget(keys).await?;
        Ok(())
    }

    /// Looks at the chain once and puts in what is to be done; when to look again.
    async fn turn(&mut self) -> Result<Option<u64>, RelayerError> {
        let summary = self.outbox.summary().await?;
        let waiting = summary.waiting.saturating_add(summary.signed);
        self.metrics
            .waiting
            .set(i64::try_from(waiting).unwrap_or(i64::MAX));
        if let Some(trouble) = summary.trouble {
            tracing::warn!(trouble, "sending again");
        }
        let watch = Watch {
            network: &self.network,
            beacon: self.source.network(),
        };
        let Some(at) = self.told("block", watch.moment(clock()).await) else {
            return Ok(None);
        };
        let Some(params) = self.told("params", watch.params().await) else {
            return Ok(None);
        };
        let mut plan = Plan::default();
        if let Some(view) = self.told("census", watch.census(&params).await) {
            plan = plan.and(plan::census(&view, at));
            let last = view.census.last.as_ref().map_or(0, |last| last.id);
            if last != self.reported
                && let Some(operators) = self.told("operators", watch.operators().await)
            {
                plan.actions.extend(plan::reports(&view, &operators));
                self.reported = last;
            }
        }
        if let Some(view) = self.told("reserve", watch.reserve(&params).await) {
            plan = plan.and(plan::reserve(&view, at));
        }
        if waiting < FULL
            && let Some(mut view) = self.told("market", watch.market(at).await)
        {
            self.metrics
                .overdue
                .set(i64::try_from(overdue(&view.due, at.time)).unwrap_or(i64::MAX));
            let tick = self.config.tick.map(|tick| tick.as_secs());
            view.tick_at = tick.map(|tick| self.last_market.saturating_add(tick));
            plan = plan.and(plan::market(&view, at));
        }
        self.put(plan.actions, at, params.census.one_in).await?;
        Ok(plan.wake_at)
    }

    /// What was answered; a failure is counted, said, and tried again the next time.
    fn told<T>(&self, what: &'static str, answer: Result<T, chain_client::Error>) -> Option<T> {
        answer
            .inspect_err(|error| {
                self.metrics.failures.inc([what]);
                tracing::warn!(what, %error, "not answered");
            })
            .ok()
    }

    /// Puts in what is neither on its way nor left alone. One slot in `one_in` fires.
    async fn put(
        &mut self,
        actions: Vec<Action>,
        at: Moment,
        one_in: u64,
    ) -> Result<(), RelayerError> {
        let now = clock();
        let on_its_way: BTreeSet<String> = self.outbox.undecided("").await?.into_iter().collect();
        let mut messages = Vec::new();
        for action in actions {
            let key = action.key();
            let is_held = self.held.get(&key).is_some_and(|(_, until)| now < *until);
            if is_held || on_its_way.contains(&key) {
                continue;
            }
            let beacon = match action.round() {
                None => None,
                Some(round) => match self.round(round).await {
                    Some((beacon, randomness)) => {
                        let opens = matches!(action, Action::OpenCensus { .. });
                        if opens && !fires(&randomness, one_in).unwrap_or(false) {
                            continue;
                        }
                        Some(beacon)
                    }
                    None => continue,
                },
            };
            if action.lane() == Lane::Market {
                self.last_market = at.time;
            }
            messages.push(action.message(beacon)?);
        }
        if !messages.is_empty() {
            self.outbox.put_all(messages).await?;
        }
        Ok(())
    }

    /// A round, fetched once.
    async fn round(&mut self, round: u64) -> Option<(BeaconRound, [u8; 32])> {
        if let Some(known) = self.rounds.get(&round) {
            return Some(known.clone());
        }
        match self.source.round(round).await {
            Ok(found) => {
                self.rounds.insert(round, found.clone());
                while self.rounds.len() > ROUNDS {
                    self.rounds.pop_first();
                }
                Some(found)
            }
            Err(error) => {
                self.metrics.failures.inc(["beacon"]);
                tracing::warn!(%error, "no round");
                None
            }
        }
    }
}

/// Seconds since 1970, by this machine.
fn clock() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}
