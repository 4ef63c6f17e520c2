//! Answering every census: work until the window closes, commit, open what is drawn.

pub(crate) mod plan;
mod run;

pub(crate) use run::{last_word, run};
