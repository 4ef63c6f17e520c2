//! Two profiles side by side.

use serde::Serialize;
use serde_json::Value;

use super::Profile;

/// One parameter of two profiles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Where it stands, as in `oracle.census.slot`.
    pub name: String,
    /// The first profile's value; empty where it has none.
    pub first: String,
    /// The second one's.
    pub second: String,
}

/// Every parameter of either profile: the tiers, then contract by contract, by name.
#[must_use]
pub fn table(first: &Profile, second: &Profile) -> Vec<Row> {
    let (first, second) = (rows(first), rows(second));
    let value = |rows: &[(String, String)], name: &str| {
        let found = rows.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let mut names: Vec<&String> = first.iter().map(|(name, _)| name).collect();
    names.extend(
        second
            .iter()
            .map(|(name, _)| name)
            .filter(|name| first.iter().all(|(other, _)| other != *name)),
    );
    let row = |name: &String| Row {
        name: name.clone(),
        first: value(&first, name),
        second: value(&second, name),
    };
    names.into_iter().map(row).collect()
}

fn rows(profile: &Profile) -> Vec<(String, String)> {
    let mut rows = vec![("mainstream".to_owned(), profile.mainstream.clone())];
    for (at, tier) in profile.tiers.iter().enumerate() {
        let text = format!("{}: {} ops/s", tier.id, tier.rate);
        rows.push((format!("tiers.{at}"), text));
    }
    // Parameters are plain data, which always has JSON.
    let json = |value: serde_json::Result<Value>| value.unwrap_or_default();
    flatten(
        "oracle",
        &json(serde_json::to_value(&profile.oracle)),
        &mut rows,
    );
    flatten(
        "votes",
        &json(serde_json::to_value(&profile.votes)),
        &mut rows,
    );
    flatten(
        "market",
        &json(serde_json::to_value(&profile.market)),
        &mut rows,
    );
    rows
}

fn flatten(name: &str, value: &Value, rows: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            for (field, value) in fields {
                flatten(&format!("{name}.{field}"), value, rows);
            }
        }
        Value::String(text) => rows.push((name.to_owned(), text.clone())),
        other => rows.push((name.to_owned(), other.to_string())),
    }
}
