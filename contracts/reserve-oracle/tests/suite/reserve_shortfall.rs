//! Short: flagged, cured, or settled by the bond.

use compute_api::oracle::{ExecuteMsg, events::OracleEvent};
use cosmwasm_std::Uint128;

use super::world::{World, assert_refused, events};

const CURING: u64 = 7 * 86_400;

/// Issuer 0 with two operators, which owes what 1 500 ops per second would back; one
/// of them has left it. It is short.
fn short() -> (World, u128) {
    let mut world = World::new();
    world.sound(&[(0, 0), (0, 1)]);
    let owed = 1_500 * 2_592_000 * 1_000_000 / 60_000;
    world.mint(0, owed).unwrap();
    world.leave(1).unwrap();
    (world, (1_500 - 1_024) * 2_592_000 * 1_000_000 / 60_000)
}

fn name(world: &World) -> String {
    world.issuers[0].to_string()
}

fn defaulted(world: &World, amount: u128, outstanding: u128, orphan: u128) -> OracleEvent {
    OracleEvent::Defaulted {
        issuer: name(world),
        amount: Uint128::new(amount),
        outstanding: Uint128::new(outstanding),
        orphan: Uint128::new(orphan),
    }
}

fn forfeited(world: &World, bond: u128, bounty: u128) -> OracleEvent {
    OracleEvent::BondChanged {
        issuer: name(world),
        cause: "defaulted".to_owned(),
        bond: Uint128::new(bond),
        leaving: Uint128::zero(),
        free_at: None,
        bounty: Uint128::new(bounty),
    }
}

#[test]
fn who_is_short_is_flagged_once_by_anyone() {
    let (mut world, short) = short();
    assert_eq!(world.issuer(0).short.u128(), short);
    let until = world.now() + CURING;
    let done = world.flag(0).unwrap();
    assert_eq!(
        events(&done),
        [OracleEvent::Flagged {
            issuer: name(&world),
            short: Uint128::new(short),
            curing_until: until,
        }]
    );
    assert_eq!(world.issuer(0).curing_until, Some(until));
    world.after(1);
    assert_refused(
        world.flag(0),
        &format!("marked as short already, until {until}"),
    );
    assert_eq!(world.issuer(0).curing_until, Some(until));
}

#[test]
fn who_is_sound_is_not_flagged_and_who_is_nobody_neither() {
    let mut world = World::new();
    world.sound(&[(0, 0)]);
    let most = world.allowance(0).amount.u128();
    world.mint(0, most).unwrap();
    assert_refused(world.flag(0), "is not short");
    assert_refused(world.flag(1), "is not short");
    assert_refused(world.cure(0), "is not marked as short: send flag if it is");
    assert_refused(world.settle(0), "is not marked as short");
    let issuer = world.stranger().to_string();
    for msg in [
        ExecuteMsg::Flag {
            issuer: issuer.clone(),
        },
        ExecuteMsg::Cure {
            issuer: issuer.clone(),
        },
        ExecuteMsg::Default { issuer },
    ] {
        assert_refused(world.anyone(&msg), "there is no issuer");
    }
    for msg in [
        ExecuteMsg::Flag {
            issuer: "x".to_owned(),
        },
        ExecuteMsg::Cure {
            issuer: "x".to_owned(),
        },
        ExecuteMsg::Default {
            issuer: "x".to_owned(),
        },
    ] {
        assert!(world.anyone(&msg).is_err());
    }
}

#[test]
fn one_micro_coin_is_a_shortfall() {
    let mut world = World::new();
    world.sound(&[(0, 0)]);
    world.set_params(|params| params.reserve.margin_bps = 0);
    let most = world.allowance(0).amount.u128();
    world.mint(0, most).unwrap();
    // The horizon is the last at which all of it is backed; a second less is not.
    world.set_params(|params| params.reserve.horizon -= 1);
    let short = world.issuer(0).short.u128();
    assert_eq!(short, most - 1_024 * 2_591_999 * 1_000_000 / 60_000);
    world.retire(0, short - 1).unwrap();
    assert_eq!(world.issuer(0).short.u128(), 1);
    world.flag(0).unwrap();
    assert_refused(world.cure(0), "is still short of 1 micro-coins");
    world.retire(0, 1).unwrap();
    world.cure(0).unwrap();
    assert_refused(world.flag(0), "is not short");
}

#[test]
fn every_way_to_mend_it_ends_in_a_cure() {
    for way in ["operator", "commitment", "retire"] {
        let (mut world, short) = short();
        if way == "commitment" {
            // The second operator is back, and the commitment is what is missing.
            world.set_issuer(0, |issuer| {
                issuer.proven.latest.rate = Uint128::new(2_048);
                issuer.committed = Uint128::new(1_024);
            });
        }
        world.flag(0).unwrap();
        world.after(1);
        assert_refused(
            world.cure(0),
            &format!("is still short of {short} micro-coins"),
        );
        match way {
            "operator" => {
                // It has to have answered all the while: one of nobody's.
                world.set_issuer(0, |issuer| issuer.proven.latest.rate = Uint128::new(1_500));
            }
            "commitment" => {
                let until = world.issuer(0).until;
                world.commit_capacity(0, 1_500, until).unwrap();
            }
            _ => {
                world.retire(0, short).unwrap();
            }
        }
        let done = world.cure(0).unwrap();
        assert_eq!(
            events(&done),
            [OracleEvent::Cured {
                issuer: name(&world)
            }]
        );
        assert_eq!(world.issuer(0).curing_until, None);
        assert_refused(world.cure(0), "is not marked");
    }
}

