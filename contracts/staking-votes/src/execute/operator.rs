//! Operators: registration and what their owners change.

use compute_api::votes::{Commission, Kind, Metadata, Standing, events::VotesEvent};
use compute_proofs::stake;
use contract_kit::{
    Error,
    bounds::{count, part},
};
use cosmwasm_std::{Addr, Decimal, HexBinary, Uint128, Uint256};

use crate::{
    ContractError,
    context::Context,
    pool::Pool,
    standing::refresh,
    state::{self, BY_STAKE, OPERATORS, Operator, SLOTS, TreeMut, kind_key},
};

/// Registers the sender.
pub(crate) fn register(
    ctx: &mut Context<'_>,
    owner: &str,
    kind: Kind,
    signing_key: HexBinary,
    commission: Commission,
    metadata: Metadata,
) -> Result<(), ContractError> {
    let key = ctx.sender.clone();
    let owner = ctx.api.addr_validate(owner)?;
    if owner == key {
        return Err(Error::Refused(
            "the owner is the sender: an operator's hot key must not own its bond".to_owned(),
        )
        .into());
    }
    if OPERATORS.has(ctx.storage, &key) {
        return Err(Error::Refused(format!(
            "{key} is registered already: its owner changes it by update_operator"
        ))
        .into());
    }
    check_key(&signing_key)?;
    check_metadata(&metadata)?;
    let highest = ctx.params.max_commission;
    let max_rate = commission.max_rate;
    part("commission.max_rate", max_rate, highest)?;
    part("commission.rate", commission.rate, max_rate)?;
    part("commission.max_change", commission.max_change, max_rate)?;

    let mut tree = TreeMut {
        storage: ctx.storage,
        kind,
    };
    let slot = stake::append(&mut tree, 0)?;
    SLOTS.save(ctx.storage, (kind_key(kind), slot), &key)?;
    BY_STAKE.save(ctx.storage, (kind_key(kind), 0, &key), &())?;
    ctx.emit(VotesEvent::Registered {
        operator: key.to_string(),
        owner: owner.to_string(),
        kind: kind.to_string(),
        slot,
    });
    ctx.emit(VotesEvent::OperatorUpdated {
        operator: key.to_string(),
        commission: commission.rate,
    });
    let operator = Operator {
        owner,
        kind,
        slot,
        signing_key,
        commission,
        commission_changed_at: ctx.now,
        metadata,
        standing: Standing::Unbonded,
        told: None,
        jailed_until: None,
        tombstoned: false,
        devices: 0,
        pool: Pool::default(),
        drawn: Uint128::zero(),
        indexed: Uint128::zero(),
        moved_in: Uint128::zero(),
        reward_index: Uint256::zero(),
        reward_rest: Uint256::zero(),
        rewards: Uint128::zero(),
        unclaimed_commission: Uint128::zero(),
        faults: 0,
    };
    refresh(ctx, &key, operator)
}

/// Changes what is given of an operator.
pub(crate) fn update(
    ctx: &mut Context<'_>,
    key: String,
    metadata: Option<Metadata>,
    signing_key: Option<HexBinary>,
) -> Result<(), ContractError> {
    let key = Addr::unchecked(key);
    let mut operator = state::operator(ctx.storage, &key)?;
    if let Some(metadata) = metadata {
        check_metadata(&metadata)?;
        operator.metadata = metadata;
    }
    if let Some(signing_key) = signing_key {
        check_key(&signing_key)?;
        operator.signing_key = signing_key;
    }
    save_updated(ctx, &key, &operator)
}

/// Changes the commission, either way by at most its `max_change` a period.
pub(crate) fn update_commission(
    ctx: &mut Context<'_>,
    key: String,
    rate: Decimal,
) -> Result<(), ContractError> {
    let key = Addr::unchecked(key);
    let mut operator = state::operator(ctx.storage, &key)?;
    let ready_at = operator
        .commission_changed_at
        .saturating_add(ctx.params.commission_period);
    if ctx.now < ready_at {
        return Err(Error::TooEarly {
            what: "the next change of the commission",
            ready_at,
            now: ctx.now,
        }
        .into());
    }
    let highest = operator.commission.max_rate.min(ctx.params.max_commission);
    part("commission.rate", rate, highest)?;
    // From what it takes: where the limit has come down below the old rate, that is
    // the limit.
    let change = rate.abs_diff(operator.commission.rate.min(highest));
    let most = operator.commission.max_change;
    part("the change of the commission", change, most)?;
    operator.commission.rate = rate;
    operator.commission_changed_at = ctx.now;
    save_updated(ctx, &key, &operator)
}

/// Lets a jailed operator work again.
pub(crate) fn unjail(ctx: &mut Context<'_>, key: String) -> Result<(), ContractError> {
    let key = Addr::unchecked(key);
    let mut operator = state::operator(ctx.storage, &key)?;
    if operator.tombstoned {
        return Err(ContractError::Tombstoned(key));
    }
    let ready_at = operator
        .jailed_until
        .ok_or_else(|| Error::Refused(format!("operator {key} is not jailed; nothing to do")))?;
    if ctx.now < ready_at {
        return Err(Error::TooEarly {
            what: "unjailing",
            ready_at,
            now: ctx.now,
        }
        .into());
    }
    operator.jailed_until = None;
    ctx.emit(VotesEvent::JailChanged {
        operator: key.to_string(),
        until: None,
    });
    refresh(ctx, &key, operator)
}

fn save_updated(
    ctx: &mut Context<'_>,
    key: &Addr,
    operator: &Operator,
) -> Result<(), ContractError> {
    OPERATORS.save(ctx.storage, key, operator)?;
    ctx.emit(VotesEvent::OperatorUpdated {
        operator: key.to_string(),
        commission: operator.commission.rate,
    });
    Ok(())
}

fn check_key(key: &HexBinary) -> Result<(), Error> {
    count("bytes of signing_key", key.len(), 32, 32)
}

fn check_metadata(metadata: &Metadata) -> Result<(), Error> {
    count("bytes of metadata.name", metadata.name.len(), 1, 100)?;
    count("bytes of metadata.url", metadata.url.len(), 0, 200)?;
    count("bytes of metadata.contact", metadata.contact.len(), 0, 200)
}
