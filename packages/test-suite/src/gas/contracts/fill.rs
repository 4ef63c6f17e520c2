//! Accounts by the thousand, through the contracts' own messages.

use anyhow::Result;
use compute_api::{
    oracle,
    votes::{self, Hook},
};
use cosmwasm_std::Uint128;

use super::{
    census::UNITS,
    params::{self, BOND},
    world::{COIN, DAY, World},
};
use crate::chain::address;

/// How many of each there are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    /// Miners, each with one device and its bond.
    pub(super) operators: u32,
    /// Issuers; operator `i` counts for issuer `i` and takes part in the censuses.
    pub(super) issuers: u32,
    /// Accounts with coins.
    pub(super) holders: u32,
    /// Accounts that vote for operator 0, one at least; some of their coins wait in its
    /// 22 unbonding pools.
    pub(super) voters: u32,
}

/// Coins that everybody votes with, and that a holder has.
pub(super) const PURSE: u128 = 1_234 * COIN;
/// Unbonding pools that an operator can have.
const POOLS: u32 = 22;

/// The hot key of an operator.
pub(super) fn operator(at: u32) -> String {
    address(&format!("operator {at}"))
}

/// Its owner.
pub(super) fn owner(at: u32) -> String {
    address(&format!("owner of operator {at}"))
}

/// An issuer's account.
pub(super) fn issuer(at: u32) -> String {
    address(&format!("issuer {at}"))
}

/// An account with coins.
pub(super) fn holder(at: u32) -> String {
    address(&format!("holder {at}"))
}

/// An account that votes for operator 0.
pub(super) fn voter(at: u32) -> String {
    address(&format!("voter {at}"))
}

impl World {
    /// A chain with so many accounts.
    pub(super) fn filled(sizes: Sizes) -> Result<Self> {
        let mut world = Self::new(params::census(16, 2))?;
        // Behind what votes holds, whoever it is booked to.
        let votes = world.contracts.votes.clone();
        world.endow(&votes, 10_000_000_000 * COIN)?;
        let market = world.contracts.market.clone();
        world.endow(&market, 1_000_000_000 * COIN)?;
        for at in 0..sizes.holders {
            world.endow(&holder(at), PURSE)?;
        }
        for at in 0..sizes.operators {
            world.operator(at)?;
        }
        for at in 0..sizes.issuers {
            world.issuer(at)?;
        }
        world.vote(sizes.voters)?;
        // In the first census there is nothing to compare a result with.
        for _ in 0..2 {
            world.census(0..sizes.issuers, UNITS)?;
        }
        world.settle();
        Ok(world)
    }

    /// An operator with bond and device.
    pub(super) fn operator(&mut self, at: u32) -> Result<()> {
        let key = operator(at);
        self.votes(&key, &params::registration(owner(at)))?;
        let hook = Hook::Bond {
            operator: key.clone(),
        };
        self.arrives(&owner(at), BOND, &hook)?;
        self.oracle(&key, &oracle::ExecuteMsg::DeclareDevices { devices: 1 })
    }

    /// An issuer with bond, commitment and, if there is one, its operator.
    pub(super) fn issuer(&mut self, at: u32) -> Result<()> {
        use oracle::ExecuteMsg as Msg;

        let (key, operator) = (issuer(at), operator(at));
        let admit = Msg::AdmitIssuer {
            issuer: key.clone(),
            identity: params::identity(),
        };
        self.oracle(&address("owner"), &admit)?;
        let post = self.to_oracle(&key, &Msg::PostBond { issuer: None })?;
        self.run(post.with(5_000_000_000))?;
        let commit = Msg::Commit {
            rate: Uint128::new(1_000_000),
            until: self.now() + 90 * DAY,
        };
        self.oracle(&key, &commit)?;
        let join = Msg::JoinIssuer {
            issuer: key.clone(),
        };
        self.oracle(
            &key,
            &Msg::InviteOperator {
                operator: operator.clone(),
            },
        )?;
        self.oracle(&operator, &join)
    }

    /// Voters of operator 0, some of whom take a part out on each of 22 days.
    fn vote(&mut self, voters: u32) -> Result<()> {
        let key = operator(0);
        let hook = Hook::Vote {
            operator: key.clone(),
        };
        for at in 0..voters {
            self.arrives(&voter(at), PURSE, &hook)?;
        }
        let unvote = votes::ExecuteMsg::Unvote {
            operator: key,
            amount: Some(Uint128::new(PURSE / 50)),
        };
        for day in 0..POOLS {
            if day > 0 {
                self.wait(DAY);
            }
            for at in (day % voters..voters).step_by(POOLS as usize) {
                self.votes(&voter(at), &unvote)?;
            }
        }
        Ok(())
    }
}
