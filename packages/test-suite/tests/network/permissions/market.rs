//! Messages to the market, and scenes in which they succeed. The holder has an order to
//! pay, 1, and a redemption, 2; the first miner does its tasks.

use std::sync::LazyLock;

use compute_api::market::{Change, ExecuteMsg, Hook, SlotStage, Target, Terms};
use compute_proofs::{
    codec::Encode,
    opening::{FraudProof, Place},
};
use cosmwasm_std::{Uint128, to_json_binary};
use cw_ownable::Action;
use cw20::Cw20ReceiveMsg;
use test_suite::{
    fixtures::Job,
    market::{LIE, SEEDED, Work, answer_to, registration},
    network::{
        Builder, Network,
        defaults::{COIN, DAY, market_params},
    },
};

use super::people;

const PAY: u64 = 1;
const REDEEM: u64 = 2;
const RECEIPT: Target = Target::Receipt { nonce: 0 };

/// A program that is not registered yet.
static NEW: LazyLock<Job> = LazyLock::new(|| Job::seeded(1, 7, 2, 3).unwrap());

/// A miner's batch of the first task, the same at whatever time it is asked for.
fn work_of(net: &Network, order: u64, miner: usize, job: &'static Job) -> Work {
    let opened_at = net.order(order).opened_at;
    net.work_with(order, miner, &[0], |plan| {
        plan.jobs = vec![job];
        plan.attempt = u32::try_from(miner).unwrap();
        // So that two can claim it.
        plan.cum_ops = Some(10 * SEEDED.run.header.cost);
        plan.commit_by = opened_at + 3_600;
        plan.expires = opened_at + 7_200;
    })
}

fn work(net: &Network) -> Work {
    work_of(net, PAY, 0, &SEEDED)
}

pub(super) fn hook(net: &Network, name: &str) -> Hook {
    match name {
        "open_order" => Hook::OpenOrder(net.to_pay()),
        "top_up" => Hook::TopUp { order: PAY },
        "demand" => Hook::Demand {
            batch: 1,
            target: RECEIPT,
        },
        _ => panic!("no hook {name}: write one"),
    }
}

pub(super) fn message(net: &Network, name: &str) -> Option<ExecuteMsg> {
    use ExecuteMsg as Msg;

    Some(match name {
        "activate" => Msg::Activate {
            contracts: net.peers(),
        },
        "announce" => Msg::Announce {
            change: Change::Params(market_params()),
        },
        "apply" => Msg::Apply { id: 1 },
        "cancel" => Msg::Cancel { id: 1 },
        "register_program" => registration(&NEW),
        "set_terms" => Msg::SetTerms {
            terms: Terms {
                min_price_bps: 10_000,
                min_fee_bps: 0,
            },
        },
        "receive" => Msg::Receive(Cw20ReceiveMsg {
            sender: net.account("holder").to_string(),
            amount: Uint128::new(1_000),
            msg: to_json_binary(&hook(net, "top_up")).unwrap(),
        }),
        "extend_order" => Msg::ExtendOrder {
            order: PAY,
            expires: net.now() + 40 * DAY,
        },
        "cancel_order" => Msg::CancelOrder { order: PAY },
        "call_order" => work_of(net, REDEEM, 0, &SEEDED).call(0),
        "end_order" => Msg::EndOrder { order: PAY },
        "close_order" => Msg::CloseOrder { order: PAY },
        "commit_batch" => work(net).commit(),
        "seal_slot" => Msg::SealSlot { slot: 1 },
        "draw_slot" => Msg::DrawSlot { slot: 1 },
        "prove_batch" => {
            let SlotStage::Drawn { randomness, .. } = net.slot(1).stage else {
                panic!("not drawn");
            };
            let beacon: [u8; 32] = randomness.as_slice().try_into().unwrap();
            Msg::ProveBatch {
                batch: 1,
                openings: work(net).openings(&beacon, 4),
            }
        }
        "answer_demand" => Msg::AnswerDemand {
            batch: 1,
            demand: 1,
            answer: answer_to(&work(net), &RECEIPT),
        },
        "prove_fraud" => {
            let place = Place {
                output: 0,
                row: 1,
                col: 1,
            };
            let lie = work_of(net, PAY, 0, &LIE);
            let proof = FraudProof::Element(lie.evidence(0, 0, place));
            Msg::ProveFraud {
                batch: 1,
                proof: proof.to_bytes().into(),
            }
        }
        "resolve_claims" => Msg::ResolveClaims {
            first: work(net).claim(1, 0, false),
            second: work_of(net, PAY, 1, &SEEDED).claim(2, 0, false),
        },
        "decide_void" => Msg::DecideVoid { batch: 1, nonce: 0 },
        "fail_batch" => Msg::FailBatch { batch: 1 },
        "settle_batch" => Msg::SettleBatch { batch: 1 },
        "tick" => Msg::Tick {},
        _ => return None,
    })
}

