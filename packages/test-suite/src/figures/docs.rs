//! The pages that show figures.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::{Figures, View};

const BEGIN: &str = "<!-- figures: ";
const END_OF_BEGIN: &str = " -->";
const END: &str = "<!-- /figures -->";

/// The files of `docs/data` by name, and the pages (`.md`) by path.
#[derive(Clone, Debug, Default)]
pub struct Docs {
    /// What `docs/data/NAME.json` holds.
    pub figures: BTreeMap<String, Figures>,
    /// The text of each page, by its path from the workspace's root.
    pub pages: BTreeMap<PathBuf, String>,
}

impl Docs {
    /// Reads everything below the workspace's root; build folders and hidden
    /// ones are left out.
    ///
    /// # Errors
    /// When a file cannot be read or has another form.
    pub fn read(root: &Path) -> Result<Self> {
        let mut docs = Self::default();
        let data = root.join("docs/data");
        if data.is_dir() {
            for path in entries(&data)? {
                if let Some(name) = name_with_extension(&path, "json") {
                    docs.figures.insert(name, Figures::read(&path)?);
                }
            }
        }
        docs.read_pages(root, root)?;
        Ok(docs)
    }

    fn read_pages(&mut self, root: &Path, folder: &Path) -> Result<()> {
        for path in entries(folder)? {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if path.is_dir() {
                let skipped = name.starts_with('.') || name == "target" || name == "node_modules";
                if !skipped {
                    self.read_pages(root, &path)?;
                }
            } else if name_with_extension(&path, "md").is_some() {
                let text = fs::read_to_string(&path).with_context(|| format!("reading {name}"))?;
                self.pages.insert(path.strip_prefix(root)?.to_owned(), text);
            }
        }
        Ok(())
    }

    /// The pages that differ from their figures, as they should be.
    ///
    /// # Errors
    /// When a page names figures that are not there, or its markers are wrong.
    pub fn stale(&self) -> Result<BTreeMap<PathBuf, String>> {
        let mut stale = BTreeMap::new();
        for (path, text) in &self.pages {
            let wanted = self.regenerate(text);
            let wanted = wanted.with_context(|| path.display().to_string())?;
            if wanted != *text {
                stale.insert(path.clone(), wanted);
            }
        }
        Ok(stale)
    }

    fn regenerate(&self, page: &str) -> Result<String> {
        splice(page, |name, view| {
            let figures = self.figures.get(name);
            let figures = figures.with_context(|| format!("docs/data/{name}.json is missing"))?;
            figures.table(view)
        })
    }

    /// Figures that no page shows, each with what is missing: a file without
    /// any table, or a row with a target that no table has.
    ///
    /// # Errors
    /// When the markers of a page are wrong.
    pub fn unshown(&self) -> Result<BTreeSet<String>> {
        let mut views: BTreeMap<String, Vec<View>> = BTreeMap::new();
        for page in self.pages.values() {
            splice(page, |name, view| {
                views.entry(name.to_owned()).or_default().push(view.clone());
                Ok(String::new())
            })?;
        }
        let mut unshown = BTreeSet::new();
        for (name, figures) in &self.figures {
            let Some(views) = views.get(name) else {
                unshown.insert(format!("docs/data/{name}.json has no table on any page"));
                continue;
            };
            let targets = figures.rows.iter().filter(|row| row.target.is_some());
            let hidden = targets.filter(|row| !views.iter().any(|view| view.shows(&row.name)));
            unshown.extend(hidden.map(|row| {
                let row = &row.name;
                format!("docs/data/{name}.json: no table has {row}, which has a target")
            }));
        }
        Ok(unshown)
    }
}

