//! Options that every command takes which talks to a chain.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Where keys are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Keyring {
    /// In encrypted files. The password is asked for, or comes from
    /// `--password-file` or `$BALLAST_PASSWORD`.
    File,
    /// In plain files, for devnet alone.
    Test,
}

/// Options that every command takes which talks to a chain.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Network and keys")]
pub(crate) struct ChainOptions {
    /// Folder of keys and settings [default: ~/.ballast].
    #[arg(long, global = true, value_name = "DIR", env = "BALLAST_HOME")]
    pub(crate) home: Option<PathBuf>,
    /// A node's gRPC address, in place of the deployment's; more than one may be
    /// named, the next is asked where one does not answer.
    #[arg(
        long = "node",
        global = true,
        value_name = "URL",
        env = "BALLAST_NODE",
        value_delimiter = ','
    )]
    pub(crate) nodes: Vec<String>,
    /// File of certificates that nodes of https are trusted by, in place of the system's.
    #[arg(long, global = true, value_name = "FILE", env = "BALLAST_NODE_TRUST")]
    pub(crate) node_trust: Option<PathBuf>,
    /// The chain [default: the deployment's, else ballast-devnet-1].
    #[arg(long, global = true, value_name = "ID", env = "BALLAST_CHAIN_ID")]
    pub(crate) chain_id: Option<String>,
    /// What `ballast deploy` wrote [default: deployment.json in the home folder].
    #[arg(long, global = true, value_name = "FILE", env = "BALLAST_DEPLOYMENT")]
    pub(crate) deployment: Option<PathBuf>,
    /// Name of the key that signs.
    #[arg(long, global = true, value_name = "NAME", env = "BALLAST_FROM")]
    pub(crate) from: Option<String>,
    /// Where keys are [default: test on devnet, file elsewhere].
    #[arg(long, global = true, value_enum, env = "BALLAST_KEYRING_BACKEND")]
    pub(crate) keyring_backend: Option<Keyring>,
    /// File whose first line is the password of the key.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// Gas limit, as a multiple of what a simulation uses.
    #[arg(long, global = true, value_name = "FACTOR", default_value = "1.4", value_parser = percent)]
    pub(crate) gas_adjustment: u64,
    /// Gas limit, in place of a simulation.
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) gas: Option<u64>,
    /// Do not ask before sending.
    #[arg(long, short, global = true)]
    pub(crate) yes: bool,
    /// Print the transaction as JSON for another signer, and send nothing.
    #[arg(long, global = true, conflicts_with = "dry_run")]
    pub(crate) generate_only: bool,
    /// Simulate, print gas and fee, and send nothing.
    #[arg(long, global = true)]
    pub(crate) dry_run: bool,
    /// Do not wait until the transaction is in a block.
    #[arg(long, global = true)]
    pub(crate) no_wait: bool,
}

/// A factor with up to two decimals, in hundredths.
fn percent(text: &str) -> Result<u64, String> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let parsed = format!("{whole}{fraction:0<2}").parse().ok();
    let within = parsed.filter(|percent| fraction.len() <= 2 && (100..=1_000).contains(percent));
    within.ok_or_else(|| "it takes 1 to 10 with up to two decimals, as in 1.4".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_are_read_or_refused() {
        assert_eq!(percent("1.4"), Ok(140));
        assert_eq!(percent("2"), Ok(200));
        assert_eq!(percent("1.05"), Ok(105));
        for bad in ["", "0.9", "11", "1.005", "x", "-1.4"] {
            assert!(percent(bad).is_err(), "{bad}");
        }
    }
}
