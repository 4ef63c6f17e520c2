//! `chaos`: kills the parts of a network under load, and checks that nothing came of it.
//! `scripts/chaos.sh` builds what it needs.
//!
//! | variable | what |
//! |---|---|
//! | `BALLAST_SEED` | decides about tasks and moments; 1 if not set |
//! | `BALLAST_TEST_SCALE` | `deep` for 2 000 tasks rather than 500 |
//! | `BALLAST_CHAOS_TASKS` | as many tasks |
//! | `BALLAST_CHAOS_FIGURES` | a file to write the figures to |
//! | `BALLAST_CHAOS_KEEP` | a folder for homes and logs, which stays; else one that goes, unless something did not hold |

use std::{
    env,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result};
use chaos::{Options, run};
use demo::Tell;
use test_suite::{scale::Plan, workspace};

#[tokio::main]
async fn main() -> ExitCode {
    match chaos().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn chaos() -> Result<()> {
    let plan = Plan::from_env()?;
    let tasks = match env::var("BALLAST_CHAOS_TASKS") {
        Ok(text) => text
            .parse()
            .with_context(|| format!("BALLAST_CHAOS_TASKS is {text:?}; it takes a number"))?,
        Err(_) => plan.pick(500, 2_000),
    };
    let programs = env::current_exe()?;
    let programs = programs.parent().unwrap_or(Path::new("."));
    let temporary = tempfile::tempdir()?;
    let kept = env::var_os("BALLAST_CHAOS_KEEP").map(PathBuf::from);
    let work = kept.as_deref().unwrap_or(temporary.path());
    let options = Options {
        programs: programs.to_owned(),
        artifacts: workspace::root().join("artifacts"),
        work: work.to_owned(),
        seed: plan.seed,
        tasks,
    };
    say(&format!("{}, {tasks} tasks", plan.describe()));
    let report = match run(&options, &Tell::new(say)).await {
        Ok(report) => report,
        Err(error) => {
            let work = work.display().to_string();
            // For whoever looks for the reason.
            let _ = temporary.keep();
            return Err(error)
                .with_context(|| format!("{}; homes and logs are in {work}", plan.describe()));
        }
    };
    say(&report.to_text());
    if let Some(file) = env::var_os("BALLAST_CHAOS_FIGURES") {
        let command = format!("BALLAST_SEED={} make chaos", plan.seed);
        report.write(&command, workspace::root(), Path::new(&file))?;
    }
    Ok(())
}

#[allow(clippy::print_stdout)]
fn say(text: &str) {
    println!("{text}");
}
