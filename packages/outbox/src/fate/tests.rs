use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

fn rejected(stage: Stage, codespace: &str, code: u32, log: &str) -> ChainError {
    ChainError::Rejected {
        stage,
        codespace: codespace.to_owned(),
        code,
        log: log.to_owned(),
        hash: String::new(),
    }
}

fn included(hash: &str) -> Included {
    Included {
        hash: hash.to_owned(),
        height: 7,
        code: 0,
        codespace: String::new(),
        log: String::new(),
        gas_wanted: 0,
        gas_used: 100,
        events: Vec::new(),
        data: Vec::new(),
    }
}

fn refusal(place: usize) -> String {
    format!("failed to execute message; message index: {place}: no")
}

#[test]
fn what_an_attempt_means() {
    let simulated = |log: &str| rejected(Stage::Simulation, "", 0, log);
    let at = |place, reason: &str| Fate::Refused {
        place,
        reason: reason.to_owned(),
        hash: None,
    };
    let (first, third, ninth) = (refusal(0), refusal(2), refusal(9));
    let expired = ChainError::Expired {
        hash: "A".to_owned(),
        reason: "late".to_owned(),
    };
    let timed_out = ChainError::TimedOut {
        hash: "A".to_owned(),
        seconds: 1,
    };
    let gas = ChainError::OutOfGas {
        wanted: 1,
        used: 2,
        hash: "A".to_owned(),
    };
    let again = |error: &ChainError| Fate::Again {
        reason: error.to_string(),
    };
    let fees = rejected(Stage::Check, "sdk", 13, "insufficient fee");
    let poor = simulated("0ustake is smaller than 5ustake: insufficient funds");
    let large = rejected(Stage::Check, "sdk", 21, "tx too large");
    let cases = [
        (Err(simulated(&first)), 1, 0, at(0, &first)),
        (Err(simulated(&third)), 4, 0, at(2, &third)),
        // A place that none has: one by one it shows.
        (Err(simulated(&ninth)), 4, 0, Fate::Apart),
        (
            Err(simulated("out of gas in location: x")),
            4,
            0,
            Fate::Apart,
        ),
        (
            Err(simulated("out of gas in location: x")),
            1,
            0,
            at(0, "out of gas in location: x"),
        ),
        (Err(poor.clone()), 1, 0, again(&poor)),
        (Err(fees.clone()), 1, 0, again(&fees)),
        (Err(large.clone()), 2, 0, Fate::Apart),
        (Err(large.clone()), 1, 0, at(0, &large.to_string())),
        (Err(expired.clone()), 1, 0, again(&expired)),
        (Err(timed_out), 1, 0, Fate::Unknown),
        (Err(gas.clone()), 1, 0, again(&gas)),
        (
            Err(gas.clone()),
            1,
            MAX_OUT_OF_GAS,
            Fate::Refused {
                place: 0,
                reason: gas.to_string(),
                hash: Some("A".to_owned()),
            },
        ),
        (Ok(included("A")), 3, 0, Fate::Done),
    ];
    for (result, count, tries, fate) in cases {
        assert_eq!(of(&result, count, tries), fate, "{result:?}");
    }
}

#[test]
fn failures_wait_longer_each_time_and_not_for_ever() {
    let waits: Vec<u64> = (0..9).map(back_off).collect();
    assert_eq!(waits[..3], [500, 1_000, 2_000]);
    assert_eq!(waits[8], 30_000);
    assert_eq!(back_off(u32::MAX), 30_000);
}

#[test]
fn lanes_take_turns() {
    let head = |lane: &str, not_before| Head {
        lane: lane.to_owned(),
        not_before,
    };
    let send = |lane: &str| Step::Send(lane.to_owned());
    let heads = [head("a", 0), head("b", 50), head("c", 0)];
    assert_eq!(next(&heads, "", 10), send("a"));
    assert_eq!(next(&heads, "a", 10), send("c"));
    assert_eq!(next(&heads, "a", 50), send("b"));
    assert_eq!(next(&heads, "c", 10), send("a"));
    assert_eq!(next(&heads[1..2], "a", 10), Step::Wait(50));
    assert_eq!(next(&[], "a", 10), Step::Idle);
}

#[test]
fn only_those_that_allow_it_share_a_transaction() {
    let size = |bytes, batched, alone, not_before| Size {
        bytes,
        batched,
        waiting: Waiting {
            alone,
            not_before,
            ..Waiting::default()
        },
    };
    let small = size(10, true, false, 0);
    assert_eq!(batch(&[small; 40], 0), MAX_MESSAGES);
    assert_eq!(batch(&[small, size(10, false, false, 0), small], 0), 1);
    assert_eq!(batch(&[size(10, false, false, 0), small], 0), 1);
    assert_eq!(batch(&[small, small, size(10, true, true, 0)], 0), 2);
    assert_eq!(batch(&[small, size(10, true, false, 9)], 5), 1);
    assert_eq!(batch(&[size(MAX_BYTES + 1, true, false, 0), small], 0), 1);
    assert_eq!(batch(&[size(MAX_BYTES, true, false, 0), small], 0), 1);
    assert_eq!(batch(&[], 0), 0);
}

/// One message of the model.
#[derive(Clone, Debug)]
struct Model {
    lane: u8,
    batched: bool,
    /// The chain refuses it.
    bad: bool,
    state: State,
}

/// A transaction on its way: its messages, and whether it is in a block by now.
struct Flight {
    ids: Vec<usize>,
    is_included: bool,
}

/// Outbox and chain, with everything in between going wrong as the dice say.
struct World {
    messages: Vec<Model>,
    /// Messages in the order in which the chain has executed them.
    executed: Vec<usize>,
    flight: Option<Flight>,
    served: String,
    now: u64,
}

