//! The market's messages as they travel, each shown once.

mod events;
mod examples;
mod messages;
mod responses;
