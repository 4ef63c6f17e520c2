//! What the pages tell a reader to type exists, and what they link to is there.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use test_suite::workspace;

/// README, CHANGELOG and everything under docs.
fn pages() -> Vec<PathBuf> {
    fn collect(folder: &Path, pages: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, pages);
            } else if path.extension().is_some_and(|x| x == "md") {
                pages.push(path);
            }
        }
    }
    let root = workspace::root();
    let mut pages = vec![root.join("README.md"), root.join("CHANGELOG.md")];
    collect(&root.join("docs"), &mut pages);
    pages
}

#[test]
fn every_make_target_that_is_named_exists() {
    let makefile = fs::read_to_string(workspace::root().join("Makefile")).unwrap();
    let targets: BTreeSet<&str> = makefile
        .lines()
        .filter(|line| !line.starts_with(['\t', ' ', '#', '.']))
        .filter_map(|line| line.split_once(':').map(|(name, _)| name))
        .collect();
    assert!(targets.contains("test"), "{targets:?}");
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        // In a code block a line starts with it, in a sentence a backtick.
        let mut in_block = false;
        let mut named = Vec::new();
        for line in text.lines() {
            in_block ^= line.starts_with("```");
            named.extend(line.strip_prefix("make ").filter(|_| in_block));
            named.extend(line.split("`make ").skip(1));
        }
        for rest in named {
            let name: String = rest
                .chars()
                .take_while(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '-')
                .collect();
            let exists = name.is_empty() || targets.contains(name.as_str());
            assert!(exists, "{}: `make {name}` does not exist", page.display());
        }
    }
}

#[test]
fn every_relative_link_leads_somewhere() {
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for link in text.split("](").skip(1) {
            let link = link.split([')', '#']).next().unwrap_or_default();
            if link.is_empty() || link.contains("://") {
                continue;
            }
            let target = page.parent().unwrap().join(link);
            assert!(target.exists(), "{}: {link} is not there", page.display());
        }
    }
}
