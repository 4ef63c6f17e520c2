//! The gate that every coin comes through.

use compute_api::{
    coin::{self, Coin},
    oracle::{MintAllowanceResponse, MintLimit, Params, Pausable, events::OracleEvent},
};
use contract_kit::{bounds::within, wiring};
use cosmwasm_std::{DepsMut, Env, MessageInfo, Response, StdResult, Storage, Uint128};

use super::{bond, issuers, pauses::not_paused};
use crate::{
    ContractError, peg,
    reserve::{Scales, bounty_for, minted_lately},
    state::{CENSUSES, ISSUERS, Issuer, LAST_CENSUS, MINTED, Minted, PARAMS, PAUSES, PEG, TOTALS},
};

/// What every weighing of an issuer needs, loaded once.
pub(crate) struct Ground {
    pub(crate) now: u64,
    pub(crate) census: u32,
    pub(crate) opc: Uint128,
    pub(crate) target: Uint128,
    pub(crate) params: Params,
}

impl Ground {
    pub(crate) fn load(storage: &dyn Storage, env: &Env) -> StdResult<Self> {
        let now = env.block.time.seconds();
        let step = PEG.load(storage)?;
        Ok(Self {
            now,
            census: LAST_CENSUS.load(storage)?,
            opc: peg::opc_at(&step, now)?,
            target: step.target,
            params: PARAMS.load(storage)?,
        })
    }

    pub(crate) fn scales(&self) -> Scales<'_> {
        Scales {
            now: self.now,
            census: self.census,
            opc: self.opc,
            target: self.target,
            params: &self.params.reserve,
        }
    }

    /// Whether the last census is too old to mint by, or there has been none.
    pub(crate) fn is_stale(&self, storage: &dyn Storage) -> StdResult<bool> {
        let Some(last) = CENSUSES.may_load(storage, self.census)? else {
            return Ok(true);
        };
        let until = last
            .round_time
            .saturating_add(self.params.reserve.census_max_age);
        Ok(self.now > until)
    }

    /// What an issuer can mint in this block, and what keeps it from more.
    pub(crate) fn allowance(
        &self,
        storage: &dyn Storage,
        issuer: &Issuer,
    ) -> StdResult<MintAllowanceResponse> {
        let scales = self.scales();
        let room = |cap: Uint128| cap.saturating_sub(issuer.outstanding);
        let by_backing = room(scales.cap_by_backing(issuer)?);
        let by_bond = room(scales.cap_by_bond(issuer.staying())?);
        let reserve = &self.params.reserve;
        let lately = minted_lately(reserve, &MINTED.load(storage)?, self.now)?;
        let by_rate = reserve.mint_limit.saturating_sub(lately);
        let (mut amount, mut limited_by) = (by_backing, MintLimit::Backing);
        for (room, limit) in [(by_bond, MintLimit::Bond), (by_rate, MintLimit::Rate)] {
            if room < amount {
                (amount, limited_by) = (room, limit);
            }
        }
        let closed = if PAUSES.load(storage)?.mint > self.now {
            Some(MintLimit::Paused)
        } else if self.is_stale(storage)? {
            Some(MintLimit::StaleCensus)
        } else if issuer.curing_until.is_some() {
            Some(MintLimit::Curing)
        } else {
            None
        };
        if let Some(closed) = closed {
            (amount, limited_by) = (Uint128::zero(), closed);
        }
        Ok(MintAllowanceResponse {
            amount,
            limited_by,
            by_backing,
            by_bond,
            by_rate,
        })
    }

    /// Refuses an amount that the gate does not let through. `limit` is what all
    /// issuers together can still mint, where that counts.
    fn gate(
        &self,
        storage: &dyn Storage,
        issuer: &Issuer,
        amount: Uint128,
        mints: bool,
    ) -> Result<(), ContractError> {
        if amount.is_zero() {
            return Err(ContractError::Zero);
        }
        not_paused(storage, self.now, Pausable::Mint)?;
        if self.is_stale(storage)? {
            return Err(ContractError::Refused(format!(
                "no census has closed whose round is at most {} s old: the gate opens with the \
                 next one",
                self.params.reserve.census_max_age
            )));
        }
        if let Some(until) = issuer.curing_until {
            return Err(ContractError::Refused(format!(
                "the issuer is marked as short until {until}: mend that, then send cure"
            )));
        }
        let room = self.allowance(storage, issuer)?;
        let bounds = [
            ("amount, by backing,", room.by_backing, true),
            ("amount, by bond,", room.by_bond, true),
            (
                "amount, by what all issuers mint in a period,",
                room.by_rate,
                mints,
            ),
        ];
        for (what, room, counts) in bounds {
            if counts {
                within(what, amount, Uint128::one(), room)?;
            }
        }
        Ok(())
    }
}

