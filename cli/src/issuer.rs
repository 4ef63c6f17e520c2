//! `ballast issuer`: what an issuer does, without the modules' names.

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Arg, ArgMatches, Command as ClapCommand, Error, FromArgMatches, Subcommand};
use compute_api::market::{self, RedemptionQueueResponse};
use compute_api::oracle::{self, IssuerResponse, MintAllowanceResponse, OperatorsResponse};
use serde::Serialize;
use serde_json::Value;

use crate::chain::{Context, run as run_chain, usage};
use crate::messages::{Around, Module, Surroundings, Verb, Way, arguments, message};
use crate::output::Failure;
use crate::{query, tx};

/// Messages to the oracle by an issuer's own words for them.
const SENT: [(&str, Way, &str, &str); 10] = [
    ("bond", Way::Execute, "post_bond", "Add to the bond"),
    (
        "withdraw",
        Way::Execute,
        "withdraw_bond",
        "Start to take part of the bond back",
    ),
    (
        "claim-bond",
        Way::Execute,
        "claim_bond",
        "Take out the part of the bond whose time has come",
    ),
    (
        "commit",
        Way::Execute,
        "commit",
        "Commit capacity, in place of what was committed",
    ),
    (
        "invite",
        Way::Execute,
        "invite_operator",
        "Invite an operator to count for the issuer",
    ),
    (
        "remove",
        Way::Execute,
        "remove_operator",
        "Take an operator off the account",
    ),
    ("mint", Way::Execute, "mint", "Mint coins through the gate"),
    (
        "retire",
        Way::Hook,
        "retire",
        "Burn coins and owe so many fewer",
    ),
    (
        "assume",
        Way::Execute,
        "assume",
        "Take over orphaned coins, and their bounty",
    ),
    (
        "identity",
        Way::Execute,
        "update_identity",
        "Change what the public is told",
    ),
];

/// What an issuer does.
#[derive(Clone, Debug)]
pub(crate) enum Command {
    /// Write down what the owner signs to admit it.
    Apply(ArgMatches),
    /// Show what it owes and has.
    Status(Option<String>),
    /// Send a message.
    Send(tx::Command),
}

#[cfg(test)]
impl Command {
    /// The message that it sends, where it does.
    pub(crate) fn said(&self, around: &dyn Surroundings) -> Result<Value, String> {
        match self {
            Self::Send(command) => command.said(around),
            Self::Apply(matches) => {
                let verb = verb("apply").ok_or("no such message")?;
                message(&verb, matches, around).map(|(message, _)| message)
            }
            Self::Status(_) => Ok(Value::Null),
        }
    }
}

impl Subcommand for Command {
    fn augment_subcommands(command: ClapCommand) -> ClapCommand {
        let mut command = command
            .arg_required_else_help(true)
            .subcommand_required(true);
        let apply = ClapCommand::new("apply")
            .about("Write down the message that the network's owner signs to admit an issuer");
        command = command.subcommand(apply.defer(takes));
        let issuer = Arg::new("issuer").value_name("ISSUER");
        let issuer = issuer.help("Which issuer (address or key) [default: the key of --from]");
        let status = ClapCommand::new("status")
            .about("Show what an issuer owes, what stands behind it and what it can mint");
        command = command.subcommand(status.arg(issuer));
        for (word, _, name, about) in SENT {
            let about = format!("{about} [oracle {}]", name.replace('_', "-"));
            command = command.subcommand(ClapCommand::new(word).about(about).defer(takes));
        }
        command
    }

    fn augment_subcommands_for_update(command: ClapCommand) -> ClapCommand {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        matches!(name, "apply" | "status") || SENT.iter().any(|(word, ..)| *word == name)
    }
}

/// The arguments of a message, once it is used.
fn takes(command: ClapCommand) -> ClapCommand {
    match verb(command.get_name()) {
        Some(verb) => arguments(command, &verb),
        None => command,
    }
}

