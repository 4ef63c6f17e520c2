//! The auditor's loop, with a coordinator that lies, withholds or is away, a chain that
//! errs, and a process that starts anew.

mod common;

use audit::{Auditor, Counts, FollowError, Told};
use common::{Script, Served, WORKER, delivered, file, record_of, result_of, work};
use compute_api::market::{BatchState, Target};
use serde_json::json;
use test_suite::fixtures::Job;
use worker::cpu::CpuBackend;

struct Scene {
    chain: Script,
    served: Served,
    auditor: Auditor,
    coordinator: audit::Coordinator,
}

impl Scene {
    async fn new() -> Self {
        let (served, coordinator) = Served::start().await;
        let chain = Script::new();
        Self {
            auditor: auditor(&chain, &coordinator, true).await,
            chain,
            served,
            coordinator,
        }
    }

    /// The process is killed and started again.
    async fn restart(&mut self, demands: bool) {
        self.auditor = auditor(&self.chain, &self.coordinator, demands).await;
    }

    async fn round(&mut self) -> Vec<Told> {
        let mut told = Vec::new();
        self.auditor.round(&mut told).await.unwrap();
        told
    }

    async fn fails(&mut self) -> FollowError {
        self.auditor.round(&mut Vec::new()).await.unwrap_err()
    }

    /// Rounds until nothing is open; what was told.
    async fn rounds(&mut self) -> Vec<Told> {
        let mut told = Vec::new();
        for _ in 0..12 {
            told.extend(self.round().await);
            if self.auditor.open() == 0 {
                return told;
            }
        }
        panic!("it does not come to an end: {told:?}");
    }

    fn counts(&self) -> Counts {
        self.auditor.counts()
    }
}

async fn auditor(chain: &Script, coordinator: &audit::Coordinator, demands: bool) -> Auditor {
    let chain = Box::new(chain.clone());
    let backend = Box::new(CpuBackend::default());
    let auditor = Auditor::new(chain, coordinator.clone(), backend, demands).await;
    auditor.unwrap()
}

fn honest(seed: u64) -> Job {
    Job::seeded(seed, 3, 4, 5).unwrap()
}

fn wrong(seed: u64) -> Job {
    honest(seed).corrupt(0, 0).unwrap()
}

#[tokio::test]
async fn every_task_is_checked_once_page_by_page_and_the_late_one_too() {
    let mut scene = Scene::new().await;
    let nonces: Vec<u64> = (0..230).filter(|nonce| *nonce != 3).collect();
    scene
        .served
        .done(&work(vec![honest(1), honest(2)], &nonces, None));
    scene.served.running(3);
    assert_eq!(scene.round().await, []);
    assert_eq!(scene.counts().checked, 229);
    // What came after it is not asked for again.
    assert_eq!(scene.round().await, []);
    assert_eq!(scene.served.asked(&record_of(100)), 1);
    let late = work(vec![wrong(3)], &[3], None);
    scene.served.done(&late);
    let told = scene.round().await;
    assert!(matches!(told[..], [Told::Found { nonce: 3, .. }]));
    assert_eq!(scene.counts().checked, 230);
    assert_eq!(scene.served.asked(&record_of(0)), 1);
    scene.served.done(&work(vec![honest(4)], &[230], None));
    scene.round().await;
    assert_eq!(scene.counts().checked, 231);
}

#[tokio::test]
async fn a_wrong_result_is_proven_when_its_batch_is_there() {
    let mut scene = Scene::new().await;
    let work = work(vec![honest(1), wrong(2)], &[1, 2], None);
    scene.served.done(&work);
    let told = scene.round().await;
    assert!(matches!(told[..], [Told::Found { nonce: 2, .. }]));
    assert_eq!(scene.round().await, []);
    scene.chain.commit(9, &work);
    let told = scene.round().await;
    let proven = Told::Proven {
        nonce: 2,
        worker: WORKER.to_owned(),
        batch: 9,
        tx: "TX".to_owned(),
    };
    assert_eq!(told, [proven]);
    assert_eq!(scene.chain.state_of(9), BatchState::Overturned);
    assert_eq!(scene.round().await, []);
    let counts = Counts {
        checked: 2,
        wrong: 1,
        proven: 1,
        ..Counts::default()
    };
    assert_eq!(scene.counts(), counts);
}

