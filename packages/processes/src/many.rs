//! Several processes.

use std::path::{Path, PathBuf};

use crate::{Launch, Process, ProcessError};

/// Processes by name, in the order in which they were started. Whatever still runs when
/// this is dropped is killed.
pub struct Processes {
    logs: PathBuf,
    own_groups: bool,
    all: Vec<Process>,
}

impl Processes {
    /// None yet. Logs go into the folder, which is made.
    ///
    /// # Errors
    /// [`ProcessError::Io`] when it cannot be made.
    pub fn new(logs: &Path) -> Result<Self, ProcessError> {
        std::fs::create_dir_all(logs).map_err(ProcessError::io(logs))?;
        Ok(Self {
            logs: logs.to_owned(),
            own_groups: false,
            all: Vec::new(),
        })
    }

    /// Each in a process group of its own, as [`Launch::in_own_group`].
    #[must_use]
    pub const fn in_own_groups(mut self) -> Self {
        self.own_groups = true;
        self
    }

    /// Where the logs are.
    #[must_use]
    pub fn logs(&self) -> &Path {
        &self.logs
    }

    /// Starts a process.
    ///
    /// # Errors
    /// As [`Process::start`].
    pub fn start(
        &mut self,
        name: &str,
        program: &Path,
        arguments: &[&str],
    ) -> Result<(), ProcessError> {
        let launch = self.launch(name, program, arguments);
        self.all.push(Process::start(launch)?);
        Ok(())
    }

    /// Starts a process that prints a line when it is ready; the line.
    ///
    /// # Errors
    /// As [`Process::start_and_read`].
    pub async fn start_and_read(
        &mut self,
        name: &str,
        program: &Path,
        arguments: &[&str],
    ) -> Result<String, ProcessError> {
        let launch = self.launch(name, program, arguments);
        let (process, line) = Process::start_and_read(launch).await?;
        self.all.push(process);
        Ok(line)
    }

    fn launch(&self, name: &str, program: &Path, arguments: &[&str]) -> Launch {
        let launch = Launch::new(name, program, arguments, &self.logs);
        if self.own_groups {
            launch.in_own_group()
        } else {
            launch
        }
    }

    /// That all of them run, except those that were killed or stopped by name.
    ///
    /// # Errors
    /// [`ProcessError::Ended`] for the first one that does not.
    pub fn check(&mut self) -> Result<(), ProcessError> {
        self.all.iter_mut().try_for_each(Process::check)
    }

    /// The process of this name; of several, the newest.
    ///
    /// # Errors
    /// [`ProcessError::NoProcess`].
    pub fn named(&mut self, name: &str) -> Result<&mut Process, ProcessError> {
        match self.all.iter().rposition(|at| at.name() == name) {
            Some(index) => self.all.get_mut(index).ok_or_else(|| no_process(name, "")),
            None => {
                let there: Vec<_> = self.all.iter().map(Process::name).collect();
                Err(no_process(name, &there.join(", ")))
            }
        }
    }

    /// Kills one at once, as [`Process::kill`].
    ///
    /// # Errors
    /// [`ProcessError::NoProcess`]; when it cannot be killed.
    pub async fn kill(&mut self, name: &str) -> Result<(), ProcessError> {
        self.named(name)?.kill().await
    }

    /// Starts one again, as [`Process::restart`].
    ///
    /// # Errors
    /// [`ProcessError::NoProcess`]; when it cannot be started.
    pub async fn restart(&mut self, name: &str) -> Result<(), ProcessError> {
        self.named(name)?.restart().await
    }

    /// Ends all, the last one first, each as [`Process::stop`].
    pub async fn end(&mut self) {
        while let Some(mut process) = self.all.pop() {
            process.stop().await;
        }
    }

    /// Name and process id of each that runs.
    #[must_use]
    pub fn list(&self) -> Vec<(String, u32)> {
        let named = self.all.iter();
        let named = named.filter_map(|at| Some((at.name().to_owned(), at.id()?)));
        named.collect()
    }
}

fn no_process(name: &str, there: &str) -> ProcessError {
    ProcessError::NoProcess {
        name: name.to_owned(),
        there: there.to_owned(),
    }
}
