//! A program on a GPU.

use std::collections::HashMap;

use compute_proofs::{
    Hash, ProofError,
    program::{Epilogue, Header, Source},
    task::slot_root_of_seed,
    tensor::TensorSpec,
};

use super::{Chain, Context, Failure, GpuTensor, Layout, commit::Tops, record};
use crate::{
    kernels::{finish::Finish, gemm::Tile},
    task::{Operand, Outcome, Rooted, SlotInput, Task, Tensor},
};

/// Runs a task that has been checked.
pub(super) fn run(
    context: &Context,
    tile: Tile,
    task: &Task<'_>,
    header: Header,
) -> Result<Outcome, Failure> {
    let layout = |spec| Layout::new(spec, context.band, 1);
    reserve(context, task)?;
    let mut chain = Chain::new(context);
    let tensors = Tensors::upload(context, task)?;
    let mut outputs: Vec<GpuTensor> = Vec::new();
    // Operands of the operation at hand that follow from a seed.
    let mut made: Vec<GpuTensor> = Vec::new();
    for operation in &task.program.operations {
        for input in &operation.inputs {
            if let Operand::Seed { seed, stream } = task.operand(input)? {
                let tensor = GpuTensor::new(context, layout(input.spec)?);
                record::fill(&mut chain, &tensor, seed, stream);
                made.push(tensor);
            }
        }
        let mut seeds = made.iter();
        let operands = operation
            .inputs
            .iter()
            .map(|input| match task.operand(input)? {
                Operand::Output { operation, .. } => Ok(outputs.get(operation)),
                Operand::Seed { .. } => Ok(seeds.next()),
                Operand::Tensor(_) => Ok(tensors.get(&input.source)),
            });
        let operands = operands.collect::<Result<Vec<_>, ProofError>>()?;
        let operands: Option<Vec<&GpuTensor>> = operands.into_iter().collect();
        let operands = operands.ok_or(ProofError::Missing {
            what: "operand on the device",
        })?;
        let specs = operation.outputs()?;
        let spec = *specs.first().ok_or(ProofError::Missing {
            what: "output of an operation",
        })?;
        let output = GpuTensor::new(context, layout(spec)?);
        record::operation(&mut chain, tile, operation, &operands, &output)?;
        // What is recorded later may use their memory again.
        made.clear();
        outputs.push(output);
    }
    let slots = tensors.commit(&mut chain);
    let tops: Vec<Tops> = outputs
        .iter()
        .map(|output| Tops::of_tensor(&mut chain, output))
        .collect();

    let mut wanted: Vec<(&wgpu::Buffer, u64)> = Vec::new();
    wanted.extend(slots.iter().flatten().map(|tops| tops.to_read(1)));
    wanted.extend(tops.iter().map(|tops| tops.to_read(1)));
    wanted.extend(outputs.iter().flat_map(GpuTensor::to_read));
    let mut read = chain.read(&wanted)?.into_iter();

    let mut root = |spec: TensorSpec, tops: &Tops| {
        let bytes = read.next().unwrap_or_default();
        let top = tops.fold(&bytes).first().copied().unwrap_or(Hash::ZERO);
        spec.seal(&top)
    };
    let slots = task.inputs.iter().zip(&slots);
    let slots = slots.map(|(input, tops)| match (input, tops) {
        (SlotInput::Tensor(tensor), Some(tops)) => root(tensor.spec(), tops),
        (SlotInput::Seed(seed), _) => slot_root_of_seed(seed),
        _ => Hash::ZERO,
    });
    let slots = slots.collect();
    let roots = outputs.iter().zip(&tops);
    let roots: Vec<Hash> = roots
        .map(|(output, tops)| root(output.layout.spec, tops))
        .collect();
    let mut rooted = Vec::new();
    for (output, root) in outputs.iter().zip(roots) {
        let layout = output.layout;
        let bands = read.by_ref().take(layout.bands().count());
        let tensor = Tensor::new(layout.spec, GpuTensor::collect(&layout, bands))?;
        rooted.push(vec![Rooted { tensor, root }]);
    }
    Ok(Outcome::new(header, slots, rooted)?)
}

