//! What is set once, as it is told.

use compute_api::{
    Contracts,
    oracle::{BeaconNetwork, BeaconResponse, Params, QueryMsg, Trust},
};
use cosmwasm_std::{Addr, HexBinary};

use super::world::{Builder, World, beacon_network, params, randomness};

#[test]
fn peers_guardian_parameters_and_beacon() {
    for trust in [Trust::Public, Trust::Operator] {
        let world = Builder::default().with_trust(trust).build();
        let contracts: Contracts = world.query(&QueryMsg::Contracts {}).unwrap();
        assert_eq!(contracts, world.contracts());
        let guardian: Addr = world.query(&QueryMsg::Guardian {}).unwrap();
        assert_eq!(guardian, world.guardian);
        let known: Params = world.query(&QueryMsg::Params {}).unwrap();
        assert_eq!(known, params());
        let network: BeaconNetwork = world.query(&QueryMsg::BeaconNetwork {}).unwrap();
        assert_eq!(network, beacon_network(trust));
    }
    let inactive = Builder::default().inactive().build();
    let error = inactive.query::<Contracts>(&QueryMsg::Contracts {});
    let error = error.unwrap_err().to_string();
    assert!(error.contains("not active yet"), "{error}");
}

#[test]
fn a_round_is_told_once_it_is_posted() {
    let mut world = World::new();
    let asked = |world: &World, round| {
        let known: Option<BeaconResponse> = world.query(&QueryMsg::Beacon { round }).unwrap();
        known
    };
    assert_eq!(asked(&world, 7), None);
    world.post(7).unwrap();
    let expected = BeaconResponse {
        randomness: HexBinary::from(randomness(7)),
        posted_at: world.now(),
        height: world.height(),
    };
    world.after(100);
    assert_eq!(asked(&world, 7), Some(expected));
    assert_eq!(asked(&world, 8), None);
}
