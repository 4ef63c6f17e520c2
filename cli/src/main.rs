//! `ballast`: parses arguments, calls the libraries, prints what they return.
//!
//! The result goes to stdout, everything else to stderr. Exit codes: 0 done,
//! 1 wrong arguments, 5 the device or the task failed, 6 a check found a wrong
//! result.

mod output;
mod worker;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use output::{Format, Output};

/// AI compute that is worth real GPU work.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true)]
struct Arguments {
    /// How results are printed.
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    output: Format,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Do integer work on a GPU or the CPU, exactly.
    #[command(subcommand)]
    Worker(worker::Command),
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are no mistakes.
            let is_mistake = error.use_stderr();
            // Nothing can be said if even that cannot be printed.
            let _ = error.print();
            return ExitCode::from(u8::from(is_mistake));
        }
    };
    let output = Output::new(arguments.output);
    match arguments.command {
        Command::Worker(command) => worker::run(command, &output),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn all_arguments_fit_together() {
        super::Arguments::command().debug_assert();
    }
}
