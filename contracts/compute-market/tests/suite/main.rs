//! The market against the real coin and stand-ins for its other peers.

mod answers;
mod claims;
mod commit;
mod commit_limits;
mod demands;
mod ends;
mod fraud;
mod open;
mod orders;
mod permissions;
mod programs;
mod prove;
mod queries;
mod random;
mod readme;
mod redemption;
mod slots;
mod stored;
mod terms;
mod transitions;
mod wiring;
mod world;