/// The message that a word stands for.
fn verb(word: &str) -> Option<Verb> {
    let (way, name) = match word {
        "apply" => (Way::Execute, "admit_issuer"),
        word => SENT
            .iter()
            .find(|(sent, ..)| *sent == word)
            .map(|(_, way, name, _)| (*way, *name))?,
    };
    Module::Oracle
        .verbs(way)
        .into_iter()
        .find(|verb| verb.name == name)
}

impl FromArgMatches for Command {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let missing = || Error::new(ErrorKind::MissingSubcommand);
        let (word, matches) = matches.subcommand().ok_or_else(missing)?;
        Ok(match word {
            "apply" => Self::Apply(matches.clone()),
            "status" => Self::Status(matches.get_one::<String>("issuer").cloned()),
            word => {
                let verb = verb(word).ok_or_else(missing)?;
                Self::Send(tx::Command::of(&verb, matches))
            }
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Runs it.
pub(crate) fn run(command: &Command, context: &Context) -> ExitCode {
    let output = context.output();
    match command {
        Command::Send(command) => tx::run(command, context),
        Command::Apply(matches) => {
            let application = apply(matches, context);
            output.finish("issuer apply", application, Application::text)
        }
        Command::Status(issuer) => {
            let status = status(issuer.as_deref(), context);
            output.finish("issuer status", status, |status| status.text())
        }
    }
}

/// What the owner signs.
#[derive(Debug, Serialize)]
struct Application {
    /// The contract that it goes to.
    contract: String,
    /// The message.
    msg: Value,
}

impl Application {
    fn text(&self) -> String {
        format!(
            "the network's owner admits the issuer with this message to the oracle:\n\
             contract  {}\nmsg       {}",
            self.contract, self.msg
        )
    }
}

fn apply(matches: &ArgMatches, context: &Context) -> Result<Application, Failure> {
    let network = context.network()?;
    let around = Around::new(context, &network);
    let verb = verb("apply").ok_or_else(|| usage("there is no admit-issuer"))?;
    let (msg, _) = message(&verb, matches, &around).map_err(|why| around.failure(why))?;
    let contract = network.address(Module::Oracle.contract()).to_owned();
    Ok(Application { contract, msg })
}

/// An issuer, from all sides.
#[derive(Debug, Serialize)]
struct Status {
    issuer: IssuerResponse,
    mint_allowance: MintAllowanceResponse,
    operators: OperatorsResponse,
    redemptions: RedemptionQueueResponse,
    #[serde(skip)]
    now: u64,
}

impl Status {
    fn text(&self) -> String {
        let parts = [
            query::issuer(&self.issuer, self.now),
            query::allowance(&self.mint_allowance, self.now),
            query::capacity(&self.operators, self.now),
            query::queue(&self.redemptions, self.now),
        ];
        parts.join("\n\n")
    }
}

fn status(issuer: Option<&str>, context: &Context) -> Result<Status, Failure> {
    let network = context.network()?;
    let around = Around::new(context, &network);
    let found = match issuer {
        Some(word) => around.address(word),
        None => around.own_address(),
    };
    let issuer = found.map_err(|why| around.failure(why))?;
    run_chain(async {
        let of = |issuer: &String| issuer.clone();
        let (one, allowance) = (
            oracle::QueryMsg::Issuer {
                issuer: of(&issuer),
            },
            oracle::QueryMsg::MintAllowance {
                issuer: of(&issuer),
            },
        );
        let operators = oracle::QueryMsg::Operators {
            issuer: Some(of(&issuer)),
            start_after: None,
            limit: Some(100),
        };
        let queue = market::QueryMsg::RedemptionQueue {
            issuer: of(&issuer),
            start_after: None,
            limit: None,
        };
        Ok(Status {
            issuer: network.oracle(&one).await?,
            mint_allowance: network.oracle(&allowance).await?,
            operators: network.oracle(&operators).await?,
            redemptions: network.market(&queue).await?,
            now: network.client().latest_block().await?.time,
        })
    })
}
