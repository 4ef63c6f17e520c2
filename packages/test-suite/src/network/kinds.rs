//! Kinds of messages, and how often each has succeeded.

use std::collections::{BTreeMap, BTreeSet};

use compute_api::{coin, market, oracle, votes};
use cosmwasm_schema::{
    schema_for,
    schemars::{JsonSchema, schema::Schema},
};
use cosmwasm_std::Event;
use serde::Serialize;
use serde_json::Value;

/// How often each kind was tried and has succeeded.
#[derive(Clone, Debug, Default)]
pub struct Kinds {
    /// Kind → tried, succeeded.
    pub counts: BTreeMap<String, (u64, u64)>,
}

impl Kinds {
    /// How often a kind has succeeded.
    #[must_use]
    pub fn succeeded(&self, kind: &str) -> u64 {
        self.counts.get(kind).map_or(0, |(_, done)| *done)
    }

    /// Adds what another run has counted.
    pub fn add(&mut self, other: &Self) {
        for (kind, (tried, done)) in &other.counts {
            let entry = self.counts.entry(kind.clone()).or_default();
            entry.0 += tried;
            entry.1 += done;
        }
    }

    /// Kinds that have never succeeded.
    #[must_use]
    pub fn missing(&self) -> Vec<String> {
        let all = all_kinds().into_iter();
        all.filter(|kind| self.succeeded(kind) == 0).collect()
    }

    pub(super) fn count(&mut self, kind: &str, done: bool) {
        let entry = self.counts.entry(kind.to_owned()).or_default();
        entry.0 += 1;
        entry.1 += u64::from(done);
    }

    pub(super) fn hook(&mut self, contract: &str, hook: &impl Serialize, done: bool) {
        self.count(&kind_of(&format!("{contract}.receive"), hook), done);
    }

    /// Counts what contracts have sent each other, which their events tell.
    pub(super) fn hear(&mut self, events: &[Event]) {
        for event in events {
            let is = |key: &str, value: &str| {
                let mut attributes = event.attributes.iter();
                attributes.any(|found| found.key == key && found.value == value)
            };
            let kind = match event.ty.as_str() {
                "wasm" if is("action", "mint") => "coin.mint",
                "wasm" if is("action", "retire") => "coin.retire",
                "wasm-standing_set" => "oracle.set_standing",
                "wasm-issuer_bond_changed" if is("cause", "slashed") => "oracle.slash_issuer",
                "wasm-devices_set" => "votes.set_devices",
                "wasm-operator_faulted" if is("fault", "missed") || is("fault", "unanswered") => {
                    "votes.report_fault"
                }
                _ => continue,
            };
            self.count(kind, true);
        }
    }
}

/// The name of a message: its contract and its variant; of an ownership message,
/// which one too.
///
/// # Panics
/// For what is no message.
#[must_use]
pub fn kind_of(contract: &str, msg: &impl Serialize) -> String {
    match serde_json::to_value(msg).expect("messages are JSON") {
        Value::String(name) => format!("{contract}.{name}"),
        Value::Object(fields) => {
            let (name, value) = fields.iter().next().expect("a variant");
            match name.as_str() {
                "update_ownership" => kind_of(&format!("{contract}.update_ownership"), value),
                _ => format!("{contract}.{name}"),
            }
        }
        other => panic!("{other} is no message"),
    }
}

/// All kinds of messages that somebody can have succeed, hooks included.
#[must_use]
pub fn all_kinds() -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let ownership = variants::<cw_ownable::Action>();
    for (contract, names) in [
        ("coin", variants::<coin::ExecuteMsg>()),
        ("oracle", variants::<oracle::ExecuteMsg>()),
        ("votes", variants::<votes::ExecuteMsg>()),
        ("market", variants::<market::ExecuteMsg>()),
        ("market.receive", variants::<market::Hook>()),
        ("oracle.receive", variants::<oracle::Hook>()),
        ("votes.receive", variants::<votes::Hook>()),
    ] {
        for name in names {
            match name.as_str() {
                // Always refused.
                "update_minter" => {}
                // By its hooks.
                "receive" => {}
                "update_ownership" => {
                    let actions = ownership.iter();
                    all.extend(actions.map(|action| format!("{contract}.{name}.{action}")));
                }
                _ => {
                    all.insert(format!("{contract}.{name}"));
                }
            }
        }
    }
    all
}

/// The variants of an enum, by its JSON schema.
fn variants<T: JsonSchema>() -> Vec<String> {
    let schema = schema_for!(T).schema;
    let one_of = schema.subschemas.and_then(|subschemas| subschemas.one_of);
    let mut names = Vec::new();
    for variant in one_of.unwrap_or_default() {
        let Schema::Object(variant) = variant else {
            continue;
        };
        for value in variant.enum_values.into_iter().flatten() {
            names.extend(value.as_str().map(str::to_owned));
        }
        names.extend(
            variant
                .object
                .into_iter()
                .flat_map(|object| object.required),
        );
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_named_as_in_the_schema() {
        let all = all_kinds();
        let some = [
            kind_of("oracle", &oracle::ExecuteMsg::ClaimBond {}),
            kind_of("oracle.receive", &oracle::Hook::Retire {}),
            kind_of("votes", &votes::ExecuteMsg::Claim { limit: None }),
            kind_of(
                "coin",
                &coin::ExecuteMsg::UpdateOwnership(cw_ownable::Action::AcceptOwnership),
            ),
        ];
        for kind in some {
            assert!(all.contains(&kind), "{kind} of {all:?}");
        }
        assert!(all.len() >= 80, "{}", all.len());
    }
}
