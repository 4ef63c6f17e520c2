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

/// The binary `name` of the package `package`, built with the same profile as the
/// running test.
///
/// # Errors
/// [`E2eError::NotBuilt`]. Cargo does not rebuild it for a test of another package:
/// `scripts/e2e.sh` does that first.
pub fn binary(package: &str, name: &str) -> Result<PathBuf, E2eError> {
    let test = env::current_exe().map_err(E2eError::io(name))?;
    // target/debug/deps/TEST, target/debug/NAME
    let folder = test.ancestors().nth(2).unwrap_or(&test);
    let path = folder.join(name);
    if path.is_file() {
        Ok(path)
    } else {
        let cure = format!("cargo build -p {package}");
        Err(E2eError::NotBuilt { path, cure })
    }
}

/// The contract `artifacts/NAME.wasm`.
///
/// # Errors
/// [`E2eError::NotBuilt`].
pub fn artifact(name: &str) -> Result<PathBuf, E2eError> {
    let path = root().join("artifacts").join(format!("{name}.wasm"));
    if path.is_file() {
        Ok(path)
    } else {
        let cure = "make wasm".to_owned();
        Err(E2eError::NotBuilt { path, cure })
    }
}
