//! Issuers: admitted by the owner, public, committed.

use compute_api::oracle::{ExecuteMsg, Identity, IssuerResponse, QueryMsg, events::OracleEvent};
use contract_kit::bounds::MAX_SECONDS;
use cosmwasm_std::Uint128;

use super::world::{World, assert_refused, events, identity};

fn admit(world: &mut World, issuer: &str, identity: Identity) -> Result<OracleEvent, String> {
    let admit = ExecuteMsg::AdmitIssuer {
        issuer: issuer.to_owned(),
        identity,
    };
    let done = world.execute(&world.owner.clone(), &admit);
    done.map(|done| events(&done).remove(0))
        .map_err(|error| error.to_string())
}

fn known(world: &World, issuer: &str) -> IssuerResponse {
    let issuer = issuer.to_owned();
    world.query(&QueryMsg::Issuer { issuer }).unwrap()
}

/// A text of each length.
fn texts(lengths: [usize; 4]) -> Identity {
    let [name, jurisdiction, url, contact] = lengths.map(|length| "x".repeat(length));
    Identity {
        name,
        jurisdiction,
        url,
        contact,
    }
}

#[test]
fn an_issuer_begins_with_nothing() {
    let mut world = World::new();
    let issuer = world.stranger().to_string();
    let event = admit(&mut world, &issuer, identity("New")).unwrap();
    assert_eq!(
        event,
        OracleEvent::IssuerAdmitted {
            issuer: issuer.clone(),
            name: "New".to_owned()
        }
    );
    let known = known(&world, &issuer);
    assert_eq!(
        (known.identity, known.admitted_at),
        (identity("New"), world.now())
    );
    assert_eq!(known.bond_free_at, None);
    let backing = known.backing;
    for nothing in [
        backing.outstanding,
        backing.committed,
        backing.proven,
        backing.effective,
        backing.backing,
        backing.bond,
        backing.leaving,
        backing.bond_cap,
        backing.short,
    ] {
        assert_eq!(nothing, Uint128::zero());
    }
    assert_eq!((backing.until, backing.curing_until), (0, None));
    assert!(
        admit(&mut world, &issuer, identity("New"))
            .unwrap_err()
            .contains("admitted before")
    );
    assert!(admit(&mut world, "nobody", identity("New")).is_err());
}

#[test]
fn identities_have_bounds() {
    for (lengths, what) in [
        ([1, 1, 0, 0], None),
        ([100, 100, 200, 200], None),
        ([0, 1, 0, 0], Some("bytes of name is 0: must be 1 to 100")),
        ([101, 1, 0, 0], Some("bytes of name is 101")),
        (
            [1, 0, 0, 0],
            Some("bytes of jurisdiction is 0: must be 1 to 100"),
        ),
        ([1, 101, 0, 0], Some("bytes of jurisdiction is 101")),
        (
            [1, 1, 201, 0],
            Some("bytes of url is 201: must be 0 to 200"),
        ),
        (
            [1, 1, 0, 201],
            Some("bytes of contact is 201: must be 0 to 200"),
        ),
    ] {
        let mut world = World::new();
        let issuer = world.stranger().to_string();
        let admitted = admit(&mut world, &issuer, texts(lengths));
        let update = ExecuteMsg::UpdateIdentity {
            identity: texts(lengths),
        };
        let updated = world.issue(0, &update);
        match what {
            None => {
                admitted.unwrap();
                assert_eq!(
                    events(&updated.unwrap()),
                    [OracleEvent::IdentityUpdated {
                        issuer: world.issuers[0].to_string(),
                        name: texts(lengths).name,
                    }]
                );
                let issuer = world.issuers[0].to_string();
                assert_eq!(known(&world, &issuer).identity, texts(lengths));
            }
            Some(words) => {
                assert!(admitted.unwrap_err().contains(words), "{words}");
                assert_refused(updated, words);
            }
        }
    }
}

