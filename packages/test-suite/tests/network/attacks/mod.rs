//! Attacks, one by one: whoever tries, and where the money is in the end.

mod amounts;
mod census;
mod gate;
mod peg;
mod reserve;
mod stakes;
mod times;
