//! What other libraries take, measured by `others.py` in the same run.

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
    /// Measures with this Python, which has the libraries.
    pub(crate) fn measure(python: &Path, sizes: &[u32]) -> Outcome<Self> {
        let script = workspace::root().join("worker/benches/gemm/others.py");
        let mut command = Command::new(python);
        command.arg(script).args(sizes.iter().map(u32::to_string));
        let output = command.output()?;
        if !output.status.success() {
            let reason = String::from_utf8_lossy(&output.stderr);
            return Err(format!("others.py: {reason}").into());
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// Seconds of one product of this size, by library.
    pub(crate) fn of(&self, n: u32) -> impl Iterator<Item = (&str, f64)> {
        let found = self.seconds.get(&n).into_iter().flatten();
        found.map(|(name, seconds)| (name.as_str(), *seconds))
    }
}
