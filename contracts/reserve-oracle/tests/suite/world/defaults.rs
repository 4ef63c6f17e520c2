//! Numbers of the default world.

use compute_api::oracle::Params;
use test_suite::defaults::oracle_params;

pub(crate) use test_suite::defaults::{BOND_DENOM, START, identity, tiers};

/// Parameters of the default world: those of the default network, but for a census that
/// ends soon and that few can make.
pub(crate) fn params() -> Params {
    let mut params = oracle_params();
    params.census.answer_within = 600;
    params.census.answer_blocks = 10;
    params.peg.min_operators = 2;
    params
}
