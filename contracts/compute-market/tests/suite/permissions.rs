//! Who may send what: every message from everybody, against `permissions.golden`.
//! `BLESS=1` writes that file anew.

use std::{collections::BTreeMap, path::Path};

use compute_api::{
    Role,
    market::{Answer, Change, Commitment, ExecuteMsg, TaskClaim, Terms},
};
use compute_market::ContractError;
use contract_kit::Error as KitError;
use cosmwasm_std::{Addr, HexBinary};
use cw_ownable::Action;
use cw20::Cw20ReceiveMsg;
use test_suite::golden;

use crate::world::{Builder, World, coins, params};

/// Everybody.
const SENDERS: [&str; 11] = [
    "owner",
    "pending owner",
    "app",
    "worker",
    "coordinator",
    "issuer",
    "coin",
    "oracle",
    "votes",
    "market",
    "stranger",
];

/// Each message at least once.
pub(crate) fn all(world: &World) -> Vec<(&'static str, ExecuteMsg)> {
    let own = ExecuteMsg::UpdateOwnership;
    let new_owner = world.account("somebody").to_string();
    let offer = Action::TransferOwnership {
        new_owner,
        expiry: None,
    };
    let root = HexBinary::from([0; 32]);
    let claim = TaskClaim {
        batch: 1,
        receipt: vec![0].into(),
        delivery_signature: None,
    };
    vec![
        (
            "activate",
            ExecuteMsg::Activate {
                contracts: world.contracts(),
            },
        ),
        ("update_ownership (transfer)", own(offer)),
        ("update_ownership (accept)", own(Action::AcceptOwnership)),
        (
            "update_ownership (renounce)",
            own(Action::RenounceOwnership),
        ),
        (
            "announce",
            ExecuteMsg::Announce {
                change: Change::Params(params()),
            },
        ),
        ("apply", ExecuteMsg::Apply { id: 1 }),
        ("cancel", ExecuteMsg::Cancel { id: 1 }),
        (
            "register_program",
            ExecuteMsg::RegisterProgram {
                program: root.clone(),
                slots: 1,
                first: 0,
                operations: Vec::new(),
                last: false,
            },
        ),
        (
            "set_terms",
            ExecuteMsg::SetTerms {
                terms: Terms {
                    min_price_bps: 1,
                    min_fee_bps: 1,
                },
            },
        ),
        (
            "receive",
            ExecuteMsg::Receive(Cw20ReceiveMsg {
                sender: world.stranger.to_string(),
                amount: coins(0),
                msg: vec![].into(),
            }),
        ),
        (
            "extend_order",
            ExecuteMsg::ExtendOrder {
                order: 1,
                expires: world.now() + 40 * 86_400,
            },
        ),
        ("cancel_order", ExecuteMsg::CancelOrder { order: 1 }),
        (
            "call_order",
            ExecuteMsg::CallOrder {
                order: 1,
                authorisation: vec![].into(),
                signature: HexBinary::default(),
            },
        ),
        ("end_order", ExecuteMsg::EndOrder { order: 1 }),
        ("close_order", ExecuteMsg::CloseOrder { order: 1 }),
        (
            "commit_batch",
            ExecuteMsg::CommitBatch {
                order: 1,
                worker: world.workers[0].to_string(),
                commitment: Commitment {
                    first_nonce: 0,
                    span: 1,
                    ops: coins(1),
                    commit_by: u64::MAX,
                    root,
                },
                signature: HexBinary::default(),
                grant: vec![].into(),
            },
        ),
        ("seal_slot", ExecuteMsg::SealSlot { slot: 1 }),
        ("draw_slot", ExecuteMsg::DrawSlot { slot: 1 }),
        (
            "prove_batch",
            ExecuteMsg::ProveBatch {
                batch: 1,
                openings: Vec::new(),
            },
        ),
        (
            "answer_demand",
            ExecuteMsg::AnswerDemand {
                batch: 1,
                demand: 1,
                answer: Answer::Unclaimed {
                    place: vec![].into(),
                },
            },
        ),
        (
            "prove_fraud",
            ExecuteMsg::ProveFraud {
                batch: 1,
                proof: vec![].into(),
            },
        ),
        (
            "resolve_claims",
            ExecuteMsg::ResolveClaims {
                first: claim.clone(),
                second: claim,
            },
        ),
        ("decide_void", ExecuteMsg::DecideVoid { batch: 1, nonce: 1 }),
        ("fail_batch", ExecuteMsg::FailBatch { batch: 1 }),
        ("settle_batch", ExecuteMsg::SettleBatch { batch: 1 }),
        ("tick", ExecuteMsg::Tick {}),
    ]
}

