//! What messages do, one file per action.

pub(crate) mod claim;
pub(crate) mod delegate;
pub(crate) mod devices;
pub(crate) mod fault;
pub(crate) mod operator;
pub(crate) mod protection;
pub(crate) mod receive;
pub(crate) mod revote;
pub(crate) mod rewards;
pub(crate) mod wiring;
