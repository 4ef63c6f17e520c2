//! Events of programs, operators and orders.

use compute_api::market::{
    Authoriser, Call, CapUse, Deadline, EndCause, Halt, Mode, Order, OrderCoins, OrderOps,
    OrderState, Privacy, Program, Redemption, RedemptionRecord, Terms, events::OrderEvent,
};
use compute_proofs::program::VERSION;
use cosmwasm_std::{Addr, Uint128};

use super::MarketBook;

impl MarketBook {
    pub(super) fn order(&mut self, event: OrderEvent) {
        match event {
            OrderEvent::Activated { .. }
            | OrderEvent::Announced { .. }
            | OrderEvent::Applied { .. }
            | OrderEvent::Cancelled { .. }
            | OrderEvent::OperationsAdded { .. } => {}
            OrderEvent::HaltSeen { from, until } => self.halt = Some(Halt { from, until }),
            OrderEvent::ProgramRegistered {
                registrar,
                program,
                slots,
                operations,
                cost,
                top,
                time,
                height,
            } => {
                let known = Program {
                    program: program.clone(),
                    version: VERSION,
                    slots,
                    operations,
                    cost,
                    top,
                    registrar: Addr::unchecked(registrar),
                    registered_at: time,
                    height,
                };
                let before = self.programs.insert(program.to_vec(), known);
                assert_eq!(before, None, "registered twice");
            }
            OrderEvent::TermsSet {
                operator,
                min_price_bps,
                min_fee_bps,
                ..
            } => {
                let terms = Terms {
                    min_price_bps,
                    min_fee_bps,
                };
                self.terms.insert(operator, terms);
            }
            event @ OrderEvent::OrderOpened { .. } => self.opened(event),
            event @ OrderEvent::OrderChanged { .. } => self.changed(event),
            OrderEvent::OrderExtended { order, expires } => {
                self.known_order(order).expires = expires;
            }
            OrderEvent::OrderEnded {
                order,
                cause,
                closes,
                closes_height,
            } => {
                let order = self.known_order(order);
                order.state = OrderState::Ending;
                order.end_cause = Some(match cause.as_str() {
                    "expired" => EndCause::Expired,
                    "cancelled" => EndCause::Cancelled,
                    "late" => EndCause::Late,
                    other => panic!("{other}"),
                });
                order.closes = Some(Deadline {
                    time: closes,
                    height: closes_height,
                });
            }
            OrderEvent::OrderClosed { order, .. } => {
                self.known_order(order).state = OrderState::Closed;
            }
            OrderEvent::OrderCalled {
                order,
                place,
                called,
                serve_by,
                serve_by_height,
                ..
            } => {
                let order = self.known_order(order);
                let redemption = order.redemption.as_mut().expect("told of before");
                redemption.called = called;
                redemption.call = Some(Call {
                    place,
                    serve_by: Deadline {
                        time: serve_by,
                        height: serve_by_height,
                    },
                });
            }
            OrderEvent::CallEnded { order, place, .. } => {
                let order = self.known_order(order);
                let ended = order
                    .redemption
                    .as_mut()
                    .expect("told of before")
                    .call
                    .take();
                assert_eq!(ended.expect("told of before").place, place);
            }
            OrderEvent::QueueChanged {
                issuer,
                open,
                queued_ops,
                served_calls,
                late_calls,
                late_ops,
            } => {
                let record = RedemptionRecord {
                    issuer: Addr::unchecked(&issuer),
                    open,
                    queued_ops,
                    served_calls,
                    late_calls,
                    late_ops,
                };
                self.queues.insert(issuer, record);
            }
        }
    }

    fn opened(&mut self, event: OrderEvent) {
        let OrderEvent::OrderOpened {
            order,
            owner,
            coordinator,
            coordinator_key,
            authoriser_key,
            daily_cap,
            privacy,
            samples,
            opc,
            price_bps,
            issuer,
            fee,
            rate,
            time,
            expires,
        } = event
        else {
            return;
        };
        let zero = Uint128::zero();
        let mode = match (price_bps, issuer, fee) {
            (Some(price_bps), None, None) => Mode::Pay { price_bps },
            (None, Some(issuer), Some(fee)) => Mode::Redeem { issuer, fee },
            other => panic!("{other:?}"),
        };
        let known = Order {
            order,
            owner: Addr::unchecked(owner),
            mode,
            coordinator: Addr::unchecked(coordinator),
            coordinator_key,
            authoriser: match daily_cap {
                Some(daily_cap) => Authoriser::Coordinator { daily_cap },
                None => Authoriser::App {
                    public_key: authoriser_key.clone(),
                },
            },
            authoriser_key,
            privacy: match privacy.as_str() {
                "sampled" => Privacy::Sampled,
                "private" => Privacy::Private,
                other => panic!("{other}"),
            },
            samples,
            opc,
            opened_at: time,
            expires,
            state: OrderState::Open,
            end_cause: None,
            closes: None,
            coins: OrderCoins {
                put_in: zero,
                spent: zero,
                reserved: zero,
                paid_back: zero,
                free: zero,
            },
            ops: OrderOps {
                total: zero,
                authorised: zero,
                reserved: zero,
                used: zero,
            },
            open_batches: 0,
            cap: None,
            redemption: rate.map(|rate| Redemption {
                rate,
                called: zero,
                call: None,
                fee_left: zero,
            }),
        };
        self.touched_orders.push(order);
        assert_eq!(self.orders.insert(order, known), None);
    }

    fn changed(&mut self, event: OrderEvent) {
        let OrderEvent::OrderChanged {
            order,
            put_in,
            spent,
            reserved,
            paid_back,
            free,
            fee_left,
            ops_total,
            ops_authorised,
            ops_reserved,
            ops_used,
            open_batches,
            cap_reserved,
            cap_resets_at,
            ..
        } = event
        else {
            return;
        };
        let order = self.known_order(order);
        order.coins = OrderCoins {
            put_in,
            spent,
            reserved,
            paid_back,
            free,
        };
        order.ops = OrderOps {
            total: ops_total,
            authorised: ops_authorised,
            reserved: ops_reserved,
            used: ops_used,
        };
        order.open_batches = open_batches;
        order.cap = cap_reserved
            .zip(cap_resets_at)
            .map(|(reserved, resets_at)| CapUse {
                reserved,
                resets_at,
            });
        match &mut order.redemption {
            Some(redemption) => redemption.fee_left = fee_left,
            None => assert!(fee_left.is_zero()),
        }
    }
}
