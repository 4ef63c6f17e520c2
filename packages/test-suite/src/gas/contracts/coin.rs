//! Messages of the coin.

use anyhow::Result;
use compute_api::{coin::ExecuteMsg as Msg, votes::Hook};
use cosmwasm_std::{Uint128, to_json_binary};
use cw_ownable::Action;
use cw20::{Expiration, Logo};

use super::{
    Case,
    fill::{PURSE, holder, operator},
    flat, stakes,
    world::{COIN, Call, World},
};
use crate::chain::address;

/// 12.345678 coins.
const AMOUNT: Uint128 = Uint128::new(12_345_678);

/// Every message.
pub(super) fn cases() -> Vec<Case> {
    vec![
        flat("transfer", |world| transfer(world, holder(1))),
        flat("transfer to a new account", |world| {
            transfer(world, address("new"))
        }),
        flat("burn", |world| {
            world.to_coin(&holder(0), &Msg::Burn { amount: AMOUNT })
        }),
        stakes("send, a vote", |world| {
            let hook = Hook::Vote {
                operator: operator(0),
            };
            world.send(&holder(0), &world.contracts.votes, COIN, &hook)
        }),
        flat("increase_allowance", |world| increase(world)),
        flat("decrease_allowance", |world| {
            allowed(world)?;
            world.to_coin(
                &holder(0),
                &Msg::DecreaseAllowance {
                    spender: holder(2),
                    amount: AMOUNT,
                    expires: None,
                },
            )
        }),
        flat("transfer_from", |world| {
            allowed(world)?;
            world.to_coin(
                &holder(2),
                &Msg::TransferFrom {
                    owner: holder(0),
                    recipient: holder(1),
                    amount: AMOUNT,
                },
            )
        }),
        flat("burn_from", |world| {
            allowed(world)?;
            world.to_coin(
                &holder(2),
                &Msg::BurnFrom {
                    owner: holder(0),
                    amount: AMOUNT,
                },
            )
        }),
        flat("send_from, a payment of rewards", |world| {
            allowed(world)?;
            let hook = Hook::Distribute {
                payments: Vec::new(),
            };
            world.to_coin(
                &holder(2),
                &Msg::SendFrom {
                    owner: holder(0),
                    contract: world.contracts.votes.clone(),
                    amount: AMOUNT,
                    msg: to_json_binary(&hook)?,
                },
            )
        }),
        flat("mint, from the oracle", |world| {
            let mint = Msg::Mint {
                recipient: holder(1),
                amount: AMOUNT,
            };
            world.to_coin(&world.contracts.oracle, &mint)
        }),
        flat("retire, from the oracle", |world| {
            let oracle = world.contracts.oracle.clone();
            world.endow(&oracle, PURSE)?;
            world.to_coin(&oracle, &Msg::Retire { amount: AMOUNT })
        }),
        flat("update_marketing", |world| {
            world.to_coin(
                &address("owner"),
                &Msg::UpdateMarketing {
                    project: Some("https://new.coin.example.org".to_owned()),
                    description: Some("Compute, by the minute".to_owned()),
                    marketing: None,
                },
            )
        }),
        flat("upload_logo, a link", |world| {
            let logo = Logo::Url("https://coin.example.org/logo.svg".to_owned());
            world.to_coin(&address("owner"), &Msg::UploadLogo(logo))
        }),
        flat("update_ownership", |world| {
            let transfer = Action::TransferOwnership {
                new_owner: address("new owner"),
                expiry: None,
            };
            world.to_coin(&address("owner"), &Msg::UpdateOwnership(transfer))
        }),
        flat("activate", |world| {
            *world = World::inactive(world.rules.clone())?;
            let contracts = world.contracts.clone();
            world.to_coin(&address("owner"), &Msg::Activate { contracts })
        }),
    ]
}

/// What a transfer is compared with: the same in a plain CW20.
pub(super) fn transfer(world: &World, recipient: String) -> Result<Call> {
    let transfer = Msg::Transfer {
        recipient,
        amount: AMOUNT,
    };
    world.to_coin(&holder(0), &transfer)
}

fn increase(world: &World) -> Result<Call> {
    world.to_coin(
        &holder(0),
        &Msg::IncreaseAllowance {
            spender: holder(2),
            amount: Uint128::new(PURSE / 2),
            expires: Some(Expiration::AtTime(cosmwasm_std::Timestamp::from_seconds(
                world.now() + 1_000_000,
            ))),
        },
    )
}

/// Lets holder 2 use coins of holder 0.
fn allowed(world: &mut World) -> Result<()> {
    let call = increase(world)?;
    world.run(call)
}
