//! What a draw costs, without network and disk: the board alone, with all workers there.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use compute_proofs::Hash;
use compute_proofs::task::Authorisation;
use coordinator::id::{JobId, LeaseId, SessionId};
use coordinator::job::Detail;
use coordinator::machine::board::{Board, Capabilities, Facts, Rules, Task};
use coordinator::machine::draw::{Basis, Lottery};
use test_suite::figures::{Number, Row};

use crate::worker;

/// Numbers of workers.
pub(crate) const COUNTS: [usize; 3] = [10, 1_000, 10_000];

const PROGRAM: Hash = Hash([1; 32]);
const SLOTS: u32 = 4;
const NOW: u64 = 1_000_000;

/// Adds a line for each number of workers.
pub(crate) fn measure(short: bool, to: &mut Vec<Row>) -> Result<()> {
    let rounds = if short { 200 } else { 2_000 };
    for count in COUNTS {
        eprintln!("draws among {count} workers");
        let mut fleet = Fleet::new(count)?;
        let row = |column: &str, value: Number, unit: &str| {
            Row::new(format!("assignment/{count} workers/{column}"), value, unit)
        };
        let us = |took: Duration| Number::Decimal((took.as_secs_f64() * 1e8).round() / 100.0);
        to.push(row("all free", us(fleet.mean(rounds)?), "µs"));
        fleet.fill(count * 9 / 10)?;
        to.push(row("nine of ten busy", us(fleet.mean(rounds)?), "µs"));
        fleet.fill(count - 1)?;
        to.push(row("all but one busy", us(fleet.mean(rounds / 10)?), "µs"));
    }
    Ok(())
}

struct Fleet {
    board: Board,
    next: u64,
}

impl Fleet {
    fn new(count: usize) -> Result<Self> {
        let rules = Rules {
            answer_ms: 2_000,
            grace_ms: 5_000,
            lease_ms: 10_000,
            lease_factor: 2,
            max_tries: 8,
            max_slots: SLOTS,
            input_ms: 10_000,
        };
        let mut board = Board::new(rules);
        let names: Vec<Arc<str>> = (0..count).map(|at| worker::name(at).into()).collect();
        let facts = names.iter().map(|name| {
            let facts = Facts {
                active: true,
                min_price_bps: 10_000,
                rate: 1_000,
            };
            (name.clone(), facts)
        });
        let stakes = names.iter().map(|name| (name.clone(), 1_000_000));
        let basis = Basis {
            census: 1,
            beacon: Hash([5; 32]),
            stakes: Lottery::new(stakes)?,
            issuers: BTreeMap::new(),
        };
        board.set_chain(facts.collect::<HashMap<_, _>>(), Some(basis));
        board.program_registered(PROGRAM);
        for (name, number) in names.iter().zip(0u64..) {
            let mut session = [0; 32];
            session[..8].copy_from_slice(&number.to_le_bytes());
            let capabilities = Capabilities {
                version: "0.1.0".to_owned(),
                program_version: 1,
                device: "none".to_owned(),
                memory_bytes: 1 << 30,
                rate: 1_000,
                slots: SLOTS,
            };
            board.open(name, SessionId(session), capabilities, NOW);
        }
        Ok(Self { board, next: 0 })
    }

    fn add(&mut self) {
        self.next += 1;
        let nonce = self.next;
        let authorisation = Authorisation {
            nonce,
            program: PROGRAM,
            input_root: Hash([2; 32]),
            max_ops: 1_000,
            cum_ops: 1_000,
            expires: 1 << 40,
        };
        self.board.add(Task {
            job: JobId(u128::from(nonce).to_be_bytes()),
            seq: nonce,
            order: 1,
            nonce,
            issuer: None,
            price_bps: 10_000,
            ops: 1_000,
            memory: 1_000,
            program: PROGRAM,
            detail: Arc::new(Detail {
                authorisation,
                app: None,
                slots: Vec::new(),
                reply_key: None,
            }),
            deadline_ms: NOW + 1_000_000,
            attempt: 0,
            tries: 0,
            refused_by: Vec::new(),
            delayed_until: None,
        });
    }

    /// Gives tasks until only so many workers as are left have a free slot.
    fn fill(&mut self, busy: usize) -> Result<()> {
        let free = |board: &Board| {
            let workers = board.workers(NOW);
            let full = workers.iter().filter(|w| w.leases == SLOTS as usize);
            full.count()
        };
        let mut full = free(&self.board);
        while full < busy {
            // A worker fills up at four tasks; none does before.
            let missing = (busy - full).max(1);
            for _ in 0..missing {
                self.add();
            }
            let drawn = self.board.assign(NOW, missing, self.names());
            if drawn.is_empty() && !self.board.is_cut_off() {
                break;
            }
            full = free(&self.board);
        }
        Ok(())
    }

    fn names(&self) -> impl FnMut() -> Option<LeaseId> + use<> {
        let mut next = u128::from(self.next) << 64;
        move || {
            next += 1;
            Some(LeaseId(next.to_be_bytes()))
        }
    }

    /// The mean time of a draw; each task is done at once.
    fn mean(&mut self, rounds: u32) -> Result<Duration> {
        let rounds = rounds.max(10);
        let mut took = Duration::ZERO;
        for _ in 0..rounds {
            self.add();
            let names = self.names();
            let start = Instant::now();
            let mut drawn = self.board.assign(NOW, 1, names);
            // Draws of one task may take several goes, between which others have the board.
            while drawn.is_empty() && self.board.is_cut_off() {
                drawn = self.board.assign(NOW, 1, self.names());
            }
            took += start.elapsed();
            let drawn = drawn.first().context("nobody is drawn")?;
            self.board.done(drawn.lease, NOW);
        }
        Ok(took / rounds)
    }
}
