//! What issuers, operators and voters do.

use compute_api::{
    coin,
    oracle::{self, ExecuteMsg},
    votes::{self, Kind},
};
use cosmwasm_std::{Addr, HexBinary, Uint128, coin as coin_of};

use super::{
    Done, Network, Operator,
    defaults::{BOND_DENOM, DAY, commission, identity, metadata},
};
use crate::fixtures::public_key;

impl Network {
    /// The account called `name`.
    #[must_use]
    pub fn account(&self, name: &str) -> Addr {
        self.app.api().addr_make(name)
    }

    // --- issuers ---

    /// Admits another issuer and returns its number.
    ///
    /// # Errors
    /// [`super::Refused`].
    pub fn admit(&mut self, name: &str) -> Result<usize, super::Refused> {
        let issuer = self.account(name);
        let admit = ExecuteMsg::AdmitIssuer {
            issuer: issuer.to_string(),
            identity: identity(name),
        };
        self.oracle(&self.owner.clone(), &admit)?;
        self.issuers.push(issuer);
        Ok(self.issuers.len() - 1)
    }

    /// Puts the network to work: all miners prove nine units (1 024 ops per second) in
    /// two censuses, and each issuer has a bond for 100 000 coins and commits 2 000
    /// ops per second, of which its two miners prove 2 048, for 60 days. So each can
    /// mint 82 285.714285 coins.
    ///
    /// # Panics
    /// If any of that is refused.
    pub fn start(&mut self) {
        let parts: Vec<(usize, u32)> = (0..self.miners.len()).map(|at| (at, 9)).collect();
        self.measure_times(2, &parts);
        for issuer in 0..self.issuers.len() {
            self.post_bond(issuer, 100_000_000).expect("a bond");
            self.commit_for(issuer, 2_000, 60 * DAY)
                .expect("a commitment");
        }
    }

    /// An issuer posts a bond, out of funds that it is given for that.
    ///
    /// # Errors
    /// [`super::Refused`].
    pub fn post_bond(&mut self, issuer: usize, amount: u128) -> Done {
        let issuer = self.issuers[issuer].clone();
        self.fund(&issuer, amount);
        let post = ExecuteMsg::PostBond { issuer: None };
        self.oracle_with(&issuer, &post, &[coin_of(amount, BOND_DENOM)])
    }

    /// An issuer commits capacity for the next `seconds`.
    ///
    /// # Errors
    /// [`super::Refused`].
    pub fn commit_for(&mut self, issuer: usize, rate: u128, seconds: u64) -> Done {
        let commit = ExecuteMsg::Commit {
            rate: Uint128::new(rate),
            until: self.now() + seconds,
        };
        self.oracle(&self.issuers[issuer].clone(), &commit)
    }

    /// An issuer mints.
    ///
    /// # Errors
    /// [`super::Refused`].
    pub fn mint(&mut self, issuer: usize, recipient: &Addr, amount: u128) -> Done {
        let mint = ExecuteMsg::Mint {
            recipient: recipient.to_string(),
            amount: Uint128::new(amount),
        };
        self.oracle(&self.issuers[issuer].clone(), &mint)
    }

    /// An issuer takes orphans over.
    ///
    /// # Errors
    /// [`super::Refused`].
    pub fn assume(&mut self, issuer: usize, amount: u128) -> Done {
        let assume = ExecuteMsg::Assume {
            amount: Uint128::new(amount),
        };
        self.oracle(&self.issuers[issuer].clone(), &assume)
    }

    /// Anybody marks an issuer as short.
    ///
    /// # Errors
    /// [`super::Refused`].
    pub fn flag(&mut self, issuer: usize) -> Done {
        let issuer = self.issuers[issuer].to_string();
        self.anyone(&ExecuteMsg::Flag { issuer })
    }

    /// Anybody takes the mark off.
    ///
    /// # Errors
    /// [`super::Refused`].
    pub fn cure(&mut self, issuer: usize) -> Done {
        let issuer = self.issuers[issuer].to_string();
        self.anyone(&ExecuteMsg::Cure { issuer })
    }

    /// Anybody has an issuer default.
    ///
    /// # Errors
    /// [`super::Refused`].
    pub fn default_issuer(&mut self, issuer: usize) -> Done {
        let issuer = self.issuers[issuer].to_string();
        self.anyone(&ExecuteMsg::Default { issuer })
    }

    /// A message to the oracle from somebody without any role.
    ///
    /// # Errors
    /// [`super::Refused`].
    pub fn anyone(&mut self, msg: &ExecuteMsg) -> Done {
        self.oracle(&self.stranger.clone(), msg)
    }

    /// The market burns redeemed coins of its own.
    ///
    /// # Errors
    /// [`super::Refused`].
    pub fn redeem(&mut self, issuer: usize, amount: u128) -> Done {
        let issuer = self.issuers[issuer].to_string();
        let market = self.contracts.market.clone();
        self.pay_oracle(&market, amount, &oracle::Hook::Redeem { issuer })
    }

