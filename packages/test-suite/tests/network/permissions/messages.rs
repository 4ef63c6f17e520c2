//! Each kind of message once.

use super::market;
use compute_api::{
    Role, coin,
    oracle::{self, Change, Pausable},
    votes::{self, Fault, Kind, Payment},
};
use cosmwasm_std::{Addr, Decimal, HexBinary, Uint128, coin as coin_of, to_json_binary};
use cw_ownable::Action;
use cw20::{Cw20ReceiveMsg, Logo};
use serde::Serialize;
use test_suite::network::{
    Network, Refused,
    defaults::{BOND_DENOM, commission, identity, metadata, oracle_params, votes_params},
};

/// A message to one of the contracts.
pub(super) enum Msg {
    Coin(coin::ExecuteMsg),
    Oracle(oracle::ExecuteMsg),
    Votes(votes::ExecuteMsg),
    Market(Box<compute_api::market::ExecuteMsg>),
}

impl Msg {
    /// Whether `sender` would have it succeed.
    pub(super) fn would(&self, net: &mut Network, sender: &Addr) -> Result<(), Refused> {
        let contracts = net.contracts.clone();
        match self {
            Self::Coin(msg) => net.would(sender, &contracts.coin, msg),
            Self::Oracle(msg @ oracle::ExecuteMsg::PostBond { .. }) => {
                net.fund(sender, 5);
                let funds = [coin_of(5, BOND_DENOM)];
                net.would_with(sender, &contracts.oracle, msg, &funds)
            }
            Self::Oracle(msg) => net.would(sender, &contracts.oracle, msg),
            Self::Votes(msg) => net.would(sender, &contracts.votes, msg),
            Self::Market(msg) => net.would(sender, &contracts.market, msg),
        }
    }

    /// The role that is declared at it.
    pub(super) fn role(&self) -> Role {
        match self {
            // Hooks come with the coin's `send`, which anyone may.
            Self::Coin(msg) => msg.role(),
            Self::Oracle(msg) => msg.role(),
            Self::Votes(msg) => msg.role(),
            Self::Market(msg) => msg.role(),
        }
    }
}

/// The message of a kind, for the scene that `net` is in.
pub(super) fn message(net: &Network, kind: &str) -> Msg {
    let (contract, name) = kind.split_once('.').unwrap();
    match contract {
        "coin" => Msg::Coin(coin_message(net, name)),
        "oracle" => match name.strip_prefix("receive.") {
            Some(hook) => sent(&net.contracts.oracle, &oracle_hook(net, hook)),
            None => Msg::Oracle(oracle_message(net, name)),
        },
        "votes" => match name.strip_prefix("receive.") {
            Some(hook) => sent(&net.contracts.votes, &votes_hook(net, hook)),
            None => Msg::Votes(votes_message(net, name)),
        },
        "market" => match name.strip_prefix("receive.") {
            Some(hook) => sent(&net.contracts.market, &market::hook(net, hook)),
            None => Msg::Market(Box::new(market_message(net, name))),
        },
        _ => panic!("no contract {contract}"),
    }
}

fn market_message(net: &Network, name: &str) -> compute_api::market::ExecuteMsg {
    market::message(net, name).unwrap_or_else(|| {
        compute_api::market::ExecuteMsg::UpdateOwnership(ownership(net, action(name)))
    })
}

fn sent(contract: &Addr, hook: &impl Serialize) -> Msg {
    Msg::Coin(coin::ExecuteMsg::Send {
        contract: contract.to_string(),
        amount: SOME,
        msg: to_json_binary(hook).unwrap(),
    })
}

const SOME: Uint128 = Uint128::new(1_000);

fn ownership(net: &Network, action: &str) -> Action {
    match action {
        "transfer_ownership" => Action::TransferOwnership {
            new_owner: net.account("the next owner").to_string(),
            expiry: None,
        },
        // The scene has offered it to the guardian.
        "accept_ownership" => Action::AcceptOwnership,
        "renounce_ownership" => Action::RenounceOwnership,
        _ => panic!("no action {action}"),
    }
}

