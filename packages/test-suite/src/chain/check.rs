//! What wasmd demands of a contract before it stores it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use cosmwasm_vm::internals::{Logger, check_wasm, compile, make_compiling_engine};
use cosmwasm_vm::{WasmLimits, capabilities_from_csv};
use sha2::{Digest, Sha256};

use super::module::CAPABILITIES;

/// The largest contract that wasmd stores (`MaxWasmSize` in
/// `x/wasm/types/validation.go`), whether sent compressed or not.
pub const MAX_WASM_BYTES: usize = 819_200;

/// One checked file.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The file's name, without its folder.
    pub name: String,
    /// Its length.
    pub bytes: usize,
    /// Its SHA-256 in hex, which is also its checksum on chain.
    pub sha256: String,
    /// Why the chain would refuse it and what to do; `None` if it would not.
    pub problem: Option<String>,
}

/// Checks one `.wasm` file, see [`wasm_problem`].
///
/// # Errors
/// When the file cannot be read; a contract that does not pass is no error.
pub fn check_file(path: &Path) -> Result<Checked> {
    let code = fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    let name = path.file_name().unwrap_or(path.as_os_str());
    Ok(Checked {
        name: name.to_string_lossy().into_owned(),
        bytes: code.len(),
        sha256: hex::encode(Sha256::digest(&code)),
        problem: wasm_problem(&code),
    })
}

/// Why wasmd would refuse `code`, and the cure; `None` if it would not.
///
/// The same checks as `cosmwasm-check`'s, through the same library, with the
/// capabilities of wasmd v0.70.3, and the chain's limit on the size.
pub fn wasm_problem(code: &[u8]) -> Option<String> {
    static_problem(code).or_else(|| {
        let compiled = compile(&make_compiling_engine(None, None), code);
        compiled.err().map(|error| with_cure(&error.to_string()))
    })
}

/// [`wasm_problem`] for code that the caller compiles anyway.
pub(super) fn static_problem(code: &[u8]) -> Option<String> {
    if code.len() > MAX_WASM_BYTES {
        let over = code.len() - MAX_WASM_BYTES;
        return Some(format!(
            "{over} bytes over the chain's limit of {MAX_WASM_BYTES}; take code or dependencies \
             out, or build it with opt-level \"s\""
        ));
    }
    let capabilities = capabilities_from_csv(CAPABILITIES);
    let checked = check_wasm(code, &capabilities, &WasmLimits::default(), Logger::Off);
    checked.err().map(|error| with_cure(&error.to_string()))
}

/// One line, though some of the VM's reasons have many.
fn with_cure(reason: &str) -> String {
    let words: Vec<&str> = reason.split_whitespace().collect();
    format!("{}; {}", words.join(" "), cure(reason))
}

fn cure(reason: &str) -> &'static str {
    let reason = reason.to_lowercase();
    let cures = [
        (
            "bulk memory",
            "build it with `make wasm` (Rust 1.86: newer ones emit bulk memory)",
        ),
        (
            "locals",
            "split the function that has them, or lower its opt-level",
        ),
        (
            "capabilit",
            "drop the cosmwasm-std feature that asks for the capability",
        ),
        (
            "float",
            "find the float arithmetic and replace it by integers",
        ),
    ];
    let found = cures.into_iter().find(|(word, _)| reason.contains(word));
    found.map_or("build it with `make wasm`", |(_, cure)| cure)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The shortest valid module: magic number and version.
    const EMPTY_MODULE: &[u8] = b"\0asm\x01\0\0\0";

    #[test]
    fn size_is_checked_first() {
        let problem = wasm_problem(&vec![0; MAX_WASM_BYTES + 7]).unwrap();
        assert!(problem.starts_with("7 bytes over"), "{problem}");
        let problem = wasm_problem(&vec![0; MAX_WASM_BYTES]).unwrap();
        assert!(!problem.contains("over the chain's limit"), "{problem}");
    }

    #[test]
    fn what_is_no_contract_is_refused_with_a_cure() {
        let problem = wasm_problem(EMPTY_MODULE).unwrap();
        assert!(problem.contains("exactly one memory"), "{problem}");
        assert!(problem.ends_with("build it with `make wasm`"), "{problem}");
        let problem = wasm_problem(b"not wasm").unwrap();
        assert!(problem.contains("magic header not detected"), "{problem}");
        assert!(!problem.contains('\n'), "{problem}");
    }

    #[test]
    fn known_reasons_have_their_own_cure() {
        let of = |reason| cure(reason);
        assert!(of("bulk memory support is not enabled").contains("1.86"));
        assert!(of("more than 100 locals").contains("split the function"));
        assert!(of("unavailable capabilities {\"cosmwasm_3_0\"}").contains("feature"));
    }
}
