//! Orders, batches, an issuer's queue, and what time brings.

use compute_api::market::{
    Authoriser, Batch, BatchesResponse, Crank, Deadline, DeadlinesResponse, Mode, Order,
    OrderState, OrdersResponse, RedemptionQueueResponse,
};

use cosmwasm_std::Uint128;

use crate::text::{Facts, Table, coins, ops, parts, rate, time};

/// Both must have passed.
fn deadline(deadline: Deadline, now: u64) -> String {
    format!("{} and block {}", time(deadline.time, now), deadline.height)
}

fn state(order: &Order) -> String {
    let state = match order.state {
        OrderState::Open => "open",
        OrderState::Ending => "ending",
        OrderState::Closed => "closed",
    };
    match order.end_cause {
        Some(cause) => format!("{state} ({cause})"),
        None => state.to_owned(),
    }
}

fn mode(mode: &Mode) -> String {
    match mode {
        Mode::Pay { price_bps } => format!("pay at {} of par", parts(*price_bps)),
        Mode::Redeem { issuer, .. } => format!("redeem at {issuer}"),
    }
}

/// All of one.
pub(super) fn order(order: &Order, now: u64) -> String {
    let amount = |micro: Uint128| format!("{} coins", coins(micro));
    let authoriser = match &order.authoriser {
        Authoriser::App { .. } => format!("the app, key {}", order.authoriser_key.to_hex()),
        Authoriser::Coordinator { daily_cap } => {
            format!("the coordinator, up to {} a period", amount(*daily_cap))
        }
    };
    let mut facts = Facts::default();
    facts
        .add("order", order.order.to_string())
        .add("state", state(order))
        .add("owner", order.owner.as_str())
        .add("mode", mode(&order.mode))
        .add("coordinator", order.coordinator.as_str())
        .add("authorised by", authoriser)
        .add("privacy", order.privacy.to_string())
        .add("samples", order.samples.to_string())
        .add("1 coin", ops(order.opc))
        .add("opened", time(order.opened_at, now))
        .add("expires", time(order.expires, now))
        .add_some("closes", order.closes.map(|closes| deadline(closes, now)))
        .add("open batches", order.open_batches.to_string());
    if let Some(cap) = &order.cap {
        let resets = time(cap.resets_at, now);
        facts.add(
            "cap used",
            format!("{}, anew {resets}", amount(cap.reserved)),
        );
    }
    if let Some(redemption) = &order.redemption {
        facts
            .add("issuer's rate", rate(redemption.rate))
            .add("called for", ops(redemption.called))
            .add("fee left", amount(redemption.fee_left));
        if let Some(call) = &redemption.call {
            let by = deadline(call.serve_by, now);
            facts.add("to be served", format!("place {}, by {by}", call.place));
        }
    }
    let (put, work) = (&order.coins, &order.ops);
    let mut table = Table::new(&["", ">total", ">used", ">reserved", ">left or back"]);
    table.row(vec![
        "coins".to_owned(),
        coins(put.put_in),
        coins(put.spent),
        coins(put.reserved),
        format!("{} free, {} back", coins(put.free), coins(put.paid_back)),
    ]);
    table.row(vec![
        "ops".to_owned(),
        ops(work.total),
        ops(work.used),
        ops(work.reserved),
        format!("{} authorised", ops(work.authorised)),
    ]);
    format!("{}\n\n{}", facts.text(), table.text(""))
}

/// A line for each.
pub(super) fn orders(orders: &OrdersResponse, now: u64) -> String {
    let mut table = Table::new(&[
        ">order",
        "state",
        "mode",
        "owner",
        ">coins",
        ">spent",
        ">reserved",
        ">ops used",
        ">ops",
        "expires",
    ]);
    for order in &orders.orders {
        table.row(vec![
            order.order.to_string(),
            state(order),
            mode(&order.mode),
            order.owner.to_string(),
            coins(order.coins.put_in),
            coins(order.coins.spent),
            coins(order.coins.reserved),
            ops(order.ops.used),
            ops(order.ops.total),
            time(order.expires, now),
        ]);
    }
    with_next(table.text("no orders"), orders.next)
}

/// How to get the next page.
fn with_next(text: String, next: Option<u64>) -> String {
    match next {
        Some(next) => format!("{text}\n\nmore with --start-after {next}"),
        None => text,
    }
}

