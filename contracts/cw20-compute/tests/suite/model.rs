//! What the coin should do, in the simplest words: a table of coins, a table of
//! allowances, three numbers. Nothing of cw20-base is in it.

use std::collections::BTreeMap;

use compute_api::coin::ExecuteMsg;
use cosmwasm_std::{Addr, Binary, BlockInfo, from_json};
use cw_ownable::Action;
use cw20::Expiration;

use crate::{steps::Crowd, world::Then};

#[derive(Clone, Default)]
pub(crate) struct Model {
    pub(crate) coins: BTreeMap<Addr, u128>,
    pub(crate) allowances: BTreeMap<(Addr, Addr), (u128, Expiration)>,
    pub(crate) forgiven: u128,
    /// What was minted less what was retired.
    pub(crate) owed: u128,
    owner: Option<Addr>,
    pending: Option<Addr>,
}

pub(crate) fn over(expires: Expiration, block: &BlockInfo) -> bool {
    match expires {
        Expiration::AtHeight(height) => height <= block.height,
        Expiration::AtTime(time) => time <= block.time,
        Expiration::Never {} => false,
    }
}

impl Model {
    pub(crate) fn new(owner: &Addr) -> Self {
        Self {
            owner: Some(owner.clone()),
            ..Self::default()
        }
    }

    /// What an account has.
    pub(crate) fn has(&self, account: &Addr) -> u128 {
        self.coins.get(account).copied().unwrap_or_default()
    }

    /// What exists.
    pub(crate) fn supply(&self) -> u128 {
        self.coins.values().sum()
    }

    /// Does what a message says; `false` where it has to be refused.
    pub(crate) fn step(
        &mut self,
        crowd: &Crowd,
        block: &BlockInfo,
        sender: &Addr,
        msg: &ExecuteMsg,
    ) -> bool {
        let mut after = self.clone();
        let done = after.attempt(crowd, block, sender, msg).is_some();
        if done {
            *self = after;
        }
        done
    }

    fn attempt(
        &mut self,
        crowd: &Crowd,
        block: &BlockInfo,
        sender: &Addr,
        msg: &ExecuteMsg,
    ) -> Option<()> {
        let known = |name: &String| {
            crowd
                .accounts
                .iter()
                .find(|account| account.as_str() == name)
        };
        match msg {
            ExecuteMsg::Mint { recipient, amount } => {
                when(*sender == crowd.oracle)?;
                self.owed = self.owed.checked_add(amount.u128())?;
                self.give(known(recipient)?, amount.u128())
            }
            ExecuteMsg::Retire { amount } => {
                when(*sender == crowd.oracle)?;
                self.take(sender, amount.u128())?;
                self.owed = self.owed.checked_sub(amount.u128())?;
                Some(())
            }
            ExecuteMsg::Transfer { recipient, amount } => {
                self.take(sender, amount.u128())?;
                self.give(known(recipient)?, amount.u128())
            }
            ExecuteMsg::TransferFrom {
                owner,
                recipient,
                amount,
            } => {
                let owner = known(owner)?;
                self.spend(block, owner, sender, amount.u128())?;
                self.take(owner, amount.u128())?;
                self.give(known(recipient)?, amount.u128())
            }
            ExecuteMsg::Send {
                contract,
                amount,
                msg,
            } => {
                self.take(sender, amount.u128())?;
                self.receive(crowd, known(contract)?, sender, amount.u128(), msg)
            }
            ExecuteMsg::SendFrom {
                owner,
                contract,
                amount,
                msg,
            } => {
                let owner = known(owner)?;
                self.spend(block, owner, sender, amount.u128())?;
                self.take(owner, amount.u128())?;
                self.receive(crowd, known(contract)?, sender, amount.u128(), msg)
            }
            ExecuteMsg::Burn { amount } => {
                self.take(sender, amount.u128())?;
                self.forgiven = self.forgiven.checked_add(amount.u128())?;
                Some(())
            }
            ExecuteMsg::BurnFrom { owner, amount } => {
                let owner = known(owner)?;
                self.spend(block, owner, sender, amount.u128())?;
                self.take(owner, amount.u128())?;
                self.forgiven = self.forgiven.checked_add(amount.u128())?;
                Some(())
            }
            ExecuteMsg::IncreaseAllowance {
                spender,
                amount,
                expires,
            } => {
                let pair = (sender.clone(), known(spender)?.clone());
                when(pair.0 != pair.1)?;
                when(!expires.is_some_and(|expires| over(expires, block)))?;
                let living = self.allowances.get(&pair);
                let living = living.filter(|(_, until)| !over(*until, block));
                let (has, until) = living.copied().unwrap_or((0, Expiration::Never {}));
                let more = has.checked_add(amount.u128())?;
                self.allowances
                    .insert(pair, (more, expires.unwrap_or(until)));
                Some(())
            }
            ExecuteMsg::DecreaseAllowance {
                spender,
                amount,
                expires,
            } => {
                let pair = (sender.clone(), known(spender)?.clone());
                let (has, until) = self.allowances.remove(&pair)?;
                if !over(until, block) && has > amount.u128() {
                    when(!expires.is_some_and(|expires| over(expires, block)))?;
                    let less = has - amount.u128();
                    self.allowances
                        .insert(pair, (less, expires.unwrap_or(until)));
                }
                Some(())
            }
            ExecuteMsg::UpdateOwnership(action) => self.hand_over(sender, action),
            // Its account is the first owner, whoever owns the contract now.
            ExecuteMsg::UpdateMarketing { .. } | ExecuteMsg::UploadLogo(_) => {
                when(*sender == crowd.owner)
            }
            ExecuteMsg::UpdateMinter { .. } | ExecuteMsg::Activate { .. } => None,
        }
    }

    fn take(&mut self, account: &Addr, amount: u128) -> Option<()> {
        let has = self.coins.entry(account.clone()).or_default();
        *has = has.checked_sub(amount)?;
        Some(())
    }

    fn give(&mut self, account: &Addr, amount: u128) -> Option<()> {
        let has = self.coins.entry(account.clone()).or_default();
        *has = has.checked_add(amount)?;
        Some(())
    }

    fn spend(
        &mut self,
        block: &BlockInfo,
        owner: &Addr,
        spender: &Addr,
        amount: u128,
    ) -> Option<()> {
        let pair = (owner.clone(), spender.clone());
        let (has, until) = self.allowances.get_mut(&pair)?;
        when(!over(*until, block))?;
        *has = has.checked_sub(amount)?;
        Some(())
    }

    /// The receiver alone is a contract.
    fn receive(
        &mut self,
        crowd: &Crowd,
        contract: &Addr,
        sender: &Addr,
        amount: u128,
        msg: &Binary,
    ) -> Option<()> {
        when(*contract == crowd.receiver)?;
        match from_json(msg).unwrap() {
            Then::Keep => self.give(contract, amount),
            Then::Refuse => None,
            Then::Return => self.give(sender, amount),
        }
    }

    fn hand_over(&mut self, sender: &Addr, action: &Action) -> Option<()> {
        match action {
            Action::AcceptOwnership => {
                when(self.pending.as_ref() == Some(sender))?;
                self.owner = self.pending.take();
            }
            Action::TransferOwnership { new_owner, .. } => {
                when(self.owner.as_ref() == Some(sender))?;
                self.pending = Some(Addr::unchecked(new_owner));
            }
            Action::RenounceOwnership => {
                when(self.owner.as_ref() == Some(sender))?;
                (self.owner, self.pending) = (None, None);
            }
        }
        Some(())
    }
}

fn when(holds: bool) -> Option<()> {
    holds.then_some(())
}
