//! Facts in two columns, and tables.

/// `name  value` lines, one under the other.
#[derive(Default)]
pub(crate) struct Facts {
    lines: Vec<(String, String)>,
}

impl Facts {
    /// One more fact.
    pub(crate) fn add(&mut self, name: &str, value: impl Into<String>) -> &mut Self {
        self.lines.push((name.to_owned(), value.into()));
        self
    }

    /// One more fact, if there is a value.
    pub(crate) fn add_some(&mut self, name: &str, value: Option<String>) -> &mut Self {
        match value {
            Some(value) => self.add(name, value),
            None => self,
        }
    }

    /// As lines.
    pub(crate) fn text(&self) -> String {
        let wide = self.lines.iter().map(|(name, _)| width(name)).max();
        let wide = wide.unwrap_or(0).saturating_add(2);
        let line = |(name, value): &(String, String)| format!("{}{value}", padded(name, wide));
        let lines: Vec<String> = self.lines.iter().map(line).collect();
        lines.join("\n")
    }
}

/// Rows under headings. A heading that begins with `>` is of numbers, which stand to
/// the right.
pub(crate) struct Table {
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Without rows.
    pub(crate) fn new(headings: &[&str]) -> Self {
        Self {
            headings: headings
                .iter()
                .map(|heading| (*heading).to_owned())
                .collect(),
            rows: Vec::new(),
        }
    }

    /// One more row, with a cell for each heading.
    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// As lines; `nothing` where there is no row.
    pub(crate) fn text(&self, nothing: &str) -> String {
        if self.rows.is_empty() {
            return nothing.to_owned();
        }
        let is_right: Vec<bool> = self
            .headings
            .iter()
            .map(|one| one.starts_with('>'))
            .collect();
        let headings: Vec<String> = self
            .headings
            .iter()
            .map(|one| one.trim_start_matches('>').to_uppercase())
            .collect();
        let all = || std::iter::once(&headings).chain(&self.rows);
        let widest = |at: usize| {
            all()
                .filter_map(|row| row.get(at))
                .map(|cell| width(cell))
                .max()
        };
        let widths: Vec<usize> = (0..headings.len())
            .map(|at| widest(at).unwrap_or(0))
            .collect();
        let cell = |((text, wide), is_right): ((&String, &usize), &bool)| {
            if *is_right {
                let blanks = wide.saturating_sub(width(text));
                format!("{}{text}", " ".repeat(blanks))
            } else {
                padded(text, *wide)
            }
        };
        let line = |row: &Vec<String>| {
            let cells: Vec<String> = row.iter().zip(&widths).zip(&is_right).map(cell).collect();
            cells.join("  ").trim_end().to_owned()
        };
        let lines: Vec<String> = all().map(line).collect();
        lines.join("\n")
    }
}

fn padded(text: &str, wide: usize) -> String {
    let blanks = wide.saturating_sub(width(text));
    format!("{text}{}", " ".repeat(blanks))
}

/// Columns that a text takes, where each letter takes one.
fn width(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let mut table = Table::new(&["name", ">coins"]);
        assert_eq!(table.text("none"), "none");
        table.row(vec!["Ä".to_owned(), "1.5".to_owned()]);
        table.row(vec!["long name".to_owned(), "20 000".to_owned()]);
        let expected = "NAME        COINS\nÄ             1.5\nlong name  20 000";
        assert_eq!(table.text("none"), expected);
        let mut facts = Facts::default();
        facts.add("a", "1").add_some("none", None).add("long", "2");
        assert_eq!(facts.text(), "a     1\nlong  2");
    }
}
