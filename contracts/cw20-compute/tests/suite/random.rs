//! Long random runs: after every message the coin is what the model says, what the
//! events have said (`World::check`), and what is owed.

use std::collections::BTreeMap;

use test_suite::scale::{Plan, Random};

use crate::{
    books::{allowances, balances},
    model::{Model, over},
    permissions::{MESSAGES, number},
    steps::Crowd,
    world::World,
};

/// After this many a new coin begins: one on which all that can exist has been burnt
/// does little.
const EPOCH: u32 = 500;

/// (Message, done or refused) → how often.
type Counts = BTreeMap<(usize, bool), u32>;

fn epoch(random: &mut Random, counts: &mut Counts) {
    let mut world = World::new();
    let crowd = Crowd::of(&world);
    let mut model = Model::new(&world.owner);
    for step in 0..EPOCH {
        world.wait(random.below(4));
        let block = world.block();
        let (sender, msg) = crowd.step(random, &*world.storage(), &block);
        let done = world.try_(&sender, &msg).is_ok();
        let expected = model.step(&crowd, &block, &sender, &msg);
        assert_eq!(done, expected, "step {step}: {msg:?} from {sender}");
        *counts.entry((number(&msg), done)).or_default() += 1;
        same(&world, &crowd, &model);
    }
}

fn same(world: &World, crowd: &Crowd, model: &Model) {
    let storage = &*world.storage();
    for (account, balance) in balances(storage) {
        assert_eq!(balance, model.has(&account));
    }
    let told = &world.told;
    assert_eq!(
        (told.supply, told.forgiven),
        (model.supply(), model.forgiven)
    );
    assert_eq!(told.supply + told.forgiven, model.owed);
    let stored = allowances(storage);
    let block = world.block();
    for owner in &crowd.accounts {
        for spender in &crowd.accounts {
            let pair = (owner.clone(), spender.clone());
            let stored = stored.get(&pair);
            let stored = stored.map(|stored| (stored.allowance.u128(), stored.expires));
            let living = stored.filter(|(_, until)| !over(*until, &block));
            let expected = model.allowances.get(&pair).copied();
            let expected = expected.filter(|(_, until)| !over(*until, &block));
            assert_eq!(living, expected, "{pair:?}");
        }
    }
}

#[test]
fn the_coin_is_what_model_and_events_say() {
    let plan = Plan::from_env().unwrap();
    println!("{}", plan.describe());
    let mut random = plan.random("cw20-compute");
    let mut counts = Counts::new();
    for _ in 0..plan.pick(10_000, 200_000) / EPOCH {
        epoch(&mut random, &mut counts);
    }
    // Everything was done and everything was refused, but what is always refused.
    let never = [0, 4];
    for message in 0..MESSAGES {
        let count = |done| counts.get(&(message, done)).copied().unwrap_or_default();
        assert!(count(false) > 0, "{message} was never refused: {counts:?}");
        let done = count(true) > 0;
        assert_eq!(done, !never.contains(&message), "{message}: {counts:?}");
    }
}