#[tokio::test]
async fn a_chain_that_is_away_delays_and_loses_nothing() {
    let mut scene = Scene::new().await;
    let work = work(vec![wrong(2)], &[2], None);
    scene.served.done(&work);
    scene.chain.commit(9, &work);
    scene.chain.lock().is_away = true;
    for _ in 0..3 {
        let error = scene.fails().await;
        assert!(matches!(error, FollowError::Chain(_)), "{error}");
    }
    assert_eq!(scene.counts().checked, 1, "the check needs no chain");
    scene.chain.lock().is_away = false;
    let told = scene.round().await;
    assert!(matches!(told[..], [Told::Proven { batch: 9, .. }]));
    assert_eq!(scene.counts().checked, 1);
}

#[tokio::test]
async fn a_coordinator_that_is_away_keeps_nobody_from_proving() {
    let mut scene = Scene::new().await;
    let work = work(vec![wrong(2)], &[2], None);
    scene.served.done(&work);
    scene.round().await;
    scene.chain.commit(9, &work);
    for status in [503, 429, 502] {
        scene.served.lie("/v1/jobs", status, "busy");
        let error = scene.fails().await;
        assert!(error.to_string().contains(&status.to_string()), "{error}");
    }
    // The first of these rounds has proven it.
    assert_eq!(scene.chain.state_of(9), BatchState::Overturned);
    assert_eq!(scene.counts().proven, 1);
}

#[tokio::test]
async fn one_job_that_cannot_be_read_holds_no_other_up() {
    let mut scene = Scene::new().await;
    let jobs = vec![Job::matrix(1, 3, 4, 5).unwrap(), wrong(2)];
    let work = work(jobs, &[1, 2], None);
    scene.served.done(&work);
    scene.chain.commit(9, &work);
    for (lie, status) in [("<html>", 200), ("{}", 200), ("gone", 404), ("", 500)] {
        scene.served.lie(&record_of(1), status, lie);
        scene.restart(true).await;
        let told = scene.round().await;
        let unchecked = |told: &Told| {
            matches!(
                told,
                Told::Unchecked {
                    nonce: 1,
                    given_up: false,
                    ..
                }
            )
        };
        assert!(told.iter().any(unchecked), "{lie:?}: {told:?}");
        assert!(
            told.iter()
                .any(|told| matches!(told, Told::Found { nonce: 2, .. }))
        );
        assert_eq!(scene.counts().checked, 1);
        // It is said once, and tried again.
        let again = scene.round().await;
        assert!(!again.iter().any(unchecked), "{again:?}");
    }
    assert_eq!(scene.chain.lock().proofs, 1);
    scene.served.repent();
    for _ in 0..4 {
        scene.round().await;
    }
    assert_eq!(scene.counts().checked, 2);
}

#[tokio::test]
async fn what_is_withheld_for_good_is_given_up_aloud() {
    let mut scene = Scene::new().await;
    scene.served.done(&work(vec![honest(1)], &[1], None));
    scene.served.lie(&result_of(1), 410, "gone");
    let mut told = Vec::new();
    for _ in 0..130 {
        told.extend(scene.round().await);
    }
    assert_eq!(told.len(), 2, "{told:?}");
    let last = told.last().unwrap();
    assert!(matches!(
        last,
        Told::Unchecked {
            nonce: 1,
            given_up: true,
            ..
        }
    ));
    assert_eq!(scene.served.asked(&result_of(1)), 8);
    let counts = scene.counts();
    assert_eq!((counts.checked, counts.unchecked), (0, 1));
}

