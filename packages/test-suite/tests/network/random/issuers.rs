//! Issuers, whoever marks them, and what their coins are redeemed by.

use compute_api::{
    oracle::{ExecuteMsg, Hook, IssuerBacking, MintAllowanceResponse, QueryMsg},
    votes::Kind,
};
use cosmwasm_std::{Addr, Uint128, coin};
use test_suite::network::defaults::{BOND_DENOM, identity};

use super::walk::{HOUR, Walk};

impl Walk {
    pub(crate) fn issuers(&mut self) {
        match self.random.below(20) {
            0..=3 => self.mint(),
            4 | 5 => self.commit_capacity(),
            6 | 7 => self.bonds(),
            8 => self.burn_owed(),
            9..=11 => self.shortfalls(),
            12 => self.mend(),
            13 | 14 => self.assume(),
            15..=17 => self.members(),
            18 => self.peg(),
            _ => self.papers(),
        }
    }

    fn issuer(&mut self) -> Addr {
        let issuers = self.net.issuers.clone();
        self.pick(&issuers)
    }

    fn backing(&mut self) -> IssuerBacking {
        let backing = self.net.backing();
        self.pick(&backing.issuers)
    }

    /// An issuer, mostly one that the gate lets through.
    fn sound_issuer(&mut self) -> Addr {
        let issuer = self.issuer();
        let all = self.net.issuers.clone();
        let open = |key: &&Addr| {
            let issuer = key.to_string();
            let allowance: MintAllowanceResponse =
                self.net.ask(&QueryMsg::MintAllowance { issuer });
            !allowance.amount.is_zero()
        };
        let open: Vec<Addr> = all.iter().filter(open).cloned().collect();
        if open.is_empty() || self.one_in(4) {
            return issuer;
        }
        self.pick(&open)
    }

    fn mint(&mut self) {
        let issuer = self.sound_issuer();
        let allowance: MintAllowanceResponse = self.net.ask(&QueryMsg::MintAllowance {
            issuer: issuer.to_string(),
        });
        let share = 1 + u128::from(self.random.below(4));
        let amount = self.amount(allowance.amount.u128() / share);
        let recipient = match self.random.below(30) {
            0 => "nobody".to_owned(),
            _ => self.anybody().to_string(),
        };
        let mint = ExecuteMsg::Mint {
            recipient,
            amount: Uint128::new(amount),
        };
        let sender = self.sender(&issuer);
        let _ = self.net.oracle(&sender, &mint);
    }

    fn commit_capacity(&mut self) {
        let issuer = self.backing();
        let rate = match self.random.below(8) {
            0 => self.amount(issuer.proven.u128()),
            _ => 200 + u128::from(self.random.below(4_000)),
        };
        let now = self.net.now();
        let until = match self.random.below(12) {
            0 => now.saturating_sub(self.random.below(3)),
            1 => u64::MAX,
            2 => now + 1,
            _ => now + HOUR + self.random.below(80 * HOUR),
        };
        let commit = ExecuteMsg::Commit {
            rate: Uint128::new(rate),
            until,
        };
        let sender = self.sender(&issuer.issuer);
        let _ = self.net.oracle(&sender, &commit);
    }

    fn bonds(&mut self) {
        let issuer = self.backing();
        let staying = (issuer.bond - issuer.leaving).u128();
        let sender = self.sender(&issuer.issuer);
        match self.random.below(8) {
            0..=2 => {
                let amount = 1 + u128::from(self.random.below(4_000_000));
                self.net.fund(&sender, amount);
                let msg = ExecuteMsg::PostBond {
                    issuer: Some(issuer.issuer.to_string()),
                };
                let funds = [coin(amount, BOND_DENOM)];
                let _ = self.net.oracle_with(&sender, &msg, &funds);
            }
            3 => {
                // Funds where none belong.
                self.net.fund(&sender, 5);
                let msg = ExecuteMsg::ClaimBond {};
                let funds = [coin(5, BOND_DENOM)];
                self.net.oracle_with(&sender, &msg, &funds).unwrap_err();
            }
            4 | 5 => {
                // Mostly what no coin stands on.
                let per_coin = self.net.params().reserve.bond_per_coin.amount.u128();
                let needed = issuer.outstanding.u128() * per_coin / 1_000_000 + 1;
                let share = 2 + u128::from(self.random.below(8));
                let amount = self.amount(staying.saturating_sub(needed) / share);
                let amount = Uint128::new(amount);
                let _ = self
                    .net
                    .oracle(&sender, &ExecuteMsg::WithdrawBond { amount });
            }
            _ => self.claim_bonds(),
        }
    }

