//! The outbox as its users hold it.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::{Notify, watch};

use crate::Error;
use crate::message::{Message, Verdict};
use crate::store::{Counts, Store};

/// A durable list of messages for the chain. Clones share it.
#[derive(Clone)]
pub struct Outbox {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    store: Mutex<Store>,
    /// Rung when there is something new to send.
    pub(crate) work: Notify,
    /// Counts verdicts.
    pub(crate) decided: watch::Sender<u64>,
    /// Held by the one that sends.
    pub(crate) running: tokio::sync::Mutex<()>,
    pub(crate) trouble: Mutex<Option<String>>,
}

/// How an outbox stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Messages that wait to be sent.
    pub waiting: u64,
    /// Messages that are on their way.
    pub signed: u64,
    /// Messages with a verdict that is kept.
    pub decided: u64,
    /// Why the last attempt has to be made again; none since one went through.
    pub trouble: Option<String>,
}

impl Outbox {
    /// Opens the file, or makes it. What was on its way when the process ended is
    /// settled first when it [runs](Self::run).
    ///
    /// # Errors
    /// [`Error::InUse`] where another process has it, [`Error::Store`].
    pub async fn open(path: &Path) -> Result<Self, Error> {
        let path = path.to_owned();
        let at = path.clone();
        let opened = tokio::task::spawn_blocking(move || Store::open(&at)).await;
        let store = opened.map_err(|error| Error::Store {
            path,
            reason: error.to_string(),
        })??;
        let (decided, _) = watch::channel(0);
        Ok(Self {
            inner: Arc::new(Inner {
                store: Mutex::new(store),
                work: Notify::new(),
                decided,
                running: tokio::sync::Mutex::default(),
                trouble: Mutex::default(),
            }),
        })
    }

    /// Runs `work` on the file where blocking does no harm.
    pub(crate) async fn on_disk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Store) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let inner = Arc::clone(&self.inner);
        let done = tokio::task::spawn_blocking(move || work(&mut lock(&inner.store))).await;
        done.map_err(|error| Error::Store {
            path: Path::new("outbox").to_owned(),
            reason: error.to_string(),
        })?
    }

    /// Puts a message in; it is on disk when this returns. The same again changes
    /// nothing, whatever has become of it. Answers whether it is new.
    ///
    /// # Errors
    /// [`Error::OtherMessage`] where the key stands for another one, [`Error::Store`].
    pub async fn put(&self, message: Message) -> Result<bool, Error> {
        Ok(self.put_all(vec![message]).await? == 1)
    }

    /// Puts all of these in, in this order, or none; how many are new.
    ///
    /// # Errors
    /// As [`Self::put`].
    pub async fn put_all(&self, messages: Vec<Message>) -> Result<usize, Error> {
        let new = self.on_disk(move |store| store.put(&messages)).await?;
        self.inner.work.notify_one();
        Ok(new)
    }

    /// Waits for the verdict on a message.
    ///
    /// # Errors
    /// [`Error::Unknown`] where there is no such message, [`Error::Store`].
    pub async fn verdict(&self, key: &str) -> Result<Verdict, Error> {
        let mut decided = self.inner.decided.subscribe();
        loop {
            decided.mark_unchanged();
            if let Some(verdict) = self.peek(key).await? {
                return Ok(verdict);
            }
            // The sender is in `self`.
            let _ = decided.changed().await;
        }
    }

    /// The verdict on a message, if there is one yet.
    ///
    /// # Errors
    /// As [`Self::verdict`].
    pub async fn peek(&self, key: &str) -> Result<Option<Verdict>, Error> {
        let key = key.to_owned();
        self.on_disk(move |store| store.verdict(&key)).await
    }

    /// Every verdict on a key that begins with `prefix`, the oldest message first.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn verdicts(&self, prefix: &str) -> Result<Vec<(String, Verdict)>, Error> {
        let prefix = prefix.to_owned();
        self.on_disk(move |store| store.verdicts(&prefix)).await
    }

    /// Keys without a verdict that begin with `prefix`, the oldest first.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn undecided(&self, prefix: &str) -> Result<Vec<String>, Error> {
        let prefix = prefix.to_owned();
        self.on_disk(move |store| store.undecided(&prefix)).await
    }

    /// Waits until there are more verdicts than there were, for `at_most` this long.
    pub async fn news(&self, at_most: Duration) {
        let mut decided = self.inner.decided.subscribe();
        decided.mark_unchanged();
        // No news are no error.
        let _ = tokio::time::timeout(at_most, decided.changed()).await;
    }

    /// Forgets messages that have a verdict, so that their keys are free again; how many
    /// those were.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn forget(&self, keys: Vec<String>) -> Result<usize, Error> {
        self.on_disk(move |store| store.forget(&keys)).await
    }

    /// Forgets what was decided longer than `age` ago. A key that is forgotten can be
    /// put again and is sent again then: keep verdicts for as long as that can happen.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn prune(&self, age: Duration) -> Result<usize, Error> {
        let age = u64::try_from(age.as_millis()).unwrap_or(u64::MAX);
        let before = now().saturating_sub(age);
        self.on_disk(move |store| store.prune(before)).await
    }

    /// How it stands.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn summary(&self) -> Result<Summary, Error> {
        let counts = self.on_disk(|store| store.counts()).await?;
        let Counts {
            waiting,
            signed,
            decided,
        } = counts;
        Ok(Summary {
            waiting,
            signed,
            decided,
            trouble: lock(&self.inner.trouble).clone(),
        })
    }
}

/// Milliseconds since 1970.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    })
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
