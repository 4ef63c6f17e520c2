//! Events: what a contract says it has changed.
//!
//! Every change of state is one event of a type of its own (on chain with `wasm-` in
//! front and `_contract_address` as first attribute). Values are absolute, what
//! stands *after* the change, so that whoever follows events keeps the same numbers
//! as the contract without computing anything: see [`crate::oracle::events`],
//! [`crate::votes::events`] and [`crate::market::events`].

use cosmwasm_std::Event;

/// Why an event could not be read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventError {
    /// An attribute is not there.
    Missing {
        /// Which one.
        attribute: &'static str,
    },
    /// An attribute is not a value of its type.
    Malformed {
        /// Which one.
        attribute: &'static str,
        /// What it says.
        value: String,
    },
}

impl core::fmt::Display for EventError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Missing { attribute } => write!(f, "the event has no attribute {attribute}"),
            Self::Malformed { attribute, value } => {
                write!(f, "attribute {attribute} is malformed: {value:?}")
            }
        }
    }
}

impl core::error::Error for EventError {}

/// The text of `key`, where the event has it.
#[must_use]
pub fn attribute<'a>(event: &'a Event, key: &str) -> Option<&'a str> {
    let found = event.attributes.iter().find(|found| found.key == key);
    found.map(|found| found.value.as_str())
}

/// A value that an attribute can carry.
pub trait AttributeValue: Sized {
    /// As text; `None` leaves the attribute out.
    fn to_attribute(&self) -> Option<String>;

    /// From the text, `None` where the attribute is not there.
    ///
    /// # Errors
    /// [`EventError`], naming `key`.
    fn from_attribute(key: &'static str, text: Option<&str>) -> Result<Self, EventError>;
}

macro_rules! by_display {
    ($($type:ty),+ $(,)?) => { $(
        impl AttributeValue for $type {
            fn to_attribute(&self) -> Option<String> {
                Some(self.to_string())
            }

            fn from_attribute(key: &'static str, text: Option<&str>) -> Result<Self, EventError> {
                let text = text.ok_or(EventError::Missing { attribute: key })?;
                text.parse().map_err(|_| EventError::Malformed {
                    attribute: key,
                    value: text.to_owned(),
                })
            }
        }
    )+ };
}

by_display!(
    u8,
    u32,
    u64,
    bool,
    String,
    cosmwasm_std::Uint128,
    cosmwasm_std::Decimal
);

impl AttributeValue for cosmwasm_std::Uint256 {
    fn to_attribute(&self) -> Option<String> {
        Some(self.to_string())
    }

    fn from_attribute(key: &'static str, text: Option<&str>) -> Result<Self, EventError> {
        let text = text.ok_or(EventError::Missing { attribute: key })?;
        text.parse().map_err(|_| EventError::Malformed {
            attribute: key,
            value: text.to_owned(),
        })
    }
}

impl AttributeValue for cosmwasm_std::HexBinary {
    fn to_attribute(&self) -> Option<String> {
        Some(self.to_hex())
    }

    fn from_attribute(key: &'static str, text: Option<&str>) -> Result<Self, EventError> {
        let text = text.ok_or(EventError::Missing { attribute: key })?;
        Self::from_hex(text).map_err(|_| EventError::Malformed {
            attribute: key,
            value: text.to_owned(),
        })
    }
}

impl<T: AttributeValue> AttributeValue for Option<T> {
    fn to_attribute(&self) -> Option<String> {
        self.as_ref().and_then(T::to_attribute)
    }

    fn from_attribute(key: &'static str, text: Option<&str>) -> Result<Self, EventError> {
        match text {
            None => Ok(None),
            text => T::from_attribute(key, text).map(Some),
        }
    }
}

/// An event with the attributes that are given. One function for all events: contracts
/// are bounded in size.
pub(crate) fn event(kind: &str, attributes: Vec<(&str, Option<String>)>) -> Event {
    let given = attributes
        .into_iter()
        .filter_map(|(key, value)| Some((key, value?)));
    Event::new(kind).add_attributes(given)
}

/// Events of one contract: an enum with a variant for each, named fields as
/// attributes. Makes `From<…> for Event` and `parse`.
macro_rules! events {
    ($(#[$doc:meta])* pub enum $name:ident { $(
        $(#[$variant_doc:meta])* $variant:ident = $type:literal { $(
            $(#[$field_doc:meta])* $field:ident: $value:ty,
        )* }
    )+ }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $name { $(
            $(#[$variant_doc])* $variant { $( $(#[$field_doc])* $field: $value, )* },
        )+ }

        impl From<$name> for cosmwasm_std::Event {
            fn from(event: $name) -> Self {
                match event { $(
                    $name::$variant { $( $field, )* } => {
                        $crate::events::event($type, vec![ $(
                            (
                                stringify!($field),
                                $crate::events::AttributeValue::to_attribute(&$field),
                            ),
                        )* ])
                    }
                )+ }
            }
        }

        impl $name {
            /// The types of all of them, without the chain's `wasm-` in front.
            pub const TYPES: &'static [&'static str] = &[ $( $type, )+ ];

            /// Reads an event back, with or without the chain's `wasm-` in front of
            /// its type; `None` for an event of another kind.
            ///
            /// # Errors
            /// [`EventError`](crate::events::EventError) for an attribute that is
            /// missing or malformed.
            pub fn parse(
                event: &cosmwasm_std::Event,
            ) -> Result<Option<Self>, $crate::events::EventError> {
                let kind = event.ty.strip_prefix("wasm-").unwrap_or(&event.ty);
                match kind { $(
                    $type => Ok(Some(Self::$variant { $(
                        $field: $crate::events::AttributeValue::from_attribute(
                            stringify!($field),
                            $crate::events::attribute(event, stringify!($field)),
                        )?,
                    )* })),
                )+
                    _ => Ok(None),
                }
            }
        }
    };
}

pub(crate) use events;
