use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Decimal, Uint128};

/// Everything that can be set. Changes as a whole, after [`Self::timelock`].
#[cw_serde]
pub struct Params {
    /// Micro-coins that a miner's owner bonds per device to get paid work.
    pub miner_bond: Uint128,
    /// Micro-coins that a coordinator's owner bonds.
    pub coordinator_bond: Uint128,
    /// Seconds, from the end of the period on, that unbonded coins wait and can still
    /// be slashed, and that a revote is remembered.
    pub unbonding: u64,
    /// Seconds of one unbonding pool. `unbonding` is 1 to 21 of them.
    pub unbonding_period: u64,
    /// The highest commission of any operator.
    pub max_commission: Decimal,
    /// Seconds between two changes of a commission.
    pub commission_period: u64,
    /// What each fault costs.
    pub faults: FaultParams,
    /// The reporter's part of what is slashed.
    pub bounty: Decimal,
    /// Micro-coins of bounty, at most, for one report.
    pub bounty_cap: Uint128,
    /// Seconds between the announcement of a change and its application. Longer than
    /// `unbonding` and a period, so that who does not agree can leave before.
    pub timelock: u64,
}

const COIN: u128 = 1_000_000;
const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

impl Params {
    /// What a network in production begins with.
    #[must_use]
    pub const fn production() -> Self {
        Self {
            // 14 days of a mainstream device, by what the coin is.
            miner_bond: Uint128::new(20_000 * COIN),
            // 46 such devices for 30 days.
            coordinator_bond: Uint128::new(2_000_000 * COIN),
            unbonding: 21 * DAY,
            unbonding_period: DAY,
            max_commission: Decimal::percent(50),
            commission_period: DAY,
            faults: FaultParams {
                missed: Penalty {
                    slash: Decimal::permille(1),
                    jail: HOUR,
                },
                unanswered: Penalty {
                    slash: Decimal::percent(1),
                    jail: DAY,
                },
                unproven: Penalty {
                    slash: Decimal::percent(2),
                    jail: DAY,
                },
                fraud: Decimal::percent(50),
            },
            bounty: Decimal::percent(10),
            bounty_cap: Uint128::new(1_000 * COIN),
            timelock: 28 * DAY,
        }
    }
}

/// What each fault costs.
#[cw_serde]
pub struct FaultParams {
    /// Too many censuses missed.
    pub missed: Penalty,
    /// A census committed to and not answered.
    pub unanswered: Penalty,
    /// A batch not proven, a demand not answered, or a coordinator that contradicts
    /// itself: at least this part.
    pub unproven: Penalty,
    /// Proven fraud: tombstones too.
    pub fraud: Decimal,
}

/// What one fault costs.
#[cw_serde]
pub struct Penalty {
    /// The part of all stake that is slashed.
    pub slash: Decimal,
    /// Seconds before the operator can be unjailed; 0 does not jail.
    pub jail: u64,
}
