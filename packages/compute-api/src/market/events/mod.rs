//! What the market says it has changed: [`OrderEvent`]s and [`BatchEvent`]s.

mod batch;
mod order;

use cosmwasm_std::{Event, from_json, to_json_string};

pub use batch::BatchEvent;
pub use order::OrderEvent;

use super::Target;
use crate::events::{AttributeValue, EventError};

/// Any event of the market.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MarketEvent {
    /// Of the contract, programs, operators and orders.
    Order(OrderEvent),
    /// Of slots and batches.
    Batch(BatchEvent),
}

impl From<OrderEvent> for MarketEvent {
    fn from(event: OrderEvent) -> Self {
        Self::Order(event)
    }
}

impl From<BatchEvent> for MarketEvent {
    fn from(event: BatchEvent) -> Self {
        Self::Batch(event)
    }
}

impl From<MarketEvent> for Event {
    fn from(event: MarketEvent) -> Self {
        match event {
            MarketEvent::Order(event) => event.into(),
            MarketEvent::Batch(event) => event.into(),
        }
    }
}

impl MarketEvent {
    /// Reads an event back, as [`OrderEvent::parse`] and [`BatchEvent::parse`] do.
    ///
    /// # Errors
    /// [`EventError`] for an attribute that is missing or malformed.
    pub fn parse(event: &Event) -> Result<Option<Self>, EventError> {
        if let Some(event) = OrderEvent::parse(event)? {
            return Ok(Some(event.into()));
        }
        Ok(BatchEvent::parse(event)?.map(Self::from))
    }
}

/// As JSON, the same as in messages.
impl AttributeValue for Target {
    fn to_attribute(&self) -> Option<String> {
        to_json_string(self).ok()
    }

    fn from_attribute(key: &'static str, text: Option<&str>) -> Result<Self, EventError> {
        let text = text.ok_or(EventError::Missing { attribute: key })?;
        from_json(text).map_err(|_| EventError::Malformed {
            attribute: key,
            value: text.to_owned(),
        })
    }
}
