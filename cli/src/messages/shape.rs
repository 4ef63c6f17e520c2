//! What a message or an answer is made of, read from the schema of its type.

use serde_json::Value;

use super::unit::{self, Unit};

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shape {
    /// Words.
    Text,
    /// Somebody's address, or the name of a key.
    Address,
    /// Bytes, as hex.
    Hex,
    /// Bytes, as base64.
    Bytes,
    /// A part of 1.
    Decimal,
    /// Yes or no.
    Bool,
    /// A number that JSON carries as a string.
    Large(Unit),
    /// A number that JSON carries as one, and the largest that fits.
    Small(Unit, u64),
    /// Nanoseconds since 1970, as a string.
    Nanos,
    /// Coins of the chain's: a denom and an amount.
    Funds,
    /// Any number of one thing.
    List(Box<Shape>),
    /// Some things, in order.
    Tuple(Vec<Shape>),
    /// Fields.
    Struct(Vec<Field>),
    /// One of some.
    Choice(Vec<Variant>),
    /// Whatever it is.
    Any,
}

/// A field.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Field {
    /// Its name in JSON.
    pub(crate) name: String,
    /// What it says, in one line.
    pub(crate) about: String,
    /// Whether it has to be there.
    pub(crate) required: bool,
    /// What it is.
    pub(crate) shape: Shape,
}

/// One of some.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Variant {
    /// Its name in JSON.
    pub(crate) name: String,
    /// What it says, in one line.
    pub(crate) about: String,
    /// What comes with it; nothing where JSON has the bare name.
    pub(crate) payload: Option<Shape>,
}

impl Shape {
    /// Of a whole type.
    pub(crate) fn of(schema: &Value) -> Self {
        let reader = Reader {
            definitions: schema.get("definitions").unwrap_or(&Value::Null),
        };
        reader.shape("", "", schema)
    }

    /// The variants; none if it is no choice.
    pub(crate) fn variants(&self) -> &[Variant] {
        match self {
            Self::Choice(variants) => variants,
            _ => &[],
        }
    }

    /// The fields; none if it has none.
    pub(crate) fn fields(&self) -> &[Field] {
        match self {
            Self::Struct(fields) => fields,
            _ => &[],
        }
    }

    /// Whether one word says it: no struct, no list, no choice with something in it.
    pub(crate) fn is_word(&self) -> bool {
        match self {
            Self::List(_) | Self::Tuple(_) | Self::Struct(_) | Self::Any => false,
            Self::Choice(_) => self.is_names(),
            _ => true,
        }
    }

    /// Whether it is a choice of bare names.
    pub(crate) fn is_names(&self) -> bool {
        let variants = self.variants();
        !variants.is_empty() && variants.iter().all(|variant| variant.payload.is_none())
    }
}

struct Reader<'a> {
    definitions: &'a Value,
}

