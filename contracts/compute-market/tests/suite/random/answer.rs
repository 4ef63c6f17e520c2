//! Answers to demands.

pub(super) use test_suite::market::answer_to;
