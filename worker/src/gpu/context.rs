//! An open GPU: its queue, its compiled kernels, and how it fails.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use wgpu::BufferUsages as Usage;

use super::{
    Adapter,
    adapter::binding,
    pool::{Pool, Pooled},
};
use crate::{Device, DeviceFault, kernels::Kernel};

/// Bytes of one kernel's parameters, and the alignment that every device takes.
pub(crate) const PARAMS: usize = 512;

/// How long a device may take at least before it counts as silent.
const PATIENCE: Duration = Duration::from_secs(60);

/// The slowest device that is worth waiting for, in ops per second.
const SLOWEST: u64 = 200_000_000;

/// The first fault that a device reported.
type Fault = Arc<Mutex<Option<DeviceFault>>>;

/// An open GPU.
pub(crate) struct Context {
    pub(crate) device: Device,
    pub(crate) gpu: wgpu::Device,
    pub(crate) queue: wgpu::Queue,
    pub(crate) layout: wgpu::BindGroupLayout,
    /// Bound where a kernel has no use for a binding.
    pub(super) unused: wgpu::Buffer,
    /// Bytes that a tensor's bands are cut to.
    pub(crate) band: u64,
    pipeline_layout: wgpu::PipelineLayout,
    pipelines: Mutex<HashMap<Kernel, wgpu::ComputePipeline>>,
    tensors: Pool,
    staging: Pool,
    params: Pool,
    fault: Fault,
}

impl Context {
    /// Opens a GPU.
    pub(crate) fn open(adapter: &Adapter) -> Result<Self, DeviceFault> {
        let available = adapter.adapter.limits();
        let limits = wgpu::Limits {
            max_storage_buffer_binding_size: available.max_storage_buffer_binding_size,
            max_buffer_size: available.max_buffer_size,
            ..wgpu::Limits::default()
        };
        let descriptor = wgpu::DeviceDescriptor {
            label: Some("ballast"),
            required_limits: limits.clone(),
            memory_hints: wgpu::MemoryHints::Performance,
            ..Default::default()
        };
        let opened = super::wait(adapter.adapter.request_device(&descriptor));
        let (gpu, queue) = opened.map_err(|error| DeviceFault::Refused(error.to_string()))?;
        let fault = Fault::default();
        watch(&gpu, &fault);
        let layout = bind_group_layout(&gpu);
        let pipeline_layout = gpu.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some("kernel"),
            bind_group_layouts: &[Some(&layout)],
            immediate_size: 0,
        });
        let unused = gpu.create_buffer(&wgpu::BufferDescriptor {
            label: Some("unused"),
            size: 256,
            usage: Usage::STORAGE,
            mapped_at_creation: false,
        });
        Ok(Self {
            device: adapter.device.clone(),
            gpu,
            queue,
            layout,
            unused,
            band: binding(&limits),
            pipeline_layout,
            pipelines: Mutex::default(),
            tensors: Pool::new("tensor", Usage::STORAGE | Usage::COPY_SRC | Usage::COPY_DST),
            staging: Pool::new("read-back", Usage::MAP_READ | Usage::COPY_DST),
            params: Pool::new("parameters", Usage::UNIFORM | Usage::COPY_DST),
            fault,
        })
    }

    /// A storage buffer of at least `bytes`, used again after it is dropped. It
    /// holds whatever it held before.
    pub(crate) fn buffer(&self, bytes: u64) -> Pooled {
        self.tensors.take(&self.gpu, bytes)
    }

    /// A buffer that the host reads; whoever maps it unmaps it.
    pub(super) fn staging(&self, bytes: u64) -> Pooled {
        self.staging.take(&self.gpu, bytes)
    }

    /// A buffer of kernels' parameters.
    pub(super) fn params(&self, bytes: u64) -> Pooled {
        self.params.take(&self.gpu, bytes)
    }

    /// Starts the next task: buffers that the last ones did not use go back to
    /// the driver.
    pub(super) fn next_task(&self) {
        for pool in [&self.tensors, &self.staging, &self.params] {
            pool.next_task();
        }
    }

    /// Bytes of tensors that are kept for later tasks.
    #[cfg(test)]
    pub(super) fn idle_bytes(&self) -> u64 {
        self.tensors.idle_bytes()
    }

    /// A kernel, compiled at its first use.
    pub(crate) fn pipeline(&self, kernel: Kernel) -> wgpu::ComputePipeline {
        let mut pipelines = self
            .pipelines
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let made = pipelines.entry(kernel).or_insert_with(|| {
            let module = self.gpu.create_shader_module(wgpu::ShaderModuleDescriptor {
                label: Some(kernel.name()),
                source: wgpu::ShaderSource::Wgsl(kernel.source().into()),
            });
            let options = wgpu::PipelineCompilationOptions {
                // Kernels write workgroup memory before they read it.
                zero_initialize_workgroup_memory: false,
                ..Default::default()
            };
            self.gpu
                .create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                    label: Some(kernel.name()),
                    layout: Some(&self.pipeline_layout),
                    module: &module,
                    entry_point: Some("main"),
                    compilation_options: options,
                    cache: None,
                })
        });
        made.clone()
    }

    /// What went wrong since the last time, if anything.
    pub(crate) fn check(&self) -> Result<(), DeviceFault> {
        let mut fault = self.fault.lock().unwrap_or_else(PoisonError::into_inner);
        match fault.take() {
            Some(fault) => Err(fault),
            None => Ok(()),
        }
    }

    /// Waits until all work that was submitted is done; `ops` says how long that
    /// may take.
    pub(crate) fn finish(&self, ops: u128) -> Result<(), DeviceFault> {
        let work = u64::try_from(ops / u128::from(SLOWEST)).unwrap_or(u64::MAX);
        let timeout = PATIENCE.saturating_add(Duration::from_secs(work));
        let waited = self.gpu.poll(wgpu::PollType::Wait {
            submission_index: None,
            timeout: Some(timeout),
        });
        self.check()?;
        match waited {
            Ok(_) => Ok(()),
            Err(wgpu::PollError::Timeout) => Err(DeviceFault::Silent(timeout.as_secs())),
            Err(error) => Err(DeviceFault::Refused(error.to_string())),
        }
    }

    /// Makes the driver give the device up, as a reset would.
    #[cfg(test)]
    pub(crate) fn lose(&self) {
        self.gpu.destroy();
    }
}

