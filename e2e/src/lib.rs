//! Real processes on either chain.
#![forbid(unsafe_code)]
