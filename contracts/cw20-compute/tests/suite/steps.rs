//! Random messages, with amounts and times that hurt.

use compute_api::coin::ExecuteMsg;
use cosmwasm_std::{Addr, BlockInfo, Storage};
use cw_ownable::Action;
use cw20::{Expiration, Logo};
use cw20_base::state::{ALLOWANCES, BALANCES};
use cw20_compute::state;
use test_suite::scale::Random;

use crate::world::{
    BLOCK, Then, World, burn, burn_from, coins, decrease, increase, mint, retire, send, send_from,
    transfer, transfer_from,
};

/// Who takes part.
pub(crate) struct Crowd {
    /// Everybody, the following ones among them.
    pub(crate) accounts: Vec<Addr>,
    pub(crate) owner: Addr,
    pub(crate) oracle: Addr,
    pub(crate) receiver: Addr,
}

pub(crate) fn pick<'a, T>(random: &mut Random, all: &'a [T]) -> &'a T {
    &all[usize::try_from(random.below(all.len() as u64)).unwrap()]
}

impl Crowd {
    pub(crate) fn of(world: &World) -> Self {
        let (owner, oracle) = (world.owner.clone(), world.contracts.oracle.clone());
        let receiver = world.receiver.clone();
        let mut accounts = vec![owner.clone(), oracle.clone(), receiver.clone()];
        accounts.extend(["alice", "bob", "carol"].map(|name| world.account(name)));
        Self {
            accounts,
            owner,
            oracle,
            receiver,
        }
    }

    /// The next message, and who sends it.
    pub(crate) fn step(
        &self,
        random: &mut Random,
        storage: &dyn Storage,
        block: &BlockInfo,
    ) -> (Addr, ExecuteMsg) {
        let mut who = || pick(random, &self.accounts).clone();
        let (sender, owner, other) = (who(), who(), who());
        // Mostly the one that may, else nothing would happen.
        let oracle = if random.below(8) == 0 {
            sender.clone()
        } else {
            self.oracle.clone()
        };
        let held = |account: &Addr| {
            let balance = BALANCES.may_load(storage, account).unwrap();
            balance.unwrap_or_default().u128()
        };
        let given = |owner: &Addr, spender: &Addr| {
            let allowance = ALLOWANCES.may_load(storage, (owner, spender)).unwrap();
            allowance.map_or(0, |allowance| allowance.allowance.u128())
        };
        // Mostly the one that can, likewise.
        let contract = if random.below(8) == 0 {
            other.clone()
        } else {
            self.receiver.clone()
        };
        let then = *pick(
            random,
            &[Then::Keep, Then::Keep, Then::Refuse, Then::Return],
        );
        let own = amount(random, held(&sender));
        let usable = held(&owner).min(given(&owner, &sender));
        let from = amount(random, usable);
        match random.below(100) {
            0..=13 => {
                let now = state::supply(storage).unwrap();
                let room = u128::MAX - now.supply.u128() - now.forgiven.u128();
                let amount = match random.below(60) {
                    0 => room,
                    1 => room.saturating_add(1),
                    2 => u128::MAX,
                    _ => u128::from(random.below(1_000)),
                };
                (oracle, mint(&other, amount))
            }
            14..=29 => (sender, transfer(&other, own)),
            30..=34 => (sender, burn(own)),
            35..=43 => (sender, send(&contract, own, then)),
            44..=58 => {
                let amount = match random.below(30) {
                    0 => u128::MAX,
                    1 => u128::MAX - given(&sender, &other),
                    _ => u128::from(random.below(1_000)),
                };
                let expires = expiry(random, block);
                (sender, increase(&other, amount, expires))
            }
            59..=65 => {
                let amount = amount(random, given(&sender, &other));
                let expires = expiry(random, block);
                (sender, decrease(&other, amount, expires))
            }
            66..=77 => (sender, transfer_from(&owner, &other, from)),
            78..=82 => (sender, burn_from(&owner, from)),
            83..=89 => (sender, send_from(&owner, &contract, from, then)),
            90..=93 => {
                let amount = amount(random, held(&oracle));
                (oracle, retire(amount))
            }
            94 => {
                let new_minter = Some(other.to_string());
                (sender, ExecuteMsg::UpdateMinter { new_minter })
            }
            95 => (sender, self.ownership(random, &other)),
            96 => {
                let marketing = ExecuteMsg::UpdateMarketing {
                    project: Some("project".into()),
                    description: None,
                    marketing: None,
                };
                (sender, marketing)
            }
            97 => (sender, ExecuteMsg::UploadLogo(Logo::Url("url".into()))),
            98 => (sender, self.activate()),
            _ => {
                let recipient = "nobody".into();
                let amount = coins(own);
                (sender, ExecuteMsg::Transfer { recipient, amount })
            }
        }
    }

    fn ownership(&self, random: &mut Random, other: &Addr) -> ExecuteMsg {
        let offer = Action::TransferOwnership {
            new_owner: other.to_string(),
            expiry: None,
        };
        ExecuteMsg::UpdateOwnership(match random.below(10) {
            0..=5 => offer,
            6..=8 => Action::AcceptOwnership,
            _ => Action::RenounceOwnership,
        })
    }

    fn activate(&self) -> ExecuteMsg {
        let address = |place: usize| self.accounts[place].to_string();
        ExecuteMsg::Activate {
            contracts: compute_api::Contracts {
                coin: address(0),
                oracle: address(1),
                votes: address(2),
                market: address(3),
            },
        }
    }
}

/// Something of what there is; or nothing, all of it, more, or the most there is.
fn amount(random: &mut Random, has: u128) -> u128 {
    match random.below(24) {
        0 => 0,
        1 => has.saturating_add(1),
        2 => u128::MAX,
        3..=4 => has,
        _ if has < 1_000 => u128::from(random.below(1 + u64::try_from(has).unwrap())),
        _ => u128::from(random.below(1_000)),
    }
}

/// None, soon, or over already.
fn expiry(random: &mut Random, block: &BlockInfo) -> Option<Expiration> {
    let blocks = random.below(40);
    match random.below(8) {
        0..=2 => Some(Expiration::AtHeight(block.height + blocks)),
        3..=5 => Some(Expiration::AtTime(block.time.plus_seconds(blocks * BLOCK))),
        6 => Some(Expiration::Never {}),
        _ => None,
    }
}
