//! Every contract that `make wasm` has left would be stored by the chain.

use std::fs;

use test_suite::{chain::check_file, workspace};

#[test]
fn the_chain_would_store_every_contract() {
    let folder = workspace::root().join("artifacts");
    let entries = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}; run `make wasm`", folder.display()));
    let mut checked = 0;
    for entry in entries {
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_some_and(|extension| extension == "wasm")
        {
            let file = check_file(&path).unwrap();
            assert_eq!(file.problem, None, "{}", file.name);
            checked += 1;
        }
    }
    assert!(checked >= 4, "{checked} contracts in {}", folder.display());
}
