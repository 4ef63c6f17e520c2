//! What the oracle stores. One line each: what maps to what.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Addr, HexBinary, StdResult, Storage, Uint128};
use cw_storage_plus::{Item, Map};

use compute_api::{
    oracle::{
        BeaconNetwork, CensusParams, CensusRecord, CensusResult, Change, Identity, Params, PegStep,
        PendingDevices, Reindex, Tier,
    },
    votes::Standing,
};
use contract_kit::Timelock;

/// Censuses that an operator's rate rests on.
pub const HISTORY: u32 = 8;

/// Who can veto and pause.
pub const GUARDIAN: Item<Addr> = Item::new("guardian");
/// All parameters.
pub const PARAMS: Item<Params> = Item::new("params");
/// All tiers, by rising rate.
pub const TIERS: Item<Vec<Tier>> = Item::new("tiers");
/// The beacon's network.
pub const BEACON_NETWORK: Item<BeaconNetwork> = Item::new("beacon_network");
/// Round → its randomness and when it was posted.
pub const BEACONS: Map<u64, Beacon> = Map::new("beacons");
/// Announced changes.
pub const TIMELOCK: Timelock<Change> = Timelock::new();
/// What is paused.
pub const PAUSES: Item<Pauses> = Item::new("pauses");

/// The step that the peg is in, which is also the last of [`PEG_STEPS`].
pub const PEG: Item<PegStep> = Item::new("peg");
/// Number → step of the peg.
pub const PEG_STEPS: Map<u64, PegStep> = Map::new("peg_steps");
/// When it began → number of a step; the last of a moment stands.
pub const PEG_BY_TIME: Map<u64, u64> = Map::new("peg_by_time");
/// The tier of the median device, and for how many censuses in a row.
pub const HELD: Item<Held> = Item::new("held");
/// The proposed re-index.
pub const REINDEX: Item<Reindex> = Item::new("reindex");

/// Issuer → what it is, owes and has.
pub const ISSUERS: Map<&Addr, Issuer> = Map::new("issuers");
/// Sums over all issuers.
pub const TOTALS: Item<Totals> = Item::new("totals");
/// What was minted lately.
pub const MINTED: Item<Minted> = Item::new("minted");

/// Operator → what the oracle knows of it.
pub const OPERATORS: Map<&Addr, Operator> = Map::new("operators");
/// (Issuer, operator) → nothing: who counts for whom.
pub const MEMBERS: Map<(&Addr, &Addr), ()> = Map::new("members");
/// The census under way.
pub const CENSUS: Item<Census> = Item::new("census");
/// The rules that the census under way was opened by: a change does not touch it.
pub const CENSUS_RULES: Item<CensusParams> = Item::new("census_rules");
/// The number of the last census that counts; 0 before the first.
pub const LAST_CENSUS: Item<u32> = Item::new("last_census");
/// When the last census was opened: round time; 0 before the first.
pub const LAST_OPENED: Item<u64> = Item::new("last_opened");
/// Number → census that is closed.
pub const CENSUSES: Map<u32, CensusRecord> = Map::new("censuses");

/// Keeps a step of the peg, which is in force from its beginning on.
///
/// # Errors
/// Of the storage.
pub fn add_step(storage: &mut dyn Storage, step: &PegStep) -> StdResult<()> {
    PEG.save(storage, step)?;
    PEG_STEPS.save(storage, step.number, step)?;
    PEG_BY_TIME.save(storage, step.started_at, &step.number)
}

/// A posted round.
#[cw_serde]
pub struct Beacon {
    /// 32 random bytes.
    pub randomness: HexBinary,
    /// When it was posted.
    pub posted_at: u64,
    /// At which height.
    pub height: u64,
}

/// Until when each is paused; the past is not paused.
#[cw_serde]
#[derive(Default)]
pub struct Pauses {
    /// Minting and assuming.
    pub mint: u64,
    /// Redeeming.
    pub redeem: u64,
    /// When redeeming can be paused again.
    pub next_redeem: u64,
}

/// A tier that holds.
#[cw_serde]
#[derive(Default)]
pub struct Held {
    /// Its id.
    pub tier: Option<String>,
    /// For how many censuses in a row, each with enough operators.
    pub censuses: u32,
}

/// A sum over a census's answers, made anew for each: `rate` counts while `census`
/// is the last one that counts.
#[cw_serde]
#[derive(Default)]
pub struct CensusSum {
    /// Which census.
    pub census: u32,
    /// Ops per second.
    pub rate: Uint128,
}

/// The sum that counts, and the one that a census under way builds.
#[cw_serde]
#[derive(Default)]
pub struct Proven {
    /// Of an earlier census.
    pub earlier: CensusSum,
    /// Of the latest that anyone has answered.
    pub latest: CensusSum,
}

