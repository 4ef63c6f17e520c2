//! `ballast keys`.

use std::fs;
use std::io::{self, IsTerminal, Read};
use std::path::PathBuf;
use std::process::ExitCode;

use chain_client::keys::{self, DEVNET_MNEMONIC, DEVNET_PREFIX, SigningKey};
use clap::{Args, Subcommand};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::chain::{Context, usage};
use crate::output::Failure;

/// Keys in the home folder: accounts that sign transactions, and the operator's key
/// that signs leases, receipts and batches.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a key and print its 24 words, once: whoever has them has the key.
    Add(Add),
    /// Keep the key of a mnemonic: typed, or from a file or stdin.
    Import(Import),
    /// List all keys with their addresses.
    List,
    /// Show a key's address.
    Show(Named),
    /// Delete a key. Without its mnemonic it is gone.
    Delete(Named),
    /// Show the public key that signs leases, receipts and batches (`signing.key`).
    Signing(Signing),
}

#[derive(Debug, Args)]
pub(crate) struct Named {
    /// The key's name.
    name: String,
}

#[derive(Debug, Args)]
pub(crate) struct Add {
    /// The key's name: letters, digits, - and _.
    name: String,
    /// Its place on the path m/44'/118'/0'/0/INDEX.
    #[arg(long, default_value_t = 0)]
    index: u32,
}

#[derive(Debug, Args)]
pub(crate) struct Import {
    /// The key's name: letters, digits, - and _.
    name: String,
    /// Its place on the path m/44'/118'/0'/0/INDEX.
    #[arg(long, default_value_t = 0)]
    index: u32,
    /// File with the words; they are asked for if left out.
    #[arg(long, value_name = "FILE")]
    mnemonic_file: Option<PathBuf>,
    /// Devnet's funded account at this index, 0 to 9, in place of a mnemonic.
    #[arg(long, value_name = "INDEX", conflicts_with_all = ["index", "mnemonic_file"],
          value_parser = clap::value_parser!(u32).range(0..10))]
    devnet_account: Option<u32>,
}

#[derive(Debug, Args)]
pub(crate) struct Signing {
    /// Make one where there is none.
    #[arg(long)]
    create: bool,
}

#[derive(Debug, Serialize)]
struct Shown {
    name: String,
    address: String,
    /// Of a new key alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    mnemonic: Option<Zeroizing<String>>,
}

impl Shown {
    fn text(&self) -> String {
        let words = match &self.mnemonic {
            Some(words) => format!(
                "\n\n{}\n\nWrite these words down: nothing else brings the key back.",
                words.as_str()
            ),
            None => String::new(),
        };
        format!("{}  {}{words}", self.name, self.address)
    }
}

#[derive(Debug, Serialize)]
struct SigningShown {
    public_key: String,
    file: String,
}

pub(crate) fn run(command: &Command, context: &Context) -> ExitCode {
    let output = context.output();
    match command {
        Command::Add(arguments) => output.finish("keys add", add(arguments, context), Shown::text),
        Command::Import(arguments) => {
            output.finish("keys import", import(arguments, context), Shown::text)
        }
        Command::List => output.finish("keys list", list(context), |all| {
            let lines: Vec<String> = all.iter().map(Shown::text).collect();
            match lines.as_slice() {
                [] => "no keys; `ballast keys add NAME` makes one".to_owned(),
                lines => lines.join("\n"),
            }
        }),
        Command::Show(named) => output.finish("keys show", show(named, context), Shown::text),
        Command::Delete(named) => output.finish("keys delete", delete(named, context), |shown| {
            format!("deleted {}", shown.name)
        }),
        Command::Signing(arguments) => {
            output.finish("keys signing", signing(arguments, context), |shown| {
                shown.public_key.clone()
            })
        }
    }
}

fn add(arguments: &Add, context: &Context) -> Result<Shown, Failure> {
    let words = keys::new_mnemonic()?;
    let keystore = context.keystore()?;
    let address = keystore.add(&arguments.name, &words, arguments.index)?;
    Ok(Shown {
        name: arguments.name.clone(),
        address,
        mnemonic: Some(words),
    })
}

fn import(arguments: &Import, context: &Context) -> Result<Shown, Failure> {
    let (words, index) = match arguments.devnet_account {
        Some(index) => {
            let chain = context.chain_id()?;
            if !chain.starts_with(DEVNET_PREFIX) {
                return Err(usage(format!(
                    "everybody knows the keys of devnet's accounts; do not use them on {chain}"
                )));
            }
            (Zeroizing::new(DEVNET_MNEMONIC.to_owned()), index)
        }
        None => (words(arguments)?, arguments.index),
    };
    let address = context.keystore()?.add(&arguments.name, &words, index)?;
    Ok(Shown {
        name: arguments.name.clone(),
        address,
        mnemonic: None,
    })
}

/// The mnemonic: of a file, typed without echo, or all that comes on stdin.
fn words(arguments: &Import) -> Result<Zeroizing<String>, Failure> {
    let failed = |error: io::Error| usage(format!("the mnemonic could not be read: {error}"));
    if let Some(path) = &arguments.mnemonic_file {
        return fs::read_to_string(path).map(Zeroizing::new).map_err(failed);
    }
    if io::stdin().is_terminal() {
        let typed = rpassword::prompt_password("Mnemonic: ");
        return typed.map(Zeroizing::new).map_err(failed);
    }
    let mut text = Zeroizing::new(String::new());
    io::stdin().read_to_string(&mut text).map_err(failed)?;
    Ok(text)
}

fn list(context: &Context) -> Result<Vec<Shown>, Failure> {
    let listed = context.keystore()?.list()?;
    let shown = |key: keys::Listed| Shown {
        name: key.name,
        address: key.address,
        mnemonic: None,
    };
    Ok(listed.into_iter().map(shown).collect())
}

fn show(named: &Named, context: &Context) -> Result<Shown, Failure> {
    Ok(Shown {
        name: named.name.clone(),
        address: context.keystore()?.address(&named.name)?,
        mnemonic: None,
    })
}

fn delete(named: &Named, context: &Context) -> Result<Shown, Failure> {
    let shown = show(named, context)?;
    context.confirm(&format!(
        "delete the key {} ({})",
        shown.name, shown.address
    ))?;
    context.keystore()?.delete(&named.name)?;
    Ok(shown)
}

fn signing(arguments: &Signing, context: &Context) -> Result<SigningShown, Failure> {
    let home = context.home();
    let public_key = if arguments.create {
        let key = SigningKey::load_or_generate(home, &context.chain_id()?, &context.backend()?)?;
        hex::encode(key.public())
    } else {
        SigningKey::public_in(home)?
    };
    Ok(SigningShown {
        public_key,
        file: SigningKey::path(home).display().to_string(),
    })
}
