//! Tables in Markdown.

use std::fmt::Write;

use anyhow::{Result, ensure};

use super::pivot::pivot;
use super::{Figures, Op, Row, Target};

/// Which rows a table shows, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// Only rows whose names start with this and a `/`; the name in the table
    /// leaves it out.
    pub section: Option<String>,
    /// Not one line a row but one a case, with these columns: a row's name is
    /// `CASE/COLUMN`.
    pub columns: Option<Vec<String>>,
}

impl View {
    /// Reads `SECTION by COLUMN, COLUMN`, both parts as wanted.
    pub(super) fn parse(text: &str) -> Self {
        let (section, columns) = match format!(" {text}").split_once(" by ") {
            Some((section, columns)) => (section.to_owned(), Some(columns.to_owned())),
            None => (text.to_owned(), None),
        };
        let section = section.trim();
        Self {
            section: (!section.is_empty()).then(|| section.to_owned()),
            columns: columns.map(|list| list.split(',').map(|c| c.trim().to_owned()).collect()),
        }
    }

    /// What `name` is called in this view; `None` if it does not belong.
    fn local<'a>(&self, name: &'a str) -> Option<&'a str> {
        match &self.section {
            None => Some(name),
            Some(section) => name.strip_prefix(section.as_str())?.strip_prefix('/'),
        }
    }

    /// Whether a table of this view has the row called `name`.
    pub(super) fn shows(&self, name: &str) -> bool {
        let Some(local) = self.local(name) else {
            return false;
        };
        match &self.columns {
            None => true,
            Some(columns) => local
                .rsplit_once('/')
                .is_some_and(|(_, column)| columns.iter().any(|known| known == column)),
        }
    }
}

impl Figures {
    /// The table that `view` asks for, and a line that says where the numbers
    /// are from.
    ///
    /// # Errors
    /// When no row belongs into it, or a column is empty or mixes units.
    pub fn table(&self, view: &View) -> Result<String> {
        let shown = self.rows.iter().filter(|row| view.shows(&row.name));
        let rows: Vec<(&str, &Row)> = shown
            .filter_map(|row| Some((view.local(&row.name)?, row)))
            .collect();
        ensure!(!rows.is_empty(), "no row belongs into this table");
        let mut table = match &view.columns {
            None => plain(&rows),
            Some(columns) => pivot(&rows, columns)?,
        };
        let Self {
            command,
            machine,
            commit,
            ..
        } = self;
        let _ = write!(
            table,
            "\nMeasured by `{command}` at `{commit}` on {machine}.\n"
        );
        Ok(table)
    }
}

fn plain(rows: &[(&str, &Row)]) -> String {
    let notes = rows.iter().any(|(_, row)| row.note.is_some());
    let mut lines = vec![cells(["name", "value", "unit", "target", "holds"])];
    lines.extend(rows.iter().map(|(name, row)| {
        let (target, holds) = row.verdict();
        vec![
            (*name).to_owned(),
            row.value.to_string(),
            row.unit.clone(),
            target,
            holds,
        ]
    }));
    if notes {
        lines[0].push("note".to_owned());
        for (line, (_, row)) in lines[1..].iter_mut().zip(rows) {
            line.push(row.note.clone().unwrap_or_default());
        }
    }
    markdown(&lines, 1..2)
}

impl Row {
    /// The target in words, and whether it holds; a miss says by how much.
    pub(super) fn verdict(&self) -> (String, String) {
        let Some(Target { op, value: bound }) = self.target else {
            return (String::new(), String::new());
        };
        let (sign, side) = match op {
            Op::AtMost => ("≤", "over"),
            Op::AtLeast => ("≥", "short"),
        };
        let holds = if self.target.is_some_and(|target| target.holds(self.value)) {
            "yes".to_owned()
        } else {
            let distance = self.value.distance(bound);
            let percent = 100.0 * distance.as_f64() / bound.as_f64().abs();
            let share = if percent.is_finite() {
                format!(" ({percent:.1} %)")
            } else {
                String::new()
            };
            format!("**no**: {distance} {side}{share}")
        };
        (format!("{sign} {bound}"), holds)
    }
}