/// A number for each variant; a new one does not compile until it is here, and the
/// tests fail until it is in `all` and in the README.
pub(crate) fn number(msg: &ExecuteMsg) -> usize {
    match msg {
        ExecuteMsg::Activate { .. } => 0,
        ExecuteMsg::UpdateOwnership(_) => 1,
        ExecuteMsg::Announce { .. } => 2,
        ExecuteMsg::Apply { .. } => 3,
        ExecuteMsg::Cancel { .. } => 4,
        ExecuteMsg::RegisterProgram { .. } => 5,
        ExecuteMsg::SetTerms { .. } => 6,
        ExecuteMsg::Receive(_) => 7,
        ExecuteMsg::ExtendOrder { .. } => 8,
        ExecuteMsg::CancelOrder { .. } => 9,
        ExecuteMsg::CallOrder { .. } => 10,
        ExecuteMsg::EndOrder { .. } => 11,
        ExecuteMsg::CloseOrder { .. } => 12,
        ExecuteMsg::CommitBatch { .. } => 13,
        ExecuteMsg::SealSlot { .. } => 14,
        ExecuteMsg::DrawSlot { .. } => 15,
        ExecuteMsg::ProveBatch { .. } => 16,
        ExecuteMsg::AnswerDemand { .. } => 17,
        ExecuteMsg::ProveFraud { .. } => 18,
        ExecuteMsg::ResolveClaims { .. } => 19,
        ExecuteMsg::DecideVoid { .. } => 20,
        ExecuteMsg::FailBatch { .. } => 21,
        ExecuteMsg::SettleBatch { .. } => 22,
        ExecuteMsg::Tick {} => 23,
    }
}

/// How many variants there are.
pub(crate) const MESSAGES: usize = 24;

fn sender(world: &World, name: &str) -> Addr {
    match name {
        "owner" => world.owner.clone(),
        "app" => world.app_owner.clone(),
        "worker" => world.workers[0].clone(),
        "coordinator" => world.coordinator.clone(),
        "issuer" => world.issuers[0].clone(),
        "coin" => world.coin.clone(),
        "oracle" => world.oracle.clone(),
        "votes" => world.votes.clone(),
        "market" => world.market.clone(),
        "stranger" => world.stranger.clone(),
        name => world.account(name),
    }
}

/// With a private order of the app's and a batch of it, an announced change, and an
/// owner that is to be.
fn prepared(active: bool) -> World {
    let mut world = if active {
        World::new()
    } else {
        Builder::default().inactive().build()
    };
    let owner = world.owner.clone();
    let offer = Action::TransferOwnership {
        new_owner: sender(&world, "pending owner").to_string(),
        expiry: None,
    };
    world.ok(&owner, &ExecuteMsg::UpdateOwnership(offer));
    if active {
        let change = Change::Params(params());
        world.ok(&owner, &ExecuteMsg::Announce { change });
        let new = compute_api::market::NewOrder {
            privacy: compute_api::market::Privacy::Private,
            ..crate::world::pay(&world)
        };
        let order = world.open(10_000_000, new);
        world.commit(&world.work(order, 0, &[0]));
    }
    world
}

/// What becomes of a message, in a word: what nobody was kept from can still be
/// nonsense.
fn word(outcome: Result<(), ContractError>) -> &'static str {
    match outcome {
        Ok(()) => "yes",
        Err(
            ContractError::NotOwner { .. }
            | ContractError::Kit(KitError::Unauthorized { .. } | KitError::Ownership(_)),
        ) => "no",
        Err(ContractError::Kit(KitError::NotActive)) => "inactive",
        Err(ContractError::Kit(KitError::AlreadyActive)) => "active",
        Err(_) => "refused",
    }
}

type Outcomes = Vec<(
    &'static str,
    ExecuteMsg,
    BTreeMap<&'static str, &'static str>,
)>;

fn outcomes(active: bool) -> Outcomes {
    let messages = all(&prepared(active));
    let row = |(title, msg): (&'static str, ExecuteMsg)| {
        let told = SENDERS.into_iter().map(|name| {
            let mut world = prepared(active);
            let from = sender(&world, name);
            (name, word(world.execute(&from, &msg).map(|_| ())))
        });
        let told = told.collect();
        (title, msg, told)
    };
    messages.into_iter().map(row).collect()
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
        let who: &[&str] = match msg.role() {
            Role::Owner => &["owner"],
            Role::Coin => &["coin"],
            Role::Operator => &["worker", "coordinator"],
            Role::Anyone => continue,
            role => panic!("no message of the market takes {role}"),
        };
        for name in SENDERS {
            assert_eq!(
                told[name] == "no",
                !who.contains(&name),
                "{title} from {name}"
            );
        }
    }
}
