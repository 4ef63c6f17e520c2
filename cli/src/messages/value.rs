//! Words of the command line as JSON of a message.

use std::fs;

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use cosmwasm_std::{Decimal, Uint128};
use serde_json::{Map, Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::shape::{Field, Shape, Variant};
use super::unit::Unit;

/// What words can refer to.
pub(crate) trait Surroundings {
    /// The chain's time, in seconds since 1970.
    ///
    /// # Errors
    /// When the chain does not say.
    fn now(&self) -> Result<u64, String>;
    /// The address that a word stands for: an address, a key's name, a contract's.
    ///
    /// # Errors
    /// When it stands for none.
    fn address(&self, word: &str) -> Result<String, String>;
    /// The address of the key that signs.
    ///
    /// # Errors
    /// When there is none.
    fn own_address(&self) -> Result<String, String>;
}

/// The JSON of `text`, as the shape has it.
///
/// # Errors
/// What is wrong, and what is taken.
pub(super) fn parse(shape: &Shape, text: &str, around: &dyn Surroundings) -> Result<Value, String> {
    match shape {
        Shape::Text => Ok(text.into()),
        Shape::Address => around.address(text).map(Value::from),
        Shape::Hex => hex(text).map(Value::from),
        Shape::Bytes => bytes(text).map(Value::from),
        Shape::Decimal => decimal(text).map(Value::from),
        Shape::Bool => match text {
            "true" | "yes" => Ok(true.into()),
            "false" | "no" => Ok(false.into()),
            _ => Err(format!("{text:?} is neither true nor false")),
        },
        Shape::Large(unit) => large(*unit, text).map(|number| number.to_string().into()),
        Shape::Small(unit, largest) => {
            let number = small(*unit, text, around)?;
            if number > *largest {
                return Err(format!("{number} is more than {largest}"));
            }
            Ok(number.into())
        }
        Shape::Nanos => {
            let seconds = small(Unit::Time, text, around)?;
            Ok(u128::from(seconds)
                .saturating_mul(1_000_000_000)
                .to_string()
                .into())
        }
        Shape::Funds => funds(text),
        Shape::List(item) => match from_json(text)? {
            Some(value) => Ok(value),
            None => {
                let items = split(text, ',').into_iter();
                items.map(|one| parse(item, one, around)).collect()
            }
        },
        Shape::Tuple(shapes) => tuple(shapes, text, around),
        Shape::Struct(fields) => match from_json(text)? {
            Some(value) => Ok(value),
            None => assignments(fields, text, around),
        },
        Shape::Choice(variants) => match from_json(text)? {
            Some(value) => Ok(value),
            None => choice(variants, text, around),
        },
        Shape::Any => serde_json::from_str(text).map_err(|error| format!("JSON: {error}")),
    }
}

/// JSON, or `@FILE` with JSON in it; nothing if it looks like neither.
fn from_json(text: &str) -> Result<Option<Value>, String> {
    let read;
    let text = match text.strip_prefix('@') {
        Some(path) => {
            read = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
            read.trim()
        }
        None if text.starts_with(['{', '[', '"']) => text,
        None => return Ok(None),
    };
    let value = serde_json::from_str(text).map_err(|error| format!("JSON: {error}"))?;
    Ok(Some(value))
}

fn tuple(shapes: &[Shape], text: &str, around: &dyn Surroundings) -> Result<Value, String> {
    if let Some(value) = from_json(text)? {
        return Ok(value);
    }
    let parts = split(text, ',');
    if parts.len() != shapes.len() {
        return Err(format!(
            "{text:?} has {} parts; it takes {}, with commas between",
            parts.len(),
            shapes.len()
        ));
    }
    let parts = shapes.iter().zip(parts);
    parts
        .map(|(shape, one)| parse(shape, one, around))
        .collect()
}

/// `VARIANT`, or `VARIANT:FIELD=VALUE,…`, or `VARIANT:VALUE`.
fn choice(variants: &[Variant], text: &str, around: &dyn Surroundings) -> Result<Value, String> {
    let (name, rest) = match text.split_once(':') {
        Some((name, rest)) => (name, Some(rest)),
        None => (text, None),
    };
    let name = name.replace('-', "_");
    let Some(variant) = variants.iter().find(|variant| variant.name == name) else {
        let names: Vec<&str> = variants.iter().map(|one| one.name.as_str()).collect();
        return Err(format!("{name:?} is none of {}", names.join(", ")));
    };
    match (&variant.payload, rest) {
        (None, None) => Ok(name.into()),
        (None, Some(_)) => Err(format!("{name} takes nothing after it")),
        (Some(Shape::Struct(fields)), rest) => {
            let rest = rest.unwrap_or_default();
            let payload = match from_json(rest)? {
                Some(value) => value,
                None => assignments(fields, rest, around)?,
            };
            Ok(json!({ name: payload }))
        }
        (Some(shape), Some(rest)) => Ok(json!({ name: parse(shape, rest, around)? })),
        (Some(_), None) => Err(format!("{name} takes a value, as {name}:VALUE")),
    }
}

/// `FIELD=VALUE,…`.
fn assignments(fields: &[Field], text: &str, around: &dyn Surroundings) -> Result<Value, String> {
    let mut made = Map::new();
    for part in split(text, ',') {
        let (name, value) = part
            .split_once('=')
            .ok_or_else(|| format!("{part:?} is no FIELD=VALUE"))?;
        let name = name.trim().replace('-', "_");
        let Some(field) = fields.iter().find(|field| field.name == name) else {
            let names: Vec<&str> = fields.iter().map(|one| one.name.as_str()).collect();
            return Err(format!("{name:?} is none of {}", names.join(", ")));
        };
        let value = parse(&field.shape, value, around).map_err(|why| format!("{name}: {why}"))?;
        if made.insert(name.clone(), value).is_some() {
            return Err(format!("{name} is there twice"));
        }
    }
    let missing = |field: &&Field| field.required && !made.contains_key(&field.name);
    match fields.iter().find(missing) {
        Some(field) => Err(format!("{} is missing, as {0}=VALUE", field.name)),
        None => Ok(made.into()),
    }
}

/// The parts between `mark`s that are in no brackets and no quotes.
fn split(text: &str, mark: char) -> Vec<&str> {
    let (mut parts, mut begin, mut depth, mut quoted, mut escaped) =
        (Vec::new(), 0, 0_u32, false, false);
    if text.trim().is_empty() {
        return parts;
    }
    for (at, one) in text.char_indices() {
        match one {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '{' | '[' if !quoted => depth = depth.saturating_add(1),
            '}' | ']' if !quoted => depth = depth.saturating_sub(1),
            _ if one == mark && depth == 0 && !quoted => {
                parts.push(text.get(begin..at).unwrap_or_default().trim());
                begin = at.saturating_add(one.len_utf8());
            }
            _ => {}
        }
    }
    parts.push(text.get(begin..).unwrap_or_default().trim());
    parts
}

fn hex(text: &str) -> Result<String, String> {
    let digits = text.strip_prefix("0x").unwrap_or(text).to_lowercase();
    let is_hex =
        digits.len().is_multiple_of(2) && digits.chars().all(|one| one.is_ascii_hexdigit());
    match is_hex {
        true => Ok(digits),
        false => Err(format!("{text:?} is no hex, two digits a byte")),
    }
}

/// Base64, `@FILE` with the bytes themselves, or JSON, which is carried as its text.
fn bytes(text: &str) -> Result<String, String> {
    if let Some(path) = text.strip_prefix('@') {
        let bytes = fs::read(path).map_err(|error| format!("{path}: {error}"))?;
        return Ok(BASE64.encode(bytes));
    }
    if text.starts_with('{') {
        let value: Value = serde_json::from_str(text).map_err(|error| format!("JSON: {error}"))?;
        return Ok(BASE64.encode(value.to_string()));
    }
    match BASE64.decode(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(format!(
            "{text:?} is no base64 ({error}); @FILE takes the bytes from a file"
        )),
    }
}

/// A part of 1, as `0.05` or `5%`.
fn decimal(text: &str) -> Result<String, String> {
    let wrong = || format!("{text:?} is no part; it takes 0.05 or 5%");
    let number = text.strip_suffix('%').unwrap_or(text).trim();
    let parsed: Decimal = number.parse().map_err(|_| wrong())?;
    let parsed = match text.ends_with('%') {
        true => parsed
            .checked_div(Decimal::from_ratio(100_u32, 1_u32))
            .map_err(|_| wrong())?,
        false => parsed,
    };
    Ok(parsed.to_string())
}

fn large(unit: Unit, text: &str) -> Result<Uint128, String> {
    match unit {
        Unit::Coins => coins(text),
        Unit::Rate => scaled(text, "OPS").ok_or_else(|| {
            format!("{text:?} is no rate; it takes ops per second, or 1.5TOPS, 300GOPS")
        }),
        Unit::Ops => scaled(text, "ops")
            .ok_or_else(|| format!("{text:?} is no number of ops; it takes a whole one, or 1.5T")),
        _ => text
            .parse()
            .map_err(|_| format!("{text:?} is no whole number up to 2^128 - 1")),
    }
}

/// Micro-coins, of `12.5` or `12.5coin` (coins) or `12500000u` (micro-coins).
///
/// # Errors
/// When it is none of them, or coins with more than six decimals.
pub(crate) fn coins(text: &str) -> Result<Uint128, String> {
    let wrong = || {
        format!(
            "{text:?} is no amount; it takes coins, as 12.5 (six decimals at most), or \
             micro-coins, as 12500000u"
        )
    };
    if let Some(micro) = text.strip_suffix('u') {
        return digits(micro).map(Uint128::new).ok_or_else(wrong);
    }
    let number = text.strip_suffix('s').unwrap_or(text);
    let number = match number.strip_suffix("coin") {
        Some(number) => number,
        None => text,
    };
    shifted(number, 6).map(Uint128::new).ok_or_else(wrong)
}

/// A number with a prefix of thousands, as in `1.5T`, `1.5TOPS`.
fn scaled(text: &str, unit: &str) -> Option<Uint128> {
    const PREFIXES: [(char, usize); 6] = [
        ('k', 3),
        ('M', 6),
        ('G', 9),
        ('T', 12),
        ('P', 15),
        ('E', 18),
    ];
    let text = text.strip_suffix(unit).unwrap_or(text).trim_end();
    let found = PREFIXES
        .iter()
        .find_map(|(prefix, shift)| Some((text.strip_suffix(*prefix)?, *shift)));
    let (number, shift) = found.unwrap_or((text, 0));
    shifted(number.trim_end(), shift).map(Uint128::new)
}

/// A decimal number times ten to the `shift`, where that is whole.
fn shifted(number: &str, shift: usize) -> Option<u128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if fraction.len() > shift || whole.is_empty() || number.ends_with('.') {
        return None;
    }
    digits(&format!("{whole}{fraction:0<shift$}"))
}

