use compute_api::{
    page,
    timelock::{Announced, AnnouncedResponse},
};
use cosmwasm_std::{Env, Order, StdError, StdResult, Storage};
use cw_storage_plus::{Bound, Item, Map};
use serde::{Serialize, de::DeserializeOwned};

use crate::Error;

/// Changes that have been announced and wait until they can be applied.
pub struct Timelock<T> {
    /// Number → announced change.
    announced: Map<u64, Announced<T>>,
    /// The last number given to a change; nothing before the first.
    last: Item<u64>,
}

impl<T: Serialize + DeserializeOwned> Default for Timelock<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Serialize + DeserializeOwned> Timelock<T> {
    /// The one of a contract, under the keys `announced` and `last_change`.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            announced: Map::new("announced"),
            last: Item::new("last_change"),
        }
    }

    /// Announces a change that can be applied `delay` seconds from now. The caller
    /// has checked it.
    ///
    /// # Errors
    /// Where no number is left.
    pub fn announce(
        &self,
        storage: &mut dyn Storage,
        env: &Env,
        delay: u64,
        change: T,
    ) -> Result<Announced<T>, Error> {
        let last = self.last.may_load(storage)?.unwrap_or_default();
        let id = last.checked_add(1);
        let id = id.ok_or_else(|| StdError::generic_err("no number is left for a change"))?;
        let announced = Announced {
            id,
            change,
            ready_at: env.block.time.seconds().saturating_add(delay),
        };
        self.last.save(storage, &id)?;
        self.announced.save(storage, id, &announced)?;
        Ok(announced)
    }

    /// Takes a change whose time has come off the list. The caller checks it anew,
    /// since others may have been applied after it was announced, and applies it.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::TooEarly`].
    pub fn take(&self, storage: &mut dyn Storage, env: &Env, id: u64) -> Result<T, Error> {
        let announced = self.load(storage, id)?;
        let now = env.block.time.seconds();
        if now < announced.ready_at {
            return Err(Error::TooEarly {
                what: "this change",
                ready_at: announced.ready_at,
                now,
            });
        }
        self.announced.remove(storage, id);
        Ok(announced.change)
    }

    /// Takes a change back.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn cancel(&self, storage: &mut dyn Storage, id: u64) -> Result<(), Error> {
        self.load(storage, id)?;
        self.announced.remove(storage, id);
        Ok(())
    }

    /// One page of what is announced, by number.
    ///
    /// # Errors
    /// Of the storage.
    pub fn list(
        &self,
        storage: &dyn Storage,
        start_after: Option<u64>,
        limit: Option<u32>,
    ) -> StdResult<AnnouncedResponse<T>> {
        let start = start_after.map(Bound::exclusive);
        let announced = self
            .announced
            .range(storage, start, None, Order::Ascending)
            .take(page::limit(limit))
            .map(|entry| entry.map(|(_, announced)| announced));
        Ok(AnnouncedResponse {
            announced: announced.collect::<StdResult<_>>()?,
        })
    }

    fn load(&self, storage: &dyn Storage, id: u64) -> Result<Announced<T>, Error> {
        let found = self.announced.may_load(storage, id)?;
        found.ok_or_else(|| Error::NotFound {
            what: "announced change",
            key: id.to_string(),
        })
    }
}
