//! What numpy says of every product: an independent opinion on each byte.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::DemoError;

/// Multiplies what is in a folder, and compares.
const SCRIPT: &str = include_str!("numpy.py");

/// A matrix of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The left one.
    A,
    /// The right one.
    B,
    /// What the network says their product is.
    C,
}

/// Keeps jobs and results as `.npy` files, to be looked at when all are there.
pub(crate) struct Numpy {
    python: PathBuf,
    folder: PathBuf,
}

/// What numpy found.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Opinion {
    /// Its version.
    pub(crate) numpy: String,
    /// Jobs with the right result.
    pub(crate) right: Vec<String>,
    /// Jobs with a wrong one.
    pub(crate) wrong: Vec<String>,
}

impl Numpy {
    /// With this Python, which has numpy, and files in a folder that is made.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub(crate) fn new(python: &Path, folder: PathBuf) -> Result<Self, DemoError> {
        fs::create_dir_all(&folder).map_err(DemoError::file(&folder))?;
        Ok(Self {
            python: python.to_owned(),
            folder,
        })
    }

    /// Keeps the `.npy` file of a matrix.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn keep(&self, job: &str, part: Part, file: &[u8]) -> Result<(), DemoError> {
        let part = match part {
            Part::A => "a",
            Part::B => "b",
            Part::C => "c",
        };
        let path = self.folder.join(format!("{job}.{part}.npy"));
        fs::write(&path, file).map_err(DemoError::file(&path))
    }

    /// Has numpy multiply all that was kept.
    ///
    /// # Errors
    /// [`DemoError::Unexpected`] with what Python said, where numpy is missing above all.
    pub(crate) async fn opinion(&self) -> Result<Opinion, DemoError> {
        let mut command = tokio::process::Command::new(&self.python);
        let command = command.args(["-c", SCRIPT]).arg(&self.folder);
        let output = command.kill_on_drop(true).output().await;
        let output = output.map_err(DemoError::file(&self.python))?;
        serde_json::from_slice(&output.stdout).map_err(|error| {
            let said = String::from_utf8_lossy(&output.stderr);
            DemoError::Unexpected(format!("numpy's products: {error}: {said}"))
        })
    }
}
