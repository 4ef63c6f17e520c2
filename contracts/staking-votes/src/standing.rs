//! How an operator stands, and everyone who has to know it.

use compute_api::{
    oracle,
    votes::{Kind, Params, Standing, events::VotesEvent},
};
use compute_proofs::stake;
use cosmwasm_std::{Addr, StdResult, Storage, Uint128};

use crate::{
    ContractError,
    context::Context,
    state::{BY_STAKE, OPERATORS, Operator, POSITIONS, TreeMut, kind_key},
};

/// Micro-coins of the operator's owner, rounded down.
pub(crate) fn self_bond(
    storage: &dyn Storage,
    key: &Addr,
    operator: &Operator,
) -> StdResult<Uint128> {
    let position = POSITIONS.may_load(storage, (&operator.owner, key))?;
    operator.pool.worth(position.unwrap_or_default().shares)
}

/// Micro-coins that the owner has to have bonded; of a miner that has declared no
/// devices, for one.
pub(crate) fn required_bond(operator: &Operator, params: &Params) -> Uint128 {
    match operator.kind {
        Kind::Miner => {
            let devices = Uint128::from(operator.devices.max(1));
            params.miner_bond.saturating_mul(devices)
        }
        Kind::Coordinator => params.coordinator_bond,
    }
}

fn standing(operator: &Operator, bond: Uint128, params: &Params) -> Standing {
    let declared = operator.kind == Kind::Coordinator || operator.devices > 0;
    if operator.tombstoned {
        Standing::Tombstoned
    } else if operator.jailed_until.is_some() {
        Standing::Jailed
    } else if declared && bond >= required_bond(operator, params) {
        Standing::Active
    } else {
        Standing::Unbonded
    }
}

/// Saves an operator whose stake or standing may have changed: in the draw, in the
/// order by stake, in an event and with the oracle. The owner's position is to be
/// saved before.
pub(crate) fn refresh(
    ctx: &mut Context<'_>,
    key: &Addr,
    mut operator: Operator,
) -> Result<(), ContractError> {
    let bond = self_bond(ctx.storage, key, &operator)?;
    let standing = standing(&operator, bond, &ctx.params);
    let stake = operator.pool.tokens;
    let drawn = match standing {
        Standing::Active => stake,
        _ => Uint128::zero(),
    };
    if drawn != operator.drawn {
        let mut tree = TreeMut {
            storage: ctx.storage,
            kind: operator.kind,
        };
        stake::change(
            &mut tree,
            operator.slot,
            operator.drawn.u128(),
            drawn.u128(),
        )?;
        operator.drawn = drawn;
    }
    if stake != operator.indexed {
        let kind = kind_key(operator.kind);
        BY_STAKE.remove(ctx.storage, (kind, operator.indexed.u128(), key));
        BY_STAKE.save(ctx.storage, (kind, stake.u128(), key), &())?;
        operator.indexed = stake;
    }
    operator.standing = standing;
    // The oracle knows a miner from its first declaration of devices on.
    let known = operator.kind == Kind::Miner && operator.devices > 0;
    if known && operator.told != Some(standing) {
        operator.told = Some(standing);
        ctx.tell(&oracle::ExecuteMsg::SetStanding {
            operator: key.to_string(),
            standing,
        })?;
    }
    OPERATORS.save(ctx.storage, key, &operator)?;
    ctx.emit(VotesEvent::StakeChanged {
        operator: key.to_string(),
        stake,
        shares: operator.pool.shares,
        active_stake: drawn,
        standing: standing.to_string(),
    });
    Ok(())
}
