//! What is printed: text for people, or one JSON object in one envelope.

use std::{
    borrow::Cow,
    error::Error,
    io::{self, IsTerminal, Write},
    process::ExitCode,
};

use clap::ValueEnum;
use serde::Serialize;
use serde_json::json;

/// The version of the JSON envelope.
const VERSION: u32 = 1;

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// One object: `{"version", "command", "result"}`, or `"error"` in place of
    /// the result, with `code` and `message`.
    Json,
}

/// Why a command ended badly.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The exit code.
    pub(crate) exit: u8,
    /// A stable name.
    pub(crate) code: Cow<'static, str>,
    /// What happened, and the cure.
    pub(crate) error: Box<dyn Error + Send + Sync>,
}

/// Where results go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    format: Format,
}

impl Output {
    pub(crate) fn new(format: Format) -> Self {
        Self { format }
    }

    /// Prints a command's result, as `text` or as JSON.
    pub(crate) fn finish<T: Serialize>(
        &self,
        command: &str,
        result: Result<T, Failure>,
        text: impl FnOnce(&T) -> String,
    ) -> ExitCode {
        let printed = match (&result, self.format) {
            (Ok(result), Format::Text) => print(&mut io::stdout(), &text(result)),
            (Ok(result), Format::Json) => {
                let envelope = json!({"version": VERSION, "command": command, "result": result});
                print(&mut io::stdout(), &envelope.to_string())
            }
            (Err(failure), Format::Text) => {
                let text = format!("error: [{}] {}", failure.code, failure.error);
                print(&mut io::stderr(), &text)
            }
            (Err(failure), Format::Json) => {
                let message = failure.error.to_string();
                let error = json!({"code": failure.code, "message": message});
                let envelope = json!({"version": VERSION, "command": command, "error": error});
                print(&mut io::stdout(), &envelope.to_string())
            }
        };
        match (result, printed) {
            (Err(failure), _) => ExitCode::from(failure.exit),
            (Ok(_), Ok(())) => ExitCode::SUCCESS,
            // A reader that closes early has what it wanted.
            (Ok(_), Err(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            (Ok(_), Err(_)) => ExitCode::from(5),
        }
    }

    /// Says something that is not the result.
    pub(crate) fn say(&self, text: &str) {
        // Whoever closed stderr does not want to hear it.
        let _ = print(&mut io::stderr(), text);
    }

    /// A progress bar on a terminal; elsewhere nothing until `end`.
    pub(crate) fn progress(&self, what: &str, done: f64) {
        const WIDTH: usize = 30;
        let mut stderr = io::stderr();
        if !stderr.is_terminal() {
            return;
        }
        let share = done.clamp(0.0, 1.0);
        let full =
            (1..=WIDTH).filter(|at| share * 30.0 >= f64::from(u8::try_from(*at).unwrap_or(0)));
        let full = full.count();
        let (bar, rest) = ("#".repeat(full), ".".repeat(WIDTH - full));
        // A bar that cannot be drawn is no reason to stop.
        let _ = write!(stderr, "\r[{bar}{rest}] {what}").and_then(|()| stderr.flush());
    }

    /// Ends a progress bar: its line on a terminal, a log line elsewhere.
    pub(crate) fn end(&self, what: &str) {
        if io::stderr().is_terminal() {
            self.progress(what, 1.0);
            self.say("");
        } else {
            self.say(what);
        }
    }
}

fn print(to: &mut impl Write, text: &str) -> io::Result<()> {
    writeln!(to, "{text}")?;
    to.flush()
}
