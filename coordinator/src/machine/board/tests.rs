//! The board under random events: one lease a task, no attempt twice, nothing lost.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use compute_proofs::Hash;
use compute_proofs::task::Authorisation;
use proptest::prelude::*;

use super::*;
use crate::job::Detail;
use crate::machine::draw::Lottery;

const WORKERS: [&str; 4] = ["a", "b", "c", "d"];
const PROGRAM: Hash = Hash([1; 32]);

fn rules() -> Rules {
    Rules {
        answer_ms: 2_000,
        grace_ms: 5_000,
        lease_ms: 10_000,
        lease_factor: 2,
        max_tries: 6,
        input_ms: 5_000,
        max_slots: 8,
    }
}

fn basis() -> Basis {
    let stakes = WORKERS.iter().zip([5u128, 1, 9, 3]);
    let stakes = stakes.map(|(name, stake)| (Arc::from(*name), stake));
    let issuer = [(Arc::from("a"), 10u128), (Arc::from("b"), 1)];
    Basis {
        census: 1,
        beacon: Hash([5; 32]),
        stakes: Lottery::new(stakes).unwrap(),
        issuers: BTreeMap::from([(Arc::from("issuer"), Lottery::new(issuer).unwrap())]),
    }
}

fn board() -> Board {
    let mut board = Board::new(rules());
    let facts = Facts {
        active: true,
        min_price_bps: 10_000,
        rate: 1,
    };
    let facts = WORKERS.map(|name| (Arc::from(name), facts));
    board.set_chain(HashMap::from(facts), Some(basis()));
    board.program_registered(PROGRAM);
    board
}

fn task(number: u8, issuer: bool) -> Task {
    let nonce = u64::from(number);
    let authorisation = Authorisation {
        nonce,
        program: PROGRAM,
        input_root: Hash([2; 32]),
        max_ops: 1_000,
        cum_ops: 1_000,
        expires: 1 << 40,
    };
    Task {
        job: JobId([number; 16]),
        seq: nonce,
        order: u64::from(number % 3),
        nonce,
        issuer: issuer.then(|| Arc::from("issuer")),
        price_bps: 10_000,
        ops: 1_000,
        memory: 100,
        program: PROGRAM,
        detail: Arc::new(Detail {
            authorisation,
            app: None,
            slots: Vec::new(),
            reply_key: None,
        }),
        deadline_ms: 1 << 50,
        attempt: 0,
        tries: 0,
        refused_by: Vec::new(),
        delayed_until: None,
    }
}

fn capabilities() -> Capabilities {
    Capabilities {
        version: "0.1.0".to_owned(),
        program_version: 1,
        device: "test".to_owned(),
        memory_bytes: 1_000,
        rate: 1_000,
        slots: 2,
    }
}

fn names() -> impl FnMut() -> Option<LeaseId> {
    let mut next = 0u128;
    move || {
        next += 1;
        Some(LeaseId(next.to_le_bytes()))
    }
}

fn session(number: u8) -> SessionId {
    SessionId([number; 32])
}

#[derive(Clone, Debug)]
enum Event {
    Add { issuer: bool },
    Open(usize),
    Close(usize),
    Assign,
    Accept(usize),
    Refuse(usize, Refusal),
    Fail(usize),
    Done(usize),
    Cancel(u8),
    Pass(u64),
}

fn event() -> impl Strategy<Value = Event> {
    let refusal = prop::sample::select(vec![
        Refusal::Busy,
        Refusal::Draining,
        Refusal::Terms,
        Refusal::Task,
    ]);
    prop_oneof![
        4 => any::<bool>().prop_map(|issuer| Event::Add { issuer }),
        3 => (0..4usize).prop_map(Event::Open),
        1 => (0..4usize).prop_map(Event::Close),
        6 => Just(Event::Assign),
        3 => (0..8usize).prop_map(Event::Accept),
        1 => (0..8usize, refusal).prop_map(|(at, why)| Event::Refuse(at, why)),
        1 => (0..8usize).prop_map(Event::Fail),
        3 => (0..8usize).prop_map(Event::Done),
        1 => any::<u8>().prop_map(Event::Cancel),
        3 => (1..20_000u64).prop_map(Event::Pass),
    ]
}

/// What a reader of the board's answers knows.
#[derive(Default)]
struct Seen {
    added: u8,
    over: BTreeMap<JobId, &'static str>,
    /// Leases that have not ended, by job.
    live: BTreeMap<JobId, Assignment>,
    highest: BTreeMap<JobId, u32>,
}

impl Seen {
    fn leased(&mut self, assigned: Vec<Assignment>) {
        for assigned in assigned {
            let before = self.highest.insert(assigned.job, assigned.attempt);
            assert!(before < Some(assigned.attempt), "an attempt is leased once");
            assert!(!self.over.contains_key(&assigned.job));
            let job = assigned.job;
            assert!(
                self.live.insert(job, assigned).is_none(),
                "one lease a task"
            );
        }
    }

