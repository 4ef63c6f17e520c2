//! The peg in the past, against a recomputation second by second.

use compute_api::oracle::{
    PegAtResponse, PegHistoryResponse, PegStep, QueryMsg, Tier, events::OracleEvent,
};
use cosmwasm_std::{StdResult, Uint128};
use reserve_oracle::state::add_step;

use super::world::{Builder, START, World, events, tiers};

const DAY: u64 = 86_400;

fn peg_at(world: &World, time: u64) -> StdResult<PegAtResponse> {
    world.query(&QueryMsg::PegAt { time })
}

fn history(world: &World, start_after: Option<u64>, limit: Option<u32>) -> Vec<PegStep> {
    let query = QueryMsg::PegHistory { start_after, limit };
    world.query::<PegHistoryResponse>(&query).unwrap().steps
}

/// Five tiers, each a tenth above the one before.
fn five() -> Vec<Tier> {
    let rates = [10_007, 11_003, 12_101, 13_313, 14_639];
    let tier = |(at, rate): (usize, u128)| Tier {
        id: format!("t{at}"),
        rate: Uint128::new(rate),
        ..tiers().remove(0)
    };
    rates.into_iter().enumerate().map(tier).collect()
}

/// The peg as whoever follows the events knows it: rises of `rise` in 86 400 · 10^4
/// parts of an op each second, until the target.
struct Followed {
    steps: Vec<(u64, u128, u128)>,
}

impl Followed {
    /// What stands at each second from the first step to `end`.
    fn walk(&self, end: u64, mut at: impl FnMut(u64, u128, u128)) {
        let unit = 86_400 * 10_000;
        for (place, (from, start, target)) in self.steps.iter().enumerate() {
            let until = self.steps.get(place + 1).map_or(end + 1, |next| next.0);
            let (mut ops, mut parts) = (*start, 0);
            for time in *from..until {
                at(time, ops, *target);
                parts += start * 100;
                ops = (ops + parts / unit).min(*target);
                parts %= unit;
            }
        }
    }
}

#[test]
fn each_second_of_several_glides() {
    let mut world = Builder::default().with_tiers(five(), "t0").build();
    let mut followed = Followed {
        steps: vec![(START, 600_420, 600_420)],
    };
    world.whole_census(&[(0, 9)]);
    // Some follow each other before the last has reached its end.
    for (tier, wait) in [
        ("t1", 4 * DAY + 17),
        ("t2", 12 * DAY),
        ("t3", 11),
        ("t4", 30 * DAY),
    ] {
        world.freshen();
        world.set_held(tier, 4);
        world.propose().unwrap();
        world.after(3 * DAY);
        let done = world.apply_reindex().unwrap();
        let told = events(&done);
        let [
            OracleEvent::ReindexApplied {
                time,
                start,
                target,
                ..
            },
        ] = &told[..]
        else {
            panic!("{told:?}");
        };
        followed.steps.push((*time, start.u128(), target.u128()));
        world.after(wait);
    }
    let (mut asked, mut last) = (0, 0);
    followed.walk(world.now(), |time, ops, target| {
        assert!(ops >= last, "never down");
        last = ops;
        // All seconds around steps, and some others.
        let near = followed.steps.iter().any(|step| time.abs_diff(step.0) < 40);
        if near || time % 1_237 == 0 {
            asked += 1;
            let known = peg_at(&world, time).unwrap();
            assert_eq!(
                (known.time, known.opc.u128(), known.target.u128()),
                (time, ops, target)
            );
        }
    });
    assert!(asked > 4_000, "{asked}");
    let now = world.peg();
    assert_eq!(
        (now.opc.u128(), now.tier.as_str(), now.glide_ends_at),
        (last, "t4", None)
    );
    assert_eq!(last, 14_639 * 60);

    // The history tells the same steps, by number.
    let steps = history(&world, None, None);
    let told: Vec<_> = steps
        .iter()
        .map(|x| (x.started_at, x.start.u128(), x.target.u128()))
        .collect();
    assert_eq!(told, followed.steps);
    let numbers: Vec<u64> = steps.iter().map(|x| x.number).collect();
    assert_eq!(numbers, [0, 1, 2, 3, 4]);
    assert_eq!(history(&world, Some(1), Some(2)), steps[2..4]);
    assert_eq!(history(&world, Some(4), None), []);
    assert_eq!(history(&world, None, Some(0)), []);
}

#[test]
fn there_is_no_peg_before_the_beginning_or_in_the_future() {
    let mut world = World::new();
    let known = peg_at(&world, START).unwrap();
    assert_eq!((known.tier.as_str(), known.opc.u128()), ("small", 60_000));
    for time in [0, START - 1] {
        let error = peg_at(&world, time).unwrap_err().to_string();
        assert!(error.contains("is before the contract began"), "{error}");
    }
    world.after(10);
    peg_at(&world, START + 10).unwrap();
    for time in [START + 11, u64::MAX] {
        let error = peg_at(&world, time).unwrap_err().to_string();
        assert!(error.contains("is in the future"), "{error}");
    }
}

#[test]
fn the_last_step_of_a_second_stands() {
    let mut world = World::new();
    world.after(100);
    let (oracle, now) = (world.oracle.clone(), world.now());
    for (number, target) in [(1, 70_000), (2, 80_000)] {
        let step = PegStep {
            number,
            tier: "middle".to_owned(),
            started_at: now,
            start: Uint128::new(60_000),
            target: Uint128::new(target),
            glide_bps: 100,
            glide_period: DAY,
        };
        add_step(&mut *world.app.contract_storage_mut(&oracle), &step).unwrap();
    }
    assert_eq!(peg_at(&world, now).unwrap().target.u128(), 80_000);
    assert_eq!(peg_at(&world, now - 1).unwrap().target.u128(), 60_000);
    assert_eq!(history(&world, None, None).len(), 3);
}

#[test]
fn a_long_history_comes_in_pages() {
    let mut world = World::new();
    let oracle = world.oracle.clone();
    for number in 1..=120 {
        let step = PegStep {
            number,
            ..history(&world, None, Some(1)).remove(0)
        };
        add_step(&mut *world.app.contract_storage_mut(&oracle), &step).unwrap();
    }
    let page = |after, limit| {
        history(&world, after, limit)
            .iter()
            .map(|x| x.number)
            .collect::<Vec<_>>()
    };
    assert_eq!(page(None, None), (0..30).collect::<Vec<_>>());
    assert_eq!(
        page(Some(29), Some(1_000)),
        (30..=120).take(100).collect::<Vec<_>>()
    );
    assert_eq!(page(Some(119), None), [120]);
}
