//! Any answer, by its shape: what no command has a text of its own for.

use serde_json::Value;

use super::table::{Facts, Table};
use super::units::{self, NONE};
use crate::messages::{Field, Shape, Unit};

/// Columns of a table, at most; what has more is written as blocks.
const COLUMNS: usize = 7;

/// An answer, in lines.
pub(crate) fn answer(shape: &Shape, value: &Value, now: u64) -> String {
    match (shape, value) {
        (_, Value::Null) => "none".to_owned(),
        (Shape::Struct(fields), Value::Object(_)) => block(fields, value, now),
        (Shape::List(item), Value::Array(items)) => list(item, items, now),
        _ => brief(shape, value, now),
    }
}

fn block(fields: &[Field], value: &Value, now: u64) -> String {
    let mut facts = Facts::default();
    let mut sections = Vec::new();
    for field in fields {
        let value = value.get(&field.name).unwrap_or(&Value::Null);
        let name = field.name.replace('_', " ");
        match (&field.shape, value) {
            (_, Value::Null) => {
                facts.add(&name, NONE);
            }
            (Shape::Struct(inner), value) if !inner.is_empty() => {
                sections.push((name, block(inner, value, now)));
            }
            (Shape::List(item), Value::Array(items)) if !item.is_word() => {
                sections.push((name, list(item, items, now)));
            }
            (shape, value) => {
                facts.add(&name, brief(shape, value, now));
            }
        }
    }
    // One list and nothing else needs no heading.
    if let ("", [(_, only)]) = (facts.text().as_str(), sections.as_slice()) {
        return only.clone();
    }
    let mut parts = vec![facts.text()];
    for (name, text) in sections {
        parts.push(format!("{name}:\n{}", indented(&text)));
    }
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

fn list(item: &Shape, items: &[Value], now: u64) -> String {
    if items.is_empty() {
        return "none".to_owned();
    }
    let fields = item.fields();
    let is_flat = fields.iter().all(|field| field.shape.is_word());
    if !fields.is_empty() && fields.len() <= COLUMNS && is_flat {
        let is_number =
            |shape: &Shape| matches!(shape, Shape::Large(_) | Shape::Small(..) | Shape::Decimal);
        let heading = |field: &Field| {
            let mark = if is_number(&field.shape) { ">" } else { "" };
            format!("{mark}{}", field.name.replace('_', " "))
        };
        let headings: Vec<String> = fields.iter().map(heading).collect();
        let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
        let mut table = Table::new(&headings);
        for value in items {
            let cell = |field: &Field| {
                brief(
                    &field.shape,
                    value.get(&field.name).unwrap_or(&Value::Null),
                    now,
                )
            };
            table.row(fields.iter().map(cell).collect());
        }
        return table.text("none");
    }
    let separator = if fields.is_empty() { "\n" } else { "\n\n" };
    let items: Vec<String> = items.iter().map(|one| answer(item, one, now)).collect();
    items.join(separator)
}

/// A value in one line.
pub(crate) fn brief(shape: &Shape, value: &Value, now: u64) -> String {
    let large = || value.as_str().and_then(|text| text.parse::<u128>().ok());
    match (shape, value) {
        (_, Value::Null) => NONE.to_owned(),
        (Shape::Large(unit), _) => match (large(), unit) {
            (None, _) => plain(value),
            (Some(number), Unit::Coins) => format!("{} coins", units::coins(number)),
            (Some(number), Unit::Rate) => units::rate(number),
            (Some(number), Unit::Ops) => units::ops(number),
            (Some(number), _) => units::whole(number),
        },
        (Shape::Small(unit, _), _) => match (value.as_u64(), unit) {
            (None, _) => plain(value),
            (Some(number), Unit::Time) => units::time(number, now),
            (Some(number), Unit::Seconds) => units::duration(number),
            (Some(number), Unit::Parts) => {
                u32::try_from(number).map_or_else(|_| number.to_string(), units::parts)
            }
            (Some(number), _) => number.to_string(),
        },
        (Shape::Nanos, _) => {
            let seconds = large().and_then(|nanos| nanos.checked_div(1_000_000_000));
            let seconds = seconds.and_then(|seconds| u64::try_from(seconds).ok());
            seconds.map_or_else(|| plain(value), |seconds| units::time(seconds, now))
        }
        (Shape::Bool, Value::Bool(is_so)) => if *is_so { "yes" } else { "no" }.to_owned(),
        (Shape::Funds, value) => {
            let part = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
            format!("{}{}", part("amount"), part("denom"))
        }
        (Shape::Choice(variants), Value::Object(chosen)) => {
            let found = variants
                .iter()
                .find_map(|one| Some((one, chosen.get(&one.name)?)));
            match found {
                Some((variant, inner)) => {
                    let name = variant.name.replace('_', " ");
                    let shape = variant.payload.as_ref().unwrap_or(&Shape::Any);
                    match brief(shape, inner, now) {
                        text if text.is_empty() => name,
                        text => format!("{name} ({text})"),
                    }
                }
                None => plain(value),
            }
        }
        (Shape::Choice(_), Value::String(name)) => name.replace('_', " "),
        (Shape::Struct(fields), Value::Object(_)) => {
            let given = |field: &Field| {
                let value = value.get(&field.name).filter(|value| !value.is_null())?;
                let text = brief(&field.shape, value, now);
                Some(format!("{} {text}", field.name.replace('_', " ")))
            };
            let given: Vec<String> = fields.iter().filter_map(given).collect();
            given.join(", ")
        }
        (Shape::List(item), Value::Array(items)) => {
            let items: Vec<String> = items.iter().map(|one| brief(item, one, now)).collect();
            items.join(", ")
        }
        (Shape::Tuple(shapes), Value::Array(items)) => {
            let items = shapes.iter().zip(items);
            let items: Vec<String> = items.map(|(shape, one)| brief(shape, one, now)).collect();
            items.join(", ")
        }
        _ => plain(value),
    }
}

/// As it stands in JSON, without quotes.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn indented(text: &str) -> String {
    let line = |line: &str| match line.is_empty() {
        true => String::new(),
        false => format!("  {line}"),
    };
    let lines: Vec<String> = text.lines().map(line).collect();
    lines.join("\n")
}