fn coin_message(net: &Network, name: &str) -> coin::ExecuteMsg {
    use coin::ExecuteMsg as Msg;

    let holder = net.account("holder").to_string();
    let recipient = net.account("somebody").to_string();
    let amount = SOME;
    match name {
        "activate" => Msg::Activate {
            contracts: net.peers(),
        },
        "retire" => Msg::Retire { amount },
        "transfer" => Msg::Transfer { recipient, amount },
        "burn" => Msg::Burn { amount },
        "send" => Msg::Send {
            contract: net.contracts.votes.to_string(),
            amount,
            msg: to_json_binary(&votes_hook(net, "distribute")).unwrap(),
        },
        "mint" => Msg::Mint { recipient, amount },
        "increase_allowance" => Msg::IncreaseAllowance {
            spender: recipient,
            amount,
            expires: None,
        },
        "decrease_allowance" => Msg::DecreaseAllowance {
            spender: net.stranger.to_string(),
            amount,
            expires: None,
        },
        "transfer_from" => Msg::TransferFrom {
            owner: holder,
            recipient,
            amount,
        },
        "burn_from" => Msg::BurnFrom {
            owner: holder,
            amount,
        },
        "send_from" => Msg::SendFrom {
            owner: holder,
            contract: net.contracts.votes.to_string(),
            amount,
            msg: to_json_binary(&votes_hook(net, "distribute")).unwrap(),
        },
        "update_minter" => Msg::UpdateMinter { new_minter: None },
        "update_marketing" => Msg::UpdateMarketing {
            project: Some("https://example.org".to_owned()),
            description: None,
            marketing: None,
        },
        "upload_logo" => Msg::UploadLogo(Logo::Url("https://example.org".to_owned())),
        _ => Msg::UpdateOwnership(ownership(net, action(name))),
    }
}

fn action(name: &str) -> &str {
    let action = name.strip_prefix("update_ownership.");
    action.unwrap_or_else(|| panic!("no message {name}: write one, and its scene"))
}

fn oracle_hook(net: &Network, name: &str) -> oracle::Hook {
    match name {
        "retire" => oracle::Hook::Retire {},
        "redeem" => oracle::Hook::Redeem {
            issuer: net.issuers[0].to_string(),
        },
        _ => panic!("no hook {name}: write one"),
    }
}

#[allow(clippy::too_many_lines, reason = "one arm for each message")]
fn oracle_message(net: &Network, name: &str) -> oracle::ExecuteMsg {
    use oracle::ExecuteMsg as Msg;

    let issuer = net.issuers[0].to_string();
    let operator = net.miners[0].key.to_string();
    let amount = SOME;
    match name {
        "activate" => Msg::Activate {
            contracts: net.peers(),
        },
        "announce" => Msg::Announce {
            change: Change::Params(oracle_params()),
        },
        "apply" => Msg::Apply { id: 1 },
        "cancel" => Msg::Cancel { id: 1 },
        "pause" => Msg::Pause {
            what: Pausable::Mint,
            seconds: 60,
        },
        "resume" => Msg::Resume {
            what: Pausable::Mint,
        },
        "admit_issuer" => Msg::AdmitIssuer {
            issuer: net.account("a new issuer").to_string(),
            identity: identity("New"),
        },
        "update_identity" => Msg::UpdateIdentity {
            identity: identity("Renamed"),
        },
        "post_bond" => Msg::PostBond {
            issuer: Some(issuer),
        },
        "withdraw_bond" => Msg::WithdrawBond { amount },
        "claim_bond" => Msg::ClaimBond {},
        "commit" => Msg::Commit {
            rate: Uint128::new(3_000),
            until: net.now() + 10_000_000,
        },
        "invite_operator" => Msg::InviteOperator {
            operator: net.miners[2].key.to_string(),
        },
        "remove_operator" => Msg::RemoveOperator { operator },
        "mint" => Msg::Mint {
            recipient: issuer,
            amount,
        },
        "assume" => Msg::Assume { amount },
        "declare_devices" => Msg::DeclareDevices { devices: 2 },
        "join_issuer" => Msg::JoinIssuer { issuer },
        "leave_issuer" => Msg::LeaveIssuer {},
        "commit_census" => Msg::CommitCensus {
            slot: net.under_way().slot,
            units: 1,
            root: [0; 32].into(),
            open: None,
        },
        "open_census" => Msg::OpenCensus {
            beacon: net.beacon(net.round_of(net.next_slot())),
        },
        "seal_census" => Msg::SealCensus {},
        "post_beacon" => Msg::PostBeacon {
            beacon: net.beacon(77),
        },
        "answer_census" => Msg::AnswerCensus {
            answer: net.answer_of(&net.miners[0].key),
            operator,
        },
        "close_census" => Msg::CloseCensus {},
        "report_missed" => Msg::ReportMissed { operator },
        "report_unanswered" => Msg::ReportUnanswered { operator },
        "propose_reindex" => Msg::ProposeReindex {},
        "veto_reindex" => Msg::VetoReindex {},
        "apply_reindex" => Msg::ApplyReindex {},
        "flag" => Msg::Flag { issuer },
        "cure" => Msg::Cure { issuer },
        "default" => Msg::Default { issuer },
        "receive" => Msg::Receive(Cw20ReceiveMsg {
            sender: issuer,
            amount,
            msg: to_json_binary(&oracle::Hook::Retire {}).unwrap(),
        }),
        "set_standing" => Msg::SetStanding {
            operator,
            standing: votes::Standing::Jailed,
        },
        "slash_issuer" => Msg::SlashIssuer {
            operator,
            fraction: Decimal::percent(1),
        },
        _ => Msg::UpdateOwnership(ownership(net, action(name))),
    }
}

