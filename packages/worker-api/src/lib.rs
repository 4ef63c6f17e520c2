//! What a worker and a coordinator say to each other: `schema/proto/ballast/worker`,
//! compiled, and the rules that a `.proto` cannot say.
#![forbid(unsafe_code)]

pub mod dtype;

/// The only version there is.
pub mod v1 {
    #![allow(
        missing_docs,
        clippy::all,
        reason = "generated; documented in the .proto"
    )]
    tonic::include_proto!("ballast.worker.v1");
}

/// Most bytes of one chunk of an object.
pub const MAX_CHUNK_BYTES: usize = 256 * 1024;

/// Most bytes of an output that comes with its receipt rather than by an upload of its own.
pub const MAX_INLINE_BYTES: usize = 16 * 1024;

/// A worker's stable code for a sealed input that does not open, or holds something else
/// than was authorised. That is the app's fault, not the worker's.
pub const BAD_INPUT: &str = "BL-WSV-011";

/// Most bytes of any one message.
pub const MAX_MESSAGE_BYTES: usize = 1024 * 1024;

/// What `GET /v1/network` of a coordinator answers, as JSON: all that a worker needs to
/// dial it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct NetworkInfo {
    /// The chain's id.
    pub chain_id: String,
    /// The market contract's address.
    pub market: String,
    /// The coordinator's operator address.
    pub coordinator: String,
    /// Where it takes workers' sessions: an `http://` or `https://` URL of gRPC.
    pub workers: String,
}

/// What a worker signs, with the key that it has registered, to open a session: so that
/// a session cannot be replayed at another coordinator, on another chain or later.
#[must_use]
pub fn session_message(
    chain_id: &str,
    market: &str,
    coordinator: &str,
    worker: &str,
    challenge: &[u8],
) -> Vec<u8> {
    let mut message = b"ballast/session/1".to_vec();
    let parts = [chain_id, market, coordinator, worker].map(str::as_bytes);
    for part in parts.into_iter().chain([challenge]) {
        // Lengths keep the parts apart; none is near 2^64.
        let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
        message.extend_from_slice(&length.to_le_bytes());
        message.extend_from_slice(part);
    }
    message
}

#[cfg(test)]
mod tests {
    use super::session_message;

    #[test]
    fn parts_that_run_into_each_other_differ() {
        let one = session_message("chain", "market", "ab", "c", &[1]);
        let other = session_message("chain", "market", "a", "bc", &[1]);
        assert_ne!(one, other);
        assert_ne!(one, session_message("chain", "market", "ab", "c", &[2]));
    }
}