impl Reader<'_> {
    /// The shape of `schema`, as the field `name` has it with the comment `about`.
    fn shape(&self, name: &str, about: &str, schema: &Value) -> Shape {
        let inner = |key: &str| schema.get(key)?.as_array()?.first();
        if let Some(inner) = inner("allOf").or_else(|| inner("anyOf")) {
            return self.shape(name, about, inner);
        }
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            return self.named(
                name,
                about,
                reference.rsplit('/').next().unwrap_or_default(),
            );
        }
        if let Some(variants) = schema.get("oneOf").and_then(Value::as_array) {
            return Shape::Choice(variants.iter().flat_map(|one| self.variants(one)).collect());
        }
        match kind(schema) {
            "object" => Shape::Struct(self.fields(schema)),
            "array" => match schema.get("items") {
                Some(Value::Array(items)) => {
                    let items = items.iter().map(|item| self.shape(name, about, item));
                    Shape::Tuple(items.collect())
                }
                Some(item) => Shape::List(Box::new(self.shape(name, about, item))),
                None => Shape::Any,
            },
            "string" if schema.get("enum").is_some() => Shape::Choice(self.variants(schema)),
            "string" if is_address(name, about) => Shape::Address,
            "string" => Shape::Text,
            "boolean" => Shape::Bool,
            "integer" => {
                let largest = match schema.get("format").and_then(Value::as_str) {
                    Some("uint8") => u8::MAX.into(),
                    Some("uint16") => u16::MAX.into(),
                    Some("uint32") => u32::MAX.into(),
                    _ => u64::MAX,
                };
                Shape::Small(unit::of_small(name, about), largest)
            }
            _ => Shape::Any,
        }
    }

    fn named(&self, name: &str, about: &str, reference: &str) -> Shape {
        match reference {
            "Uint128" => Shape::Large(unit::of_large(name, about)),
            "Uint64" => Shape::Large(Unit::Plain),
            "Decimal" => Shape::Decimal,
            "HexBinary" => Shape::Hex,
            "Binary" => Shape::Bytes,
            "Addr" => Shape::Address,
            "Timestamp" => Shape::Nanos,
            "Coin" => Shape::Funds,
            other => match self.definitions.get(other) {
                Some(schema) => self.shape(name, about, schema),
                None => Shape::Any,
            },
        }
    }

    fn fields(&self, schema: &Value) -> Vec<Field> {
        let required = schema.get("required").and_then(Value::as_array);
        let is_required =
            |name: &str| required.is_some_and(|all| all.iter().any(|one| one == name));
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
            return Vec::new();
        };
        let field = |(name, schema): (&String, &Value)| {
            let about = comment(schema);
            Field {
                name: name.clone(),
                required: is_required(name) && !may_be_null(schema),
                shape: self.shape(name, &about, schema),
                about,
            }
        };
        properties.iter().map(field).collect()
    }

    /// What one entry of `oneOf` stands for: a variant with something in it, or some
    /// bare names.
    fn variants(&self, schema: &Value) -> Vec<Variant> {
        let about = comment(schema);
        if let Some(names) = schema.get("enum").and_then(Value::as_array) {
            let names = names.iter().filter_map(Value::as_str);
            let bare = |name: &str| Variant {
                name: name.to_owned(),
                about: about.clone(),
                payload: None,
            };
            return names.map(bare).collect();
        }
        let variant = |field: Field| Variant {
            name: field.name,
            about: about.clone(),
            payload: Some(field.shape),
        };
        self.fields(schema).into_iter().map(variant).collect()
    }
}

/// The type that is not null.
fn kind(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::String(kind)) => kind,
        Some(Value::Array(kinds)) => {
            let mut kinds = kinds.iter().filter_map(Value::as_str);
            kinds.find(|kind| *kind != "null").unwrap_or_default()
        }
        _ => "",
    }
}

fn may_be_null(schema: &Value) -> bool {
    let has_null = |key: &str| {
        let all = schema.get(key).and_then(Value::as_array);
        all.is_some_and(|all| all.iter().any(|one| kind(one) == "null" || one == "null"))
    };
    has_null("anyOf") || has_null("type")
}

/// The first paragraph of a comment, in one line and without the marks of rustdoc.
fn comment(schema: &Value) -> String {
    let text = schema.get("description").and_then(Value::as_str);
    let first = text.unwrap_or_default().split("\n\n").next();
    plain(first.unwrap_or_default())
}

/// Text without links and code marks: ``[`Self::time`](url)`` becomes `time`.
fn plain(text: &str) -> String {
    let mut made = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("[`") {
        made.push_str(before);
        let Some((link, after)) = after.split_once("`]") else {
            made.push_str("[`");
            rest = after;
            continue;
        };
        made.push_str(link.rsplit("::").next().unwrap_or(link));
        let target = after
            .strip_prefix('(')
            .and_then(|rest| rest.split_once(')'));
        rest = target.map_or(after, |(_, after)| after);
    }
    made.push_str(rest);
    let words: Vec<&str> = made.split_whitespace().collect();
    words.join(" ").replace('`', "")
}

/// Whether a string is an address. Answers say so by their type; messages take any
/// string, and the contract checks it.
fn is_address(name: &str, about: &str) -> bool {
    const NAMES: [&str; 22] = [
        "address",
        "contract",
        "coordinator",
        "from",
        "guardian",
        "issuer",
        "marketing",
        "market",
        "minter",
        "new_minter",
        "new_owner",
        "operator",
        "operators",
        "oracle",
        "owner",
        "recipient",
        "registrar",
        "reporter",
        "spender",
        "to",
        "voter",
        "worker",
    ];
    NAMES.contains(&name)
        || matches!(name, "coin" | "votes")
        || (name == "start_after" && !about.contains("hash"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_lose_their_marks() {
        assert_eq!(
            plain("Up to [`crate::page::MAX_LIMIT`], see [`Hook`](x::Hook): `a`\nb"),
            "Up to MAX_LIMIT, see Hook: a b"
        );
        assert_eq!(plain("[`open"), "[open");
    }
}
