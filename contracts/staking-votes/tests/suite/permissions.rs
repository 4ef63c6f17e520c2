//! Every message and hook from everybody: `tests/permissions.golden`, written anew by
//! `BLESS=1`.

use std::{fmt::Write, path::Path};

use compute_api::votes::{Change, ExecuteMsg, Fault, Hook, Kind, Payment};
use cosmwasm_std::{Addr, Decimal, to_json_binary};
use cw_multi_test::Executor;
use cw_ownable::Action;
use cw20::Cw20ReceiveMsg;
use test_suite::golden;

use crate::{
    chain::{Chain, PERIOD, PURSE, TIMELOCK, UNBONDING},
    revotes::revote,
    setup::{coins, fault, params, registration},
    votes::unvote,
};

/// What is sent: to the contract, or with coins.
#[derive(Clone, Debug)]
enum Sent {
    Message(Box<ExecuteMsg>),
    Coins(Hook),
}

const ROLES: [&str; 12] = [
    "owner", "pending", "guardian", "issuer", "hot key", "op owner", "voter", "holder", "market",
    "oracle", "coin", "stranger",
];

/// A chain on which the right sender of each message has something to do by it.
struct Stage {
    chain: Chain,
    key: Addr,
    other: Addr,
    roles: Vec<Addr>,
}

impl Stage {
    fn new() -> Self {
        let mut chain = Chain::new();
        let owner = chain.owner.clone();
        let pending = chain.account("pending");
        for _ in 0..2 {
            let change = Change::Params(params());
            chain.ok(&owner, &ExecuteMsg::Announce { change });
        }
        let (key, op_owner) = chain.miner("one", 10_000);
        let (other, _) = chain.miner("two", 10_000);
        let voter = chain.account("voter");
        chain.vote(&voter, &key, 5_000);
        chain.ok(&voter, &unvote(&key, Some(1_000)));
        chain.ok(&voter, &revote(&key, &other, Some(1_000)));
        chain.fault(&key, fault("missed"), None);
        chain.wait(TIMELOCK + UNBONDING + PERIOD);
        chain.distribute(&[(&key, 1_000)], 1_000);
        let transfer = Action::TransferOwnership {
            new_owner: pending.to_string(),
            expiry: None,
        };
        chain.ok(&owner, &ExecuteMsg::UpdateOwnership(transfer));
        let roles = Self::roles(&mut chain, &key, &op_owner);
        Self {
            chain,
            key,
            other,
            roles,
        }
    }

    fn inactive() -> Self {
        let mut chain = Chain::inactive();
        let (key, op_owner) = (chain.account("one"), chain.account("one-owner"));
        let other = chain.account("two");
        let roles = Self::roles(&mut chain, &key, &op_owner);
        Self {
            chain,
            key,
            other,
            roles,
        }
    }

    fn roles(chain: &mut Chain, key: &Addr, op_owner: &Addr) -> Vec<Addr> {
        let all = ROLES.map(|role| match role {
            "owner" => chain.owner.clone(),
            "hot key" => key.clone(),
            "op owner" => op_owner.clone(),
            "market" => chain.contracts.market.clone(),
            "oracle" => chain.contracts.oracle.clone(),
            "coin" => chain.contracts.coin.clone(),
            name => chain.account(name),
        });
        // Nobody lacks coins for a hook.
        for role in &all {
            chain.give(role, PURSE);
        }
        all.into()
    }

