//! Messages for the chain that survive `kill -9`.
#![forbid(unsafe_code)]
