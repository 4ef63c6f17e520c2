//! The tables in the docs are those that `docs/data/*.json` gives, and every
//! such file is shown somewhere.

use test_suite::figures::docs::Docs;
use test_suite::workspace;

#[test]
fn every_table_is_what_its_file_gives() {
    let stale = Docs::read(workspace::root()).unwrap().stale().unwrap();
    let pages: Vec<_> = stale.keys().collect();
    assert!(
        pages.is_empty(),
        "tables differ from docs/data: run `cargo run -p test-suite --bin figures`; {pages:?}"
    );
}

#[test]
fn every_file_and_every_target_has_a_table() {
    let unshown = Docs::read(workspace::root()).unwrap().unshown().unwrap();
    assert!(unshown.is_empty(), "add a table to a page: {unshown:#?}");
}

/// The simulation is the same on every machine: playing it again gives the file.
#[cfg(feature = "contracts")]
#[test]
fn deterrence_is_what_its_file_says() {
    use test_suite::{deterrence, figures::Figures};

    let file = workspace::root().join("docs/data/deterrence.json");
    let rows = deterrence::measure().unwrap();
    assert_eq!(Figures::read(&file).unwrap().rows, rows);
}
