//! GPUs, through wgpu: Vulkan, Metal or DX12.
//!
//! Tensors stay on the device from the first kernel of a task to the last; trees
//! are made there too. A task is one submission and one read-back.

mod adapter;
mod census;
mod chain;
mod commit;
mod context;
mod pool;
mod rates;
mod record;
mod run;
mod tensor;
mod tuner;

#[cfg(test)]
pub(crate) mod tests;

use std::{
    future::Future,
    ops::Range,
    path::Path,
    pin::pin,
    task::{Poll, Waker},
};

use compute_proofs::{Hash, ProofError, census::Work};

pub use adapter::{Adapter, adapters};
pub(crate) use chain::{Bindings, Chain, StepId, fold};
pub(crate) use context::Context;
pub(crate) use pool::Pooled;
pub use rates::Resident;
pub(crate) use tensor::{GpuTensor, Layout};

use crate::{
    Backend, Device, DeviceFault, WorkerError,
    kernels::gemm::Tile,
    task::{Outcome, Task, Tensor, product_spec},
};

/// A GPU as a device.
pub struct GpuBackend {
    adapter: Adapter,
    context: Context,
    tile: Tile,
    /// Bytes that tensors are cut to, where not the device's own limit.
    band: Option<u64>,
    /// Whether the device has failed since it was set up.
    broken: bool,
}

/// Why a piece of work failed.
#[derive(Debug)]
enum Failure {
    Invalid(ProofError),
    TooLarge { needed: u64, available: u64 },
    Fault(DeviceFault),
}

impl From<ProofError> for Failure {
    fn from(error: ProofError) -> Self {
        Self::Invalid(error)
    }
}

impl From<DeviceFault> for Failure {
    fn from(fault: DeviceFault) -> Self {
        Self::Fault(fault)
    }
}

impl From<tensor::RowsTooLong> for Failure {
    fn from(error: tensor::RowsTooLong) -> Self {
        Self::TooLarge {
            needed: error.needed,
            available: error.available,
        }
    }
}

impl GpuBackend {
    /// Opens a GPU. `memory` is what tasks may take of it, in bytes, where the
    /// driver does not say.
    ///
    /// # Errors
    /// [`WorkerError::Device`] if the driver refuses.
    pub fn open(adapter: Adapter, memory: Option<u64>) -> Result<Self, WorkerError> {
        let mut adapter = adapter;
        adapter.device.limits.memory = memory;
        let context = open(&adapter)?;
        Ok(Self {
            adapter,
            context,
            tile: Tile::ALL[0],
            band: None,
            broken: false,
        })
    }

    /// Chooses how products are tiled by trying, unless `cache` says what was
    /// found before. It cannot change a result.
    ///
    /// # Errors
    /// [`WorkerError::Device`]. A cache that cannot be read or written is none.
    pub fn tune(&mut self, cache: Option<&Path>) -> Result<(), WorkerError> {
        self.tile = self.attempt("tuning", |context, _| tuner::choose(context, cache))?;
        Ok(())
    }

    /// Seconds that a product of operands on the device takes, if its result stays there.
    ///
    /// # Errors
    /// [`WorkerError::Device`]; [`WorkerError::Invalid`] for an N that there is not.
    pub fn seconds(&mut self, product: Resident) -> Result<f64, WorkerError> {
        self.attempt("product", |context, tile| {
            rates::seconds(context, tile, product)
        })
    }

    /// Does `work`, once more on the device set up anew if it fails in a way
    /// that this may cure.
    fn attempt<T>(
        &mut self,
        task: &str,
        work: impl Fn(&Context, Tile) -> Result<T, Failure>,
    ) -> Result<T, WorkerError> {
        if self.broken {
            self.set_up()?;
        }
        let first = self.once(task, &work);
        match first {
            Err(error) if error.is_worth_a_retry() => {
                self.set_up()?;
                self.once(task, &work)
            }
            result => result,
        }
    }

    fn once<T>(
        &mut self,
        task: &str,
        work: impl Fn(&Context, Tile) -> Result<T, Failure>,
    ) -> Result<T, WorkerError> {
        self.context.next_task();
        work(&self.context, self.tile).map_err(|failure| {
            self.broken |= matches!(failure, Failure::Fault(_));
            self.named(task, failure)
        })
    }

    fn set_up(&mut self) -> Result<(), WorkerError> {
        self.context = open(&self.adapter)?;
        if let Some(band) = self.band {
            self.context.band = band;
        }
        self.broken = false;
        Ok(())
    }

    fn named(&self, task: &str, failure: Failure) -> WorkerError {
        let (task, device) = (task.to_owned(), self.adapter.device.to_string());
        match failure {
            Failure::Invalid(source) => WorkerError::Invalid {
                task,
                source: Box::new(source),
            },
            Failure::TooLarge { needed, available } => WorkerError::TooLarge {
                task,
                device,
                needed,
                available,
            },
            Failure::Fault(fault) => WorkerError::Device {
                task,
                device,
                fault,
            },
        }
    }
}

fn open(adapter: &Adapter) -> Result<Context, WorkerError> {
    Context::open(adapter).map_err(|fault| WorkerError::Device {
        task: "start".to_owned(),
        device: adapter.device.to_string(),
        fault,
    })
}

impl Backend for GpuBackend {
    fn device(&self) -> &Device {
        &self.adapter.device
    }

    fn run(&mut self, task: &Task<'_>) -> Result<Outcome, WorkerError> {
        let header = task.check().map_err(WorkerError::invalid(task.name))?;
        self.attempt(task.name, |context, tile| {
            run::run(context, tile, task, header)
        })
    }

    fn product(&mut self, a: &Tensor, b: &Tensor) -> Result<Tensor, WorkerError> {
        let (_, spec) = product_spec(a, b).map_err(WorkerError::invalid("product"))?;
        self.attempt("product", |context, tile| {
            run::product(context, tile, a, b, spec)
        })
    }

    fn dot_limit(&mut self) -> Result<Option<f64>, WorkerError> {
        let limit = self.attempt("dot products", |context, _| rates::dot_limit(context))?;
        Ok(Some(limit))
    }

    fn census_roots(
        &mut self,
        work: Work,
        challenge: &[u8; 32],
        units: Range<u32>,
    ) -> Result<Vec<Hash>, WorkerError> {
        self.attempt("census", |context, tile| {
            census::roots(context, tile, work, challenge, units.clone())
        })
    }

    fn census_product(
        &mut self,
        work: Work,
        challenge: &[u8; 32],
        unit: u32,
    ) -> Result<Vec<i32>, WorkerError> {
        self.attempt("census", |context, tile| {
            census::product(context, tile, work, challenge, unit)
        })
    }
}

/// The value of a future; drivers' futures are ready at once.
fn wait<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = std::task::Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
        std::thread::yield_now();
    }
}
