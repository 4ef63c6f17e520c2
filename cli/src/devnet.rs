//! `ballast devnet`: runs `ballast-devnet`, a binary of its own (`docs/adr/0008`).

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use clap::Args;

use crate::chain::{Context, FAILED, failure, usage};
use crate::output::Failure;

/// The binary's name.
const BINARY: &str = "ballast-devnet";

/// Runs the embedded development chain. One node, no consensus, keys that everybody
/// knows. `ballast devnet -- --help` lists its options.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Options of `ballast-devnet`, such as --blocks 500ms.
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "OPTION"
    )]
    options: Vec<OsString>,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> ExitCode {
    let ended = become_it(arguments, context);
    context
        .output()
        .finish::<()>("devnet", Err(ended), |()| String::new())
}

/// Replaces this process, so that signals and the exit code are devnet's own. Comes
/// back only if that fails.
fn become_it(arguments: &Arguments, context: &Context) -> Failure {
    use std::os::unix::process::CommandExt;

    let Some(binary) = find() else {
        return usage(format!(
            "{BINARY} is neither beside this binary nor in PATH; build it with `cargo build -p \
             devnet`"
        ));
    };
    let mut command = Command::new(&binary);
    // The chain's name is an option of ours too.
    if let Some(chain_id) = &context.options().chain_id {
        command.arg("--chain-id").arg(chain_id);
    }
    let error = command.args(&arguments.options).exec();
    failure(
        FAILED,
        "BL-CLI-006",
        format!("{} cannot be run: {error}", binary.display()),
    )
}

fn find() -> Option<PathBuf> {
    let beside = env::current_exe().ok();
    let beside = beside.and_then(|path| Some(path.parent()?.join(BINARY)));
    let path = env::var_os("PATH").unwrap_or_default();
    let in_path = env::split_paths(&path).map(|folder| folder.join(BINARY));
    beside
        .into_iter()
        .chain(in_path)
        .find(|path| path.is_file())
}
