//! Every command on a page for people is one: it is parsed, and what it says to a
//! contract is checked by the contract's own type.

use clap::{CommandFactory, Parser};
use serde_json::Value;

use crate::Arguments;
use crate::messages::{Module, Surroundings, Way};

struct Anybody;

impl Surroundings for Anybody {
    fn now(&self) -> Result<u64, String> {
        Ok(1_000)
    }

    fn address(&self, word: &str) -> Result<String, String> {
        Ok(word.to_owned())
    }

    fn own_address(&self) -> Result<String, String> {
        Ok("wasm1own".to_owned())
    }
}

/// The pages whose commands are tried, from the workspace's root.
const PAGES: [&str; 13] = [
    "README.md",
    "docs/cli.md",
    "docs/guide/audit.md",
    "docs/guide/coordinator.md",
    "docs/guide/demo.md",
    "docs/guide/deploy.md",
    "docs/guide/issuer.md",
    "docs/guide/peg.md",
    "docs/guide/services.md",
    "docs/guide/vote.md",
    "docs/guide/worker.md",
    "docs/privacy.md",
    "docs/worker.md",
];

/// Lines of a page's `sh` blocks, without comments; those that go on after `\\` in one.
fn commands(page: &str) -> Vec<String> {
    let path = format!("{}/../{page}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut is_shell = false;
    let mut lines: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in text.lines() {
        if line.starts_with("```") {
            is_shell = line == "```sh";
        } else if is_shell && !line.is_empty() {
            let line = line.split(" #").next().unwrap_or(line).trim();
            let begun = line.trim_end_matches('\\').trim_end();
            match lines.last_mut().filter(|_| goes_on) {
                Some(last) => *last = format!("{last} {begun}"),
                None => lines.push(begun.to_owned()),
            }
            goes_on = line.ends_with('\\');
        }
    }
    lines
}

#[test]
fn every_command_on_the_pages_is_one() {
    let commands: Vec<String> = PAGES.into_iter().flat_map(commands).collect();
    let ours: Vec<&String> = commands
        .iter()
        .filter(|line| line.starts_with("ballast "))
        .collect();
    assert!(ours.len() > 80, "{}", ours.len());
    for line in ours {
        // What the reader fills in.
        let line = line.replace("PUBLIC", "5a5a");
        // No command on a page needs quotes.
        let words = line.split_whitespace();
        let arguments =
            Arguments::try_parse_from(words).unwrap_or_else(|error| panic!("{line}\n{error}"));
        let said = match &arguments.command {
            crate::Command::Query(command) => command.said(&Anybody),
            crate::Command::Tx(command) => command.said(&Anybody),
            crate::Command::Issuer(command) => command.said(&Anybody),
            _ => continue,
        };
        said.unwrap_or_else(|why| panic!("{line}\n{why}"));
    }
}

#[test]
fn what_wasmd_is_given_is_a_query() {
    let commands = commands("docs/cli.md");
    let smart = "wasmd query wasm contract-state smart ADDR ";
    let queries: Vec<&str> = commands
        .iter()
        .filter_map(|line| line.strip_prefix(smart))
        .collect();
    assert_eq!(queries.first(), Some(&r#"'{"peg":{}}'"#));
    for query in queries {
        let query: Value = serde_json::from_str(query.trim_matches('\'')).unwrap();
        Module::Oracle.check(Way::Query, &query).unwrap();
    }
}

#[test]
fn verbs_that_are_none_suggest_the_nearest() {
    for (words, nearest) in [
        (["ballast", "query", "pegs"].as_slice(), "'peg'"),
        (&["ballast", "query", "oracle", "bakcing"], "'backing'"),
        (&["ballast", "tx", "votes", "vot", "a", "1"], "'vote'"),
        (&["ballast", "issuer", "mnt"], "'mint'"),
        (&["ballast", "query", "batches", "--ordr", "3"], "'--order'"),
    ] {
        let error = Arguments::try_parse_from(words).unwrap_err().to_string();
        assert!(error.contains(nearest), "{words:?}: {error}");
    }
}

/// Also of what is only put together when it is used.
#[test]
fn all_arguments_of_all_verbs_fit_together() {
    let mut command = Arguments::command();
    command.build();
    command.debug_assert();
}
