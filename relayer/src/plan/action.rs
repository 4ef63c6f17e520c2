//! One thing that anyone may do.

use compute_api::{market, oracle};
use deployment::Contract;
use outbox::Message;

/// Which of the outbox's lanes a message takes: what is urgent does not wait for what is
/// much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// The census, where seconds count.
    Census,
    /// The market.
    Market,
    /// Issuers, peg, reports.
    Reserve,
}

impl Lane {
    const fn name(self) -> &'static str {
        match self {
            Self::Census => "census",
            Self::Market => "market",
            Self::Reserve => "reserve",
        }
    }
}

/// One thing that anyone may do.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Open the census of the slot whose first round this is, if it fires.
    OpenCensus {
        /// The round.
        round: u64,
    },
    /// Seal the census of this slot.
    SealCensus {
        /// The slot.
        slot: u64,
    },
    /// Close the census of this slot.
    CloseCensus {
        /// The slot.
        slot: u64,
    },
    /// Post a round to the oracle.
    PostBeacon {
        /// The round.
        round: u64,
        /// Who waits for it.
        lane: Lane,
    },
    /// Report an operator that misses censuses.
    ReportMissed {
        /// The operator.
        operator: String,
        /// The last census.
        census: u32,
    },
    /// Report an operator that has committed and not answered.
    ReportUnanswered {
        /// The operator.
        operator: String,
        /// The slot of the census.
        slot: u64,
    },
    /// Mark an issuer as short.
    Flag {
        /// The issuer.
        issuer: String,
    },
    /// Take the mark off.
    Cure {
        /// The issuer.
        issuer: String,
    },
    /// Have an issuer default.
    Default {
        /// The issuer.
        issuer: String,
    },
    /// Propose to re-index the peg.
    ProposeReindex,
    /// Start the glide.
    ApplyReindex,
    /// Seal a slot of batches.
    SealSlot {
        /// The slot.
        slot: u64,
    },
    /// Draw a slot's batches.
    DrawSlot {
        /// The slot.
        slot: u64,
    },
    /// Decide a claim that waits.
    DecideVoid {
        /// The batch.
        batch: u64,
        /// The task.
        nonce: u64,
    },
    /// Fail a batch.
    FailBatch {
        /// The batch.
        batch: u64,
    },
    /// Settle a batch.
    SettleBatch {
        /// The batch.
        batch: u64,
    },
    /// End an order.
    EndOrder {
        /// The order.
        order: u64,
    },
    /// Close an order.
    CloseOrder {
        /// The order.
        order: u64,
    },
    /// Note time and height, so that a halt shows.
    Tick,
}

