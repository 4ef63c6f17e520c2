//! Every message of the coin. After each of them the books have to balance and the
//! events have to say all that has changed (`World::check` in `books`).

mod allowances;
mod base_flaws;
mod books;
mod compatible;
mod marketing;
mod model;
mod permissions;
mod queries;
mod random;
mod readme;
mod receiver;
mod same_as_base;
mod steps;
mod supply;
mod transfers;
mod wiring;
mod world;
