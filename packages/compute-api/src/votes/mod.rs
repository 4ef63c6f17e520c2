//! `staking-votes`: operators, votes, rewards and slashes.

pub mod events;
mod execute;
mod params;
mod query;

pub use execute::{
    Change, Commission, ExecuteMsg, Fault, Hook, InstantiateMsg, Kind, Metadata, MigrateMsg,
    Payment, Standing,
};
pub use params::{FaultParams, Params, Penalty};
pub use query::{
    FaultRecord, FaultsResponse, Operator, OperatorsResponse, PoolResponse, QueryMsg, RevoteRecord,
    RewardsResponse, SampleResponse, SampledOperator, SlashableResponse, Unbonding,
    UnbondingResponse, Vote, VoterRewards, VotesResponse,
};

/// `staking-votes`, spoken to by another contract.
pub type Votes = crate::Handle<ExecuteMsg, QueryMsg>;
