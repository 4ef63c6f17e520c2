//! Tables with one line a case.

use anyhow::{Context, Result, ensure};

use super::Row;
use super::table::{cells, markdown};

/// One case and its rows, by column.
struct Case<'a> {
    name: &'a str,
    rows: Vec<(&'a str, &'a Row)>,
}

/// The table of `rows`, whose names are `CASE/COLUMN`, with these columns.
pub(super) fn pivot(rows: &[(&str, &Row)], columns: &[String]) -> Result<String> {
    let cases = cases(rows);
    let notes = rows.iter().any(|(_, row)| row.note.is_some());
    let mut header = cells(["case"]);
    for column in columns {
        header.push(heading(&cases, column)?);
    }
    header.extend(cells(["target", "holds"]));
    if notes {
        header.push("note".to_owned());
    }
    let mut lines = vec![header];
    lines.extend(cases.iter().map(|case| case.line(columns, notes)));
    Ok(markdown(&lines, 1..columns.len() + 1))
}

/// In the order in which the cases first appear.
fn cases<'a>(rows: &[(&'a str, &'a Row)]) -> Vec<Case<'a>> {
    let mut cases: Vec<Case<'a>> = Vec::new();
    for (full_name, row) in rows {
        let Some((name, column)) = full_name.rsplit_once('/') else {
            continue;
        };
        match cases.iter_mut().find(|case| case.name == name) {
            Some(case) => case.rows.push((column, row)),
            None => cases.push(Case {
                name,
                rows: vec![(column, row)],
            }),
        }
    }
    cases
}

/// The column's name and its unit, unless they are the same.
fn heading(cases: &[Case<'_>], column: &str) -> Result<String> {
    let mut units = cases
        .iter()
        .filter_map(|case| Some(&case.row(column)?.unit));
    let unit = units
        .next()
        .with_context(|| format!("no row of this table is in column {column:?}"))?;
    ensure!(
        units.all(|other| other == unit),
        "column {column:?} mixes units"
    );
    Ok(if unit == column || unit.is_empty() {
        column.to_owned()
    } else {
        format!("{column} ({unit})")
    })
}

impl<'a> Case<'a> {
    fn row(&self, column: &str) -> Option<&'a Row> {
        let mut rows = self.rows.iter();
        rows.find_map(|(name, row)| (*name == column).then_some(*row))
    }

    fn line(&self, columns: &[String], notes: bool) -> Vec<String> {
        let mut line = vec![self.name.to_owned()];
        let (mut targets, mut verdicts, mut reasons) = (Vec::new(), Vec::new(), Vec::new());
        for column in columns {
            let Some(row) = self.row(column) else {
                line.push(String::new());
                continue;
            };
            line.push(row.value.to_string());
            if row.target.is_some() {
                let (target, holds) = row.verdict();
                targets.push(format!("{column} {target}"));
                verdicts.push(holds);
            }
            // One note of many columns is said once.
            reasons.extend(row.note.clone().filter(|note| !reasons.contains(note)));
        }
        line.extend([targets.join("; "), verdicts.join("; ")]);
        if notes {
            line.push(reasons.join("; "));
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<Row> {
        vec![
            Row::new("tile 8/bytes", 1_200_u64, "bytes"),
            Row::new("tile 8/total", 149_999_u64, "SDK gas").at_most(150_000_u64),
            Row::new("tile 16/bytes", 2_400_u64, "bytes"),
            Row::new("tile 16/total", 165_000_u64, "SDK gas")
                .at_most(150_000_u64)
                .note("too big"),
        ]
    }

    fn table(rows: &[Row], columns: &[&str]) -> Result<String> {
        let named: Vec<(&str, &Row)> = rows.iter().map(|row| (row.name.as_str(), row)).collect();
        let columns: Vec<String> = columns.iter().map(|&column| column.to_owned()).collect();
        pivot(&named, &columns)
    }

    #[test]
    fn there_is_one_line_a_case() {
        let expected = "\
| case | bytes | total (SDK gas) | target | holds | note |
| --- | ---: | ---: | --- | --- | --- |
| tile 8 | 1,200 | 149,999 | total ≤ 150,000 | yes |  |
| tile 16 | 2,400 | 165,000 | total ≤ 150,000 | **no**: 15,000 over (10.0 %) | too big |
";
        assert_eq!(table(&sample(), &["bytes", "total"]).unwrap(), expected);
    }

    #[test]
    fn a_case_may_lack_a_column() {
        let table = table(&sample()[1..], &["bytes", "total"]).unwrap();
        assert!(table.contains("| tile 8 |  | 149,999 |"), "{table}");
    }

    #[test]
    fn empty_and_mixed_columns_are_errors() {
        let error = table(&sample(), &["bytes", "totals"]).unwrap_err();
        assert!(error.to_string().contains("\"totals\""), "{error}");
        let mut rows = sample();
        rows[2].unit = "KiB".to_owned();
        let error = table(&rows, &["bytes"]).unwrap_err();
        assert_eq!(error.to_string(), "column \"bytes\" mixes units");
    }
}
