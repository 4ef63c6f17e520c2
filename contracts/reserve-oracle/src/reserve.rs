//! What stands behind an issuer's coins: what the rules of the reserve compute.
//! Every division rounds against the issuer.

use compute_api::{
    coin::MICRO,
    oracle::{IssuerBacking, ReserveParams},
};
use cosmwasm_std::{Addr, StdResult, Uint128, Uint256};

use crate::{
    params::BPS,
    state::{Counted, Issuer, Minted, Operator},
};

/// The moment and the measures that an issuer is weighed by.
#[derive(Clone, Copy, Debug)]
pub struct Scales<'a> {
    /// Block time.
    pub now: u64,
    /// The last census that counts.
    pub census: u32,
    /// Ops in one coin, now.
    pub opc: Uint128,
    /// Ops in one coin when the glide is over.
    pub target: Uint128,
    /// The rules.
    pub params: &'a ReserveParams,
}

impl Scales<'_> {
    /// E: ops per second that are both committed and proven.
    #[must_use]
    pub fn effective(&self, issuer: &Issuer) -> Uint128 {
        if issuer.until <= self.now {
            return Uint128::zero();
        }
        issuer.committed.min(issuer.proven.of(self.census))
    }

    /// B: ops that back an issuer's coins, until its commitment ends or the horizon.
    ///
    /// # Errors
    /// If that leaves 128 bits.
    pub fn backing(&self, issuer: &Issuer) -> StdResult<Uint128> {
        let seconds = issuer.until.saturating_sub(self.now);
        let seconds = seconds.min(self.params.horizon);
        Ok(self.effective(issuer).checked_mul(seconds.into())?)
    }

    /// The micro-coins that an issuer's backing allows to be outstanding after a
    /// mint: at the dearer of today's and the target's ops, with the margin.
    ///
    /// # Errors
    /// As [`Self::backing`].
    pub fn cap_by_backing(&self, issuer: &Issuer) -> StdResult<Uint128> {
        let ops = self.opc.max(self.target);
        let margin = u64::from(BPS).saturating_add(self.params.margin_bps.into());
        let ops = Uint256::from(ops).checked_mul(margin.into())?;
        let backing = self.backing(issuer)?.full_mul(MICRO);
        let coins = backing.checked_mul(BPS.into())?.checked_div(ops)?;
        Ok(Uint128::try_from(coins).unwrap_or(Uint128::MAX))
    }

    /// The micro-coins that a bond allows to be outstanding.
    ///
    /// # Errors
    /// For a bond per coin of 0; never for validated parameters.
    pub fn cap_by_bond(&self, bond: Uint128) -> StdResult<Uint128> {
        let coins = bond.full_mul(MICRO);
        let coins = coins.checked_div(self.params.bond_per_coin.amount.into())?;
        Ok(Uint128::try_from(coins).unwrap_or(Uint128::MAX))
    }

    /// The bond that so many micro-coins ask for, rounded up.
    ///
    /// # Errors
    /// None that can happen.
    pub fn bond_for(&self, amount: Uint128) -> StdResult<Uint256> {
        let product = amount.full_mul(self.params.bond_per_coin.amount);
        div_up(product, Uint256::from(MICRO))
    }

    /// The micro-coins that are outstanding and not backed at today's ops.
    ///
    /// # Errors
    /// As [`Self::backing`].
    pub fn short(&self, issuer: &Issuer) -> StdResult<Uint128> {
        let backed = self.backing(issuer)?.full_mul(MICRO);
        let backed = backed.checked_div(self.opc.into())?;
        let backed = Uint128::try_from(backed).unwrap_or(Uint128::MAX);
        Ok(issuer.outstanding.saturating_sub(backed))
    }

    /// All that is public of an issuer.
    ///
    /// # Errors
    /// As [`Self::backing`].
    pub fn describe(&self, key: Addr, issuer: &Issuer) -> StdResult<IssuerBacking> {
        Ok(IssuerBacking {
            issuer: key,
            outstanding: issuer.outstanding,
            committed: issuer.committed,
            until: issuer.until,
            proven: issuer.proven.of(self.census),
            effective: self.effective(issuer),
            backing: self.backing(issuer)?,
            bond: issuer.bond,
            leaving: issuer.leaving,
            bond_cap: self.cap_by_bond(issuer.staying())?,
            short: self.short(issuer)?,
            curing_until: issuer.curing_until,
        })
    }
}

