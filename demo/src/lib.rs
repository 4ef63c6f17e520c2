//! The whole life of the coin in one command.
#![forbid(unsafe_code)]
