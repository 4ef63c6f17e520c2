//! `ballast`: parses arguments, calls the libraries, prints what they return.
//!
//! The result goes to stdout, everything else to stderr. Exit codes: 0 done,
//! 1 wrong arguments, 2 the chain said no, 3 no node answers, 4 no verdict in time,
//! 5 the machine, the device or the task failed, 6 a check found a wrong result.

mod audit;
mod beacon;
mod chain;
mod completions;
mod coordinator;
mod demo;
mod deploy;
mod devnet;
#[cfg(test)]
mod docs;
mod faucet;
mod issuer;
mod job;
mod keys;
mod localnet;
mod messages;
mod output;
mod portal;
mod query;
mod relayer;
mod status;
mod text;
mod tx;
#[cfg(test)]
mod units;
mod worker;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use chain::{ChainOptions, Context};
use output::{Format, Output};

/// AI compute that is worth real GPU work.
///
/// Exit codes: 0 done, 1 wrong arguments, 2 the chain said no, 3 no node answers, 4 no
/// verdict in time, 5 the machine, the device or the task failed, 6 a check found a
/// wrong result.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true)]
struct Arguments {
    /// How results are printed.
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    output: Format,
    #[command(flatten)]
    chain: ChainOptions,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Keep keys.
    #[command(subcommand)]
    Keys(keys::Command),
    /// Say how the chain, the contracts and the peg are.
    Status,
    /// Ask a contract.
    #[command(subcommand)]
    Query(query::Command),
    /// Send a contract a message, or coins with what they are for.
    #[command(subcommand)]
    Tx(tx::Command),
    /// Do what an issuer does: commit, mint, retire, assume.
    #[command(subcommand)]
    Issuer(issuer::Command),
    /// Put the contracts on a chain.
    Deploy(Box<deploy::Arguments>),
    /// Run the embedded development chain.
    Devnet(devnet::Arguments),
    /// Ask devnet for coins of its own.
    Faucet(faucet::Arguments),
    /// Run real wasmd on this machine, for development.
    #[command(subcommand)]
    Localnet(localnet::Command),
    /// Check what an order's tasks came to, and prove what is wrong.
    Audit(audit::Arguments),
    /// Serve randomness for a closed network.
    Beacon(beacon::Command),
    /// Carry beacons to the chain, and do what anyone may do when it is due.
    Relayer(relayer::Command),
    /// Serve AI apps: take jobs, draw workers, check results.
    #[command(subcommand)]
    Coordinator(coordinator::Command),
    /// Have a matrix job done by a coordinator's workers.
    #[command(subcommand)]
    Job(job::Command),
    /// Do integer work on a GPU or the CPU, exactly.
    #[command(subcommand)]
    Worker(worker::Command),
    /// Serve the page for holders and voters.
    Portal(portal::Arguments),
    /// Run the whole life of the coin on this machine.
    Demo(demo::Arguments),
    /// Print completions for a shell.
    Completions(completions::Arguments),
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are no mistakes.
            let is_mistake = error.use_stderr();
            // Nothing can be said if even that cannot be printed.
            let _ = error.print();
            return ExitCode::from(u8::from(is_mistake));
        }
    };
    let output = Output::new(arguments.output);
    let context = match Context::new(arguments.chain, output) {
        Ok(context) => context,
        Err(error) => return output.finish::<()>("ballast", Err(error), |()| String::new()),
    };
    run(arguments.command, &context, &output)
}

fn run(command: Command, context: &Context, output: &Output) -> ExitCode {
    match command {
        Command::Keys(command) => keys::run(&command, context),
        Command::Status => status::run(context),
        Command::Query(command) => query::run(&command, context),
        Command::Tx(command) => tx::run(&command, context),
        Command::Issuer(command) => issuer::run(&command, context),
        Command::Deploy(arguments) => deploy::run(&arguments, context),
        Command::Devnet(arguments) => devnet::run(&arguments, context),
        Command::Faucet(arguments) => faucet::run(&arguments, context),
        Command::Localnet(command) => localnet::run(&command, output),
        Command::Audit(arguments) => audit::run(&arguments, context, output),
        Command::Beacon(command) => beacon::run(&command, context, output),
        Command::Relayer(command) => relayer::run(&command, context, output),
        Command::Coordinator(command) => coordinator::run(&command, context, output),
        Command::Job(command) => job::run(&command, context, output),
        Command::Worker(command) => worker::run(command, context, output),
        Command::Portal(arguments) => portal::run(&arguments, context, output),
        Command::Demo(arguments) => demo::run(&arguments, output),
        Command::Completions(arguments) => completions::run::<Arguments>(&arguments, output),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn all_arguments_fit_together() {
        super::Arguments::command().debug_assert();
    }
}
