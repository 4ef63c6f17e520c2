//! Numbers of the default world.

use compute_api::oracle::{
    CensusParams, Identity, Params, PauseParams, PegParams, ReserveParams, Tier,
};
use cosmwasm_std::{Uint128, coin};

/// What bonds are in.
pub(crate) const BOND_DENOM: &str = "ubond";

/// When the contract is made. Rounds are not aligned to slots.
pub(crate) const START: u64 = 1_700_000_000;

/// Parameters of the default world: production's rules with small numbers.
pub(crate) fn params() -> Params {
    const DAY: u64 = 86_400;
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
            answer_within: 600,
            answer_blocks: 10,
            matrix: 16,
            tile: 8,
            samples: 4,
            devices_after: 8,
            missed_limit: 4,
        },
        peg: PegParams {
            hold: 4,
            min_operators: 2,
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
            mint_limit: Uint128::new(1_000_000_000_000),
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

/// Tiers `small`, `middle` and `large`: 1 000, 2 000 and 4 000 ops per second. Nine
/// units of the default work are 1 024.
pub(crate) fn tiers() -> Vec<Tier> {
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
pub(crate) fn identity(name: &str) -> Identity {
    Identity {
        name: name.to_owned(),
        jurisdiction: "Nowhere".to_owned(),
        url: "https://example.org".to_owned(),
        contact: "mail@example.org".to_owned(),
    }
}
