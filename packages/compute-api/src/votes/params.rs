use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Decimal, Uint128};

/// Everything that can be set. Changes as a whole, after [`Self::timelock`].
#[cw_serde]
pub struct Params {
    /// Micro-coins that a miner's owner bonds per device to get paid work: 20 000
    /// coins.
    pub miner_bond: Uint128,
    /// Micro-coins that a coordinator's owner bonds: 2 000 000 coins.
    pub coordinator_bond: Uint128,
    /// Seconds that unbonded coins wait and can still be slashed, and that a revote
    /// is remembered: 21 days.
    pub unbonding: u64,
    /// Seconds of one unbonding pool: a day. `unbonding` is 1 to 21 of them.
    pub unbonding_period: u64,
    /// The highest commission of any operator.
    pub max_commission: Decimal,
    /// Seconds between two changes of a commission: a day.
    pub commission_period: u64,
    /// What each fault costs.
    pub faults: FaultParams,
    /// The reporter's part of what is slashed.
    pub bounty: Decimal,
    /// Micro-coins of bounty, at most, for one report.
    pub bounty_cap: Uint128,
    /// Seconds between the announcement of a change and its application.
    pub timelock: u64,
}

/// What each fault costs.
#[cw_serde]
pub struct FaultParams {
    /// Too many censuses missed.
    pub missed: Penalty,
    /// A census committed to and not answered.
    pub unanswered: Penalty,
    /// A batch not proven, or a demand not answered: at least this part.
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
