//! Attacks, one by one: whoever tries, and where the money is in the end.

mod amounts;
mod census;
mod gate;
mod market;
mod peg;
mod reserve;
mod stakes;
mod times;

/// `docs/attacks.md` names every test of attacks on the market, and no other.
#[test]
fn the_page_of_attacks_names_all_tests() {
    use test_suite::{security, workspace};

    let page = workspace::root().join("docs/attacks.md");
    let folder = workspace::root().join("packages/test-suite/tests/network/attacks/market");
    let named = security::named_tests(&page, &folder, &[]).unwrap();
    let text = std::fs::read_to_string(&page).unwrap();
    let tests = security::tests_in(&folder).unwrap();
    for test in &tests {
        assert!(text.contains(&format!("`{test}`")), "{test} is not named");
    }
    assert_eq!(named, tests.len());
}
