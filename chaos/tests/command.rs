//! The command says what it cannot read, and starts nothing then.

use std::process::Command;

#[test]
fn a_variable_that_is_no_number_is_named() {
    let output = Command::new(env!("CARGO_BIN_EXE_chaos"))
        .env("BALLAST_CHAOS_TASKS", "many")
        .output()
        .unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("BALLAST_CHAOS_TASKS is \"many\""), "{said}");
}
