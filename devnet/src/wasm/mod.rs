//! Contracts: wasmd's x/wasm with the VM that wasmd runs.

mod api;
mod call;
mod encode;
mod gzip;
pub(crate) mod keeper;
pub(crate) mod keys;
mod module;
mod querier;
mod storage;
mod submessages;

pub(crate) mod read;

pub(crate) use gzip::MAX_CODE;

use crate::store::{Module, State};

const PARAMS: &[u8] = &[16];

/// Writes wasmd's default parameters: everybody may upload and instantiate.
pub(crate) fn genesis(state: &mut State) {
    state.set(Module::Wasm, PARAMS, vec![10, 2, 8, 3, 16, 3]);
}
