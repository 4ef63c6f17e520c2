//! `ballast worker`, as its users run it.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;
use tempfile::TempDir;

/// Runs the binary with JSON output; nothing outside `home` is written.
fn ballast(home: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ballast"))
        .args(arguments)
        .args(["--output", "json"])
        .env("BALLAST_HOME", home)
        // Only the CPU: what drivers this machine has is no matter here.
        .env("VK_DRIVER_FILES", home.join("none"))
        .env("VK_ICD_FILENAMES", home.join("none"))
        .output()
        .unwrap()
}

/// The envelope's part of that name.
fn part(output: &Output, name: &str) -> Value {
    let text = String::from_utf8_lossy(&output.stdout);
    let envelope: Value = serde_json::from_str(&text).unwrap_or_else(|error| {
        let stderr = String::from_utf8_lossy(&output.stderr);
        panic!("{error}: {text}\n{stderr}")
    });
    assert_eq!(envelope["version"], 1);
    envelope[name].clone()
}

fn job(home: &TempDir) -> String {
    let path = home.path().join("product.json");
    let seed = "5a".repeat(32);
    let text =
        format!(r#"{{"operands": {{"seed": {{"seed": "{seed}", "m": 9, "n": 7, "k": 65}}}}}}"#);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn devices_always_include_the_cpu() {
    let home = TempDir::new().unwrap();
    let output = ballast(home.path(), &["worker", "devices"]);
    assert!(output.status.success());
    let devices = part(&output, "result");
    assert_eq!(devices[0]["id"], "cpu");
    assert_eq!(devices[0]["refused"], Value::Null);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("no GPU driver was found"), "{said}");
}

#[test]
fn a_job_is_run_kept_and_verified() {
    let home = TempDir::new().unwrap();
    let job = job(&home);
    let path = |name: &str| home.path().join(name).to_str().unwrap().to_owned();
    let (saved, kept) = (path("c.npy"), path("kept"));
    let run = ["worker", "run", &job, "--save", &saved, "--keep", &kept];
    let output = ballast(home.path(), &run);
    assert!(output.status.success(), "{output:?}");
    let result = part(&output, "result");
    assert_eq!(result["job"], "product");
    for root in ["program", "input_root", "output_root", "trace_root"] {
        assert_eq!(result[root].as_str().unwrap().len(), 64, "{root}");
    }
    let id = result["kept_as"].as_str().unwrap();
    assert!(home.path().join(format!("kept/tasks/{id}.json")).exists());

    for (extra, method) in [
        (&[][..], "Freivalds' check"),
        (&["--rerun"][..], "a re-run"),
    ] {
        let verify = [&["worker", "verify", &job, &saved][..], extra].concat();
        let output = ballast(home.path(), &verify);
        assert!(output.status.success(), "{output:?}");
        assert_eq!(part(&output, "result")["method"], method);
    }
    let mut bytes = fs::read(&saved).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&saved, bytes).unwrap();
    for extra in [&[][..], &["--rerun"][..]] {
        let verify = [&["worker", "verify", &job, &saved][..], extra].concat();
        let output = ballast(home.path(), &verify);
        assert_eq!(output.status.code(), Some(6));
        assert_eq!(part(&output, "error")["code"], "BL-WRK-014");
    }
}

#[test]
fn a_bench_measures_census_and_matrices() {
    let home = TempDir::new().unwrap();
    let bench = [
        "worker",
        "bench",
        "--seconds",
        "1",
        "--census",
        "64",
        "--matrix",
        "16,32",
    ];
    let rates = part(&ballast(home.path(), &bench), "result")["rates"].clone();
    let named = rates.as_array().unwrap().iter().map(|rate| &rate["what"]);
    let named: Vec<_> = named.collect();
    assert_eq!(named, ["census 64", "matrix 16", "matrix 32"]);
    assert!(rates[0]["ops_per_second"].as_f64().unwrap() > 0.0);
}

#[test]
fn mistakes_have_their_own_exit_code_and_name_the_value() {
    let home = TempDir::new().unwrap();
    let job = job(&home);
    for (arguments, named) in [
        (&["worker", "run", &job, "--device", "gpu9"][..], "gpu9"),
        (&["worker", "run", "none.json"][..], "none.json"),
        (&["worker", "verify", &job, &job][..], "NumPy's magic"),
        (&["worker", "bench", "--census", "100"][..], "remainder"),
        (&["worker", "bench", "--matrix", "0"][..], "is 0"),
    ] {
        let output = ballast(home.path(), arguments);
        let error = part(&output, "error");
        assert!(error["code"].as_str().unwrap().starts_with("BL-WRK-"));
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(named), "{message}");
        assert!(matches!(output.status.code(), Some(1 | 5)), "{output:?}");
    }
    let output = ballast(home.path(), &["worker", "dance"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
}
