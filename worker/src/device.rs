//! What a device is, for people and for errors.

use std::fmt;

use serde::Serialize;

/// How a device is driven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BackendKind {
    /// The cores of this machine.
    Cpu,
    /// A GPU, through Vulkan, Metal or DX12.
    Wgpu,
}

impl fmt::Display for BackendKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cpu => "cpu",
            Self::Wgpu => "wgpu",
        })
    }
}

/// What sort of hardware a device is, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// A GPU with memory of its own.
    Discrete,
    /// A GPU that shares the machine's memory.
    Integrated,
    /// A GPU that a hypervisor passes on, or one that does not say.
    Virtual,
    /// The cores of this machine.
    Cpu,
    /// A GPU that is only software: exact, and slower than the cores it runs on.
    Software,
}

/// What a device can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// Bytes of all tensors that a task needs at once; `None` where the driver
    /// does not say.
    pub memory: Option<u64>,
    /// Bytes that one kernel can address as one buffer, where that is less than
    /// all; larger tensors are split.
    pub binding: Option<u64>,
}

/// A device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Device {
    /// What `--device` takes.
    pub id: String,
    /// The maker's name for it.
    pub name: String,
    /// How it is driven.
    pub backend: BackendKind,
    /// What sort of hardware it is.
    pub class: Class,
    /// Driver and version, or the instructions that are used.
    pub driver: String,
    /// What it can hold.
    pub limits: Limits,
    /// What its kernels make use of.
    pub features: Vec<String>,
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}, {})", self.id, self.name, self.driver)
    }
}
