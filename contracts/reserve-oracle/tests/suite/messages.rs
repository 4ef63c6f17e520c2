//! Every message once, and a number for each kind.

use compute_api::{
    oracle::{BeaconRound, Change, ExecuteMsg, Hook, Pausable},
    votes::Standing,
};
use cosmwasm_std::{Decimal, HexBinary, Uint128, to_json_binary};
use cw_ownable::Action;
use cw20::Cw20ReceiveMsg;

use super::world::{World, identity, params};

/// One of each, with its name; the hooks are each one of their own.
pub(crate) fn named(world: &World) -> Vec<(&'static str, ExecuteMsg)> {
    let who = || world.stranger().to_string();
    let operator = who;
    let amount = Uint128::one();
    let beacon = || BeaconRound {
        round: 1,
        signature: HexBinary::default(),
    };
    let issuer = || world.issuers.first().unwrap_or(&world.owner).to_string();
    let sent = |sender: String, hook: &Hook| {
        ExecuteMsg::Receive(Cw20ReceiveMsg {
            sender,
            amount,
            msg: to_json_binary(hook).unwrap(),
        })
    };
    let own = ExecuteMsg::UpdateOwnership;
    let change = Change::Params(params());
    let contracts = world.contracts();
    let mint = Pausable::Mint;
    vec![
        ("activate", ExecuteMsg::Activate { contracts }),
        ("update_ownership (accept)", own(Action::AcceptOwnership)),
        (
            "update_ownership (renounce)",
            own(Action::RenounceOwnership),
        ),
        ("announce", ExecuteMsg::Announce { change }),
        ("apply", ExecuteMsg::Apply { id: 1 }),
        ("cancel", ExecuteMsg::Cancel { id: 1 }),
        (
            "pause",
            ExecuteMsg::Pause {
                what: mint,
                seconds: 1,
            },
        ),
        ("resume", ExecuteMsg::Resume { what: mint }),
        (
            "admit_issuer",
            ExecuteMsg::AdmitIssuer {
                issuer: who(),
                identity: identity("x"),
            },
        ),
        (
            "update_identity",
            ExecuteMsg::UpdateIdentity {
                identity: identity("x"),
            },
        ),
        ("post_bond", ExecuteMsg::PostBond { issuer: None }),
        ("withdraw_bond", ExecuteMsg::WithdrawBond { amount }),
        ("claim_bond", ExecuteMsg::ClaimBond {}),
        (
            "commit",
            ExecuteMsg::Commit {
                rate: amount,
                until: 1,
            },
        ),
        (
            "invite_operator",
            ExecuteMsg::InviteOperator {
                operator: operator(),
            },
        ),
        (
            "remove_operator",
            ExecuteMsg::RemoveOperator {
                operator: operator(),
            },
        ),
        (
            "mint",
            ExecuteMsg::Mint {
                recipient: who(),
                amount,
            },
        ),
        ("assume", ExecuteMsg::Assume { amount }),
        ("declare_devices", ExecuteMsg::DeclareDevices { devices: 1 }),
        ("join_issuer", ExecuteMsg::JoinIssuer { issuer: who() }),
        ("leave_issuer", ExecuteMsg::LeaveIssuer {}),
        (
            "commit_census",
            ExecuteMsg::CommitCensus {
                slot: 1,
                units: 1,
                root: HexBinary::default(),
                open: None,
            },
        ),
        ("open_census", ExecuteMsg::OpenCensus { beacon: beacon() }),
        ("seal_census", ExecuteMsg::SealCensus {}),
        ("post_beacon", ExecuteMsg::PostBeacon { beacon: beacon() }),
        (
            "answer_census",
            ExecuteMsg::AnswerCensus {
                operator: operator(),
                answer: Default::default(),
            },
        ),
        ("close_census", ExecuteMsg::CloseCensus {}),
        (
            "report_missed",
            ExecuteMsg::ReportMissed {
                operator: operator(),
            },
        ),
        (
            "report_unanswered",
            ExecuteMsg::ReportUnanswered {
                operator: operator(),
            },
        ),
        ("propose_reindex", ExecuteMsg::ProposeReindex {}),
        ("veto_reindex", ExecuteMsg::VetoReindex {}),
        ("apply_reindex", ExecuteMsg::ApplyReindex {}),
        ("flag", ExecuteMsg::Flag { issuer: who() }),
        ("cure", ExecuteMsg::Cure { issuer: who() }),
        ("default", ExecuteMsg::Default { issuer: who() }),
        ("receive (retire)", sent(issuer(), &Hook::Retire {})),
        (
            "receive (redeem)",
            sent(world.market.to_string(), &Hook::Redeem { issuer: issuer() }),
        ),
        (
            "set_standing",
            ExecuteMsg::SetStanding {
                operator: operator(),
                standing: Standing::Active,
            },
        ),
        (
            "slash_issuer",
            ExecuteMsg::SlashIssuer {
                operator: operator(),
                fraction: Decimal::one(),
            },
        ),
    ]
}

/// The messages alone.
pub(crate) fn all(world: &World) -> Vec<ExecuteMsg> {
    named(world).into_iter().map(|(_, msg)| msg).collect()
}

/// How many kinds there are.
pub(crate) const KINDS: usize = 37;

/// A number for each kind; a new one does not compile until it is here, and the tests
/// fail until it is above and in the README.
pub(crate) const fn number(msg: &ExecuteMsg) -> usize {
    match msg {
        ExecuteMsg::Activate { .. } => 0,
        ExecuteMsg::UpdateOwnership(_) => 1,
        ExecuteMsg::Announce { .. } => 2,
        ExecuteMsg::Apply { .. } => 3,
        ExecuteMsg::Cancel { .. } => 4,
        ExecuteMsg::Pause { .. } => 5,
        ExecuteMsg::Resume { .. } => 6,
        ExecuteMsg::AdmitIssuer { .. } => 7,
        ExecuteMsg::UpdateIdentity { .. } => 8,
        ExecuteMsg::PostBond { .. } => 9,
        ExecuteMsg::WithdrawBond { .. } => 10,
        ExecuteMsg::ClaimBond {} => 11,
        ExecuteMsg::Commit { .. } => 12,
        ExecuteMsg::InviteOperator { .. } => 13,
        ExecuteMsg::RemoveOperator { .. } => 14,
        ExecuteMsg::Mint { .. } => 15,
        ExecuteMsg::Assume { .. } => 16,
        ExecuteMsg::DeclareDevices { .. } => 17,
        ExecuteMsg::JoinIssuer { .. } => 18,
        ExecuteMsg::LeaveIssuer {} => 19,
        ExecuteMsg::CommitCensus { .. } => 20,
        ExecuteMsg::OpenCensus { .. } => 21,
        ExecuteMsg::SealCensus {} => 22,
        ExecuteMsg::PostBeacon { .. } => 23,
        ExecuteMsg::AnswerCensus { .. } => 24,
        ExecuteMsg::CloseCensus {} => 25,
        ExecuteMsg::ReportMissed { .. } => 26,
        ExecuteMsg::ReportUnanswered { .. } => 27,
        ExecuteMsg::ProposeReindex {} => 28,
        ExecuteMsg::VetoReindex {} => 29,
        ExecuteMsg::ApplyReindex {} => 30,
        ExecuteMsg::Flag { .. } => 31,
        ExecuteMsg::Cure { .. } => 32,
        ExecuteMsg::Default { .. } => 33,
        ExecuteMsg::Receive(_) => 34,
        ExecuteMsg::SetStanding { .. } => 35,
        ExecuteMsg::SlashIssuer { .. } => 36,
    }
}
