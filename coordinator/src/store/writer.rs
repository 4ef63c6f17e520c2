//! One thread writes. It takes what waits, does all of it in one transaction, commits
//! once, and answers.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::StoreError;

/// Writes that wait, at most: more are refused.
const QUEUE: usize = 16_384;

/// Writes of one transaction.
const GROUP: usize = 1_024;

trait Write: Send {
    fn run(&mut self, connection: &Connection) -> bool;
    /// `Err` if its group could not be committed.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

struct Closure<T, F> {
    work: Option<F>,
    outcome: Result<T, StoreError>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Write for Closure<T, F>
where
    T: Send,
    F: FnOnce(&Connection) -> Result<T, StoreError> + Send,
{
    fn run(&mut self, connection: &Connection) -> bool {
        if let Some(work) = self.work.take() {
            self.outcome = work(connection);
        }
        self.outcome.is_ok()
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let answer = match committed {
            Ok(()) => self.outcome,
            Err(error) => Err(error),
        };
        // Whoever asked may be gone; it is written all the same.
        let _ = self.reply.send(answer);
    }
}

/// Where writes are handed in. The thread ends with the last clone.
#[derive(Clone)]
pub(super) struct Writer {
    queue: SyncSender<Box<dyn Write>>,
}

impl Writer {
    pub(super) fn start(connection: Connection) -> Result<Self, StoreError> {
        let (queue, waiting) = sync_channel(QUEUE);
        let thread = std::thread::Builder::new().name("coordinator-db".to_owned());
        thread
            .spawn(move || run(&connection, &waiting))
            .map_err(|error| StoreError::Sql(format!("its thread does not start: {error}")))?;
        Ok(Self { queue })
    }

    pub(super) async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let write = Closure {
            work: Some(work),
            outcome: Err(StoreError::Closed),
            reply,
        };
        self.queue
            .try_send(Box::new(write))
            .map_err(|error| match error {
                TrySendError::Full(_) => StoreError::Behind,
                TrySendError::Disconnected(_) => StoreError::Closed,
            })?;
        answer.await.map_err(|_| StoreError::Closed)?
    }
}

fn run(connection: &Connection, waiting: &Receiver<Box<dyn Write>>) {
    while let Ok(first) = waiting.recv() {
        let mut group = vec![first];
        while group.len() < GROUP
            && let Ok(next) = waiting.try_recv()
        {
            group.push(next);
        }
        let committed = commit(connection, &mut group);
        if let Err(error) = &committed {
            tracing::error!(%error, writes = group.len(), "a group of writes was not committed");
        }
        for write in group {
            write.answer(committed.clone());
        }
    }
}

fn commit(connection: &Connection, group: &mut [Box<dyn Write>]) -> Result<(), StoreError> {
    // Once per write: not compiled anew each time.
    let run = |sql| connection.prepare_cached(sql)?.execute([]).map(|_| ());
    run("BEGIN IMMEDIATE")?;
    for write in group {
        // What fails takes back its own part and nobody else's.
        let done = run("SAVEPOINT one").map(|()| write.run(connection));
        let closed = match done {
            Ok(true) => run("RELEASE one"),
            Ok(false) => run("ROLLBACK TO one").and_then(|()| run("RELEASE one")),
            Err(error) => Err(error),
        };
        if let Err(error) = closed {
            let _ = run("ROLLBACK");
            return Err(error.into());
        }
    }
    run("COMMIT").map_err(|error| {
        let _ = run("ROLLBACK");
        error.into()
    })
}