    fn role(&self, sender: &Addr) -> &'static str {
        let at = self.roles.iter().position(|role| role == sender);
        ROLES[at.unwrap()]
    }

    /// The coin moves coins before it says so.
    fn move_coins_before(&mut self, sender: &Addr, msg: &ExecuteMsg) {
        let (ExecuteMsg::Receive(sent), "coin") = (msg, self.role(sender)) else {
            return;
        };
        let transfer = cw20::Cw20ExecuteMsg::Transfer {
            recipient: self.chain.contracts.votes.to_string(),
            amount: sent.amount,
        };
        let coin = self.chain.contracts.coin.clone();
        let holder = self.chain.account("holder");
        let done = self
            .chain
            .app
            .execute_contract(holder, coin, &transfer, &[]);
        done.unwrap();
    }

    /// `yes`: done. `no`: not for this sender. `-`: allowed, but there is nothing for
    /// it to do, of this sender's or at all.
    fn outcome(&mut self, sender: &Addr, sent: &Sent) -> &'static str {
        if let Sent::Message(msg) = sent {
            self.move_coins_before(sender, msg);
        }
        let app = &mut self.chain.app;
        let contracts = &self.chain.contracts;
        let done = match sent {
            Sent::Message(msg) => {
                app.execute_contract(sender.clone(), contracts.votes.clone(), &**msg, &[])
            }
            Sent::Coins(hook) => {
                let msg = cw20::Cw20ExecuteMsg::Send {
                    contract: contracts.votes.to_string(),
                    amount: coins(10),
                    msg: to_json_binary(hook).unwrap(),
                };
                app.execute_contract(sender.clone(), contracts.coin.clone(), &msg, &[])
            }
        };
        let Err(error) = done else { return "yes" };
        let error = error.root_cause().to_string();
        // The two of cw-ownable: not the owner, not the pending one.
        let refused = [
            "may not send this",
            "may not report",
            "not active yet",
            "Caller is not the contract's",
        ];
        match refused.iter().any(|refused| error.contains(refused)) {
            true => "no",
            false => "-",
        }
    }
}

/// Each message and hook, all kinds of each, with its name. Exhaustive by `number`.
fn all(stage: &Stage) -> Vec<(String, Sent)> {
    let Stage { key, other, .. } = stage;
    let operator = key.to_string();
    let voter = stage.chain.app.api().addr_make("voter");
    let mut all = Vec::new();
    let mut add = |name: &str, msg| all.push((name.to_owned(), Sent::Message(Box::new(msg))));
    let contracts = stage.chain.peers();
    add("activate", ExecuteMsg::Activate { contracts });
    let change = Change::Params(params());
    add("announce", ExecuteMsg::Announce { change });
    add("apply", ExecuteMsg::Apply { id: 1 });
    add("cancel", ExecuteMsg::Cancel { id: 2 });
    let owner = stage.chain.app.api().addr_make("somebody");
    add("register", registration(&owner, Kind::Miner));
    let msg = ExecuteMsg::UpdateOperator {
        operator: operator.clone(),
        metadata: None,
        signing_key: None,
    };
    add("update_operator", msg);
    let msg = ExecuteMsg::UpdateCommission {
        operator: operator.clone(),
        rate: Decimal::percent(11),
    };
    add("update_commission", msg);
    let unjail = ExecuteMsg::Unjail {
        operator: operator.clone(),
    };
    add("unjail", unjail);
    let msg = ExecuteMsg::ClaimCommission {
        operator: operator.clone(),
    };
    add("claim_commission", msg);
    add("unvote", unvote(key, None));
    let msg = ExecuteMsg::Unbond {
        operator: operator.clone(),
        amount: None,
    };
    add("unbond", msg);
    add("revote", revote(key, other, None));
    add("claim", ExecuteMsg::Claim { limit: None });
    let msg = ExecuteMsg::ClaimRewards {
        operators: vec![operator.clone()],
    };
    add("claim_rewards", msg);
    let collect = ExecuteMsg::Collect {
        voter: voter.to_string(),
    };
    add("collect", collect);
    let vote = Hook::Vote {
        operator: operator.clone(),
    };
    let msg = ExecuteMsg::Receive(Cw20ReceiveMsg {
        sender: voter.to_string(),
        amount: coins(1),
        msg: to_json_binary(&vote).unwrap(),
    });
    add("receive", msg);
    for name in ["missed", "unanswered", "unproven", "fraud"] {
        let msg = ExecuteMsg::ReportFault {
            operator: operator.clone(),
            fault: fault(name),
            reporter: None,
        };
        add(&format!("report_fault {name}"), msg);
    }
    let devices = ExecuteMsg::SetDevices {
        operator: operator.clone(),
        devices: 2,
    };
    add("set_devices", devices);
    let msg = ExecuteMsg::PayProtection {
        recipient: voter.to_string(),
        amount: coins(1),
    };
    add("pay_protection", msg);
    let new_owner = voter.to_string();
    let expiry = None;
    for (name, action) in [
        ("transfer", Action::TransferOwnership { new_owner, expiry }),
        ("accept", Action::AcceptOwnership),
        ("renounce", Action::RenounceOwnership),
    ] {
        let msg = ExecuteMsg::UpdateOwnership(action);
        add(&format!("update_ownership {name}"), msg);
    }
    let bond = Hook::Bond {
        operator: operator.clone(),
    };
    let amount = coins(7);
    let payments = vec![Payment { operator, amount }];
    for (name, hook) in [
        ("hook bond", bond),
        ("hook vote", vote),
        ("hook distribute", Hook::Distribute { payments }),
    ] {
        all.push((name.to_owned(), Sent::Coins(hook)));
    }
    all
}

