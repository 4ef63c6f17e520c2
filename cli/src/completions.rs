//! `ballast completions`.

use std::process::ExitCode;

use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};
use serde_json::json;

use crate::output::Output;

/// Print completions for a shell, as in `ballast completions bash > FILE`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The shell.
    shell: Shell,
}

pub(crate) fn run<C: CommandFactory>(arguments: &Arguments, output: &Output) -> ExitCode {
    let mut script = Vec::new();
    generate(arguments.shell, &mut C::command(), "ballast", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    let result = Ok(json!({ "shell": arguments.shell.to_string(), "script": script }));
    output.finish("completions", result, |_| script.trim_end().to_owned())
}