#[test]
fn a_cure_comes_at_any_time_and_the_mark_stays_until_it_does() {
    let (mut world, short) = short();
    world.flag(0).unwrap();
    world.after(CURING + 100);
    world.retire(0, short).unwrap();
    assert_refused(world.settle(0), "is short no more: send cure");
    assert!(world.issuer(0).curing_until.is_some());
    world.cure(0).unwrap();
}

#[test]
fn a_default_is_after_the_last_second() {
    let (mut world, _) = short();
    world.flag(0).unwrap();
    let until = world.issuer(0).curing_until.unwrap();
    world.at(until);
    assert_refused(world.settle(0), &format!("cannot be before {}", until + 1));
    world.at(until + 1);
    world.settle(0).unwrap();
    // The mark is gone with it.
    assert_refused(world.settle(0), "is not marked");
    assert_refused(world.flag(0), "is not short");
}

#[test]
fn a_default_orphans_what_is_short_and_takes_the_bond_for_it() {
    let (mut world, short) = short();
    let owed = world.issuer(0).outstanding.u128();
    world.flag(0).unwrap();
    world.after(CURING + 1);
    let done = world.settle(0).unwrap();
    // 20 563 200 000 micro-coins ask for 20 563 200 of the bond.
    let due = short / 1_000;
    assert_eq!(
        events(&done),
        [
            defaulted(&world, short, owed - short, short),
            forfeited(&world, 100_000_000 - due, due),
        ]
    );
    let known = world.issuer(0);
    assert_eq!(known.outstanding.u128(), owed - short);
    assert!(known.short.is_zero());
    assert_eq!(known.bond.u128(), 100_000_000 - due);
    let totals = world.totals();
    assert_eq!((totals.orphan.u128(), totals.bounty.u128()), (short, due));
    // No coin is gone: holders have what they had.
    assert_eq!(world.supply().supply.u128(), owed);
    world.check_books();
}

#[test]
fn a_default_rounds_the_bond_up_and_takes_no_more_than_there_is() {
    for (bond, due) in [
        (20_563_201, 20_563_201),
        (20_563_200, 20_563_200),
        (7, 7),
        (0, 0),
    ] {
        let (mut world, short) = short();
        // One micro-coin more asks for one more of the bond.
        world.set_issuer(0, |issuer| {
            issuer.outstanding += Uint128::one();
            issuer.bond = Uint128::new(bond);
        });
        world.flag(0).unwrap();
        world.after(CURING + 1);
        let done = world.settle(0).unwrap();
        let owed = world.issuer(0).outstanding.u128();
        let mut expected = vec![defaulted(&world, short + 1, owed, short + 1)];
        if due > 0 {
            expected.push(forfeited(&world, bond - due, due));
        }
        assert_eq!(events(&done), expected);
        assert_eq!(world.totals().bounty.u128(), due);
    }
}

#[test]
fn a_partial_recovery_orphans_what_is_left_of_it() {
    let (mut world, short) = short();
    world.flag(0).unwrap();
    world.retire(0, short / 2).unwrap();
    world.after(CURING + 1);
    world.settle(0).unwrap();
    assert_eq!(world.totals().orphan.u128(), short - short / 2);
    // It can be flagged anew, and default on what is short then.
    world.leave(0).unwrap();
    let owed = world.issuer(0).outstanding.u128();
    assert_eq!(world.issuer(0).short.u128(), owed);
    world.flag(0).unwrap();
    world.after(CURING + 1);
    world.settle(0).unwrap();
    assert!(world.issuer(0).outstanding.is_zero());
    assert_eq!(world.totals().orphan.u128(), short - short / 2 + owed);
    world.check_books();
}

#[test]
fn a_leaving_bond_answers_for_a_default_too() {
    let (mut world, short) = short();
    let owed = world.issuer(0).outstanding.u128();
    // Half of what is owed loses its ground after the bond was asked back.
    let needed = owed.div_ceil(1_000);
    world.withdraw(0, 100_000_000 - needed).unwrap();
    world.set_params(|params| params.reserve.bond_per_coin.amount = Uint128::new(4_000));
    world.flag(0).unwrap();
    world.after(CURING + 1);
    world.settle(0).unwrap();
    let due = short * 4_000 / 1_000_000;
    assert!(due > needed, "{due} of {needed}");
    let known = world.issuer(0);
    assert_eq!(known.bond.u128(), 100_000_000 - due);
    assert!(known.leaving <= known.bond);
    assert_eq!(world.totals().bounty.u128(), due);
    world.check_books();
}

#[test]
fn a_shorter_grace_counts_for_later_flags_only() {
    let (mut world, _) = short();
    world.flag(0).unwrap();
    world.set_params(|params| params.reserve.curing = 1);
    world.after(CURING);
    assert_refused(world.settle(0), "cannot be before");
    world.after(1);
    world.settle(0).unwrap();
}