impl Proven {
    /// The sum of census `census`; 0 if nobody answered it.
    #[must_use]
    pub fn of(&self, census: u32) -> Uint128 {
        for sum in [&self.latest, &self.earlier] {
            if sum.census == census {
                return sum.rate;
            }
        }
        Uint128::zero()
    }
}

/// An issuer.
#[cw_serde]
pub struct Issuer {
    /// Who it is.
    pub identity: Identity,
    /// When it was admitted.
    pub admitted_at: u64,
    /// Micro-coins that it owes: O.
    pub outstanding: Uint128,
    /// Ops per second that it has committed.
    pub committed: Uint128,
    /// Until when.
    pub until: u64,
    /// Its bond, what is leaving included.
    pub bond: Uint128,
    /// The part of it that is leaving.
    pub leaving: Uint128,
    /// When that is free; nothing means nothing if nothing is leaving.
    pub free_at: u64,
    /// Until when it can mend a shortfall, if it is marked.
    pub curing_until: Option<u64>,
    /// When it last defaulted: for a horizon from then on others take over orphans, not
    /// it, or what its bond has lost by faults would be its own again.
    pub defaulted_at: Option<u64>,
    /// What its operators have proven.
    pub proven: Proven,
}

impl Issuer {
    /// The part of its bond that is not leaving.
    #[must_use]
    pub fn staying(&self) -> Uint128 {
        self.bond.saturating_sub(self.leaving)
    }
}

/// Sums over all issuers.
#[cw_serde]
#[derive(Default)]
pub struct Totals {
    /// Micro-coins that all issuers owe.
    pub outstanding: Uint128,
    /// Micro-coins that nobody owes since a default.
    pub orphan: Uint128,
    /// What waits for whoever takes them over, in the bond's denom.
    pub bounty: Uint128,
}

/// A bucket that leaks: at `at` it held `level` micro-coins, and it loses the limit
/// in each period.
#[cw_serde]
#[derive(Default)]
pub struct Minted {
    /// What it held.
    pub level: Uint128,
    /// When.
    pub at: u64,
}

/// An operator.
#[cw_serde]
pub struct Operator {
    /// Whom it counts for.
    pub issuer: Option<Addr>,
    /// Who has invited it.
    pub invited_by: Option<Addr>,
    /// The issuer that it has left: until [`Self::bound_until`] that one's bond still
    /// answers for it.
    pub left: Option<Addr>,
    /// Until when it can join no issuer.
    pub bound_until: u64,
    /// How it stands with votes.
    pub standing: Standing,
    /// Devices that count.
    pub devices: u32,
    /// Devices that are to count.
    pub pending_devices: Option<PendingDevices>,
    /// What it has proven, the oldest first, at most [`HISTORY`].
    pub results: Vec<CensusResult>,
    /// What its answers have added to the sums, for the same two censuses as
    /// [`Proven`], so that it can be taken out again.
    pub counted: Vec<Counted>,
    /// Misses count from this census on.
    pub answerable_from: u32,
    /// Its last commitment.
    pub commitment: Option<Commitment>,
}

impl Operator {
    /// Ops per second that it has added to the sums of census `census`.
    #[must_use]
    pub fn counted_in(&self, census: u32) -> Uint128 {
        let counted = self.counted.iter().find(|x| x.census == census);
        counted.map_or(Uint128::zero(), |counted| counted.rate)
    }
}

/// What one answer has added.
#[cw_serde]
pub struct Counted {
    /// In which census.
    pub census: u32,
    /// Ops per second.
    pub rate: Uint128,
    /// To which issuer's sum.
    pub issuer: Option<Addr>,
    /// To which tier's, by its place in the census's list; none below all tiers.
    pub tier: Option<u32>,
}

/// A commitment.
#[cw_serde]
pub struct Commitment {
    /// In which census.
    pub census: u32,
    /// In which slot: a void census's number is used again.
    pub slot: u64,
    /// Units of work.
    pub units: u32,
    /// The root over them.
    pub root: HexBinary,
    /// Whether the draw has been answered.
    pub answered: bool,
    /// Whether it was reported that it has not.
    pub reported: bool,
}

/// A census under way.
#[cw_serde]
pub struct Census {
    /// Its number.
    pub id: u32,
    /// Its slot.
    pub slot: u64,
    /// The slot's round.
    pub round: u64,
    /// That round's randomness.
    pub beacon: HexBinary,
    /// That round's nominal time.
    pub round_time: u64,
    /// When it was opened: height.
    pub height: u64,
    /// The height of the last commitment; the seal has to be above.
    pub last_commit: u64,
    /// The sampling round, once sealed.
    pub sampling_round: Option<u64>,
    /// Operators that have answered.
    pub operators: u32,
    /// Ops per second of all answers that count.
    pub rate: Uint128,
    /// The same by tier, in the order of [`TIERS`] as it was opened.
    pub by_tier: Vec<Uint128>,
}
