//! Who may send what: every message from everybody, against `permissions.golden`.
//! `BLESS=1` writes that file anew.

use std::{collections::BTreeMap, path::Path};

use compute_api::{Role, coin::ExecuteMsg};
use contract_kit::Error as KitError;
use cosmwasm_std::{Addr, StdError};
use cw_ownable::Action;
use cw20::Logo;
use cw20_base::ContractError as BaseError;
use cw20_compute::ContractError;
use test_suite::golden;

use crate::world::{
    Then, World, burn, burn_from, decrease, increase, mint, retire, send, send_from, transfer,
    transfer_from,
};

/// Everybody. All but the stranger have coins and an allowance of the giver's, and
/// have given it one.
const SENDERS: [&str; 13] = [
    "owner",
    "pending owner",
    "marketing",
    "guardian",
    "issuer",
    "operator",
    "voter",
    "holder",
    "coin",
    "oracle",
    "votes",
    "market",
    "stranger",
];

/// Each message at least once.
pub(crate) fn all(world: &World) -> Vec<(&'static str, ExecuteMsg)> {
    let (giver, receiver) = (world.account("giver"), &world.receiver);
    let new_owner = world.account("somebody").to_string();
    let offer = Action::TransferOwnership {
        new_owner: new_owner.clone(),
        expiry: None,
    };
    let own = ExecuteMsg::UpdateOwnership;
    let contracts = world.peers();
    vec![
        ("activate", ExecuteMsg::Activate { contracts }),
        ("update_ownership (transfer)", own(offer)),
        ("update_ownership (accept)", own(Action::AcceptOwnership)),
        (
            "update_ownership (renounce)",
            own(Action::RenounceOwnership),
        ),
        ("mint", mint(&giver, 1)),
        ("retire", retire(1)),
        (
            "update_minter",
            ExecuteMsg::UpdateMinter {
                new_minter: Some(new_owner),
            },
        ),
        ("transfer", transfer(&giver, 1)),
        ("send", send(receiver, 1, Then::Keep)),
        ("burn", burn(1)),
        ("increase_allowance", increase(&giver, 1, None)),
        ("decrease_allowance", decrease(&giver, 1, None)),
        ("transfer_from", transfer_from(&giver, &giver, 1)),
        ("send_from", send_from(&giver, receiver, 1, Then::Keep)),
        ("burn_from", burn_from(&giver, 1)),
        (
            "update_marketing",
            ExecuteMsg::UpdateMarketing {
                project: None,
                description: Some("a coin".into()),
                marketing: None,
            },
        ),
        (
            "upload_logo",
            ExecuteMsg::UploadLogo(Logo::Url("url".into())),
        ),
    ]
}

/// A number for each variant; a new one does not compile until it is here, and the
/// tests fail until it is in `all` and in the README.
pub(crate) fn number(msg: &ExecuteMsg) -> usize {
    match msg {
        ExecuteMsg::Activate { .. } => 0,
        ExecuteMsg::UpdateOwnership(_) => 1,
        ExecuteMsg::Mint { .. } => 2,
        ExecuteMsg::Retire { .. } => 3,
        ExecuteMsg::UpdateMinter { .. } => 4,
        ExecuteMsg::Transfer { .. } => 5,
        ExecuteMsg::Send { .. } => 6,
        ExecuteMsg::Burn { .. } => 7,
        ExecuteMsg::IncreaseAllowance { .. } => 8,
        ExecuteMsg::DecreaseAllowance { .. } => 9,
        ExecuteMsg::TransferFrom { .. } => 10,
        ExecuteMsg::SendFrom { .. } => 11,
        ExecuteMsg::BurnFrom { .. } => 12,
        ExecuteMsg::UpdateMarketing { .. } => 13,
        ExecuteMsg::UploadLogo(_) => 14,
    }
}

/// How many variants there are.
pub(crate) const MESSAGES: usize = 15;

fn sender(world: &World, name: &str) -> Addr {
    match name {
        "coin" => world.contracts.coin.clone(),
        name => world.account(name),
    }
}

