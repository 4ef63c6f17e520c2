//! What messages do, one file per action.

// Census side.
pub(crate) mod activate;
pub(crate) mod beacons;
pub(crate) mod census;
pub(crate) mod faults;
pub(crate) mod membership;
pub(crate) mod operators;

// Reserve side.
pub(crate) mod bond;
pub(crate) mod changes;
pub(crate) mod issuers;
pub(crate) mod mint;
pub(crate) mod pauses;
pub(crate) mod receive;
pub(crate) mod reindex;
pub(crate) mod shortfall;
