//! Exit codes, and which error ends with which.

use std::error::Error;

use chain_client::{Error as ChainError, keys::KeyError};
use deployment::FileError;

use crate::output::Failure;

/// Wrong arguments, a missing file or key: nothing was sent.
pub(crate) const USAGE: u8 = 1;
/// The chain or a contract said no.
pub(crate) const REJECTED: u8 = 2;
/// No node answers, or not the right one.
pub(crate) const NOT_REACHABLE: u8 = 3;
/// No verdict in time: what was sent may still be included.
pub(crate) const TIMED_OUT: u8 = 4;
/// This machine failed, or an answer made no sense.
pub(crate) const FAILED: u8 = 5;

/// A failure with this exit code and name.
pub(crate) fn failure(
    exit: u8,
    code: &'static str,
    error: impl Into<Box<dyn Error + Send + Sync>>,
) -> Failure {
    Failure {
        exit,
        code: code.into(),
        error: error.into(),
    }
}

/// Wrong arguments: what is wrong, and the cure.
pub(crate) fn usage(text: impl Into<String>) -> Failure {
    failure(USAGE, "BL-CLI-001", text.into())
}

/// A failure whose text begins with its name, as in `[BL-CHN-001] …`.
pub(crate) fn named(exit: u8, error: &dyn Error) -> Failure {
    let text = error.to_string();
    let split = text
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("] "));
    match split {
        Some((code, rest)) => Failure {
            exit,
            code: code.to_owned().into(),
            error: rest.to_owned().into(),
        },
        None => Failure {
            exit,
            code: "BL-CLI-005".into(),
            error: text.into(),
        },
    }
}

impl From<ChainError> for Failure {
    fn from(error: ChainError) -> Self {
        let exit = match &error {
            ChainError::Rejected { .. }
            | ChainError::OutOfGas { .. }
            | ChainError::Query { .. } => REJECTED,
            ChainError::Unreachable { .. }
            | ChainError::NodeBehind { .. }
            | ChainError::WrongChain { .. } => NOT_REACHABLE,
            ChainError::TimedOut { .. } | ChainError::Expired { .. } => TIMED_OUT,
            ChainError::Invalid(_) => USAGE,
            ChainError::Unreadable { .. } | ChainError::Stopped | ChainError::NotKept { .. } => {
                FAILED
            }
        };
        named(exit, &error)
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        named(USAGE, &error)
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        failure(USAGE, "BL-DEP-001", error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_once_and_codes_tell_what_to_do() {
        let unreachable = Failure::from(ChainError::Unreachable {
            reasons: "port 9: refused".to_owned(),
        });
        assert_eq!((unreachable.exit, &*unreachable.code), (3, "BL-CHN-006"));
        assert_eq!(
            unreachable.error.to_string(),
            "no endpoint answers: port 9: refused"
        );
        let timed_out = ChainError::TimedOut {
            hash: "AB".to_owned(),
            seconds: 60,
        };
        assert_eq!(Failure::from(timed_out).exit, TIMED_OUT);
        let unknown = Failure::from(KeyError::Unknown("alice".to_owned()));
        assert_eq!((unknown.exit, &*unknown.code), (1, "BL-KEY-004"));
    }
}
