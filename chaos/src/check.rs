//! What must hold when all is over, as the coordinator and the chain tell it.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use audit::Coordinator;
use chain_client::transport::Trust;
use compute_api::{
    market::{self, Batch, BatchState, HoldingsResponse, Order, OrderState},
    votes::{self, Standing},
};
use compute_proofs::receipt::Receipts;
use demo::{capacity, ledger::Ledger, orders};
use deployment::{Contract, Network};

use crate::{
    ChaosError,
    error::wrong,
    load::{Done, ORDERS},
    network::{Site, balance},
};

/// What was found, where all is as it must be.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Found {
    /// Batches, all settled.
    pub(crate) batches: u64,
    /// Micro-coins that were paid to those who worked.
    pub(crate) paid: u128,
    /// Micro-coins that were burnt.
    pub(crate) burnt: u128,
}

/// Numbers of both orders, as [`ORDERS`].
fn numbers(site: &Site) -> [u64; 2] {
    [site.orders.pay, site.orders.redeem]
}

/// Whether all that was done is in batches, and those have ended.
pub(crate) async fn all_ended(site: &Site, done: &[Done]) -> Result<bool, ChaosError> {
    for (place, order) in numbers(site).into_iter().enumerate() {
        let ops: u128 = of(done, place).map(|done| done.ops).sum();
        let batches = orders::batches(&site.network, order).await?;
        let committed: u128 = batches.iter().map(|at| at.commitment.ops.u128()).sum();
        if committed < ops || !batches.iter().all(orders::has_ended) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn of(done: &[Done], order: usize) -> impl Iterator<Item = &Done> {
    done.iter().filter(move |done| done.order == order)
}

/// That no task is lost, none is there twice, and each is in exactly one settled batch,
/// whose root commits to exactly what the coordinator has handed out.
pub(crate) async fn tasks(site: &Site, done: &[Done]) -> Result<u64, ChaosError> {
    let mut count = 0;
    for (place, order) in numbers(site).into_iter().enumerate() {
        let (name, key) = (ORDERS[place], &site.keys[place]);
        let coordinator = Coordinator::new(&site.coordinator.url, key, &Trust::System)?;
        let expected: BTreeMap<&str, u64> = of(done, place)
            .map(|done| (done.job.id.as_str(), done.job.nonce))
            .collect();
        let listed = listed(&coordinator).await?;
        let listed: BTreeMap<&str, u64> = listed
            .iter()
            .map(|(id, nonce)| (id.as_str(), *nonce))
            .collect();
        if listed != expected {
            return wrong(format!(
                "order to {name}: {} jobs are listed, {} were accepted, and they differ",
                listed.len(),
                expected.len()
            ));
        }
        let mut left: BTreeSet<u64> = expected.into_values().collect();
        for batch in orders::batches(&site.network, order).await? {
            count += 1;
            for nonce in nonces(&coordinator, &batch).await? {
                if !left.remove(&nonce) {
                    let number = batch.batch;
                    return wrong(format!(
                        "order to {name}: task {nonce} is in batch {number}, and in another one"
                    ));
                }
            }
        }
        if !left.is_empty() {
            return wrong(format!("order to {name}: tasks {left:?} are in no batch"));
        }
    }
    Ok(count)
}

/// All jobs of an order, which must be done: id and nonce.
async fn listed(coordinator: &Coordinator) -> Result<Vec<(String, u64)>, ChaosError> {
    let mut all = Vec::new();
    let mut before = None;
    loop {
        let page = coordinator.jobs(before).await?;
        let Some(last) = page.last() else {
            return Ok(all);
        };
        before = Some(last.nonce);
        for job in page {
            if job.status != "done" {
                return wrong(format!("job {} is {}", job.id, job.status));
            }
            all.push((job.id, job.nonce));
        }
    }
}

/// The tasks in a settled batch: those that its worker has handed in within its span, if
/// its root is over exactly those.
async fn nonces(coordinator: &Coordinator, batch: &Batch) -> Result<Vec<u64>, ChaosError> {
    let number = batch.batch;
    if batch.state != BatchState::Settled || !batch.void_ops.is_zero() {
        return wrong(format!(
            "batch {number} is {} with {} void ops",
            batch.state, batch.void_ops
        ));
    }
    let own = &batch.commitment;
    let last = own.first_nonce + u64::from(own.span) - 1;
    let receipts = coordinator
        .receipts(batch.worker.as_str(), own.first_nonce, last)
        .await?;
    let nonces = receipts.iter().map(|receipt| receipt.nonce).collect();
    let receipts = Receipts::new(receipts, own.commit_by)
        .map_err(|error| ChaosError::Wrong(format!("batch {number}: {error}")))?;
    if receipts.batch().root.0 == own.root.as_slice() {
        return Ok(nonces);
    }
    wrong(format!(
        "batch {number} of {} holds something else than the tasks {nonces:?} that were handed out",
        batch.worker
    ))
}

/// Ends both orders and waits until they are closed.
pub(crate) async fn close(
    site: &Site,
    mut meanwhile: impl AsyncFnMut() -> Result<(), ChaosError>,
) -> Result<(), ChaosError> {
    for order in numbers(site) {
        let cancel = market::ExecuteMsg::CancelOrder { order };
        let msg = site.network.to_market(&cancel)?;
        site.people.app.send("ends its order", vec![msg]).await?;
    }
    let limit = Duration::from_secs(120);
    processes::until("both orders are closed", limit, async || {
        meanwhile().await?;
        for number in numbers(site) {
            if order(&site.network, number).await?.state != OrderState::Closed {
                return Ok(None);
            }
        }
        Ok(Some(()))
    })
    .await
}

async fn order(network: &Network, order: u64) -> Result<Order, ChaosError> {
    Ok(network.market(&market::QueryMsg::Order { order }).await?)
}

/// That each coin is accounted for: what was put in is spent or paid back, what was spent
/// is the price of what was done, and what was paid and burnt is what was spent.
pub(crate) async fn coins(site: &Site, done: &[Done]) -> Result<Found, ChaosError> {
    let network = &site.network;
    let mut spent = [0; 2];
    for (place, number) in numbers(site).into_iter().enumerate() {
        let order = order(network, number).await?;
        let coins = &order.coins;
        let ops: u128 = of(done, place).map(|done| done.ops).sum();
        // At par, rounded up over all that the order has used.
        let price = (ops * 1_000_000).div_ceil(order.opc.u128());
        let is_whole = coins.put_in == coins.spent + coins.paid_back
            && coins.reserved.is_zero()
            && coins.free.is_zero();
        if order.ops.used.u128() != ops || coins.spent.u128() != price || !is_whole {
            return wrong(format!(
                "order to {}: {ops} ops at {price} micro-coins were done, and its books are \
                 {:?}, {coins:?}",
                ORDERS[place], order.ops
            ));
        }
        spent[place] = price;
    }
    let holdings: HoldingsResponse = network.market(&market::QueryMsg::Holdings {}).await?;
    let held = [
        holdings.free,
        holdings.reserved,
        holdings.fees,
        holdings.bonds,
    ];
    let left = balance(network, network.address(Contract::Market)).await?;
    if held.iter().any(|held| !held.is_zero()) || left != 0 {
        return wrong(format!(
            "the market still has {left} micro-coins: {holdings:?}"
        ));
    }
    let totals = Ledger::read(network).await?.totals();
    let supply = capacity::backing(network).await?.supply.u128();
    let app_has = balance(network, &site.people.app.address).await?;
    let [pay, redeem] = spent;
    // A redemption's fee is paid beside what burns.
    let app_gave = site.app_had.saturating_sub(app_has);
    let is_even = totals.burnt == redeem
        && site.supply.saturating_sub(supply) == redeem
        && totals.paid >= pay
        && app_gave == totals.paid + totals.burnt;
    if !is_even {
        return wrong(format!(
            "the app gave {app_gave} micro-coins for {pay} to pay and {redeem} to burn, the \
             supply went from {} to {supply}, and settlements say {totals:?}",
            site.supply
        ));
    }
    if totals.slashed > 0 || totals.overturned > 0 {
        return wrong(format!("somebody was slashed: {totals:?}"));
    }
    Ok(Found {
        batches: 0,
        paid: totals.paid,
        burnt: totals.burnt,
    })
}

/// That nobody was punished for having been killed.
pub(crate) async fn operators(site: &Site) -> Result<(), ChaosError> {
    let workers = site.people.workers.iter();
    for operator in workers.chain([&site.people.coordinator]) {
        let address = operator.person.address.clone();
        let query = votes::QueryMsg::Operator { operator: address };
        let found: votes::Operator = site.network.votes(&query).await?;
        if found.standing != Standing::Active || found.jailed_until.is_some() {
            return wrong(format!(
                "{} is {}: it was punished",
                operator.person.name, found.standing
            ));
        }
    }
    Ok(())
}
