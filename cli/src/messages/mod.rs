//! Every message of the four contracts as a command: verbs, arguments and help are
//! made from the types in `compute-api`, so that nothing is forgotten or out of date.

mod around;
mod command;
mod module;
mod shape;
#[cfg(test)]
mod tests;
mod unit;
mod value;

pub(crate) use around::Around;
pub(crate) use command::{arguments, message, subcommand};
pub(crate) use module::{Ask, Module, Verb, Way};
pub(crate) use shape::{Field, Shape};
pub(crate) use unit::Unit;
pub(crate) use value::{Surroundings, coins};
