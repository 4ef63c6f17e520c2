//! Numbers with their units, and tables, for people.

mod generic;
mod table;
mod units;

pub(crate) use generic::{answer, brief};
pub(crate) use table::{Facts, Table};
pub(crate) use units::{coins, duration, ops, parts, rate, time, whole};
