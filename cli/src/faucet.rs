//! `ballast faucet`.

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;
use serde_json::{Value, json};

use crate::chain::{self, Context, NOT_REACHABLE, REJECTED, failure};
use crate::output::Failure;

/// Devnet's REST address.
const DEFAULT_REST: &str = "http://127.0.0.1:1317";

/// Ask devnet for coins of its own. Other chains have no faucet.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Who gets them: an address, or a key's name.
    address: String,
    /// Of which denom [default: the one of fees].
    #[arg(long)]
    denom: Option<String>,
    /// How many, in the denom's smallest unit [default: 100000000].
    #[arg(long)]
    amount: Option<u128>,
    /// Devnet's REST address [default: the deployment's, else http://127.0.0.1:1317].
    #[arg(long, value_name = "URL")]
    rest: Option<String>,
}

/// What was given.
#[derive(Debug, Serialize)]
struct Given {
    address: String,
    denom: String,
    amount: String,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> ExitCode {
    let given = chain::run(ask(arguments, context));
    context.output().finish("faucet", given, |given| {
        format!("{}{} to {}", given.amount, given.denom, given.address)
    })
}

async fn ask(arguments: &Arguments, context: &Context) -> Result<Given, Failure> {
    let address = context.address(&arguments.address)?;
    let rest = match (&arguments.rest, context.deployment_if_any()?) {
        (Some(named), _) => named.clone(),
        (None, Some(deployment)) => deployment.endpoints.rest,
        (None, None) => DEFAULT_REST.to_owned(),
    };
    let mut body = json!({ "address": address });
    if let Some(fields) = body.as_object_mut() {
        if let Some(denom) = &arguments.denom {
            fields.insert("denom".to_owned(), json!(denom));
        }
        if let Some(amount) = arguments.amount {
            fields.insert("amount".to_owned(), json!(amount.to_string()));
        }
    }
    let url = format!("{}/faucet", rest.trim_end_matches('/'));
    let lost = |error: reqwest::Error| {
        failure(
            NOT_REACHABLE,
            "BL-CLI-007",
            format!("{url} does not answer: {error}"),
        )
    };
    let answer = reqwest::Client::new().post(&url).json(&body).send().await;
    let answer = answer.map_err(lost)?;
    let status = answer.status();
    let text = answer.text().await.map_err(lost)?;
    let told: Value = serde_json::from_str(&text).unwrap_or_default();
    let field = |name: &str| {
        let field = told.get(name).and_then(Value::as_str);
        field.unwrap_or_default().to_owned()
    };
    if !status.is_success() {
        let reason = match field("message") {
            none if none.is_empty() => format!("{url} answers {status}; is it devnet?"),
            reason => reason,
        };
        return Err(failure(REJECTED, "BL-CLI-008", reason));
    }
    Ok(Given {
        address,
        denom: field("denom"),
        amount: field("amount"),
    })
}
