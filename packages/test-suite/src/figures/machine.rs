//! Where and on what a figure was measured.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;

use anyhow::{Context, Result, ensure};

/// This machine in words: processor, cores, memory, system. No names of hosts.
///
/// # Errors
/// When the number of cores cannot be told. The rest is left out where the
/// system does not say.
pub fn machine() -> Result<String> {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let cores = thread::available_parallelism().context("counting cores")?;
    Ok(describe(
        &read("/proc/cpuinfo"),
        cores.get(),
        &read("/proc/meminfo"),
        &read("/etc/os-release"),
    ))
}

fn describe(cpu_info: &str, cores: usize, memory_info: &str, os_release: &str) -> String {
    let processor = field(cpu_info, "model name", ':')
        .unwrap_or_else(|| format!("{} processor", std::env::consts::ARCH));
    let mut words = vec![processor, format!("{cores} cores")];
    let memory = field(memory_info, "MemTotal", ':');
    let kibibytes: Option<u64> = memory.and_then(|text| text.split(' ').next()?.parse().ok());
    if let Some(kibibytes) = kibibytes {
        let gibibytes = (kibibytes + (1 << 19)) >> 20;
        words.push(format!("{gibibytes} GiB memory"));
    }
    words.extend(field(os_release, "PRETTY_NAME", '='));
    words.join(", ")
}

/// The value of the first line `NAME SEPARATOR VALUE`, without its quotes.
fn field(text: &str, name: &str, separator: char) -> Option<String> {
    let (_, value) = text
        .lines()
        .filter_map(|line| line.split_once(separator))
        .find(|(key, _)| key.trim() == name)?;
    Some(value.trim().trim_matches('"').to_owned())
}

/// The commit of the workspace at `root`, with `+` where it has changes.
/// Changes below `docs/` do not count: figures are written there.
///
/// # Errors
/// When git does not run, or there is no commit.
pub fn commit(root: &Path) -> Result<String> {
    let git = |arguments: &[&str]| -> Result<String> {
        let output = Command::new("git")
            .arg("-C")
            .arg(root)
            .args(arguments)
            .output();
        let output = output.context("running git")?;
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "git {arguments:?}: {errors}");
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    };
    let hash = git(&["rev-parse", "--short=12", "HEAD"])?;
    let changes = git(&["status", "--porcelain", "--", ".", ":(exclude)docs"])?;
    Ok(if changes.is_empty() { hash } else { hash + "+" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_is_described_from_what_the_system_says() {
        let words = describe(
            "processor\t: 0\nmodel name\t: A Processor @ 2.00GHz\nmodel name\t: another\n",
            2,
            "MemTotal:        8143420 kB\nMemFree: 1 kB\n",
            "NAME=\"Debian\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n",
        );
        let expected =
            "A Processor @ 2.00GHz, 2 cores, 8 GiB memory, Debian GNU/Linux 12 (bookworm)";
        assert_eq!(words, expected);
    }

    #[test]
    fn what_the_system_does_not_say_is_left_out() {
        assert!(describe("", 64, "", "").ends_with(" processor, 64 cores"));
    }

    #[test]
    fn this_machine_can_be_described() {
        assert!(machine().unwrap().contains(" cores"));
    }
}
