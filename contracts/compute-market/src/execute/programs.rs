//! Programs, registered operation by operation.

use compute_api::market::{Program, events::OrderEvent};
use compute_proofs::{
    codec::{Decode, DecodeError, Encode, Reader, encode_list},
    program::{Checker, MAX_OUTPUTS, Operation, Outputs},
    tensor::TensorSpec,
};
use contract_kit::bounds::count;
use cosmwasm_std::{Addr, Binary, HexBinary, Storage, Uint128};

use crate::{
    ContractError,
    context::Context,
    error::refused,
    state::{OUTPUTS, PROGRAMS, REGISTRATIONS, RegistrationState},
};

/// Adds operations to the program that the sender registers, and registers it with the
/// last ones.
pub(crate) fn register(
    ctx: &mut Context<'_>,
    program: HexBinary,
    slots: u8,
    first: u32,
    operations: Vec<Binary>,
    last: bool,
) -> Result<(), ContractError> {
    count("bytes of the program's hash", program.len(), 32, 32)?;
    count("operations", operations.len(), 1, u32::MAX)?;
    if PROGRAMS.has(ctx.storage, program.as_slice()) {
        return Err(refused(format!(
            "program {program} is registered: use it as it is"
        )));
    }
    let registrar = ctx.sender.clone();
    let (mut checker, started_at) = match first {
        0 => (Checker::new(slots)?, ctx.now()),
        _ => resume(ctx.storage, &registrar, &program, slots, first)?,
    };
    let mut outputs = StoredOutputs {
        storage: ctx.storage,
        registrar: &registrar,
    };
    for operation in &operations {
        checker.push(&Operation::from_bytes(operation)?, &mut outputs)?;
    }
    if last {
        return finish(ctx, registrar, program, &checker);
    }
    // What is there is no program before its last operation, but has its cost.
    let cost = Uint128::new(checker.cost()?);
    let state = RegistrationState {
        program: program.clone(),
        slots,
        checker: checker.to_bytes(),
        operations: checker.operations(),
        cost,
        started_at,
    };
    REGISTRATIONS.save(ctx.storage, &registrar, &state);
    let time = ctx.now();
    ctx.emit(OrderEvent::OperationsAdded {
        registrar: registrar.into(),
        program,
        slots,
        operations: state.operations,
        cost,
        time,
    });
    Ok(())
}

/// What the sender has registered so far, if the next chunk fits it.
fn resume(
    storage: &dyn Storage,
    registrar: &Addr,
    program: &HexBinary,
    slots: u8,
    first: u32,
) -> Result<(Checker, u64), ContractError> {
    let state = REGISTRATIONS.may_load(storage, registrar)?.ok_or_else(|| {
        refused(format!(
            "{registrar} registers no program: begin with operation 0"
        ))
    })?;
    if (&state.program, state.slots, state.operations) != (program, slots, first) {
        return Err(refused(format!(
            "{registrar} registers program {} with {} slots, and operation {} is next: not {} \
             with {slots} and {first}",
            state.program, state.slots, state.operations, program
        )));
    }
    Ok((Checker::from_bytes(&state.checker)?, state.started_at))
}

/// Registers a program whose last operation is there.
fn finish(
    ctx: &mut Context<'_>,
    registrar: Addr,
    program: HexBinary,
    checker: &Checker,
) -> Result<(), ContractError> {
    let header = checker.finish()?;
    let hash = header.hash();
    if hash.0 != program.as_slice() {
        return Err(refused(format!(
            "these operations are program {}, not {program}",
            HexBinary::from(hash.0)
        )));
    }
    let registered = Program {
        program: program.clone(),
        version: header.version,
        slots: header.slots,
        operations: header.operations,
        cost: header.cost.into(),
        top: HexBinary::from(header.top.0),
        registrar: registrar.clone(),
        registered_at: ctx.now(),
        height: ctx.block.height,
    };
    PROGRAMS.save(ctx.storage, program.as_slice(), &registered);
    REGISTRATIONS.remove(ctx.storage, &registrar);
    ctx.emit(OrderEvent::ProgramRegistered {
        registrar: registrar.into(),
        program,
        slots: registered.slots,
        operations: registered.operations,
        cost: registered.cost,
        top: registered.top,
        time: registered.registered_at,
        height: registered.height,
    });
    Ok(())
}

/// Outputs of earlier operations, in the contract's storage. What an abandoned
/// registration has left there is never read: the checker knows how many operations
/// are its own.
struct StoredOutputs<'a> {
    storage: &'a mut dyn Storage,
    registrar: &'a Addr,
}

impl Outputs for StoredOutputs<'_> {
    type Error = ContractError;

    fn get(&self, operation: u32) -> Result<Option<Vec<TensorSpec>>, ContractError> {
        let stored = OUTPUTS.may_load(self.storage, (self.registrar, operation))?;
        let Some(stored) = stored else {
            return Ok(None);
        };
        Ok(Some(Specs::from_bytes(&stored)?.0))
    }

    fn push(&mut self, operation: u32, outputs: Vec<TensorSpec>) -> Result<(), ContractError> {
        let bytes = Specs(outputs).to_bytes();
        OUTPUTS.save(self.storage, (self.registrar, operation), &bytes);
        Ok(())
    }
}

/// The outputs of one operation, as they are stored.
struct Specs(Vec<TensorSpec>);

impl Encode for Specs {
    fn encode(&self, out: &mut Vec<u8>) {
        encode_list(&self.0, out);
    }
}

impl Decode for Specs {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.list("outputs", MAX_OUTPUTS).map(Self)
    }
}
