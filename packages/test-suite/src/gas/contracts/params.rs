//! Production's parameters, but for a census so small that thousands can answer it.

use compute_api::{
    oracle::{self, CensusParams, Identity, PauseParams, PegParams, ReserveParams, Tier},
    votes::{self, Commission, FaultParams, Kind, Metadata, Penalty},
};
use cosmwasm_std::{Decimal, HexBinary, Uint128, coin};

use super::world::{COIN, DAY};

/// What bonds are in, as long as an IBC denom.
pub(super) const BOND_DENOM: &str =
    "ibc/0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF";

/// Coins that a miner has to bond for a device.
const MINER_BOND: u128 = 20_000 * COIN;
/// Coins that it bonds: a slash or two leave enough.
pub(super) const BOND: u128 = 30_000 * COIN;

pub(super) fn votes() -> votes::Params {
    let penalty = |slash, jail| Penalty {
        slash: Decimal::permille(slash),
        jail,
    };
    votes::Params {
        miner_bond: Uint128::new(MINER_BOND),
        coordinator_bond: Uint128::new(2_000_000 * COIN),
        unbonding: 21 * DAY,
        unbonding_period: DAY,
        max_commission: Decimal::percent(20),
        commission_period: DAY,
        faults: FaultParams {
            missed: penalty(1, DAY),
            unanswered: penalty(5, DAY),
            unproven: penalty(50, 7 * DAY),
            fraud: Decimal::percent(30),
        },
        bounty: Decimal::percent(5),
        bounty_cap: Uint128::new(1_000 * COIN),
        timelock: 7 * DAY,
    }
}

pub(super) fn registration(owner: String) -> votes::ExecuteMsg {
    registration_of(owner, Kind::Miner, [7; 32])
}

pub(super) fn registration_of(owner: String, kind: Kind, key: [u8; 32]) -> votes::ExecuteMsg {
    votes::ExecuteMsg::Register {
        owner,
        kind,
        signing_key: HexBinary::from(key),
        commission: Commission {
            rate: Decimal::percent(10),
            max_rate: Decimal::percent(20),
            max_change: Decimal::percent(1),
        },
        metadata: metadata(),
    }
}

pub(super) fn metadata() -> Metadata {
    Metadata {
        name: "A miner in the north".to_owned(),
        url: "https://miner.example.org".to_owned(),
        contact: "operations@miner.example.org".to_owned(),
    }
}

/// A census of `samples` tiles of matrices with `matrix` rows.
pub(super) fn census(matrix: u32, samples: u32) -> CensusParams {
    CensusParams {
        slot: 60,
        one_in: 1,
        gap: 3_600,
        open_within: 20,
        rate_margin: 12,
        draw_after: 30,
        seal_within: 60,
        draw_within: 3_600,
        answer_within: 3_600,
        answer_blocks: 100,
        matrix,
        tile: 8,
        samples,
        devices_after: 8,
        missed_limit: 4,
    }
}

pub(super) fn oracle(census: CensusParams) -> oracle::Params {
    oracle::Params {
        census,
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
            bond_per_coin: coin(100_000, BOND_DENOM),
            census_max_age: 2 * DAY,
            curing: 7 * DAY,
            bond_unlock: 21 * DAY,
            mint_limit: Uint128::new(1_000_000_000 * COIN),
            mint_period: DAY,
        },
        pauses: PauseParams {
            mint_max: 7 * DAY,
            redeem_max: DAY,
            redeem_every: 7 * DAY,
        },
        timelock: 7 * DAY,
    }
}

/// Five classes; devices here prove that of `middle`.
pub(super) fn tiers() -> Vec<Tier> {
    let tier = |(id, rate): (&str, u128)| Tier {
        id: id.to_owned(),
        name: format!("The {id} class of devices"),
        rate: Uint128::new(rate),
        source: "derived from what a census of 16×16×16 products can prove".to_owned(),
    };
    let rates = [
        ("entry", 10),
        ("small", 50),
        ("middle", 100),
        ("large", 400),
        ("huge", 1_600),
    ];
    rates.map(tier).into()
}

pub(super) fn identity() -> Identity {
    Identity {
        name: "An Issuer of Compute Limited".to_owned(),
        jurisdiction: "Federal Republic of Germany".to_owned(),
        url: "https://issuer.example.org".to_owned(),
        contact: "reserve@issuer.example.org".to_owned(),
    }
}