    fn ended(&mut self, ended: &Ended, dead: Option<(JobId, &'static str)>) {
        let live = self.live.remove(&ended.job).expect("it was leased");
        assert_eq!(live.lease, ended.lease);
        if let Some((job, why)) = dead {
            assert!(self.over.insert(job, why).is_none());
        }
    }

    fn nth(&self, at: usize) -> Option<Assignment> {
        let all: Vec<_> = self.live.values().collect();
        all.get(at % all.len().max(1)).map(|found| (*found).clone())
    }
}

fn play(events: Vec<Event>) {
    let (mut board, mut seen, mut name) = (board(), Seen::default(), names());
    let (mut now, mut sessions) = (1_000_000u64, [0u8; 4]);
    for event in events {
        match event {
            Event::Add { issuer } => {
                seen.added += 1;
                board.add(task(seen.added, issuer));
            }
            Event::Open(at) => {
                sessions[at] = sessions[at].wrapping_add(1);
                let worker = Arc::from(WORKERS[at]);
                board.open(&worker, session(sessions[at]), capabilities(), now);
            }
            Event::Close(at) => board.close(&Arc::from(WORKERS[at]), session(sessions[at]), now),
            Event::Assign => {
                let assigned = board.assign(now, 100, &mut name);
                for lease in &assigned {
                    board.offered(lease.lease, PROGRAM, now);
                }
                seen.leased(assigned);
            }
            Event::Accept(at) => {
                if let Some(lease) = seen.nth(at) {
                    assert_eq!(board.accept(lease.lease, &lease.worker), Ok(()));
                    assert!(board.accept(lease.lease, "nobody").is_err());
                }
            }
            Event::Refuse(at, why) => fail(&mut board, &mut seen, at, Cause::Refused(why), now),
            Event::Fail(at) => fail(&mut board, &mut seen, at, Cause::Failed, now),
            Event::Done(at) => {
                if let Some(lease) = seen.nth(at) {
                    assert!(board.hand_in(lease.lease, &lease.worker).is_ok());
                    board.done(lease.lease, now);
                    seen.live.remove(&lease.job);
                    seen.over.insert(lease.job, "done");
                    assert!(board.hand_in(lease.lease, &lease.worker).is_err());
                }
            }
            Event::Cancel(number) => {
                let job = JobId([number % seen.added.max(1) + 1; 16]);
                if board.position(job).is_some() {
                    if let Some(ended) = board.cancel(job, Cause::Cancelled, now) {
                        seen.ended(&ended, None);
                    }
                    seen.over.insert(job, "cancelled");
                }
            }
            Event::Pass(ms) => {
                now += ms;
                let ticked = board.tick(now);
                let dead: BTreeMap<_, _> = ticked.dead.into_iter().collect();
                for ended in &ticked.ended {
                    let why = dead.get(&ended.job).map(|why| (ended.job, *why));
                    seen.ended(ended, why);
                }
            }
        }
        // Nothing is lost: every task is over, or stands on the board.
        assert_eq!(board.len() + seen.over.len(), usize::from(seen.added));
        assert_eq!(board.leased(), seen.live.len());
        for lease in seen.live.values() {
            assert!(board.leased_task(lease.lease, &lease.worker).is_ok());
        }
    }
    finish(board, seen, name, now);
}

fn fail(board: &mut Board, seen: &mut Seen, at: usize, cause: Cause, now: u64) {
    if let Some(lease) = seen.nth(at) {
        assert!(
            board
                .fail(lease.lease, "nobody", cause.clone(), now)
                .is_none()
        );
        let (ended, dead) = board.fail(lease.lease, &lease.worker, cause, now).unwrap();
        seen.ended(&ended, dead);
    }
}

/// With workers that are there and honest, every task comes to its end.
fn finish(
    mut board: Board,
    mut seen: Seen,
    mut name: impl FnMut() -> Option<LeaseId>,
    mut now: u64,
) {
    for lease in std::mem::take(&mut seen.live).into_values() {
        board.done(lease.lease, now);
        seen.over.insert(lease.job, "done");
    }
    for round in 0..200u8 {
        if board.is_empty() {
            break;
        }
        now += 30_000;
        // Who has refused a task may still be the only one for it: then tasks end by
        // their deadline, which is not for this test.
        for job in (1..=seen.added).map(|number| JobId([number; 16])) {
            if let Some(task) = board.tasks.get_mut(&job) {
                task.refused_by.clear();
            }
        }
        board.tick(now);
        for worker in WORKERS {
            board.open(
                &Arc::from(worker),
                session(200 + round % 50),
                capabilities(),
                now,
            );
        }
        let assigned = board.assign(now, 100, &mut name);
        for lease in &assigned {
            assert!(board.accept(lease.lease, &lease.worker).is_ok());
            board.done(lease.lease, now);
        }
        seen.leased(assigned);
        for job in std::mem::take(&mut seen.live).into_keys() {
            seen.over.insert(job, "done");
        }
    }
    assert!(board.is_empty(), "{} tasks are never done", board.len());
    assert_eq!(board.leased(), 0);
}

proptest! {
    #[test]
    fn nothing_is_lost_and_nothing_leased_twice(events in prop::collection::vec(event(), 1..120)) {
        play(events);
    }
}

#[test]
fn orders_take_turns_and_redemptions_go_first() {
    let mut board = board();
    for number in [1, 4, 7, 2, 5, 3] {
        board.add(task(number, number == 3));
    }
    for worker in WORKERS {
        board.open(&Arc::from(worker), session(1), capabilities(), 0);
    }
    let assigned = board.assign(0, 4, names());
    let nonces: Vec<_> = assigned.iter().map(|lease| lease.job.0[0]).collect();
    // Order 0 redeems; orders 1 and 2 take turns.
    assert_eq!(nonces, [3, 1, 2, 4]);
    assert!(["a", "b"].contains(&assigned[0].worker.as_ref()));
}

#[test]
fn who_is_drawn_and_cannot_take_it_is_passed_over_with_the_reason() {
    let mut board = board();
    board.add(task(1, false));
    board.open(&Arc::from("b"), session(1), capabilities(), 0);
    let assigned = board.assign(0, 1, names());
    let lease = &assigned[0];
    assert_eq!(lease.worker.as_ref(), "b");
    let passed = &lease.skipped;
    assert_eq!(passed.count, lease.attempt);
    let skipped = passed.first.iter().map(|(attempt, _, _)| *attempt);
    let named = lease.attempt.min(64);
    assert_eq!(skipped.collect::<Vec<_>>(), (0..named).collect::<Vec<_>>());
    assert!(
        passed
            .first
            .iter()
            .all(|(_, _, why)| *why == Skip::NotConnected)
    );
    // The draw can be repeated by anyone.
    let basis = basis();
    for (attempt, worker, _) in &passed.first {
        assert_eq!(basis.draw(None, 1, 1, *attempt), Some(worker));
    }
    assert_eq!(basis.draw(None, 1, 1, lease.attempt), Some(&lease.worker));
}

#[test]
fn draws_that_are_cut_off_go_on_where_they_were() {
    let mut board = board();
    // One in a hundred thousand is free: a go of draws does not find it.
    let stakes = [("a", 100_000u128), ("b", 1)];
    let stakes = stakes.map(|(name, stake)| (Arc::from(name), stake));
    let basis = Basis {
        stakes: Lottery::new(stakes).unwrap(),
        ..basis()
    };
    let facts = board.facts.clone();
    board.set_chain(facts, Some(basis.clone()));
    board.add(task(1, false));
    board.open(&Arc::from("b"), session(1), capabilities(), 0);
    let first = (0..).find(|attempt| basis.draw(None, 1, 1, *attempt).unwrap().as_ref() == "b");
    let first = first.unwrap();
    assert!(first > 4_096, "it takes several goes");
    let mut goes = 0;
    let lease = loop {
        if let Some(lease) = board.assign(0, 10, names()).pop() {
            break lease;
        }
        assert!(board.is_cut_off(), "it says that there is more to draw");
        goes += 1;
    };
    assert_eq!(goes, first / 4_096);
    assert_eq!((lease.attempt, lease.skipped.count), (first, first));
    assert_eq!(lease.skipped.first.len(), 64);
    assert!(!board.is_cut_off());
}

#[test]
fn programs_that_the_chain_does_not_know_wait() {
    let mut board = board();
    let other = Hash([9; 32]);
    let mut waiting = task(1, false);
    waiting.program = other;
    board.add(waiting);
    board.open(&Arc::from("a"), session(1), capabilities(), 0);
    assert!(board.assign(0, 10, names()).is_empty());
    assert_eq!(board.programs_wanted(), [other]);
    board.program_registered(other);
    assert_eq!(board.assign(0, 10, names()).len(), 1);
}

#[test]
fn idle_workers_are_told_why_once() {
    let mut board = board();
    let a: Arc<str> = Arc::from("a");
    board.open(&a, session(1), capabilities(), 0);
    assert_eq!(
        board.idle_news(0),
        [(session(1), "no task waits".to_owned())]
    );
    assert!(board.idle_news(0).is_empty());
    board.drain(&a, 0);
    assert_eq!(board.idle_news(0), [(session(1), "draining".to_owned())]);
    board.open(&Arc::from("stranger"), session(2), capabilities(), 0);
    let (_, why) = board.idle_news(0).remove(0);
    assert!(why.contains("register"), "{why}");
}

#[test]
fn a_worker_that_calls_itself_slow_keeps_no_task_for_long() {
    let mut board = board();
    let facts = Facts {
        active: true,
        min_price_bps: 10_000,
        rate: 1_000,
    };
    board.set_chain(HashMap::from([(Arc::from("a"), facts)]), Some(basis()));
    board.add(task(1, false));
    let slow = Capabilities {
        rate: 0,
        ..capabilities()
    };
    board.open(&Arc::from("a"), session(1), slow, 0);
    let assigned = board.assign(0, 1, names());
    // 1 000 ops at the proven rate take a second; twice that, and 10 s.
    assert_eq!(assigned[0].until, 12);
}
