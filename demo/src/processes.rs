//! The demo's processes: started in order, each with a log of its own, ended in the
//! opposite order.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

use crate::DemoError;

/// How long a process has to end by itself.
const GRACE: Duration = Duration::from_secs(10);

/// How long a process has to say that it is there.
const START: Duration = Duration::from_secs(30);

/// Lines of a log that an error shows.
const TAIL: usize = 12;

struct Process {
    name: String,
    log: PathBuf,
    child: Child,
}

/// What runs. Whatever still does when this is dropped is killed.
pub(crate) struct Processes {
    logs: PathBuf,
    running: Vec<Process>,
}

impl Processes {
    /// None yet. Logs go into the folder.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub(crate) fn new(logs: &Path) -> Result<Self, DemoError> {
        std::fs::create_dir_all(logs).map_err(|source| DemoError::File {
            path: logs.to_owned(),
            source,
        })?;
        Ok(Self {
            logs: logs.to_owned(),
            running: Vec::new(),
        })
    }

    /// Starts a process.
    ///
    /// # Errors
    /// [`DemoError::File`] when its program is not there.
    pub(crate) fn start(
        &mut self,
        name: &str,
        program: &Path,
        arguments: &[&str],
    ) -> Result<(), DemoError> {
        self.spawn(name, program, arguments, false).map(|_| ())
    }

    /// Starts a process that prints a line when it is there; the line.
    ///
    /// # Errors
    /// [`DemoError::File`]; [`DemoError::Ended`] if it ends before.
    pub(crate) async fn start_and_read(
        &mut self,
        name: &str,
        program: &Path,
        arguments: &[&str],
    ) -> Result<String, DemoError> {
        let process = self.spawn(name, program, arguments, true)?;
        let stdout = process.child.stdout.take();
        let mut line = String::new();
        if let Some(stdout) = stdout {
            let read = timeout(START, BufReader::new(stdout).read_line(&mut line)).await;
            if matches!(read, Ok(Ok(1..))) {
                return Ok(line);
            }
        }
        self.check()?;
        Err(DemoError::TooLong {
            what: format!("{name} has started"),
            seconds: START.as_secs(),
        })
    }

    fn spawn(
        &mut self,
        name: &str,
        program: &Path,
        arguments: &[&str],
        reads: bool,
    ) -> Result<&mut Process, DemoError> {
        let log = self.logs.join(format!("{name}.log"));
        let error = |path: &Path| {
            let path = path.to_owned();
            move |source| DemoError::File { path, source }
        };
        let file = File::options().create(true).append(true).open(&log);
        let file = file.map_err(error(&log))?;
        let stdout = if reads {
            Stdio::piped()
        } else {
            file.try_clone().map_err(error(&log))?.into()
        };
        let child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(file)
            // Ctrl-C is the demo's to handle: it ends all in order.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(error(program))?;
        self.running.push(Process {
            name: name.to_owned(),
            log,
            child,
        });
        self.running
            .last_mut()
            .ok_or_else(|| DemoError::Unexpected(format!("{name} was not kept")))
    }

    /// That all of them still run.
    ///
    /// # Errors
    /// [`DemoError::Ended`] with the end of its log.
    pub(crate) fn check(&mut self) -> Result<(), DemoError> {
        for process in &mut self.running {
            if let Ok(Some(status)) = process.child.try_wait() {
                return Err(process.ended(status));
            }
        }
        Ok(())
    }

    /// Ends all, the last one first.
    pub(crate) async fn end(&mut self) {
        while let Some(process) = self.running.pop() {
            end(process).await;
        }
    }

    /// Name and process id of each.
    #[must_use]
    pub(crate) fn list(&self) -> Vec<(String, u32)> {
        let named = self.running.iter();
        let named = named.filter_map(|at| Some((at.name.clone(), at.child.id()?)));
        named.collect()
    }
}

impl Process {
    fn ended(&self, status: ExitStatus) -> DemoError {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<_> = text.lines().collect();
        let tail = lines.get(lines.len().saturating_sub(TAIL)..);
        DemoError::Ended {
            name: self.name.clone(),
            status: status.to_string(),
            log: self.log.clone(),
            tail: tail.unwrap_or_default().join("\n"),
        }
    }
}

/// Asks it to end, then makes it.
async fn end(mut process: Process) {
    let id = process.child.id().and_then(|id| i32::try_from(id).ok());
    if let Some(pid) = id.and_then(Pid::from_raw) {
        // One that has ended by itself needs no signal.
        let _ = kill_process(pid, Signal::TERM);
    }
    if timeout(GRACE, process.child.wait()).await.is_err() {
        let _ = process.child.kill().await;
    }
}