/// Digits alone: no sign, no blank.
fn digits(text: &str) -> Option<u128> {
    let only = !text.is_empty() && text.chars().all(|one| one.is_ascii_digit());
    text.parse().ok().filter(|_| only)
}

fn small(unit: Unit, text: &str, around: &dyn Surroundings) -> Result<u64, String> {
    let whole = || digits(text).and_then(|number| u64::try_from(number).ok());
    match unit {
        Unit::Time => {
            if let Some(later) = text.strip_prefix('+').and_then(duration) {
                return Ok(around.now()?.saturating_add(later));
            }
            let moment = || OffsetDateTime::parse(text, &Rfc3339).ok();
            let parsed = || u64::try_from(moment()?.unix_timestamp()).ok();
            whole().or_else(parsed).ok_or_else(|| {
                format!(
                    "{text:?} is no time; it takes 2026-01-31T12:00:00Z, seconds since 1970, \
                     or a time from now, as +30d"
                )
            })
        }
        Unit::Seconds => duration(text)
            .ok_or_else(|| format!("{text:?} is no duration; it takes seconds, or 90m, 12h, 30d")),
        _ => whole().ok_or_else(|| format!("{text:?} is no whole number")),
    }
}

/// Seconds, of `90`, `90s`, `15m`, `12h` or `30d`.
fn duration(text: &str) -> Option<u64> {
    const UNITS: [(char, u64); 4] = [('s', 1), ('m', 60), ('h', 3_600), ('d', 86_400)];
    let found = UNITS
        .iter()
        .find_map(|(unit, seconds)| Some((text.strip_suffix(*unit)?, *seconds)));
    let (number, seconds) = found.unwrap_or((text, 1));
    u64::try_from(digits(number)?).ok()?.checked_mul(seconds)
}

