//! One suite for both chains: devnet, or wasmd with `BALLAST_E2E_CHAIN=wasmd`.
//! `make e2e` and `make e2e-wasmd` build what it starts; README.md has the rest.

mod client;
mod contracts;
mod cosmjs;
mod people;
mod validators;
mod vote;
