//! Storage in the binary encoding of `compute_proofs`: fewer bytes than JSON, which are
//! what storage costs, and a fraction of the code.

mod codec;
mod layout;

use core::marker::PhantomData;

use compute_proofs::codec::{Decode, DecodeError, Reader};
use cosmwasm_std::{Order, StdError, StdResult, Storage};
use cw_storage_plus::{Bound, KeyDeserialize, Map, Path, PrimaryKey};

/// A value as it is stored.
pub trait Stored: Sized {
    /// Appends the encoding.
    fn write(&self, out: &mut Vec<u8>);

    /// Reads one value.
    ///
    /// # Errors
    /// [`DecodeError`] unless the next bytes are the value's one encoding.
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError>;
}

/// One value under its name.
pub struct Single<T> {
    name: &'static str,
    holds: PhantomData<fn() -> T>,
}

impl<T: Stored> Single<T> {
    /// The one under `name`.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            holds: PhantomData,
        }
    }

    /// Stores it.
    pub fn save(&self, storage: &mut dyn Storage, value: &T) {
        put(storage, self.name.as_bytes(), value);
    }

    /// Reads it, if it is there.
    ///
    /// # Errors
    /// [`StdError::ParseErr`] for what is no `T`.
    pub fn may_load(&self, storage: &dyn Storage) -> StdResult<Option<T>> {
        get(storage, self.name.as_bytes(), self.name)
    }

    /// Reads it.
    ///
    /// # Errors
    /// As [`Self::may_load`]; [`StdError::NotFound`].
    pub fn load(&self, storage: &dyn Storage) -> StdResult<T> {
        self.may_load(storage)?
            .ok_or_else(|| StdError::not_found(self.name))
    }
}

/// Values by key. The keys are those of [`Map`].
pub struct Table<K, T> {
    name: &'static str,
    keys: Map<K, ()>,
    holds: PhantomData<fn() -> T>,
}

impl<'a, K: PrimaryKey<'a>, T: Stored> Table<K, T> {
    /// The one under `name`.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            keys: Map::new(name),
            holds: PhantomData,
        }
    }

    /// Its keys, to go through them: the values are not read.
    pub const fn index(&self) -> &Map<K, ()> {
        &self.keys
    }

    /// Stores a value.
    pub fn save(&self, storage: &mut dyn Storage, key: K, value: &T) {
        put(storage, &self.keys.key(key), value);
    }

    /// Whether there is a value.
    pub fn has(&self, storage: &dyn Storage, key: K) -> bool {
        self.keys.has(storage, key)
    }

    /// Removes a value.
    pub fn remove(&self, storage: &mut dyn Storage, key: K) {
        self.keys.remove(storage, key);
    }

    /// Reads a value, if it is there.
    ///
    /// # Errors
    /// [`StdError::ParseErr`] for what is no `T`.
    pub fn may_load(&self, storage: &dyn Storage, key: K) -> StdResult<Option<T>> {
        get(storage, &self.keys.key(key), self.name)
    }

    /// Reads a value.
    ///
    /// # Errors
    /// As [`Self::may_load`]; [`StdError::NotFound`].
    pub fn load(&self, storage: &dyn Storage, key: K) -> StdResult<T> {
        self.may_load(storage, key)?
            .ok_or_else(|| StdError::not_found(self.name))
    }
}

impl<'a, K, T> Table<K, T>
where
    K: PrimaryKey<'a> + KeyDeserialize,
    T: Stored,
{
    /// Keys and values, in the order of the keys.
    pub fn range<'s>(
        &self,
        storage: &'s dyn Storage,
        min: Option<Bound<'a, K>>,
        max: Option<Bound<'a, K>>,
        order: Order,
    ) -> impl Iterator<Item = StdResult<(K::Output, T)>> + use<'a, 's, K, T> {
        let name = self.name;
        let keys = self.keys.keys_raw(storage, min, max, order);
        keys.map(move |key| {
            let path: Path<()> = Path::new(name.as_bytes(), &[&key]);
            let value = get(storage, &path, name)?;
            let value = value.ok_or_else(|| StdError::not_found(name))?;
            Ok((K::from_vec(key)?, value))
        })
    }
}

fn put<T: Stored>(storage: &mut dyn Storage, key: &[u8], value: &T) {
    let mut bytes = Vec::new();
    value.write(&mut bytes);
    storage.set(key, &bytes);
}

fn get<T: Stored>(storage: &dyn Storage, key: &[u8], name: &'static str) -> StdResult<Option<T>> {
    let Some(bytes) = storage.get(key) else {
        return Ok(None);
    };
    match Whole::from_bytes(&bytes) {
        Ok(Whole(value)) => Ok(Some(value)),
        Err(error) => Err(StdError::parse_err(name, error)),
    }
}

/// A value that takes up all of its bytes.
struct Whole<T>(T);

impl<T: Stored> Decode for Whole<T> {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        T::read(reader).map(Self)
    }
}