impl World {
    fn waiting(&self, id: usize) -> Waiting {
        match self.messages[id].state {
            State::Waiting(waiting) | State::Signed(waiting) => waiting,
            State::Decided(_) => unreachable!("decided"),
        }
    }

    fn lane(&self, lane: u8) -> Vec<usize> {
        let open = |id: &usize| {
            let message = &self.messages[*id];
            message.lane == lane && !matches!(message.state, State::Decided(_))
        };
        (0..self.messages.len()).filter(open).collect()
    }

    /// Whether what was on its way has landed.
    fn land(&mut self, ids: &[usize], result: &Result<Included, ChainError>) -> bool {
        let fate = of(result, ids.len(), self.waiting(ids[0]).tries);
        if fate == Fate::Unknown {
            return false;
        }
        for (place, id) in ids.iter().enumerate() {
            let state = self.messages[*id].state.clone();
            self.messages[*id].state = after(state, &fate, result, (place, ids.len()), self.now);
        }
        true
    }

    /// What the chain says to these now; it may execute them.
    fn execute(&mut self, ids: &[usize], dice: u8) -> Result<Included, ChainError> {
        let Some(place) = ids.iter().position(|id| self.messages[*id].bad) else {
            self.executed.extend(ids);
            return Ok(included("A"));
        };
        let log = match dice % 3 {
            // Sometimes it does not show which.
            0 => "out of gas in location: x".to_owned(),
            _ => refusal(place),
        };
        Err(rejected(Stage::Delivery, "wasm", 5, &log))
    }

    fn step(&mut self, dice: u8) {
        self.now += 1_000;
        let lost = ChainError::TimedOut {
            hash: "A".to_owned(),
            seconds: 1,
        };
        if let Some(Flight { ids, is_included }) = self.flight.take() {
            let result = match (is_included, dice % 4) {
                (_, 0) => Err(lost),
                (true, _) => Ok(included("A")),
                (false, 1) => Err(ChainError::Expired {
                    hash: "A".to_owned(),
                    reason: "late".to_owned(),
                }),
                (false, _) => self.execute(&ids, dice),
            };
            if !self.land(&ids, &result) {
                self.flight = Some(Flight { ids, is_included });
            }
            return;
        }
        let heads: Vec<Head> = (0..3)
            .filter_map(|lane| {
                let first = *self.lane(lane).first()?;
                Some(Head {
                    lane: lane.to_string(),
                    not_before: self.waiting(first).not_before,
                })
            })
            .collect();
        let Step::Send(lane) = next(&heads, &self.served, self.now) else {
            return;
        };
        self.served.clone_from(&lane);
        let mut ids = self.lane(lane.parse().unwrap());
        let sizes: Vec<Size> = ids
            .iter()
            .map(|id| Size {
                bytes: 10,
                batched: self.messages[*id].batched,
                waiting: self.waiting(*id),
            })
            .collect();
        ids.truncate(batch(&sizes, self.now));
        let reason = "nobody there".to_owned();
        match dice % 8 {
            0 => {
                let reasons = reason.clone();
                self.land(&ids, &Err(ChainError::Unreachable { reasons }));
            }
            1 => {
                self.land(&ids, &Err(ChainError::NotKept { reason }));
            }
            // Another transaction of the same key is not settled yet.
            2 => {
                self.land(&ids, &Err(lost));
            }
            // Killed after the signature, before or after the broadcast.
            3 | 4 => {
                for id in &ids {
                    let waiting = self.waiting(*id);
                    self.messages[*id].state = State::Signed(waiting);
                }
                let all_good = ids.iter().all(|id| !self.messages[*id].bad);
                let is_included = dice % 8 == 4 && all_good;
                if is_included {
                    self.executed.extend(&ids);
                }
                self.flight = Some(Flight { ids, is_included });
            }
            _ => {
                let result = self.execute(&ids, dice / 8);
                self.land(&ids, &result);
            }
        }
    }

    fn is_over(&self) -> bool {
        let decided = |message: &Model| matches!(message.state, State::Decided(_));
        self.messages.iter().all(decided)
    }
}

proptest! {
    /// Whatever gets lost, and whenever the process is killed: what the chain can
    /// execute is executed once and in the order of its lane, and everything gets the
    /// verdict that the chain has given.
    #[test]
    fn nothing_happens_twice(
        messages in vec((0..3_u8, any::<bool>(), any::<bool>()), 1..12),
        dice in vec(any::<u8>(), 0..120),
    ) {
        let messages = messages.into_iter().map(|(lane, batched, bad)| Model {
            lane,
            batched,
            bad,
            state: State::Waiting(Waiting::default()),
        });
        let mut world = World {
            messages: messages.collect(),
            executed: Vec::new(),
            flight: None,
            served: String::new(),
            now: 0,
        };
        for dice in dice {
            world.step(dice);
        }
        // Then all goes well for a while.
        for _ in 0..2_000 {
            world.step(7);
        }
        prop_assert!(world.is_over(), "{:?}", world.messages);
        let count = |id: &usize| world.executed.iter().filter(|done| *done == id).count();
        for (id, message) in world.messages.iter().enumerate() {
            let State::Decided(verdict) = &message.state else { unreachable!() };
            prop_assert_eq!(count(&id), usize::from(!message.bad));
            prop_assert_eq!(matches!(verdict, Verdict::Done(_)), !message.bad);
        }
        for lane in 0..3 {
            let order = world.executed.iter().filter(|id| world.messages[**id].lane == lane);
            prop_assert!(order.is_sorted());
        }
    }
}
