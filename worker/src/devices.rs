//! Which devices this machine has, and opening one to serve.

use std::path::PathBuf;

use crate::{
    Backend, BackendKind, Device, WorkerError,
    cpu::CpuBackend,
    gpu::{Adapter, GpuBackend, adapters},
    self_test,
};

/// What the user asks for; nothing means the best device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// A device's id.
    pub device: Option<String>,
    /// How it must be driven.
    pub backend: Option<BackendKind>,
    /// What tasks may take of the device's memory, in bytes; by default all that
    /// is free, where that is told.
    pub memory: Option<u64>,
    /// Where it is kept how products are tiled best on which GPU.
    pub tuning: Option<PathBuf>,
}

/// A device that may serve: it has passed the self-test.
pub struct Opened {
    /// The device.
    pub backend: Box<dyn Backend>,
    /// What the user should know of the choice.
    pub note: Option<String>,
}

/// Something that can be opened.
enum Found {
    Cpu(CpuBackend),
    Gpu(Adapter),
}

impl Found {
    fn device(&self) -> &Device {
        match self {
            Self::Cpu(cpu) => cpu.device(),
            Self::Gpu(adapter) => adapter.device(),
        }
    }
}

/// All devices, best first.
fn find() -> Vec<Found> {
    let mut found: Vec<Found> = adapters().into_iter().map(Found::Gpu).collect();
    found.push(Found::Cpu(CpuBackend::default()));
    found.sort_by_key(|found| found.device().class);
    found
}

/// All devices of this machine, best first.
#[must_use]
pub fn list() -> Vec<Device> {
    find().iter().map(|found| found.device().clone()).collect()
}

/// Opens the chosen device, tests and tunes it.
///
/// # Errors
/// [`WorkerError::UnknownDevice`]; [`WorkerError::Device`] if the driver
/// refuses; [`WorkerError::WrongBits`] if the device must not serve.
pub fn open(choice: &Choice) -> Result<Opened, WorkerError> {
    let found = find();
    let gpus = found.iter().filter(|found| is_gpu(found.device())).count();
    let chosen = choose(found.iter().map(Found::device), choice)?;
    let chosen = found.into_iter().nth(chosen);
    let chosen = chosen.unwrap_or_else(|| Found::Cpu(CpuBackend::default()));
    let asked = choice.device.is_some() || choice.backend.is_some();
    let note = match &chosen {
        Found::Cpu(_) if gpus == 0 => Some("no GPU driver was found: the CPU works".to_owned()),
        Found::Cpu(_) if !asked => {
            Some("all GPUs here are software: the CPU is faster and works".to_owned())
        }
        _ => None,
    };
    let mut backend: Box<dyn Backend> = match chosen {
        Found::Cpu(cpu) => Box::new(match choice.memory {
            Some(bytes) => cpu.with_memory(bytes),
            None => cpu,
        }),
        Found::Gpu(adapter) => {
            let mut gpu = GpuBackend::open(adapter, choice.memory)?;
            gpu.tune(choice.tuning.as_deref())?;
            Box::new(gpu)
        }
    };
    self_test::run(&mut *backend)?;
    Ok(Opened { backend, note })
}

fn is_gpu(device: &Device) -> bool {
    device.backend == BackendKind::Wgpu
}

/// The place of the first device that fits.
fn choose<'d>(
    devices: impl Iterator<Item = &'d Device> + Clone,
    choice: &Choice,
) -> Result<usize, WorkerError> {
    let fits = |device: &Device| {
        choice.device.as_ref().is_none_or(|id| *id == device.id)
            && choice
                .backend
                .is_none_or(|backend| backend == device.backend)
    };
    devices.clone().position(fits).ok_or_else(|| {
        let asked = [
            choice.device.clone(),
            choice
                .backend
                .map(|backend| format!("of backend {backend}")),
        ];
        WorkerError::UnknownDevice {
            asked: asked.into_iter().flatten().collect::<Vec<_>>().join(" "),
            known: devices.map(|device| device.id.clone()).collect(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Class, Limits};

    fn device(id: &str, class: Class) -> Device {
        Device {
            id: id.to_owned(),
            name: String::new(),
            backend: match class {
                Class::Cpu => BackendKind::Cpu,
                _ => BackendKind::Wgpu,
            },
            class,
            driver: String::new(),
            limits: Limits {
                memory: None,
                binding: None,
            },
            features: Vec::new(),
        }
    }

    #[test]
    fn the_first_that_fits_is_chosen_and_none_is_an_error_that_lists_all() {
        let devices = [device("cpu", Class::Cpu), device("gpu0", Class::Software)];
        let chosen = |id: Option<&str>, backend| {
            let choice = Choice {
                device: id.map(str::to_owned),
                backend,
                ..Choice::default()
            };
            choose(devices.iter(), &choice).map_err(|error| error.to_string())
        };
        assert_eq!(chosen(None, None), Ok(0));
        assert_eq!(chosen(Some("gpu0"), None), Ok(1));
        assert_eq!(chosen(None, Some(BackendKind::Wgpu)), Ok(1));
        let error = chosen(Some("gpu1"), None).unwrap_err();
        assert_eq!(error, "no device gpu1: this machine has cpu, gpu0");
        let error = chosen(Some("cpu"), Some(BackendKind::Wgpu)).unwrap_err();
        assert!(error.contains("cpu of backend wgpu"), "{error}");
    }

    #[test]
    fn hardware_comes_before_the_cpu_and_software_after_it() {
        let mut classes = [Class::Software, Class::Cpu, Class::Virtual, Class::Discrete];
        classes.sort();
        let best_first = [Class::Discrete, Class::Virtual, Class::Cpu, Class::Software];
        assert_eq!(classes, best_first);
    }

    #[test]
    fn the_cpu_is_always_there_and_passes_its_self_test() {
        let choice = Choice {
            device: Some("cpu".to_owned()),
            ..Choice::default()
        };
        let opened = open(&choice).unwrap();
        assert_eq!(opened.backend.device().id, "cpu");
        assert!(list().iter().any(|device| device.id == "cpu"));
    }
}
