//! Events in the SDK's shape.

use cosmrs::proto::tendermint::v0_38::abci;

/// An event: a type and its attributes, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The type, as in `transfer`.
    pub kind: String,
    /// Keys and values.
    pub attributes: Vec<(String, String)>,
}

impl Event {
    /// An event with these attributes.
    pub fn new<const N: usize>(kind: &str, attributes: [(&str, &str); N]) -> Self {
        Self {
            kind: kind.to_owned(),
            attributes: attributes
                .map(|(key, value)| (key.into(), value.into()))
                .into(),
        }
    }

    /// Adds an attribute.
    pub fn push(&mut self, key: &str, value: impl Into<String>) {
        self.attributes.push((key.to_owned(), value.into()));
    }

    /// The value of the first attribute called `key`.
    pub fn get(&self, key: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(name, _)| name == key);
        found.map(|(_, value)| value.as_str())
    }
}

impl From<Event> for abci::Event {
    fn from(event: Event) -> Self {
        let attribute = |(key, value)| abci::EventAttribute {
            key,
            value,
            // CometBFT says true for each; all of them can be searched.
            index: true,
        };
        Self {
            r#type: event.kind,
            attributes: event.attributes.into_iter().map(attribute).collect(),
        }
    }
}
