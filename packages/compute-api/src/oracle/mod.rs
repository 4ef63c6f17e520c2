//! `reserve-oracle`: census, peg, reserve and mint gate.

mod answers;
pub mod events;
mod execute;
mod params;
mod query;

pub use answers::{
    BackingResponse, BeaconResponse, CensusCommitment, CensusRecord, CensusResponse, CensusResult,
    CensusStage, CensusesResponse, IssuerBacking, IssuerResponse, IssuersResponse,
    MintAllowanceResponse, MintLimit, OpenCensus, OperatorResponse, OperatorsResponse,
    PausesResponse, PegAtResponse, PegHistoryResponse, PegResponse, PegStatus, PegStep,
    PendingDevices, Reindex, TierCapacity, TiersResponse,
};
pub use execute::{
    BeaconNetwork, BeaconRound, Change, ExecuteMsg, Hook, Identity, InstantiateMsg, MigrateMsg,
    Pausable, Trust,
};
pub use params::{CensusParams, Params, PauseParams, PegParams, ReserveParams, Tier};
pub use query::QueryMsg;

/// `reserve-oracle`, spoken to by another contract.
pub type Oracle = crate::Handle<ExecuteMsg, QueryMsg>;
