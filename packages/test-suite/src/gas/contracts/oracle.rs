//! Messages of the oracle, but for the census's.

use anyhow::Result;
use compute_api::{
    oracle::{Change, ExecuteMsg as Msg, Hook, Pausable},
    votes::Standing,
};
use cosmwasm_std::{Decimal, Uint128};
use cw_ownable::Action;

use super::{
    Case,
    census::UNITS,
    fill::{issuer, operator},
    flat, params, stakes,
    world::{COIN, Call, DAY, World},
};
use crate::chain::address;

/// Coins that an issuer mints: most of what its bond and backing allow.
const MINTED: Uint128 = Uint128::new(40_000 * COIN);

/// Every message.
pub(super) fn cases() -> Vec<Case> {
    let mut cases = issuers();
    cases.extend(operators());
    cases.extend(shortfall());
    cases.extend(peg());
    cases.extend(wiring());
    cases
}

fn issuers() -> Vec<Case> {
    vec![
        flat("admit_issuer", |world| {
            let admit = Msg::AdmitIssuer {
                issuer: address("a new issuer"),
                identity: params::identity(),
            };
            world.to_oracle(&address("owner"), &admit)
        }),
        flat("update_identity", |world| {
            let identity = params::identity();
            world.to_oracle(&issuer(0), &Msg::UpdateIdentity { identity })
        }),
        flat("post_bond", |world| {
            let post = world.to_oracle(&issuer(0), &Msg::PostBond { issuer: None })?;
            Ok(post.with(1_000_000))
        }),
        flat("withdraw_bond", |world| withdraw(world)),
        flat("claim_bond", |world| {
            let withdraw = withdraw(world)?;
            world.run(withdraw)?;
            world.wait(22 * DAY);
            world.to_oracle(&issuer(0), &Msg::ClaimBond {})
        }),
        flat("commit", |world| {
            let commit = Msg::Commit {
                rate: Uint128::new(2_000_000),
                until: world.now() + 120 * DAY,
            };
            world.to_oracle(&issuer(0), &commit)
        }),
        flat("mint", |world| world.to_oracle(&issuer(0), &mint())),
        flat("receive: retire, sent by way of the coin", |world| {
            world.oracle(&issuer(0), &mint())?;
            let oracle = &world.contracts.oracle;
            world.send(&issuer(0), oracle, COIN, &Hook::Retire {})
        }),
        flat("receive: redeem, sent by way of the coin", |world| {
            world.oracle(&issuer(0), &mint())?;
            let hook = Hook::Redeem { issuer: issuer(0) };
            let contracts = &world.contracts;
            world.send(&contracts.market, &contracts.oracle, COIN, &hook)
        }),
        flat("slash_issuer, from votes", |world| {
            let slash = Msg::SlashIssuer {
                operator: operator(0),
                fraction: Decimal::percent(5),
            };
            world.to_oracle(&world.contracts.votes, &slash)
        }),
    ]
}

fn operators() -> Vec<Case> {
    vec![
        stakes("declare_devices, the first time", |world| {
            let key = address("a new operator");
            world.votes(&key, &params::registration(address("a new owner")))?;
            world.to_oracle(&key, &Msg::DeclareDevices { devices: 1 })
        }),
        flat("declare_devices, a change", |world| {
            world.to_oracle(&operator(0), &Msg::DeclareDevices { devices: 2 })
        }),
        flat("invite_operator", |world| {
            let operator = operator(1);
            world.to_oracle(&issuer(0), &Msg::InviteOperator { operator })
        }),
        flat("join_issuer", |world| {
            world.oracle(&operator(1), &Msg::LeaveIssuer {})?;
            world.wait(31 * DAY);
            let operator = operator(1);
            world.oracle(
                &issuer(0),
                &Msg::InviteOperator {
                    operator: operator.clone(),
                },
            )?;
            world.to_oracle(&operator, &Msg::JoinIssuer { issuer: issuer(0) })
        }),
        flat("leave_issuer", |world| {
            world.to_oracle(&operator(0), &Msg::LeaveIssuer {})
        }),
        flat("remove_operator", |world| {
            let operator = operator(0);
            world.to_oracle(&issuer(0), &Msg::RemoveOperator { operator })
        }),
        flat("set_standing, from votes", |world| {
            let set = Msg::SetStanding {
                operator: operator(0),
                standing: Standing::Jailed,
            };
            world.to_oracle(&world.contracts.votes, &set)
        }),
    ]
}