    /// An issuer retires coins of its own.
    ///
    /// # Errors
    /// [`super::Refused`].
    pub fn retire(&mut self, issuer: usize, amount: u128) -> Done {
        let issuer = self.issuers[issuer].clone();
        self.pay_oracle(&issuer, amount, &oracle::Hook::Retire {})
    }

    // --- coins ---

    /// Somebody transfers coins.
    ///
    /// # Errors
    /// [`super::Refused`].
    pub fn transfer(&mut self, from: &Addr, to: &Addr, amount: u128) -> Done {
        let transfer = coin::ExecuteMsg::Transfer {
            recipient: to.to_string(),
            amount: Uint128::new(amount),
        };
        self.coin(from, &transfer)
    }

    // --- operators ---

    /// Registers an operator called `name`, whose owner is `name`'s owner.
    ///
    /// # Errors
    /// [`super::Refused`].
    pub fn register(&mut self, name: &str, kind: Kind) -> Result<Operator, super::Refused> {
        // Numbers of keys that nobody else has, until there are very many.
        let signer = 10 + u8::try_from(self.keys % 200).unwrap_or_default();
        self.keys += 1;
        let operator = Operator {
            key: self.account(name),
            signer,
            owner: self.account(&format!("{name}'s owner")),
        };
        let register = votes::ExecuteMsg::Register {
            owner: operator.owner.to_string(),
            kind,
            signing_key: HexBinary::from(public_key(signer)),
            commission: commission(),
            metadata: metadata(name),
        };
        self.votes(&operator.key, &register)?;
        Ok(operator)
    }

    /// Registers a miner with so many devices and returns its number.
    ///
    /// # Errors
    /// [`super::Refused`].
    pub fn add_miner(&mut self, name: &str, devices: u32) -> Result<usize, super::Refused> {
        let operator = self.register(name, Kind::Miner)?;
        self.oracle(&operator.key, &ExecuteMsg::DeclareDevices { devices })?;
        self.miners.push(operator);
        Ok(self.miners.len() - 1)
    }

    /// Has a miner count for an issuer.
    ///
    /// # Errors
    /// [`super::Refused`].
    pub fn join(&mut self, miner: usize, issuer: usize) -> Done {
        let key = self.miners[miner].key.clone();
        let issuer = self.issuers[issuer].clone();
        let operator = key.to_string();
        self.oracle(&issuer, &ExecuteMsg::InviteOperator { operator })?;
        let issuer = issuer.to_string();
        self.oracle(&key, &ExecuteMsg::JoinIssuer { issuer })
    }

    /// A miner leaves its issuer.
    ///
    /// # Errors
    /// [`super::Refused`].
    pub fn leave(&mut self, miner: usize) -> Done {
        let key = self.miners[miner].key.clone();
        self.oracle(&key, &ExecuteMsg::LeaveIssuer {})
    }

    /// An operator's owner bonds.
    ///
    /// # Errors
    /// [`super::Refused`].
    pub fn bond(&mut self, operator: &Operator, amount: u128) -> Done {
        let hook = votes::Hook::Bond {
            operator: operator.key.to_string(),
        };
        self.pay_votes(&operator.owner, amount, &hook)
    }

    /// Somebody votes.
    ///
    /// # Errors
    /// [`super::Refused`].
    pub fn vote(&mut self, voter: &Addr, key: &Addr, amount: u128) -> Done {
        let operator = key.to_string();
        self.pay_votes(voter, amount, &votes::Hook::Vote { operator })
    }

    /// Somebody starts to take votes out; all where no amount is given.
    ///
    /// # Errors
    /// [`super::Refused`].
    pub fn unvote(&mut self, voter: &Addr, key: &Addr, amount: Option<u128>) -> Done {
        let unvote = votes::ExecuteMsg::Unvote {
            operator: key.to_string(),
            amount: amount.map(Uint128::new),
        };
        self.votes(voter, &unvote)
    }

    /// Somebody moves votes at once; all where no amount is given.
    ///
    /// # Errors
    /// [`super::Refused`].
    pub fn revote(&mut self, voter: &Addr, from: &Addr, to: &Addr, amount: Option<u128>) -> Done {
        let revote = votes::ExecuteMsg::Revote {
            from: from.to_string(),
            to: to.to_string(),
            amount: amount.map(Uint128::new),
        };
        self.votes(voter, &revote)
    }

    /// The market reports a fault, shown by nobody in particular.
    ///
    /// # Errors
    /// [`super::Refused`].
    pub fn fault(&mut self, key: &Addr, fault: votes::Fault) -> Done {
        let market = self.contracts.market.clone();
        let report = votes::ExecuteMsg::ReportFault {
            operator: key.to_string(),
            fault,
            reporter: None,
        };
        self.votes(&market, &report)
    }
}
