//! Where things are in this workspace.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

/// The folder of the workspace's `Cargo.toml`.
///
/// Known since compile time, so it only serves tests and tools that run where
/// they were built.
pub fn root() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().nth(2).unwrap_or(package)
}

/// The contract `artifacts/NAME.wasm`, as `make wasm` leaves it.
///
/// # Errors
/// When the file is not there; the text says how to make it.
pub fn artifact(name: &str) -> Result<PathBuf> {
    let path = root().join("artifacts").join(format!("{name}.wasm"));
    ensure!(
        path.is_file(),
        "artifacts/{name}.wasm is missing: run `make wasm`"
    );
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_holds_the_lock_file() {
        assert!(root().join("Cargo.lock").is_file());
    }

    #[test]
    fn a_missing_artifact_says_how_to_make_it() {
        let error = artifact("no_such_contract").unwrap_err();
        assert_eq!(
            error.to_string(),
            "artifacts/no_such_contract.wasm is missing: run `make wasm`"
        );
    }
}
