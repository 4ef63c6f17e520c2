//! Every message of all four contracts from everybody, as one table. Each row is
//! tried in a scene in which whoever may send it succeeds.
//!
//! After a change: `BLESS=1 cargo test …` writes the table anew; read what it changes.

mod market;
mod messages;
mod scenes;

use std::{collections::BTreeSet, fmt::Write};

use cosmwasm_std::Addr;
use test_suite::{
    golden,
    network::{Network, all_kinds},
    workspace,
};

/// What a table's cell says: done, refused for another reason than the sender, and
/// refused for the sender.
const MARKS: [&str; 3] = ["yes", "(yes)", "-"];

/// Words in which a contract refuses a sender.
const WRONG_SENDER: [&str; 7] = [
    "may not send this",
    "may not report",
    "does not own order",
    "Caller is not the contract's current owner",
    "Caller is not the contract's pending owner",
    "Unauthorized",
    "the minter is the oracle for good",
];

/// Everybody: as the issue names them, and the contracts themselves.
fn people(net: &Network) -> Vec<(&'static str, Addr)> {
    let contracts = net.contracts.clone();
    vec![
        ("owner", net.owner.clone()),
        ("guardian", net.guardian.clone()),
        ("issuer", net.issuers[0].clone()),
        ("operator", net.miners[0].key.clone()),
        ("operator's owner", net.miners[0].owner.clone()),
        ("voter", net.account("voter")),
        ("holder", net.account("holder")),
        ("market", contracts.market),
        ("coin", contracts.coin),
        ("oracle", contracts.oracle),
        ("votes", contracts.votes),
        ("stranger", net.stranger.clone()),
    ]
}

/// All kinds, and those that nobody but a contract, or nobody at all, can have
/// succeed.
fn rows() -> BTreeSet<String> {
    let others = [
        "coin.update_minter",
        "market.receive",
        "oracle.receive",
        "votes.receive",
        "votes.report_fault.missed",
    ];
    let others = others.map(str::to_owned);
    all_kinds().into_iter().chain(others).collect()
}

/// Rows in which nobody succeeds, and why.
const NOBODY: [&str; 5] = [
    // Once only, and that was.
    "coin.activate",
    "oracle.activate",
    "votes.activate",
    "market.activate",
    // Never.
    "coin.update_minter",
];

fn row(kind: &str) -> Vec<&'static str> {
    let mut net = scenes::scene(kind);
    let msg = messages::message(&net, kind);
    let cells = people(&net)
        .into_iter()
        .map(|(_, sender)| match msg.would(&mut net, &sender) {
            Ok(()) => MARKS[0],
            Err(refused) if WRONG_SENDER.iter().any(|words| refused.0.contains(words)) => MARKS[2],
            Err(_) => MARKS[1],
        });
    cells.collect()
}

fn table() -> String {
    let names: Vec<&str> = people(&Network::new())
        .iter()
        .map(|(name, _)| *name)
        .collect();
    let mut table = String::from(
        "# Who may send what\n\
         # yes: done; (yes): not refused for the sender, but for what stands; -: refused for the sender\n",
    );
    let width = |name: &str| name.len().max(5);
    write!(table, "{:42}", "").unwrap();
    for name in &names {
        write!(table, "  {name:>width$}", width = width(name)).unwrap();
    }
    table.push('\n');
    for kind in rows() {
        let cells = row(&kind);
        let done = cells.contains(&MARKS[0]);
        assert_ne!(done, NOBODY.contains(&kind.as_str()), "{kind}: {cells:?}");
        write!(table, "{kind:42}").unwrap();
        for (name, cell) in names.iter().zip(cells) {
            write!(table, "  {cell:>width$}", width = width(name)).unwrap();
        }
        table.push('\n');
    }
    table
}

#[test]
fn everybody_may_what_the_table_says() {
    let path = workspace::root().join("packages/test-suite/tests/network/permissions.golden");
    let table = table();
    golden::compare(&path, &table);
}

/// The table says what the messages' own roles say.
#[test]
fn the_table_is_what_roles_are_declared() {
    use compute_api::Role;

    let net = Network::new();
    for kind in rows() {
        let scene = scenes::scene(&kind);
        let role = messages::message(&scene, &kind).role();
        let cells = row(&kind);
        for ((name, _), cell) in people(&net).iter().zip(cells) {
            let may = match role {
                // What is more than a role is the message's own to say.
                Role::Anyone => continue,
                Role::Owner => *name == "owner",
                Role::Guardian => *name == "guardian",
                Role::OwnerOrGuardian => ["owner", "guardian"].contains(name),
                Role::Issuer => *name == "issuer",
                Role::Operator => *name == "operator",
                Role::OperatorOwner => *name == "operator's owner",
                Role::Coin => *name == "coin",
                Role::Oracle => *name == "oracle",
                Role::Votes => *name == "votes",
                Role::Market => *name == "market",
                // Each of both has its own kinds of faults.
                Role::MarketOrOracle if kind.ends_with(".missed") => *name == "oracle",
                Role::MarketOrOracle => *name == "market",
            };
            assert_eq!(cell != MARKS[2], may, "{kind} by {name}: {cell}");
        }
    }
}