    /// Whoever waits for some has it paid out; now and then too early.
    fn claim_bonds(&mut self) {
        let now = self.net.now();
        for issuer in self.net.all_issuers().issuers {
            let due = issuer.bond_free_at.is_some_and(|time| time <= now);
            if due || self.one_in(20) {
                let claim = ExecuteMsg::ClaimBond {};
                let _ = self.net.oracle(&issuer.backing.issuer, &claim);
            }
        }
    }

    /// Issuers retire coins, the market redeems some.
    fn burn_owed(&mut self) {
        let issuer = self.backing();
        if self.one_in(3) {
            let amount = self.amount(self.net.balance(&issuer.issuer) / 2);
            let sender = self.sender(&issuer.issuer);
            let _ = self.net.pay_oracle(&sender, amount, &Hook::Retire {});
            return;
        }
        let market = self.net.contracts.market.clone();
        let amount = self.stray(4);
        let sender = self.sender(&market);
        let issuer = issuer.issuer.to_string();
        let _ = self
            .net
            .pay_oracle(&sender, amount, &Hook::Redeem { issuer });
    }

    /// Somebody with coins transfers some.
    pub(crate) fn feed(&mut self, to: &Addr) {
        let holder = self.rich();
        let amount = self.net.balance(&holder) / 4;
        if amount > 0 {
            let _ = self.net.transfer(&holder, to, amount);
        }
    }

    /// Whoever has the most coins of those who hold some for themselves.
    pub(crate) fn rich(&self) -> Addr {
        let people = self.people().into_iter();
        people.max_by_key(|who| self.net.balance(who)).unwrap()
    }

    fn shortfalls(&mut self) {
        let sender = self.anybody();
        let mut issuers = self.net.backing().issuers;
        if self.one_in(2) {
            issuers.retain(|issuer| !issuer.short.is_zero() || issuer.curing_until.is_some());
        }
        if issuers.is_empty() {
            return;
        }
        let found = self.pick(&issuers);
        let issuer = found.issuer.to_string();
        let msg = match (self.random.below(4), found.curing_until) {
            (0, _) => ExecuteMsg::Cure { issuer },
            (1, _) => ExecuteMsg::Default { issuer },
            (_, None) => ExecuteMsg::Flag { issuer },
            (_, Some(_)) if found.short.is_zero() => ExecuteMsg::Cure { issuer },
            (_, Some(_)) => ExecuteMsg::Default { issuer },
        };
        let defaults = matches!(msg, ExecuteMsg::Default { .. });
        if self.net.oracle(&sender, &msg).is_ok() && defaults {
            // Whoever is quick takes over.
            self.assume();
        }
    }

    /// Who is marked as short does what it can: it commits all for long, and retires
    /// coins.
    fn mend(&mut self) {
        let issuers = self.net.backing().issuers.into_iter();
        let marked = issuers.filter(|issuer| issuer.curing_until.is_some());
        for issuer in marked.collect::<Vec<_>>() {
            let commit = ExecuteMsg::Commit {
                rate: issuer.proven.saturating_add(issuer.committed),
                until: self.net.now() + 100 * HOUR,
            };
            let _ = self.net.oracle(&issuer.issuer, &commit);
            let issuers = self.net.backing().issuers.into_iter();
            let mut again = issuers.filter(|found| found.issuer == issuer.issuer);
            let short = again.next().map_or(0, |issuer| issuer.short.u128());
            let rich = self.rich();
            if short > 0 && self.net.balance(&rich) > short && rich != issuer.issuer {
                self.net.transfer(&rich, &issuer.issuer, short).unwrap();
                let retire = Hook::Retire {};
                self.net.pay_oracle(&issuer.issuer, short, &retire).unwrap();
            }
            if self.one_in(2) {
                let issuer = issuer.issuer.to_string();
                let _ = self.net.anyone(&ExecuteMsg::Cure { issuer });
            }
        }
    }