/// Brings every table below `root` up to date and says which pages changed.
///
/// # Errors
/// As [`Docs::read`] and [`Docs::stale`], or when a page cannot be written.
pub fn update(root: &Path) -> Result<Vec<PathBuf>> {
    let stale = Docs::read(root)?.stale()?;
    for (path, text) in &stale {
        fs::write(root.join(path), text).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(stale.into_keys().collect())
}

/// Replaces what stands between each pair of markers by what `table` returns
/// for the name of the figures and the view.
///
/// # Errors
/// When a marker has no end or no start, or `table` fails.
pub fn splice(page: &str, mut table: impl FnMut(&str, &View) -> Result<String>) -> Result<String> {
    let mut result = String::with_capacity(page.len());
    let mut open: Option<&str> = None;
    for line in page.split_inclusive('\n') {
        let trimmed = line.trim_end();
        let begins = trimmed
            .strip_prefix(BEGIN)
            .and_then(|rest| rest.strip_suffix(END_OF_BEGIN));
        match (begins, open) {
            (Some(_), Some(first)) => bail!("no `{END}` after `{BEGIN}{first}{END_OF_BEGIN}`"),
            (Some(marker), None) => {
                let (name, view) = marker.split_once(' ').unwrap_or((marker, ""));
                let rendered = table(name, &View::parse(view));
                let rendered = rendered.with_context(|| format!("figures: {marker}"))?;
                result.push_str(trimmed);
                result.push_str("\n\n");
                result.push_str(&rendered);
                result.push('\n');
                open = Some(marker);
            }
            (None, Some(_)) if trimmed == END => {
                result.push_str(line);
                open = None;
            }
            (None, None) if trimmed == END => bail!("`{END}` has no `{BEGIN}NAME{END_OF_BEGIN}`"),
            (None, Some(_)) => {}
            (None, None) => result.push_str(line),
        }
    }
    if let Some(marker) = open {
        bail!("no `{END}` after `{BEGIN}{marker}{END_OF_BEGIN}`");
    }
    Ok(result)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let read = || -> std::io::Result<Vec<PathBuf>> {
        fs::read_dir(folder)?
            .map(|entry| Ok(entry?.path()))
            .collect()
    };
    let mut paths = read().with_context(|| format!("listing {}", folder.display()))?;
    paths.sort();
    Ok(paths)
}

fn name_with_extension(path: &Path, extension: &str) -> Option<String> {
    let matches = path.extension()? == extension;
    matches.then(|| {
        path.file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::Row;

    fn sample(page: &str) -> Docs {
        let gas = Figures {
            command: "make gas".to_owned(),
            machine: "a machine".to_owned(),
            commit: "abc".to_owned(),
            rows: vec![
                Row::new("a/x", 1_u64, "s").at_most(2_u64),
                Row::new("b/x", 2_u64, "s").at_most(2_u64),
            ],
        };
        Docs {
            figures: BTreeMap::from([("gas".to_owned(), gas)]),
            pages: BTreeMap::from([("page.md".into(), page.to_owned())]),
        }
    }

    const PAGE: &str = "before\n<!-- figures: gas -->\nold\n<!-- /figures -->\nafter";

    #[test]
    fn only_what_stands_between_the_markers_changes() {
        let spliced = splice(PAGE, |name, view| Ok(format!("{name} {view:?}\n"))).unwrap();
        let view = View::default();
        let expected =
            format!("before\n<!-- figures: gas -->\n\ngas {view:?}\n\n<!-- /figures -->\nafter");
        assert_eq!(spliced, expected);
        assert_eq!(
            splice("no marker", |_, _| bail!("asked")).unwrap(),
            "no marker"
        );
    }

    #[test]
    fn wrong_markers_are_errors() {
        let fails = |page: &str| splice(page, |_, _| Ok(String::new())).is_err();
        assert!(fails("<!-- figures: gas -->\n"));
        assert!(fails(
            "<!-- figures: a -->\n<!-- figures: b -->\n<!-- /figures -->\n"
        ));
        assert!(fails("<!-- /figures -->\n"));
    }

    #[test]
    fn a_page_is_stale_until_it_has_its_table() {
        let mut docs = sample(PAGE);
        let stale = docs.stale().unwrap();
        assert_eq!(stale.len(), 1);
        docs.pages = stale;
        assert!(docs.stale().unwrap().is_empty());
        assert!(docs.unshown().unwrap().is_empty());
        docs.figures.get_mut("gas").unwrap().rows[0].value = 3_u64.into();
        assert_eq!(docs.stale().unwrap().len(), 1);
    }

    #[test]
    fn a_page_may_not_name_what_is_not_there() {
        let page = PAGE.replace("gas", "bench");
        let error = format!("{:#}", sample(&page).stale().unwrap_err());
        assert!(error.contains("page.md"), "{error}");
        assert!(error.contains("docs/data/bench.json is missing"), "{error}");
    }

    #[test]
    fn figures_without_a_table_are_found() {
        let only = |docs: Docs| docs.unshown().unwrap().into_iter().collect::<Vec<_>>();
        let found = only(sample("nothing"));
        assert_eq!(found, ["docs/data/gas.json has no table on any page"]);
        let found = only(sample(&PAGE.replace("gas", "gas a")));
        let expected = "docs/data/gas.json: no table has b/x, which has a target";
        assert_eq!(found, [expected]);
    }
}
