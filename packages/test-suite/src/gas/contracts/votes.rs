//! Messages of votes.

use anyhow::Result;
use compute_api::{
    timelock::AnnouncedResponse,
    votes::{Change, ExecuteMsg as Msg, Fault, Hook, Payment, QueryMsg},
};
use cosmwasm_std::{Decimal, HexBinary, Uint128};
use cw_ownable::Action;
use cw20::Cw20ReceiveMsg;

use super::{
    Case,
    fill::{PURSE, operator, owner},
    flat, params, slash, stakes, voters,
    world::{COIN, Call, DAY, World},
};
use crate::chain::address;

/// Somebody who votes for operator 0, and 1, and takes some out.
fn subject() -> String {
    address("the voter that is measured")
}

/// Every message.
pub(super) fn cases() -> Vec<Case> {
    let mut cases = operators();
    cases.extend(delegation());
    cases.extend(faults());
    cases.extend(wiring());
    cases
}

fn operators() -> Vec<Case> {
    vec![
        stakes("register", |world| {
            let register = params::registration(address("a new owner"));
            world.to_votes(&address("a new operator"), &register)
        }),
        flat("update_operator", |world| {
            world.to_votes(
                &owner(0),
                &Msg::UpdateOperator {
                    operator: operator(0),
                    metadata: Some(params::metadata()),
                    signing_key: Some(HexBinary::from([9; 32])),
                },
            )
        }),
        flat("update_commission", |world| {
            world.wait(2 * DAY);
            world.to_votes(
                &owner(0),
                &Msg::UpdateCommission {
                    operator: operator(0),
                    rate: Decimal::permille(105),
                },
            )
        }),
        stakes("unjail", |world| {
            let fault = report(world, Fault::Missed { census: 2 }, false)?;
            world.run(fault)?;
            world.wait(2 * DAY);
            world.to_votes(
                &owner(0),
                &Msg::Unjail {
                    operator: operator(0),
                },
            )
        }),
        flat("claim_commission", |world| {
            let paid = distribute(world)?;
            world.run(paid)?;
            world.to_votes(
                &owner(0),
                &Msg::ClaimCommission {
                    operator: operator(0),
                },
            )
        }),
        stakes("set_devices, from the oracle", |world| {
            world.to_votes(
                &world.contracts.oracle,
                &Msg::SetDevices {
                    operator: operator(0),
                    devices: 2,
                },
            )
        }),
    ]
}

fn delegation() -> Vec<Case> {
    vec![
        stakes("receive: bond", |world| {
            receive(
                world,
                &owner(0),
                Hook::Bond {
                    operator: operator(0),
                },
            )
        }),
        stakes("receive: vote", |world| {
            receive(world, &subject(), vote_for(0))
        }),
        voters("receive: distribute to one", |world| distribute(world)),
        stakes("unvote", |world| {
            voted(world)?;
            world.to_votes(&subject(), &unvote())
        }),
        stakes("unbond", |world| {
            world.to_votes(
                &owner(0),
                &Msg::Unbond {
                    operator: operator(0),
                    amount: Some(Uint128::new(COIN)),
                },
            )
        }),
        stakes("revote", |world| {
            voted(world)?;
            world.to_votes(&subject(), &revote())
        }),
        stakes("collect, after a slash", |world| {
            voted(world)?;
            world.votes(&subject(), &revote())?;
            let fault = report(world, Fault::Fraud { batch: 7 }, false)?;
            world.run(fault)?;
            world.to_votes(&address("anyone"), &Msg::Collect { voter: subject() })
        }),
        voters("claim", |world| {
            voted(world)?;
            world.votes(&subject(), &unvote())?;
            world.wait(23 * DAY);
            world.to_votes(&subject(), &Msg::Claim { limit: None })
        }),
        voters("claim_rewards of one", |world| {
            voted(world)?;
            let paid = distribute(world)?;
            world.run(paid)?;
            world.to_votes(
                &subject(),
                &Msg::ClaimRewards {
                    operators: vec![operator(0)],
                },
            )
        }),
    ]
}

fn faults() -> Vec<Case> {
    vec![
        stakes("report_fault: missed", |world| {
            report(world, Fault::Missed { census: 2 }, true)
        }),
        stakes("report_fault: unanswered", |world| {
            report(world, Fault::Unanswered { census: 2 }, true)
        }),
        stakes("report_fault: unproven", |world| {
            let amount = Uint128::new(100 * COIN);
            report(world, Fault::Unproven { batch: 7, amount }, true)
        }),
        slash("report_fault: fraud, 22 pools", |world| {
            report(world, Fault::Fraud { batch: 7 }, true)
        }),
        flat("pay_protection", |world| {
            let market = world.contracts.market.clone();
            let payments = Vec::new();
            world.arrives(&market, PURSE, &Hook::Distribute { payments })?;
            world.to_votes(
                &market,
                &Msg::PayProtection {
                    recipient: address("owner of an order"),
                    amount: Uint128::new(COIN),
                },
            )
        }),
    ]
}

