use compute_proofs::receipt::Receipts;
use proptest::prelude::*;
use test_suite::fixtures::{Job, ORDER};
use worker::store::Store;

use super::*;
use crate::testing;

struct Scene {
    journal: Journal,
    done: Done,
    dir: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("runs")).unwrap();
        Self {
            journal: Journal::open(&dir.path().join("journal")).unwrap(),
            done: testing::done(&Job::seeded(1, 3, 4, 5).unwrap(), 0, &store),
            dir,
        }
    }

    /// The same task under another nonce.
    fn task(&self, nonce: u64) -> Done {
        let mut done = self.done.clone();
        done.receipt.nonce = nonce;
        done.grant.authorisation.nonce = nonce;
        done.lease = nonce.to_le_bytes().to_vec();
        done
    }

    fn finish(&self, nonces: &[u64]) {
        for nonce in nonces {
            self.journal.finished(&self.task(*nonce)).unwrap();
            self.journal.delivered(ORDER, *nonce, &[1; 64]).unwrap();
        }
    }

    fn seal(&self, nonces: &[u64]) -> Result<u64, ServiceError> {
        let receipts = nonces.iter().map(|nonce| self.task(*nonce).receipt);
        let batch = Receipts::new(receipts.collect(), 5_000).unwrap().batch();
        self.journal.seal(ORDER, nonces, &batch, &[7; 64])
    }

    /// Another process, after this one was killed.
    fn reopened(self) -> Self {
        drop(self.journal);
        Self {
            journal: Journal::open(&self.dir.path().join("journal")).unwrap(),
            ..self
        }
    }
}

#[test]
fn what_was_written_is_read_by_the_next_process() {
    let scene = Scene::new();
    scene.finish(&[4, 6]);
    scene.journal.finished(&scene.task(9)).unwrap();
    let batch = scene.seal(&[4, 6]).unwrap();
    scene.journal.tried(batch).unwrap();
    let scene = scene.reopened();
    let tasks = scene.journal.batch_tasks(batch).unwrap();
    let mut expected = scene.task(4);
    expected.delivery = Some(vec![1; 64]);
    assert_eq!(tasks[0], expected);
    assert_eq!(tasks.len(), 2);
    let open = scene.journal.open_batches().unwrap();
    assert_eq!(
        (open[0].tries, open[0].commit_by, open[0].number),
        (1, 5_000, None)
    );
    let left = scene.journal.undelivered("wasm1coordinator").unwrap();
    assert_eq!(left, [scene.task(9)]);
    assert_eq!(scene.journal.uncommitted().unwrap(), (30, 3));
    scene
        .journal
        .found(batch, 77, "committed", 19, false)
        .unwrap();
    assert_eq!(scene.journal.uncommitted().unwrap(), (10, 1));
}

#[test]
fn a_receipt_is_in_one_batch_and_batches_do_not_touch() {
    let scene = Scene::new();
    scene.finish(&[1, 2, 3, 5, 8]);
    scene.seal(&[2, 5]).unwrap();
    for twice in [&[2][..], &[5, 8], &[3], &[1, 8]] {
        let error = scene.seal(twice).unwrap_err();
        assert!(matches!(error, ServiceError::Contradiction(_)), "{error}");
    }
    // What was refused has changed nothing.
    scene.seal(&[1]).unwrap();
    scene.seal(&[8]).unwrap();
    assert_eq!(scene.journal.runs(ORDER).unwrap(), [(1, 1), (2, 5), (8, 8)]);
    assert!(
        !scene.journal.can_take(ORDER, 4).unwrap(),
        "a batch spans it"
    );
    assert!(!scene.journal.can_take(ORDER, 8).unwrap());
    assert!(scene.journal.can_take(ORDER, 6).unwrap());
    assert!(scene.journal.can_take(ORDER + 1, 4).unwrap());
}

#[test]
fn a_batch_that_never_got_on_chain_frees_its_receipts_once() {
    let scene = Scene::new();
    scene.finish(&[1, 2]);
    let batch = scene.seal(&[1, 2]).unwrap();
    scene.journal.release(batch).unwrap();
    let again = scene.seal(&[1, 2]).unwrap();
    scene.journal.found(again, 5, "sealed", 20, false).unwrap();
    // It is on chain: nothing frees it.
    scene.journal.release(again).unwrap();
    assert!(scene.seal(&[1]).is_err());
    let sums = scene.journal.sums().unwrap();
    assert_eq!(
        (sums.open_batches, sums.pending_charge, sums.lost_batches),
        (1, 20, 0)
    );
    scene.journal.found(again, 5, "settled", 20, true).unwrap();
    let sums = scene.journal.sums().unwrap();
    assert_eq!(
        (sums.open_batches, sums.settled_batches, sums.settled_charge),
        (0, 1, 20)
    );
}

