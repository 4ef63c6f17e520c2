//! A verb as a command of clap, and what was given to it as JSON.

use clap::{Arg, ArgAction, ArgMatches, Command, builder::PossibleValuesParser};
use serde_json::{Map, Value, json};

use super::module::{Module, Verb, Way};
use super::shape::{Field, Shape};
use super::unit::Unit;
use super::value::{Surroundings, parse};

/// Words that have a place of their own, for verbs whose order is not that of the
/// alphabet with the amount at the end.
const PLACES: [(&str, &[&str]); 9] = [
    ("pause", &["what", "seconds"]),
    ("register", &["owner", "kind"]),
    ("sample", &["kind", "seed", "count"]),
    ("extend_order", &["order", "expires"]),
    ("register_program", &["program", "first", "slots"]),
    ("send_from", &["owner", "contract", "amount"]),
    ("slash_issuer", &["operator", "fraction"]),
    ("set_devices", &["operator", "devices"]),
    ("commit_census", &["slot", "units"]),
];

/// What is taken where nothing is said.
const DEFAULTS: [(Module, &str, &str, &str); 2] = [
    (Module::Votes, "operators", "kind", "miner"),
    (Module::Market, "open_order", "privacy", "sampled"),
];

/// The id of the amount that comes with a hook, and of the funds of a message.
const AMOUNT: &str = "message:amount";

/// The id of a message that is one value.
const WHOLE: &str = "message:";

/// One word of the command: a field, or a field of a field.
struct Slot<'a> {
    /// Path of names in JSON.
    path: Vec<&'a str>,
    field: &'a Field,
    /// Its place, where it has no flag.
    place: Option<usize>,
    /// Where nothing is said: the signer's address.
    is_own: bool,
    default: Option<&'static str>,
}

impl Slot<'_> {
    fn id(&self) -> String {
        format!("message:{}", self.path.join("."))
    }

    fn flag(&self) -> String {
        self.path.join("-").replace('_', "-")
    }
}

/// The verb as a command.
pub(crate) fn subcommand(verb: &Verb) -> Command {
    // A list has room for a sentence.
    let first = verb.about.split(". ").next().unwrap_or_default();
    let command = Command::new(verb.word())
        .about(first.trim_end_matches('.').to_owned())
        .long_about(verb.about.clone());
    let command = match verb.name == verb.word() {
        true => command,
        false => command.alias(verb.name.clone()),
    };
    arguments(command, verb).hide(verb.is_between_contracts())
}

/// A command with the verb's arguments.
pub(crate) fn arguments(mut command: Command, verb: &Verb) -> Command {
    let mut next = 1;
    for slot in slots(verb) {
        next = next.max(slot.place.map_or(0, |place| place.saturating_add(2)));
        command = command.arg(argument(&slot));
    }
    if !matches!(verb.takes, Shape::Struct(_)) {
        let about = with_hint("", &verb.takes);
        let arg = Arg::new(WHOLE).value_name("WHAT").required(true);
        command = command.arg(arg.help(about).index(next));
    }
    if verb.way == Way::Hook {
        let about = with_hint("How many coins are sent", &Shape::Large(Unit::Coins));
        let arg = Arg::new(AMOUNT).value_name("AMOUNT").required(true);
        command = command.arg(arg.help(about).index(next));
    } else if verb.takes_funds() {
        let about = "What is sent, in the bond's denom: a whole number, or with the denom";
        let arg = Arg::new(AMOUNT).value_name("AMOUNT").required(true);
        command = command.arg(arg.help(about).index(next));
    }
    command
}

fn argument(slot: &Slot<'_>) -> Arg {
    let Slot { field, .. } = slot;
    let is_needed = slot.field.required && !slot.is_own && slot.default.is_none();
    let mut arg = Arg::new(slot.id()).help(with_hint(&field.about, &field.shape));
    if field.shape == Shape::Bool {
        return arg.long(slot.flag()).action(ArgAction::SetTrue);
    }
    arg = arg
        .value_name(field.name.to_uppercase())
        .required(is_needed)
        .allow_negative_numbers(true);
    arg = match slot.place {
        Some(place) => arg.index(place.saturating_add(1)),
        None => arg.long(slot.flag()),
    };
    if let Some(default) = slot.default {
        arg = arg.default_value(default);
    }
    if let Shape::List(_) = field.shape {
        return arg.action(ArgAction::Append).num_args(1..);
    }
    if field.shape.is_names() {
        let names = field.shape.variants().iter().map(|one| one.name.clone());
        return arg.value_parser(PossibleValuesParser::new(names));
    }
    arg
}

