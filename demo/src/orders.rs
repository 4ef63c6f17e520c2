//! The app's two orders, one in each mode.

use chain_client::Included;
use compute_api::market::{
    self, Authoriser, BatchState, BatchesResponse, Hook, Mode, NewOrder, Privacy, QueryMsg,
};
use cosmwasm_std::Uint128;
use deployment::{Contract, Network};

use crate::{DemoError, people::People};

/// Seconds that the orders live.
const LIFE: u64 = 3_600;

/// The app's orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Orders {
    /// Pays those who work.
    pub pay: u64,
    /// Redeems coins at the first issuer.
    pub redeem: u64,
}

/// Opens both, with `amount` micro-coins each. The coordinator authorises tasks for
/// whoever brings the order's API key.
///
/// # Errors
/// [`DemoError::Step`].
pub async fn open(network: &Network, people: &People, amount: u128) -> Result<Orders, DemoError> {
    let fee = Uint128::new(amount / 50);
    let pay = Mode::Pay { price_bps: 10_000 };
    let redeem = Mode::Redeem {
        issuer: people.issuers[0].address.clone(),
        fee,
    };
    Ok(Orders {
        pay: open_one(network, people, amount, pay).await?,
        redeem: open_one(network, people, amount, redeem).await?,
    })
}

async fn open_one(
    network: &Network,
    people: &People,
    amount: u128,
    mode: Mode,
) -> Result<u64, DemoError> {
    let block = network.client().latest_block().await?;
    let order = Hook::OpenOrder(NewOrder {
        mode,
        coordinator: people.coordinator.person.address.clone(),
        authoriser: Authoriser::Coordinator {
            daily_cap: Uint128::new(amount),
        },
        privacy: Privacy::Sampled,
        samples: None,
        expires: block.time + LIFE,
    });
    let msg = network.send_coins(Contract::Market, Uint128::new(amount), &order)?;
    let included = people.app.send("opens an order", vec![msg]).await?;
    order_number(&included)
}

fn order_number(included: &Included) -> Result<u64, DemoError> {
    let number = included.attribute("wasm-order_opened", "order");
    let number = number.and_then(|number| number.parse().ok());
    number
        .ok_or_else(|| DemoError::Unexpected(format!("no order in transaction {}", included.hash)))
}

/// All batches of an order.
///
/// # Errors
/// When the market does not answer.
pub async fn batches(network: &Network, order: u64) -> Result<Vec<market::Batch>, DemoError> {
    let mut all = Vec::new();
    let mut start_after = None;
    loop {
        let query = QueryMsg::Batches {
            order: Some(order),
            worker: None,
            state: None,
            start_after,
            limit: None,
        };
        let page: BatchesResponse = network.market(&query).await?;
        all.extend(page.batches);
        match page.next {
            Some(next) => start_after = Some(next),
            None => return Ok(all),
        }
    }
}

/// Whether a batch has come to its end.
#[must_use]
pub fn has_ended(batch: &market::Batch) -> bool {
    matches!(
        batch.state,
        BatchState::Settled | BatchState::Failed | BatchState::Overturned
    )
}
