use compute_api::market::{Authoriser, OrderCoins, OrderOps};
use compute_proofs::codec::Encode;
use cosmwasm_std::{Addr, Uint128};
use test_suite::fixtures::{self, COORDINATOR, Job, ORDER, WORKER, sign};

use super::*;
use crate::testing;

const NOW: u64 = testing::EXPIRES - 10_000;

fn job() -> Job {
    Job::matrix(3, 3, 4, 5).unwrap()
}

fn order() -> Order {
    let keys = testing::keys();
    Order {
        order: ORDER,
        owner: Addr::unchecked("wasm1owner"),
        mode: Mode::Pay { price_bps: 10_000 },
        coordinator: Addr::unchecked("wasm1coordinator"),
        coordinator_key: keys.coordinator.into(),
        authoriser: Authoriser::App {
            public_key: keys.authoriser.into(),
        },
        authoriser_key: keys.authoriser.into(),
        privacy: Privacy::Sampled,
        samples: 4,
        opc: Uint128::new(1_000_000),
        opened_at: 1,
        expires: NOW + 1,
        state: OrderState::Open,
        end_cause: None,
        closes: None,
        coins: OrderCoins {
            put_in: Uint128::zero(),
            spent: Uint128::zero(),
            reserved: Uint128::zero(),
            paid_back: Uint128::zero(),
            free: Uint128::zero(),
        },
        ops: OrderOps {
            total: Uint128::new(1 << 60),
            authorised: Uint128::zero(),
            reserved: Uint128::zero(),
            used: Uint128::zero(),
        },
        open_batches: 0,
        cap: None,
        redemption: None,
    }
}

/// An offer of task 2, as a coordinator sends it.
fn task() -> v1::Task {
    let job = job();
    let mut grant = job.grant(2);
    grant.lease.until = NOW + 300;
    grant.lease_signature = sign(
        COORDINATOR,
        &grant.lease.message(&fixtures::order(), WORKER),
    );
    let inputs = job.inputs.iter().map(|input| {
        let compute_proofs::program::TaskInput::Tensor(tensor) = input else {
            panic!("not a tensor");
        };
        v1::Input {
            input: Some(input::Input::Tensor(tensor_ref(
                tensor.root(),
                *tensor.spec(),
            ))),
        }
    });
    let keys = testing::keys();
    v1::Task {
        lease: b"lease".to_vec(),
        order: ORDER,
        authoriser_key: keys.authoriser.to_vec(),
        coordinator_key: keys.coordinator.to_vec(),
        grant: grant.to_bytes(),
        operations: job
            .program
            .operations
            .iter()
            .map(Encode::to_bytes)
            .collect(),
        slots: job.program.slots.into(),
        inputs: inputs.collect(),
        reply_key: Vec::new(),
    }
}

