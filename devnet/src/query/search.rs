//! CometBFT's query language for events, as far as clients use it: conditions joined
//! by `AND`, each `KEY OP VALUE` with `=`, `<`, `<=`, `>`, `>=`, or `KEY EXISTS`.

use std::collections::BTreeMap;

use super::{Answer, QueryError};
use crate::node::Node;

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// The event attribute has this value.
    Is(String, String),
    /// The number is at least and at most this.
    Within(String, u64, u64),
    /// The attribute is there.
    Exists(String),
}

/// Reads a query.
pub(crate) fn parse(query: &str) -> Answer<Vec<Condition>> {
    let parts = split(query);
    if parts.iter().all(|part| part.trim().is_empty()) {
        return Err(QueryError::invalid(
            "the query is empty; it takes KEY='VALUE' AND …",
        ));
    }
    parts.into_iter().map(condition).collect()
}

/// Splits at `AND` outside quotes.
fn split(query: &str) -> Vec<&str> {
    let (mut parts, mut start, mut quoted) = (Vec::new(), 0, false);
    for (place, letter) in query.char_indices() {
        if letter == '\'' {
            quoted = !quoted;
        }
        if !quoted
            && query
                .get(place..)
                .is_some_and(|rest| rest.starts_with(" AND "))
        {
            parts.push(query.get(start..place).unwrap_or_default());
            start = place + " AND ".len();
        }
    }
    parts.push(query.get(start..).unwrap_or_default());
    parts
}

fn condition(text: &str) -> Answer<Condition> {
    let text = text.trim();
    if let Some(key) = text.strip_suffix(" EXISTS") {
        return Ok(Condition::Exists(key.trim().to_owned()));
    }
    let at = text.find(['=', '<', '>']);
    let Some((key, rest)) = at.and_then(|at| text.split_at_checked(at)) else {
        let text = format!("condition {text:?} is not KEY='VALUE'; other operators");
        return Err(QueryError::not_implemented(&text));
    };
    let key = key.trim().to_owned();
    let (operator, value) = match rest.as_bytes() {
        [b'<' | b'>', b'=', ..] => rest.split_at(2),
        _ => rest.split_at(1),
    };
    let value = value.trim().trim_matches('\'').trim_matches('"');
    if operator == "=" {
        return Ok(Condition::Is(key, value.to_owned()));
    }
    let number: u64 = value.parse().map_err(|_| {
        QueryError::invalid(format!("{key} {operator} takes a number, not {value:?}"))
    })?;
    let (least, most) = match operator {
        "<" => (0, number.saturating_sub(1)),
        "<=" => (0, number),
        ">" => (number.saturating_add(1), u64::MAX),
        _ => (number, u64::MAX),
    };
    Ok(Condition::Within(key, least, most))
}

/// Hashes of the transactions that meet all conditions, oldest first.
pub(crate) fn search(node: &Node, query: &str) -> Answer<Vec<Vec<u8>>> {
    let (mut from, mut to) = (0, u64::MAX);
    let mut events = Vec::new();
    for condition in parse(query)? {
        match condition {
            Condition::Is(key, value) if key == "tx.height" => {
                let height = value.parse().map_err(|_| {
                    QueryError::invalid(format!("tx.height is a number, not {value:?}"))
                })?;
                (from, to) = (from.max(height), to.min(height));
            }
            Condition::Within(key, least, most) if key == "tx.height" => {
                (from, to) = (from.max(least), to.min(most));
            }
            Condition::Is(key, value) if key == "tx.hash" => {
                events.push(format!("tx.hash={}", value.to_uppercase()));
            }
            Condition::Is(key, value) if key == "tm.event" => {
                if value != "Tx" {
                    return Ok(Vec::new());
                }
            }
            Condition::Is(key, value) => events.push(format!("{key}={value}")),
            other => {
                let text = format!("the condition {other:?} in a search");
                return Err(QueryError::not_implemented(&text));
            }
        }
    }
    let mut found: Option<BTreeMap<_, _>> = None;
    for event in events {
        let with: BTreeMap<_, _> = node.db().with_event(&event)?.into_iter().collect();
        found = Some(match found {
            None => with,
            Some(found) => found
                .into_iter()
                .filter(|(place, _)| with.contains_key(place))
                .collect(),
        });
    }
    let found = match found {
        Some(found) => found,
        None => node.db().in_blocks(from, to)?.into_iter().collect(),
    };
    let within = |(height, _): &(u64, u32)| (from..=to).contains(height);
    Ok(found
        .into_iter()
        .filter(|(place, _)| within(place))
        .map(|(_, hash)| hash)
        .collect())
}

/// Whether something with these attributes (`TYPE.KEY` to values) meets the conditions.
pub(crate) fn meets(conditions: &[Condition], attributes: &BTreeMap<String, Vec<String>>) -> bool {
    let values = |key: &String| attributes.get(key).map(Vec::as_slice).unwrap_or_default();
    conditions.iter().all(|condition| match condition {
        Condition::Is(key, wanted) => values(key).iter().any(|value| value == wanted),
        Condition::Exists(key) => !values(key).is_empty(),
        Condition::Within(key, least, most) => values(key).iter().any(|value| {
            value
                .parse::<u64>()
                .is_ok_and(|value| (*least..=*most).contains(&value))
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(key: &str, value: &str) -> Condition {
        Condition::Is(key.to_owned(), value.to_owned())
    }

    #[test]
    fn queries_are_read_with_quotes_and_numbers() {
        let query = "message.sender='a AND b' AND tx.height>=5 AND tx.height < 9";
        let expected = [
            is("message.sender", "a AND b"),
            Condition::Within("tx.height".into(), 5, u64::MAX),
            Condition::Within("tx.height".into(), 0, 8),
        ];
        assert_eq!(parse(query).unwrap(), expected);
        assert_eq!(parse("tx.height=5").unwrap(), [is("tx.height", "5")]);
        let exists = Condition::Exists("wasm.action".into());
        assert_eq!(parse("wasm.action EXISTS").unwrap(), [exists]);
        for bad in ["", "  ", "a CONTAINS 'b'", "tx.height > 'x'"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn conditions_are_met_by_any_of_the_values() {
        let mut attributes = BTreeMap::new();
        attributes.insert(
            "wasm.action".to_owned(),
            vec!["mint".to_owned(), "burn".to_owned()],
        );
        attributes.insert("tx.height".to_owned(), vec!["7".to_owned()]);
        let met = |query: &str| meets(&parse(query).unwrap(), &attributes);
        assert!(met("wasm.action='burn' AND tx.height>6"));
        assert!(!met("wasm.action='send'"));
        assert!(!met("wasm.action='burn' AND tx.height>7"));
        assert!(met("wasm.action EXISTS"));
    }
}
