use cosmwasm_schema::cw_serde;

/// How long something may take. It is over when *both* have passed, so that a chain
/// that stands still harms nobody.
#[cw_serde]
#[derive(Copy, Eq)]
pub struct Limit {
    /// Seconds.
    pub seconds: u64,
    /// Blocks.
    pub blocks: u64,
}

/// When something is over: after this time *and* this height.
#[cw_serde]
#[derive(Copy, Eq)]
pub struct Deadline {
    /// The last second that is in time.
    pub time: u64,
    /// The last height that is in time.
    pub height: u64,
}

/// A stretch in which the chain stood still: more time passed between two messages
/// than their blocks take.
#[cw_serde]
#[derive(Copy, Eq)]
pub struct Halt {
    /// When it began, at the latest.
    pub from: u64,
    /// The time of the block that showed it.
    pub until: u64,
}