/// The verdict on an offer in a world that was changed in one respect.
fn verdict(
    change_task: impl FnOnce(&mut v1::Task),
    change_order: impl FnOnce(&mut Order),
    change: impl FnOnce(&mut Facts<'_>, &mut Terms),
) -> Result<u64, Refusal> {
    let (mut task, mut order) = (task(), order());
    change_task(&mut task);
    change_order(&mut order);
    let offered = Offered::decode(task)?;
    let (keys, header) = (testing::keys(), job().run.header);
    let mut facts = Facts {
        order: &order,
        keys: &keys,
        coordinator: "wasm1coordinator",
        worker: WORKER,
        issuer: None,
        header: Some(&header),
        now: NOW,
        room: 1_000_000,
        claimable: true,
        unacknowledged: 0,
        rate: 1_000_000,
    };
    let mut terms = Terms::default();
    change(&mut facts, &mut terms);
    judge(&offered, &facts, &terms)
}

fn reason(verdict: Result<u64, Refusal>) -> (RefuseReason, String) {
    let refusal = verdict.unwrap_err();
    (refusal.reason, refusal.detail)
}

#[test]
fn a_good_offer_is_taken_at_its_price_rounded_up() {
    let cost = job().run.header.cost;
    let expected = u64::try_from(cost.div_ceil(1)).unwrap();
    let charge = verdict(|_| (), |_| (), |_, _| ());
    // At par with 10^6 ops a coin, a micro-coin buys one op.
    assert_eq!(charge, Ok(expected));
    let third = |order: &mut Order| order.mode = Mode::Pay { price_bps: 3_333 };
    let charge = verdict(|_| (), third, |_, _| ());
    assert_eq!(
        charge,
        Ok(u64::try_from((cost * 3_333).div_ceil(10_000)).unwrap())
    );
}

#[test]
fn what_cannot_be_read_is_refused() {
    let changes: [fn(&mut v1::Task); 8] = [
        |task| task.reply_key = vec![1; 31],
        |task| task.grant.push(0),
        |task| task.authoriser_key.truncate(31),
        |task| task.slots = 300,
        |task| task.operations[0].truncate(5),
        |task| task.inputs[0].input = None,
        |task| task.inputs[0].input = Some(input::Input::Seed(vec![1; 31])),
        |task| {
            let Some(input::Input::Tensor(tensor)) = &mut task.inputs[1].input else {
                panic!("not a tensor");
            };
            tensor.dtype = "f32".to_owned();
        },
    ];
    for change in changes {
        let (reason, detail) = reason(verdict(change, |_| (), |_, _| ()));
        assert_eq!(reason, RefuseReason::BadGrant, "{detail}");
        assert!(detail.ends_with("cannot be read"), "{detail}");
    }
}

#[test]
fn a_grant_that_would_not_hold_is_refused() {
    let bad = |change: fn(&mut v1::Task)| {
        let (reason, detail) = reason(verdict(change, |_| (), |_, _| ()));
        assert_eq!(reason, RefuseReason::BadGrant, "{detail}");
        detail
    };
    let regrant = |task: &mut v1::Task, change: fn(&mut Grant)| {
        let mut grant = Grant::from_bytes(&task.grant).unwrap();
        change(&mut grant);
        task.grant = grant.to_bytes();
    };
    let detail = bad(|task| task.coordinator_key = vec![9; 32]);
    assert!(detail.contains("keys"), "{detail}");
    let detail = reason(verdict(
        |task| regrant(task, |grant| grant.lease_signature[5] ^= 1),
        |_| (),
        |_, _| (),
    ));
    assert_eq!(detail.0, RefuseReason::BadGrant, "{}", detail.1);
    let detail = reason(verdict(
        |task| regrant(task, |grant| grant.authorisation.cum_ops += 1),
        |_| (),
        |_, _| (),
    ));
    assert_eq!(detail.0, RefuseReason::BadGrant, "{}", detail.1);
    // Another worker's lease.
    let (reason_, _) = reason(verdict(
        |_| (),
        |_| (),
        |facts, _| facts.worker = "wasm1other",
    ));
    assert_eq!(reason_, RefuseReason::BadGrant);
    // Another input than is authorised.
    bad(|task| {
        let Some(input::Input::Tensor(tensor)) = &mut task.inputs[1].input else {
            panic!("not a tensor");
        };
        tensor.root = vec![1; 32];
    });
    // Other operations than the program's.
    bad(|task| {
        task.operations = vec![Job::matrix(3, 3, 4, 6).unwrap().program.operations[0].to_bytes()]
    });
    let (reason_, detail) = reason(verdict(|_| (), |_| (), |facts, _| facts.header = None));
    assert_eq!(reason_, RefuseReason::BadGrant);
    assert!(detail.contains("not registered"), "{detail}");
    let (reason_, _) = reason(verdict(
        |_| (),
        |_| (),
        |facts, _| facts.coordinator = "wasm1x",
    ));
    assert_eq!(reason_, RefuseReason::BadGrant);
    // Too late to commit.
    let late = |facts: &mut Facts<'_>, _: &mut Terms| facts.now = testing::EXPIRES - 30;
    let lasting = |order: &mut Order| order.expires = testing::EXPIRES;
    let (reason_, detail) = reason(verdict(|_| (), lasting, late));
    assert_eq!(reason_, RefuseReason::BadGrant);
    assert!(detail.contains("expiry"), "{detail}");
}

#[test]
fn an_order_that_does_not_suit_is_refused() {
    let orders: [fn(&mut Order); 5] = [
        |order| order.state = OrderState::Ending,
        |order| order.expires = NOW,
        |order| order.ops.total = Uint128::new(1),
        |order| order.mode = Mode::Pay { price_bps: 0 },
        |order| {
            order.mode = Mode::Redeem {
                issuer: "wasm1issuer".to_owned(),
                fee: Uint128::zero(),
            };
        },
    ];
    for change in orders {
        let (reason, detail) = reason(verdict(|_| (), change, |_, _| ()));
        assert_eq!(reason, RefuseReason::Terms, "{detail}");
    }
    let facts: [fn(&mut Facts<'_>, &mut Terms); 4] = [
        |facts, _| facts.room = 1,
        |facts, _| facts.claimable = false,
        |facts, terms| facts.unacknowledged = terms.max_unacknowledged,
        |facts, _| facts.now += 299,
    ];
    for change in facts {
        let lasting = |order: &mut Order| order.expires = testing::EXPIRES;
        let slow = |facts: &mut Facts<'_>, terms: &mut Terms| {
            // Some seconds of work: less than a task may take, more than the lease has left.
            facts.rate = 10_000;
            change(facts, terms);
        };
        let (reason, detail) = reason(verdict(|_| (), lasting, slow));
        assert_eq!(reason, RefuseReason::Terms, "{detail}");
    }
    let slow = |facts: &mut Facts<'_>, terms: &mut Terms| {
        facts.rate = 1;
        terms.max_seconds = 5;
    };
    let (reason, detail) = reason(verdict(|_| (), |_| (), slow));
    assert_eq!(reason, RefuseReason::TooLarge, "{detail}");
}

