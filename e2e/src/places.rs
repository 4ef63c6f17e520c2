//! Where programs and files of this workspace are.

use std::env;
use std::path::{Path, PathBuf};

use crate::E2eError;

/// The folder of the workspace.
#[must_use]
pub fn root() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}

/// A binary of this workspace, built with the same profile as the running test.
///
/// # Errors
/// [`E2eError::NotBuilt`]. Cargo builds it with its own package's tests, so with all of
/// the workspace's, and does not rebuild it for a test of another package alone.
pub fn binary(name: &str) -> Result<PathBuf, E2eError> {
    let test = env::current_exe().map_err(E2eError::io(name))?;
    // target/debug/deps/TEST, target/debug/NAME
    let folder = test.ancestors().nth(2).unwrap_or(&test);
    is_there(folder.join(name), "run scripts/e2e.sh, which builds it")
}

/// The contract `artifacts/NAME.wasm`.
///
/// # Errors
/// [`E2eError::NotBuilt`].
pub fn artifact(name: &str) -> Result<PathBuf, E2eError> {
    let path = root().join("artifacts").join(format!("{name}.wasm"));
    is_there(path, "run make wasm")
}

fn is_there(path: PathBuf, cure: &str) -> Result<PathBuf, E2eError> {
    if path.is_file() {
        return Ok(path);
    }
    let cure = cure.to_owned();
    Err(E2eError::NotBuilt { path, cure })
}
