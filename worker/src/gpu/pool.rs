//! Buffers that outlive the task they were made for.

use std::{
    collections::HashMap,
    ops::Deref,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Tasks after which a buffer that none of them used is given back to the
/// driver.
const KEPT_FOR: u64 = 4;

/// Buffers of one use that no task has at the moment.
pub(super) struct Pool {
    label: &'static str,
    usage: wgpu::BufferUsages,
    idle: Arc<Mutex<Idle>>,
}

#[derive(Default)]
struct Idle {
    /// The number of the task at hand.
    task: u64,
    /// By size; each with the task that used it last.
    buffers: HashMap<u64, Vec<(wgpu::Buffer, u64)>>,
}

/// A buffer that goes back to its pool when it is dropped.
pub(crate) struct Pooled {
    buffer: wgpu::Buffer,
    idle: Arc<Mutex<Idle>>,
}

impl Pool {
    pub(super) fn new(label: &'static str, usage: wgpu::BufferUsages) -> Self {
        Self {
            label,
            usage,
            idle: Arc::default(),
        }
    }

    /// A buffer of at least `bytes`; it holds whatever it held before.
    pub(super) fn take(&self, gpu: &wgpu::Device, bytes: u64) -> Pooled {
        let size = class(bytes);
        let kept = lock(&self.idle).buffers.get_mut(&size).and_then(Vec::pop);
        let buffer = match kept {
            Some((buffer, _)) => buffer,
            None => gpu.create_buffer(&wgpu::BufferDescriptor {
                label: Some(self.label),
                size,
                usage: self.usage,
                mapped_at_creation: false,
            }),
        };
        Pooled {
            buffer,
            idle: Arc::clone(&self.idle),
        }
    }

    /// Starts the next task, and gives back what the last ones did not use.
    pub(super) fn next_task(&self) {
        let mut idle = lock(&self.idle);
        idle.task += 1;
        let task = idle.task;
        idle.buffers.retain(|_, buffers| {
            buffers.retain(|(_, used)| task - used <= KEPT_FOR);
            !buffers.is_empty()
        });
    }

    /// Bytes that are kept for later tasks.
    #[cfg(test)]
    pub(super) fn idle_bytes(&self) -> u64 {
        let idle = lock(&self.idle);
        let buffers = idle.buffers.iter();
        buffers
            .map(|(size, buffers)| size * u64::try_from(buffers.len()).unwrap())
            .sum()
    }
}

fn lock(idle: &Mutex<Idle>) -> MutexGuard<'_, Idle> {
    idle.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sizes that buffers are rounded up to, an eighth at most, so that similar
/// tasks share them.
fn class(bytes: u64) -> u64 {
    let bytes = bytes.max(256);
    let step = (bytes.next_power_of_two() / 16).max(256);
    bytes.next_multiple_of(step)
}

impl Deref for Pooled {
    type Target = wgpu::Buffer;

    fn deref(&self) -> &wgpu::Buffer {
        &self.buffer
    }
}

impl Drop for Pooled {
    fn drop(&mut self) {
        let mut idle = lock(&self.idle);
        let task = idle.task;
        let buffers = idle.buffers.entry(self.buffer.size()).or_default();
        buffers.push((self.buffer.clone(), task));
    }
}

#[cfg(test)]
mod tests {
    use super::class;

    #[test]
    fn classes_hold_what_is_asked_and_waste_little() {
        for bytes in [
            1,
            255,
            257,
            4096,
            5000,
            65_537,
            1 << 20,
            (1 << 27) - 16,
            1 << 27,
        ] {
            let size = class(bytes);
            assert!(size >= bytes);
            assert!(size.is_multiple_of(256));
            assert!(bytes < 4096 || size - bytes <= bytes / 7, "{bytes}: {size}");
        }
        assert_eq!(class(1 << 27), 1 << 27);
    }
}
