//! How the three contracts find each other.

use test_suite::network::{Builder, Network, defaults::COIN};

/// Coins come out of the gate, and their bond makes a miner active with votes and, by
/// message, with the oracle.
fn works(mut network: Network) {
    network.start();
    let holder = network.account("holder");
    network.mint(0, &holder, 1_000 * COIN).unwrap();
    assert_eq!(network.balance(&holder), 1_000 * COIN);
    let miner = network.miners[0].clone();
    network.transfer(&holder, &miner.owner, 100 * COIN).unwrap();
    network.bond(&miner, 100 * COIN).unwrap();
    assert_eq!(network.staked(&miner.key).active_stake.u128(), 100 * COIN);
    let standing = network.measured(0).standing;
    assert_eq!(standing, compute_api::votes::Standing::Active);
}

#[test]
fn by_messages() {
    works(Network::new());
}

#[test]
fn by_addresses_known_beforehand() {
    works(Builder::default().with_known_addresses().build());
}