#[test]
fn a_private_task_is_taken_for_a_private_order_alone() {
    let private = |order: &mut Order| order.privacy = Privacy::Private;
    let sealed = |task: &mut v1::Task| task.reply_key = vec![1; 32];
    let open = verdict(|_| (), |_| (), |_, _| ());
    assert_eq!(verdict(sealed, private, |_, _| ()), open);
    for refused in [
        verdict(|_| (), private, |_, _| ()),
        verdict(sealed, |_| (), |_, _| ()),
    ] {
        let (reason, detail) = reason(refused);
        assert_eq!(reason, RefuseReason::BadGrant, "{detail}");
    }
    let seeded = |task: &mut v1::Task| {
        sealed(task);
        task.inputs[0].input = Some(input::Input::Seed(vec![1; 32]));
    };
    let (_, detail) = reason(verdict(seeded, private, |_, _| ()));
    assert!(detail.contains("come sealed"), "{detail}");
}

#[test]
fn an_issuers_operator_serves_its_redemptions_at_par() {
    let redeem = |order: &mut Order| {
        order.mode = Mode::Redeem {
            issuer: "wasm1issuer".to_owned(),
            fee: Uint128::zero(),
        };
    };
    let ours = |facts: &mut Facts<'_>, _: &mut Terms| facts.issuer = Some("wasm1issuer");
    let charge = verdict(|_| (), redeem, ours);
    assert_eq!(charge, verdict(|_| (), |_| (), |_, _| ()));
}

#[test]
fn charges_never_overflow() {
    assert_eq!(charge(1, 3, 10_000), Some(333_334));
    assert_eq!(charge(u128::MAX, 1, 1), None);
    assert_eq!(charge(1 << 90, 1, 10_000), None);
    assert_eq!(charge(5, 0, 10_000), None);
}
