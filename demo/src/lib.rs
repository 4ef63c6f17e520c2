//! The whole life of the coin in one command, with real processes: a chain (the embedded
//! one, or real wasmd), a beacon, a relayer, a coordinator, four workers of two issuers, two
//! auditors and an app.
//!
//! Nothing is played: capacity is measured by a census, coins are minted through the
//! gate, results come back over HTTP and are compared byte by byte, batches are proven to
//! the real contract, and what the summary shows is read back from the chain. The one
//! thing that a release does not contain is the worker that cheats.
//!
//! Its parts can be used one by one, by tests that need a whole network, with processes
//! that the crate `processes` can kill and start again by their names. [`Chain`] and
//! [`services`] start them, [`people`] are their keys, [`capacity`] goes from nothing to
//! coins, [`orders`] opens orders, [`ledger`] reads what became of them:
//!
//! ```no_run
//! # use std::path::Path;
//! # use demo::{Chain, DemoError, Tell, capacity, orders, people::People};
//! # use demo::services::{self, Places};
//! # async fn example(places: &Places, tell: &Tell) -> Result<(), DemoError> {
//! let mut all = processes::Processes::new(&places.work.join("logs"))?;
//! let endpoints = Chain::Devnet.start(&mut all, places).await?;
//! let beacon = services::beacon(&mut all, places).await?;
//! let deployment = services::contracts(places, &endpoints, beacon, tell).await?;
//! let network = deployment::Network::connect(deployment)?;
//! let people = People::new(&network, &places.work)?;
//! let at = services::configure_coordinator(places)?;
//! capacity::set_up(&network, &people, &at.url).await?;
//! services::relayer(&mut all, places)?;
//! for worker in &people.workers {
//!     services::worker(&mut all, places, worker.person.name, false)?;
//! }
//! capacity::measured(&network, &people, tell).await?;
//! capacity::mint_and_bond(&network, &people, 14_000_000).await?;
//! let orders = orders::open(&network, &people, 5_000_000).await?;
//! services::coordinator(&mut all, places, &at).await?;
//! let key = services::api_key(places, &at, orders.pay).await?;
//! all.kill("coordinator").await?;
//! all.restart("coordinator").await?;
//! # let _ = key; Ok(()) }
//! ```
#![forbid(unsafe_code)]

mod app;
mod books;
pub mod capacity;
mod chain;
mod error;
pub mod ledger;
mod life;
mod numpy;
pub mod orders;
mod outcome;
pub mod people;
pub mod product;
pub mod services;
mod summary;
mod tell;
mod wait;

pub use chain::Chain;
pub use error::DemoError;
pub use life::{Options, Running, run};
pub use summary::{Summary, coins};
pub use tell::Tell;
