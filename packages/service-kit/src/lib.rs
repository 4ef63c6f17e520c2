//! What every service shares.
#![forbid(unsafe_code)]