impl Action {
    /// Its name, for logs and metrics.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::OpenCensus { .. } => "open_census",
            Self::SealCensus { .. } => "seal_census",
            Self::CloseCensus { .. } => "close_census",
            Self::PostBeacon { .. } => "post_beacon",
            Self::ReportMissed { .. } => "report_missed",
            Self::ReportUnanswered { .. } => "report_unanswered",
            Self::Flag { .. } => "flag",
            Self::Cure { .. } => "cure",
            Self::Default { .. } => "default",
            Self::ProposeReindex => "propose_reindex",
            Self::ApplyReindex => "apply_reindex",
            Self::SealSlot { .. } => "seal_slot",
            Self::DrawSlot { .. } => "draw_slot",
            Self::DecideVoid { .. } => "decide_void",
            Self::FailBatch { .. } => "fail_batch",
            Self::SettleBatch { .. } => "settle_batch",
            Self::EndOrder { .. } => "end_order",
            Self::CloseOrder { .. } => "close_order",
            Self::Tick => "tick",
        }
    }

    /// Its key in the outbox: [`Self::kind`], then what it is about.
    #[must_use]
    pub fn key(&self) -> String {
        let kind = self.kind();
        match self {
            Self::OpenCensus { round } | Self::PostBeacon { round, .. } => {
                format!("{kind}/{round}")
            }
            Self::SealCensus { slot }
            | Self::CloseCensus { slot }
            | Self::SealSlot { slot }
            | Self::DrawSlot { slot } => format!("{kind}/{slot}"),
            Self::ReportMissed { operator, census } => format!("{kind}/{operator}/{census}"),
            Self::ReportUnanswered { operator, slot } => format!("{kind}/{operator}/{slot}"),
            Self::Flag { issuer } | Self::Cure { issuer } | Self::Default { issuer } => {
                format!("{kind}/{issuer}")
            }
            Self::DecideVoid { batch, nonce } => format!("{kind}/{batch}/{nonce}"),
            Self::FailBatch { batch } | Self::SettleBatch { batch } => format!("{kind}/{batch}"),
            Self::EndOrder { order } | Self::CloseOrder { order } => format!("{kind}/{order}"),
            Self::ProposeReindex | Self::ApplyReindex | Self::Tick => kind.to_owned(),
        }
    }

    /// The round of the beacon that its message carries.
    #[must_use]
    pub const fn round(&self) -> Option<u64> {
        match self {
            Self::OpenCensus { round } | Self::PostBeacon { round, .. } => Some(*round),
            _ => None,
        }
    }

    /// Its lane.
    #[must_use]
    pub const fn lane(&self) -> Lane {
        match self {
            Self::OpenCensus { .. } | Self::SealCensus { .. } | Self::CloseCensus { .. } => {
                Lane::Census
            }
            Self::PostBeacon { lane, .. } => *lane,
            Self::ReportMissed { .. }
            | Self::ReportUnanswered { .. }
            | Self::Flag { .. }
            | Self::Cure { .. }
            | Self::Default { .. }
            | Self::ProposeReindex
            | Self::ApplyReindex => Lane::Reserve,
            Self::SealSlot { .. }
            | Self::DrawSlot { .. }
            | Self::DecideVoid { .. }
            | Self::FailBatch { .. }
            | Self::SettleBatch { .. }
            | Self::EndOrder { .. }
            | Self::CloseOrder { .. }
            | Self::Tick => Lane::Market,
        }
    }

    /// As the outbox takes it. `beacon` is [`Self::round`], signed.
    ///
    /// # Errors
    /// [`outbox::Error::Invalid`] where the round is needed and missing.
    pub fn message(&self, beacon: Option<oracle::BeaconRound>) -> Result<Message, outbox::Error> {
        let key = self.key();
        let message = match self.execute(beacon) {
            Some(Execute::Oracle(msg)) => Message::new(&key, Contract::Oracle, &msg)?,
            Some(Execute::Market(msg)) => Message::new(&key, Contract::Market, &msg)?,
            None => {
                return Err(outbox::Error::Invalid {
                    key,
                    reason: "its round is missing".to_owned(),
                });
            }
        };
        let message = message.on_lane(self.lane().name());
        Ok(match self {
            // Nobody's mistake may hold it up.
            Self::OpenCensus { .. } => message,
            _ => message.batched(),
        })
    }

    fn execute(&self, beacon: Option<oracle::BeaconRound>) -> Option<Execute> {
        use market::ExecuteMsg as Market;
        use oracle::ExecuteMsg as Oracle;
        let oracle = match self.clone() {
            Self::OpenCensus { .. } => Oracle::OpenCensus { beacon: beacon? },
            Self::PostBeacon { .. } => Oracle::PostBeacon { beacon: beacon? },
            Self::SealCensus { .. } => Oracle::SealCensus {},
            Self::CloseCensus { .. } => Oracle::CloseCensus {},
            Self::ReportMissed { operator, .. } => Oracle::ReportMissed { operator },
            Self::ReportUnanswered { operator, .. } => Oracle::ReportUnanswered { operator },
            Self::Flag { issuer } => Oracle::Flag { issuer },
            Self::Cure { issuer } => Oracle::Cure { issuer },
            Self::Default { issuer } => Oracle::Default { issuer },
            Self::ProposeReindex => Oracle::ProposeReindex {},
            Self::ApplyReindex => Oracle::ApplyReindex {},
            Self::SealSlot { slot } => return Some(Market::SealSlot { slot }.into()),
            Self::DrawSlot { slot } => return Some(Market::DrawSlot { slot }.into()),
            Self::DecideVoid { batch, nonce } => {
                return Some(Market::DecideVoid { batch, nonce }.into());
            }
            Self::FailBatch { batch } => return Some(Market::FailBatch { batch }.into()),
            Self::SettleBatch { batch } => return Some(Market::SettleBatch { batch }.into()),
            Self::EndOrder { order } => return Some(Market::EndOrder { order }.into()),
            Self::CloseOrder { order } => return Some(Market::CloseOrder { order }.into()),
            Self::Tick => return Some(Market::Tick {}.into()),
        };
        Some(Execute::Oracle(Box::new(oracle)))
    }
}

enum Execute {
    Oracle(Box<oracle::ExecuteMsg>),
    Market(Box<market::ExecuteMsg>),
}

impl From<market::ExecuteMsg> for Execute {
    fn from(msg: market::ExecuteMsg) -> Self {
        Self::Market(Box::new(msg))
    }
}
