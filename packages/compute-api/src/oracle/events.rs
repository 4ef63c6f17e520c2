//! What the oracle says it has changed.

use cosmwasm_std::{HexBinary, Uint128};

use crate::events::events;

events! {
    /// Every change of the oracle's state that anyone depends on.
    pub enum OracleEvent {
        /// The contract is active.
        Activated = "oracle_activated" {
            /// The peg's first tier.
            tier: String,
            /// Ops in one coin.
            opc: Uint128,
            /// When.
            time: u64,
            /// Micro-units of the bond's denom per coin.
            bond_per_coin: Uint128,
            /// Seconds of commitment that count.
            horizon: u64,
        }
        /// A change was announced.
        Announced = "oracle_announced" {
            /// Its number.
            id: u64,
            /// `params`, `tiers` or `guardian`.
            change: String,
            /// From when on it can be applied.
            ready_at: u64,
        }
        /// A change was applied; the new values can be queried. Those that `backing`
        /// depends on are named.
        Applied = "oracle_applied" {
            /// Its number.
            id: u64,
            /// `params`, `tiers` or `guardian`.
            change: String,
            /// Micro-units of the bond's denom per coin, from now on.
            bond_per_coin: Uint128,
            /// Seconds of commitment that count, from now on.
            horizon: u64,
        }
        /// A change was taken back.
        Cancelled = "oracle_cancelled" {
            /// Its number.
            id: u64,
        }
        /// Something was paused or resumed.
        Paused = "oracle_paused" {
            /// `mint` or `redeem`.
            what: String,
            /// Until when; the present when it was resumed.
            until: u64,
        }
        /// An issuer was admitted.
        IssuerAdmitted = "issuer_admitted" {
            /// Which one.
            issuer: String,
            /// Its name.
            name: String,
        }
        /// An issuer has changed what the public is told.
        IdentityUpdated = "issuer_identity_updated" {
            /// Which one.
            issuer: String,
            /// Its name.
            name: String,
        }
        /// An issuer's bond has changed.
        BondChanged = "issuer_bond_changed" {
            /// Which one.
            issuer: String,
            /// `posted`, `withdrawal`, `claimed`, `slashed` or `defaulted`.
            cause: String,
            /// The bond now, what is leaving included.
            bond: Uint128,
            /// The part of it that is leaving.
            leaving: Uint128,
            /// When that is free.
            free_at: Option<u64>,
            /// The bounty now.
            bounty: Uint128,
        }
        /// An issuer has committed capacity.
        Committed = "issuer_committed" {
            /// Which one.
            issuer: String,
            /// Ops per second.
            rate: Uint128,
            /// Until when.
            until: u64,
        }
        /// An operator was invited, or an invitation taken back.
        Invited = "operator_invited" {
            /// Which operator.
            operator: String,
            /// By whom; left out where it was taken back.
            issuer: Option<String>,
        }
        /// An operator has joined an issuer.
        Joined = "operator_joined" {
            /// Which operator.
            operator: String,
            /// Which issuer.
            issuer: String,
        }
        /// An operator has left its issuer.
        Left = "operator_left" {
            /// Which operator.
            operator: String,
            /// Which issuer.
            issuer: String,
            /// Until when it can join none.
            bound_until: u64,
        }
        /// Ops per second of an issuer's operators have changed: an answer was
        /// accepted, or one that had answered was jailed or has left.
        ProvenChanged = "issuer_proven_changed" {
            /// Which issuer.
            issuer: String,
            /// By which operator.
            operator: String,
            /// In which census.
            census: u32,
            /// Their sum in that census.
            proven: Uint128,
        }
        /// An operator has declared devices.
        DevicesDeclared = "devices_declared" {
            /// Which operator.
            operator: String,
            /// How many.
            devices: u32,
            /// From which census on; 0 for at once.
            from_census: u32,
        }
        /// Votes has said how an operator stands.
        StandingSet = "standing_set" {
            /// Which operator.
            operator: String,
            /// How.
            standing: String,
        }
        /// A census was opened.
        CensusOpened = "census_opened" {
            /// Its number.
            census: u32,
            /// Its slot.
            slot: u64,
            /// The slot's round.
            round: u64,
            /// Its randomness.
            beacon: HexBinary,
        }
        /// An operator has committed.
        CensusCommitted = "census_committed" {
            /// Which census.
            census: u32,
            /// Which operator.
            operator: String,
            /// Units of work.
            units: u32,
            /// The root over them.
            root: HexBinary,
        }
        /// A census was sealed.
        CensusSealed = "census_sealed" {
            /// Which census.
            census: u32,
            /// The sampling round.
            round: u64,
        }
        /// A census is void; its number is used again.
        CensusVoid = "census_void" {
            /// Which census.
            census: u32,
            /// Why.
            reason: String,
        }
        /// A round was posted.
        BeaconPosted = "beacon_posted" {
            /// Which round.
            round: u64,
            /// Its randomness.
            randomness: HexBinary,
        }
        /// An answer was accepted.
        CensusAnswered = "census_answered" {
            /// Which census.
            census: u32,
            /// Which operator.
            operator: String,
            /// Ops per second proven in this census.
            proven: Uint128,
            /// Ops per second that count, by this and the ones before.
            rate: Uint128,
            /// Id of the tier of its devices.
            tier: Option<String>,
        }
        /// A census is closed: from now on its sums count.
        CensusClosed = "census_closed" {
            /// Which census.
            census: u32,
            /// Operators that have answered.
            operators: u32,
            /// Ops per second proven.
            rate: Uint128,
            /// Id of the median device's tier.
            mainstream: Option<String>,
            /// For how many censuses in a row.
            held_for: u32,
        }
        /// A re-index was proposed.
        ReindexProposed = "reindex_proposed" {
            /// Id of the new tier.
            tier: String,
            /// Ops in one coin in the end.
            target: Uint128,
            /// Until when it can be vetoed.
            ready_at: u64,
        }
        /// A re-index was vetoed.
        ReindexVetoed = "reindex_vetoed" {
            /// Id of the tier.
            tier: String,
        }
        /// A re-index glides.
        ReindexApplied = "reindex_applied" {
            /// Id of the new tier.
            tier: String,
            /// When the glide began.
            time: u64,
            /// Ops in one coin then.
            start: Uint128,
            /// Ops in one coin in the end.
            target: Uint128,
            /// Parts of 10 000 of the start in one period.
            glide_bps: u32,
            /// Seconds of a period.
            glide_period: u64,
        }
        /// Coins were minted.
        Minted = "coins_minted" {
            /// By which issuer.
            issuer: String,
            /// For whom.
            recipient: String,
            /// How many.
            amount: Uint128,
            /// What the issuer owes now.
            outstanding: Uint128,
        }
        /// Coins were retired or redeemed, and burnt.
        Burnt = "coins_burnt" {
            /// At which issuer.
            issuer: String,
            /// `retired` or `redeemed`.
            cause: String,
            /// How many.
            amount: Uint128,
            /// What the issuer owes now.
            outstanding: Uint128,
            /// Orphans now.
            orphan: Uint128,
        }
        /// An issuer was marked as short.
        Flagged = "issuer_flagged" {
            /// Which one.
            issuer: String,
            /// How many micro-coins it is short of.
            short: Uint128,
            /// Until when it can mend that.
            curing_until: u64,
        }
        /// An issuer is sound again.
        Cured = "issuer_cured" {
            /// Which one.
            issuer: String,
        }
        /// An issuer has defaulted.
        Defaulted = "issuer_defaulted" {
            /// Which one.
            issuer: String,
            /// Micro-coins that it owes no more.
            amount: Uint128,
            /// What it owes now.
            outstanding: Uint128,
            /// Orphans now.
            orphan: Uint128,
        }
        /// An issuer has taken orphans over.
        Assumed = "orphans_assumed" {
            /// Which one.
            issuer: String,
            /// How many micro-coins.
            amount: Uint128,
            /// What it was paid of the bounty.
            paid: Uint128,
            /// What it owes now.
            outstanding: Uint128,
            /// Orphans left.
            orphan: Uint128,
            /// Bounty left.
            bounty: Uint128,
        }
    }
}
