//! Answers, one file per subject.

pub(crate) mod backing;
pub(crate) mod census;
pub(crate) mod operators;
pub(crate) mod peg;
pub(crate) mod settings;
