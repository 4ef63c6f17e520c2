//! Every message of the contract, beside a real CW20 coin and a mock of the oracle.
//! After each of them the books have to balance and the events have to say all that
//! has changed (`Chain::check` in `books`).

mod attacks;
mod books;
mod chain;
mod edges;
mod faults;
mod greed;
mod model;
mod operators;
mod permissions;
mod queries;
mod random;
mod readme;
mod revotes;
mod rewards;
mod setup;
mod votes;
mod wiring;
