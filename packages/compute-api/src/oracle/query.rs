use cosmwasm_schema::{QueryResponses, cw_serde};
use cosmwasm_std::Addr;
use cw_ownable::cw_ownable_query;

use super::{
    BackingResponse, BeaconNetwork, BeaconResponse, CensusResponse, CensusesResponse, Change,
    IssuerResponse, IssuersResponse, MintAllowanceResponse, OperatorResponse, OperatorsResponse,
    Params, PausesResponse, PegAtResponse, PegHistoryResponse, PegResponse, TiersResponse,
};
use crate::{Contracts, timelock::AnnouncedResponse};

/// What can be asked of the oracle.
#[cw_ownable_query]
#[cw_serde]
#[derive(QueryResponses)]
pub enum QueryMsg {
    /// Who the four contracts are; an error before activation.
    #[returns(Contracts)]
    Contracts {},
    /// All parameters.
    #[returns(Params)]
    Params {},
    /// The guardian.
    #[returns(Addr)]
    Guardian {},
    /// Changes that have been announced.
    #[returns(AnnouncedResponse<Change>)]
    Announced {
        /// The last number one has.
        start_after: Option<u64>,
        /// How many.
        limit: Option<u32>,
    },
    /// What is paused.
    #[returns(PausesResponse)]
    Pauses {},

    /// The compute in one coin, now.
    #[returns(PegResponse)]
    Peg {},
    /// The compute in one coin at a moment since the contract began.
    #[returns(PegAtResponse)]
    PegAt {
        /// When.
        time: u64,
    },
    /// Every re-index, the oldest first.
    #[returns(PegHistoryResponse)]
    PegHistory {
        /// The last number one has.
        start_after: Option<u64>,
        /// How many.
        limit: Option<u32>,
    },
    /// All tiers, and how long which has been the mainstream one.
    #[returns(TiersResponse)]
    Tiers {},

    /// All that stands behind the coin, live: totals, and a page of issuers.
    #[returns(BackingResponse)]
    Backing {
        /// The last issuer one has.
        start_after: Option<String>,
        /// How many.
        limit: Option<u32>,
    },
    /// What an issuer can mint now, and why not more.
    #[returns(MintAllowanceResponse)]
    MintAllowance {
        /// Which issuer.
        issuer: String,
    },
    /// One issuer.
    #[returns(IssuerResponse)]
    Issuer {
        /// Which one.
        issuer: String,
    },
    /// All issuers, by address.
    #[returns(IssuersResponse)]
    Issuers {
        /// The last issuer one has.
        start_after: Option<String>,
        /// How many.
        limit: Option<u32>,
    },

    /// The census under way, and the last one that counts.
    #[returns(CensusResponse)]
    Census {},
    /// Closed censuses, the newest first.
    #[returns(CensusesResponse)]
    Censuses {
        /// The last id one has: older ones follow.
        start_after: Option<u32>,
        /// How many.
        limit: Option<u32>,
    },
    /// One operator, as the oracle knows it.
    #[returns(OperatorResponse)]
    Operator {
        /// Which one.
        operator: String,
    },
    /// An issuer's operators, or all, by address.
    #[returns(OperatorsResponse)]
    Operators {
        /// Whose; all if left out.
        issuer: Option<String>,
        /// The last operator one has.
        start_after: Option<String>,
        /// How many.
        limit: Option<u32>,
    },

    /// The beacon's network.
    #[returns(BeaconNetwork)]
    BeaconNetwork {},
    /// A round that has been posted; null if it has not.
    #[returns(Option<BeaconResponse>)]
    Beacon {
        /// Which round.
        round: u64,
    },
}
