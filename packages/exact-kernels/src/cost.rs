//! What an operation costs, in ops.
//!
//! `cost = max(arithmetic, BETA * bytes moved) + BASE`, from the shape alone, so
//! that the chain recomputes it and never believes it. Memory-bound work (a
//! decode of batch 1 moves a byte for every 2 ops) is paid for what it takes.
//! The constants belong to version 1 of the program format.

/// Ops that moving one byte is worth: about the ratio of int8 rate to memory
/// bandwidth of the GPUs that the network is for (the H200's DP4A limit of
/// 134 Tops/s over its 4.8 TB/s is 28).
pub const BETA: u128 = 28;

/// Ops that every operation costs besides, whatever its size.
///
/// Small enough that a program padded with empty operations earns less than the
/// time that their dispatches take on any device worth adding (a dispatch is
/// 24 µs or more; 2^20 ops in 24 µs is 0.04 Tops/s), and never zero, so that
/// every operation can be drawn.
pub const BASE: u128 = 1 << 20;

/// `max(arithmetic, BETA * bytes) + BASE`.
///
/// Saturates at `u128::MAX`; with every dimension below 2^32 and the inner one
/// bounded, no operation comes near it.
#[must_use]
pub const fn cost(arithmetic: u128, bytes: u128) -> u128 {
    let moved = BETA.saturating_mul(bytes);
    let larger = if arithmetic > moved { arithmetic } else { moved };
    larger.saturating_add(BASE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_larger_of_arithmetic_and_movement_counts() {
        assert_eq!(cost(1000, 10), 1000 + BASE);
        assert_eq!(cost(100, 10), 280 + BASE);
        assert_eq!(cost(0, 0), BASE);
        assert_eq!(cost(u128::MAX, 0), u128::MAX);
    }
}
