//! What many tests say.

use test_suite::network::Done;

/// Asserts that a message is refused in words that contain `words`.
#[track_caller]
pub(crate) fn refused(done: Done, words: &str) {
    match done {
        Ok(_) => panic!("done, and should be refused: {words:?}"),
        Err(error) => assert!(error.0.contains(words), "{error} does not say {words:?}"),
    }
}
