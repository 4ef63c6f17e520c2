//! A chain on this machine as child processes: [`Devnet`], or real [`Wasmd`] by the
//! scripts beside this crate. Both have the same ID, the same funded accounts and the
//! same endpoints, so that whoever starts one need not care which it is.
//!
//! ```no_run
//! # async fn example() -> Result<(), localnet::ChainError> {
//! use localnet::{Devnet, Wasmd};
//! let mut all = processes::Processes::new("logs".as_ref())?;
//! let devnet = Devnet::new("target/debug/ballast-devnet").start(&mut all).await?;
//! let nodes = Wasmd::new(".", "/tmp/chain").start(&mut all).await?;
//! # let _ = (devnet, nodes); Ok(()) }
//! ```
#![forbid(unsafe_code)]

mod devnet;
mod error;
mod kind;
mod wasmd;

use std::path::{Path, PathBuf};

pub use chain_client::keys::DEVNET_MNEMONIC as MNEMONIC;
pub use devnet::Devnet;
pub use error::ChainError;
pub use kind::Kind;
pub use wasmd::{Wasmd, reach};

/// The ID of either chain: one whose keys everybody may know.
pub const CHAIN_ID: &str = "ballast-devnet-1";

/// What fees are paid in on either.
pub const FEE_DENOM: &str = "ustake";

/// The checkout of Ballast that a folder is in: wasmd's scripts are there.
#[must_use]
pub fn checkout(folder: &Path) -> Option<PathBuf> {
    let has_script = |at: &&Path| at.join(SCRIPT).is_file();
    folder.ancestors().find(has_script).map(Path::to_owned)
}

/// What starts wasmd, in a checkout.
const SCRIPT: &str = "localnet/localnet.sh";

/// A path as an argument of a program.
fn text(path: &Path) -> Result<&str, ChainError> {
    path.to_str().ok_or_else(|| ChainError::NotText {
        path: path.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checkout_is_found_from_inside_only() {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert_eq!(checkout(&package.join("src")).as_deref(), package.parent());
        assert_eq!(checkout(Path::new("/")), None);
    }
}