/// The bare product of `a` and `b`, given transposed.
pub(super) fn product(
    context: &Context,
    tile: Tile,
    a: &Tensor,
    b: &Tensor,
    spec: TensorSpec,
) -> Result<Tensor, Failure> {
    let layout = |spec| Layout::new(spec, context.band, 1);
    let upload = |tensor: &Tensor| -> Result<GpuTensor, Failure> {
        let layout = layout(tensor.spec())?;
        Ok(GpuTensor::upload(context, layout, tensor.bytes()))
    };
    let out = layout(spec)?;
    let (a, b, c) = (upload(a)?, upload(b)?, GpuTensor::new(context, out));
    let mut chain = Chain::new(context);
    let finish = Finish::new(Epilogue::None, false);
    record::product(&mut chain, tile, (&a, &b, &c), None, finish)?;
    let wanted: Vec<_> = c.to_read().collect();
    let read = chain.read(&wanted)?;
    let bytes = GpuTensor::collect(&out, read.into_iter());
    Ok(Tensor::new(spec, bytes)?)
}

/// Refuses what does not fit, before it is allocated.
fn reserve(context: &Context, task: &Task<'_>) -> Result<(), Failure> {
    let Some(available) = context.device.limits.memory else {
        return Ok(());
    };
    let mut needed = 0u64;
    let mut add = |spec: TensorSpec| -> Result<(), Failure> {
        let layout = Layout::new(spec, context.band, 1)?;
        needed = needed.saturating_add(layout.total());
        Ok(())
    };
    for input in task.inputs {
        if let SlotInput::Tensor(tensor) = input {
            add(tensor.spec())?;
        }
    }
    for weights in task.weights {
        add(weights.tensor.spec())?;
    }
    for operation in &task.program.operations {
        for input in &operation.inputs {
            if let Source::Seed { .. } = input.source {
                add(input.spec)?;
            }
        }
        for spec in operation.outputs()? {
            // Once on the device, once on its way back.
            add(spec)?;
            add(spec)?;
        }
    }
    if needed > available {
        return Err(Failure::TooLarge { needed, available });
    }
    Ok(())
}

/// Tensors that the task brought.
struct Tensors {
    slots: Vec<Option<GpuTensor>>,
    weights: HashMap<Hash, GpuTensor>,
}

impl Tensors {
    fn upload(context: &Context, task: &Task<'_>) -> Result<Self, Failure> {
        let upload = |tensor: &Tensor| -> Result<GpuTensor, Failure> {
            let layout = Layout::new(tensor.spec(), context.band, 1)?;
            Ok(GpuTensor::upload(context, layout, tensor.bytes()))
        };
        let slots = task.inputs.iter().map(|input| match input {
            SlotInput::Tensor(tensor) => upload(tensor).map(Some),
            SlotInput::Seed(_) => Ok(None),
        });
        let weights = task.weights.iter();
        let weights = weights.map(|at| Ok::<_, Failure>((at.root, upload(&at.tensor)?)));
        Ok(Self {
            slots: slots.collect::<Result<_, _>>()?,
            weights: weights.collect::<Result<_, _>>()?,
        })
    }

    fn get(&self, source: &Source) -> Option<&GpuTensor> {
        match source {
            Source::Slot { slot } => self.slots.get(usize::from(*slot))?.as_ref(),
            Source::Weights { root } => self.weights.get(root),
            _ => None,
        }
    }

    /// Records the trees of all slots.
    fn commit(&self, chain: &mut Chain<'_>) -> Vec<Option<Tops>> {
        let slots = self.slots.iter();
        let tops = slots.map(|slot| slot.as_ref().map(|slot| Tops::of_tensor(chain, slot)));
        tops.collect()
    }
}
