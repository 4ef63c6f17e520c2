//! Registration and what owners change.

use compute_api::votes::{ExecuteMsg, Kind, Metadata};
use cosmwasm_std::{Decimal, HexBinary};

use crate::{chain::Chain, setup::registration};

#[test]
fn a_hot_key_registers_itself_once() {
    let mut chain = Chain::new();
    let (key, owner) = (chain.account("key"), chain.account("key-owner"));
    let own = registration(&key, Kind::Miner);
    assert!(chain.refused(&key, &own).contains("must not own its bond"));
    chain.ok(&key, &registration(&owner, Kind::Miner));
    let again = registration(&owner, Kind::Coordinator);
    assert!(chain.refused(&key, &again).contains("registered already"));
    let shown = chain.show(&key);
    assert_eq!((shown.owner, shown.slot), (owner.clone(), 0));
    // One draw for each kind.
    let other = chain.account("other");
    chain.ok(&other, &registration(&owner, Kind::Coordinator));
    assert_eq!(chain.show(&other).slot, 0);
}

#[test]
fn what_is_given_has_bounds() {
    let mut chain = Chain::new();
    let (key, owner) = (chain.account("key"), chain.account("key-owner"));
    let wrong = |change: fn(&mut HexBinary, &mut [Decimal; 3], &mut Metadata)| {
        let mut msg = registration(&owner, Kind::Miner);
        if let ExecuteMsg::Register {
            signing_key,
            commission,
            metadata,
            ..
        } = &mut msg
        {
            let mut rates = [commission.rate, commission.max_rate, commission.max_change];
            change(signing_key, &mut rates, metadata);
            [commission.rate, commission.max_rate, commission.max_change] = rates;
        }
        msg
    };
    let long = |bytes| "x".repeat(bytes);
    for (msg, error) in [
        (
            wrong(|key, _, _| *key = HexBinary::from([1; 31])),
            "signing_key is 31: must be 32 to 32",
        ),
        (
            wrong(|_, rates, _| rates[0] = Decimal::percent(21)),
            "rate is 0.21: must be at most 0.2",
        ),
        (
            wrong(|_, rates, _| rates[1] = Decimal::percent(51)),
            "max_rate is 0.51: must be at most 0.5",
        ),
        (
            wrong(|_, rates, _| rates[2] = Decimal::percent(21)),
            "max_change is 0.21: must be at most 0.2",
        ),
        (
            wrong(|_, _, given| given.name.clear()),
            "name is 0: must be 1 to 100",
        ),
        (
            wrong(|_, _, given| given.url = "x".repeat(201)),
            "url is 201: must be 0 to 200",
        ),
        (
            wrong(|_, _, given| given.contact = "x".repeat(201)),
            "contact is 201: must be 0 to 200",
        ),
    ] {
        let refused = chain.refused(&key, &msg);
        assert!(refused.contains(error), "{refused}");
    }
    chain.ok(&key, &registration(&owner, Kind::Miner));
    let given = |name: String, bytes: usize| ExecuteMsg::UpdateOperator {
        operator: key.to_string(),
        metadata: Some(Metadata {
            name,
            url: long(200),
            contact: long(200),
        }),
        signing_key: Some(HexBinary::from(vec![9; bytes])),
    };
    chain.refused(&owner, &given(long(101), 32));
    chain.refused(&owner, &given(long(100), 33));
    chain.ok(&owner, &given(long(100), 32));
    let shown = chain.show(&key);
    assert_eq!(shown.signing_key.as_slice(), [9; 32]);
    assert_eq!(shown.metadata.name.len(), 100);
}
