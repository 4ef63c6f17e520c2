//! What is put in, and what comes of it.

use chain_client::Included;
use deployment::Contract;
use serde::{Deserialize, Serialize};

use crate::Error;

/// Bytes of a key, at most.
const MAX_KEY: usize = 200;

/// Events of a transaction: type and attributes.
type Events = Vec<(String, Vec<(String, String)>)>;

/// A message to a contract, without coins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub(crate) key: String,
    pub(crate) contract: Contract,
    pub(crate) msg: Vec<u8>,
    pub(crate) lane: String,
    pub(crate) batched: bool,
}

impl Message {
    /// A message with a key of its own, 1 to 200 bytes, on the lane `""`.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a key of another length, and where `msg` has no JSON.
    pub fn new(key: &str, contract: Contract, msg: &impl Serialize) -> Result<Self, Error> {
        let invalid = |reason: String| Error::Invalid {
            key: key.to_owned(),
            reason,
        };
        if !(1..=MAX_KEY).contains(&key.len()) {
            return Err(invalid(format!(
                "a key has 1 to {MAX_KEY} bytes, this one {}",
                key.len()
            )));
        }
        let msg = serde_json::to_vec(msg).map_err(|error| invalid(error.to_string()))?;
        Ok(Self {
            key: key.to_owned(),
            contract,
            msg,
            lane: String::new(),
            batched: false,
        })
    }

    /// Puts it on a lane. Messages of one lane are sent in the order in which they were
    /// put; one that waits holds up those behind it, one that is refused does not.
    #[must_use]
    pub fn on_lane(mut self, lane: &str) -> Self {
        lane.clone_into(&mut self.lane);
        self
    }

    /// Lets it share a transaction with neighbours on its lane that allow it too. If one
    /// of them is refused, the others are sent without it.
    #[must_use]
    pub fn batched(mut self) -> Self {
        self.batched = true;
        self
    }

    /// Its key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }
}

/// What the chain has said to a message. For good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It was executed.
    Done(Done),
    /// It was not, and will not be.
    Refused(Refused),
}

/// A message that was executed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// In which block.
    pub height: u64,
    /// In which transaction: upper-case hex.
    pub hash: String,
    /// Gas of that transaction, other messages in it included.
    pub gas_used: u64,
    /// How many messages were in it.
    pub messages: usize,
    /// Events of this message.
    pub events: Events,
}

/// A message that the chain has refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// The chain's words.
    pub reason: String,
    /// The transaction that failed in a block; none if nothing was sent.
    pub hash: Option<String>,
}

impl Done {
    /// Of message `place` out of `messages` in a transaction.
    pub(crate) fn of(included: &Included, place: usize, messages: usize) -> Self {
        let index = place.to_string();
        let mark = |attributes: &[(String, String)]| {
            let found = attributes.iter().find(|(key, _)| key == "msg_index");
            found.map(|(_, value)| value.clone())
        };
        let events = included.events.iter().filter(|(_, attributes)| {
            // A lone message's are all that the chain marks, or all if it marks none.
            mark(attributes).map_or(messages == 1, |mark| mark == index)
        });
        Self {
            height: included.height,
            hash: included.hash.clone(),
            gas_used: included.gas_used,
            messages,
            events: events.cloned().collect(),
        }
    }

    /// The value of the first attribute `key` of an event of type `kind`.
    #[must_use]
    pub fn attribute(&self, kind: &str, key: &str) -> Option<&str> {
        let events = self.events.iter().filter(|(name, _)| name == kind);
        let mut attributes = events.flat_map(|(_, attributes)| attributes);
        let found = attributes.find(|(name, _)| name == key);
        found.map(|(_, value)| value.as_str())
    }
}
