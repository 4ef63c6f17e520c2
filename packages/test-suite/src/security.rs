//! Pages that say which test proves what, held to it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};

/// Checks that every test that a page names is there, and returns how many it names.
///
/// In backticks a page names a test as `file::test`, or `file::*` for all of a file; or
/// as `file.rs`, and after it tests of that file by name alone. A file is one of `folder`:
/// `file.rs`, `file_*.rs`, `file/*.rs`, or a path below the folder or two above it, where
/// a contract has its `src`. Names in `others`, such as of a type whose method it is, are
/// no files.
///
/// # Errors
/// For a file or a test that is not there, or a page that cannot be read.
pub fn named_tests(page: &Path, folder: &Path, others: &[&str]) -> Result<usize> {
    let text = fs::read_to_string(page).with_context(|| format!("reading {}", page.display()))?;
    let mut last = String::new();
    let mut named = 0;
    for code in text.split('`').skip(1).step_by(2) {
        if let Some((file, test)) = code.split_once("::") {
            if others.contains(&file) {
                continue;
            }
            let source = source(folder, file)?;
            ensure!(
                test == "*" || has(&source, test),
                "{code}: no such test in {file}"
            );
            named += 1;
        } else if is_file(code) {
            last = source(folder, code.trim_end_matches(".rs"))?;
            named += 1;
        } else if is_test(code) {
            ensure!(has(&last, code), "{code}: not in the file named before it");
            named += 1;
        }
    }
    Ok(named)
}

fn has(source: &str, test: &str) -> bool {
    source.contains(&format!("fn {test}("))
}

/// Names of sources only: lower case, no spaces.
fn is_file(code: &str) -> bool {
    let path = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_/".contains(c);
    code.strip_suffix(".rs")
        .is_some_and(|name| name.chars().all(path))
}

/// A test's name has many words; a field's has not.
fn is_test(code: &str) -> bool {
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    code.matches('_').count() > 2 && code.chars().all(word)
}

/// All that a file's name stands for.
fn source(folder: &Path, name: &str) -> Result<String> {
    let mut files = vec![folder.join(format!("{name}.rs"))];
    if let Some(contract) = folder.parent().and_then(Path::parent) {
        files.push(contract.join(format!("{name}.rs")));
    }
    files.extend(listed(folder, |file| file.starts_with(&format!("{name}_"))));
    files.extend(listed(&folder.join(name), |_| true));
    let sources: Vec<String> = files
        .iter()
        .filter_map(|file| fs::read_to_string(file).ok())
        .collect();
    if sources.is_empty() {
        bail!("there is no {name}.rs in {}", folder.display());
    }
    Ok(sources.concat())
}

fn listed(folder: &Path, is: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let fits = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy());
        name.is_some_and(|name| name.ends_with(".rs") && is(&name))
    };
    entries.map(|entry| entry.path()).filter(fits).collect()
}

/// Tests of a folder's sources, as `file::test`.
///
/// # Errors
/// When the folder cannot be read.
pub fn tests_in(folder: &Path) -> Result<Vec<String>> {
    let mut tests = Vec::new();
    for path in listed(folder, |_| true) {
        let source = fs::read_to_string(&path)?;
        let file = path.file_stem().unwrap_or_default().to_string_lossy();
        for after in source.split("#[test]\n").skip(1) {
            let after = after.trim_start();
            if let Some(rest) = after.strip_prefix("fn ") {
                let name: &str = rest.split('(').next().unwrap_or_default();
                tests.push(format!("{file}::{name}"));
            }
        }
    }
    tests.sort();
    Ok(tests)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace;

    fn check(text: &str) -> Result<usize> {
        let folder = std::env::temp_dir().join(format!("ballast-security-{}", std::process::id()));
        let suite = folder.join("tests/suite");
        fs::create_dir_all(suite.join("part"))?;
        fs::create_dir_all(folder.join("src"))?;
        let test = |name: &str| format!("#[test]\nfn {name}() {{}}\n");
        fs::write(suite.join("one.rs"), test("it_works_as_said"))?;
        fs::write(suite.join("one_more.rs"), test("so_does_this_one"))?;
        fs::write(suite.join("part/inner.rs"), test("deep_down_it_does"))?;
        fs::write(folder.join("src/pool.rs"), test("rounds_down_all_the_time"))?;
        let page = folder.join(format!("{}.md", text.len()));
        fs::write(&page, text)?;
        let named = named_tests(&page, &suite, &["World"]);
        fs::remove_file(&page)?;
        named
    }

    #[test]
    fn what_is_named_has_to_be_there() {
        let good = "`one::it_works_as_said` `one::so_does_this_one` `part::deep_down_it_does` \
                    `one::*` `World::check` `src/pool.rs` `rounds_down_all_the_time` `a_field`";
        assert_eq!(check(good).unwrap(), 6);
        for bad in [
            "`one::it_works_not`",
            "`two::it_works_as_said`",
            "`Word::check`",
            "`one.rs` `rounds_down_all_the_time`",
            "`two.rs`",
            "`it_stands_alone_here`",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn tests_are_found() {
        let folder = workspace::root().join("packages/test-suite/src");
        let tests = tests_in(&folder).unwrap();
        assert!(tests.contains(&"security::tests_are_found".to_owned()));
    }
}
