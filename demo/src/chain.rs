//! The chain that all of it runs on: the embedded one, or real wasmd. Nothing else in
//! this crate knows which.

use std::path::PathBuf;

use deployment::Endpoints;
use localnet::{Devnet, Wasmd};
use processes::Processes;

use crate::{
    DemoError,
    services::{BOND_DENOM, Places},
};

/// From one block to the next.
const BLOCKS: &str = "500ms";

/// Which chain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Chain {
    /// The embedded one, with its state in a file: killed, it can be started again.
    #[default]
    Devnet,
    /// One node of real wasmd.
    Wasmd {
        /// A checkout of Ballast: the scripts that build and configure wasmd are there.
        checkout: PathBuf,
    },
}

impl Chain {
    /// What a person calls it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Devnet => "the embedded chain",
            Self::Wasmd { .. } => "real wasmd",
        }
    }

    /// Starts it with a block each half second, and waits for the first one.
    ///
    /// # Errors
    /// [`DemoError::Start`].
    pub async fn start(
        &self,
        processes: &mut Processes,
        places: &Places,
    ) -> Result<Endpoints, DemoError> {
        let denoms = vec![BOND_DENOM.to_owned()];
        match self {
            Self::Devnet => {
                let mut devnet = Devnet::new(places.programs.join("ballast-devnet"));
                devnet.denoms = denoms;
                devnet.blocks = Some(BLOCKS.to_owned());
                devnet.state = Some(places.work.join("devnet.redb"));
                Ok(devnet.start(processes).await?)
            }
            Self::Wasmd { checkout } => {
                let mut wasmd = Wasmd::new(checkout, places.work.join("wasmd"));
                wasmd.denoms = denoms;
                BLOCKS.clone_into(&mut wasmd.blocks);
                let nodes = wasmd.start(processes).await?;
                let first = nodes.into_iter().next();
                first.ok_or_else(|| DemoError::Unexpected("wasmd has no node".to_owned()))
            }
        }
    }
}