/// With everything that a message may need from its sender.
fn prepared(active: bool) -> World {
    let mut world = if active {
        World::new()
    } else {
        World::inactive()
    };
    let owner = world.owner.clone();
    let offer = Action::TransferOwnership {
        new_owner: sender(&world, "pending owner").to_string(),
        expiry: None,
    };
    world.ok(&owner, &ExecuteMsg::UpdateOwnership(offer));
    if active {
        let marketing = ExecuteMsg::UpdateMarketing {
            project: None,
            description: None,
            marketing: Some(sender(&world, "marketing").to_string()),
        };
        world.ok(&owner, &marketing);
        let giver = world.account("giver");
        world.mint(&giver, 100);
        for name in SENDERS.iter().filter(|name| **name != "stranger") {
            let account = sender(&world, name);
            world.mint(&account, 1);
            world.ok(&giver, &increase(&account, 1, None));
            world.ok(&account, &increase(&giver, 1, None));
        }
    }
    world
}

/// What becomes of a message, in a word.
fn word(outcome: Result<(), ContractError>) -> &'static str {
    let Err(error) = outcome else {
        return "yes";
    };
    match &error {
        ContractError::Kit(KitError::Unauthorized { .. } | KitError::Ownership(_))
        | ContractError::Cw20(BaseError::Unauthorized {}) => "no",
        ContractError::Kit(KitError::NotActive) => "inactive",
        ContractError::Kit(KitError::AlreadyActive) => "active",
        ContractError::MinterIsFixed => "never",
        ContractError::Cw20(BaseError::Std(StdError::Overflow { .. })) => "no coins",
        ContractError::Cw20(BaseError::NoAllowance {}) | ContractError::NoAllowance { .. } => {
            "no allowance"
        }
        _ => panic!("an error that nobody expected: {error}"),
    }
}

/// Message → sender → what becomes of it.
type Outcomes = Vec<(
    &'static str,
    ExecuteMsg,
    BTreeMap<&'static str, &'static str>,
)>;

fn outcomes(active: bool) -> Outcomes {
    let count = all(&prepared(active)).len();
    let row = |place: usize| {
        let mut told = BTreeMap::new();
        let mut row = None;
        for name in SENDERS {
            let mut world = prepared(active);
            let (title, msg) = all(&world).swap_remove(place);
            let from = sender(&world, name);
            let outcome = world.try_(&from, &msg).map(|_| ());
            let outcome = outcome.map_err(|error| error.downcast::<ContractError>().unwrap());
            told.insert(name, word(outcome));
            row = Some((title, msg));
        }
        let (title, msg) = row.unwrap();
        (title, msg, told)
    };
    (0..count).map(row).collect()
}

fn table(outcomes: &Outcomes) -> String {
    let mut text = format!("{:28}", "");
    for name in SENDERS {
        text += &format!("{name:14}");
    }
    text = text.trim_end().to_owned() + "\n";
    for (title, _, told) in outcomes {
        let mut line = format!("{title:28}");
        for name in SENDERS {
            line += &format!("{:14}", told[name]);
        }
        text += line.trim_end();
        text += "\n";
    }
    text
}

#[test]
fn every_message_from_everybody() {
    let (before, after) = (outcomes(false), outcomes(true));
    let text = format!(
        "Before activation\n\n{}\nActive\n\n{}",
        table(&before),
        table(&after)
    );
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/permissions.golden");
    golden::compare(&path, &text);

    let mut numbers: Vec<_> = after.iter().map(|(_, msg, _)| number(msg)).collect();
    numbers.dedup();
    assert_eq!(numbers, (0..MESSAGES).collect::<Vec<_>>());
    // What `ExecuteMsg::role` promises.
    for (title, msg, told) in &after {
        let who = match msg.role() {
            Role::Owner => "owner",
            Role::Oracle => "oracle",
            Role::Anyone => continue,
            role => panic!("no message of the coin takes {role}"),
        };
        for name in SENDERS {
            assert_eq!(told[name] == "no", name != who, "{title} from {name}");
        }
    }
}
