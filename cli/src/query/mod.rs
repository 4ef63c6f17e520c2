//! `ballast query`: asks a contract.

mod command;
mod text;

use std::process::ExitCode;

use clap::ArgMatches;
use serde::Serialize;
use serde_json::Value;

pub(crate) use command::Command;
pub(crate) use text::{allowance, capacity, issuer, queue};

use crate::chain::{Context, run as run_chain, usage};
use crate::messages::{Around, Ask, Module, message};
use crate::output::Failure;

/// An answer, as the contract gave it.
#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Answer {
    value: Value,
    /// The chain's time, for people.
    #[serde(skip)]
    now: u64,
}

/// Runs a question.
pub(crate) fn run(command: &Command, context: &Context) -> ExitCode {
    let name = format!(
        "query {} {}",
        command.module.name(),
        command.name.replace('_', "-")
    );
    let Some(ask) = command.module.ask(&command.name) else {
        let unknown = usage(format!("there is no {name}"));
        return context
            .output()
            .finish::<Value>(&name, Err(unknown), Value::to_string);
    };
    let answer = ask_chain(&ask, &command.matches, context);
    context.output().finish(&name, answer, |answer| {
        text::text(&ask, &answer.value, answer.now)
    })
}

fn ask_chain(ask: &Ask, matches: &ArgMatches, context: &Context) -> Result<Answer, Failure> {
    let network = context.network()?;
    let around = Around::new(context, &network);
    let given = message(&ask.verb, matches, &around);
    let (question, _) = given.map_err(|why| around.failure(with_nearest(ask, matches, why)))?;
    run_chain(async {
        let client = network.client();
        let address = network.address(ask.verb.module.contract());
        let (value, block) = tokio::join!(client.query(address, &question), client.latest_block());
        Ok(Answer {
            value: value?,
            now: block?.time,
        })
    })
}

/// `query votes VOTER` takes any word: one that is no key may have been meant as a verb.
fn with_nearest(ask: &Ask, matches: &ArgMatches, why: String) -> String {
    let is_votes = ask.verb.module == Module::Votes && ask.verb.name == "votes";
    let word = command::voter(matches).filter(|_| is_votes);
    match word.and_then(command::nearest_vote) {
        Some(verb) => format!("{why}; was `query votes {verb}` meant?"),
        None => why,
    }
}