fn shortfall() -> Vec<Case> {
    vec![
        flat("flag", |world| {
            short(world)?;
            world.to_oracle(&address("anyone"), &Msg::Flag { issuer: issuer(0) })
        }),
        flat("cure", |world| {
            flagged(world)?;
            let commit = Msg::Commit {
                rate: Uint128::new(1_000_000),
                until: world.now() + 90 * DAY,
            };
            world.oracle(&issuer(0), &commit)?;
            world.to_oracle(&address("anyone"), &Msg::Cure { issuer: issuer(0) })
        }),
        flat("default", |world| {
            flagged(world)?;
            world.wait(8 * DAY);
            world.to_oracle(&address("anyone"), &Msg::Default { issuer: issuer(0) })
        }),
        flat("assume", |world| {
            flagged(world)?;
            world.wait(8 * DAY);
            world.oracle(&address("anyone"), &Msg::Default { issuer: issuer(0) })?;
            let commit = Msg::Commit {
                rate: Uint128::new(1_000_000),
                until: world.now() + 90 * DAY,
            };
            world.oracle(&issuer(1), &commit)?;
            world.census(1..4, UNITS)?;
            let amount = Uint128::new(100 * COIN);
            world.to_oracle(&issuer(1), &Msg::Assume { amount })
        }),
    ]
}

fn peg() -> Vec<Case> {
    vec![
        flat("propose_reindex", |world| {
            held(world)?;
            world.to_oracle(&address("anyone"), &Msg::ProposeReindex {})
        }),
        flat("veto_reindex", |world| {
            held(world)?;
            world.oracle(&address("anyone"), &Msg::ProposeReindex {})?;
            world.to_oracle(&address("guardian"), &Msg::VetoReindex {})
        }),
        flat("apply_reindex", |world| {
            held(world)?;
            world.oracle(&address("anyone"), &Msg::ProposeReindex {})?;
            world.wait(4 * DAY);
            world.to_oracle(&address("anyone"), &Msg::ApplyReindex {})
        }),
    ]
}

fn wiring() -> Vec<Case> {
    vec![
        flat("announce, all parameters", |world| {
            world.to_oracle(&address("owner"), &announce(world))
        }),
        flat("apply, all parameters", |world| {
            world.oracle(&address("owner"), &announce(world))?;
            world.wait(8 * DAY);
            world.to_oracle(&address("anyone"), &Msg::Apply { id: 1 })
        }),
        flat("cancel", |world| {
            world.oracle(&address("owner"), &announce(world))?;
            world.to_oracle(&address("guardian"), &Msg::Cancel { id: 1 })
        }),
        flat("pause", |world| {
            world.to_oracle(&address("guardian"), &pause())
        }),
        flat("resume", |world| {
            world.oracle(&address("guardian"), &pause())?;
            let what = Pausable::Redeem;
            world.to_oracle(&address("guardian"), &Msg::Resume { what })
        }),
        flat("update_ownership", |world| {
            let transfer = Action::TransferOwnership {
                new_owner: address("new owner"),
                expiry: None,
            };
            world.to_oracle(&address("owner"), &Msg::UpdateOwnership(transfer))
        }),
        flat("activate", |world| {
            *world = World::inactive(world.rules.clone())?;
            let contracts = world.contracts.clone();
            world.to_oracle(&address("owner"), &Msg::Activate { contracts })
        }),
    ]
}

fn mint() -> Msg {
    Msg::Mint {
        recipient: issuer(0),
        amount: MINTED,
    }
}

fn withdraw(world: &World) -> Result<Call> {
    let amount = Uint128::new(1_000_000);
    world.to_oracle(&issuer(0), &Msg::WithdrawBond { amount })
}

fn pause() -> Msg {
    Msg::Pause {
        what: Pausable::Redeem,
        seconds: DAY,
    }
}

fn announce(world: &World) -> Msg {
    Msg::Announce {
        change: Change::Params(params::oracle(world.rules.clone())),
    }
}

/// Issuer 0 owes more than the rest of its commitment backs.
fn short(world: &mut World) -> Result<()> {
    world.oracle(&issuer(0), &mint())?;
    world.wait(60 * DAY);
    Ok(())
}

/// And it is marked as short.
fn flagged(world: &mut World) -> Result<()> {
    short(world)?;
    world.oracle(&address("anyone"), &Msg::Flag { issuer: issuer(0) })
}

/// A tier above the peg's has been the mainstream one for long enough.
fn held(world: &mut World) -> Result<()> {
    for _ in 1..params::oracle(world.rules.clone()).peg.hold {
        world.census(0..5, UNITS)?;
    }
    Ok(())
}
