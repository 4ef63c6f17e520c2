use std::fs;

use super::*;
use crate::{Backend, cpu::CpuBackend, testing::TempDir};

fn save(dir: &TempDir, name: &str, dtype: DType, rows: u32, cols: u32, bytes: Vec<u8>) {
    let spec = TensorSpec::new(dtype, rows, cols).unwrap();
    let mut out = Vec::new();
    npy::write(&mut out, &Tensor::new(spec, bytes).unwrap()).unwrap();
    fs::write(dir.path().join(name), out).unwrap();
}

fn load(dir: &TempDir, text: &str) -> Result<MatrixJob, JobError> {
    let path = dir.path().join("job.json");
    fs::write(&path, text).unwrap();
    MatrixJob::load(&path)
}

fn result(job: &MatrixJob) -> Vec<u8> {
    let outcome = CpuBackend::default().run(&job.task()).unwrap();
    outcome.result().unwrap().tensor.bytes().to_vec()
}

#[test]
fn files_are_multiplied_as_numpy_would() {
    let dir = TempDir::new("job-files");
    // [[1, 2, 3], [4, 5, 6]] @ [[1, -1], [2, 0], [3, 1]] = [[14, 2], [32, 2]]
    save(&dir, "a.npy", DType::I8, 2, 3, vec![1, 2, 3, 4, 5, 6]);
    save(&dir, "b.npy", DType::I8, 3, 2, vec![1, 0xff, 2, 0, 3, 1]);
    save(&dir, "bt.npy", DType::I8, 2, 3, vec![1, 2, 3, 0xff, 0, 1]);
    let expected: Vec<u8> = [14i32, 2, 32, 2]
        .iter()
        .flat_map(|x| x.to_le_bytes())
        .collect();
    let job = load(
        &dir,
        r#"{"operands": {"files": {"a": "a.npy", "b": "b.npy"}}}"#,
    )
    .unwrap();
    assert_eq!(job.name, "job");
    assert_eq!(result(&job), expected);
    let text = r#"{"operands": {"files": {"a": "a.npy", "b": "bt.npy", "b_is_transposed": true}}}"#;
    assert_eq!(result(&load(&dir, text).unwrap()), expected);
}

#[test]
fn a_result_can_be_requantised() {
    let dir = TempDir::new("job-requantise");
    save(&dir, "a.npy", DType::I8, 1, 2, vec![100, 100]);
    save(&dir, "b.npy", DType::I8, 2, 1, vec![100, 28]);
    // (12 800 + 24) / 2 · 5 / 2^10, rounded half up: 6 412 · 5 = 32 060, so 31.
    let params: Vec<u8> = [24i32, 5].iter().flat_map(|x| x.to_le_bytes()).collect();
    save(&dir, "p.npy", DType::I32, 1, 2, params);
    let text = r#"{"operands": {"files": {"a": "a.npy", "b": "b.npy"}},
        "requantise": {"params": "p.npy", "p": 1, "s": 10, "range": "symmetric"}}"#;
    assert_eq!(result(&load(&dir, text).unwrap()), [31]);
}

#[test]
fn a_seed_needs_no_files() {
    let dir = TempDir::new("job-seed");
    let seed = "07".repeat(32);
    let text =
        format!(r#"{{"operands": {{"seed": {{"seed": "{seed}", "m": 5, "n": 6, "k": 70}}}}}}"#);
    let job = load(&dir, &text).unwrap();
    let same = MatrixJob::seeded("job", [7; 32], 5, 6, 70).unwrap();
    assert_eq!(job.program, same.program);
    assert_eq!(result(&job), result(&same));
}

#[test]
fn what_is_wrong_is_named() {
    let dir = TempDir::new("job-wrong");
    save(&dir, "a.npy", DType::I8, 2, 3, vec![0; 6]);
    save(&dir, "u.npy", DType::U8, 3, 2, vec![0; 6]);
    save(&dir, "short.npy", DType::I8, 2, 2, vec![0; 4]);
    let files = |b: &str| format!(r#"{{"operands": {{"files": {{"a": "a.npy", "b": "{b}"}}}}}}"#);
    let seed = |seed: &str, k: u32| {
        format!(r#"{{"operands": {{"seed": {{"seed": "{seed}", "m": 1, "n": 1, "k": {k}}}}}}}"#)
    };
    let whole = "00".repeat(32);
    for (text, named) in [
        (files("none.npy"), "none.npy"),
        (files("u.npy"), "element type"),
        (files("short.npy"), "inner dimension"),
        (seed("00", 1), "\"00\""),
        (seed(&"0g".repeat(32), 1), "0g0g"),
        (seed(&whole, 131_072), "131072"),
        (seed(&whole, 0), "cols is 0"),
        (r#"{"operands": {}}"#.to_owned(), "line 1"),
        (r#"{"operand": 1}"#.to_owned(), "operand"),
    ] {
        let error = load(&dir, &text).unwrap_err().to_string();
        assert!(error.contains(named), "{text}: {error}");
    }
    let error = MatrixJob::load(&dir.path().join("no.json")).unwrap_err();
    assert!(error.to_string().contains("no.json"), "{error}");
}
