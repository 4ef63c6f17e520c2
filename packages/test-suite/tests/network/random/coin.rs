//! The coin, in the hands of its holders.

use compute_api::{coin::ExecuteMsg, votes::Hook};
use cosmwasm_std::{Addr, Binary, Uint128, to_json_binary};
use cw20::{Expiration, Logo};

use super::walk::Walk;

impl Walk {
    pub(crate) fn coins(&mut self) {
        let sender = self.rich();
        let (from, to) = (self.anybody(), self.anybody());
        let votes = self.net.contracts.votes.to_string();
        let oracle = self.net.contracts.oracle.to_string();
        let amount = Uint128::new(self.amount(self.net.balance(&sender) / 16));
        let recipient = to.to_string();
        match self.random.below(24) {
            0..=3 => {
                let _ = self
                    .net
                    .coin(&sender, &ExecuteMsg::Transfer { recipient, amount });
            }
            4 => {
                // Lost, but counted.
                let market = self.net.contracts.market.to_string();
                let recipient = self.pick(&[votes, oracle, market]);
                let amount = Uint128::new(self.random.below(10).into());
                let _ = self
                    .net
                    .coin(&sender, &ExecuteMsg::Transfer { recipient, amount });
            }
            5 => {
                let amount = amount / Uint128::new(4);
                let _ = self.net.coin(&sender, &ExecuteMsg::Burn { amount });
            }
            6..=9 => self.allowance(),
            10..=12 => {
                let (owner, from) = self.grant(from);
                let amount = self.of_grant(&owner, amount);
                let owner = owner.to_string();
                let msg = ExecuteMsg::TransferFrom {
                    owner,
                    recipient,
                    amount,
                };
                let _ = self.net.coin(&from, &msg);
            }
            13 | 14 => {
                let (owner, from) = self.grant(from);
                let amount = self.of_grant(&owner, amount);
                let owner = owner.to_string();
                let _ = self
                    .net
                    .coin(&from, &ExecuteMsg::BurnFrom { owner, amount });
            }
            15..=17 => {
                let (owner, from) = self.grant(from);
                let amount = self.of_grant(&owner, amount);
                let operator = self.operator().key.to_string();
                let msg = ExecuteMsg::SendFrom {
                    owner: owner.to_string(),
                    contract: votes,
                    amount,
                    msg: to_json_binary(&Hook::Vote { operator }).unwrap(),
                };
                let _ = self.net.coin(&from, &msg);
            }
            18 => {
                let contract = if self.one_in(2) { votes } else { oracle };
                let msg = Binary::from(b"{\"what\":{}}");
                let send = ExecuteMsg::Send {
                    contract,
                    amount,
                    msg,
                };
                self.net.coin(&sender, &send).unwrap_err();
            }
            19 => {
                let mint = ExecuteMsg::Mint { recipient, amount };
                self.net.coin(&from, &mint).unwrap_err();
                let retire = ExecuteMsg::Retire { amount };
                self.net.coin(&sender, &retire).unwrap_err();
                let new_minter = Some(from.to_string());
                let take = ExecuteMsg::UpdateMinter { new_minter };
                self.net.coin(&from, &take).unwrap_err();
            }
            _ => {
                let marketing = self.net.owner.clone();
                let sender = self.sender(&marketing);
                let msg = match self.random.below(2) {
                    0 => ExecuteMsg::UploadLogo(Logo::Url("https://example.org".to_owned())),
                    _ => ExecuteMsg::UpdateMarketing {
                        project: Some("https://example.org".to_owned()),
                        description: None,
                        marketing: None,
                    },
                };
                let _ = self.net.coin(&sender, &msg);
            }
        }
    }

    /// Somebody's coins and who may use them; now and then who may not.
    fn grant(&mut self, other: Addr) -> (Addr, Addr) {
        let grants = self.grants.clone();
        if grants.is_empty() || self.one_in(10) {
            return (self.rich(), other);
        }
        self.pick(&grants)
    }

    fn of_grant(&mut self, owner: &Addr, amount: Uint128) -> Uint128 {
        let there = self.net.balance(owner) / 32;
        amount.min(Uint128::new(there.max(1)))
    }

    fn allowance(&mut self) {
        let lowers = self.one_in(3);
        let spender = self.anybody();
        let rich = self.rich();
        let (owner, spender) = match lowers {
            true => self.grant(spender),
            false => (rich, spender),
        };
        self.grants.push((owner.clone(), spender.clone()));
        let spender = spender.to_string();
        let amount = Uint128::new(self.amount(self.net.balance(&owner) / 2));
        let expires = match self.random.below(4) {
            0 => Some(Expiration::AtHeight(
                self.net.height() + self.random.below(400),
            )),
            _ => None,
        };
        let msg = match lowers {
            true => ExecuteMsg::DecreaseAllowance {
                spender,
                amount: amount / Uint128::new(4),
                expires,
            },
            false => ExecuteMsg::IncreaseAllowance {
                spender,
                amount,
                expires,
            },
        };
        let _ = self.net.coin(&owner, &msg);
    }
}