/// What it says, and how it is written.
fn with_hint(about: &str, shape: &Shape) -> String {
    let hint = match shape {
        Shape::Large(Unit::Coins) => "coins, as 12.5, or micro-coins, as 12500000u".to_owned(),
        Shape::Large(Unit::Bond) => "smallest unit of the bond's denom".to_owned(),
        Shape::Large(Unit::Rate) => "ops per second, or 1.5TOPS, 300GOPS".to_owned(),
        Shape::Large(Unit::Ops) => "ops, or 1.5T".to_owned(),
        Shape::Small(Unit::Time, _) | Shape::Nanos => {
            "2026-01-31T12:00:00Z, seconds since 1970, or +30d".to_owned()
        }
        Shape::Small(Unit::Seconds, _) => "seconds, or 90m, 12h, 30d".to_owned(),
        Shape::Address => "address or key".to_owned(),
        Shape::Decimal => "0.05 or 5%".to_owned(),
        Shape::Hex => "hex".to_owned(),
        Shape::Bytes => "base64, or @FILE".to_owned(),
        Shape::Struct(fields) => {
            let names: Vec<String> = fields.iter().map(|one| format!("{}=…", one.name)).collect();
            format!("{}; JSON, or @FILE", names.join(","))
        }
        shape if !shape.is_names() && !shape.variants().is_empty() => {
            let name = |one: &super::shape::Variant| match one.payload.as_ref().map(Shape::fields) {
                None => one.name.clone(),
                Some([]) => format!("{}:…", one.name),
                Some(fields) => {
                    let fields: Vec<String> =
                        fields.iter().map(|one| format!("{}=…", one.name)).collect();
                    format!("{}:{}", one.name, fields.join(","))
                }
            };
            let names: Vec<String> = shape.variants().iter().map(name).collect();
            format!("{}; JSON, or @FILE", names.join(" | "))
        }
        Shape::Tuple(_) | Shape::List(_) | Shape::Any => "JSON, or parts with commas".to_owned(),
        _ => return about.to_owned(),
    };
    let about = about.trim_end_matches('.');
    match about.is_empty() {
        true => hint,
        false => format!("{about} ({hint})"),
    }
}

/// All words of a verb.
fn slots(verb: &Verb) -> Vec<Slot<'_>> {
    // Where a message is a type of its own there is too much in it for places.
    let is_placed = !(verb.way == Way::Hook && verb.name == "open_order");
    let mut slots = Vec::new();
    for field in verb.takes.fields() {
        let is_flat = field.required && !field.shape.fields().is_empty() && {
            let mut fields = field.shape.fields().iter();
            fields.all(|inner| inner.shape.is_word())
        };
        if is_flat {
            for inner in field.shape.fields() {
                slots.push(slot(verb, vec![&field.name, &inner.name], inner));
            }
        } else {
            slots.push(slot(verb, vec![&field.name], field));
        }
    }
    let order = order(verb);
    for slot in &mut slots {
        let [name] = slot.path.as_slice() else {
            continue;
        };
        slot.place = order
            .iter()
            .position(|placed| placed == name)
            .filter(|_| is_placed);
    }
    slots
}

fn slot<'a>(verb: &Verb, path: Vec<&'a str>, field: &'a Field) -> Slot<'a> {
    let name = field.name.as_str();
    let is_own = verb.way == Way::Query
        && path.len() == 1
        && (name == "voter" || (verb.module == Module::Coin && name == "address"));
    let default = DEFAULTS.iter().find(|(module, message, of, _)| {
        *module == verb.module && *message == verb.name && *of == name && path.len() == 1
    });
    Slot {
        path,
        field,
        place: None,
        is_own,
        default: default.map(|(.., value)| *value),
    }
}

