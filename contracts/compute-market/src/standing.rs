//! Where a batch stands: it follows from its slot until it has ended.

use compute_api::market::{BatchState, Deadline, DemandState, Order, Privacy, SlotStage};
use compute_proofs::opening::is_challenged;
use cosmwasm_std::{BlockInfo, StdResult, Storage};

use crate::{
    ContractError,
    clock::{later, passed},
    signed::{Signed, bytes},
    state::{self, BatchRecord, DEMANDS, SlotRecord},
};

/// A batch with its slot and its order.
pub(crate) struct Standing {
    pub(crate) batch: BatchRecord,
    pub(crate) slot: SlotRecord,
    pub(crate) order: Order,
    pub(crate) signed: Signed,
    pub(crate) state: BatchState,
}

/// A time that comes of a batch: what can be done after it.
pub(crate) enum Next {
    /// It can be failed.
    Fail(Deadline),
    /// It can be settled.
    Settle(Deadline),
}

impl Standing {
    /// The batch of this number.
    pub(crate) fn load(
        storage: &dyn Storage,
        chain_id: &str,
        market: &cosmwasm_std::Addr,
        number: u64,
    ) -> Result<Self, ContractError> {
        let batch = state::batch(storage, number)?;
        let slot = state::slot(storage, batch.slot)?;
        let order = state::order(storage, batch.order)?;
        let signed = Signed::named(chain_id, market, &order)?;
        let state = stand(&batch, &slot, &order, &signed)?;
        Ok(Self {
            batch,
            slot,
            order,
            signed,
            state,
        })
    }

    /// After when it can settle, once its slot is sealed.
    pub(crate) fn open_until(&self) -> Option<Deadline> {
        let of_slot = self.slot.open_until?;
        let moved = self.batch.open_until;
        Some(moved.map_or(of_slot, |moved| later(of_slot, moved)))
    }

    /// By when it must be proven, if it is or was challenged.
    pub(crate) fn prove_by(&self) -> Option<Deadline> {
        match (&self.slot.stage, self.state) {
            (_, BatchState::Cleared) => None,
            (SlotStage::Drawn { prove_by, .. }, _) => Some(*prove_by),
            _ => None,
        }
    }

    /// What time brings next, once something can come of it without another crank.
    pub(crate) fn next(&self, storage: &dyn Storage, number: u64) -> StdResult<Option<Next>> {
        let fails = self.fails(storage, number)?;
        if let Some(soonest) = fails.into_iter().min_by_key(|deadline| deadline.time) {
            return Ok(Some(Next::Fail(soonest)));
        }
        Ok(match self.state {
            BatchState::Cleared | BatchState::Proven => self.open_until().map(Next::Settle),
            _ => None,
        })
    }

    /// After each of these it can be failed.
    pub(crate) fn fails(&self, storage: &dyn Storage, number: u64) -> StdResult<Vec<Deadline>> {
        if self.batch.end.is_some() {
            return Ok(Vec::new());
        }
        if let SlotStage::Void {} = self.slot.stage {
            let at_once = Deadline {
                time: self.slot.ends_at,
                height: self.slot.last_height,
            };
            return Ok(vec![at_once]);
        }
        let open = open_demands(storage, number, &self.batch)?;
        let mut fails: Vec<Deadline> = open.into_iter().map(|(_, answer_by)| answer_by).collect();
        if self.state == BatchState::Challenged {
            fails.extend(self.prove_by());
        }
        Ok(fails)
    }
}

/// Demands of a batch that nobody has answered, with the time for it.
pub(crate) fn open_demands(
    storage: &dyn Storage,
    number: u64,
    batch: &BatchRecord,
) -> StdResult<Vec<(u32, Deadline)>> {
    let mut open = Vec::new();
    if batch.open_demands == 0 {
        return Ok(open);
    }
    for demand in 1..=batch.demands {
        let record = DEMANDS.load(storage, (number, demand))?;
        if record.state == DemandState::Open {
            open.push((demand, record.answer_by));
        }
    }
    Ok(open)
}

/// The first demand whose time to answer is over.
pub(crate) fn unanswered(
    storage: &dyn Storage,
    block: &BlockInfo,
    number: u64,
    batch: &BatchRecord,
) -> StdResult<Option<u32>> {
    let open = open_demands(storage, number, batch)?;
    let over = open.into_iter().find(|(_, by)| passed(block, *by));
    Ok(over.map(|(demand, _)| demand))
}

fn stand(
    batch: &BatchRecord,
    slot: &SlotRecord,
    order: &Order,
    signed: &Signed,
) -> Result<BatchState, ContractError> {
    if let Some(end) = batch.end {
        return Ok(end.state);
    }
    Ok(match &slot.stage {
        SlotStage::Open { .. } => BatchState::Committed,
        SlotStage::Sealed { .. } | SlotStage::Void {} => BatchState::Sealed,
        SlotStage::Drawn {
            randomness,
            challenge_one_in,
            ..
        } => {
            let beacon = bytes(randomness)?;
            let one_in = *challenge_one_in;
            let drawn = match order.privacy {
                Privacy::Private => false,
                Privacy::Sampled => {
                    one_in <= 1 || is_challenged(&signed.batch(batch)?, &beacon, one_in)?
                }
            };
            match drawn {
                false => BatchState::Cleared,
                true if batch.opened.count_ones() >= order.samples => BatchState::Proven,
                true => BatchState::Challenged,
            }
        }
    })
}