pub(super) fn cells<const N: usize>(texts: [&str; N]) -> Vec<String> {
    texts.map(str::to_owned).to_vec()
}

/// A table whose first line is its header; `numbers` are the columns to set
/// flush right.
pub(super) fn markdown(lines: &[Vec<String>], numbers: std::ops::Range<usize>) -> String {
    let mut text = String::new();
    for (place, line) in lines.iter().enumerate() {
        let escaped: Vec<String> = line.iter().map(|cell| cell.replace('|', "\\|")).collect();
        let _ = writeln!(text, "| {} |", escaped.join(" | "));
        if place == 0 {
            let rule = |column| {
                if numbers.contains(&column) {
                    "---:"
                } else {
                    "---"
                }
            };
            let rules: Vec<&str> = (0..line.len()).map(rule).collect();
            let _ = writeln!(text, "| {} |", rules.join(" | "));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Figures {
        Figures {
            command: "make gas".to_owned(),
            machine: "a machine".to_owned(),
            commit: "abc+".to_owned(),
            rows: vec![
                Row::new("census/tile 8/bytes", 1_200_u64, "bytes"),
                Row::new("census/tile 8/total", 149_999_u64, "SDK gas").at_most(150_000_u64),
                Row::new("census/tile 16/bytes", 2_400_u64, "bytes"),
                Row::new("census/tile 16/total", 165_000_u64, "SDK gas")
                    .at_most(150_000_u64)
                    .note("too big | see ADR"),
                Row::new("speed", 12.5, "GB/s").at_least(20.0),
            ],
        }
    }

    const SOURCE: &str = "\nMeasured by `make gas` at `abc+` on a machine.\n";

    #[test]
    fn views_are_read_from_markers() {
        let view = |section: &str, columns: Option<&[&str]>| View {
            section: (!section.is_empty()).then(|| section.to_owned()),
            columns: columns.map(|list| list.iter().map(|&c| c.to_owned()).collect()),
        };
        assert_eq!(View::parse(""), View::default());
        assert_eq!(View::parse(" census "), view("census", None));
        let both = View::parse("census by bytes, total");
        assert_eq!(both, view("census", Some(&["bytes", "total"])));
        assert_eq!(View::parse("by total"), view("", Some(&["total"])));
        let standby = View::parse("standby by total");
        assert_eq!(standby, view("standby", Some(&["total"])));
    }

    #[test]
    fn a_plain_table_keeps_misses_and_says_by_how_much() {
        let expected = "\
| name | value | unit | target | holds | note |
| --- | ---: | --- | --- | --- | --- |
| tile 8/bytes | 1,200 | bytes |  |  |  |
| tile 8/total | 149,999 | SDK gas | ≤ 150,000 | yes |  |
| tile 16/bytes | 2,400 | bytes |  |  |  |
| tile 16/total | 165,000 | SDK gas | ≤ 150,000 | **no**: 15,000 over (10.0 %) | too big \\| see ADR |
";
        let table = sample().table(&View::parse("census")).unwrap();
        assert_eq!(table, format!("{expected}{SOURCE}"));
        let speed = "| speed | 12.5 | GB/s | ≥ 20 | **no**: 7.5 short (37.5 %) |  |";
        let all = sample().table(&View::default()).unwrap();
        assert!(all.contains(speed), "{all}");
    }

    #[test]
    fn columns_make_a_pivot_of_the_section() {
        let table = sample().table(&View::parse("census by bytes, total"));
        let table = table.unwrap();
        assert!(table.starts_with("| case | bytes | total (SDK gas) |"));
        assert!(table.contains("\n| tile 16 | 2,400 | 165,000 |"), "{table}");
        assert!(table.ends_with(SOURCE));
    }

    #[test]
    fn an_empty_table_is_an_error() {
        assert!(sample().table(&View::parse("censu")).is_err());
    }

    #[test]
    fn a_missed_target_of_zero_has_no_percentage() {
        let row = Row::new("failures", 3_u64, "").at_most(0_u64);
        assert_eq!(row.verdict().1, "**no**: 3 over");
    }
}
