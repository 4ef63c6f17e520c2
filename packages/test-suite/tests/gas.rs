//! `docs/data/gas.json` says what the contracts of this tree cost.

use std::{collections::BTreeMap, fs};

use test_suite::{figures::Figures, gas, workspace};

#[test]
fn the_recorded_gas_is_what_the_contracts_cost() {
    let recipe = fs::read_to_string(workspace::root().join("artifacts/toolchain.txt"));
    let recipe = recipe.expect("artifacts/toolchain.txt: run `make wasm`");
    if recipe.contains("fallback") {
        eprintln!("SKIPPED: the fallback toolchain builds contracts of another price");
        return;
    }
    let path = workspace::root().join("docs/data/gas.json");
    let recorded = Figures::read(&path).unwrap();
    let values = |rows: &[test_suite::figures::Row]| -> BTreeMap<String, f64> {
        let pairs = rows
            .iter()
            .map(|row| (row.name.clone(), row.value.as_f64()));
        pairs.collect()
    };
    let (recorded, measured) = (values(&recorded.rows), values(&gas::measure().unwrap()));
    let names = |map: &BTreeMap<String, f64>| map.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&recorded), names(&measured), "run `make gas`");
    for (name, recorded) in &recorded {
        // A change of a percent in some dependency is not worth a commit.
        let drift = (measured[name] - recorded).abs() / recorded.max(1.0);
        assert!(
            drift <= 0.01,
            "{name}: {recorded} recorded, {} now: run `make gas`",
            measured[name]
        );
    }
}
