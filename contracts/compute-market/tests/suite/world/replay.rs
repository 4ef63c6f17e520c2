//! What the market's events alone say.

pub(crate) use test_suite::market::MarketBook as Replay;
