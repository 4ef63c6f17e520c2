//! JSON that is read and written back to the letter.

use std::collections::BTreeSet;

use cosmwasm_schema::schemars::schema::{RootSchema, Schema, SchemaObject};
use cosmwasm_std::{from_json, to_json_string};
use serde::{Serialize, de::DeserializeOwned};

/// Reads `text`, written with any white space between its parts, and checks that it
/// is written back as it was.
pub(crate) fn read<T: Serialize + DeserializeOwned>(text: &str) -> T {
    let text: String = text.split_whitespace().collect();
    let value: T = from_json(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(to_json_string(&value).unwrap(), text);
    value
}

/// The name of an enum's variant: the one key of its JSON, or the text that it is.
pub(crate) fn name(text: &str) -> String {
    let quoted = text.split('"').nth(1);
    quoted.unwrap_or_else(|| panic!("no name in {text}")).into()
}

/// The names of all variants that a schema knows.
pub(crate) fn variants(schema: &RootSchema) -> BTreeSet<String> {
    let one_of = schema.schema.subschemas.as_ref();
    let one_of = one_of.and_then(|subschemas| subschemas.one_of.as_ref());
    let objects = one_of.unwrap().iter().map(|schema| match schema {
        Schema::Object(object) => object,
        Schema::Bool(_) => panic!("a variant without a schema"),
    });
    objects.flat_map(named).collect()
}

fn named(object: &SchemaObject) -> Vec<String> {
    let texts = object.enum_values.iter().flatten();
    let texts = texts.map(|value| value.as_str().unwrap().to_owned());
    let keys = object.object.iter().flat_map(|object| &object.required);
    texts.chain(keys.cloned()).collect()
}

/// Checks that `texts` show each variant of `T` at least once, and reads them.
pub(crate) fn read_all<T: Serialize + DeserializeOwned>(
    schema: &RootSchema,
    texts: &[&str],
) -> Vec<T> {
    let shown: BTreeSet<String> = texts.iter().map(|text| name(text)).collect();
    assert_eq!(shown, variants(schema));
    texts.iter().map(|text| read(text)).collect()
}
