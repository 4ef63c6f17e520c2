//! What issuers and holders do.

use compute_api::{
    coin::{self, SupplyResponse},
    oracle::{
        BackingResponse, Change, ExecuteMsg, Hook, IssuerBacking, IssuerResponse,
        MintAllowanceResponse, Params, PegResponse, QueryMsg,
    },
};
use cosmwasm_std::{Addr, Decimal, Uint128, coin, to_json_binary};
use cw_multi_test::AppResponse;
use cw20::Cw20ReceiveMsg;
use reserve_oracle::{
    ContractError,
    state::{CENSUSES, HELD, Held, ISSUERS, Issuer, LAST_CENSUS, PARAMS, TOTALS, Totals},
};

use super::{BOND_DENOM, World};

type Done = Result<AppResponse, ContractError>;

impl World {
    // --- issuers ---

    /// From an issuer.
    pub(crate) fn issue(&mut self, issuer: usize, msg: &ExecuteMsg) -> Done {
        self.execute(&self.issuers[issuer].clone(), msg)
    }

    /// Posts a bond that the issuer is given first.
    pub(crate) fn post_bond(&mut self, issuer: usize, amount: u128) -> Done {
        let sender = self.issuers[issuer].clone();
        let funds = coin(amount, BOND_DENOM);
        self.fund(&sender, funds.clone());
        self.execute_with(&sender, &ExecuteMsg::PostBond { issuer: None }, &[funds])
    }

    pub(crate) fn withdraw(&mut self, issuer: usize, amount: u128) -> Done {
        let amount = Uint128::new(amount);
        self.issue(issuer, &ExecuteMsg::WithdrawBond { amount })
    }

    pub(crate) fn claim(&mut self, issuer: usize) -> Done {
        self.issue(issuer, &ExecuteMsg::ClaimBond {})
    }

    pub(crate) fn commit_capacity(&mut self, issuer: usize, rate: u128, until: u64) -> Done {
        let rate = Uint128::new(rate);
        self.issue(issuer, &ExecuteMsg::Commit { rate, until })
    }

    pub(crate) fn mint(&mut self, issuer: usize, amount: u128) -> Done {
        let mint = ExecuteMsg::Mint {
            recipient: self.stranger().to_string(),
            amount: Uint128::new(amount),
        };
        self.issue(issuer, &mint)
    }

    pub(crate) fn assume(&mut self, issuer: usize, amount: u128) -> Done {
        let amount = Uint128::new(amount);
        self.issue(issuer, &ExecuteMsg::Assume { amount })
    }

    /// Issuers whose operators each prove 1 024 ops per second: issuer, operator. Each
    /// has a bond and a commitment for 60 days that allow for more than that.
    pub(crate) fn sound(&mut self, pairs: &[(usize, usize)]) {
        let until = self.now() + 60 * 86_400;
        for (issuer, at) in pairs {
            self.join(*issuer, *at);
            if self.issuer(*issuer).bond.is_zero() {
                self.post_bond(*issuer, 100_000_000).unwrap();
                self.commit_capacity(*issuer, 4_096, until).unwrap();
            }
        }
        let parts: Vec<(usize, u32)> = pairs.iter().map(|(_, at)| (*at, 9)).collect();
        self.whole_census(&parts);
        self.whole_census(&parts);
    }

    // --- what coins are sent for ---

    /// Coins arrive from `sender`, as the coin contract says it.
    pub(crate) fn send_coins(&mut self, sender: &Addr, amount: u128, hook: &Hook) -> Done {
        let sent = Cw20ReceiveMsg {
            sender: sender.to_string(),
            amount: Uint128::new(amount),
            msg: to_json_binary(hook).unwrap(),
        };
        self.execute(&self.coin.clone(), &ExecuteMsg::Receive(sent))
    }

    pub(crate) fn retire(&mut self, issuer: usize, amount: u128) -> Done {
        self.send_coins(&self.issuers[issuer].clone(), amount, &Hook::Retire {})
    }

    pub(crate) fn redeem(&mut self, issuer: usize, amount: u128) -> Done {
        let issuer = self.issuers[issuer].to_string();
        self.send_coins(&self.market.clone(), amount, &Hook::Redeem { issuer })
    }

    // --- shortfalls ---

    pub(crate) fn flag(&mut self, issuer: usize) -> Done {
        let issuer = self.issuers[issuer].to_string();
        self.anyone(&ExecuteMsg::Flag { issuer })
    }

    pub(crate) fn cure(&mut self, issuer: usize) -> Done {
        let issuer = self.issuers[issuer].to_string();
        self.anyone(&ExecuteMsg::Cure { issuer })
    }

    pub(crate) fn settle(&mut self, issuer: usize) -> Done {
        let issuer = self.issuers[issuer].to_string();
        self.anyone(&ExecuteMsg::Default { issuer })
    }

