//! Migration.

use cosmwasm_std::Storage;
use cw2::{ensure_from_older_version, set_contract_version};

use crate::Error;

/// Notes that a contract is `name` in version `version`.
///
/// # Errors
/// Of the storage.
pub fn set(storage: &mut dyn Storage, name: &str, version: &str) -> Result<(), Error> {
    Ok(set_contract_version(storage, name, version)?)
}

/// Moves to `version` from an earlier one or the same.
///
/// # Errors
/// For the state of another contract, and for a newer version.
pub fn migrate(storage: &mut dyn Storage, name: &str, version: &str) -> Result<(), Error> {
    ensure_from_older_version(storage, name, version)?;
    Ok(())
}
