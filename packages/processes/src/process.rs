//! One process.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    process::Stdio,
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

use crate::{ProcessError, TooLong};

/// How long a process has to end by itself.
const GRACE: Duration = Duration::from_secs(10);

/// How long a process has to say that it is ready.
const START: Duration = Duration::from_secs(60);

/// Lines of a log that an error shows.
const TAIL: usize = 20;

/// What a process is started from, the first time and again.
#[derive(Clone, Debug)]
pub struct Launch {
    name: String,
    program: PathBuf,
    arguments: Vec<String>,
    log: PathBuf,
    own_group: bool,
}

impl Launch {
    /// This program. What it prints is added to `logs/NAME.log`.
    #[must_use]
    pub fn new(name: &str, program: &Path, arguments: &[&str], logs: &Path) -> Self {
        Self {
            name: name.to_owned(),
            program: program.to_owned(),
            arguments: arguments.iter().map(|&text| text.to_owned()).collect(),
            log: logs.join(format!("{name}.log")),
            own_group: false,
        }
    }

    /// In a process group of its own: Ctrl-C in the terminal is then for whoever started
    /// it, who ends all in order. Only for those who do.
    #[must_use]
    pub const fn in_own_group(mut self) -> Self {
        self.own_group = true;
        self
    }

    fn spawn(&self, reads: bool) -> Result<Child, ProcessError> {
        let file = File::options().create(true).append(true).open(&self.log);
        let file = file.map_err(ProcessError::io(&self.log))?;
        let stdout = if reads {
            Stdio::piped()
        } else {
            let copy = file.try_clone();
            copy.map_err(ProcessError::io(&self.log))?.into()
        };
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).stdin(Stdio::null());
        command.stdout(stdout).stderr(file).kill_on_drop(true);
        if self.own_group {
            command.process_group(0);
        }
        command.spawn().map_err(ProcessError::io(&self.program))
    }
}

/// A running program. Dropped, it is killed; dropped by a test that fails, the end of its
/// log is shown.
pub struct Process {
    launch: Launch,
    /// Nothing while it is down on purpose.
    child: Option<Child>,
}

impl Process {
    /// Starts it.
    ///
    /// # Errors
    /// [`ProcessError::Io`] when its program or its log cannot be used.
    pub fn start(launch: Launch) -> Result<Self, ProcessError> {
        let child = Some(launch.spawn(false)?);
        Ok(Self { launch, child })
    }

    /// Starts a program that prints a line when it is ready; that line.
    ///
    /// # Errors
    /// As [`Self::start`]; [`ProcessError::Ended`] if it ends before,
    /// [`ProcessError::TooLong`] if it says nothing.
    pub async fn start_and_read(launch: Launch) -> Result<(Self, String), ProcessError> {
        let child = Some(launch.spawn(true)?);
        let mut process = Self { launch, child };
        let line = process.read_line().await?;
        Ok((process, line))
    }

    async fn read_line(&mut self) -> Result<String, ProcessError> {
        let stdout = self.child.as_mut().and_then(|child| child.stdout.take());
        let Some(stdout) = stdout else {
            return Err(self.ended("nothing to read"));
        };
        let mut reader = BufReader::new(stdout);
        let mut line = String::new();
        let read = timeout(START, reader.read_line(&mut line)).await;
        let read = read.map_err(|_| TooLong {
            what: format!("{} says that it is ready", self.launch.name),
            seconds: START.as_secs(),
        })?;
        if read.map_err(ProcessError::io(&self.launch.program))? == 0 {
            let status = match &mut self.child {
                Some(child) => child.wait().await,
                None => return Err(self.ended("killed")),
            };
            let status = status.map_err(ProcessError::io(&self.launch.program))?;
            return Err(self.ended(&status.to_string()));
        }
        // What it prints later goes to the log: nobody may find the pipe closed.
        let log = self.launch.log.clone();
        tokio::spawn(async move {
            let file = tokio::fs::File::options().append(true).open(log).await;
            if let Ok(mut file) = file {
                // It ends with the process.
                let _ = tokio::io::copy(&mut reader, &mut file).await;
            }
        });
        Ok(line)
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.launch.name
    }

    /// Its process id, while it runs.
    #[must_use]
    pub fn id(&self) -> Option<u32> {
        self.child.as_ref().and_then(Child::id)
    }

    /// That it runs, or is down on purpose.
    ///
    /// # Errors
    /// [`ProcessError::Ended`] with the end of its log.
    pub fn check(&mut self) -> Result<(), ProcessError> {
        let Some(child) = &mut self.child else {
            return Ok(());
        };
        match child.try_wait() {
            Ok(None) => Ok(()),
            Ok(Some(status)) => Err(self.ended(&status.to_string())),
            Err(error) => Err(self.ended(&error.to_string())),
        }
    }

    /// Kills it at once, as a power cut would (`kill -9`), and waits until it is gone. One
    /// that is down already stays so.
    ///
    /// # Errors
    /// [`ProcessError::Io`] when it cannot be killed.
    pub async fn kill(&mut self) -> Result<(), ProcessError> {
        let Some(mut child) = self.child.take() else {
            return Ok(());
        };
        if matches!(child.try_wait(), Ok(Some(_))) {
            return Ok(());
        }
        let killed = child.kill().await;
        killed.map_err(ProcessError::io(&self.launch.program))
    }

    /// Asks it to end (SIGTERM), kills it where it takes more than ten seconds, and waits
    /// until it is gone. Whether it ended by itself.
    pub async fn stop(&mut self) -> bool {
        let Some(mut child) = self.child.take() else {
            return true;
        };
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        if let Some(pid) = id.and_then(Pid::from_raw) {
            // One that has ended by itself needs no signal.
            let _ = kill_process(pid, Signal::TERM);
        }
        if timeout(GRACE, child.wait()).await.is_ok() {
            return true;
        }
        let _ = child.kill().await;
        false
    }

    /// Starts it again, as it was started first; kills it before if it still runs. Its log
    /// goes on. The line of a program that prints one goes there too.
    ///
    /// # Errors
    /// [`ProcessError::Io`].
    pub async fn restart(&mut self) -> Result<(), ProcessError> {
        self.kill().await?;
        self.child = Some(self.launch.spawn(false)?);
        Ok(())
    }

    /// The last lines of its log.
    #[must_use]
    pub fn tail(&self) -> String {
        let bytes = fs::read(&self.launch.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<_> = text.lines().collect();
        let tail = lines.get(lines.len().saturating_sub(TAIL)..);
        tail.unwrap_or_default().join("\n")
    }

    fn ended(&self, status: &str) -> ProcessError {
        ProcessError::Ended {
            name: self.launch.name.clone(),
            status: status.to_owned(),
            log: self.launch.log.clone(),
            tail: self.tail(),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if thread::panicking() {
            // Nobody is left to tell if this cannot be written.
            let _ = writeln!(io::stderr(), "--- {}:\n{}", self.name(), self.tail());
        }
    }
}
