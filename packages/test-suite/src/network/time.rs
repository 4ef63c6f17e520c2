//! Time and height, which need not go together.

use cosmwasm_std::Timestamp;

use super::Network;

impl Network {
    /// Block time, in seconds.
    #[must_use]
    pub fn now(&self) -> u64 {
        self.app.block_info().time.seconds()
    }

    /// The height.
    #[must_use]
    pub fn height(&self) -> u64 {
        self.app.block_info().height
    }

    /// The next block, at `time`, or at once if that is past.
    pub fn at(&mut self, time: u64) {
        let time = time.max(self.now());
        self.app.update_block(|block| {
            block.time = Timestamp::from_seconds(time);
            block.height += 1;
        });
    }

    /// The next block, `seconds` later. A long time is also a halted chain: one
    /// block for all of it.
    pub fn wait(&mut self, seconds: u64) {
        self.at(self.now() + seconds);
    }

    /// Blocks of five seconds, for `seconds`.
    pub fn run(&mut self, seconds: u64) {
        let time = Timestamp::from_seconds(self.now() + seconds);
        self.app.update_block(|block| {
            block.time = time;
            block.height += seconds / 5 + 1;
        });
    }

    /// `seconds` later, but still in the same block: what is sent next is in it too.
    pub fn same_height_after(&mut self, seconds: u64) {
        self.app
            .update_block(|block| block.time = block.time.plus_seconds(seconds));
    }

    /// Blocks that take no time.
    pub fn blocks(&mut self, count: u64) {
        self.app.update_block(|block| block.height += count);
    }
}
