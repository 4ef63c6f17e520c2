//! Devnet's numbers, for blocks of half a second.

use compute_api::market::{
    self, BatchParams, DemandParams, HaltParams, Limit, OrderParams, RedemptionParams, SplitParams,
};
use compute_api::oracle::{CensusParams, Params, PauseParams, PegParams, ReserveParams, Tier};
use compute_api::votes::{self, FaultParams, Penalty};
use cosmwasm_std::{Coin, Decimal, Uint128};

/// Micro-coins in a coin.
const COIN: u128 = 1_000_000;
/// Operations per second.
const GIGA: u128 = 1_000_000_000;
const MINUTE: u64 = 60;

/// A census every 20 s or so, whose result counts 25 s after it has opened; two of them
/// make a rate, so an issuer can mint after about a minute.
pub(super) fn oracle(bond_denom: &str) -> Params {
    Params {
        census: CensusParams {
            slot: 10,
            // Every slot: what is waited for is the gap alone.
            one_in: 1,
            gap: 20,
            open_within: 8,
            rate_margin: 2,
            // Also drand's quicknet has a round in it.
            draw_after: 3,
            seal_within: 20,
            draw_within: 30,
            answer_within: 10,
            answer_blocks: 5,
            // 33.5 million operations a unit.
            matrix: 256,
            tile: 8,
            samples: 16,
            devices_after: 2,
            missed_limit: 4,
        },
        peg: PegParams {
            hold: 2,
            min_operators: 1,
            veto_within: 10,
            glide_bps: 100,
            glide_period: 10,
        },
        reserve: ReserveParams {
            // A device of the mainstream tier backs 60 coins.
            horizon: 60 * MINUTE,
            margin_bps: 500,
            bond_per_coin: Coin {
                denom: bond_denom.to_owned(),
                amount: Uint128::new(1_000),
            },
            census_max_age: 3 * MINUTE,
            curing: 30,
            bond_unlock: MINUTE,
            mint_limit: Uint128::new(1_000_000 * COIN),
            mint_period: MINUTE,
        },
        pauses: PauseParams {
            mint_max: MINUTE,
            redeem_max: 10,
            redeem_every: 70,
        },
        timelock: 10,
    }
}

pub(super) fn votes() -> votes::Params {
    let penalty = |permille, jail| Penalty {
        slash: Decimal::permille(permille),
        jail,
    };
    votes::Params {
        miner_bond: Uint128::new(5 * COIN),
        coordinator_bond: Uint128::new(10 * COIN),
        unbonding: MINUTE,
        unbonding_period: 10,
        max_commission: Decimal::percent(50),
        commission_period: 10,
        faults: FaultParams {
            missed: penalty(1, 10),
            unanswered: penalty(10, 20),
            unproven: penalty(20, 20),
            fraud: Decimal::percent(50),
        },
        bounty: Decimal::percent(10),
        bounty_cap: Uint128::new(1_000 * COIN),
        // Who does not agree can still leave before.
        timelock: 80,
    }
}

/// A batch settles about 25 s after its commit.
pub(super) fn market() -> market::Params {
    market::Params {
        orders: OrderParams {
            min_pay: Uint128::new(1_000),
            min_price_bps: 1,
            max_price_bps: 1_000_000,
            max_life: 24 * 60 * MINUTE,
            commit_within: limit(20, 5),
            cap_period: MINUTE,
        },
        redemptions: RedemptionParams {
            min_amount: Uint128::new(1_000),
            pace_bps: 10_000,
            slack: limit(30, 10),
        },
        batches: BatchParams {
            slot: 5,
            draw_after: 2,
            late_after: 5,
            post_within: limit(20, 10),
            max_seals: 10,
            challenge_one_in: 1,
            samples: 16,
            min_samples: 6,
            max_samples: 64,
            prove_within: limit(10, 5),
            window: limit(15, 10),
            exposure_factor: 12,
        },
        demands: DemandParams {
            per_batch: 4,
            bond: Uint128::new(1_000),
            answer_within: limit(10, 5),
            react_within: limit(10, 5),
            max_nodes: 1_024,
        },
        split: SplitParams {
            worker_bps: 8_500,
            coordinator_bps: 1_000,
            fee_coordinator_bps: 6_667,
            compensation_bps: 1_000,
        },
        halts: HaltParams {
            // Four times what a block takes.
            block_seconds: 2,
            commit_within: 10,
        },
        timelock: MINUTE,
    }
}

/// Powers of ten that CPUs and a GPU lie between. So 60 billion operations in the first
/// coin: a 1024³ product costs 0.036 coins.
pub(super) fn tiers() -> Vec<Tier> {
    let tier = |(id, name, giga): (&str, &str, u128)| Tier {
        id: id.to_owned(),
        name: name.to_owned(),
        rate: Uint128::new(giga.saturating_mul(GIGA)),
        source: "chosen for tests and demos: a power of ten, not measured".to_owned(),
    };
    [
        ("cpu-small", "A busy CPU core", 1),
        ("cpu", "A few CPU cores", 10),
        ("cpu-large", "Many CPU cores", 100),
        ("gpu", "A GPU", 1_000),
    ]
    .map(tier)
    .into()
}

const fn limit(seconds: u64, blocks: u64) -> Limit {
    Limit { seconds, blocks }
}