#[tokio::test]
async fn a_record_that_lies_is_no_check() {
    let mut scene = Scene::new().await;
    let work = work(vec![honest(1), honest(2)], &[1, 2], None);
    scene.served.done(&work);
    // Another task's, another input, a result of another shape, and an endless one.
    let mut other = Vec::new();
    scene.served.change(&record_of(2), |record| {
        other = record.to_string().into_bytes();
    });
    scene.served.lie(&record_of(1), 200, other);
    let told = scene.round().await;
    let [Told::Unchecked { reason, .. }] = &told[..] else {
        panic!("{told:?}");
    };
    assert!(reason.contains("of task 2, not 1"), "{reason}");
    scene.served.repent();
    let small = file(&delivered(&work, 1).output);
    for (change, body, expected) in [
        ("seed", small.clone(), "task input"),
        (
            "",
            [small.clone(), vec![0; 1 << 20]].concat(),
            "longer than",
        ),
        ("", b"no npy".to_vec(), "result"),
    ] {
        scene.restart(true).await;
        scene.served.repent();
        scene.served.lie(&result_of(1), 200, body);
        if change == "seed" {
            let mut record = serde_json::Value::Null;
            scene.served.change(&record_of(1), |value| {
                record = value.clone();
            });
            record["inputs"][0] = json!({ "seed": "11".repeat(32) });
            scene.served.lie(&record_of(1), 200, record.to_string());
        }
        let told = scene.round().await;
        let [
            Told::Unchecked {
                nonce: 1, reason, ..
            },
        ] = &told[..]
        else {
            panic!("{expected}: {told:?}");
        };
        assert!(reason.contains(expected), "{expected}: {reason}");
        assert_eq!(scene.counts().checked, 1);
    }
}

#[tokio::test]
async fn a_list_of_jobs_that_goes_in_circles_is_refused() {
    let mut scene = Scene::new().await;
    let line = json!({ "id": "a", "status": "done", "nonce": 5 });
    let list = json!({ "data": [line, line] });
    scene.served.lie("/v1/jobs", 200, list.to_string());
    let error = scene.fails().await;
    assert!(error.to_string().contains("do not fall"), "{error}");
}

#[tokio::test]
async fn a_wrong_intermediate_is_demanded_and_proven_over_restarts() {
    let mut scene = Scene::new().await;
    let mut made = Vec::new();
    let work = work(vec![inside()], &[1], None);
    scene.served.done(&work);
    scene.chain.commit(4, &work);
    // Answers are late: the node's index is behind.
    scene.chain.lock().is_behind = true;
    for round in 0..4 {
        made.extend(scene.round().await);
        scene.restart(true).await;
        assert_eq!(scene.chain.targets(4).len(), 1, "round {round}");
    }
    scene.chain.lock().is_behind = false;
    for _ in 0..4 {
        made.extend(scene.round().await);
        scene.restart(true).await;
    }
    assert_eq!(scene.chain.state_of(4), BatchState::Overturned);
    let demanded = made
        .iter()
        .filter(|told| matches!(told, Told::Demanded { .. }));
    assert_eq!(demanded.count(), 3, "none is made twice: {made:?}");
    assert!(
        made.iter()
            .any(|told| matches!(told, Told::Proven { batch: 4, .. }))
    );
}

#[tokio::test]
async fn a_worker_that_stays_silent_fails_its_batch() {
    let mut scene = Scene::new().await;
    let work = work(vec![inside()], &[1], None);
    scene.served.done(&work);
    scene.chain.commit(4, &work);
    scene.chain.lock().is_silent = true;
    for _ in 0..5 {
        scene.round().await;
    }
    assert_eq!(scene.chain.targets(4).len(), 1);
    // Anyone does that, when the answer's time is over.
    scene.chain.moved(4, BatchState::Failed);
    let told = scene.round().await;
    let failed = Told::Failed {
        nonce: 1,
        worker: WORKER.to_owned(),
        batch: 4,
    };
    assert_eq!(told, [failed]);
    assert_eq!(scene.counts().failed, 1);
}

#[tokio::test]
async fn bonds_are_spent_only_by_the_owner_who_asked_for_it() {
    for (sender, demands) in [("wasm1stranger", true), (common::OWNER, false)] {
        let mut scene = Scene::new().await;
        scene.chain.sender = sender;
        scene.restart(demands).await;
        assert!(!scene.auditor.demands());
        let work = work(vec![inside()], &[1], None);
        scene.served.done(&work);
        scene.chain.commit(4, &work);
        let told = scene.rounds().await;
        let [Told::Found { .. }, Told::NotProven { nonce: 1, reason }] = &told[..] else {
            panic!("{told:?}");
        };
        assert!(reason.contains("--demand"), "{reason}");
        assert_eq!(scene.chain.targets(4), []);
    }
}

