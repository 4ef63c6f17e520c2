//! What can go wrong, each with a stable code.

use compute_proofs::ProofError;
use worker::{WorkerError, store::StoreError};

/// Why the service, or one step of it, failed.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The chain was not reached, or refused.
    #[error(transparent)]
    Chain(#[from] chain_client::Error),
    /// The device.
    #[error("[{code}] {0}", code = .0.code())]
    Device(#[from] WorkerError),
    /// The store of runs.
    #[error("[BL-WRK-012] {0}")]
    Store(#[from] StoreError),
    /// Something that was to be proven does not hold.
    #[error("[BL-WSV-001] {what}: {source}")]
    Proof {
        /// Of what.
        what: String,
        /// Why.
        source: Box<ProofError>,
    },
    /// The journal cannot be read or written.
    #[error("[BL-WSV-002] journal {path}: {reason}; nothing was reported that is not in it")]
    Journal {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
    /// The journal refuses what would contradict it.
    #[error("[BL-WSV-003] {0}")]
    Contradiction(String),
    /// The address is no operator of miners.
    #[error(
        "[BL-WSV-004] {address} cannot work: {reason}; register it with `ballast miner register`"
    )]
    NotAMiner {
        /// The address.
        address: String,
        /// What it is.
        reason: String,
    },
    /// The signing key is not the one that is registered.
    #[error(
        "[BL-WSV-005] the signing key here is {here}, {address} has registered {registered}; \
         bring the file `signing.key` that was registered, or register this key"
    )]
    OtherKey {
        /// The address.
        address: String,
        /// The key here, in hex.
        here: String,
        /// The key on chain, in hex.
        registered: String,
    },
    /// A coordinator cannot be talked to, or is not what it says.
    #[error("[BL-WSV-006] coordinator {coordinator}: {reason}")]
    Coordinator {
        /// Which one.
        coordinator: String,
        /// Why.
        reason: String,
    },
    /// A message could not be put on its way.
    #[error("[BL-WSV-007] message {key}: {reason}")]
    Carrier {
        /// Which message.
        key: String,
        /// Why.
        reason: String,
    },
    /// The device's thread has ended.
    #[error("[BL-WSV-008] the device's thread has ended; start the worker again")]
    Stopped,
    /// Something local cannot be used.
    #[error("[BL-WSV-009] {what}: {reason}")]
    Local {
        /// What.
        what: String,
        /// Why, with the cure.
        reason: String,
    },
}

impl ServiceError {
    /// `map_err` for what does not hold.
    pub(crate) fn proof(what: impl Into<String>) -> impl FnOnce(ProofError) -> Self {
        let what = what.into();
        move |source| Self::Proof {
            what,
            source: Box::new(source),
        }
    }

    /// A stable name, for JSON and exit codes.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Chain(_) => "BL-CHN",
            Self::Device(error) => error.code(),
            Self::Store(_) => "BL-WRK-012",
            Self::Proof { .. } => "BL-WSV-001",
            Self::Journal { .. } => "BL-WSV-002",
            Self::Contradiction(_) => "BL-WSV-003",
            Self::NotAMiner { .. } => "BL-WSV-004",
            Self::OtherKey { .. } => "BL-WSV-005",
            Self::Coordinator { .. } => "BL-WSV-006",
            Self::Carrier { .. } => "BL-WSV-007",
            Self::Stopped => "BL-WSV-008",
            Self::Local { .. } => "BL-WSV-009",
        }
    }
}
