//! What the tests in here share.

use crate::context::{Block, Context};
use crate::store::State;

pub(crate) fn block() -> Block {
    Block {
        chain_id: "devnet-test".to_owned(),
        height: 2,
        time: 1_700_000_000_000_000_000,
        app_hash: vec![7; 32],
    }
}

/// An empty chain without a gas limit.
pub(crate) fn context() -> Context {
    Context::new(State::default(), block(), u64::MAX)
}
