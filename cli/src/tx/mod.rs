//! `ballast tx`: sends a message to a contract, or coins with what they are for.

mod command;
mod text;

use std::process::ExitCode;

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use chain_client::{Coin, Msg};
use compute_api::coin;
use deployment::Network;
use serde_json::Value;

pub(crate) use command::Command;
pub(crate) use text::sent as sent_text;

use crate::chain::{Context, FAILED, Sent, failure, run as run_chain, usage};
use crate::messages::{Around, Module, Verb, Way, coins, message};
use crate::output::Failure;
use crate::text::brief;

/// Runs a transaction.
pub(crate) fn run(command: &Command, context: &Context) -> ExitCode {
    let word = command.name.replace('_', "-");
    let name = format!("tx {} {word}", command.module.name());
    let sent = match command.verb() {
        Some(verb) => send(&verb, command, context),
        None => Err(usage(format!("there is no {name}"))),
    };
    context.output().finish(&name, sent, sent_text)
}

fn send(verb: &Verb, command: &Command, context: &Context) -> Result<Sent, Failure> {
    let network = context.network()?;
    let around = Around::new(context, &network);
    let given = message(verb, &command.matches, &around);
    let (message, amount) = given.map_err(|why| around.failure(why))?;
    let msg = carried(verb, &message, amount.as_deref(), &network)?;
    let what = question(verb, &message, amount.as_deref());
    run_chain(context.send(network.client(), &what, vec![msg]))
}

/// The message as the chain carries it, with the coins that come along.
///
/// # Errors
/// When the amount is none.
pub(crate) fn carried(
    verb: &Verb,
    message: &Value,
    amount: Option<&str>,
    network: &Network,
) -> Result<Msg, Failure> {
    let contract = network.address(verb.module.contract());
    if verb.way == Way::Hook {
        let amount = coins(amount.unwrap_or_default()).map_err(usage)?;
        let hook = BASE64.encode(message.to_string());
        let hook = serde_json::from_value(hook.into())
            .map_err(|error| failure(FAILED, "BL-CLI-003", error))?;
        let send = coin::ExecuteMsg::Send {
            contract: contract.to_owned(),
            amount,
            msg: hook,
        };
        return Ok(Msg::execute(
            network.address(Module::Coin.contract()),
            &send,
        )?);
    }
    let mut msg = Msg::execute(contract, message)?;
    if let (Some(amount), Msg::Execute { funds, .. }) = (amount, &mut msg) {
        funds.push(bond(amount, &network.deployment().bond_denom)?);
    }
    Ok(msg)
}

/// `5000000` or `5000000ustake`, where that is what bonds are in.
fn bond(text: &str, denom: &str) -> Result<Coin, Failure> {
    let amount = text.strip_suffix(denom).unwrap_or(text);
    match amount.parse::<u128>() {
        Ok(number) if number > 0 => Ok(Coin {
            denom: denom.to_owned(),
            amount: number.to_string(),
        }),
        _ => Err(usage(format!(
            "{text:?} is no bond; it takes a whole number of {denom}, as 5000000{denom}"
        ))),
    }
}

/// What the sender is asked to confirm.
fn question(verb: &Verb, message: &Value, amount: Option<&str>) -> String {
    let payload = message.get(&verb.name).unwrap_or(&Value::Null);
    // The clock is not asked for a question.
    let text = brief(&verb.takes, payload, 0);
    let what = format!("{} {}", verb.module.name(), verb.word());
    let with = match (amount, verb.way) {
        (Some(amount), Way::Hook) => match coins(amount) {
            Ok(micro) => format!(" with {} coins", crate::text::coins(micro)),
            Err(_) => format!(" with {amount}"),
        },
        (Some(amount), _) => format!(" with {amount}"),
        (None, _) => String::new(),
    };
    match text.is_empty() {
        true => format!("{what}{with}"),
        false => format!("{what}{with}: {text}"),
    }
}