#[tokio::test]
async fn receipts_that_the_coordinator_withholds_are_had_from_the_worker() {
    let mut scene = Scene::new().await;
    let work = work(vec![honest(1), wrong(2)], &[1, 2], None);
    scene.served.done(&work);
    scene.served.withhold_receipts();
    scene.chain.commit(4, &work);
    // It may only be late at first.
    scene.round().await;
    assert_eq!(scene.chain.targets(4), []);
    let told = scene.rounds().await;
    assert!(
        matches!(told[..], [Told::Demanded { .. }, Told::Proven { .. }]),
        "{told:?}"
    );
    assert_eq!(scene.chain.targets(4), [Target::Receipt { nonce: 2 }]);
}

#[tokio::test]
async fn one_task_of_a_batch_is_followed_at_a_time_and_one_proof_ends_it() {
    let mut scene = Scene::new().await;
    let work = work(vec![inside(), inside()], &[1, 2], None);
    scene.served.done(&work);
    scene.chain.commit(4, &work);
    let told = scene.rounds().await;
    assert_eq!(scene.chain.targets(4).len(), 3, "{told:?}");
    assert_eq!(scene.chain.lock().proofs, 1);
    let over = |told: &&Told| matches!(told, Told::NotProven { .. });
    assert_eq!(told.iter().filter(over).count(), 1, "{told:?}");
}

#[tokio::test]
async fn batches_that_have_ended_are_said_and_left() {
    for (state, word) in [
        (BatchState::Settled, "settled"),
        (BatchState::Overturned, "overturned"),
    ] {
        let mut scene = Scene::new().await;
        let work = work(vec![wrong(2)], &[2], None);
        scene.served.done(&work);
        scene.chain.commit(4, &work);
        scene.chain.moved(4, state);
        let told = scene.rounds().await;
        let Some(Told::NotProven { nonce: 2, reason }) = told.last() else {
            panic!("{told:?}");
        };
        assert!(reason.contains(word), "{reason}");
    }
}

/// A product and its transpose; the worker's commitment to the product is wrong.
fn inside() -> Job {
    let job = Job::transposed(6, 3, 4, 5).unwrap();
    job.corrupt(0, 2).unwrap()
}

#[tokio::test]
async fn of_a_private_task_what_is_public_is_checked_and_nothing_else_asked_for() {
    let mut scene = Scene::new().await;
    // One of them gives a wrong number, which nobody but its app can see.
    let honest = work(
        vec![wrong(1), Job::matrix(3, 4, 5, 8).unwrap()],
        &[1, 2],
        None,
    );
    let lying = work(
        vec![self::honest(3)],
        &[3],
        Some(|receipt| receipt.ops += 1),
    );
    let private = |record: &mut serde_json::Value| record["reply_key"] = json!("07".repeat(32));
    for (work, nonces) in [(&honest, &[1, 2][..]), (&lying, &[3])] {
        scene.served.done(work);
        for nonce in nonces {
            scene.served.change(&record_of(*nonce), private);
        }
    }
    scene.chain.commit(9, &honest);
    let told = scene.round().await;
    let [
        Told::Found {
            nonce: 3, finding, ..
        },
        Told::NotProven { nonce: 3, .. },
    ] = &told[..]
    else {
        panic!("{told:?}");
    };
    assert!(matches!(finding, audit::Finding::Receipt(_)), "{finding:?}");
    let counts = Counts {
        private: 3,
        wrong: 1,
        ..Counts::default()
    };
    assert_eq!(scene.counts(), counts);
    for nonce in [1, 2, 3] {
        assert_eq!(scene.served.asked(&result_of(nonce)), 0);
    }
    // Another input than was authorised.
    let other = work(vec![Job::matrix(3, 4, 5, 9).unwrap()], &[4], None);
    scene.served.done(&other);
    scene.served.change(&record_of(4), |record| {
        private(record);
        record["inputs"][0]["tensor"]["root"] = json!("07".repeat(32));
    });
    let told = scene.round().await;
    assert!(
        matches!(&told[..], [Told::Unchecked { nonce: 4, .. }]),
        "{told:?}"
    );
}
