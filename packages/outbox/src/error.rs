use std::path::PathBuf;

use thiserror::Error;

/// What can go wrong with the outbox itself. What the chain refuses is a
/// [`Verdict`](crate::Verdict).
#[derive(Debug, Error)]
pub enum Error {
    /// The file cannot be read or written.
    #[error("[BL-OBX-001] outbox {}: {reason}; see that its disk has room and is writable", path.display())]
    Store {
        /// Which file.
        path: PathBuf,
        /// SQLite's words.
        reason: String,
    },
    /// Another process has it open.
    #[error("[BL-OBX-002] outbox {} is in use by another process; stop that one first", path.display())]
    InUse {
        /// Which file.
        path: PathBuf,
    },
    /// The file holds messages of another key or chain.
    #[error(
        "[BL-OBX-003] outbox {} belongs to {theirs}, not to {ours}; use that key, or another file",
        path.display()
    )]
    OtherSender {
        /// Which file.
        path: PathBuf,
        /// Chain and address that it belongs to.
        theirs: String,
        /// Chain and address that it was to send for.
        ours: String,
    },
    /// The key stands for another message already.
    #[error(
        "[BL-OBX-004] the key {key:?} stands for another message already; a key is for one message"
    )]
    OtherMessage {
        /// Which key.
        key: String,
    },
    /// There is no such message.
    #[error("[BL-OBX-005] there is no message {key:?}; put it first")]
    Unknown {
        /// Which key.
        key: String,
    },
    /// The message has no JSON, or its key is empty or too long.
    #[error("[BL-OBX-006] message {key:?} cannot be sent: {reason}")]
    Invalid {
        /// Which key.
        key: String,
        /// Why.
        reason: String,
    },
    /// It is being sent from already.
    #[error("[BL-OBX-007] the outbox runs already; run it once")]
    Running,
    /// The signer's task has ended.
    #[error("[BL-OBX-008] the signer has stopped; start the service anew")]
    SignerStopped,
}
