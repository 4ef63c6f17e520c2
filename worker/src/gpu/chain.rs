//! Kernels in a row: recorded once, submitted together, as often as needed.

use super::{
    context::{Context, PARAMS},
    pool::Pooled,
};
use crate::{DeviceFault, kernels::Kernel};

/// Kernels that one page of parameters serves.
const PAGE: usize = 128;

/// The most workgroups of one dimension.
const MAX_GROUPS: u32 = 65_535;

/// A recorded launch.
struct Step {
    pipeline: wgpu::ComputePipeline,
    bindings: wgpu::BindGroup,
    offset: u32,
    groups: [u32; 2],
}

struct Page {
    buffer: Pooled,
    bytes: Vec<u8>,
}

/// Kernels in a row. Each sees what those before it wrote.
pub(crate) struct Chain<'c> {
    context: &'c Context,
    steps: Vec<Step>,
    pages: Vec<Page>,
    ops: u128,
}

/// What a kernel reads, by binding 1 to 3, and writes.
#[derive(Clone, Copy)]
pub(crate) struct Bindings<'b> {
    pub(crate) read: [Option<&'b wgpu::Buffer>; 3],
    pub(crate) write: &'b wgpu::Buffer,
}

/// A step of a chain whose parameters can be changed before it is replayed.
#[derive(Clone, Copy)]
pub(crate) struct StepId(usize);

impl<'c> Chain<'c> {
    pub(crate) fn new(context: &'c Context) -> Self {
        Self {
            context,
            steps: Vec::new(),
            pages: Vec::new(),
            ops: 0,
        }
    }

    pub(crate) fn context(&self) -> &'c Context {
        self.context
    }

    /// Adds work to what the device is waited for.
    pub(crate) fn count(&mut self, ops: u128) {
        self.ops = self.ops.saturating_add(ops);
    }

    /// Adds a kernel over `groups` workgroups; shaders number them
    /// `y · groups.x + x` where they take one dimension.
    pub(crate) fn launch(
        &mut self,
        kernel: Kernel,
        bindings: Bindings<'_>,
        params: &[u32],
        groups: [u32; 2],
    ) -> StepId {
        let at = self.steps.len() % PAGE;
        if at == 0 {
            let size = u64::try_from(PAGE * PARAMS).unwrap_or(0);
            let buffer = self.context.params(size);
            let bytes = Vec::with_capacity(PAGE * PARAMS);
            self.pages.push(Page { buffer, bytes });
        }
        let step = self.steps.len();
        if let Some(page) = self.pages.last_mut() {
            page.bytes.resize((at + 1) * PARAMS, 0);
            let bindings = bind(self.context, &page.buffer, bindings);
            self.steps.push(Step {
                pipeline: self.context.pipeline(kernel),
                bindings,
                offset: u32::try_from(at * PARAMS).unwrap_or(0),
                groups,
            });
        }
        self.set(StepId(step), params);
        StepId(step)
    }

    /// Changes a step's parameters.
    pub(crate) fn set(&mut self, StepId(step): StepId, params: &[u32]) {
        let at = (step % PAGE) * PARAMS;
        if let Some(page) = self.pages.get_mut(step / PAGE) {
            let words = page.bytes[at..at + PARAMS].as_chunks_mut::<4>().0;
            for (word, param) in words.iter_mut().zip(params) {
                *word = param.to_le_bytes();
            }
        }
    }

    /// Submits all steps, then `copies` from device memory; nothing is waited
    /// for.
    pub(crate) fn submit(&self, copies: &[(&wgpu::Buffer, &wgpu::Buffer, u64)]) {
        for page in &self.pages {
            self.context
                .queue
                .write_buffer(&page.buffer, 0, &page.bytes);
        }
        let mut encoder = self.context.gpu.create_command_encoder(&Default::default());
        {
            let mut pass = encoder.begin_compute_pass(&Default::default());
            for step in &self.steps {
                pass.set_pipeline(&step.pipeline);
                pass.set_bind_group(0, &step.bindings, &[step.offset]);
                pass.dispatch_workgroups(step.groups[0], step.groups[1], 1);
            }
        }
        for (from, to, bytes) in copies {
            encoder.copy_buffer_to_buffer(from, 0, to, 0, *bytes);
        }
        self.context.queue.submit([encoder.finish()]);
    }

    /// Submits all steps and reads buffers back, at the one point where the
    /// device is waited for.
    pub(crate) fn read(
        &self,
        wanted: &[(&wgpu::Buffer, u64)],
    ) -> Result<Vec<Vec<u8>>, DeviceFault> {
        let context = self.context;
        let staging: Vec<Pooled> = wanted
            .iter()
            .map(|(_, bytes)| context.staging(*bytes))
            .collect();
        let copies = wanted.iter().zip(&staging);
        let copies: Vec<_> = copies
            .map(|((from, bytes), to)| (*from, &**to, bytes.next_multiple_of(4)))
            .collect();
        self.submit(&copies);
        for buffer in &staging {
            // Whatever goes wrong here shows when the range is asked for.
            buffer.map_async(wgpu::MapMode::Read, .., |_| {});
        }
        context.finish(self.ops)?;
        let mut read = Vec::new();
        for (buffer, (_, bytes)) in staging.iter().zip(wanted) {
            let mapped = buffer.get_mapped_range(..);
            let mapped = mapped.map_err(|error| DeviceFault::Refused(error.to_string()))?;
            let len = usize::try_from(*bytes).unwrap_or(usize::MAX);
            read.push(mapped[..len.min(mapped.len())].to_vec());
            drop(mapped);
            buffer.unmap();
        }
        Ok(read)
    }
}

fn bind(context: &Context, params: &wgpu::Buffer, bindings: Bindings<'_>) -> wgpu::BindGroup {
    let buffer = |at: usize| bindings.read[at].unwrap_or(&context.unused);
    let [x, y, z] = [buffer(0), buffer(1), buffer(2)];
    let params_size = u64::try_from(PARAMS).ok().and_then(wgpu::BufferSize::new);
    context.gpu.create_bind_group(&wgpu::BindGroupDescriptor {
        label: None,
        layout: &context.layout,
        entries: &[
            wgpu::BindGroupEntry {
                binding: 0,
                resource: wgpu::BindingResource::Buffer(wgpu::BufferBinding {
                    buffer: params,
                    offset: 0,
                    size: params_size,
                }),
            },
            wgpu::BindGroupEntry {
                binding: 1,
                resource: x.as_entire_binding(),
            },
            wgpu::BindGroupEntry {
                binding: 2,
                resource: y.as_entire_binding(),
            },
            wgpu::BindGroupEntry {
                binding: 3,
                resource: z.as_entire_binding(),
            },
            wgpu::BindGroupEntry {
                binding: 4,
                resource: bindings.write.as_entire_binding(),
            },
        ],
    })
}

/// `count` workgroups in two dimensions.
pub(crate) fn fold(count: u64) -> [u32; 2] {
    let max = u64::from(MAX_GROUPS);
    let narrow = |x: u64| u32::try_from(x).unwrap_or(MAX_GROUPS);
    if count <= max {
        return [narrow(count.max(1)), 1];
    }
    [MAX_GROUPS, narrow(count.div_ceil(max))]
}
