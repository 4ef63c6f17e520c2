//! Random messages by everybody, hostile or not, with time that jumps and a chain that
//! halts; what must hold is checked after each. Then cranks that anyone can turn, taken
//! from the list of what is due and from nowhere else, end every order and batch.

mod answer;
mod batches;
mod drain;
mod orders;
mod step;

use std::collections::BTreeMap;

use compute_api::market::Params;
use test_suite::scale::{Plan, Random};

use crate::world::{Builder, Work, World, limit};

/// One world and what has been done in it.
struct Run {
    world: World,
    random: Random,
    /// Batches by number, as their workers know them, and whether they are a lie.
    works: BTreeMap<u64, (Work, bool)>,
    /// The next nonce of each order.
    nonces: BTreeMap<u64, u64>,
    /// Whether rounds are posted at all.
    beacon: bool,
    /// How many messages did something, by kind.
    done: BTreeMap<&'static str, u32>,
}

impl Run {
    fn new(mut random: Random) -> Self {
        let world = Builder::default()
            .with_params(|params| vary(params, &mut random))
            .build();
        Self {
            world,
            beacon: random.below(8) != 0,
            random,
            works: BTreeMap::new(),
            nonces: BTreeMap::new(),
            done: BTreeMap::new(),
        }
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.random.below(bound)
    }

    fn one_in(&mut self, bound: u64) -> bool {
        self.random.below(bound) == 0
    }

    /// One of these.
    fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        let at = self.random.below(u64::try_from(of.len()).unwrap());
        of[usize::try_from(at).unwrap()].clone()
    }
}

/// Parameters as a network could have them.
fn vary(params: &mut Params, random: &mut Random) {
    let mut one_of = |of: &[u64]| of[usize::try_from(random.below(of.len() as u64)).unwrap()];
    params.batches.challenge_one_in = u32::try_from(one_of(&[1, 1, 2, 8])).unwrap();
    params.batches.max_seals = u32::try_from(one_of(&[1, 2, 3])).unwrap();
    params.batches.post_within = limit(one_of(&[60, 3_600]), one_of(&[1, 100]));
    params.batches.prove_within = limit(one_of(&[600, 7_200]), one_of(&[10, 200]));
    params.batches.window = limit(one_of(&[7_200, 86_400]), one_of(&[600, 2_000]));
    params.demands.answer_within = limit(one_of(&[600, 21_600]), one_of(&[10, 600]));
    params.demands.react_within = limit(one_of(&[600, 7_200]), one_of(&[10, 600]));
    params.redemptions.slack = limit(one_of(&[60, 3_600]), one_of(&[1, 100]));
    params.orders.commit_within = limit(one_of(&[60, 3_600]), one_of(&[1, 100]));
    compute_market::params::validate(params).unwrap();
}

/// Steps of one world: then it is drained, and the next one begins.
const STEPS: u32 = 500;

#[test]
fn nothing_is_lost_and_all_of_it_ends() {
    let plan = Plan::from_env().unwrap();
    let worlds = plan.pick(10_000, 200_000) / STEPS;
    let mut random = plan.random("market");
    let mut done: BTreeMap<&'static str, u32> = BTreeMap::new();
    for world in 0..worlds {
        let seed = random.next_u64();
        let result = std::panic::catch_unwind(|| {
            let mut run = Run::new(Random::new(seed));
            for step in 0..STEPS {
                run.step();
                if step % 20 == 0 {
                    run.world.check_all();
                }
            }
            run.drain();
            run.done
        });
        let run = result.unwrap_or_else(|error| {
            let plan = plan.describe();
            panic!("world {world}, seed {seed:#x}, {plan}: {}", words(&error))
        });
        for (what, times) in run {
            *done.entry(what).or_default() += times;
        }
    }
    // It has come to everything often.
    for what in step::KINDS {
        let times = done.get(what).copied().unwrap_or_default();
        assert!(times >= worlds / 5, "{what}: {times} of {done:?}");
    }
}

fn words(error: &Box<dyn std::any::Any + Send>) -> String {
    let text = error.downcast_ref::<String>().cloned();
    let text = text.or_else(|| error.downcast_ref::<&str>().map(ToString::to_string));
    text.unwrap_or_default()
}
