//! Every message, on small work.

use anyhow::Result;
use compute_api::market::{Change, ExecuteMsg as Msg, Hook, Params, Target, Terms};
use cw_ownable::Action;

use super::{
    super::{
        Case, flat,
        world::{COIN, Call, DAY, World},
    },
    trade::{SMALL, anyone, app, coordinator},
};
use crate::{
    chain::address,
    market::{MATRIX, PIPELINE, SEEDED, Work, answer_to, registration},
};

/// Samples of an order that names no number.
const SAMPLES: u32 = 16;
/// A coin and its fee.
const REDEEMED: u128 = 101 * COIN;

/// Every message.
pub(super) fn cases() -> Vec<Case> {
    let mut cases = programs();
    cases.extend(orders());
    cases.extend(batches());
    cases.extend(ends());
    cases.extend(doubts());
    cases.extend(wiring());
    cases
}

fn programs() -> Vec<Case> {
    vec![
        flat("register_program of one operation", |world| {
            world.to_market(&anyone(), &registration(&MATRIX))
        }),
        flat("register_program of five operations", |world| {
            world.to_market(&anyone(), &registration(&PIPELINE))
        }),
        flat("set_terms", |world| {
            let terms = Terms {
                min_price_bps: 9_000,
                min_fee_bps: 100,
            };
            world.to_market(&coordinator(), &Msg::SetTerms { terms })
        }),
    ]
}

fn orders() -> Vec<Case> {
    vec![
        flat("open_order to pay, sent by way of the coin", |world| {
            world.pay(SMALL, &Hook::OpenOrder(world.to_pay()))
        }),
        flat("open_order to redeem, sent by way of the coin", |world| {
            world.pay(REDEEMED, &Hook::OpenOrder(world.to_redeem()))
        }),
        flat("top_up, sent by way of the coin", |world| {
            world.pay(SMALL, &Hook::TopUp { order: 1 })
        }),
        flat("extend_order", |world| {
            let expires = world.now() + 60 * DAY;
            world.to_market(&app(), &Msg::ExtendOrder { order: 1, expires })
        }),
        flat("cancel_order", |world| {
            world.to_market(&app(), &Msg::CancelOrder { order: 1 })
        }),
        flat("end_order", |world| {
            world.wait(31 * DAY);
            world.to_market(&anyone(), &Msg::EndOrder { order: 1 })
        }),
        flat("close_order", |world| {
            world.market(&app(), &Msg::CancelOrder { order: 1 })?;
            world.wait(2 * 3_600);
            world.to_market(&anyone(), &Msg::CloseOrder { order: 1 })
        }),
        flat("call_order", |world| {
            let order = world.open_order(REDEEMED, world.to_redeem())?;
            let work = world.work(order, 0, &[&SEEDED], 0..1, |_| ())?;
            world.to_market(&anyone(), &work.call(0))
        }),
    ]
}

fn batches() -> Vec<Case> {
    vec![
        flat("commit_batch of an order to pay", |world| {
            let order = world.open_order(SMALL, world.to_pay())?;
            let work = world.work(order, 0, &[&SEEDED], 0..1, |_| ())?;
            world.to_market(&anyone(), &work.commit())
        }),
        flat("commit_batch of a redemption", |world| {
            let order = world.open_order(REDEEMED, world.to_redeem())?;
            let work = world.work(order, 0, &[&SEEDED], 0..1, |_| ())?;
            world.to_market(&anyone(), &work.commit())
        }),
        flat("seal_slot", World::sealing),
        flat("draw_slot", |world| Ok(world.drawing()?.0)),
        flat("prove_batch, 16 samples", |world| {
            let (batch, work) = batch(world, false)?;
            let beacon = world.drawn()?;
            world.proving(batch, &work, &beacon, SAMPLES)
        }),
        flat("settle_batch to pay", |world| {
            let batch = proven(world, false)?;
            world.settling(batch)
        }),
        flat("settle_batch of a redemption", |world| {
            let batch = proven(world, true)?;
            world.settling(batch)
        }),
    ]
}

fn ends() -> Vec<Case> {
    vec![
        flat("fail_batch, not proven", |world| {
            let (batch, _) = batch(world, false)?;
            world.drawn()?;
            world.wait(3 * 3_600);
            world.to_market(&anyone(), &Msg::FailBatch { batch })
        }),
        flat("fail_batch, a demand not answered", |world| {
            let (batch, _) = demanded(world)?;
            world.wait(7 * 3_600);
            world.to_market(&anyone(), &Msg::FailBatch { batch })
        }),
    ]
}

