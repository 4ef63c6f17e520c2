//! Times and heights, and halts of the chain.

use compute_api::market::{Deadline, Halt, HaltParams, Limit};
use cosmwasm_std::BlockInfo;

use crate::ContractError;

/// The deadline `limit` after a moment.
#[must_use]
pub const fn after(time: u64, height: u64, limit: Limit) -> Deadline {
    Deadline {
        time: time.saturating_add(limit.seconds),
        height: height.saturating_add(limit.blocks),
    }
}

/// The later of two deadlines, in time and in height.
#[must_use]
pub fn later(a: Deadline, b: Deadline) -> Deadline {
    Deadline {
        time: a.time.max(b.time),
        height: a.height.max(b.height),
    }
}

/// Whether both time and height have passed.
#[must_use]
pub fn passed(block: &BlockInfo, deadline: Deadline) -> bool {
    block.time.seconds() > deadline.time && block.height > deadline.height
}

/// Refuses what is possible only after a deadline.
///
/// # Errors
/// [`ContractError::NotPassed`].
pub fn require_passed(
    block: &BlockInfo,
    what: &'static str,
    deadline: Deadline,
) -> Result<(), ContractError> {
    if passed(block, deadline) {
        return Ok(());
    }
    Err(ContractError::NotPassed {
        what,
        time: deadline.time,
        height: deadline.height,
        now: block.time.seconds(),
        at: block.height,
    })
}

/// Refuses what is possible only until a deadline.
///
/// # Errors
/// [`ContractError::Passed`].
pub fn require_open(
    block: &BlockInfo,
    what: &'static str,
    deadline: Deadline,
) -> Result<(), ContractError> {
    if !passed(block, deadline) {
        return Ok(());
    }
    Err(ContractError::Passed {
        what,
        time: deadline.time,
        height: deadline.height,
        now: block.time.seconds(),
        at: block.height,
    })
}

/// The halt that shows between two moments: more time than their blocks take, at
/// most. It may have begun right after the first one.
#[must_use]
pub fn halt(params: &HaltParams, last: Deadline, block: &BlockInfo) -> Option<Halt> {
    let now = block.time.seconds();
    let blocks = block.height.saturating_sub(last.height);
    let running = blocks.saturating_mul(params.block_seconds);
    let elapsed = now.saturating_sub(last.time);
    (elapsed > running && blocks > 0).then_some(Halt {
        from: last.time,
        until: now,
    })
}

/// The halt that credit is given for once another one shows: while a long one is
/// credited, a block that is merely slow does not take its place.
#[must_use]
pub fn credited(params: &HaltParams, last: Option<Halt>, seen: Halt) -> Halt {
    let length = |halt: Halt| halt.until.saturating_sub(halt.from);
    match last {
        Some(last)
            if seen.until <= last.until.saturating_add(params.commit_within)
                && length(seen) < length(last) =>
        {
            last
        }
        _ => seen,
    }
}

/// Until when a batch can be committed that has to be by `commit_by`: a halt that
/// this fell into, or right before, is credited.
#[must_use]
pub fn commit_until(params: &HaltParams, halt: Option<Halt>, commit_by: u64) -> u64 {
    let Some(halt) = halt else {
        return commit_by;
    };
    let credit = halt.until.saturating_add(params.commit_within);
    if halt.from <= commit_by && commit_by <= credit {
        credit
    } else {
        commit_by
    }
}

#[cfg(test)]
mod tests {
    use cosmwasm_std::Timestamp;

    use super::*;

    const PARAMS: HaltParams = HaltParams {
        block_seconds: 10,
        commit_within: 100,
    };

    fn block(time: u64, height: u64) -> BlockInfo {
        BlockInfo {
            height,
            time: Timestamp::from_seconds(time),
            chain_id: String::new(),
        }
    }

    #[test]
    fn both_have_to_pass() {
        let deadline = after(
            100,
            10,
            Limit {
                seconds: 5,
                blocks: 2,
            },
        );
        for (time, height, is) in [
            (105, 13, false),
            (106, 12, false),
            (106, 13, true),
            (u64::MAX, 12, false),
        ] {
            let block = BlockInfo {
                time: Timestamp::from_seconds(time.min(1 << 32)),
                ..block(0, height)
            };
            assert_eq!(passed(&block, deadline), is);
            assert_eq!(require_open(&block, "x", deadline).is_ok(), !is);
            assert_eq!(require_passed(&block, "x", deadline).is_ok(), is);
        }
    }

    #[test]
    fn a_halt_is_more_time_than_blocks_take() {
        let last = Deadline {
            time: 1_000,
            height: 50,
        };
        assert_eq!(halt(&PARAMS, last, &block(1_020, 52)), None);
        let seen = halt(&PARAMS, last, &block(1_021, 52)).unwrap();
        assert_eq!((seen.from, seen.until), (1_000, 1_021));
        assert_eq!(halt(&PARAMS, last, &block(1_000, 50)), None);
    }

    #[test]
    fn a_long_halt_keeps_its_credit() {
        let halt = |from, until| Halt { from, until };
        let long = halt(1_000, 2_000);
        let credited = |seen| credited(&PARAMS, Some(long), seen);
        assert_eq!(credited(halt(2_050, 2_100)), long);
        // Its credit is over; another one is as long.
        assert_eq!(credited(halt(2_051, 2_101)), halt(2_051, 2_101));
        assert_eq!(credited(halt(2_000, 3_000)), halt(2_000, 3_000));
        let first = super::credited(&PARAMS, None, long);
        assert_eq!(first, long);
    }

    #[test]
    fn a_halt_is_credited_to_what_fell_into_it() {
        let halt = Some(Halt {
            from: 1_000,
            until: 2_000,
        });
        let until = |commit_by| commit_until(&PARAMS, halt, commit_by);
        assert_eq!(until(999), 999);
        assert_eq!(until(1_000), 2_100);
        assert_eq!(until(2_100), 2_100);
        assert_eq!(until(2_101), 2_101);
        assert_eq!(commit_until(&PARAMS, None, 5), 5);
    }
}
