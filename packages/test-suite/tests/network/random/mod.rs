//! Random runs: all messages from all people, right and wrong, while time jumps and
//! halts, censuses fail, operators are jailed and slashed amid unbonding. Everything
//! that always holds is checked after each message (`Network::check`), each mint and
//! assumption is weighed beforehand, and the books are rebuilt from events alone. In
//! the end, from whatever state a run is in, cranks that anyone can turn end all.

mod census;
mod coin;
mod end;
mod issuers;
mod market;
mod owner;
mod proofs;
mod stakes;
mod walk;

use test_suite::{network::Kinds, scale::Plan};

use walk::Walk;

/// Messages of one run: it ends in whatever state it is in then.
const RUN: (u64, u64) = (500, 1_500);

/// Runs alike, together as long as the plan says; longer, within reason, where a seed
/// has left a kind of message out.
fn runs(label: &str) -> Kinds {
    let plan = Plan::from_env().unwrap();
    let messages = plan.pick(20_000, 200_000);
    let mut random = plan.random(label);
    let mut kinds = Kinds::default();
    let mut done = 0;
    while done < messages || (!kinds.missing().is_empty() && done < 3 * messages) {
        let seed = random.next_u64();
        say(&format!("{label}: {}, run from {seed:#x}", plan.describe()));
        let mut walk = Walk::new(seed);
        done += walk.go(RUN.0 + random.below(RUN.1 - RUN.0));
        walk.end();
        kinds.add(&walk.net.kinds);
    }
    say(&format!("{label}: {done} messages, {:?}", kinds.counts));
    kinds
}

/// Shown where a run fails, and with `--nocapture`; `test_suite::scale` says how to
/// repeat one.
#[allow(clippy::print_stderr, reason = "a seed has to be shown")]
fn say(text: &str) {
    eprintln!("{text}");
}

fn every_kind_has_succeeded(kinds: &Kinds) {
    let missing = kinds.missing();
    assert!(
        missing.is_empty(),
        "never succeeded: {missing:?}\n{kinds:?}"
    );
    assert_eq!(kinds.succeeded("coin.update_minter"), 0);
}

#[test]
fn whatever_happens_everything_holds() {
    every_kind_has_succeeded(&runs("network"));
}
