//! A beacon's folder: its key, and when its rounds are.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Secret, SecretError, Server, ServerError};

/// Why a beacon's folder cannot be used.
#[derive(Debug, Error)]
pub enum HomeError {
    /// The key.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// What it says cannot be served.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// A file cannot be read or written, or is no such file.
    #[error("[BL-BCN-007] {}: {reason}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Contracts know the network by what it began with.
    #[error(
        "[BL-BCN-008] this beacon's {what} is {is} for good, not {asked}; leave it out, or name \
         another folder"
    )]
    Other {
        /// What differs.
        what: &'static str,
        /// What it is.
        is: u64,
        /// What was asked for.
        asked: u64,
    },
}

/// What is kept of it, beside the key.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Times {
    genesis: u64,
    period: u64,
}

/// The beacon in this folder. Where there is none it begins: with a new key in
/// `beacon.key`, its round 1 at `genesis` or else `now`, and a round each `period`
/// seconds or else each second.
///
/// # Errors
/// [`HomeError`]; also where a beacon is there whose times are not those asked for.
pub fn open(
    folder: &Path,
    genesis: Option<u64>,
    period: Option<u64>,
    now: u64,
) -> Result<Server, HomeError> {
    let secret = Secret::open(&folder.join("beacon.key"))?;
    let path = folder.join("beacon.json");
    let file = |reason: String| HomeError::File {
        path: path.clone(),
        reason,
    };
    let times = if path.exists() {
        let text = fs::read_to_string(&path).map_err(|error| file(error.to_string()))?;
        let times: Times = serde_json::from_str(&text).map_err(|error| file(error.to_string()))?;
        same("genesis", times.genesis, genesis)?;
        same("period", times.period, period)?;
        times
    } else {
        let times = Times {
            genesis: genesis.unwrap_or(now),
            period: period.unwrap_or(1),
        };
        // Checked before it is written down for good.
        Server::new(secret.clone(), times.genesis, times.period)?;
        let text = serde_json::to_string(&times).map_err(|error| file(error.to_string()))?;
        let beside = path.with_extension("new");
        let write = || -> std::io::Result<()> {
            let mut made = fs::File::create(&beside)?;
            made.write_all(text.as_bytes())?;
            made.sync_all()?;
            fs::rename(&beside, &path)
        };
        write().map_err(|error| file(error.to_string()))?;
        times
    };
    Ok(Server::new(secret, times.genesis, times.period)?)
}

fn same(what: &'static str, is: u64, asked: Option<u64>) -> Result<(), HomeError> {
    match asked {
        Some(asked) if asked != is => Err(HomeError::Other { what, is, asked }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beacon_goes_on_as_it_began() {
        let home = tempfile::tempdir().unwrap();
        let first = open(home.path(), None, Some(3), 1_000).unwrap();
        assert_eq!(
            (first.network().genesis, first.network().period),
            (1_000, 3)
        );
        let second = open(home.path(), Some(1_000), None, 9_999).unwrap();
        assert_eq!(second.network(), first.network());
        let error = open(home.path(), Some(1_001), None, 0).unwrap_err();
        assert!(
            error.to_string().contains("1000 for good, not 1001"),
            "{error}"
        );
        assert!(open(home.path(), None, Some(1), 0).is_err());
    }

    #[test]
    fn what_cannot_be_served_is_not_written_down() {
        let home = tempfile::tempdir().unwrap();
        let error = open(home.path(), None, Some(0), 1_000).unwrap_err();
        assert!(matches!(error, HomeError::Server(_)), "{error}");
        open(home.path(), None, Some(1), 1_000).unwrap();
        fs::write(home.path().join("beacon.json"), "{}").unwrap();
        let error = open(home.path(), None, None, 1_000).unwrap_err();
        assert!(matches!(error, HomeError::File { .. }), "{error}");
    }
}
