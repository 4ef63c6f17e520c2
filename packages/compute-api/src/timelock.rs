//! How parameters change: the owner announces the whole new value, a delay runs in
//! which everybody can see it and leave, then anyone applies it.

use cosmwasm_schema::cw_serde;

/// A change that has been announced.
#[cw_serde]
pub struct Announced<T> {
    /// Its number, from 1.
    pub id: u64,
    /// What it changes.
    pub change: T,
    /// From when on it can be applied.
    pub ready_at: u64,
}

/// Answer to `announced {start_after, limit}`: the changes by number.
#[cw_serde]
pub struct AnnouncedResponse<T> {
    /// One page.
    pub announced: Vec<Announced<T>>,
}
