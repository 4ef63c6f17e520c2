//! The messages as commands.

use clap::error::ErrorKind;
use clap::{ArgMatches, Command as ClapCommand, Error, FromArgMatches, Subcommand};

use crate::messages::{Module, Verb, Way, subcommand};
#[cfg(test)]
use crate::messages::{Surroundings, coins, message};

/// One message, as it was given.
#[derive(Clone, Debug)]
pub(crate) struct Command {
    /// To which contract.
    pub(super) module: Module,
    /// Its name in JSON.
    pub(super) name: String,
    /// Its arguments.
    pub(super) matches: ArgMatches,
}

impl Command {
    /// A verb by another name.
    pub(crate) fn of(verb: &Verb, matches: &ArgMatches) -> Self {
        Self {
            module: verb.module,
            name: verb.name.clone(),
            matches: matches.clone(),
        }
    }

    /// The message that it sends.
    #[cfg(test)]
    pub(crate) fn said(&self, around: &dyn Surroundings) -> Result<serde_json::Value, String> {
        let verb = self.verb().ok_or("no such message")?;
        let (message, amount) = message(&verb, &self.matches, around)?;
        if verb.way == Way::Hook {
            coins(&amount.ok_or("no amount")?)?;
        }
        Ok(message)
    }

    /// The verb that was given.
    pub(super) fn verb(&self) -> Option<Verb> {
        all(self.module)
            .into_iter()
            .find(|verb| verb.name == self.name)
    }
}

/// All messages to a contract: its own, and what coins sent to it can be for.
fn all(module: Module) -> Vec<Verb> {
    let mut verbs = module.verbs(Way::Execute);
    verbs.extend(module.verbs(Way::Hook));
    verbs
}

impl Subcommand for Command {
    fn augment_subcommands(command: ClapCommand) -> ClapCommand {
        let mut command = command
            .arg_required_else_help(true)
            .subcommand_required(true);
        for module in Module::ALL {
            let of_module = ClapCommand::new(module.name()).about(module.about());
            command = command.subcommand(of_module.defer(messages));
        }
        command
    }

    fn augment_subcommands_for_update(command: ClapCommand) -> ClapCommand {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        Module::of(name).is_some()
    }
}

/// A module's messages, once it is used.
fn messages(mut command: ClapCommand) -> ClapCommand {
    let Some(module) = Module::of(command.get_name()) else {
        return command;
    };
    let mut between = Vec::new();
    for verb in all(module) {
        if verb.is_between_contracts() {
            between.push(verb.word());
        }
        command = command.subcommand(subcommand(&verb));
    }
    if !between.is_empty() {
        let note = format!(
            "Only contracts send, so not listed: {}.",
            between.join(", ")
        );
        command = command.after_help(note);
    }
    command
        .subcommand_required(true)
        .arg_required_else_help(true)
}

impl FromArgMatches for Command {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let missing = || Error::new(ErrorKind::MissingSubcommand);
        let (word, matches) = matches.subcommand().ok_or_else(missing)?;
        let module = Module::of(word).ok_or_else(missing)?;
        let (verb, matches) = matches.subcommand().ok_or_else(missing)?;
        Ok(Self {
            module,
            name: verb.replace('-', "_"),
            matches: matches.clone(),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
