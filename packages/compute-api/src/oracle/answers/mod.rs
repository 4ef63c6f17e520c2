//! Answers to queries.

mod census;
mod peg;
mod reserve;

pub use census::{
    BeaconResponse, CensusCommitment, CensusRecord, CensusResponse, CensusResult, CensusStage,
    CensusesResponse, OpenCensus, OperatorResponse, OperatorsResponse, PendingDevices,
    TierCapacity,
};
pub use peg::{
    PausesResponse, PegAtResponse, PegHistoryResponse, PegResponse, PegStatus, PegStep, Reindex,
    TiersResponse,
};
pub use reserve::{
    BackingResponse, IssuerBacking, IssuerResponse, IssuersResponse, MintAllowanceResponse,
    MintLimit,
};
