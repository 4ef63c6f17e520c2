//! Whether every coin is accounted for at the end.

use compute_api::{
    coin::{self, SupplyResponse},
    market::{self, Mode},
};
use deployment::Network;

use crate::{DemoError, Summary, orders::Orders};

/// Accounts of a page: the most that a CW20 lists at once.
const PAGE: u32 = 30;

/// Micro-coins, read from the contracts at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Books {
    /// Coins that exist.
    supply: u128,
    /// Coins that all accounts have, contracts included.
    held: u128,
    /// Coins that the orders say they have spent, a redemption's fee included.
    spent: u128,
}

impl Books {
    /// Reads them.
    ///
    /// # Errors
    /// When a contract does not answer.
    pub(crate) async fn read(network: &Network, orders: Orders) -> Result<Self, DemoError> {
        let supply: SupplyResponse = network.coin(&coin::QueryMsg::Supply {}).await?;
        let mut spent = 0;
        for order in [orders.pay, orders.redeem] {
            let order: market::Order = network.market(&market::QueryMsg::Order { order }).await?;
            spent += order.coins.spent.u128();
            if let (Mode::Redeem { fee, .. }, Some(redemption)) = (&order.mode, &order.redemption) {
                spent += fee.saturating_sub(redemption.fee_left).u128();
            }
        }
        Ok(Self {
            supply: supply.supply.u128(),
            held: held(network).await?,
            spent,
        })
    }

    /// That they agree with each other, and with what transactions have said.
    ///
    /// # Errors
    /// [`DemoError::Unexpected`] with both figures.
    pub(crate) fn check(&self, summary: &Summary) -> Result<(), DemoError> {
        same("all balances", self.held, "the supply", self.supply)?;
        let minted = summary.minted;
        same("the supply before", summary.before.supply, "minted", minted)?;
        let left = summary.before.supply.saturating_sub(summary.burnt);
        same("the supply", self.supply, "what was not burnt", left)?;
        let settled = summary.paid + summary.burnt;
        same("spent by orders", self.spent, "paid and burnt", settled)
    }
}

fn same(what: &str, one: u128, with: &str, other: u128) -> Result<(), DemoError> {
    if one == other {
        return Ok(());
    }
    Err(DemoError::Unexpected(format!(
        "micro-coins do not add up: {what} {one}, {with} {other}"
    )))
}

/// The sum of all balances.
async fn held(network: &Network) -> Result<u128, DemoError> {
    let mut sum = 0_u128;
    let mut start_after = None;
    loop {
        let query = coin::QueryMsg::AllAccounts {
            start_after: start_after.take(),
            limit: Some(PAGE),
        };
        let page: cw20::AllAccountsResponse = network.coin(&query).await?;
        for address in &page.accounts {
            let address = address.clone();
            let query = coin::QueryMsg::Balance { address };
            let balance: cw20::BalanceResponse = network.coin(&query).await?;
            sum = sum.saturating_add(balance.balance.u128());
        }
        match page.accounts.last() {
            Some(last) => start_after = Some(last.clone()),
            None => return Ok(sum),
        }
    }
}
