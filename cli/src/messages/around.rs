//! What words refer to on a network: its contracts, this machine's keys, its time.

use std::cell::RefCell;

use deployment::Network;

use super::module::Module;
use super::value::Surroundings;
use crate::chain::{Context, run, usage};
use crate::output::Failure;

/// A network, and the keys of this machine.
pub(crate) struct Around<'a> {
    context: &'a Context,
    network: &'a Network,
    /// The failure behind the last error, with its own exit code.
    failed: RefCell<Option<Failure>>,
}

impl<'a> Around<'a> {
    /// With the keys that `context` knows.
    pub(crate) fn new(context: &'a Context, network: &'a Network) -> Self {
        Self {
            context,
            network,
            failed: RefCell::default(),
        }
    }

    /// An error of the words as the failure that it is.
    pub(crate) fn failure(&self, why: String) -> Failure {
        let behind = self.failed.borrow_mut().take();
        match behind {
            Some(failure) => Failure {
                error: why.into(),
                ..failure
            },
            None => usage(why),
        }
    }

    fn keep(&self, failure: Failure) -> String {
        let text = failure.error.to_string();
        self.failed.replace(Some(failure));
        text
    }
}

impl Surroundings for Around<'_> {
    fn now(&self) -> Result<u64, String> {
        let asked = run(async { Ok(self.network.client().latest_block().await?) });
        asked
            .map(|block| block.time)
            .map_err(|failure| self.keep(failure))
    }

    fn address(&self, word: &str) -> Result<String, String> {
        if let Some(module) = Module::of(word) {
            return Ok(self.network.address(module.contract()).to_owned());
        }
        self.context
            .address(word)
            .map_err(|failure| self.keep(failure))
    }

    fn own_address(&self) -> Result<String, String> {
        let found = self
            .context
            .from()
            .and_then(|name| self.context.address(name));
        found.map_err(|failure| self.keep(failure))
    }
}
