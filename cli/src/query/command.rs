//! The questions as commands.

use clap::error::ErrorKind;
use clap::{ArgMatches, Command as ClapCommand, Error, FromArgMatches, Subcommand};

use crate::messages::{Module, Way, arguments, subcommand};
#[cfg(test)]
use crate::messages::{Surroundings, message};

/// What people ask for most, without its module's name, and what it is.
const SHORT: [(&str, Module, &str, &str); 12] = [
    ("peg", Module::Oracle, "peg", "The compute in one coin, now"),
    (
        "backing",
        Module::Oracle,
        "backing",
        "What stands behind the coin",
    ),
    (
        "census",
        Module::Oracle,
        "census",
        "The census under way, and the last one",
    ),
    ("tiers", Module::Oracle, "tiers", "The tiers of devices"),
    ("issuers", Module::Oracle, "issuers", "All issuers"),
    (
        "operators",
        Module::Votes,
        "operators",
        "Miners or coordinators, by stake",
    ),
    ("rewards", Module::Votes, "rewards", "Rewards of an address"),
    (
        "orders",
        Module::Market,
        "orders",
        "Orders, by owner, coordinator or issuer",
    ),
    ("order", Module::Market, "order", "One order"),
    (
        "batches",
        Module::Market,
        "batches",
        "Batches, by order, worker or state",
    ),
    ("batch", Module::Market, "batch", "One batch"),
    (
        "queue",
        Module::Market,
        "redemption_queue",
        "What an issuer has to serve",
    ),
];

/// One question, as it was given.
#[derive(Clone, Debug)]
pub(crate) struct Command {
    /// To which contract.
    pub(super) module: Module,
    /// Its name in JSON.
    pub(super) name: String,
    /// Its arguments.
    pub(super) matches: ArgMatches,
}

#[cfg(test)]
impl Command {
    /// The message that it asks with.
    pub(crate) fn said(&self, around: &dyn Surroundings) -> Result<serde_json::Value, String> {
        let ask = self.module.ask(&self.name).ok_or("no such question")?;
        message(&ask.verb, &self.matches, around).map(|(message, _)| message)
    }
}

impl Subcommand for Command {
    fn augment_subcommands(command: ClapCommand) -> ClapCommand {
        let mut command = command
            .arg_required_else_help(true)
            .subcommand_required(true);
        for (word, module, name, about) in SHORT {
            let about = format!("{about} [{} {}]", module.name(), name.replace('_', "-"));
            command = command.subcommand(ClapCommand::new(word).about(about).defer(short));
        }
        for module in Module::ALL {
            let of_module = ClapCommand::new(module.name()).about(module.about());
            command = command.subcommand(of_module.defer(questions));
        }
        command
    }

    fn augment_subcommands_for_update(command: ClapCommand) -> ClapCommand {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        SHORT.iter().any(|(word, ..)| *word == name) || Module::of(name).is_some()
    }
}

/// The arguments of a short form, once it is used.
fn short(command: ClapCommand) -> ClapCommand {
    let found = SHORT.iter().find(|(word, ..)| *word == command.get_name());
    match found.and_then(|(_, module, name, _)| module.ask(name)) {
        Some(ask) => arguments(command, &ask.verb),
        None => command,
    }
}

/// A module's questions, once it is used.
fn questions(mut command: ClapCommand) -> ClapCommand {
    let Some(module) = Module::of(command.get_name()) else {
        return command;
    };
    for verb in module.verbs(Way::Query) {
        if is_default(module, &verb.name) {
            // `query votes VOTER` is short for `query votes votes VOTER`.
            command = arguments(command, &verb).args_conflicts_with_subcommands(true);
        }
        command = command.subcommand(subcommand(&verb));
    }
    match module {
        Module::Votes => command,
        _ => command
            .subcommand_required(true)
            .arg_required_else_help(true),
    }
}

fn is_default(module: Module, name: &str) -> bool {
    module == Module::Votes && name == "votes"
}

impl FromArgMatches for Command {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let missing = || Error::new(ErrorKind::MissingSubcommand);
        let (word, matches) = matches.subcommand().ok_or_else(missing)?;
        if let Some((_, module, name, _)) = SHORT.iter().find(|(short, ..)| *short == word) {
            return Ok(Self {
                module: *module,
                name: (*name).to_owned(),
                matches: matches.clone(),
            });
        }
        let module = Module::of(word).ok_or_else(missing)?;
        let (name, matches) = match matches.subcommand() {
            Some((verb, matches)) => (verb.replace('-', "_"), matches),
            None if module == Module::Votes => ("votes".to_owned(), matches),
            None => return Err(missing()),
        };
        Ok(Self {
            module,
            name,
            matches: matches.clone(),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// The word that was given as voter.
pub(super) fn voter(matches: &ArgMatches) -> Option<&str> {
    let word = matches
        .try_get_one::<String>("message:voter")
        .ok()
        .flatten();
    word.map(String::as_str)
}

/// A question to votes whose name is nearly `word`.
pub(super) fn nearest_vote(word: &str) -> Option<String> {
    let verbs = Module::Votes.verbs(Way::Query);
    let words = verbs.iter().map(|verb| verb.word());
    let by_distance = words.map(|verb| (strsim::damerau_levenshtein(&verb, word), verb));
    by_distance
        .filter(|(distance, _)| *distance <= 2)
        .min()
        .map(|(_, verb)| verb)
}
