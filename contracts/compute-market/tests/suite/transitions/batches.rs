//! Batches.

use compute_api::market::{Answer, BatchState, ExecuteMsg, SlotStage, Target};
use compute_proofs::codec::Encode;

use super::{Edges, ONE_WRONG, fraud, same_as_picture};
use crate::world::{Builder, Outcome, TALL, Work, World, limit};

/// The state in a word; a batch of a void slot by itself.
fn batch_state(world: &World, batch: u64) -> String {
    let known = world.batch(batch);
    let void = known.state == BatchState::Sealed
        && matches!(world.slot(known.slot).stage, SlotStage::Void {});
    match void {
        true => "Void".to_owned(),
        false => format!("{:?}", known.state),
    }
}

const BATCH_STATES: [&str; 9] = [
    "Committed",
    "Sealed",
    "Void",
    "Cleared",
    "Challenged",
    "Proven",
    "Settled",
    "Failed",
    "Overturned",
];

/// A world in which a batch of task 5, with one wrong element, is in a state; another
/// worker's batch of the same task is proven.
struct Setting {
    world: World,
    batch: u64,
    work: Work,
    other: (u64, Work),
}

fn batch_in(state: &str, resolved: bool) -> Setting {
    let mut world = Builder::default()
        .with_params(|params| {
            params.batches.max_seals = 1;
            params.batches.samples = 2;
            params.batches.post_within = limit(3_600, 100);
        })
        .build();
    let order = world.open_pay();
    let other = world.work_with(order, 1, &[5], |plan| {
        plan.jobs = vec![&TALL];
        plan.attempt = 1;
    });
    let first = world.commit(&other);
    world.proven(first, &other);
    let work = world.work_with(order, 0, &[5], |plan| plan.jobs = vec![&*ONE_WRONG]);
    let batch = world.commit(&work);
    let mut setting = Setting {
        world,
        batch,
        work,
        other: (first, other),
    };
    if resolved {
        setting.resolve().unwrap();
    }
    let world = &mut setting.world;
    if state == "Cleared" {
        world.set_params(|params| params.batches.challenge_one_in = 1_000_000);
    }
    match state {
        "Committed" => {}
        "Sealed" => {
            world.seal_in_time(2);
        }
        "Void" => {
            world.seal_in_time(2);
            world.later(10_000);
            world.seal(2).unwrap();
        }
        "Overturned" => {
            world.anyone(&fraud(batch, &setting.work, 5)).unwrap();
        }
        _ => {
            world.drawn(batch);
        }
    }
    match state {
        "Proven" => {
            world.prove(batch, &setting.work).unwrap();
        }
        "Settled" => {
            world.prove(batch, &setting.work).unwrap();
            world.window(batch);
            if resolved {
                setting.decide().unwrap();
            }
            setting.world.settle(batch).unwrap();
        }
        "Failed" => {
            world.later(10_000);
            world.fail(batch).unwrap();
        }
        _ => {}
    }
    assert_eq!(batch_state(&setting.world, batch), state);
    setting
}

impl Setting {
    fn resolve(&mut self) -> Outcome {
        let first = self.work.claim(self.batch, 5, false);
        let second = self.other.1.claim(self.other.0, 5, false);
        self.world
            .anyone(&ExecuteMsg::ResolveClaims { first, second })
    }

    fn decide(&mut self) -> Outcome {
        let batch = self.batch;
        self.world
            .anyone(&ExecuteMsg::DecideVoid { batch, nonce: 5 })
    }

    fn slot(&self) -> u64 {
        self.world.batch(self.batch).slot
    }

    fn demand(&mut self) -> Outcome {
        self.world.demand(self.batch, Target::Receipt { nonce: 5 })
    }

    fn open(&mut self, samples: std::ops::Range<u32>) -> Outcome {
        let beacon = match self.world.slot(self.slot()).stage {
            SlotStage::Drawn { randomness, .. } => randomness.as_slice().try_into().unwrap(),
            _ => [0; 32],
        };
        let openings = samples.map(|d| self.work.opening(&beacon, d)).collect();
        let batch = self.batch;
        self.world
            .anyone(&ExecuteMsg::ProveBatch { batch, openings })
    }
}

type BatchStep = (&'static str, bool, fn(&mut Setting) -> Outcome);

const BATCH_STEPS: [BatchStep; 14] = [
    ("seal_slot", false, |at| {
        let slot = at.slot();
        at.world.later(601);
        at.world.seal(slot)
    }),
    ("seal_slot", false, |at| {
        let slot = at.slot();
        at.world.later(10_000);
        at.world.seal(slot)
    }),
    ("draw_slot", false, |at| {
        let slot = at.slot();
        if let SlotStage::Sealed { round, .. } = at.world.slot(slot).stage {
            at.world.post(round);
        }
        at.world.draw(slot)
    }),
    ("draw_slot", false, |at| {
        let slot = at.slot();
        // As of an order of which one batch in a million is challenged.
        if let SlotStage::Open { .. } = at.world.slot(slot).stage {
            return at.world.draw(slot);
        }
        if let SlotStage::Sealed { round, .. } = at.world.slot(slot).stage {
            at.world.post(round);
            at.world.rate_of(slot, 1_000_000);
        }
        at.world.draw(slot)
    }),
    ("prove_batch", false, |at| at.open(0..1)),
    ("prove_batch", false, |at| at.open(0..2)),
    ("demand", false, Setting::demand),
    ("answer_demand", false, |at| {
        let _ = at.demand();
        let answer = Answer::Receipt {
            receipt: at.work.named(5).to_bytes().into(),
        };
        at.world.answer(at.batch, 1, answer)
    }),
    ("prove_fraud", false, |at| {
        let msg = fraud(at.batch, &at.work, 5);
        at.world.anyone(&msg)
    }),
    ("resolve_claims", false, Setting::resolve),
    ("decide_void", true, |at| {
        at.world.later(21_601);
        at.decide()
    }),
    // Without a demand, and with one that is not answered.
    ("fail_batch", false, |at| {
        at.world.later(200_000);
        at.world.fail(at.batch)
    }),
    ("fail_batch", false, |at| {
        let _ = at.demand();
        at.world.later(200_000);
        at.world.fail(at.batch)
    }),
    ("settle_batch", false, |at| {
        at.world.later(200_000);
        at.world.settle(at.batch)
    }),
];

#[test]
fn batches() {
    let mut edges = Edges::new();
    edges.insert(("[*]".into(), "commit_batch".into(), "Committed".into()));
    for state in BATCH_STATES {
        for (message, resolved, step) in BATCH_STEPS {
            let mut at = batch_in(state, resolved);
            let before = at.world.batch(at.batch);
            let outcome = step(&mut at);
            let after = batch_state(&at.world, at.batch);
            match outcome {
                // A late seal shows, and changes no batch.
                Ok(_) if message == "seal_slot" && after == "Committed" => {}
                // A slot is sealed whatever has become of its batches.
                Ok(_) if message == "seal_slot" && before.ended_at.is_some() => {
                    assert_eq!(after, state);
                }
                Ok(_) => {
                    edges.insert((state.into(), message.into(), after));
                }
                Err(error) => {
                    let now = at.world.batch(at.batch);
                    let same = (before.state, before.charge, before.ended_at);
                    assert_eq!((now.state, now.charge, now.ended_at), same, "{error}");
                }
            }
        }
    }
    same_as_picture("Batches", &edges);
}
