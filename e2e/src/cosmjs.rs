//! The CosmJS script of `devnet/tests/cosmjs`.

use std::path::{Path, PathBuf};
use std::{env, fs};

use deployment::Endpoints;
use serde_json::Value;
use tokio::process::Command;

use crate::{E2eError, places};

/// What the script saw of a chain. Nothing where Node is missing, outside of CI.
///
/// # Errors
/// [`E2eError::Failed`] with what the script said; where Node is missing in CI.
pub async fn seen(endpoints: &Endpoints) -> Result<Option<Value>, E2eError> {
    if !has_node().await {
        let text = "Node 20 or newer is needed for CosmJS: install nodejs and npm".to_owned();
        return if env::var_os("CI").is_some() {
            let path = PathBuf::from("node");
            Err(E2eError::NotBuilt { path, cure: text })
        } else {
            Ok(None)
        };
    }
    let folder = folder();
    install(&folder).await?;
    let artifacts = places::root().join("artifacts").display().to_string();
    let arguments = [
        "compatible.mjs",
        &endpoints.rpc,
        &endpoints.rest,
        &artifacts,
    ];
    let text = run(&folder, "node", &arguments).await?;
    let seen = serde_json::from_str(&text).map_err(|error| E2eError::Failed {
        what: "reading what compatible.mjs printed".to_owned(),
        reason: format!("{error}: {text}"),
    })?;
    Ok(Some(seen))
}

/// What the script saw of wasmd.
///
/// # Errors
/// When the file is not there.
pub fn recorded() -> Result<Value, E2eError> {
    let path = folder().join("wasmd.json");
    let text = fs::read_to_string(&path).map_err(E2eError::io(&path))?;
    serde_json::from_str(&text).map_err(|error| E2eError::Failed {
        what: format!("reading {}", path.display()),
        reason: error.to_string(),
    })
}

fn folder() -> PathBuf {
    places::root().join("devnet/tests/cosmjs")
}

async fn has_node() -> bool {
    let asked = Command::new("node").arg("--version").output().await;
    asked.is_ok_and(|output| output.status.success())
}

/// Packages of the lock file, unless they are there.
async fn install(folder: &Path) -> Result<(), E2eError> {
    let lock = folder.join("package-lock.json");
    let lock = fs::read(&lock).map_err(E2eError::io(&lock))?;
    let stamp = folder.join("node_modules/.installed-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    run(
        folder,
        "npm",
        &["ci", "--ignore-scripts", "--loglevel=error"],
    )
    .await?;
    fs::write(&stamp, lock).map_err(E2eError::io(&stamp))
}

async fn run(folder: &Path, program: &str, arguments: &[&str]) -> Result<String, E2eError> {
    let mut command = Command::new(program);
    let command = command
        .args(arguments)
        .current_dir(folder)
        .kill_on_drop(true);
    let output = command.output().await.map_err(E2eError::io(program))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(E2eError::Failed {
            what: format!("{program} {}", arguments.join(" ")),
            reason: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }
}
