use cosmwasm_schema::cw_serde;
use cosmwasm_std::Uint128;

use super::Limit;

/// Everything that can be set. Changes as a whole, after [`Self::timelock`]. What an
/// order or a slot has taken from here when it was opened or sealed stays with it.
#[cw_serde]
pub struct Params {
    /// What an order can be.
    pub orders: OrderParams,
    /// How issuers serve.
    pub redemptions: RedemptionParams,
    /// How batches are sealed, drawn and proven.
    pub batches: BatchParams,
    /// What an order's owner can demand of a batch.
    pub demands: DemandParams,
    /// Who gets what.
    pub split: SplitParams,
    /// How a halt of the chain is credited.
    pub halts: HaltParams,
    /// Seconds between the announcement of a change and its application.
    pub timelock: u64,
}

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const COIN: u128 = 1_000_000;

impl Params {
    /// What a network in production begins with.
    #[must_use]
    pub const fn production() -> Self {
        Self {
            orders: OrderParams {
                min_pay: Uint128::new(COIN),
                // What a GPU's work is worth the market says, not the protocol.
                min_price_bps: 1,
                max_price_bps: 1_000_000,
                max_life: 90 * DAY,
                commit_within: limit(HOUR, 100),
                cap_period: DAY,
            },
            redemptions: RedemptionParams {
                min_amount: Uint128::new(COIN),
                pace_bps: 10_000,
                slack: limit(HOUR, 100),
            },
            batches: BatchParams {
                slot: 10 * MINUTE,
                draw_after: 30,
                late_after: MINUTE,
                post_within: limit(HOUR, 100),
                // A day without a beacon.
                max_seals: 24,
                challenge_one_in: 1,
                samples: 16,
                min_samples: 6,
                max_samples: 64,
                prove_within: limit(2 * HOUR, 200),
                window: limit(DAY, 2_000),
                exposure_factor: 12,
            },
            demands: DemandParams {
                per_batch: 4,
                // Carrying an answer costs far less.
                bond: Uint128::new(COIN),
                answer_within: limit(6 * HOUR, 600),
                react_within: limit(6 * HOUR, 600),
                max_nodes: 1_024,
            },
            split: SplitParams {
                worker_bps: 8_500,
                coordinator_bps: 1_000,
                // Two thirds, as of what is paid beside the worker's part.
                fee_coordinator_bps: 6_667,
                compensation_bps: 1_000,
            },
            halts: HaltParams {
                // Blocks of 5 to 6 seconds, and some that take two rounds.
                block_seconds: 10,
                commit_within: HOUR,
            },
            // Longer than the longest that a batch stays open.
            timelock: 7 * DAY,
        }
    }
}

const fn limit(seconds: u64, blocks: u64) -> Limit {
    Limit { seconds, blocks }
}

/// What an order can be.
#[cw_serde]
pub struct OrderParams {
    /// Micro-coins of an order to pay, at least.
    pub min_pay: Uint128,
    /// Parts of 10 000 of par that an order offers, at least.
    pub min_price_bps: u32,
    /// Parts of 10 000 of par that an order offers, at most.
    pub max_price_bps: u32,
    /// Seconds from now to an order's expiry, at most.
    pub max_life: u64,
    /// From an order's end until it closes, in which its batches can still be
    /// committed.
    pub commit_within: Limit,
    /// Seconds of a daily cap's day.
    pub cap_period: u64,
}

/// How issuers serve.
#[cw_serde]
pub struct RedemptionParams {
    /// Micro-coins to redeem, at least.
    pub min_amount: Uint128,
    /// Parts of 10 000 of an issuer's rate that its time to serve is counted with,
    /// at least 1. Below 10 000 once programs are served that move more than they
    /// multiply: those run slower than the proven rate.
    pub pace_bps: u32,
    /// What an issuer gets beyond the time that the work takes.
    pub slack: Limit,
}

/// How batches are sealed, drawn and proven.
#[cw_serde]
pub struct BatchParams {
    /// Seconds of a slot, whose batches share a seal and a beacon.
    pub slot: u64,
    /// Seconds from the sealing block to the round that is drawn by.
    pub draw_after: u64,
    /// Seconds after a slot's end from which a seal is late. A late seal fixes no
    /// round yet, since the header may lag behind real time after a halt: the next
    /// message in a later block does.
    pub late_after: u64,
    /// From the round's time and the seal's height until a slot whose round is not
    /// posted is sealed anew.
    pub post_within: Limit,
    /// Times that a slot is sealed, at most, before it is void.
    pub max_seals: u32,
    /// One batch in this many is challenged: 1 challenges all.
    pub challenge_one_in: u32,
    /// Samples of a challenged batch, where its order names no number.
    pub samples: u32,
    /// Samples that an order can ask for, at least.
    pub min_samples: u32,
    /// Samples that an order can ask for, at most.
    pub max_samples: u32,
    /// From the draw until all samples must be opened.
    pub prove_within: Limit,
    /// From the seal until a batch can settle.
    pub window: Limit,
    /// How often a worker's unsettled rewards must fit into what can be slashed of
    /// it.
    pub exposure_factor: u32,
}

/// What an order's owner can demand of a batch.
#[cw_serde]
pub struct DemandParams {
    /// Demands of one batch, at most.
    pub per_batch: u32,
    /// Micro-coins that come with a demand. They go to the worker and its voters when
    /// it is answered, and back where it is not.
    pub bond: Uint128,
    /// How long there is to answer.
    pub answer_within: Limit,
    /// How long a batch stays open after an answer, for what follows from it.
    pub react_within: Limit,
    /// Nodes of one demand, at most.
    pub max_nodes: u32,
}

/// Who gets what.
#[cw_serde]
pub struct SplitParams {
    /// Parts of 10 000 of what is paid that go to the worker and its voters.
    pub worker_bps: u32,
    /// Parts of 10 000 of what is paid that go to the coordinator and its voters. What
    /// is left goes to the protection pool.
    pub coordinator_bps: u32,
    /// Parts of 10 000 of a redemption's fee that go to the coordinator and its
    /// voters. What is left goes to the protection pool.
    pub fee_coordinator_bps: u32,
    /// Parts of 10 000 of a batch's charge that the protection pool pays its order's
    /// owner for the time lost, beyond the coins that come free, when the batch is
    /// overturned.
    pub compensation_bps: u32,
}

/// How a halt of the chain is credited.
#[cw_serde]
pub struct HaltParams {
    /// Seconds that a block takes, at most, while the chain runs. Time beyond that
    /// between two messages was a halt.
    pub block_seconds: u64,
    /// Seconds after a halt in which a batch can still be committed whose `commit_by`
    /// fell into the halt or into these seconds.
    pub commit_within: u64,
}