/// What is in the bucket of minted coins at `now`: it leaks by the limit in each
/// period, rounded down.
///
/// # Errors
/// For a period of 0; never for validated parameters.
pub fn minted_lately(params: &ReserveParams, minted: &Minted, now: u64) -> StdResult<Uint128> {
    let elapsed = now.saturating_sub(minted.at);
    let leaked = params.mint_limit.full_mul(Uint128::from(elapsed));
    let leaked = leaked.checked_div(params.mint_period.into())?;
    let leaked = Uint128::try_from(leaked).unwrap_or(Uint128::MAX);
    Ok(minted.level.saturating_sub(leaked))
}

/// What an assumed amount is paid of the bounty: its part of what waits, and never
/// more than the bond that these coins asked for. What slashes have put there beyond
/// that waits for a default that no bond covers, so that nobody can win it by one of
/// a single coin. Rounded down.
///
/// # Errors
/// For no orphans.
pub fn bounty_for(
    params: &ReserveParams,
    bounty: Uint128,
    orphan: Uint128,
    amount: Uint128,
) -> StdResult<Uint128> {
    let part = bounty.full_mul(amount).checked_div(orphan.into())?;
    let bond = amount
        .full_mul(params.bond_per_coin.amount)
        .checked_div(MICRO.into())?;
    Ok(part.min(bond).try_into()?)
}

/// An operator's share of what its issuer has free of its bond: by what both have
/// proven in the last census. This much of it can be counted on; rounded down.
///
/// # Errors
/// None that can happen.
pub fn bond_share(
    census: u32,
    key: &Addr,
    operator: &Operator,
    issuer: &Issuer,
) -> StdResult<Uint128> {
    let counted = operator
        .counted
        .iter()
        .find(|x| x.census == census && in_sum(x, key));
    let counted = counted.map_or(Uint128::zero(), |counted| counted.rate);
    let proven = issuer.proven.of(census);
    if counted.is_zero() | proven.is_zero() {
        return Ok(Uint128::zero());
    }
    let share = issuer.staying().full_mul(counted);
    Ok(share
        .checked_div(proven.into())?
        .min(issuer.bond.into())
        .try_into()?)
}

/// An operator's share of its issuer's whole bond when it is punished; rounded up,
/// and never less than [`bond_share`]. It goes by the best that the operator has
/// proven of late, beside the most that the issuer's operators have: so neither who
/// falls silent, nor who is jailed or has left before the proof comes, answers for
/// less.
///
/// # Errors
/// None that can happen.
pub fn punished_share(
    census: u32,
    key: &Addr,
    operator: &Operator,
    issuer: &Issuer,
) -> StdResult<Uint128> {
    let best = operator.results.iter().map(|result| result.rate).max();
    let best = best.unwrap_or_default();
    let proven = &issuer.proven;
    let mut sums = operator.counted.iter().filter(|x| in_sum(x, key));
    let most = proven.latest.rate.max(proven.earlier.rate);
    let all = match sums.clone().next() {
        None => most.saturating_add(best),
        Some(_) if sums.any(|x| x.census == census) => proven.of(census),
        Some(_) => most,
    };
    if best.is_zero() {
        return Ok(Uint128::zero());
    }
    let share = div_up(issuer.bond.full_mul(best), all.max(best).into())?;
    Ok(share.try_into()?)
}

fn in_sum(counted: &Counted, issuer: &Addr) -> bool {
    counted.issuer.as_ref() == Some(issuer)
}

/// `a / b`, rounded up.
///
/// # Errors
/// For a divisor of 0.
pub fn div_up(a: Uint256, b: Uint256) -> StdResult<Uint256> {
    let down = a.checked_div(b)?;
    if a.checked_rem(b)?.is_zero() {
        return Ok(down);
    }
    Ok(down.checked_add(Uint256::one())?)
}