/// Coins of the chain's, as `5000000ustake`.
fn funds(text: &str) -> Result<Value, String> {
    let end = text.find(|one: char| !one.is_ascii_digit());
    let (amount, denom) = text.split_at(end.unwrap_or(text.len()));
    match (digits(amount), denom) {
        (Some(amount), denom) if !denom.is_empty() => {
            Ok(json!({ "denom": denom, "amount": amount.to_string() }))
        }
        _ => Err(format!(
            "{text:?} is no amount with its denom, as 5000000ustake"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct At(u64);

    impl Surroundings for At {
        fn now(&self) -> Result<u64, String> {
            Ok(self.0)
        }

        fn address(&self, word: &str) -> Result<String, String> {
            Ok(format!("wasm1{word}"))
        }

        fn own_address(&self) -> Result<String, String> {
            Err("none".to_owned())
        }
    }

    fn read(shape: &Shape, text: &str) -> Result<Value, String> {
        parse(shape, text, &At(1_000))
    }

    #[test]
    fn amounts_are_read_exactly_or_refused() {
        for (text, micro) in [
            ("12.5", 12_500_000),
            ("12.5coin", 12_500_000),
            ("1coins", 1_000_000),
            ("12500000u", 12_500_000),
            ("0.000001", 1),
            ("0u", 0),
        ] {
            assert_eq!(coins(text), Ok(Uint128::new(micro)), "{text}");
        }
        let long = "9".repeat(40);
        for bad in [
            "",
            "u",
            "coin",
            ".5",
            "5.",
            "1.0000001",
            "1.5u",
            "-1",
            "+1",
            "1e3",
            "1 000",
            "0x1",
            &long,
        ] {
            assert!(coins(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn rates_times_and_durations_are_read_or_refused() {
        let rate = Shape::Large(Unit::Rate);
        for (text, ops) in [
            ("7", "7"),
            ("1.5TOPS", "1500000000000"),
            ("300 GOPS", "300000000000"),
            ("2k", "2000"),
        ] {
            assert_eq!(read(&rate, text), Ok(ops.into()), "{text}");
        }
        for bad in ["TOPS", "1.5", "1.0001kOPS", "1.5tops", "-1"] {
            assert!(read(&rate, bad).is_err(), "{bad}");
        }
        let time = Shape::Small(Unit::Time, u64::MAX);
        for (text, seconds) in [
            ("5", 5),
            ("+2m", 1_120),
            ("+1d", 87_400),
            ("1970-01-02T00:00:01Z", 86_401),
        ] {
            assert_eq!(read(&time, text), Ok(seconds.into()), "{text}");
        }
        for bad in ["tomorrow", "+", "+d", "1969-01-01T00:00:00Z", "2026-01-31"] {
            assert!(read(&time, bad).is_err(), "{bad}");
        }
        let seconds = Shape::Small(Unit::Seconds, u64::MAX);
        assert_eq!(read(&seconds, "12h"), Ok(43_200.into()));
        assert!(read(&seconds, "1.5h").is_err());
        assert!(read(&seconds, "99999999999999999999d").is_err());
    }

    #[test]
    fn parts_bytes_and_funds_are_read_or_refused() {
        assert_eq!(read(&Shape::Decimal, "5%"), Ok("0.05".into()));
        assert_eq!(read(&Shape::Decimal, "0.1"), Ok("0.1".into()));
        assert!(read(&Shape::Decimal, "-1").is_err());
        assert_eq!(read(&Shape::Hex, "0xAB01"), Ok("ab01".into()));
        assert!(read(&Shape::Hex, "abc").is_err());
        assert_eq!(read(&Shape::Bytes, "AQI="), Ok("AQI=".into()));
        let hook = read(&Shape::Bytes, r#"{ "retire": {} }"#).unwrap();
        assert_eq!(hook, BASE64.encode(r#"{"retire":{}}"#));
        assert!(read(&Shape::Bytes, "?").is_err());
        let funds = json!({ "denom": "ustake", "amount": "5" });
        assert_eq!(read(&Shape::Funds, "5ustake"), Ok(funds));
        assert!(read(&Shape::Funds, "5").is_err());
        assert!(read(&Shape::Small(Unit::Plain, 255), "256").is_err());
    }

    #[test]
    fn choices_are_written_short_or_as_json() {
        let field = |name: &str, shape| Field {
            name: name.to_owned(),
            about: String::new(),
            required: true,
            shape,
        };
        let variant = |name: &str, payload| Variant {
            name: name.to_owned(),
            about: String::new(),
            payload,
        };
        let redeem = Shape::Struct(vec![
            field("issuer", Shape::Address),
            field("fee", Shape::Large(Unit::Coins)),
        ]);
        let mode = Shape::Choice(vec![
            variant("free_of_charge", None),
            variant("redeem", Some(redeem)),
            variant("named", Some(Shape::Text)),
        ]);
        let expected = json!({ "redeem": { "issuer": "wasm1acme", "fee": "1500000" } });
        assert_eq!(
            read(&mode, "redeem:issuer=acme, fee=1.5"),
            Ok(expected.clone())
        );
        assert_eq!(read(&mode, &expected.to_string()), Ok(expected));
        assert_eq!(read(&mode, "free-of-charge"), Ok("free_of_charge".into()));
        assert_eq!(read(&mode, "named:a:b"), Ok(json!({ "named": "a:b" })));
        for bad in [
            "gift",
            "named",
            "free_of_charge:x",
            "redeem",
            "redeem:issuer=a",
            "redeem:fee",
            "redeem:to=x",
            "redeem:issuer=a,issuer=b,fee=1",
            "{",
        ] {
            assert!(read(&mode, bad).is_err(), "{bad}");
        }
    }
}
