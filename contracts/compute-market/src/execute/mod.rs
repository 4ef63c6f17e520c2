//! What messages do, one file per action.

pub(crate) mod answers;
pub(crate) mod claims;
pub(crate) mod commit;
pub(crate) mod demands;
pub(crate) mod fraud;
pub(crate) mod open;
pub(crate) mod orders;
pub(crate) mod programs;
pub(crate) mod prove;
pub(crate) mod receive;
pub(crate) mod settle;
pub(crate) mod slots;
pub(crate) mod terms;
pub(crate) mod wiring;

use compute_api::market::{Deadline, Halt, events::OrderEvent};

use crate::{
    ContractError, clock,
    context::Context,
    state::{CLOCK, LAST_HALT},
};

/// Notes time and height, and a halt of the chain since the last message.
pub(crate) fn tick(ctx: &mut Context<'_>) -> Result<(), ContractError> {
    let now = Deadline {
        time: ctx.now(),
        height: ctx.block.height,
    };
    let last = CLOCK.may_load(ctx.storage)?;
    if last == Some(now) {
        return Ok(());
    }
    CLOCK.save(ctx.storage, &now);
    let seen = last.and_then(|last| clock::halt(&ctx.params.halts, last, &ctx.block));
    if let Some(seen) = seen {
        let last = LAST_HALT.may_load(ctx.storage)?;
        let halt = clock::credited(&ctx.params.halts, last, seen);
        if last == Some(halt) {
            return Ok(());
        }
        LAST_HALT.save(ctx.storage, &halt);
        let Halt { from, until } = halt;
        ctx.emit(OrderEvent::HaltSeen { from, until });
    }
    Ok(())
}
