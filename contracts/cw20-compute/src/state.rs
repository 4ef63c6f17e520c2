//! What is stored. Names, balances, allowances, marketing info and the minter are
//! cw20-base's and stand under its keys; the peers under contract-kit's, the owner
//! under cw-ownable's, the version under cw2's.

use compute_api::coin::SupplyResponse;
use cosmwasm_std::{StdResult, Storage, Uint128};
use cw_storage_plus::Item;
use cw20_base::state::TOKEN_INFO;

/// Micro-coins that were burnt without lowering what any issuer owes.
pub const FORGIVEN: Item<Uint128> = Item::new("forgiven");

/// What exists and what was forgiven.
///
/// # Errors
/// Of the storage.
pub fn supply(storage: &dyn Storage) -> StdResult<SupplyResponse> {
    Ok(SupplyResponse {
        supply: TOKEN_INFO.load(storage)?.total_supply,
        forgiven: FORGIVEN.load(storage)?,
    })
}
