//! Why a job was not accepted, as its app is told.

use axum::http::StatusCode;

use super::error::ApiError;
use crate::core::now;
use crate::machine::cap::Over;
use crate::store::Submitted;

pub(super) fn refused(submitted: &Submitted, order: u64) -> ApiError {
    match submitted {
        Submitted::Conflict => ApiError::conflict(
            "idempotency_conflict",
            "This Idempotency-Key was used for another request.",
        ),
        Submitted::NoOps { left } => ApiError::new(
            StatusCode::PAYMENT_REQUIRED,
            "insufficient_quota",
            format!("Order {order} has {left} ops left: put coins in, or open another one."),
        ),
        Submitted::NotNext { nonce, cum_ops } => ApiError::conflict(
            "not_the_next_task",
            format!("The next task of order {order} has nonce {nonce}, behind cum_ops {cum_ops}."),
        ),
        Submitted::Foreign => ApiError::conflict(
            "order_served_elsewhere",
            format!(
                "Order {order} has tasks that this coordinator's database does not know, so which \
                 nonces are used is not known either: open another order."
            ),
        ),
        Submitted::OverCap(over) => over_cap(over, order),
        _ => ApiError::later(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_jobs",
            format!("Too many jobs of order {order} are not done yet."),
            1,
        ),
    }
}

fn over_cap(over: &Over, order: u64) -> ApiError {
    let Over {
        cap,
        used,
        cost,
        frees,
    } = over;
    if over.for_ever() {
        return ApiError::new(
            StatusCode::PAYMENT_REQUIRED,
            "daily_cap_too_low",
            format!(
                "The task costs {cost} micro-coins, and the daily cap of order {order} is {cap}: \
                 open an order with a higher cap, or send a smaller task."
            ),
        );
    }
    let seconds = frees.saturating_sub(now()).max(1);
    ApiError::later(
        StatusCode::TOO_MANY_REQUESTS,
        "daily_cap_reached",
        format!(
            "The task costs {cost} micro-coins; {used} of order {order}'s daily cap of {cap} are \
             used until {frees} (seconds since 1970): send it again in {seconds} s, or open an \
             order with a higher cap."
        ),
        seconds,
    )
}
