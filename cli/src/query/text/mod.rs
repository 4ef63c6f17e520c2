//! Answers for people: by hand where there is much in one, else by its shape.

mod market;
mod peg;
mod reserve;
#[cfg(test)]
mod tests;
mod votes;

use serde_json::Value;

pub(crate) use market::queue;
pub(crate) use reserve::{allowance, issuer, operators as capacity};

use crate::messages::{Ask, Module};
use crate::text;

/// An answer, in lines.
pub(crate) fn text(ask: &Ask, value: &Value, now: u64) -> String {
    // What this version does not know of yet is still shown.
    by_hand(ask, value, now).unwrap_or_else(|| text::answer(&ask.answer, value, now))
}

fn by_hand(ask: &Ask, value: &Value, now: u64) -> Option<String> {
    macro_rules! with {
        ($write:path) => {
            serde_json::from_value(value.clone())
                .ok()
                .map(|answer| $write(&answer, now))
        };
    }
    match (ask.verb.module, ask.verb.name.as_str()) {
        (Module::Oracle, "peg") => with!(peg::peg),
        (Module::Oracle, "tiers") => with!(peg::tiers),
        (Module::Oracle, "census") => with!(peg::census),
        (Module::Oracle, "censuses") => with!(peg::censuses),
        (Module::Oracle, "backing") => with!(reserve::backing),
        (Module::Oracle, "issuers") => with!(reserve::issuers),
        (Module::Oracle, "issuer") => with!(reserve::issuer),
        (Module::Oracle, "mint_allowance") => with!(reserve::allowance),
        (Module::Oracle, "operators") => with!(reserve::operators),
        (Module::Votes, "operators") => with!(votes::operators),
        (Module::Votes, "votes") => with!(votes::votes),
        (Module::Votes, "rewards") => with!(votes::rewards),
        (Module::Votes, "unbonding") => with!(votes::unbonding),
        (Module::Market, "order") => with!(market::order),
        (Module::Market, "orders") => with!(market::orders),
        (Module::Market, "batch") => with!(market::batch),
        (Module::Market, "batches") => with!(market::batches),
        (Module::Market, "redemption_queue") => with!(market::queue),
        (Module::Market, "deadlines") => with!(market::deadlines),
        _ => None,
    }
}