fn doubts() -> Vec<Case> {
    vec![
        flat("demand, sent by way of the coin", |world| {
            let (batch, _) = batch(world, false)?;
            demand(world, batch)
        }),
        flat("answer_demand, an element", |world| {
            let (batch, work) = demanded(world)?;
            let answer = answer_to(&work, &TARGET);
            let msg = Msg::AnswerDemand {
                batch,
                demand: 1,
                answer,
            };
            world.to_market(&anyone(), &msg)
        }),
        flat("resolve_claims", |world| Ok(claimed(world)?.0)),
        flat("decide_void", |world| {
            let (resolve, void, standing) = claimed(world)?;
            world.run(resolve)?;
            let beacon = world.drawn()?;
            let (batch, work) = standing;
            let prove = world.proving(batch, &work, &beacon, SAMPLES)?;
            world.run(prove)?;
            world.wait(DAY);
            let decide = Msg::DecideVoid {
                batch: void,
                nonce: 0,
            };
            world.to_market(&anyone(), &decide)
        }),
    ]
}

fn wiring() -> Vec<Case> {
    vec![
        flat("tick", |world| {
            world.wait(60);
            world.to_market(&anyone(), &Msg::Tick {})
        }),
        flat("announce, all parameters", |world| {
            world.to_market(&address("owner"), &announce())
        }),
        flat("apply, all parameters", |world| {
            world.market(&address("owner"), &announce())?;
            world.wait(8 * DAY);
            world.to_market(&anyone(), &Msg::Apply { id: 1 })
        }),
        flat("cancel", |world| {
            world.market(&address("owner"), &announce())?;
            world.to_market(&address("owner"), &Msg::Cancel { id: 1 })
        }),
        flat("update_ownership", |world| {
            let transfer = Action::TransferOwnership {
                new_owner: address("new owner"),
                expiry: None,
            };
            world.to_market(&address("owner"), &Msg::UpdateOwnership(transfer))
        }),
        flat("activate", |world| {
            *world = World::inactive(world.rules.clone())?;
            let contracts = world.contracts.clone();
            world.to_market(&address("owner"), &Msg::Activate { contracts })
        }),
    ]
}

fn announce() -> Msg {
    Msg::Announce {
        change: Change::Params(Params::production()),
    }
}

/// A batch of one task, of an order to pay or a redemption.
fn batch(world: &mut World, redeem: bool) -> Result<(u64, Work)> {
    let order = match redeem {
        false => world.open_order(SMALL, world.to_pay())?,
        true => world.open_order(REDEEMED, world.to_redeem())?,
    };
    let work = world.work(order, 0, &[&SEEDED], 0..1, |_| ())?;
    Ok((world.committed(&work)?, work))
}

fn proven(world: &mut World, redeem: bool) -> Result<u64> {
    let (batch, work) = batch(world, redeem)?;
    let beacon = world.drawn()?;
    let prove = world.proving(batch, &work, &beacon, SAMPLES)?;
    world.run(prove)?;
    Ok(batch)
}

/// What is demanded to be shown.
const TARGET: Target = Target::Element {
    nonce: 0,
    operation: 0,
    output: 0,
    row: 1,
    col: 2,
};

fn demand(world: &World, batch: u64) -> Result<Call> {
    let bond = Params::production().demands.bond.u128();
    let target = TARGET;
    world.pay(bond, &Hook::Demand { batch, target })
}

fn demanded(world: &mut World) -> Result<(u64, Work)> {
    let (batch, work) = batch(world, false)?;
    let demand = demand(world, batch)?;
    world.run(demand)?;
    Ok((batch, work))
}

/// Two workers' claims to one task: the message that settles them, the batch whose
/// claim does not stand, and the other one.
fn claimed(world: &mut World) -> Result<(Call, u64, (u64, Work))> {
    let order = world.open_order(SMALL, world.to_pay())?;
    // Both are charged until one is decided to be void.
    let cum_ops = Some(2 * SEEDED.run.header.cost);
    let late = world.work(order, 1, &[&SEEDED], 0..1, |plan| plan.cum_ops = cum_ops)?;
    let void = world.committed(&late)?;
    let first = world.work(order, 0, &[&SEEDED], 0..1, |plan| {
        plan.attempt = 1;
        plan.cum_ops = cum_ops;
    })?;
    let standing = world.committed(&first)?;
    let resolve = Msg::ResolveClaims {
        first: late.claim(void, 0, false),
        second: first.claim(standing, 0, true),
    };
    let call = world.to_market(&anyone(), &resolve)?;
    Ok((call, void, (standing, first)))
}