fn wiring() -> Vec<Case> {
    vec![
        flat("announce", |world| {
            world.to_votes(&address("owner"), &announce())
        }),
        flat("apply", |world| {
            let id = announced(world)?;
            world.wait(8 * DAY);
            world.to_votes(&address("anyone"), &Msg::Apply { id })
        }),
        flat("cancel", |world| {
            let id = announced(world)?;
            world.to_votes(&address("owner"), &Msg::Cancel { id })
        }),
        flat("update_ownership", |world| {
            let transfer = Action::TransferOwnership {
                new_owner: address("new owner"),
                expiry: None,
            };
            world.to_votes(&address("owner"), &Msg::UpdateOwnership(transfer))
        }),
        flat("activate", |world| {
            *world = World::inactive(world.rules.clone())?;
            let contracts = world.contracts.clone();
            world.to_votes(&address("owner"), &Msg::Activate { contracts })
        }),
    ]
}

/// One draw, as the coordinator asks for each task.
pub(super) fn sample() -> QueryMsg {
    QueryMsg::Sample {
        kind: compute_api::votes::Kind::Miner,
        seed: HexBinary::from([3; 32]),
        count: 1,
    }
}

fn vote_for(at: u32) -> Hook {
    Hook::Vote {
        operator: operator(at),
    }
}

/// Coins arrive, as the coin tells of them.
fn receive(world: &World, sender: &str, hook: Hook) -> Result<Call> {
    let sent = Cw20ReceiveMsg {
        sender: sender.to_owned(),
        amount: Uint128::new(PURSE),
        msg: cosmwasm_std::to_json_binary(&hook)?,
    };
    world.to_votes(&world.contracts.coin, &Msg::Receive(sent))
}

fn distribute(world: &World) -> Result<Call> {
    let hook = Hook::Distribute {
        payments: vec![Payment {
            operator: operator(0),
            amount: Uint128::new(PURSE),
        }],
    };
    receive(world, &world.contracts.market, hook)
}

/// The subject votes for two operators.
fn voted(world: &mut World) -> Result<()> {
    world.arrives(&subject(), PURSE, &vote_for(0))?;
    world.arrives(&subject(), PURSE, &vote_for(1))
}

fn unvote() -> Msg {
    Msg::Unvote {
        operator: operator(0),
        amount: Some(Uint128::new(PURSE / 2)),
    }
}

fn revote() -> Msg {
    Msg::Revote {
        from: operator(0),
        to: operator(1),
        amount: Some(Uint128::new(PURSE / 2)),
    }
}

/// A report of operator 0, with somebody to reward or nobody.
fn report(world: &World, fault: Fault, reporter: bool) -> Result<Call> {
    let sender = match fault {
        Fault::Missed { .. } | Fault::Unanswered { .. } => &world.contracts.oracle,
        Fault::Unproven { .. } | Fault::Fraud { .. } => &world.contracts.market,
    };
    world.to_votes(
        sender,
        &Msg::ReportFault {
            operator: operator(0),
            fault,
            reporter: reporter.then(|| address("reporter")),
        },
    )
}

fn announce() -> Msg {
    Msg::Announce {
        change: Change::Params(params::votes()),
    }
}

/// Announces a change and returns its number.
fn announced(world: &mut World) -> Result<u64> {
    world.votes(&address("owner"), &announce())?;
    let query = QueryMsg::Announced {
        start_after: None,
        limit: None,
    };
    let announced: AnnouncedResponse<Change> = world.ask(&world.contracts.votes, &query)?;
    Ok(announced.announced.last().map_or(0, |last| last.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gas::contracts::FEW;

    #[test]
    fn a_slash_reaches_22_pools() {
        let world = World::filled(FEW).unwrap();
        let fault = report(&world, Fault::Fraud { batch: 7 }, true).unwrap();
        let done = world.measure(&fault).unwrap();
        let (_, response) = &done.responses().unwrap()[0];
        let events = response["events"].as_array().unwrap();
        let slashed = |event: &&serde_json::Value| event["type"] == "unbonding_slashed";
        assert_eq!(events.iter().filter(slashed).count(), 22, "{events:?}");
    }
}
