//! Which batches a beacon challenges at all.

use compute_proofs::{
    ProofError,
    hash::DRAW,
    opening::{is_challenged, sample},
};

use super::{
    slow,
    support::{assert_error, beacon, plan, settled},
};

/// Asserts that `count` of `draws` is a share of one in `n`, within 4 standard
/// errors. The draws are fixed, so this passes or fails for good.
fn assert_share(count: usize, draws: u64, n: u32) {
    let (share, draws) = (1.0 / f64::from(n), draws as f64);
    let bound = 4.0 * (draws * share * (1.0 - share)).sqrt();
    let off = (count as f64 - draws * share).abs();
    assert!(
        off <= bound,
        "1 in {n}: {count} of {draws}, {bound:.0} off at most"
    );
}

#[test]
fn one_batch_in_n_is_challenged() {
    let settled = settled();
    let context = settled.context();
    let draws: u64 = plan().pick(10_000, 100_000);
    for n in [1, 2, 3, 10, 64] {
        let challenged = (0..draws).filter(|&round| {
            let beacon = beacon(u64::from(n) << 32 | round);
            is_challenged(&context, &beacon, n).unwrap()
        });
        assert_share(challenged.count(), draws, n);
    }
}

#[test]
fn a_rate_of_one_is_always_and_of_zero_an_error() {
    let settled = settled();
    for round in 0..200 {
        let answer = is_challenged(&settled.context(), &beacon(round), 1);
        assert_eq!(answer, Ok(true));
        let answer = is_challenged(&settled.context(), &beacon(round), 0);
        assert_error!(
            answer,
            ProofError::OutOfRange {
                what: "bound of a draw",
                ..
            }
        );
    }
}

#[test]
fn a_challenge_is_the_definitions() {
    let settled = settled();
    let context = settled.context();
    for round in 0..100 {
        let beacon = beacon(round);
        let worker = slow::text(context.worker);
        let message = [
            &beacon[..],
            &worker,
            &context.batch.root.0,
            &u32::MAX.to_le_bytes(),
        ];
        let mut word = [0; 16];
        slow::stream(DRAW, &message.concat()).fill(&mut word);
        // 8 divides 2^128: no word is passed over.
        let expected = u128::from_le_bytes(word) % 8 == 0;
        assert_eq!(is_challenged(&context, &beacon, 8), Ok(expected));
    }
}

#[test]
fn who_is_challenged_says_nothing_of_what_is_drawn() {
    let settled = settled();
    let context = settled.context();
    let half = context.batch.ops / 2;
    for d in [0, 1, 2] {
        let challenged = (0..8000).map(beacon).filter(|beacon| {
            // The same parity of one word would be the same challenge.
            is_challenged(&context, beacon, 2).unwrap()
        });
        let challenged: Vec<_> = challenged.collect();
        let low = challenged.iter().filter(|beacon| {
            let drawn = sample(&context, beacon, d).unwrap();
            drawn.position() < half
        });
        assert_share(low.count(), u64::try_from(challenged.len()).unwrap(), 2);
        let even = challenged.iter().filter(|beacon| {
            let drawn = sample(&context, beacon, d).unwrap();
            drawn.position() % 2 == 0
        });
        assert_share(even.count(), u64::try_from(challenged.len()).unwrap(), 2);
    }
}

#[test]
fn every_batch_is_challenged_by_itself() {
    let settled = settled();
    let context = settled.context();
    let mut others = [context; 2];
    others[0].worker = "wasm1other";
    others[1].batch.root.0[0] ^= 1;
    for other in others {
        // Independent halves agree half the time.
        let same = (0..4000).map(beacon).filter(|beacon| {
            is_challenged(&context, beacon, 2) == is_challenged(&other, beacon, 2)
        });
        assert_share(same.count(), 4000, 2);
    }
}
