//! Who may send what: every message from everybody, against `permissions.golden`.
//! `BLESS=1` writes that file anew.

use std::path::Path;

use compute_api::{
    Role,
    oracle::{ExecuteMsg, Hook},
};
use cosmwasm_std::Addr;
use cw_ownable::Action;
use reserve_oracle::ContractError;
use test_suite::golden;

use super::{
    messages::{KINDS, named, number},
    world::{Builder, World},
};

const SENDERS: [&str; 13] = [
    "owner",
    "pending owner",
    "guardian",
    "issuer",
    "operator",
    "operator owner",
    "voter",
    "holder",
    "coin",
    "oracle",
    "votes",
    "market",
    "stranger",
];

/// A world with each of them, activated or not.
fn world(active: bool) -> World {
    let builder = Builder::default().with_operators(1);
    let mut world = if active { builder } else { builder.inactive() }.build();
    let offer = ExecuteMsg::UpdateOwnership(Action::TransferOwnership {
        new_owner: sender(&world, "pending owner").to_string(),
        expiry: None,
    });
    world.execute(&world.owner.clone(), &offer).unwrap();
    world
}

fn sender(world: &World, name: &str) -> Addr {
    match name {
        "owner" => world.owner.clone(),
        "guardian" => world.guardian.clone(),
        "issuer" => world.issuers[0].clone(),
        "operator" => world.app.api().addr_make("operator 0"),
        "coin" => world.coin.clone(),
        "oracle" => world.oracle.clone(),
        "votes" => world.votes.clone(),
        "market" => world.market.clone(),
        name => world.app.api().addr_make(name),
    }
}

/// What becomes of a message, in a word: `yes` where the sender may, also if the
/// message does not fit what stands.
fn word(done: Result<(), ContractError>) -> &'static str {
    match done {
        Err(ContractError::Unauthorized { .. } | ContractError::Ownership(_)) => "no",
        Err(ContractError::NotActive) => "inactive",
        _ => "yes",
    }
}

fn table(active: bool) -> String {
    let mut text = format!("{:28}", "");
    for name in SENDERS {
        text += &format!("{name:15}");
    }
    text = text.trim_end().to_owned() + "\n";
    for place in 0..named(&world(active)).len() {
        let mut line = String::new();
        for name in SENDERS {
            let mut world = world(active);
            let (title, msg) = named(&world).swap_remove(place);
            if line.is_empty() {
                line = format!("{title:28}");
            }
            let from = sender(&world, name);
            let done = world.execute(&from, &msg).map(drop);
            if let Err(ContractError::Unauthorized { sender, role }) = &done {
                assert_eq!((sender, *role), (&from, msg.role()));
            }
            let told = word(done);
            line += &format!("{told:15}");
            if active && !title.starts_with("update_ownership") {
                assert_eq!(told == "yes", has(msg.role(), name), "{title} from {name}");
            }
        }
        text += line.trim_end();
        text += "\n";
    }
    text
}

/// What `ExecuteMsg::role` promises.
fn has(role: Role, name: &str) -> bool {
    match role {
        Role::Anyone => true,
        Role::Owner => name == "owner",
        Role::Guardian => name == "guardian",
        Role::OwnerOrGuardian => ["owner", "guardian"].contains(&name),
        Role::Issuer => name == "issuer",
        Role::Operator => name == "operator",
        Role::Coin => name == "coin",
        Role::Votes => name == "votes",
        role => panic!("no message of the oracle takes {role}"),
    }
}

/// Whose coins do what: the hooks, each sent by everybody.
fn hooks() -> String {
    let mut text = String::new();
    for title in ["retire", "redeem"] {
        let mut line = format!("{title:28}");
        for name in SENDERS {
            let mut world = world(true);
            let hook = match title {
                "retire" => Hook::Retire {},
                _ => Hook::Redeem {
                    issuer: world.issuers[0].to_string(),
                },
            };
            let from = sender(&world, name);
            let told = word(world.send_coins(&from, 1, &hook).map(drop));
            line += &format!("{told:15}");
        }
        text += line.trim_end();
        text += "\n";
    }
    text
}

#[test]
fn every_message_from_everybody() {
    let text = format!(
        "Before activation\n\n{}\nActive\n\n{}\nHooks, by whose coins were sent\n\n{}",
        table(false),
        table(true),
        hooks()
    );
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/permissions.golden");
    golden::compare(&path, &text);

    let mut numbers: Vec<_> = named(&world(true))
        .iter()
        .map(|(_, msg)| number(msg))
        .collect();
    numbers.dedup();
    assert_eq!(numbers, (0..KINDS).collect::<Vec<_>>());
}
