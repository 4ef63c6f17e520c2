//! Serves AI apps and draws workers by stake.
#![forbid(unsafe_code)]
