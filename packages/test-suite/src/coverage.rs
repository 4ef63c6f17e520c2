//! Which lines of the contracts their tests run, from what `cargo llvm-cov` counts.

use std::{collections::BTreeMap, fmt::Write, fs, path::Path};

use anyhow::{Context, Result};

use crate::figures::Row;

/// Per cent of a contract's lines that its tests have to run.
const TARGET: f64 = 95.0;

/// The lines of one package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// How many hold code.
    pub code: u64,
    /// Those that no test has run: file, below the package, and line.
    pub missed: Vec<(String, u32)>,
}

impl Lines {
    /// Lines that tests have run.
    pub fn covered(&self) -> u64 {
        self.code - self.missed.len() as u64
    }

    /// The same in per cent, rounded down to a tenth.
    pub fn percent(&self) -> f64 {
        let tenths = (self.covered() * 1_000).checked_div(self.code);
        tenths.unwrap_or(0) as f64 / 10.0
    }
}

/// Adds up the counts of an LCOV file for the packages `contracts/*` and those named
/// in `others`, all below `root`. Unit tests are no code that tests have to run: what
/// follows `#[cfg(test)]` in a file does not count.
///
/// # Errors
/// Where the file has another form, or a source cannot be read.
pub fn read(root: &Path, lcov: &str, others: &[&str]) -> Result<BTreeMap<String, Lines>> {
    let mut packages: BTreeMap<String, Lines> = BTreeMap::new();
    let mut file: Option<(String, String, u32)> = None;
    for line in lcov.lines() {
        if let Some(path) = line.strip_prefix("SF:") {
            file = located(root, Path::new(path), others)?;
        }
        let (Some(counted), Some((package, name, tests))) = (line.strip_prefix("DA:"), &file)
        else {
            continue;
        };
        let (number, count) = counted.split_once(',').context("a DA without a count")?;
        let number: u32 = number.parse()?;
        if number >= *tests {
            continue;
        }
        let lines = packages.entry(package.clone()).or_default();
        lines.code += 1;
        // A checksum may follow the count.
        if count.split(',').next() == Some("0") {
            lines.missed.push((name.clone(), number));
        }
    }
    Ok(packages)
}

/// A source's package, its name below that, and the line at which its tests begin.
fn located(root: &Path, path: &Path, others: &[&str]) -> Result<Option<(String, String, u32)>> {
    let Ok(inside) = path.strip_prefix(root) else {
        return Ok(None);
    };
    let inside = inside.to_string_lossy();
    let Some((package, name)) = inside.split_once("/src/") else {
        return Ok(None);
    };
    if !package.starts_with("contracts/") && !others.contains(&package) {
        return Ok(None);
    }
    let text = fs::read_to_string(path).with_context(|| format!("reading {inside}"))?;
    let tests = text.lines().position(|line| line.trim() == "#[cfg(test)]");
    let tests = tests.map_or(Ok(u32::MAX), |line| u32::try_from(line + 1))?;
    Ok(Some((package.to_owned(), format!("src/{name}"), tests)))
}

/// The measured numbers; only contracts have a target.
pub fn rows(packages: &BTreeMap<String, Lines>) -> Vec<Row> {
    let mut rows = Vec::new();
    for (package, lines) in packages {
        rows.push(Row::new(format!("{package}/lines"), lines.code, "lines"));
        rows.push(Row::new(
            format!("{package}/covered"),
            lines.covered(),
            "lines",
        ));
        let percent = Row::new(format!("{package}/percent"), lines.percent(), "%");
        rows.push(if package.starts_with("contracts/") {
            percent.at_least(TARGET)
        } else {
            percent
        });
    }
    rows
}

/// The same for people, with the lines that no test has run, by file.
pub fn describe(packages: &BTreeMap<String, Lines>) -> String {
    let mut text = String::new();
    for (package, lines) in packages {
        let mut files: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (file, line) in &lines.missed {
            files.entry(file).or_default().push(line.to_string());
        }
        for (file, missed) in files {
            let _ = writeln!(text, "{package}/{file}: not run: {}", missed.join(" "));
        }
    }
    for (package, lines) in packages {
        let _ = writeln!(
            text,
            "{package}: {} of {} lines, {} %",
            lines.covered(),
            lines.code,
            lines.percent()
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace;

    fn sample() -> BTreeMap<String, Lines> {
        let root = workspace::root().display().to_string();
        // This very file: its tests, from far below, do not count.
        let lcov = format!(
            "SF:{root}/packages/test-suite/src/coverage.rs\nDA:1,5\nDA:2,0\nDA:3,1,sum\n\
             DA:9999,0\nend_of_record\nSF:{root}/packages/test-suite/src/lib.rs\nDA:1,1\n\
             end_of_record\nSF:{root}/packages/compute-api/src/lib.rs\nDA:1,0\nend_of_record\n\
             SF:/elsewhere/src/lib.rs\nDA:1,0\nend_of_record\n"
        );
        read(workspace::root(), &lcov, &["packages/test-suite"]).unwrap()
    }

    #[test]
    fn lines_are_added_up_by_package() {
        let lines = Lines {
            code: 4,
            missed: vec![("src/coverage.rs".to_owned(), 2)],
        };
        assert_eq!(lines.percent(), 75.0);
        assert_eq!(
            sample(),
            BTreeMap::from([("packages/test-suite".to_owned(), lines)])
        );
    }

    #[test]
    fn what_is_missed_is_named() {
        let text = describe(&sample());
        let expected = "packages/test-suite/src/coverage.rs: not run: 2\n\
                        packages/test-suite: 3 of 4 lines, 75 %\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn contracts_have_a_target_and_no_code_is_no_coverage() {
        let packages = BTreeMap::from([("contracts/none".to_owned(), Lines::default())]);
        let rows = rows(&packages);
        let target = rows[2].target.unwrap();
        assert!(!target.holds(rows[2].value));
    }

    #[test]
    fn another_form_is_an_error() {
        let root = workspace::root();
        let lcov = format!("SF:{}/contracts/x/src/y.rs\n", root.display());
        assert!(read(root, &lcov, &[]).is_err());
    }
}