    /// Votes punishes an operator.
    pub(crate) fn slash(&mut self, at: usize, fraction: Decimal) -> Done {
        let operator = self.operators[at].to_string();
        let slash = ExecuteMsg::SlashIssuer { operator, fraction };
        self.execute(&self.votes.clone(), &slash)
    }

    // --- settings ---

    pub(crate) fn announce(&mut self, change: Change) -> Done {
        self.execute(&self.owner.clone(), &ExecuteMsg::Announce { change })
    }

    /// As if the owner's change had been applied.
    pub(crate) fn set_params(&mut self, change: impl FnOnce(&mut Params)) {
        change(&mut self.params);
        let (oracle, params) = (self.oracle.clone(), self.params.clone());
        let mut storage = self.app.contract_storage_mut(&oracle);
        PARAMS.save(&mut *storage, &params).unwrap();
    }

    /// Sets what an issuer has, for what takes too long to reach by messages.
    pub(crate) fn set_issuer(&mut self, issuer: usize, change: impl FnOnce(&mut Issuer)) {
        let (oracle, key) = (self.oracle.clone(), self.issuers[issuer].clone());
        let mut storage = self.app.contract_storage_mut(&oracle);
        let mut issuer = ISSUERS.load(&*storage, &key).unwrap();
        change(&mut issuer);
        ISSUERS.save(&mut *storage, &key, &issuer).unwrap();
    }

    /// As if the last census had been just now, with the same result.
    pub(crate) fn freshen(&mut self) {
        let (oracle, now) = (self.oracle.clone(), self.now());
        let mut storage = self.app.contract_storage_mut(&oracle);
        let last = LAST_CENSUS.load(&*storage).unwrap();
        let mut record = CENSUSES.load(&*storage, last).unwrap();
        record.round_time = now;
        CENSUSES.save(&mut *storage, last, &record).unwrap();
    }

    /// As if a tier had held for so many censuses.
    pub(crate) fn set_held(&mut self, tier: &str, censuses: u32) {
        let oracle = self.oracle.clone();
        let mut storage = self.app.contract_storage_mut(&oracle);
        let held = Held {
            tier: Some(tier.to_owned()),
            censuses,
        };
        HELD.save(&mut *storage, &held).unwrap();
    }

    pub(crate) fn propose(&mut self) -> Done {
        self.anyone(&ExecuteMsg::ProposeReindex {})
    }

    pub(crate) fn veto(&mut self) -> Done {
        self.execute(&self.guardian.clone(), &ExecuteMsg::VetoReindex {})
    }

    pub(crate) fn apply_reindex(&mut self) -> Done {
        self.anyone(&ExecuteMsg::ApplyReindex {})
    }

    // --- what stands ---

    /// What an issuer owes and has.
    pub(crate) fn issuer(&self, issuer: usize) -> IssuerBacking {
        let issuer = self.issuers[issuer].to_string();
        let known: IssuerResponse = self.query(&QueryMsg::Issuer { issuer }).unwrap();
        known.backing
    }

    pub(crate) fn backing(&self) -> BackingResponse {
        let query = QueryMsg::Backing {
            start_after: None,
            limit: None,
        };
        self.query(&query).unwrap()
    }

    pub(crate) fn allowance(&self, issuer: usize) -> MintAllowanceResponse {
        let issuer = self.issuers[issuer].to_string();
        self.query(&QueryMsg::MintAllowance { issuer }).unwrap()
    }

    pub(crate) fn peg(&self) -> PegResponse {
        self.query(&QueryMsg::Peg {}).unwrap()
    }

    pub(crate) fn totals(&self) -> Totals {
        let storage = self.app.contract_storage(&self.oracle);
        TOTALS.load(&*storage).unwrap()
    }

    pub(crate) fn supply(&self) -> SupplyResponse {
        let coin = self.coin.clone();
        self.app
            .wrap()
            .query_wasm_smart(coin, &coin::QueryMsg::Supply {})
            .unwrap()
    }

    /// What an account has of the bond's denom.
    pub(crate) fn bank(&self, account: &Addr) -> u128 {
        let balance = self.app.wrap().query_balance(account, BOND_DENOM);
        balance.unwrap().amount.u128()
    }

    /// I1, and that the oracle holds what it says it holds: bonds and bounty.
    #[track_caller]
    pub(crate) fn check_books(&self) {
        let backing = self.backing();
        let owed: Uint128 = backing
            .issuers
            .iter()
            .map(|issuer| issuer.outstanding)
            .sum();
        assert_eq!(backing.outstanding, owed);
        assert_eq!(
            backing.supply + backing.forgiven,
            backing.outstanding + backing.orphan
        );
        let bonds: Uint128 = backing.issuers.iter().map(|issuer| issuer.bond).sum();
        let held = self.bank(&self.oracle.clone());
        assert_eq!(held, (bonds + backing.bounty.amount).u128());
    }
}
