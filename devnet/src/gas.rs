//! The gas meter, and wasmd's prices.

/// SDK gas is counted in the SDK, VM gas in contracts (`DefaultGasMultiplier` in wasmd
/// v0.70.3, `x/wasm/types/gas_register.go`; so are the constants below without a source).
pub const VM_GAS_PER_SDK_GAS: u64 = 140_000;

/// What it takes to load a contract, and to load it again in the same transaction.
pub(crate) const INSTANCE: u64 = 60_000;
pub(crate) const INSTANCE_AGAIN: u64 = 2_000;

/// For each attribute and custom event, and for each byte of either.
pub(crate) const PER_ATTRIBUTE: u64 = 10;
pub(crate) const PER_CUSTOM_EVENT: u64 = 20;
pub(crate) const FREE_EVENT_BYTES: u64 = 100;

/// For each byte of code that is compiled (`CostPerByte` in wasmvm, `lib_libwasmvm.go`).
pub(crate) const COMPILE_PER_BYTE: u64 = 3;

/// For each byte that a contract answers (`x/wasm/keeper/api.go`).
pub(crate) const PER_ANSWER_BYTE: u64 = 1;

// Addresses, `x/wasm/keeper/api.go`.
pub(crate) const HUMANIZE: u64 = 5;
pub(crate) const CANONICALIZE: u64 = 4;

// `KVGasConfig` in cosmos-sdk, `store/types/gas.go`.
pub(crate) const HAS_FLAT: u64 = 1_000;
pub(crate) const READ_FLAT: u64 = 1_000;
pub(crate) const READ_PER_BYTE: u64 = 3;
pub(crate) const WRITE_FLAT: u64 = 2_000;
pub(crate) const WRITE_PER_BYTE: u64 = 30;
pub(crate) const DELETE_FLAT: u64 = 1_000;
pub(crate) const ITERATE_FLAT: u64 = 30;

// `DefaultParams` of cosmos-sdk's x/auth.
pub(crate) const PER_TX_BYTE: u64 = 10;
pub(crate) const VERIFY_SECP256K1: u64 = 1_000;
pub(crate) const MAX_MEMO: usize = 256;

/// The most that a query from outside may use (`SmartQueryGasLimit` in wasmd).
pub const QUERY_LIMIT: u64 = 3_000_000;

/// The limit was passed, at this place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfGas(pub &'static str);

/// Gas used, and the limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Meter {
    /// The limit; `u64::MAX` for none.
    pub limit: u64,
    /// What was used, also past the limit.
    pub used: u64,
}

impl Meter {
    /// Nothing used yet.
    pub fn new(limit: u64) -> Self {
        Self { limit, used: 0 }
    }

    /// Uses gas.
    ///
    /// # Errors
    /// When the limit is passed; the gas counts as used all the same, as in the SDK.
    pub fn consume(&mut self, gas: u64, place: &'static str) -> Result<(), OutOfGas> {
        self.used = self.used.saturating_add(gas);
        if self.used > self.limit {
            return Err(OutOfGas(place));
        }
        Ok(())
    }

    /// What is left.
    pub fn left(&self) -> u64 {
        self.limit.saturating_sub(self.used)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gas_past_the_limit_counts_as_used() {
        let mut meter = Meter::new(10);
        assert_eq!(meter.consume(10, "a"), Ok(()));
        assert_eq!(meter.left(), 0);
        assert_eq!(meter.consume(5, "b"), Err(OutOfGas("b")));
        assert_eq!((meter.used, meter.left()), (15, 0));
    }

    #[test]
    fn no_limit_never_overflows() {
        let mut meter = Meter::new(u64::MAX);
        assert_eq!(meter.consume(u64::MAX, "a"), Ok(()));
        assert_eq!(meter.consume(u64::MAX, "a"), Ok(()));
    }
}
