//! Real programs as child processes: each with a log of its own, waited for until it is
//! ready, ended in order, killed at a chosen moment and started again, and gone when
//! whoever holds them is.
//!
//! - [`Process`] is one, [`Launch`] what it is started from
//! - [`Processes`] are several, by name, ended the last one first
//! - [`free_ports`] finds ports, [`until`] waits and never longer than said
//!
//! ```no_run
//! # async fn example() -> Result<(), processes::ProcessError> {
//! use std::path::Path;
//! let mut all = processes::Processes::new(Path::new("logs"))?;
//! all.start("sleeper", Path::new("/bin/sleep"), &["60"])?;
//! all.kill("sleeper").await?; // as a power cut would
//! all.restart("sleeper").await?;
//! all.check()?; // all of them run
//! all.end().await;
//! # Ok(()) }
//! ```
#![forbid(unsafe_code)]

mod error;
mod many;
mod ports;
mod process;
mod wait;

pub use error::{ProcessError, TooLong};
pub use many::Processes;
pub use ports::{free_port, free_ports};
pub use process::{Launch, Process};
pub use wait::until;
