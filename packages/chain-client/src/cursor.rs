//! Going through a contract's list, page by page, and coming back for what is new.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Client, Error};

/// A place in a list of a contract. Lists take `start_after` and `limit`, in the way
/// of `compute-api`: the key of the last entry that one has, and how many more.
///
/// It stays where the list ended, so that a watcher that asks again later gets what
/// has come since.
pub struct Cursor<K, F> {
    client: Client,
    contract: String,
    query: F,
    after: Option<K>,
}

impl<K, Q, F> Cursor<K, F>
where
    K: Clone,
    Q: Serialize,
    F: Fn(Option<K>) -> Q,
{
    /// A cursor from the list's beginning. `query` makes the query for what comes
    /// after a key.
    pub fn new(client: Client, contract: &str, query: F) -> Self {
        Self {
            client,
            contract: contract.to_owned(),
            query,
            after: None,
        }
    }

    /// Goes on after this key, as kept from an earlier run.
    #[must_use]
    pub fn after(mut self, key: K) -> Self {
        self.after = Some(key);
        self
    }

    /// The key of the last entry given.
    pub fn position(&self) -> Option<&K> {
        self.after.as_ref()
    }

    /// The next page; empty where the list ends for now. `entries` takes them out of
    /// the answer, `key` names an entry's key.
    ///
    /// # Errors
    /// When it is not answered. The cursor stays where it was.
    pub async fn next<A: DeserializeOwned, E>(
        &mut self,
        entries: impl FnOnce(A) -> Vec<E>,
        key: impl FnOnce(&E) -> K,
    ) -> Result<Vec<E>, Error> {
        let query = (self.query)(self.after.clone());
        let answer: A = self.client.query(&self.contract, &query).await?;
        let entries = entries(answer);
        if let Some(last) = entries.last() {
            self.after = Some(key(last));
        }
        Ok(entries)
    }
}