#[test]
fn a_commitment_is_in_force_at_once_and_ends() {
    let mut world = World::new();
    let until = world.now() + 100;
    let done = world.commit_capacity(0, 7, until).unwrap();
    assert_eq!(
        events(&done),
        [OracleEvent::Committed {
            issuer: world.issuers[0].to_string(),
            rate: Uint128::new(7),
            until,
        }]
    );
    world.set_issuer(0, |issuer| issuer.proven.latest.rate = Uint128::new(9));
    // Census 0 is the last: what was proven in it counts.
    let effective = |world: &World| {
        (
            world.issuer(0).effective.u128(),
            world.issuer(0).backing.u128(),
        )
    };
    assert_eq!(effective(&world), (7, 700));
    world.at(until - 1);
    assert_eq!(effective(&world), (7, 7));
    world.at(until);
    assert_eq!(effective(&world), (0, 0));
}

#[test]
fn the_end_of_a_commitment_has_bounds() {
    let mut world = World::new();
    let now = world.now();
    for until in [0, 1, now - 1, now] {
        assert_refused(world.commit_capacity(0, 1, until), "until is");
    }
    world.commit_capacity(0, 1, now + 1).unwrap();
    world
        .commit_capacity(0, u128::MAX, now + MAX_SECONDS)
        .unwrap();
    for until in [now + MAX_SECONDS + 1, u64::MAX] {
        assert_refused(world.commit_capacity(0, 1, until), "until is");
    }
    assert_eq!(world.issuer(0).committed, Uint128::MAX);
    // Who owes nothing can commit nothing.
    world.commit_capacity(0, 0, now + 1).unwrap();
    assert_eq!(world.issuer(0).committed, Uint128::zero());
}

#[test]
fn less_is_refused_where_it_leaves_the_issuer_short() {
    let mut world = World::new();
    world.sound(&[(0, 0)]);
    let now = world.now();
    let horizon = 30 * 86_400;
    // Backed by exactly 1 000 ops per second over the horizon.
    let owed = 1_000 * u128::from(horizon) * 1_000_000 / 60_000;
    world.mint(0, owed - 2_000_000_000).unwrap();
    world.set_issuer(0, |issuer| issuer.outstanding = Uint128::new(owed));
    let end = now + horizon;
    world.commit_capacity(0, 1_000, end).unwrap();
    assert_refused(
        world.commit_capacity(0, 999, end),
        "with 999 ops per second until",
    );
    assert_refused(
        world.commit_capacity(0, 1_000, end - 1),
        "would not be backed",
    );
    // More of one does not make up for too little of the other: 1 024 are proven.
    assert_refused(
        world.commit_capacity(0, 999, end + 1_000_000),
        "43200000 micro-coins",
    );
    assert_eq!(
        (world.issuer(0).committed.u128(), world.issuer(0).until),
        (1_000, end)
    );
    // More is always taken, also from who is short and marked.
    world.after(1);
    world.flag(0).unwrap();
    world.commit_capacity(0, 1_000, end).unwrap();
    assert!(!world.issuer(0).short.is_zero());
    assert_refused(
        world.commit_capacity(0, 1_000, end - 1),
        "would not be backed",
    );
    world.commit_capacity(0, 1_001, end).unwrap();
    assert!(world.issuer(0).short.is_zero());
}

#[test]
fn a_commitment_that_is_over_can_be_renewed_with_less() {
    let mut world = World::new();
    world.sound(&[(0, 0)]);
    world.mint(0, 1_000_000).unwrap();
    let until = world.issuer(0).until;
    world.at(until);
    assert_eq!(world.issuer(0).short.u128(), 1_000_000);
    // 60 000 ops are owed: 60 ops per second for 1 000 s, and not 59.
    assert_refused(
        world.commit_capacity(0, 59, until + 1_000),
        "would not be backed",
    );
    world.commit_capacity(0, 60, until + 1_000).unwrap();
    assert!(world.issuer(0).short.is_zero());
}
