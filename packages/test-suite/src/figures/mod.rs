//! Measured numbers: `docs/data/NAME.json`, and the tables in the docs that
//! come from it. Nobody types a figure.
//!
//! One row is one measured number. A page shows rows between two markers,
//! each at the start of a line:
//!
//! ```text
//! <!-- figures: gas -->                            all of docs/data/gas.json
//! <!-- figures: gas census -->                     rows named census/…
//! <!-- figures: gas census by vm, bytes, total --> one line a case: census/CASE/COLUMN
//! <!-- /figures -->
//! ```
//!
//! What stands between them is replaced by [`docs::update`] (the binary
//! `figures`), and the test `figures` fails while it is something else.

pub mod docs;
mod machine;
mod number;
mod pivot;
mod table;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

pub use machine::{commit, machine};
pub use number::Number;
pub use table::View;

/// One file of measured numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figures {
    /// The command that measured them.
    pub command: String,
    /// The machine it ran on, in words.
    pub machine: String,
    /// The commit it measured, with `+` where the code had changes.
    pub commit: String,
    /// The numbers.
    pub rows: Vec<Row>,
}

/// One measured number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// What was measured, from the general to the special, parted by `/`.
    pub name: String,
    /// The number.
    pub value: Number,
    /// What it counts.
    pub unit: String,
    /// What it has to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
    /// What a reader has to know, such as why it misses its target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What a number has to be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// On which side of `value`.
    pub op: Op,
    /// The bound, which itself is good.
    pub value: Number,
}

/// The sides of a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Op {
    /// At most.
    #[serde(rename = "<=")]
    AtMost,
    /// At least.
    #[serde(rename = ">=")]
    AtLeast,
}

impl Figures {
    /// No numbers yet, measured by `command` here and now.
    ///
    /// # Errors
    /// When the machine or the commit cannot be told.
    pub fn new(command: impl Into<String>, workspace: &Path) -> Result<Self> {
        Ok(Self {
            command: command.into(),
            machine: machine()?,
            commit: commit(workspace)?,
            rows: Vec::new(),
        })
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, has another form, or a name twice.
    pub fn read(path: &Path) -> Result<Self> {
        let name = path.file_name().unwrap_or(path.as_os_str()).display();
        let text = fs::read_to_string(path).with_context(|| format!("reading {name}"))?;
        Self::from_json(&text).with_context(|| format!("reading {name}"))
    }

    fn from_json(text: &str) -> Result<Self> {
        let figures: Self = serde_json::from_str(text)?;
        figures.check()?;
        Ok(figures)
    }

    /// Writes a file, and the folder it is in.
    ///
    /// # Errors
    /// When it cannot be written, or a name is there twice.
    pub fn write(&self, path: &Path) -> Result<()> {
        self.check()?;
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let name = path.file_name().unwrap_or(path.as_os_str()).display();
        let json = serde_json::to_string_pretty(self)? + "\n";
        fs::write(path, json).with_context(|| format!("writing {name}"))
    }

    fn check(&self) -> Result<()> {
        let mut names: Vec<&str> = self.rows.iter().map(|row| row.name.as_str()).collect();
        names.sort_unstable();
        let twice = names.windows(2).find(|pair| pair[0] == pair[1]);
        ensure!(twice.is_none(), "two rows are called {:?}", twice);
        Ok(())
    }
}

impl Row {
    /// A number without a target.
    pub fn new(name: impl Into<String>, value: impl Into<Number>, unit: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
            unit: unit.into(),
            target: None,
            note: None,
        }
    }

    /// The same with an upper bound.
    #[must_use]
    pub fn at_most(mut self, value: impl Into<Number>) -> Self {
        self.target = Some(Target {
            op: Op::AtMost,
            value: value.into(),
        });
        self
    }

    /// The same with a lower bound.
    #[must_use]
    pub fn at_least(mut self, value: impl Into<Number>) -> Self {
        self.target = Some(Target {
            op: Op::AtLeast,
            value: value.into(),
        });
        self
    }

    /// The same with a note.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }
}

impl Target {
    /// Whether `value` is on the right side. What is no number never is.
    pub fn holds(&self, value: Number) -> bool {
        match self.op {
            Op::AtMost => value.as_f64() <= self.value.as_f64(),
            Op::AtLeast => value.as_f64() >= self.value.as_f64(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Figures {
        Figures {
            command: "make gas".to_owned(),
            machine: "a machine".to_owned(),
            commit: "abc".to_owned(),
            rows: vec![
                Row::new("whole", 12_345_u64, "SDK gas").at_most(20_000_u64),
                Row::new("broken", 0.5, "s").at_least(0.25).note("why"),
            ],
        }
    }

    #[test]
    fn the_file_has_the_documented_form() {
        let expected = serde_json::json!({
            "command": "make gas",
            "machine": "a machine",
            "commit": "abc",
            "rows": [
                { "name": "whole", "value": 12_345, "unit": "SDK gas",
                  "target": { "op": "<=", "value": 20_000 } },
                { "name": "broken", "value": 0.5, "unit": "s",
                  "target": { "op": ">=", "value": 0.25 }, "note": "why" },
            ],
        });
        assert_eq!(serde_json::to_value(sample()).unwrap(), expected);
        assert_eq!(Figures::from_json(&expected.to_string()).unwrap(), sample());
    }

    #[test]
    fn names_are_unique_and_fields_known() {
        let mut twice = sample();
        twice.rows[1].name = "whole".to_owned();
        let json = serde_json::to_string(&twice).unwrap();
        let error = Figures::from_json(&json).unwrap_err();
        assert!(error.to_string().contains("\"whole\""), "{error}");
        let typo = json.replace("\"unit\"", "\"units\"");
        assert!(Figures::from_json(&typo).is_err());
    }

    #[test]
    fn a_bound_itself_is_good() {
        let at_most = sample().rows[0].target.unwrap();
        assert!(at_most.holds(Number::from(20_000_u64)));
        assert!(!at_most.holds(Number::from(20_000.5)));
        let at_least = sample().rows[1].target.unwrap();
        assert!(at_least.holds(Number::from(0.25)));
        assert!(!at_least.holds(Number::from(0.24)));
        assert!(!at_least.holds(Number::from(f64::NAN)));
    }
}
