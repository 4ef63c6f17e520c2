//! Sending, and what is printed of it.

use std::io::{self, BufRead, IsTerminal};

use chain_client::signer::{self, Signer};
use chain_client::{Client, Error, Included, Msg};
use serde::Serialize;
use serde_json::Value;

use super::{Context, unsigned, usage};
use crate::output::Failure;

/// What became of a transaction.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(crate) enum Sent {
    /// It is in a block and did what it was to do.
    Included {
        /// Its hash, in upper-case hex.
        hash: String,
        /// Its block.
        height: u64,
        /// Gas that it used.
        gas_used: u64,
        /// Gas that it was allowed.
        gas_wanted: u64,
        /// Attributes of its events, by type.
        events: Vec<Event>,
    },
    /// A node has it; nobody waited for its block.
    Broadcast {
        /// Its hash.
        hash: String,
    },
    /// Nothing was sent: what it would cost.
    Simulated {
        /// Gas that it uses.
        gas_used: u64,
        /// Gas that it would be allowed.
        gas_wanted: u64,
        /// The fee, in the smallest unit of `fee_denom`.
        fee: String,
        /// What fees are paid in.
        fee_denom: String,
    },
    /// Nothing was sent: the transaction for another signer.
    Unsigned {
        /// As `wasmd tx sign` reads it.
        tx: Value,
    },
}

/// An event of a transaction.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Event {
    /// Its type.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// Its attributes, in order.
    pub(crate) attributes: Vec<(String, String)>,
}

impl From<Included> for Sent {
    fn from(included: Included) -> Self {
        let event = |(kind, attributes)| Event { kind, attributes };
        Self::Included {
            hash: included.hash,
            height: included.height,
            gas_used: included.gas_used,
            gas_wanted: included.gas_wanted,
            events: included.events.into_iter().map(event).collect(),
        }
    }
}

impl Sent {
    /// For people.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Included {
                hash,
                height,
                gas_used,
                gas_wanted,
                ..
            } => {
                format!("included in block {height}\ntx   {hash}\ngas  {gas_used} of {gas_wanted}")
            }
            Self::Broadcast { hash } => {
                format!("sent, not awaited\ntx   {hash}")
            }
            Self::Simulated {
                gas_used,
                gas_wanted,
                fee,
                fee_denom,
            } => format!(
                "nothing was sent\ngas  {gas_used}, limit {gas_wanted}\nfee  {fee}{fee_denom}"
            ),
            Self::Unsigned { tx } => tx.to_string(),
        }
    }
}

impl Context {
    /// Sends one transaction, in the way that the options say: after asking, waiting
    /// for its block, or not at all. `what` says what it does, for the question.
    ///
    /// # Errors
    /// Whatever keeps it from being included.
    pub(crate) async fn send(
        &self,
        client: &Client,
        what: &str,
        msgs: Vec<Msg>,
    ) -> Result<Sent, Failure> {
        if self.options.generate_only {
            let sender = self.address(self.from()?)?;
            let tx = unsigned::tx(client.config(), &sender, &msgs)?;
            return Ok(Sent::Unsigned { tx });
        }
        let key = self.key()?;
        if self.options.dry_run {
            let quote = signer::quote(client, &key, &msgs).await?;
            return Ok(Sent::Simulated {
                gas_used: quote.gas_used,
                gas_wanted: quote.gas_wanted,
                fee: quote.fee.to_string(),
                fee_denom: client.config().fee_denom.clone(),
            });
        }
        self.confirm(&format!("{what}, signed by {}", key.address()))?;
        let sent = Signer::start(client.clone(), key).send(msgs).await;
        match sent {
            Ok(included) => Ok(included.into()),
            // The node has it, and that is all that was asked for.
            Err(Error::TimedOut { hash, .. }) if self.options.no_wait => {
                Ok(Sent::Broadcast { hash })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Asks whether to do `what`, unless `--yes` has answered.
    ///
    /// # Errors
    /// When the answer is no, or nobody is there to answer.
    pub(crate) fn confirm(&self, what: &str) -> Result<(), Failure> {
        if self.options.yes {
            return Ok(());
        }
        if !io::stdin().is_terminal() {
            return Err(usage(format!(
                "{what}: nobody is there to confirm it; say --yes"
            )));
        }
        self.output.say(&format!("{what}. Go on? [y/N]"));
        let mut answer = String::new();
        let read = io::stdin().lock().read_line(&mut answer);
        match (read, answer.trim()) {
            (Ok(_), "y" | "Y" | "yes") => Ok(()),
            _ => Err(usage("not confirmed; nothing was sent")),
        }
    }
}
