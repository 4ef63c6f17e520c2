//! Slots.

use compute_api::market::SlotStage;

use super::{Edges, same_as_picture};
use crate::world::{Builder, Outcome, World};

fn slot_state(world: &World, slot: u64) -> String {
    match world.slot(slot).stage {
        SlotStage::Open { late_at: None } => "Open",
        SlotStage::Open { .. } => "Late",
        SlotStage::Sealed { .. } => "Sealed",
        SlotStage::Drawn { .. } => "Drawn",
        SlotStage::Void {} => "Void",
    }
    .to_owned()
}

fn slot_in(state: &str) -> World {
    let mut world = Builder::default()
        .with_params(|params| params.batches.max_seals = 2)
        .build();
    let order = world.open_pay();
    world.commit(&world.work(order, 0, &[0]));
    match state {
        "Open" => {}
        "Late" => {
            world.until(world.slot(1).ends_at + 61);
            world.seal(1).unwrap();
        }
        "Sealed" => {
            world.seal_in_time(1);
        }
        "Drawn" => {
            world.drawn(1);
        }
        _ => {
            world.seal_in_time(1);
            for _ in 0..2 {
                world.later(10_000);
                world.seal(1).unwrap();
            }
        }
    }
    assert_eq!(slot_state(&world, 1), state);
    world
}

fn post_round(world: &mut World) {
    if let SlotStage::Sealed { round, .. } = world.slot(1).stage {
        world.post(round);
    }
}

type SlotStep = (&'static str, fn(&mut World) -> Outcome);

fn commit_next(world: &mut World) -> Outcome {
    let work = world.work(1, 1, &[9]);
    world.try_commit(&work)
}

const SLOT_STEPS: [SlotStep; 11] = [
    ("commit_batch", commit_next),
    ("commit_batch", |world| {
        world.later(601);
        commit_next(world)
    }),
    ("commit_batch", |world| {
        world.later(10_000);
        commit_next(world)
    }),
    ("seal_slot", |world| world.seal(1)),
    ("seal_slot", |world| {
        world.next();
        world.seal(1)
    }),
    ("seal_slot", |world| {
        world.later(601);
        world.seal(1)
    }),
    ("seal_slot", |world| {
        world.later(10_000);
        world.seal(1)
    }),
    ("seal_slot", |world| {
        world.later(10_000);
        let _ = world.seal(1);
        world.later(10_000);
        world.seal(1)
    }),
    ("seal_slot", |world| {
        world.later(10_000);
        post_round(world);
        world.seal(1)
    }),
    ("draw_slot", |world| world.draw(1)),
    ("draw_slot", |world| {
        post_round(world);
        world.draw(1)
    }),
];

#[test]
fn slots() {
    let mut edges = Edges::new();
    edges.insert(("[*]".into(), "commit_batch".into(), "Open".into()));
    for state in ["Open", "Late", "Sealed", "Drawn", "Void"] {
        for (message, step) in SLOT_STEPS {
            let mut world = slot_in(state);
            let before = world.slot(1).stage;
            // Steps of two messages: the edge is the last one's.
            let outcome = step(&mut world);
            let after = slot_state(&world, 1);
            match outcome {
                Ok(_) if after != state || message == "seal_slot" => {
                    let from = if world.replay.slots[&1].stage == before && after == state {
                        // In the block that has shown the late seal nothing changes.
                        assert_eq!((state, message), ("Late", "seal_slot"));
                        continue;
                    } else {
                        state.to_owned()
                    };
                    edges.insert((from, message.into(), after));
                }
                // A batch of another slot.
                Ok(_) if world.batch(world.last_batch()).slot != 1 => {}
                Ok(_) => {
                    edges.insert((state.into(), message.into(), after));
                }
                Err(error) => assert_eq!(world.slot(1).stage, before, "{state}: {error}"),
            }
        }
    }
    // Two messages led from Open to Sealed and from Sealed to Void.
    edges.remove(&("Open".into(), "seal_slot".into(), "Void".into()));
    same_as_picture("Slots", &edges);
}
