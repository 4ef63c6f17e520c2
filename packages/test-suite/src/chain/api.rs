//! Addresses: bech32 with wasmd's prefix and wasmd's prices.

use cosmwasm_vm::testing::MockApi;
use cosmwasm_vm::{BackendApi, BackendResult, GasInfo};
use sha2::{Digest, Sha256};

use super::gas::VM_GAS_PER_SDK_GAS;

const PREFIX: &str = "wasm";

// wasmd v0.70.3, `x/wasm/keeper/api.go`.
const HUMANIZE: u64 = 5 * VM_GAS_PER_SDK_GAS;
const CANONICALIZE: u64 = 4 * VM_GAS_PER_SDK_GAS;
const VALIDATE: u64 = HUMANIZE + CANONICALIZE;

/// Checks and converts `wasm1…` addresses. The rules are the VM's own, the
/// prices wasmd's.
#[derive(Clone, Copy)]
pub struct ChainApi(MockApi);

impl Default for ChainApi {
    fn default() -> Self {
        Self(MockApi::default().with_prefix(PREFIX))
    }
}

impl BackendApi for ChainApi {
    fn addr_validate(&self, input: &str) -> BackendResult<()> {
        (self.0.addr_validate(input).0, GasInfo::with_cost(VALIDATE))
    }

    fn addr_canonicalize(&self, human: &str) -> BackendResult<Vec<u8>> {
        let (canonical, _) = self.0.addr_canonicalize(human);
        (canonical, GasInfo::with_cost(CANONICALIZE))
    }

    fn addr_humanize(&self, canonical: &[u8]) -> BackendResult<String> {
        let (human, _) = self.0.addr_humanize(canonical);
        (human, GasInfo::with_cost(HUMANIZE))
    }
}

/// The address of the account called `name`: always the same for a name, and
/// of the length of a real account's (20 bytes).
pub fn address(name: &str) -> String {
    bech32(&Sha256::digest(name)[..20])
}

/// The address of the contract called `name`, of the length of a real
/// contract's (32 bytes).
pub fn contract_address(name: &str) -> String {
    bech32(&Sha256::digest(name))
}

fn bech32(canonical: &[u8]) -> String {
    let (human, _) = ChainApi::default().addr_humanize(canonical);
    human.expect("1 to 255 bytes make an address")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sdk_gas(info: GasInfo) -> u64 {
        assert_eq!(info.externally_used, 0, "addresses are metered in the VM");
        info.cost / VM_GAS_PER_SDK_GAS
    }

    #[test]
    fn addresses_convert_both_ways_at_wasmds_prices() {
        let api = ChainApi::default();
        let human = address("worker");
        assert!(human.starts_with("wasm1") && human.len() == 43, "{human}");
        assert_eq!(contract_address("worker").len(), 63);
        let (valid, gas) = api.addr_validate(&human);
        assert_eq!((valid, sdk_gas(gas)), (Ok(()), 9));
        let (canonical, gas) = api.addr_canonicalize(&human);
        let canonical = canonical.unwrap();
        assert_eq!((canonical.len(), sdk_gas(gas)), (20, 4));
        let (back, gas) = api.addr_humanize(&canonical);
        assert_eq!((back, sdk_gas(gas)), (Ok(human), 5));
    }

    #[test]
    fn wrong_addresses_are_refused_and_paid_for() {
        let api = ChainApi::default();
        let good = address("worker");
        let upper = good.to_uppercase();
        let typo = good.replace("wasm1", "wasm1q");
        let elsewhere = "cosmwasm1jpev2csrppg792t22rn8z8uew8h3sjcpglcd0qv9g8gj8ky922tscp8avs";
        for wrong in ["worker", "", &typo, &upper, elsewhere] {
            let (valid, gas) = api.addr_validate(wrong);
            assert!(valid.is_err(), "{wrong}");
            assert_eq!(sdk_gas(gas), 9);
        }
    }
}
