//! The GPUs that this machine's drivers show.

use crate::{BackendKind, Class, Device, Limits};

/// A GPU that can be opened.
#[derive(Clone, Debug)]
pub struct Adapter {
    pub(super) device: Device,
    pub(super) adapter: wgpu::Adapter,
}

impl Adapter {
    /// What it is.
    #[must_use]
    pub fn device(&self) -> &Device {
        &self.device
    }
}

/// Every GPU of this machine that can compute; software ones too, which say so
/// in their name.
#[must_use]
pub fn adapters() -> Vec<Adapter> {
    let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
    descriptor.backends = wgpu::Backends::PRIMARY;
    // A buffer that would not fit is refused, where the driver can tell.
    descriptor.memory_budget_thresholds.for_resource_creation = Some(97);
    let instance = wgpu::Instance::new(descriptor);
    let found = super::wait(instance.enumerate_adapters(wgpu::Backends::PRIMARY));
    let found = found.into_iter().filter(|adapter| {
        let downlevel = adapter.get_downlevel_capabilities();
        downlevel
            .flags
            .contains(wgpu::DownlevelFlags::COMPUTE_SHADERS)
    });
    let adapters = (0..).zip(found).map(|(at, adapter): (u32, _)| Adapter {
        device: describe(at, &adapter),
        adapter,
    });
    adapters.collect()
}

fn describe(at: u32, adapter: &wgpu::Adapter) -> Device {
    let info = adapter.get_info();
    let limits = adapter.limits();
    let driver = [info.driver.as_str(), info.driver_info.as_str()];
    let driver = driver.iter().filter(|part| !part.is_empty());
    let driver: Vec<_> = driver.copied().collect();
    Device {
        id: format!("gpu{at}"),
        name: info.name.clone(),
        backend: BackendKind::Wgpu,
        class: match info.device_type {
            wgpu::DeviceType::DiscreteGpu => Class::Discrete,
            wgpu::DeviceType::IntegratedGpu => Class::Integrated,
            wgpu::DeviceType::Cpu => Class::Software,
            wgpu::DeviceType::VirtualGpu | wgpu::DeviceType::Other => Class::Virtual,
        },
        driver: format!("{:?}, {}", info.backend, driver.join(" ")),
        limits: Limits {
            memory: None,
            binding: Some(binding(&limits)),
        },
        features: vec![
            format!(
                "{} invocations a workgroup",
                limits.max_compute_invocations_per_workgroup
            ),
            format!(
                "{} bytes of workgroup memory",
                limits.max_compute_workgroup_storage_size
            ),
        ],
    }
}

/// Bytes that a kernel can address as one buffer.
pub(super) fn binding(limits: &wgpu::Limits) -> u64 {
    limits
        .max_storage_buffer_binding_size
        .min(limits.max_buffer_size)
}
