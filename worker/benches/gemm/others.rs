//! What other libraries take, measured by a script in the same run.

use std::{collections::BTreeMap, path::Path, process::Command};

use serde::Deserialize;
use test_suite::workspace;

use crate::Outcome;

/// What the script prints.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Others {
    /// Of each library.
    pub(crate) versions: BTreeMap<String, String>,
    /// By size, then by library.
    seconds: BTreeMap<u32, BTreeMap<String, f64>>,
}

impl Others {
    /// Measures with this script of `worker/benches`, in a Python that has the libraries.
    pub(crate) fn measure(python: &Path, script: &str, sizes: &[u32]) -> Outcome<Self> {
        let path = workspace::root().join("worker/benches").join(script);
        let mut command = Command::new(python);
        command.arg(path).args(sizes.iter().map(u32::to_string));
        let output = command.output()?;
        if !output.status.success() {
            let reason = String::from_utf8_lossy(&output.stderr);
            return Err(format!("{script}: {reason}").into());
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// Seconds of one product of this size, by library.
    pub(crate) fn of(&self, n: u32) -> impl Iterator<Item = (&str, f64)> {
        let found = self.seconds.get(&n).into_iter().flatten();
        found.map(|(name, seconds)| (name.as_str(), *seconds))
    }
}
