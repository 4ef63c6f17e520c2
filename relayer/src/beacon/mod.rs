//! Public randomness: where it comes from and how it is fetched.
//!
//! - [`Secret`] is the key of a beacon of one's own, for closed networks and devnets
//! - [`open`] is one that begins in a folder and goes on there
//! - [`Server`] publishes its rounds as drand does, never before their time
//! - [`Source`] fetches rounds from drand's HTTP API and checks each

mod home;
mod secret;
mod server;
mod settings;
mod source;
mod wire;

pub use home::{HomeError, open};
pub use secret::{Secret, SecretError};
pub use server::{Server, ServerError};
pub use settings::Settings;
pub use source::{Source, SourceError};
pub use wire::{Info, Round};