/// Keeps the first fault that the driver reports, at whatever call.
fn watch(gpu: &wgpu::Device, fault: &Fault) {
    let keep = |fault: &Fault, found: DeviceFault| {
        let mut first = fault.lock().unwrap_or_else(PoisonError::into_inner);
        // What follows from a loss is reported too, before or after it.
        if first.is_none() || matches!(found, DeviceFault::Lost(_)) {
            *first = Some(found);
        }
    };
    let errors = Arc::clone(fault);
    gpu.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
        let found = match error {
            wgpu::Error::OutOfMemory { source } => DeviceFault::OutOfMemory(source.to_string()),
            other => DeviceFault::Refused(other.to_string()),
        };
        keep(&errors, found);
    }));
    let losses = Arc::clone(fault);
    gpu.set_device_lost_callback(move |reason, message| {
        let text = format!("{reason:?}: {message}");
        keep(&losses, DeviceFault::Lost(text));
    });
}

/// One layout for all kernels: parameters, three tensors to read, one to write.
fn bind_group_layout(gpu: &wgpu::Device) -> wgpu::BindGroupLayout {
    let entry = |binding, ty, has_dynamic_offset| wgpu::BindGroupLayoutEntry {
        binding,
        visibility: wgpu::ShaderStages::COMPUTE,
        ty: wgpu::BindingType::Buffer {
            ty,
            has_dynamic_offset,
            min_binding_size: None,
        },
        count: None,
    };
    let read = wgpu::BufferBindingType::Storage { read_only: true };
    let write = wgpu::BufferBindingType::Storage { read_only: false };
    gpu.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some("kernel"),
        entries: &[
            entry(0, wgpu::BufferBindingType::Uniform, true),
            entry(1, read, false),
            entry(2, read, false),
            entry(3, read, false),
            entry(4, write, false),
        ],
    })
}
