//! Reading of the chain what the plans need.

use chain_client::Error;
use compute_api::market::{
    Batch, Crank, Deadline, DeadlinesResponse, Due, QueryMsg as Market, Slot, SlotStage,
    VoidsResponse,
};
use compute_api::oracle::{
    BackingResponse, BeaconResponse, CensusResponse, OperatorResponse, OperatorsResponse, Params,
    PegResponse, QueryMsg as Oracle, TiersResponse,
};
use compute_proofs::beacon::Network as Beacon;
use cosmwasm_std::Uint128;
use deployment::Network;

use crate::plan::{CensusView, DueNow, MarketView, Moment, PegView, ReserveView};

/// Entries of one page.
const PAGE: u32 = 100;

/// Pages of what is due that are read at a time: what is left comes the next time.
const MAX_PAGES: usize = 10;

/// Seconds of a device's rate in one coin (`docs/protocol`: a coin is a minute).
const SECONDS_PER_COIN: u128 = 60;

/// The chain as a relayer sees it.
pub(crate) struct Watch<'a> {
    pub(crate) network: &'a Network,
    pub(crate) beacon: Beacon,
}

impl Watch<'_> {
    /// When a message that is sent now will be executed. `clock` is this machine's: of a
    /// chain without blocks the last one's time is long ago.
    pub(crate) async fn moment(&self, clock: u64) -> Result<Moment, Error> {
        let block = self.network.client().latest_block().await?;
        Ok(Moment {
            time: block.time.max(clock),
            height: block.height.saturating_add(1),
        })
    }

    pub(crate) async fn params(&self) -> Result<Params, Error> {
        self.network.oracle(&Oracle::Params {}).await
    }

    pub(crate) async fn census(&self, params: &Params) -> Result<CensusView, Error> {
        let census: CensusResponse = self.network.oracle(&Oracle::Census {}).await?;
        Ok(CensusView {
            params: params.census.clone(),
            network: self.beacon,
            census,
        })
    }

    pub(crate) async fn operators(&self) -> Result<Vec<OperatorResponse>, Error> {
        let mut all: Vec<OperatorResponse> = Vec::new();
        loop {
            let page: OperatorsResponse = self
                .network
                .oracle(&Oracle::Operators {
                    issuer: None,
                    start_after: all.last().map(|last| last.operator.to_string()),
                    limit: Some(PAGE),
                })
                .await?;
            if page.operators.is_empty() {
                return Ok(all);
            }
            all.extend(page.operators);
        }
    }

    pub(crate) async fn reserve(&self, params: &Params) -> Result<ReserveView, Error> {
        let mut issuers: Vec<compute_api::oracle::IssuerBacking> = Vec::new();
        loop {
            let page: BackingResponse = self
                .network
                .oracle(&Oracle::Backing {
                    start_after: issuers.last().map(|last| last.issuer.to_string()),
                    limit: Some(PAGE),
                })
                .await?;
            if page.issuers.is_empty() {
                break;
            }
            issuers.extend(page.issuers);
        }
        let peg: PegResponse = self.network.oracle(&Oracle::Peg {}).await?;
        let tiers: TiersResponse = self.network.oracle(&Oracle::Tiers {}).await?;
        let held = tiers
            .tiers
            .iter()
            .find(|tier| Some(&tier.id) == tiers.held.as_ref());
        let seconds = Uint128::new(SECONDS_PER_COIN);
        Ok(ReserveView {
            issuers,
            peg: PegView {
                target: peg.target,
                ready_at: peg.reindex.map(|reindex| reindex.ready_at),
                held: held.map(|tier| tier.rate.saturating_mul(seconds)),
                held_for: tiers.held_for,
                hold: params.peg.hold,
            },
        })
    }

    /// What of the market is due at a moment; `tick_at` is left to the caller.
    pub(crate) async fn market(&self, at: Moment) -> Result<MarketView, Error> {
        let mut due = Vec::new();
        let mut start_after = None;
        for _ in 0..MAX_PAGES {
            let page: DeadlinesResponse = self
                .network
                .market(&Market::Deadlines {
                    until: Some(at.time),
                    start_after,
                    limit: Some(PAGE),
                })
                .await?;
            for Due { crank, after } in page.deadlines {
                if at.is_past(after)
                    && let Some(known) = self.look(crank).await?
                {
                    due.push((known, after));
                }
            }
            start_after = page.next;
            if start_after.is_none() {
                break;
            }
        }
        Ok(MarketView { due, tick_at: None })
    }

    /// What doing it takes to know; nothing where it was done meanwhile.
    async fn look(&self, crank: Crank) -> Result<Option<DueNow>, Error> {
        Ok(Some(match crank {
            Crank::SealSlot { slot } => DueNow::Seal { slot },
            Crank::DrawSlot { slot } => {
                let found: Slot = self.network.market(&Market::Slot { slot }).await?;
                let SlotStage::Sealed { round, .. } = found.stage else {
                    return Ok(None);
                };
                let posted: Option<BeaconResponse> =
                    self.network.oracle(&Oracle::Beacon { round }).await?;
                DueNow::Draw {
                    slot,
                    round,
                    posted: posted.is_some(),
                }
            }
            Crank::FailBatch { batch } => DueNow::Fail { batch },
            Crank::SettleBatch { batch } => {
                let found: Batch = self.network.market(&Market::Batch { batch }).await?;
                let undecided = match found.pending_voids {
                    0 => Vec::new(),
                    _ => self.undecided(batch).await?,
                };
                DueNow::Settle { batch, undecided }
            }
            Crank::EndOrder { order } => DueNow::End { order },
            Crank::CloseOrder { order } => DueNow::Close { order },
        }))
    }

    /// Tasks of a batch whose claims wait to be decided.
    async fn undecided(&self, batch: u64) -> Result<Vec<u64>, Error> {
        let mut nonces = Vec::new();
        let mut start_after = None;
        loop {
            let page: VoidsResponse = self
                .network
                .market(&Market::Voids {
                    batch,
                    start_after,
                    limit: Some(PAGE),
                })
                .await?;
            let Some(last) = page.voids.last() else {
                return Ok(nonces);
            };
            start_after = Some(last.nonce);
            let waiting = page.voids.iter().filter(|void| void.is_void.is_none());
            nonces.extend(waiting.map(|void| void.nonce));
        }
    }
}

/// For how long the oldest of these has been due, in seconds.
pub(crate) fn overdue(due: &[(DueNow, Deadline)], now: u64) -> u64 {
    let late = due.iter().map(|(_, after)| now.saturating_sub(after.time));
    late.max().unwrap_or(0)
}