    fn assume(&mut self) {
        let orphan = self.net.backing().orphan.u128();
        if orphan == 0 && !self.one_in(10) {
            return;
        }
        let issuer = self.sound_issuer();
        let allowance: MintAllowanceResponse = self.net.ask(&QueryMsg::MintAllowance {
            issuer: issuer.to_string(),
        });
        let room = allowance.by_backing.min(allowance.by_bond).u128();
        let share = 1 + u128::from(self.random.below(4));
        let amount = Uint128::new(self.amount(orphan.min(room) / share));
        let sender = self.sender(&issuer);
        let _ = self.net.oracle(&sender, &ExecuteMsg::Assume { amount });
    }

    /// Operators register, count for issuers, change their devices.
    fn members(&mut self) {
        let miner = self.index(self.net.miners.len());
        let key = self.net.miners[miner].key.clone();
        let operator = key.to_string();
        let issuer = self.issuer();
        match self.random.below(20) {
            0 if self.net.miners.len() < 12 => {
                let name = self.name("late miner");
                self.net.add_miner(&name, 1).unwrap();
                self.units.push(3);
            }
            1 if self.net.coordinators.len() < 3 => {
                let name = self.name("late coordinator");
                let operator = self.net.register(&name, Kind::Coordinator);
                self.net.coordinators.push(operator.unwrap());
            }
            2 | 3 => {
                let devices = match self.random.below(6) {
                    0 => 0,
                    1 => u32::MAX,
                    _ => 1 + u32::try_from(self.random.below(3)).unwrap(),
                };
                let sender = self.sender(&key);
                let _ = self
                    .net
                    .oracle(&sender, &ExecuteMsg::DeclareDevices { devices });
            }
            4 => {
                let sender = self.sender(&key);
                let _ = self.net.oracle(&sender, &ExecuteMsg::LeaveIssuer {});
            }
            5 => {
                let found = self.net.measured(miner);
                let whose = found.issuer.or(found.invited_by).unwrap_or(issuer);
                let sender = self.sender(&whose);
                let _ = self
                    .net
                    .oracle(&sender, &ExecuteMsg::RemoveOperator { operator });
            }
            6..=10 => {
                let sender = self.sender(&issuer);
                let _ = self
                    .net
                    .oracle(&sender, &ExecuteMsg::InviteOperator { operator });
            }
            _ => {
                // Whoever counts for nobody looks for an issuer.
                let found = self.net.measured(miner);
                if found.issuer.is_none() && found.invited_by.is_none() {
                    let _ = self
                        .net
                        .oracle(&issuer, &ExecuteMsg::InviteOperator { operator });
                }
                let issuer = found.invited_by.unwrap_or(issuer).to_string();
                let _ = self.net.oracle(&key, &ExecuteMsg::JoinIssuer { issuer });
            }
        }
    }

    fn peg(&mut self) {
        let sender = self.anybody();
        let peg = self.net.peg();
        match peg.reindex {
            None => {
                let _ = self.net.oracle(&sender, &ExecuteMsg::ProposeReindex {});
            }
            Some(_) if self.one_in(4) => {
                let guardian = self.net.guardian.clone();
                let sender = self.sender(&guardian);
                let _ = self.net.oracle(&sender, &ExecuteMsg::VetoReindex {});
            }
            Some(_) => {
                let _ = self.net.oracle(&sender, &ExecuteMsg::ApplyReindex {});
            }
        }
    }

    /// Who issuers are.
    fn papers(&mut self) {
        let issuer = self.issuer();
        if self.one_in(3) && self.net.issuers.len() < 6 {
            let name = self.name("late issuer");
            let key = self.net.account(&name);
            let admit = ExecuteMsg::AdmitIssuer {
                issuer: key.to_string(),
                identity: identity(&name),
            };
            let owner = self.owners[0].clone();
            let sender = self.sender(&owner);
            if self.net.oracle(&sender, &admit).is_ok() {
                self.net.issuers.push(key);
            }
            return;
        }
        let name = self.name("renamed");
        let identity = identity(&name);
        let sender = self.sender(&issuer);
        let _ = self
            .net
            .oracle(&sender, &ExecuteMsg::UpdateIdentity { identity });
    }
}
