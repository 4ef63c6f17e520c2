//! A worker on the network.
#![forbid(unsafe_code)]
