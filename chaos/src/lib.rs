//! Faults on a whole network of real processes under load: a chain's node, a coordinator,
//! a relayer and four workers are killed (`kill -9`) in turn and together, at moments
//! that a seed decides, while an app hands in hundreds of small tasks over HTTP.
//!
//! What must hold then, whatever the seed: no accepted task is lost, none is paid twice,
//! none is answered with other bytes than its product's, nobody is punished for having
//! been killed, every coin is accounted for, and nothing is left behind. [`run`] asserts
//! all of it by what the app holds, what the coordinator answers and what the chain says.
//!
//! - [`plan`] is who is killed when, [`Report`] what was measured
//! - the network's parts are the demo's; its parameters are devnet's, with three
//!   quarters of a minute for what devnet wants in ten seconds
#![forbid(unsafe_code)]

mod check;
mod client;
mod error;
mod left;
mod load;
mod network;
mod outages;
pub mod plan;
mod report;
mod run;
mod task;

pub use error::ChaosError;
pub use plan::{How, Outage, Victim};
pub use report::{Kind, Outages, Report};
pub use run::{Options, run};
