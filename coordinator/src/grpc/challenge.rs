//! Challenges: each is good for one session of one worker, and for half a minute.

use std::collections::HashMap;
use std::sync::Mutex;

use tonic::Status;

use crate::core::{lock, now_ms};
use crate::id;

/// How long a challenge is good.
const GOOD_MS: u64 = 30_000;

/// Challenges that are out at a time. Anyone may ask for one, so they are bounded.
const MOST: usize = 20_000;

/// Longest address that is taken.
const MAX_ADDRESS: usize = 128;

/// Why there is no challenge, or no session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    #[error("[BL-CRD-041] too many workers are opening sessions: try again in a minute")]
    TooMany,
    #[error("[BL-CRD-042] that is no address of a worker")]
    NoAddress,
    #[error("[BL-CRD-043] the challenge is not ours, is used, or is over: ask for another")]
    NoChallenge,
    #[error("[BL-CRD-044] no miner of this address is registered with the chain")]
    Unknown,
    #[error("[BL-CRD-045] the signature is not by the key that the miner has registered")]
    BadSignature,
    #[error("[BL-CRD-046] the first message of a session must be Open, soon")]
    NotOpened,
    #[error("[BL-CRD-047] the coordinator goes away: dial again later")]
    Draining,
    #[error("[BL-CRD-001] the machine gives no random bytes")]
    NoRandomness,
}

impl Refused {
    /// What it is counted as.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::TooMany => "too_many",
            Self::NoAddress => "no_address",
            Self::NoChallenge => "no_challenge",
            Self::Unknown => "unknown_worker",
            Self::BadSignature => "bad_signature",
            Self::NotOpened => "not_opened",
            Self::Draining => "draining",
            Self::NoRandomness => "no_randomness",
        }
    }
}

impl From<Refused> for Status {
    fn from(refused: Refused) -> Self {
        let text = refused.to_string();
        match refused {
            Refused::TooMany => Self::resource_exhausted(text),
            Refused::Draining | Refused::NoRandomness => Self::unavailable(text),
            Refused::NoAddress | Refused::NotOpened => Self::invalid_argument(text),
            Refused::NoChallenge | Refused::Unknown | Refused::BadSignature => {
                Self::unauthenticated(text)
            }
        }
    }
}

/// Those that are out.
#[derive(Default)]
pub(crate) struct Challenges {
    out: Mutex<HashMap<[u8; 32], (String, u64)>>,
}

impl Challenges {
    pub(crate) fn make(&self, worker: &str) -> Result<[u8; 32], Refused> {
        if worker.is_empty() || worker.len() > MAX_ADDRESS {
            return Err(Refused::NoAddress);
        }
        let challenge = id::random().map_err(|_| Refused::NoRandomness)?;
        let now = now_ms();
        let mut out = lock(&self.out);
        if out.len() >= MOST {
            out.retain(|_, (_, until)| *until > now);
        }
        if out.len() >= MOST {
            return Err(Refused::TooMany);
        }
        out.insert(challenge, (worker.to_owned(), now.saturating_add(GOOD_MS)));
        Ok(challenge)
    }

    /// Uses a challenge up.
    pub(crate) fn take(&self, challenge: &[u8], worker: &str) -> Result<(), Refused> {
        let challenge: [u8; 32] = challenge.try_into().map_err(|_| Refused::NoChallenge)?;
        let found = lock(&self.out).remove(&challenge);
        match found {
            Some((whose, until)) if whose == worker && until > now_ms() => Ok(()),
            _ => Err(Refused::NoChallenge),
        }
    }
}