/// Mints coins.
pub(crate) fn mint(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    recipient: String,
    amount: Uint128,
) -> Result<Response, ContractError> {
    let recipient = deps.api.addr_validate(&recipient)?;
    let mut issuer = issuers::load(deps.storage, &info.sender)?;
    let ground = Ground::load(deps.storage, &env)?;
    ground.gate(deps.storage, &issuer, amount, true)?;

    issuer.outstanding = issuer.outstanding.checked_add(amount)?;
    ISSUERS.save(deps.storage, &info.sender, &issuer)?;
    let mut totals = TOTALS.load(deps.storage)?;
    totals.outstanding = totals.outstanding.checked_add(amount)?;
    TOTALS.save(deps.storage, &totals)?;
    let minted = MINTED.load(deps.storage)?;
    let lately = minted_lately(&ground.params.reserve, &minted, ground.now)?;
    let minted = Minted {
        level: lately.checked_add(amount)?,
        at: ground.now,
    };
    MINTED.save(deps.storage, &minted)?;

    let coin = Coin::new(wiring::contracts(deps.storage)?.coin);
    let mint = coin.execute(&coin::ExecuteMsg::Mint {
        recipient: recipient.to_string(),
        amount,
    })?;
    Ok(Response::new()
        .add_message(mint)
        .add_event(OracleEvent::Minted {
            issuer: info.sender.into(),
            recipient: recipient.into(),
            amount,
            outstanding: issuer.outstanding,
        }))
}

/// Takes over orphans and their part of the bounty. Nothing is minted, so what all
/// issuers mint in a period does not bound it. Who has defaulted of late leaves them
/// to others.
pub(crate) fn assume(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    amount: Uint128,
) -> Result<Response, ContractError> {
    let mut issuer = issuers::load(deps.storage, &info.sender)?;
    let ground = Ground::load(deps.storage, &env)?;
    ground.gate(deps.storage, &issuer, amount, false)?;
    let mut totals = TOTALS.load(deps.storage)?;
    within("amount of orphans", amount, Uint128::one(), totals.orphan)?;
    let reserve = &ground.params.reserve;
    let free_at = issuer
        .defaulted_at
        .map(|at| at.saturating_add(reserve.horizon));
    if let Some(free_at) = free_at.filter(|free_at| ground.now < *free_at) {
        return Err(ContractError::Refused(format!(
            "{} has defaulted: until {free_at} others take over what is orphaned",
            info.sender
        )));
    }
    let paid = bounty_for(reserve, totals.bounty, totals.orphan, amount)?;

    issuer.outstanding = issuer.outstanding.checked_add(amount)?;
    ISSUERS.save(deps.storage, &info.sender, &issuer)?;
    totals.outstanding = totals.outstanding.checked_add(amount)?;
    totals.orphan = totals.orphan.checked_sub(amount)?;
    totals.bounty = totals.bounty.checked_sub(paid)?;
    TOTALS.save(deps.storage, &totals)?;

    let mut response = Response::new();
    if !paid.is_zero() {
        response = response.add_message(bond::pay(deps.storage, &info.sender, paid)?);
    }
    Ok(response.add_event(OracleEvent::Assumed {
        issuer: info.sender.into(),
        amount,
        paid,
        outstanding: issuer.outstanding,
        orphan: totals.orphan,
        bounty: totals.bounty,
    }))
}
