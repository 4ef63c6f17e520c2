//! `peg`, without a chain, against its formulas in big integers.

use compute_api::oracle::{PegParams, PegStep};
use cosmwasm_std::Uint128;
use num_bigint::BigUint;
use reserve_oracle::peg::{next_step, opc_at, reached_at};
use test_suite::scale::Random;

use super::{
    numbers::{any, random},
    world::params,
};

fn step(random: &mut Random, bits: u64) -> PegStep {
    PegStep {
        number: 0,
        tier: "x".to_owned(),
        started_at: 1_000,
        start: Uint128::new(any(random, bits).max(1)),
        target: Uint128::new(any(random, bits).max(1)),
        glide_bps: u32::try_from(1 + random.below(10_000)).unwrap(),
        glide_period: 1 + random.below(315_360_000),
    }
}

/// min(target, start + ⌊start · bps · elapsed / (10^4 · period)⌋), in big integers.
fn naive(step: &PegStep, time: u64) -> BigUint {
    let elapsed = time.saturating_sub(step.started_at);
    let (start, target) = (
        BigUint::from(step.start.u128()),
        BigUint::from(step.target.u128()),
    );
    if target <= start {
        return target;
    }
    let rise = &start * step.glide_bps * elapsed / (BigUint::from(step.glide_period) * 10_000u32);
    (start + rise).min(target)
}

#[test]
fn every_moment_of_any_glide() {
    let (mut random, rounds) = random("glide");
    for _ in 0..rounds {
        let step = step(&mut random, 128);
        let mut last = opc_at(&step, 0).unwrap();
        let mut times: Vec<u64> = (0..6)
            .map(|_| random.next_u64() >> random.below(64))
            .collect();
        times.extend([
            step.started_at,
            step.started_at + step.glide_period,
            u64::MAX,
        ]);
        times.sort_unstable();
        for time in times {
            let opc = opc_at(&step, time).unwrap();
            assert_eq!(
                BigUint::from(opc.u128()),
                naive(&step, time),
                "{step:?} at {time}"
            );
            assert!(opc >= last && opc <= step.target.max(step.start));
            last = opc;
        }
    }
}

#[test]
fn the_end_is_the_first_second_at_the_target() {
    let (mut random, rounds) = random("end");
    let mut glides = 0;
    for _ in 0..rounds {
        let step = step(&mut random, 100);
        let end = reached_at(&step).unwrap();
        if step.target <= step.start {
            assert_eq!(end, None);
            continue;
        }
        let end = end.unwrap();
        if end == u64::MAX {
            // It takes longer than there is time.
            assert!(opc_at(&step, u64::MAX - 1).unwrap() < step.target);
            continue;
        }
        glides += 1;
        assert_eq!(opc_at(&step, end).unwrap(), step.target, "{step:?}");
        assert!(opc_at(&step, end - 1).unwrap() < step.target, "{step:?}");
    }
    assert!(glides > rounds / 10, "{glides}");
}

#[test]
fn a_step_follows_without_a_jump_wherever_the_last_stands() {
    let (mut random, rounds) = random("steps");
    for _ in 0..rounds {
        let first = step(&mut random, 100);
        let now = first.started_at + (random.next_u64() >> random.below(60));
        let stands = opc_at(&first, now).unwrap();
        let params = PegParams {
            glide_bps: first.glide_bps,
            ..params().peg
        };
        let target = stands
            .checked_add(Uint128::new(any(&mut random, 60)))
            .unwrap();
        let next = next_step(&first, "y".to_owned(), target, &params, now).unwrap();
        assert_eq!(
            (next.number, next.started_at, next.start, next.target),
            (1, now, stands, target)
        );
        assert_eq!(opc_at(&next, now).unwrap(), stands);
        assert!(opc_at(&next, now.saturating_add(1)).unwrap() >= stands);
        // At most a part of its start in a period.
        let later = opc_at(&next, now.saturating_add(params.glide_period))
            .unwrap()
            .u128();
        let most = BigUint::from(stands.u128()) * (10_000 + first.glide_bps);
        assert!(BigUint::from(later) * 10_000u32 <= most);
    }
    let last = PegStep {
        number: u64::MAX,
        ..step(&mut random, 60)
    };
    let next = next_step(&last, "y".to_owned(), Uint128::MAX, &params().peg, 2_000);
    assert!(next.unwrap_err().to_string().contains("no number is left"));
}