fn votes_hook(net: &Network, name: &str) -> votes::Hook {
    let operator = net.miners[0].key.to_string();
    match name {
        "bond" => votes::Hook::Bond { operator },
        "vote" => votes::Hook::Vote { operator },
        "distribute" => votes::Hook::Distribute {
            payments: vec![Payment {
                operator,
                amount: SOME,
            }],
        },
        _ => panic!("no hook {name}: write one"),
    }
}

fn votes_message(net: &Network, name: &str) -> votes::ExecuteMsg {
    use votes::ExecuteMsg as Msg;

    let operator = net.miners[0].key.to_string();
    let other = net.miners[2].key.to_string();
    let voter = net.account("voter");
    match name {
        "activate" => Msg::Activate {
            contracts: net.peers(),
        },
        "announce" => Msg::Announce {
            change: votes::Change::Params(votes_params()),
        },
        "apply" => Msg::Apply { id: 1 },
        "cancel" => Msg::Cancel { id: 1 },
        "register" => Msg::Register {
            owner: net.account("somebody").to_string(),
            kind: Kind::Miner,
            signing_key: HexBinary::from([9; 32]),
            commission: commission(),
            metadata: metadata("New"),
        },
        "update_operator" => Msg::UpdateOperator {
            operator,
            metadata: Some(metadata("Renamed")),
            signing_key: None,
        },
        "update_commission" => Msg::UpdateCommission {
            operator,
            rate: Decimal::percent(11),
        },
        "unjail" => Msg::Unjail { operator },
        "claim_commission" => Msg::ClaimCommission { operator },
        "unvote" => Msg::Unvote {
            operator,
            amount: Some(SOME),
        },
        "unbond" => Msg::Unbond {
            operator,
            amount: Some(SOME),
        },
        "revote" => Msg::Revote {
            from: operator,
            to: other,
            amount: Some(SOME),
        },
        "claim" => Msg::Claim { limit: None },
        "claim_rewards" => Msg::ClaimRewards {
            operators: vec![operator],
        },
        "collect" => Msg::Collect {
            voter: voter.to_string(),
        },
        "receive" => Msg::Receive(Cw20ReceiveMsg {
            sender: voter.to_string(),
            amount: SOME,
            msg: to_json_binary(&votes_hook(net, "vote")).unwrap(),
        }),
        "report_fault" => Msg::ReportFault {
            operator,
            fault: Fault::Unproven {
                batch: 1,
                amount: SOME,
            },
            reporter: None,
        },
        "report_fault.missed" => Msg::ReportFault {
            operator,
            fault: Fault::Missed { census: 1 },
            reporter: None,
        },
        "set_devices" => Msg::SetDevices {
            operator,
            devices: 2,
        },
        "pay_protection" => Msg::PayProtection {
            recipient: voter.to_string(),
            amount: SOME,
        },
        _ => Msg::UpdateOwnership(ownership(net, action(name))),
    }
}
