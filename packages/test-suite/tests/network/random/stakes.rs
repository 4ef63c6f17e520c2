//! Bonds, votes, rewards and faults, some of which a market has made up.

use compute_api::votes::{ExecuteMsg, Fault, Hook, Payment, Standing};
use cosmwasm_std::{Decimal, Uint128};
use test_suite::network::{
    Operator,
    defaults::{COIN, metadata},
};

use super::walk::Walk;

impl Walk {
    pub(crate) fn stakes(&mut self) {
        match self.random.below(40) {
            0..=8 => self.vote(),
            9..=11 => self.bond(),
            12..=17 => self.leave(),
            18..=21 => self.revote(),
            22..=25 => self.claims(),
            26..=29 => self.rewards(),
            30..=32 => self.fault(),
            33 => self.unjail(),
            34 | 35 => self.collect(),
            36 => self.protection(),
            _ => self.operators_papers(),
        }
    }

    fn vote(&mut self) {
        let operator = self.operator();
        let voter = self.rich_or_any();
        let amount = self.amount(self.net.balance(&voter) / 8);
        let hook = match self.random.below(30) {
            0 => Hook::Bond {
                operator: operator.key.to_string(),
            },
            1 => Hook::Vote {
                operator: "nobody".to_owned(),
            },
            _ => Hook::Vote {
                operator: operator.key.to_string(),
            },
        };
        let _ = self.net.pay_votes(&voter, amount, &hook);
    }

    fn rich_or_any(&mut self) -> cosmwasm_std::Addr {
        match self.random.below(3) {
            0 => self.rich(),
            _ => {
                let holders = self.holders.clone();
                self.pick(&holders)
            }
        }
    }

    fn bond(&mut self) {
        let operator = self.operator();
        if self.net.balance(&operator.owner) < 25 * COIN {
            self.feed(&operator.owner);
        }
        let amount = self.amount(self.net.balance(&operator.owner) / 2);
        let hook = Hook::Bond {
            operator: operator.key.to_string(),
        };
        let sender = self.sender(&operator.owner);
        let _ = self.net.pay_votes(&sender, amount, &hook);
    }

    fn leave(&mut self) {
        let operator = self.operator();
        let holders = self.holders.clone();
        let owner = self.one_in(4);
        let voter = if owner {
            operator.owner.clone()
        } else {
            self.pick(&holders)
        };
        let worth = self.net.worth(&voter, &operator.key);
        let amount = (!self.one_in(5)).then(|| Uint128::new(self.amount(worth / 3)));
        let operator = operator.key.to_string();
        let msg = if owner {
            ExecuteMsg::Unbond { operator, amount }
        } else {
            ExecuteMsg::Unvote { operator, amount }
        };
        let sender = self.sender(&voter);
        let _ = self.net.votes(&sender, &msg);
    }

    fn revote(&mut self) {
        let (from, to) = (self.operator(), self.operator());
        let holders = self.holders.clone();
        let voter = self.pick(&holders);
        let worth = self.net.worth(&voter, &from.key);
        let amount = (!self.one_in(3)).then(|| Uint128::new(self.amount(worth / 2)));
        let msg = ExecuteMsg::Revote {
            from: from.key.to_string(),
            to: to.key.to_string(),
            amount,
        };
        let _ = self.net.votes(&voter, &msg);
    }

    fn claims(&mut self) {
        let who = self.anybody();
        let limit = (!self.one_in(3)).then_some(3);
        let _ = self.net.votes(&who, &ExecuteMsg::Claim { limit });
        let operators = self.operators();
        let keys = operators.iter().map(|operator| operator.key.to_string());
        let operators = keys.collect();
        let _ = self
            .net
            .votes(&who, &ExecuteMsg::ClaimRewards { operators });
    }

    fn rewards(&mut self) {
        let market = self.net.contracts.market.clone();
        let all = self.stray(8);
        let count = u128::from(1 + self.random.below(5));
        let mut payments = Vec::new();
        for _ in 0..count {
            payments.push(Payment {
                operator: self.operator().key.to_string(),
                amount: Uint128::new(all / (count + 1)),
            });
        }
        let sender = self.sender(&market);
        let _ = self
            .net
            .pay_votes(&sender, all, &Hook::Distribute { payments });
        let operator = self.operator();
        let sender = self.sender(&operator.owner);
        let operator = operator.key.to_string();
        let _ = self
            .net
            .votes(&sender, &ExecuteMsg::ClaimCommission { operator });
    }

    fn fault(&mut self) {
        let operator = match self.one_in(6) {
            true => self.operator(),
            false => {
                let miners = self.net.miners.clone();
                self.pick(&miners)
            }
        };
        let stake = self.net.staked(&operator.key).stake.u128();
        let batch = self.random.next_u64();
        let miner = self.net.miners.iter().any(|x| x.key == operator.key);
        let fault = match self.random.below(30) {
            // Nobody comes in a coordinator's place.
            0 if miner => Fault::Fraud { batch },
            // Not the market's to report.
            1 => Fault::Missed { census: 1 },
            _ => Fault::Unproven {
                batch,
                amount: Uint128::new(self.amount(stake / 10)),
            },
        };
        let fraud = matches!(fault, Fault::Fraud { .. });
        let reporter = self.one_in(2).then(|| self.anybody().to_string());
        let report = ExecuteMsg::ReportFault {
            operator: operator.key.to_string(),
            fault,
            reporter,
        };
        let market = self.net.contracts.market.clone();
        let sender = self.sender(&market);
        if self.net.votes(&sender, &report).is_ok() && fraud {
            self.replace(&operator);
        }
    }

    /// Somebody else comes for a miner that is out for ever.
    pub(crate) fn replace(&mut self, gone: &Operator) {
        let Some(at) = self.net.miners.iter().position(|x| x.key == gone.key) else {
            return;
        };
        let name = self.name("new miner");
        let miner = self.net.add_miner(&name, 1).unwrap();
        // In its place, so that the others go on as they are.
        self.net.miners.swap(at, miner);
        self.net.miners.pop();
        let issuers = self.net.issuers.len();
        let issuer = self.index(issuers);
        self.net.join(at, issuer).unwrap();
    }

    fn unjail(&mut self) {
        for operator in self.operators() {
            if self.net.staked(&operator.key).standing != Standing::Jailed {
                continue;
            }
            let sender = self.sender(&operator.owner);
            let operator = operator.key.to_string();
            let _ = self.net.votes(&sender, &ExecuteMsg::Unjail { operator });
        }
    }

    fn collect(&mut self) {
        let sender = self.anybody();
        let holders = self.holders.clone();
        let voter = self.pick(&holders).to_string();
        let _ = self.net.votes(&sender, &ExecuteMsg::Collect { voter });
    }

    fn protection(&mut self) {
        let recipient = self.anybody().to_string();
        let amount = Uint128::new(self.amount(self.net.protection() / 4));
        let market = self.net.contracts.market.clone();
        let sender = self.sender(&market);
        let pay = ExecuteMsg::PayProtection { recipient, amount };
        let _ = self.net.votes(&sender, &pay);
    }

    fn operators_papers(&mut self) {
        let operator = self.operator();
        let sender = self.sender(&operator.owner);
        let key = operator.key.to_string();
        let msg = match self.random.below(3) {
            0 => ExecuteMsg::UpdateOperator {
                operator: key,
                metadata: Some(metadata("Renamed")),
                signing_key: None,
            },
            _ => ExecuteMsg::UpdateCommission {
                operator: key,
                rate: Decimal::percent(8 + self.random.below(15)),
            },
        };
        let _ = self.net.votes(&sender, &msg);
    }
}