#[test]
fn a_task_is_done_once_unless_it_was_given_up() {
    let scene = Scene::new();
    scene.journal.finished(&scene.task(3)).unwrap();
    let error = scene.journal.finished(&scene.task(3)).unwrap_err();
    assert!(matches!(error, ServiceError::Contradiction(_)), "{error}");
    assert!(scene.journal.drop_task(ORDER, 3, "cancelled").unwrap());
    assert!(scene.journal.can_take(ORDER, 3).unwrap());
    let mut second = scene.task(3);
    second.lease = b"another".to_vec();
    scene.journal.finished(&second).unwrap();
    scene.journal.delivered(ORDER, 3, &[1; 64]).unwrap();
    assert!(
        !scene.journal.drop_task(ORDER, 3, "late").unwrap(),
        "it is acknowledged"
    );
    let found = scene
        .journal
        .by_lease("wasm1coordinator", b"another")
        .unwrap();
    assert_eq!(found.unwrap().nonce(), 3);
}

#[test]
fn receipts_without_a_word_are_claimed_when_no_time_is_left_to_ask() {
    let scene = Scene::new();
    scene.journal.finished(&scene.task(3)).unwrap();
    let until = scene.done.grant.lease.until;
    let claimable = |now, late| scene.journal.waiting(ORDER, now, late).unwrap()[0].claimable;
    let late = testing::EXPIRES + 1;
    assert!(!claimable(until, late));
    assert!(claimable(until + 1, late));
    assert!(
        !claimable(until + 1, testing::EXPIRES),
        "another worker may have been drawn: the coordinator is asked first"
    );
    let asked = scene.journal.undelivered("wasm1coordinator").unwrap();
    assert_eq!(asked, [scene.task(3)], "its lease is over or not");
    assert_eq!(scene.journal.unacknowledged(ORDER).unwrap(), 1);
    assert_eq!(scene.journal.expire(testing::EXPIRES).unwrap(), 0);
    assert_eq!(scene.journal.expire(testing::EXPIRES + 1).unwrap(), 1);
    assert_eq!(scene.journal.orders_waiting().unwrap(), [0; 0]);
}

#[test]
fn censuses_are_kept_for_their_answers() {
    let scene = Scene::new();
    let mut measured = Measured {
        slot: 1,
        challenge: [3; 32],
        roots: vec![compute_proofs::Hash([1; 32]), compute_proofs::Hash([2; 32])],
        commits: 1,
    };
    for slot in 1..8 {
        measured.slot = slot;
        scene.journal.measure(&measured).unwrap();
    }
    measured.commits = 2;
    scene.journal.measure(&measured).unwrap();
    let scene = scene.reopened();
    assert_eq!(scene.journal.measured(7).unwrap(), Some(measured));
    assert_eq!(
        scene.journal.measured(2).unwrap(),
        None,
        "only the last are kept"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever is tried in whatever order, and however often the process is killed.
    #[test]
    fn no_receipt_is_ever_in_two_batches(
        steps in prop::collection::vec((0..4u8, prop::collection::btree_set(0..12u64, 1..4)), 1..25),
    ) {
        let mut scene = Scene::new();
        scene.finish(&(0..12).collect::<Vec<_>>());
        for (step, nonces) in steps {
            let nonces: Vec<u64> = nonces.into_iter().collect();
            match step {
                0 | 1 => drop(scene.seal(&nonces)),
                2 => {
                    if let Some(open) = scene.journal.open_batches().unwrap().first() {
                        scene.journal.release(open.id).unwrap();
                    }
                }
                _ => scene = scene.reopened(),
            }
            let mut seen = std::collections::BTreeSet::new();
            for open in scene.journal.open_batches().unwrap() {
                for task in scene.journal.batch_tasks(open.id).unwrap() {
                    prop_assert!(seen.insert(task.nonce()));
                }
            }
            let runs = scene.journal.runs(ORDER).unwrap();
            prop_assert!(runs.windows(2).all(|pair| pair[0].1 < pair[1].0));
        }
    }
}
