//! What becomes of messages: the state machine, without any I/O.

use std::time::Duration;

use chain_client::{Error as ChainError, Included, Stage};

use crate::message::{Done, Refused, Verdict};

/// Messages of one transaction, at most.
const MAX_MESSAGES: usize = 16;

/// Bytes of the messages of one transaction, at most, if there are several: far below
/// what nodes take.
const MAX_BYTES: usize = 256 * 1024;

/// How often gas may fall short before a message counts as refused.
const MAX_OUT_OF_GAS: u32 = 8;

/// The first wait after a failure; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// The longest.
const MAX_WAIT: Duration = Duration::from_secs(30);

/// Where a message stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// In no transaction that could still be included.
    Waiting(Waiting),
    /// In the transaction that is on its way.
    Signed(Waiting),
    /// For good.
    Decided(Verdict),
}

/// What is remembered of a message that has no verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Waiting {
    /// Failures by now.
    pub(crate) tries: u32,
    /// It is not sent before; milliseconds since 1970.
    pub(crate) not_before: u64,
    /// It is sent without neighbours, so that its own verdict shows.
    pub(crate) alone: bool,
}

/// What an attempt means for the messages in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// All were executed.
    Done,
    /// The message at this place was refused; nothing was executed.
    Refused {
        place: usize,
        reason: String,
        hash: Option<String>,
    },
    /// One was refused, and it does not show which; nothing was executed.
    Apart,
    /// Nothing was executed, for a reason that passes.
    Again { reason: String },
    /// Not known yet: what is signed stays signed.
    Unknown,
}

/// What an attempt to send `count` messages, which has failed `tries` times before,
/// means.
pub(crate) fn of(result: &Result<Included, ChainError>, count: usize, tries: u32) -> Fate {
    let error = match result {
        Ok(_) => return Fate::Done,
        Err(error) => error,
    };
    let again = || Fate::Again {
        reason: error.to_string(),
    };
    let refused = |reason: &str, hash: &str| match count {
        1 => Fate::Refused {
            place: 0,
            reason: reason.to_owned(),
            hash: (!hash.is_empty()).then(|| hash.to_owned()),
        },
        _ => Fate::Apart,
    };
    match error {
        ChainError::TimedOut { .. } | ChainError::Stopped => Fate::Unknown,
        ChainError::Rejected {
            stage: Stage::Simulation | Stage::Delivery,
            log,
            hash,
            ..
        } => match message_index(log) {
            Some(place) if place < count => Fate::Refused {
                place,
                reason: log.clone(),
                hash: (!hash.is_empty()).then(|| hash.clone()),
            },
            Some(_) => refused(log, hash),
            // More than a block has.
            None if log.contains("out of gas") => refused(log, hash),
            // Fees, sequences: nothing about the messages.
            None => again(),
        },
        // Too large for any block.
        ChainError::Rejected {
            codespace, code, ..
        } if codespace == "sdk" && *code == 21 => refused(&error.to_string(), ""),
        ChainError::OutOfGas { hash, .. } if tries >= MAX_OUT_OF_GAS => {
            refused(&error.to_string(), hash)
        }
        ChainError::Invalid(reason) => refused(reason, ""),
        ChainError::Rejected { .. }
        | ChainError::OutOfGas { .. }
        | ChainError::Expired { .. }
        | ChainError::NodeBehind { .. }
        | ChainError::Unreachable { .. }
        | ChainError::WrongChain { .. }
        | ChainError::Query { .. }
        | ChainError::Unreadable { .. }
        | ChainError::NotKept { .. } => again(),
    }
}

/// The number in "failed to execute message; message index: 3: …".
fn message_index(log: &str) -> Option<usize> {
    let (_, rest) = log.split_once("message index: ")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// Where a message stands after that, at `place` of `count`. `now` is in milliseconds
/// since 1970.
pub(crate) fn after(
    state: State,
    fate: &Fate,
    result: &Result<Included, ChainError>,
    (place, count): (usize, usize),
    now: u64,
) -> State {
    let waiting = match state {
        State::Waiting(waiting) | State::Signed(waiting) => waiting,
        State::Decided(_) => return state,
    };
    match (fate, result) {
        (Fate::Done, Ok(included)) => {
            State::Decided(Verdict::Done(Done::of(included, place, count)))
        }
        (
            Fate::Refused {
                place: at,
                reason,
                hash,
            },
            _,
        ) if *at == place => State::Decided(Verdict::Refused(Refused {
            reason: reason.clone(),
            hash: hash.clone(),
        })),
        (Fate::Refused { .. }, _) => State::Waiting(waiting),
        (Fate::Apart, _) => State::Waiting(Waiting {
            alone: true,
            ..waiting
        }),
        (Fate::Again { .. }, _) => {
            let wait = back_off(waiting.tries);
            State::Waiting(Waiting {
                tries: waiting.tries.saturating_add(1),
                not_before: now.saturating_add(wait),
                ..waiting
            })
        }
        (Fate::Unknown | Fate::Done, _) => state,
    }
}

/// Milliseconds to wait after this many failures.
fn back_off(tries: u32) -> u64 {
    let wait = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(tries));
    u64::try_from(wait.min(MAX_WAIT).as_millis()).unwrap_or(u64::MAX)
}

/// The first message of a lane that has no verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) lane: String,
    pub(crate) not_before: u64,
}

/// What to do when nothing is on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Send what is first on this lane.
    Send(String),
    /// Nothing before this time.
    Wait(u64),
    /// Nothing at all.
    Idle,
}

/// Lanes take turns: the first, by name, after the last one served that has anything
/// to send now.
pub(crate) fn next(heads: &[Head], served: &str, now: u64) -> Step {
    let ready = || heads.iter().filter(|head| head.not_before <= now);
    let after = ready().filter(|head| head.lane.as_str() > served);
    let least =
        |heads: &mut dyn Iterator<Item = &Head>| heads.min_by(|a, b| a.lane.cmp(&b.lane)).cloned();
    match least(&mut after.into_iter()).or_else(|| least(&mut ready())) {
        Some(head) => Step::Send(head.lane),
        None => match heads.iter().map(|head| head.not_before).min() {
            Some(time) => Step::Wait(time),
            None => Step::Idle,
        },
    }
}

/// What decides whether a message can share a transaction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) bytes: usize,
    pub(crate) batched: bool,
    pub(crate) waiting: Waiting,
}

/// How many of a lane's first messages go into one transaction: one at least.
pub(crate) fn batch(lane: &[Size], now: u64) -> usize {
    let mut bytes = 0_usize;
    let shares = |size: &&Size| {
        bytes = bytes.saturating_add(size.bytes);
        let ready = size.waiting.not_before <= now;
        size.batched && !size.waiting.alone && ready && bytes <= MAX_BYTES
    };
    let count = lane.iter().take(MAX_MESSAGES).take_while(shares).count();
    count.max(1).min(lane.len())
}

#[cfg(test)]
mod tests;
