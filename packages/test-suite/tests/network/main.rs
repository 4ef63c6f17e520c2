//! Coin, oracle and votes together. After each message everything that always holds
//! is checked (`Network::check`).

mod attacks;
mod common;
mod events;
mod permissions;
mod random;
mod wiring;
mod worked_example;