/// Its place in the README; a new variant does not compile until it is here.
pub(crate) fn number(msg: &ExecuteMsg) -> usize {
    match msg {
        ExecuteMsg::Activate { .. } => 0,
        ExecuteMsg::Announce { .. } => 1,
        ExecuteMsg::Apply { .. } => 2,
        ExecuteMsg::Cancel { .. } => 3,
        ExecuteMsg::Register { .. } => 4,
        ExecuteMsg::UpdateOperator { .. } => 5,
        ExecuteMsg::UpdateCommission { .. } => 6,
        ExecuteMsg::Unjail { .. } => 7,
        ExecuteMsg::ClaimCommission { .. } => 8,
        ExecuteMsg::Unvote { .. } => 9,
        ExecuteMsg::Unbond { .. } => 10,
        ExecuteMsg::Revote { .. } => 11,
        ExecuteMsg::Claim { .. } => 12,
        ExecuteMsg::ClaimRewards { .. } => 13,
        ExecuteMsg::Collect { .. } => 14,
        ExecuteMsg::Receive(_) => 15,
        ExecuteMsg::ReportFault { fault, .. } => match fault {
            Fault::Missed { .. }
            | Fault::Unanswered { .. }
            | Fault::Unproven { .. }
            | Fault::Fraud { .. } => 16,
        },
        ExecuteMsg::SetDevices { .. } => 17,
        ExecuteMsg::PayProtection { .. } => 18,
        ExecuteMsg::UpdateOwnership(action) => match action {
            Action::TransferOwnership { .. }
            | Action::AcceptOwnership
            | Action::RenounceOwnership => 19,
        },
    }
}

/// One line a message, one column a role.
fn table(title: &str, begin: fn() -> Stage) -> String {
    let mut text = format!("{title:26}");
    for role in ROLES {
        write!(text, "{role:>9}").unwrap();
    }
    let mut stage = begin();
    for (name, sent) in all(&stage) {
        write!(text, "\n{name:26}").unwrap();
        for at in 0..ROLES.len() {
            let sender = stage.roles[at].clone();
            let outcome = stage.outcome(&sender, &sent);
            write!(text, "{outcome:>9}").unwrap();
            if outcome == "yes" {
                stage = begin();
            }
        }
    }
    text + "\n"
}

#[test]
fn everybody_may_send_what_the_golden_file_says() {
    let numbers: std::collections::BTreeSet<usize> = all(&Stage::new())
        .iter()
        .filter_map(|(_, sent)| match sent {
            Sent::Message(msg) => Some(number(msg)),
            Sent::Coins(_) => None,
        })
        .collect();
    assert_eq!(numbers, (0..20).collect());
    let found = format!(
        "yes: done; no: not for this sender; -: nothing for it to do\n\n{}\n{}",
        table("active", Stage::new),
        table("before activation", Stage::inactive),
    );
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/permissions.golden");
    golden::compare(&path, &found);
}

#[test]
fn the_owner_has_no_way_to_a_coin() {
    let mut stage = Stage::new();
    let owner = stage.chain.owner.clone();
    let had = stage.chain.balance(&owner);
    stage.chain.fault(&stage.key, fault("fraud"), None);
    for (name, sent) in all(&stage) {
        if let Sent::Message(msg) = sent {
            let _ = stage.chain.try_(&owner, &msg);
        }
        assert_eq!(stage.chain.balance(&owner), had, "{name}");
    }
}