/// Everybody has coins, the holder has its orders, nothing is committed.
fn open() -> Network {
    let mut net = Builder::default()
        .with_coordinators(1)
        .with_market_params(|params| params.demands.bond = Uint128::new(1_000))
        .build();
    net.start();
    net.register_programs();
    for (_, who) in people(&net) {
        net.mint(0, &who, 1_000 * COIN).unwrap();
    }
    let (holder, stranger) = (net.account("holder"), net.stranger.clone());
    let coordinator = net.coordinators[0].clone();
    net.mint(0, &coordinator.owner, 1_000 * COIN).unwrap();
    net.bond(&coordinator, 1_000 * COIN).unwrap();
    let miner = net.miners[0].clone();
    net.bond(&miner, 500 * COIN).unwrap();
    assert_eq!(net.balance(&stranger), 1_000 * COIN);
    let pay = net.to_pay();
    net.open_order(&holder, 100 * COIN, pay).unwrap();
    let redeem = net.to_redeem(0, 0);
    net.open_order(&holder, 100 * COIN, redeem).unwrap();
    net
}

fn committed() -> Network {
    let mut net = open();
    let work = work(&net);
    net.commit_batch(&work).unwrap();
    net
}

/// The first two miners have done the same task, which has been shown.
fn disputed() -> Network {
    let mut net = committed();
    net.wait(5);
    let rival = work_of(&net, PAY, 1, &SEEDED);
    net.commit_batch(&rival).unwrap();
    let resolve = message(&net, "resolve_claims").unwrap();
    net.crankable(&resolve).unwrap();
    net.drawn_batch(1);
    let first = work(&net);
    net.prove_batch(1, &first).unwrap();
    net.prove_batch(2, &rival).unwrap();
    net.run(21_601);
    net
}

fn announced() -> Network {
    let mut net = open();
    let owner = net.owner.clone();
    let announce = message(&net, "announce").unwrap();
    net.market(&owner, &announce).unwrap();
    net.run(7 * DAY);
    net
}

/// The scene of a message or hook to the market.
pub(super) fn scene(name: &str) -> Network {
    match name {
        "apply" | "cancel" => announced(),
        "update_ownership.accept_ownership" => {
            let mut net = open();
            let owner = net.owner.clone();
            let offer = ExecuteMsg::UpdateOwnership(Action::TransferOwnership {
                new_owner: net.guardian.to_string(),
                expiry: None,
            });
            net.market(&owner, &offer).unwrap();
            net
        }
        "end_order" => {
            let mut net = open();
            let expires = net.order(PAY).expires;
            net.pass((expires, 0));
            net
        }
        "close_order" => {
            let mut net = scene("end_order");
            net.crankable(&ExecuteMsg::EndOrder { order: PAY }).unwrap();
            let closes = net.order(PAY).closes.unwrap();
            net.pass((closes.time, closes.height));
            net
        }
        "seal_slot" => {
            let mut net = committed();
            let ends_at = net.slot(1).ends_at;
            net.at(ends_at + 1);
            net
        }
        "draw_slot" => {
            let mut net = committed();
            net.seal_slot_of(1).unwrap();
            let SlotStage::Sealed { round, .. } = net.slot(1).stage else {
                panic!("not sealed");
            };
            net.run(60);
            net.post(round);
            net
        }
        "prove_batch" => {
            let mut net = committed();
            net.drawn_batch(1);
            net
        }
        "fail_batch" => {
            let mut net = scene("prove_batch");
            let by = net.batch(1).prove_by.unwrap();
            net.pass((by.time, by.height));
            net
        }
        "settle_batch" => {
            let mut net = committed();
            let work = work(&net);
            net.proven_batch(1, &work);
            net.end_window(1);
            net
        }
        "answer_demand" => {
            let mut net = committed();
            net.demand(1, RECEIPT).unwrap();
            net
        }
        "receive.demand" => committed(),
        "prove_fraud" => {
            let mut net = open();
            let lie = work_of(&net, PAY, 0, &LIE);
            net.commit_batch(&lie).unwrap();
            net
        }
        "resolve_claims" => {
            let mut net = committed();
            net.wait(5);
            let rival = work_of(&net, PAY, 1, &SEEDED);
            net.commit_batch(&rival).unwrap();
            net
        }
        "decide_void" => disputed(),
        _ => open(),
    }
}
