//! The arguments that choose a device, and opening it.

use std::{env, path::PathBuf};

use clap::{Args, ValueEnum};
use worker::{
    Backend, BackendKind, Device, WorkerError,
    devices::{self, Choice},
};

use crate::output::Output;

#[derive(Debug, Args)]
pub(crate) struct DeviceArguments {
    /// The device's id, as `ballast worker devices` prints it.
    #[arg(long, value_name = "ID")]
    device: Option<String>,
    /// How the device must be driven.
    #[arg(long, value_enum)]
    backend: Option<Driven>,
    /// What tasks may take of the device's memory, in MiB.
    #[arg(long, value_name = "MIB")]
    memory: Option<u32>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Driven {
    Cpu,
    Wgpu,
}

impl DeviceArguments {
    /// What was named, and a service's settings where nothing was.
    pub(crate) fn or(&self, settings: &worker_service::Device) -> Self {
        let backend = settings.backend.map(|driven| match driven {
            worker_service::Driven::Cpu => Driven::Cpu,
            worker_service::Driven::Wgpu => Driven::Wgpu,
        });
        Self {
            device: self.device.clone().or_else(|| settings.id.clone()),
            backend: self.backend.or(backend),
            memory: self.memory.or(settings.memory_mib),
        }
    }

    pub(super) fn choice(&self) -> Choice {
        Choice {
            device: self.device.clone(),
            backend: self.backend.map(|driven| match driven {
                Driven::Cpu => BackendKind::Cpu,
                Driven::Wgpu => BackendKind::Wgpu,
            }),
            memory: self.memory.map(|mib| u64::from(mib) << 20),
            tuning: tuning(),
        }
    }

    /// Opens the device, and says what the user should know of it.
    pub(crate) fn open(&self, output: &Output) -> Result<Box<dyn Backend>, WorkerError> {
        let opened = devices::open(&self.choice())?;
        if let Some(note) = opened.note {
            output.say(&note);
        }
        Ok(opened.backend)
    }
}

/// Where the tuner's findings are kept: `BALLAST_HOME`, else `.ballast` in the
/// user's home.
fn tuning() -> Option<PathBuf> {
    let home = match env::var_os("BALLAST_HOME") {
        Some(home) => PathBuf::from(home),
        None => env::home_dir()?.join(".ballast"),
    };
    Some(home.join("worker/tuning.json"))
}

/// The choice of exactly this device.
pub(super) fn choice_of(device: &Device) -> Choice {
    Choice {
        device: Some(device.id.clone()),
        tuning: tuning(),
        ..Choice::default()
    }
}
