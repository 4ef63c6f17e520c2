//! `cargo bench -p worker --bench gpu [-- N … [--python PYTHON] [--software] [--write]]`:
//! int8 products of operands that are on the GPU, as a share of what its dot products can
//! do; what commitments add; and, with a Python that has torch, beside cuBLAS in the same
//! run. `--software` measures software drivers too. `--write` puts the figures into
//! `docs/data/bench-gpu.json`. `make bench-gpu` does all of it.
#![allow(
    clippy::print_stdout,
    reason = "a command's result goes to standard output"
)]

#[path = "../gemm/others.rs"]
mod others;

use std::{error::Error, path::Path};

use test_suite::{
    figures::{Figures, Number, Op, Row, Target},
    workspace,
};
use worker::{
    Backend, Class,
    gpu::{GpuBackend, Resident, adapters},
};

use others::Others;

const SIZES: [u32; 5] = [1024, 2048, 4096, 8192, 16384];

/// The size that targets are for.
const TARGETS_AT: u32 = 8192;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --all-targets` runs it too, without this.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    let sizes: Vec<u32> = arguments.iter().filter_map(|at| at.parse().ok()).collect();
    let sizes = if sizes.is_empty() {
        SIZES.to_vec()
    } else {
        sizes
    };
    let python = arguments.iter().position(|argument| argument == "--python");
    let others = match python.and_then(|at| arguments.get(at + 1)) {
        Some(python) => Others::measure(Path::new(python), "gpu/cublas.py", &sizes)?,
        None => Others::default(),
    };
    let mut figures = Figures::new("make bench-gpu", workspace::root())?;
    for adapter in adapters() {
        if adapter.device().class != Class::Software || has("--software") {
            let mut gpu = GpuBackend::open(adapter, None)?;
            gpu.tune(None)?;
            measure(&mut gpu, &sizes, &others, &mut figures)?;
        }
    }
    if figures.rows.is_empty() {
        return Err("no GPU: `ballast worker devices` lists what the drivers show".into());
    }
    for row in &figures.rows {
        println!("{}: {} {}", row.name, row.value, row.unit);
    }
    if has("--write") {
        figures.write(&workspace::root().join("docs/data/bench-gpu.json"))?;
    }
    Ok(())
}

/// Adds a device's rows.
fn measure(
    gpu: &mut GpuBackend,
    sizes: &[u32],
    others: &Others,
    figures: &mut Figures,
) -> Outcome<()> {
    let limit = gpu.dot_limit()?;
    let device = gpu.device();
    let name = format!("{} {}", device.id, device.name.replace('/', " "));
    let mut about = vec![device.driver.clone()];
    about.extend(
        others
            .versions
            .iter()
            .map(|(name, at)| format!("{name} {at}")),
    );
    let about = about.join("; ");
    for n in sizes {
        let mut add = |column: &str, value: f64, unit: &str, target: Option<(Op, f64)>| {
            let mut row = Row::new(format!("gpu/{name} {n}/{column}"), rounded(value)?, unit);
            row.note = Some(about.clone());
            if let Some((op, value)) = target.filter(|_| *n == TARGETS_AT) {
                let value = rounded(value)?;
                row.target = Some(Target { op, value });
            }
            figures.rows.push(row);
            Outcome::Ok(())
        };
        let mut seconds = |requantised, committed| {
            gpu.seconds(Resident {
                n: *n,
                requantised,
                committed,
            })
        };
        let [bare, roots] = [seconds(false, false)?, seconds(false, true)?];
        let [small, small_roots] = [seconds(true, false)?, seconds(true, true)?];
        let rate = 2.0 * f64::from(*n).powi(3) / bare;
        let more = |with: f64, without: f64| 100.0 * (with / without - 1.0);
        add("rate", rate / 1e12, "TOPS", None)?;
        if let Some(limit) = limit {
            let share = 100.0 * rate / limit;
            add("share of limit", share, "%", Some((Op::AtLeast, 65.0)))?;
        }
        let (int32, int8) = (more(roots, bare), more(small_roots, small));
        let unit = "% more time";
        add("commitments", int32, unit, Some((Op::AtMost, 4.0)))?;
        add("commitments of int8", int8, unit, Some((Op::AtMost, 1.5)))?;
        for (library, seconds) in others.of(*n) {
            let column = format!("beside {library}");
            add(&column, seconds / bare, "times as fast", None)?;
        }
    }
    if let Some(limit) = limit {
        let row = format!("limit/{name}/dot products in registers");
        let row = Row::new(row, rounded(limit / 1e12)?, "TOPS");
        figures.rows.push(row);
    }
    Ok(())
}

fn rounded(value: f64) -> Outcome<Number> {
    Ok(serde_json::from_str(&format!("{value:.2}"))?)
}
