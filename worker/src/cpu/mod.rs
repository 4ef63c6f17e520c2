//! The cores of this machine.

mod census;
mod epilogue;
mod fill;
mod gemm;
mod hash;
mod lanes;
mod pack;
mod run;
mod simd;

#[cfg(test)]
mod tests;

use std::ops::Range;

use compute_proofs::{Hash, census::Work, program::Epilogue, tensor::TensorSpec};
use exact_kernels::{DType, Shape, seeded::Stream};

pub use simd::Isa;

use epilogue::Finish;

use crate::{
    Backend, BackendKind, Class, Device, Limits, WorkerError,
    task::{Outcome, Task, Tensor, product_spec},
};

/// A number of rows or columns as an index: lossless, as `u32` fits `usize`
/// wherever a worker runs.
pub(crate) const fn index(x: u32) -> usize {
    const { assert!(usize::BITS >= u32::BITS) };
    x as usize
}

/// A number of bytes that a slice of this machine has.
pub(crate) fn length(x: u64) -> usize {
    usize::try_from(x).unwrap_or(usize::MAX)
}

/// The transpose of a tensor, before a device has it.
pub(crate) fn transpose(shape: Shape, dtype: DType, x: &[u8]) -> Vec<u8> {
    let mut out = vec![0; x.len()];
    fill::transpose(shape, index(dtype.bytes()), x, &mut out);
    out
}

/// A matrix that follows from a seed.
pub(crate) fn seeded(seed: &[u8; 32], stream: Stream, spec: TensorSpec) -> Vec<u8> {
    let mut out = vec![0; length(spec.bytes())];
    fill::seeded(Isa::best(), seed, stream, spec.shape, &mut out);
    out
}

/// The root of a tensor.
pub(crate) fn root(tensor: &Tensor) -> Hash {
    hash::root(Isa::best(), &tensor.spec(), tensor.bytes())
}

/// The CPU as a device.
#[derive(Clone, Debug)]
pub struct CpuBackend {
    device: Device,
    isa: Isa,
    /// What tasks may take, where not all that is free.
    memory: Option<u64>,
}

impl Default for CpuBackend {
    fn default() -> Self {
        Self::new(Isa::best())
    }
}

impl CpuBackend {
    /// All cores, with the given instructions.
    #[must_use]
    pub fn new(isa: Isa) -> Self {
        let device = Device {
            id: "cpu".to_owned(),
            name: format!("{} threads", rayon::current_num_threads()),
            backend: BackendKind::Cpu,
            class: Class::Cpu,
            driver: isa.to_string(),
            limits: Limits {
                memory: available_memory(),
                binding: None,
            },
            features: Isa::all().iter().map(ToString::to_string).collect(),
        };
        Self {
            device,
            isa,
            memory: None,
        }
    }

    /// The same, with tasks held to this many bytes.
    #[must_use]
    pub fn with_memory(mut self, bytes: u64) -> Self {
        self.device.limits.memory = Some(bytes);
        self.memory = Some(bytes);
        self
    }

    /// The instructions that it uses.
    #[must_use]
    pub fn isa(&self) -> Isa {
        self.isa
    }

    /// Refuses what does not fit, before it is allocated.
    fn reserve(&self, task: &str, needed: u64) -> Result<(), WorkerError> {
        match self.memory.or_else(available_memory) {
            Some(available) if needed > available => Err(WorkerError::TooLarge {
                task: task.to_owned(),
                device: self.device.to_string(),
                needed,
                available,
            }),
            _ => Ok(()),
        }
    }
}

impl Backend for CpuBackend {
    fn device(&self) -> &Device {
        &self.device
    }

    fn run(&mut self, task: &Task<'_>) -> Result<Outcome, WorkerError> {
        let header = task.check().map_err(WorkerError::invalid(task.name))?;
        self.reserve(task.name, run::needed(task))?;
        run::run(self.isa, task, header).map_err(WorkerError::invalid(task.name))
    }

    fn product(&mut self, a: &Tensor, b: &Tensor) -> Result<Tensor, WorkerError> {
        let invalid = WorkerError::invalid("product");
        let (shape, spec) = product_spec(a, b).map_err(&invalid)?;
        self.reserve("product", spec.bytes())?;
        let mut out = vec![0; length(spec.bytes())];
        let plain = Finish::new(Epilogue::None, &[], false);
        gemm::run(self.isa, shape, a.bytes(), b.bytes(), &plain, &mut out);
        Tensor::new(spec, out).map_err(invalid)
    }

    fn census_roots(
        &mut self,
        work: Work,
        challenge: &[u8; 32],
        units: Range<u32>,
    ) -> Result<Vec<Hash>, WorkerError> {
        self.reserve("census", census::needed(work))?;
        let roots = units.map(|unit| census::root(self.isa, work, challenge, unit));
        roots
            .collect::<Result<_, _>>()
            .map_err(WorkerError::invalid("census"))
    }

    fn census_product(
        &mut self,
        work: Work,
        challenge: &[u8; 32],
        unit: u32,
    ) -> Result<Vec<i32>, WorkerError> {
        self.reserve("census", census::needed(work))?;
        let product = census::product(self.isa, work, challenge, unit);
        let bytes = product.map_err(WorkerError::invalid("census"))?;
        let words = bytes.as_chunks::<4>().0.iter();
        Ok(words.map(|x| i32::from_le_bytes(*x)).collect())
    }
}

/// Memory that the system says is free for use; `None` where it does not say.
fn available_memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    parse_available(&text)
}

fn parse_available(meminfo: &str) -> Option<u64> {
    let line = meminfo
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}
