//! Files that hold what a test has found, to be read when it changes.

use std::{collections::BTreeSet, env, fs, path::Path};

/// Compares what was found with a file; `BLESS=1` writes the file anew.
///
/// # Panics
/// Where they differ, with the lines that do; if the file cannot be written.
#[track_caller]
pub fn compare(path: &Path, found: &str) {
    if env::var("BLESS").is_ok_and(|value| value == "1") {
        fs::write(path, found).expect("a file that can be written");
    }
    let golden = fs::read_to_string(path).unwrap_or_default();
    let old: BTreeSet<&str> = golden.lines().collect();
    let new: BTreeSet<&str> = found.lines().collect();
    let gone: Vec<_> = old.difference(&new).collect();
    let come: Vec<_> = new.difference(&old).collect();
    assert!(
        golden == found,
        "{} differs; with BLESS=1 this test writes it anew\ngone: {gone:#?}\nnew: {come:#?}",
        path.display()
    );
}
