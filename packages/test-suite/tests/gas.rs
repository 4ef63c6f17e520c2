//! The files `docs/data/gas.json` and `contracts-gas.json` say what the contracts of
//! this tree cost.

use std::{collections::BTreeMap, fs};

use test_suite::{
    figures::{Figures, Row},
    gas, workspace,
};

#[test]
fn the_recorded_gas_is_what_the_contracts_cost() {
    let recipe = fs::read_to_string(workspace::root().join("artifacts/toolchain.txt"));
    let recipe = recipe.expect("artifacts/toolchain.txt: run `make wasm`");
    if recipe.contains("fallback") {
        eprintln!("SKIPPED: the fallback toolchain builds contracts of another price");
        return;
    }
    for (file, measured) in gas::measure().unwrap() {
        let recorded = Figures::read(&workspace::root().join("docs/data").join(file)).unwrap();
        compare(file, &recorded.rows, &measured);
    }
}

fn compare(file: &str, recorded: &[Row], measured: &[Row]) {
    let values = |rows: &[Row]| -> BTreeMap<String, f64> {
        let pairs = rows
            .iter()
            .map(|row| (row.name.clone(), row.value.as_f64()));
        pairs.collect()
    };
    let (recorded, measured) = (values(recorded), values(measured));
    let names = |map: &BTreeMap<String, f64>| map.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&recorded), names(&measured), "{file}: run `make gas`");
    for (name, recorded) in &recorded {
        // A change of a percent in some dependency is not worth a commit.
        let drift = (measured[name] - recorded).abs() / recorded.max(1.0);
        assert!(
            drift <= 0.01,
            "{file}: {name}: {recorded} recorded, {} now: run `make gas`",
            measured[name]
        );
    }
}
