//! Messages on their way to the chain.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use chain_client::{Error, Msg, signer::Signer};
use deployment::{Contract, Network};
use outbox::{Message, Outbox};
use serde_json::value::RawValue;

use crate::ServiceError;

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is in a block and did what it says.
    Done,
    /// The chain refuses it, in these words.
    Refused(String),
}

/// Takes messages to the chain, each once per key.
///
/// The worker does not rely on it to remember: it finds on chain what is there, and puts
/// a message again, under its key, as long as it is not.
#[async_trait]
pub trait Carrier: Send + Sync + 'static {
    /// Puts a message on its way, unless there is one of this key. Does not wait for a
    /// verdict. Those to one contract go in the order in which they come.
    ///
    /// # Errors
    /// [`ServiceError::Carrier`].
    async fn put(&self, key: &str, contract: Contract, msg: Vec<u8>) -> Result<(), ServiceError>;

    /// What became of it; nothing as long as it is on its way or if there is none.
    ///
    /// # Errors
    /// [`ServiceError::Carrier`].
    async fn verdict(&self, key: &str) -> Result<Option<Verdict>, ServiceError>;
}

/// Sends straight through a signer and remembers until the process ends.
#[derive(Clone)]
pub struct Direct {
    network: Network,
    signer: Signer,
    sent: Arc<Mutex<HashMap<String, Option<Verdict>>>>,
}

/// Verdicts that are remembered.
const REMEMBERED: usize = 10_000;

/// From a failure that may pass to the next try.
const RETRY: Duration = Duration::from_millis(500);

impl Direct {
    /// Sends with this signer to the contracts of this network. Must be used within a
    /// tokio runtime.
    #[must_use]
    pub fn new(network: Network, signer: Signer) -> Self {
        Self {
            network,
            signer,
            sent: Arc::default(),
        }
    }

    fn note(&self, key: &str, verdict: Option<Verdict>) -> bool {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        if verdict.is_none() && sent.contains_key(key) {
            return false;
        }
        if sent.len() >= REMEMBERED {
            // What is on its way stays known.
            sent.retain(|_, verdict| verdict.is_none());
        }
        sent.insert(key.to_owned(), verdict);
        true
    }
}

#[async_trait]
impl Carrier for Direct {
    async fn put(&self, key: &str, contract: Contract, msg: Vec<u8>) -> Result<(), ServiceError> {
        if !self.note(key, None) {
            return Ok(());
        }
        let msg = Msg::Execute {
            contract: self.network.address(contract).to_owned(),
            msg,
            funds: Vec::new(),
        };
        let (carrier, key) = (self.clone(), key.to_owned());
        tokio::spawn(async move {
            let verdict = loop {
                match carrier.signer.send(vec![msg.clone()]).await {
                    Ok(_) => break Verdict::Done,
                    Err(error)
                        if error.is_temporary() || matches!(error, Error::Expired { .. }) =>
                    {
                        tracing::warn!(%key, %error, "not sent yet");
                        tokio::time::sleep(RETRY).await;
                    }
                    Err(error) => break Verdict::Refused(error.to_string()),
                }
            };
            carrier.note(&key, Some(verdict));
        });
        Ok(())
    }

    async fn verdict(&self, key: &str) -> Result<Option<Verdict>, ServiceError> {
        let sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(sent.get(key).cloned().flatten())
    }
}

/// Through a durable outbox, which somebody runs: what is in it is sent after a crash,
/// too.
#[async_trait]
impl Carrier for Outbox {
    async fn put(&self, key: &str, contract: Contract, msg: Vec<u8>) -> Result<(), ServiceError> {
        let fail = |reason: String| ServiceError::Carrier {
            key: key.to_owned(),
            reason,
        };
        let text = String::from_utf8(msg).map_err(|error| fail(error.to_string()))?;
        let json = RawValue::from_string(text).map_err(|error| fail(error.to_string()))?;
        let message =
            Message::new(key, contract, &json).map_err(|error| fail(error.to_string()))?;
        // A census does not wait behind proofs.
        let lane = match contract {
            Contract::Oracle => "oracle",
            _ => "market",
        };
        let put = Outbox::put(self, message.on_lane(lane)).await;
        put.map(|_| ()).map_err(|error| fail(error.to_string()))
    }

    async fn verdict(&self, key: &str) -> Result<Option<Verdict>, ServiceError> {
        match self.peek(key).await {
            Ok(None) | Err(outbox::Error::Unknown { .. }) => Ok(None),
            Ok(Some(outbox::Verdict::Done(_))) => Ok(Some(Verdict::Done)),
            Ok(Some(outbox::Verdict::Refused(refused))) => {
                Ok(Some(Verdict::Refused(refused.reason)))
            }
            Err(error) => Err(ServiceError::Carrier {
                key: key.to_owned(),
                reason: error.to_string(),
            }),
        }
    }
}
