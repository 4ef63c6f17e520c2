//! The numbers of the default networks: production's times, with small amounts.

use compute_api::{
    market::{
        self, BatchParams, DemandParams, HaltParams, Limit, OrderParams, RedemptionParams,
        SplitParams,
    },
    oracle::{CensusParams, Identity, Params, PauseParams, PegParams, ReserveParams, Tier},
    votes::{self, Commission, FaultParams, Metadata, Penalty},
};
use cosmwasm_std::{Decimal, Uint128, coin};

/// What bonds are in.
pub const BOND_DENOM: &str = "ubond";

/// When the contracts are made. The beacon's rounds are not aligned to slots.
pub const START: u64 = 1_700_000_000;

/// Seconds of a day.
pub const DAY: u64 = 86_400;

/// Micro-coins in a coin.
pub const COIN: u128 = 1_000_000;

/// Parameters of the oracle. A unit of work is 2·16³ = 8 192 ops, so nine units in
/// 72 s prove 1 024 ops per second: a little more than a `small` device.
#[must_use]
pub fn oracle_params() -> Params {
    Params {
        census: CensusParams {
            slot: 60,
            one_in: 1,
            gap: 3_600,
            open_within: 20,
            rate_margin: 12,
            draw_after: 30,
            seal_within: 60,
            draw_within: 600,
            answer_within: 3_600,
            answer_blocks: 100,
            matrix: 16,
            tile: 8,
            samples: 4,
            devices_after: 8,
            missed_limit: 4,
        },
        peg: PegParams {
            hold: 4,
            min_operators: 3,
            veto_within: 3 * DAY,
            glide_bps: 100,
            glide_period: DAY,
        },
        reserve: ReserveParams {
            horizon: 30 * DAY,
            margin_bps: 500,
            bond_per_coin: coin(1_000, BOND_DENOM),
            census_max_age: 2 * DAY,
            curing: 7 * DAY,
            bond_unlock: 21 * DAY,
            mint_limit: Uint128::new(1_000_000 * COIN),
            mint_period: DAY,
        },
        pauses: PauseParams {
            mint_max: 7 * DAY,
            redeem_max: DAY,
            redeem_every: 7 * DAY,
        },
        timelock: 3 * DAY,
    }
}

/// Parameters of votes.
#[must_use]
pub fn votes_params() -> votes::Params {
    let penalty = |permille, jail| Penalty {
        slash: Decimal::permille(permille),
        jail,
    };
    votes::Params {
        miner_bond: Uint128::new(100 * COIN),
        coordinator_bond: Uint128::new(1_000 * COIN),
        unbonding: 21 * DAY,
        unbonding_period: DAY,
        max_commission: Decimal::percent(50),
        commission_period: DAY,
        faults: FaultParams {
            missed: penalty(1, 3_600),
            unanswered: penalty(10, DAY),
            unproven: penalty(20, DAY),
            fraud: Decimal::percent(50),
        },
        bounty: Decimal::percent(10),
        bounty_cap: Uint128::new(1_000 * COIN),
        timelock: 28 * DAY,
    }
}

/// Parameters of the market: production's, but for amounts and how many samples there
/// are.
#[must_use]
pub fn market_params() -> market::Params {
    let limit = |seconds, blocks| Limit { seconds, blocks };
    market::Params {
        orders: OrderParams {
            min_pay: Uint128::new(1_000),
            min_price_bps: 1,
            max_price_bps: 1_000_000,
            max_life: 90 * DAY,
            commit_within: limit(3_600, 100),
            cap_period: DAY,
        },
        redemptions: RedemptionParams {
            min_amount: Uint128::new(1_000),
            pace_bps: 10_000,
            slack: limit(3_600, 100),
        },
        batches: BatchParams {
            slot: 600,
            draw_after: 30,
            late_after: 60,
            post_within: limit(3_600, 100),
            max_seals: 3,
            challenge_one_in: 1,
            samples: 4,
            min_samples: 1,
            max_samples: 64,
            prove_within: limit(7_200, 200),
            window: limit(DAY, 2_000),
            exposure_factor: 12,
        },
        demands: DemandParams {
            per_batch: 4,
            bond: Uint128::new(COIN),
            answer_within: limit(21_600, 600),
            react_within: limit(21_600, 600),
            max_nodes: 1_024,
        },
        split: SplitParams {
            worker_bps: 8_500,
            coordinator_bps: 1_000,
            fee_coordinator_bps: 6_667,
            compensation_bps: 1_000,
        },
        halts: HaltParams {
            block_seconds: 10,
            commit_within: 3_600,
        },
        timelock: 7 * DAY,
    }
}

/// Tiers `small`, `middle` and `large`: 1 000, 2 000 and 4 000 ops per second, so
/// 60 000, 120 000 and 240 000 ops in a coin.
#[must_use]
pub fn tiers() -> Vec<Tier> {
    let tier = |(id, rate): (&str, u128)| Tier {
        id: id.to_owned(),
        name: format!("A {id} device"),
        rate: Uint128::new(rate),
        source: "made up for tests".to_owned(),
    };
    [("small", 1_000), ("middle", 2_000), ("large", 4_000)]
        .map(tier)
        .into()
}

/// What anybody can say of an issuer.
#[must_use]
pub fn identity(name: &str) -> Identity {
    Identity {
        name: name.to_owned(),
        jurisdiction: "Nowhere".to_owned(),
        url: "https://example.org".to_owned(),
        contact: "mail@example.org".to_owned(),
    }
}

/// What anybody can say of an operator.
#[must_use]
pub fn metadata(name: &str) -> Metadata {
    Metadata {
        name: name.to_owned(),
        url: String::new(),
        contact: String::new(),
    }
}

/// A tenth of rewards, at most a fifth, changed by at most a fiftieth.
#[must_use]
pub fn commission() -> Commission {
    Commission {
        rate: Decimal::percent(10),
        max_rate: Decimal::percent(20),
        max_change: Decimal::percent(2),
    }
}