/// All of one.
pub(super) fn batch(batch: &Batch, now: u64) -> String {
    let signed = &batch.commitment;
    let last = signed
        .first_nonce
        .saturating_add(signed.span.saturating_sub(1).into());
    let mut facts = Facts::default();
    facts
        .add("batch", batch.batch.to_string())
        .add("state", batch.state.to_string())
        .add("order", batch.order.to_string())
        .add("worker", batch.worker.as_str())
        .add("slot", batch.slot.to_string())
        .add("tasks", format!("nonces {} to {last}", signed.first_nonce))
        .add("ops", ops(signed.ops))
        .add("charge", format!("{} coins", coins(batch.charge)))
        .add("root", signed.root.to_hex())
        .add(
            "committed",
            format!("{}, block {}", time(batch.committed_at, now), batch.height),
        )
        .add("samples opened", batch.opened.to_string())
        .add_some("prove by", batch.prove_by.map(|by| deadline(by, now)))
        .add_some(
            "settles after",
            batch.open_until.map(|until| deadline(until, now)),
        )
        .add(
            "demands",
            format!("{}, {} open", batch.demands, batch.open_demands),
        )
        .add(
            "void",
            format!("{}, {} undecided", ops(batch.void_ops), batch.pending_voids),
        )
        .add_some("ended", batch.ended_at.map(|at| time(at, now)));
    facts.text()
}

/// A line for each.
pub(super) fn batches(batches: &BatchesResponse, now: u64) -> String {
    let mut table = Table::new(&[
        ">batch",
        "state",
        ">order",
        "worker",
        ">ops",
        ">charge (coins)",
        ">slot",
        ">opened",
        "committed",
        "next limit",
    ]);
    for batch in &batches.batches {
        let limit = match (batch.ended_at, batch.prove_by, batch.open_until) {
            (Some(at), ..) => format!("ended {}", time(at, now)),
            (_, Some(by), _) => format!("prove by {}", time(by.time, now)),
            (_, _, Some(until)) => format!("settles after {}", time(until.time, now)),
            _ => "–".to_owned(),
        };
        table.row(vec![
            batch.batch.to_string(),
            batch.state.to_string(),
            batch.order.to_string(),
            batch.worker.to_string(),
            ops(batch.commitment.ops),
            coins(batch.charge),
            batch.slot.to_string(),
            batch.opened.to_string(),
            time(batch.committed_at, now),
            limit,
        ]);
    }
    with_next(table.text("no batches"), batches.next)
}

/// How the issuer serves, and what waits.
pub(crate) fn queue(queue: &RedemptionQueueResponse, now: u64) -> String {
    let record = &queue.record;
    let mut facts = Facts::default();
    facts
        .add("issuer", record.issuer.as_str())
        .add("open", format!("{} coins", coins(record.open)))
        .add("called for", ops(record.queued_ops))
        .add("served in time", format!("{} calls", record.served_calls))
        .add(
            "late",
            format!(
                "{} calls, {} short",
                record.late_calls,
                ops(record.late_ops)
            ),
        );
    let mut table = Table::new(&[">place", ">order", ">to be served", "by"]);
    for call in &queue.queue {
        table.row(vec![
            call.call.place.to_string(),
            call.order.to_string(),
            ops(call.ops),
            deadline(call.call.serve_by, now),
        ]);
    }
    format!("{}\n\n{}", facts.text(), table.text("nothing waits"))
}

/// The earliest first.
pub(super) fn deadlines(deadlines: &DeadlinesResponse, now: u64) -> String {
    let mut table = Table::new(&["what", ">number", "after"]);
    for due in &deadlines.deadlines {
        let (what, number) = match due.crank {
            Crank::SealSlot { slot } => ("seal slot", slot),
            Crank::DrawSlot { slot } => ("draw slot", slot),
            Crank::FailBatch { batch } => ("fail batch", batch),
            Crank::SettleBatch { batch } => ("settle batch", batch),
            Crank::EndOrder { order } => ("end order", order),
            Crank::CloseOrder { order } => ("close order", order),
        };
        table.row(vec![
            what.to_owned(),
            number.to_string(),
            deadline(due.after, now),
        ]);
    }
    table.text("nothing is due")
}
