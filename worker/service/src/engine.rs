//! The device's thread: one job at a time, the census first.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use tokio::sync::oneshot;
use worker::{Backend, Device, WorkerError};

use crate::ServiceError;

type Job = Box<dyn FnOnce(&mut dyn Backend) + Send>;

#[derive(Default)]
struct Queue {
    census: VecDeque<Job>,
    tasks: VecDeque<Job>,
    /// A census is under way: tasks wait.
    reserved: bool,
    closed: bool,
}

struct Shared {
    queue: Mutex<Queue>,
    changed: Condvar,
    device: Device,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next job; nothing when the engine is closed.
    fn next(&self) -> Option<Job> {
        let mut queue = self.lock();
        loop {
            if let Some(job) = queue.census.pop_front() {
                return Some(job);
            }
            if !queue.reserved
                && let Some(job) = queue.tasks.pop_front()
            {
                return Some(job);
            }
            if queue.closed {
                return None;
            }
            let waited = self.changed.wait(queue);
            queue = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Runs jobs on a device. Its thread ends when it is dropped; what has begun is ended
/// first.
pub(crate) struct Engine {
    shared: Arc<Shared>,
}

/// As long as it lives, tasks wait and only the census runs.
pub(crate) struct Reserved {
    shared: Arc<Shared>,
}

impl Engine {
    /// Starts the thread.
    pub(crate) fn start(mut backend: Box<dyn Backend>) -> Result<Self, ServiceError> {
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            changed: Condvar::new(),
            device: backend.device().clone(),
        });
        let thread = Arc::clone(&shared);
        let started = thread::Builder::new()
            .name("device".to_owned())
            .spawn(move || {
                let _end = End(Arc::clone(&thread));
                while let Some(job) = thread.next() {
                    job(&mut *backend);
                }
            });
        started.map_err(|error| ServiceError::Local {
            what: "the device's thread".to_owned(),
            reason: format!("{error}; the system's limit of threads is reached"),
        })?;
        Ok(Self { shared })
    }

    /// The device.
    pub(crate) fn device(&self) -> &Device {
        &self.shared.device
    }

    /// Whether the thread has ended, as by a panic in a kernel: nothing is run any more.
    pub(crate) fn has_ended(&self) -> bool {
        self.shared.lock().closed
    }

    /// Runs a task when its turn comes.
    pub(crate) async fn task<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut dyn Backend) -> Result<T, WorkerError> + Send + 'static,
    ) -> Result<T, ServiceError> {
        self.run(|queue| &mut queue.tasks, job).await
    }

    /// Runs a part of a census, before any task.
    pub(crate) async fn census<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut dyn Backend) -> Result<T, WorkerError> + Send + 'static,
    ) -> Result<T, ServiceError> {
        self.run(|queue| &mut queue.census, job).await
    }

    /// Keeps tasks waiting.
    pub(crate) fn reserve(&self) -> Reserved {
        self.shared.lock().reserved = true;
        Reserved {
            shared: Arc::clone(&self.shared),
        }
    }

    async fn run<T: Send + 'static>(
        &self,
        queue: impl FnOnce(&mut Queue) -> &mut VecDeque<Job>,
        job: impl FnOnce(&mut dyn Backend) -> Result<T, WorkerError> + Send + 'static,
    ) -> Result<T, ServiceError> {
        let (answer, result) = oneshot::channel();
        let job: Job = Box::new(move |backend| {
            // Whoever asked may have gone.
            let _ = answer.send(job(backend));
        });
        {
            let mut jobs = self.shared.lock();
            if jobs.closed {
                return Err(ServiceError::Stopped);
            }
            let jobs: &mut Queue = &mut jobs;
            queue(jobs).push_back(job);
        }
        self.shared.changed.notify_one();
        // A panic in a kernel ends the thread and drops the sender.
        let result = result.await.map_err(|_| ServiceError::Stopped)?;
        Ok(result?)
    }
}

/// When the thread ends, by a panic too, nobody waits for it any more.
struct End(Arc<Shared>);

impl Drop for End {
    fn drop(&mut self) {
        let mut queue = self.0.lock();
        queue.closed = true;
        queue.census.clear();
        queue.tasks.clear();
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.changed.notify_all();
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        self.shared.lock().reserved = false;
        self.shared.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use worker::cpu::CpuBackend;

    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_task_waits_as_long_as_the_census_has_the_device() {
        let engine = Arc::new(Engine::start(Box::new(CpuBackend::default())).unwrap());
        let reserved = engine.reserve();
        let ran = Arc::new(AtomicBool::new(false));
        let task = tokio::spawn({
            let (engine, ran) = (Arc::clone(&engine), Arc::clone(&ran));
            async move {
                let job = move |_: &mut dyn Backend| {
                    ran.store(true, Ordering::SeqCst);
                    Ok(7)
                };
                engine.task(job).await.unwrap()
            }
        });
        for _ in 0..3 {
            assert_eq!(engine.census(|_| Ok(1)).await.unwrap(), 1);
            assert!(!ran.load(Ordering::SeqCst), "the census comes first");
        }
        drop(reserved);
        assert_eq!(task.await.unwrap(), 7);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_a_device_fails_with_is_handed_on() {
        let engine = Engine::start(Box::new(CpuBackend::default())).unwrap();
        let unknown = || WorkerError::UnknownDevice {
            asked: "x".to_owned(),
            known: Vec::new(),
        };
        let error = engine.task::<()>(move |_| Err(unknown())).await;
        assert!(matches!(error, Err(ServiceError::Device(_))));
    }
}
