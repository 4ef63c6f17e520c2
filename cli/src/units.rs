//! Every systemd unit starts a command that there is, with a configuration that is read,
//! and gives it no more than it needs.

use std::path::{Path, PathBuf};
use std::process::Command as Process;

use clap::Parser;

use crate::{Arguments, Command, coordinator, worker};

/// Services with the example of their configuration.
const SERVICES: [(&str, &str); 5] = [
    ("audit", "audit/audit.example.toml"),
    ("beacon", "relayer/beacon.example.toml"),
    ("coordinator", "coordinator/coordinator.example.toml"),
    ("relayer", "relayer/relayer.example.toml"),
    ("worker", "worker/service/worker.example.toml"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The unit's text.
fn unit(service: &str) -> String {
    let path = root().join(format!("deploy/systemd/ballast-{service}.service"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The values of a setting.
fn values<'a>(unit: &'a str, key: &str) -> Vec<&'a str> {
    let lines = unit.lines().filter_map(|line| line.split_once('='));
    let of_key = lines.filter(|(name, _)| *name == key);
    of_key.map(|(_, value)| value).collect()
}

#[test]
fn every_unit_starts_a_command_with_a_configuration_that_is_read() {
    for (service, example) in SERVICES {
        let unit = unit(service);
        let start = values(&unit, "ExecStart");
        let [start] = start[..] else {
            panic!("{service}: {start:?}");
        };
        let example = root().join(example).display().to_string();
        let config = format!("/etc/ballast/{service}.toml");
        assert!(start.contains(&config), "{start}");
        let start = start
            .replace(&config, &example)
            .replace("%d", "/run/credentials");
        let parsed = Arguments::try_parse_from(start.split_whitespace());
        let parsed = parsed.unwrap_or_else(|error| panic!("{start}\n{error}"));
        let read = match &parsed.command {
            Command::Audit(arguments) => arguments.settings().map(|_| ()),
            Command::Beacon(command) => command.settings().map(|_| ()),
            Command::Coordinator(coordinator::Command::Start(arguments)) => {
                arguments.settings().map(|_| ())
            }
            Command::Relayer(command) => command.settings().map(|_| ()),
            Command::Worker(worker::Command::Start(arguments)) => arguments.settings().map(|_| ()),
            other => panic!("{service} starts {other:?}"),
        };
        read.unwrap_or_else(|error| panic!("{example}: {error:?}"));
    }
}

#[test]
fn no_password_is_in_a_unit_and_no_service_reads_anothers_keys() {
    let users = root().join("deploy/systemd/ballast.sysusers");
    let users = std::fs::read_to_string(users).unwrap();
    for (service, _) in SERVICES {
        let unit = unit(service);
        let user = format!("ballast-{service}");
        assert_eq!(values(&unit, "User"), [&user]);
        assert!(
            users
                .lines()
                .any(|line| line.starts_with(&format!("u {user} ")))
        );
        assert_eq!(
            values(&unit, "StateDirectory"),
            [format!("ballast/{service}")]
        );
        let start = values(&unit, "ExecStart").join(" ");
        for secret in start
            .split_whitespace()
            .filter(|word| word.starts_with("%d/"))
        {
            let name = secret.trim_start_matches("%d/");
            let given = values(&unit, "LoadCredential");
            let is_given = given
                .iter()
                .any(|one| one.starts_with(&format!("{name}:/etc/")));
            assert!(is_given, "{service}: {secret} is loaded nowhere");
        }
        for (key, value) in [
            ("ProtectSystem", "strict"),
            ("ProtectHome", "true"),
            ("NoNewPrivileges", "true"),
            ("CapabilityBoundingSet", ""),
            ("RestrictNamespaces", "true"),
            ("SystemCallFilter", "@system-service"),
            ("Restart", "on-failure"),
            ("UMask", "0077"),
        ] {
            assert_eq!(values(&unit, key), [value], "{service}: {key}");
        }
        let is_closed = values(&unit, "PrivateDevices") == ["true"];
        assert_eq!(is_closed, service != "worker", "a worker needs its GPU");
    }
}

/// Where there is a systemd, it reads the units as they are meant.
#[test]
fn systemd_has_nothing_to_say_against_the_units() {
    let dir = tempfile::tempdir().unwrap();
    let mut verify = Process::new("systemd-analyze");
    verify.args(["verify", "--man=no"]);
    for (service, _) in SERVICES {
        // What is not installed here would be complained of.
        let unit = unit(service).replace("/usr/bin/ballast", "/bin/true");
        let path = dir.path().join(format!("ballast-{service}.service"));
        std::fs::write(&path, unit).unwrap();
        verify.arg(path);
    }
    // A machine without systemd has no unit to start either.
    let Ok(said) = verify.output() else {
        return;
    };
    let words = String::from_utf8_lossy(&said.stderr);
    let about_ours: Vec<&str> = words
        .lines()
        .filter(|line| line.contains("ballast-"))
        .collect();
    assert!(said.status.success() && about_ours.is_empty(), "{words}");
}