/// Names of the fields that have a place, in order.
fn order(verb: &Verb) -> Vec<&str> {
    if let Some((_, names)) = PLACES.iter().find(|(name, _)| *name == verb.name) {
        return names.to_vec();
    }
    let has_place = |field: &&Field| {
        let is_list = matches!(&field.shape, Shape::List(item) if **item == Shape::Address);
        let is_long = matches!(field.shape, Shape::Bytes | Shape::Bool)
            || (field.shape == Shape::Hex && field.name != "program");
        field.required && (field.shape.is_word() || is_list) && !is_long
    };
    let placed = verb.takes.fields().iter().filter(has_place);
    let mut names: Vec<&str> = placed.map(|field| field.name.as_str()).collect();
    names.sort_by_key(|name| *name == "amount");
    names
}

/// What was given: the message, checked by its type, and the amount that comes with it
/// as it was written.
///
/// # Errors
/// Which argument is wrong, and what it takes.
pub(crate) fn message(
    verb: &Verb,
    matches: &ArgMatches,
    around: &dyn Surroundings,
) -> Result<(Value, Option<String>), String> {
    let mut payload = Map::new();
    for slot in slots(verb) {
        let Some(value) = given(&slot, matches, around)? else {
            continue;
        };
        match slot.path.as_slice() {
            [outer, inner] => {
                let outer = payload.entry(*outer).or_insert_with(|| json!({}));
                if let Some(fields) = outer.as_object_mut() {
                    fields.insert((*inner).to_owned(), value);
                }
            }
            [name] => {
                payload.insert((*name).to_owned(), value);
            }
            _ => {}
        }
    }
    let payload = match &verb.takes {
        Shape::Struct(_) => Value::from(payload),
        shape => given_whole(shape, matches, around)?,
    };
    let message = json!({ verb.name.clone(): payload });
    let checked = verb.module.check(verb.way, &message);
    let checked = checked.map_err(|why| format!("{message}: {why}"))?;
    let has_amount = verb.way == Way::Hook || verb.takes_funds();
    let amount = has_amount.then(|| matches.get_one::<String>(AMOUNT).cloned());
    Ok((checked, amount.flatten()))
}

fn given(
    slot: &Slot<'_>,
    matches: &ArgMatches,
    around: &dyn Surroundings,
) -> Result<Option<Value>, String> {
    let id = slot.id();
    let shape = &slot.field.shape;
    let named = |why: String| format!("{}: {why}", slot.flag());
    if *shape == Shape::Bool {
        return Ok(Some(matches.get_flag(&id).into()));
    }
    if let Shape::List(item) = shape {
        let Some(words) = matches.get_many::<String>(&id) else {
            return Ok(None);
        };
        let mut all = Vec::new();
        for word in words {
            // A whole list in JSON, or one of its items.
            if word.starts_with(['[', '@']) && **item != Shape::Bytes {
                match parse(shape, word, around).map_err(named)? {
                    Value::Array(items) => all.extend(items),
                    one => all.push(one),
                }
            } else {
                all.push(parse(item, word, around).map_err(named)?);
            }
        }
        return Ok(Some(all.into()));
    }
    match matches.get_one::<String>(&id) {
        Some(word) => parse(shape, word, around).map(Some).map_err(named),
        None if slot.is_own => around
            .own_address()
            .map(|own| Some(own.into()))
            .map_err(named),
        None => Ok(None),
    }
}

/// A message that is one value: a choice.
fn given_whole(
    shape: &Shape,
    matches: &ArgMatches,
    around: &dyn Surroundings,
) -> Result<Value, String> {
    match matches.get_one::<String>(WHOLE) {
        Some(word) => parse(shape, word, around),
        None => Err("the message is missing".to_owned()),
    }
}

/// All words of a verb: path in JSON, flag, and place where it has one.
#[cfg(test)]
pub(super) fn slots_of(verb: &Verb) -> Vec<(Vec<String>, String, Option<usize>)> {
    let named = |slot: Slot<'_>| {
        let path = slot.path.iter().map(|name| (*name).to_owned()).collect();
        (path, slot.flag(), slot.place)
    };
    slots(verb).into_iter().map(named).collect()
}
