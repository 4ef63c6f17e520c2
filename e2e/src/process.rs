//! One process of a test.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::E2eError;

/// Lines of a log that are shown.
const TAIL: usize = 40;

/// A running program. Dropped, it is killed; dropped by a test that fails, the end of
/// its log is shown.
pub struct Process {
    name: String,
    log: PathBuf,
    child: Child,
}

impl Process {
    /// Starts `program`; what it prints goes to `logs/NAME.log`.
    ///
    /// # Errors
    /// [`E2eError::Io`] when it cannot be started.
    pub fn start(
        name: &str,
        program: &Path,
        arguments: &[&str],
        logs: &Path,
    ) -> Result<Self, E2eError> {
        let (log, file) = open(name, logs)?;
        let stdout = file.try_clone().map_err(E2eError::io(&log))?;
        let child = spawn(program, arguments, stdout.into(), file)?;
        let name = name.to_owned();
        Ok(Self { name, log, child })
    }

    /// The same for a program that prints one line when it is ready; that line.
    ///
    /// # Errors
    /// As [`Self::start`]; [`E2eError::Ended`] if it ends before.
    pub async fn start_and_read(
        name: &str,
        program: &Path,
        arguments: &[&str],
        logs: &Path,
    ) -> Result<(Self, String), E2eError> {
        let (log, file) = open(name, logs)?;
        let child = spawn(program, arguments, Stdio::piped(), file)?;
        let name = name.to_owned();
        let mut process = Self { name, log, child };
        let mut line = String::new();
        if let Some(stdout) = process.child.stdout.take() {
            let read = BufReader::new(stdout).read_line(&mut line).await;
            read.map_err(E2eError::io(program))?;
        }
        if line.is_empty() {
            let status = process.child.wait().await.map_err(E2eError::io(program))?;
            return Err(process.ended(&status.to_string()));
        }
        Ok((process, line))
    }

    /// That it still runs.
    ///
    /// # Errors
    /// [`E2eError::Ended`] with the end of its log.
    pub fn check(&mut self) -> Result<(), E2eError> {
        match self.child.try_wait() {
            Ok(None) => Ok(()),
            Ok(Some(status)) => Err(self.ended(&status.to_string())),
            Err(error) => Err(self.ended(&error.to_string())),
        }
    }

    /// Kills it at once, as a power cut would, and waits until it is gone.
    ///
    /// # Errors
    /// [`E2eError::Io`] when it cannot be killed.
    pub async fn kill(mut self) -> Result<(), E2eError> {
        let killed = self.child.kill().await;
        killed.map_err(E2eError::io(self.name.clone()))
    }

    /// The last lines of its log.
    #[must_use]
    pub fn tail(&self) -> String {
        let bytes = fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<_> = text.lines().collect();
        let tail = lines.get(lines.len().saturating_sub(TAIL)..);
        tail.unwrap_or_default().join("\n")
    }

    fn ended(&self, status: &str) -> E2eError {
        E2eError::Ended {
            name: self.name.clone(),
            status: status.to_owned(),
            log: self.tail(),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if thread::panicking() {
            // Nobody is left to tell if this cannot be written.
            let _ = writeln!(io::stderr(), "--- {}:\n{}", self.name, self.tail());
        }
    }
}

fn open(name: &str, logs: &Path) -> Result<(PathBuf, File), E2eError> {
    let log = logs.join(format!("{name}.log"));
    let file = File::options().create(true).append(true).open(&log);
    let file = file.map_err(E2eError::io(&log))?;
    Ok((log, file))
}

fn spawn(
    program: &Path,
    arguments: &[&str],
    stdout: Stdio,
    stderr: File,
) -> Result<Child, E2eError> {
    let mut command = Command::new(program);
    let command = command.args(arguments).stdin(Stdio::null());
    let command = command.stdout(stdout).stderr(stderr).kill_on_drop(true);
    command.spawn().map_err(E2eError::io(program))
}
